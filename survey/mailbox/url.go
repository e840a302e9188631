package mailbox

import (
	"cmp"
	"crypto/x509"
	"errors"
	"net"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"earshot/survey"
)

// Config says where the mailbox is, and what becomes of mails that were taken in.
type Config struct {
	Host, Port         string
	Username, Password string
	// POP3 says that it is read by POP3, which has no folders and no marks; else by IMAP.
	POP3 bool
	// Folder is "INBOX" unless another is named.
	Folder string
	// TLS says that the connection is encrypted from the first byte; else by STARTTLS, which POP3 calls STLS. Plain is not encrypted at all: only on the loopback.
	TLS, Plain bool
	// Delete has mails that were taken in deleted, MoveTo moved to that folder; else they are marked as read, or left as they are by POP3.
	Delete bool
	MoveTo string
	// Roots are the authorities that may vouch for the server; nil means those of the system.
	Roots *x509.CertPool
	// Patience is for how long a POP3 server may say nothing, and take nothing; 0 means a minute.
	Patience time.Duration
	// Now is the clock; nil means time.Now.
	Now func() time.Time
}

// New returns the mailbox of those settings.
func New(c Config) survey.MailboxReader {
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.POP3 {
		c.Patience = cmp.Or(c.Patience, popPatience)
		return &POP3{c}
	}
	return &IMAP{c}
}

// ParseURL reads a Config from one line:
//
//	imaps://user%40example.com:password@mail.example.com/INBOX?after=delete
//	pop3s://user%40example.com:password@mail.example.com?after=delete
//
// The query takes after (seen, delete, or move: and a folder; by POP3 keep or delete) and tls (none, on the loopback only). imap:// means STARTTLS, and
// pop3:// STLS. Errors are sentences without the password.
func ParseURL(line string) (Config, error) {
	u, err := url.Parse(line)
	if err != nil || u.Opaque != "" || u.Fragment != "" {
		return Config{}, errors.New("must look like imaps://user@mail.example.com/INBOX, with an @ in the user's name written as %40")
	}
	port, known := usualPorts[u.Scheme]
	c := Config{Host: u.Hostname(), Port: cmp.Or(u.Port(), port), Username: u.User.Username(), POP3: strings.HasPrefix(u.Scheme, "pop3"), TLS: strings.HasSuffix(u.Scheme, "s")}
	c.Password, _ = u.User.Password()
	folder := strings.Trim(u.Path, "/")
	switch {
	case !known:
		return c, errors.New("must begin with imaps://, imap://, pop3s:// or pop3://")
	case c.Host == "" || c.Username == "":
		return c, errors.New("must name a user and a host: imaps://user@mail.example.com/INBOX")
	case c.POP3 && folder != "":
		return c, errors.New("must name no folder, for POP3 has none: pop3s://user@mail.example.com")
	case !c.POP3:
		c.Folder = cmp.Or(folder, "INBOX")
	}
	return c, c.readQuery(u.Query())
}

// usualPorts are the ports where none is named.
var usualPorts = map[string]string{"imaps": "993", "imap": "143", "pop3s": "995", "pop3": "110"}

// readQuery reads what stands behind the question mark.
func (c *Config) readQuery(query url.Values) error {
	for key, values := range query {
		value := values[len(values)-1]
		folder, move := strings.CutPrefix(value, "move:")
		switch {
		case key == "after" && value == "delete":
			c.Delete = true
		case key == "after" && c.POP3 && value == "keep":
		case key == "after" && c.POP3:
			return errors.New("takes ?after=keep or ?after=delete: POP3 knows nothing else")
		case key == "after" && move && folder != "" && folder != c.Folder:
			c.MoveTo = folder
		case key == "after" && value == "seen":
		case key == "tls" && value == "none" && !c.TLS:
			if ip, err := netip.ParseAddr(c.Host); err != nil || !ip.IsLoopback() {
				return errors.New("must be encrypted: tls=none is for the loopback only")
			}
			c.Plain = true
		default:
			return errors.New("takes ?after=seen, ?after=delete, ?after=move:FOLDER and, on the loopback, ?tls=none")
		}
	}
	return nil
}

func (c *Config) address() string { return net.JoinHostPort(c.Host, c.Port) }
