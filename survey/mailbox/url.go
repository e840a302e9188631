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
)

// Config says where the mailbox is, and what becomes of mails that were taken in.
type Config struct {
	Host, Port         string
	Username, Password string
	// Folder is "INBOX" unless another is named.
	Folder string
	// TLS says that the connection is encrypted from the first byte; else by STARTTLS. Plain is not encrypted at all: only on the loopback.
	TLS, Plain bool
	// Delete has mails that were taken in deleted, MoveTo moved to that folder; else they are marked as read.
	Delete bool
	MoveTo string
	// Roots are the authorities that may vouch for the server; nil means those of the system.
	Roots *x509.CertPool
	// Now is the clock; nil means time.Now.
	Now func() time.Time
}

// ParseURL reads a Config from one line:
//
//	imaps://user%40example.com:password@mail.example.com/INBOX?after=delete
//
// The query takes after (seen, delete, or move: and a folder) and tls (none, on the loopback only). imap:// means STARTTLS. Errors are sentences
// without the password.
func ParseURL(line string) (Config, error) {
	u, err := url.Parse(line)
	if err != nil || u.Opaque != "" || u.Fragment != "" {
		return Config{}, errors.New("must look like imaps://user@mail.example.com/INBOX, with an @ in the user's name written as %40")
	}
	c := Config{Host: u.Hostname(), Username: u.User.Username(), Folder: cmp.Or(strings.Trim(u.Path, "/"), "INBOX"), TLS: u.Scheme == "imaps"}
	c.Password, _ = u.User.Password()
	switch {
	case u.Scheme == "pop3" || u.Scheme == "pop3s":
		return c, errors.New("must be IMAP: POP3 is not spoken here")
	case u.Scheme != "imap" && u.Scheme != "imaps":
		return c, errors.New("must begin with imaps:// or imap://")
	case c.Host == "" || c.Username == "":
		return c, errors.New("must name a user and a host: imaps://user@mail.example.com/INBOX")
	}
	c.Port = cmp.Or(u.Port(), map[bool]string{true: "993", false: "143"}[c.TLS])
	return c, c.readQuery(u.Query())
}

// readQuery reads what stands behind the question mark.
func (c *Config) readQuery(query url.Values) error {
	for key, values := range query {
		value := values[len(values)-1]
		folder, move := strings.CutPrefix(value, "move:")
		switch {
		case key == "after" && value == "delete":
			c.Delete = true
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
