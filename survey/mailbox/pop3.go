package mailbox

import (
	"cmp"
	"context"
	"crypto/sha256"
	"crypto/tls"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"time"

	"earshot/survey"
)

const (
	// popPatience is Config.Patience where nobody says.
	popPatience = time.Minute
	// mostKnown is how many mails of a POP3 mailbox are looked at, the latest ones: each that is left there has to be remembered.
	mostKnown = 5000
	// longestReply is how long a line of a server may be that is no mail's, in bytes; the RFC allows 512.
	longestReply = 4096
)

// POP3 is a mailbox that is read by POP3 (RFC 1939). Each Read makes a connection of its own.
type POP3 struct{ config Config }

var _ survey.MailboxReader = (*POP3)(nil)

// Name implements survey.MailboxReader.
func (m *POP3) Name() string { return m.config.Username + "@" + m.config.address() }

// Read implements survey.MailboxReader. A server deletes at the end of the dialogue alone, and what it did not delete, since the connection broke, is handed
// over once more.
func (m *POP3) Read(ctx context.Context, from survey.MailboxPlace, take func(context.Context, io.Reader) (bool, error)) (survey.MailboxPlace, error) {
	conn, err := (&net.Dialer{Timeout: dialTimeout}).DialContext(ctx, "tcp", m.config.address())
	if err != nil {
		return from, fault(survey.FaultConnection, err)
	}
	defer context.AfterFunc(ctx, func() { _ = conn.Close() })()
	defer func() { _ = conn.Close() }()
	d := newDialogue(patient{conn, m.config.Patience})
	if err = m.open(ctx, d, conn); err != nil {
		return from, popFault(ctx, err)
	}
	place, err := m.readAll(ctx, d, from, take)
	if d.broken == nil { // else the server deletes nothing
		if quit := d.say(survey.FaultConnection, "QUIT"); err == nil {
			err = quit
		}
	}
	return place, popFault(ctx, err)
}

// popFault is what a reading ended with: the end of ctx comes before what that did to the connection.
func popFault(ctx context.Context, err error) error {
	if err != nil && ctx.Err() != nil {
		return ctx.Err()
	}
	return err
}

// open greets, encrypts the connection and logs in.
func (m *POP3) open(ctx context.Context, d *dialogue, conn net.Conn) error {
	security := &tls.Config{ServerName: m.config.Host, RootCAs: m.config.Roots, MinVersion: tls.VersionTLS12}
	encrypt := func() error {
		if d.in.Buffered() > 0 { // somebody on the way would have the rest taken for the server's
			return fault(survey.FaultTLS, errors.New("the server spoke on before the connection was encrypted"))
		}
		secure := tls.Client(patient{conn, m.config.Patience}, security)
		if err := secure.HandshakeContext(ctx); err != nil {
			return fault(survey.FaultTLS, err)
		}
		*d = *newDialogue(secure)
		return nil
	}
	if m.config.TLS {
		if err := encrypt(); err != nil {
			return err
		}
	}
	if err := d.hear(survey.FaultBusy); err != nil {
		return err
	}
	if !m.config.TLS && !m.config.Plain {
		if err := d.say(survey.FaultTLS, "STLS"); err != nil {
			return err
		}
		if err := encrypt(); err != nil {
			return err
		}
	}
	if strings.ContainsAny(m.config.Username+m.config.Password, "\r\n") {
		return &survey.MailboxError{Fault: survey.FaultLogin, Reply: "POP3 takes no line breaks in a user's name or a password"}
	}
	if err := d.say(survey.FaultLogin, "USER "+m.config.Username); err != nil {
		return err
	}
	return d.say(survey.FaultLogin, passCommand+m.config.Password)
}

// readAll hands over what is new, mail by mail, and returns what is known then.
func (m *POP3) readAll(ctx context.Context, d *dialogue, from survey.MailboxPlace, take func(context.Context, io.Reader) (bool, error)) (survey.MailboxPlace, error) {
	mails, err := d.list()
	if err != nil {
		return from, err
	}
	known := map[string]bool{}
	for word := range strings.FieldsSeq(from.Known) {
		known[word] = true
	}
	place := func() survey.MailboxPlace { // without those that are gone
		var left []string
		for _, mail := range mails {
			if known[mail.word] {
				left = append(left, mail.word)
			}
		}
		return survey.MailboxPlace{Known: strings.Join(left, " ")}
	}
	handed, refused := 0, error(nil)
	for _, mail := range mails {
		if known[mail.word] {
			continue
		}
		if handed++; handed > mostMails {
			break
		}
		ours := false
		if mail.size <= survey.MaxReceivedMail {
			if err := d.say(survey.FaultBusy, fmt.Sprintf("RETR %d", mail.number)); err != nil {
				if d.broken != nil {
					return place(), err
				}
				refused = cmp.Or(refused, err) // it does not keep those behind it from being read, and is asked for again the next time
				continue
			}
			if ours, err = d.handOver(ctx, take); err != nil {
				known[mail.word] = errors.Is(d.broken, errEndless) // else it would stand in the way for ever
				return place(), err
			}
		}
		if !ours || !m.config.Delete {
			known[mail.word] = true
			continue
		}
		// It is not known: where it is not deleted after all it is handed over again, and taken in once.
		if err := d.say(survey.FaultConnection, fmt.Sprintf("DELE %d", mail.number)); err != nil {
			return place(), err
		}
	}
	return place(), refused
}

// popMail is a mail as a server lists it.
type popMail struct {
	number, size int
	// word is what it is known by: a digest of its unique id.
	word string
}

// knownAs returns the word for a unique id.
func knownAs(uid string) string {
	sum := sha256.Sum256([]byte(uid))
	return base64.RawURLEncoding.EncodeToString(sum[:9])
}

// errEndless is a mail that is larger than the server said.
var errEndless = errors.New("a mail is larger than the server said")

// handOver has a mail taken in as it comes over the line.
func (d *dialogue) handOver(ctx context.Context, take func(context.Context, io.Reader) (bool, error)) (ours bool, err error) {
	content := &watched{Reader: &dotted{in: d.in}}
	ours, err = take(ctx, content)
	if content.err == nil { // it may have been read in part, and what is left of it stands before the next answer
		if _, left := io.CopyN(io.Discard, content, survey.MaxReceivedMail); left == nil {
			content.err = errEndless
		}
	}
	if content.err != nil {
		d.broken = content.err
	}
	if d.broken != nil && (err == nil || !errors.Is(d.broken, errEndless)) {
		return false, fault(survey.FaultConnection, d.broken) // it was the line that broke
	}
	return ours, err
}
