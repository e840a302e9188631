package mailtest

import (
	"io"

	"github.com/emersion/go-smtp"

	"earshot/survey/mail/sink"
)

type session struct {
	server     *Server
	conn       *smtp.Conn
	sender     string
	recipients []string
}

func (s *Server) newSession(conn *smtp.Conn) (smtp.Session, error) {
	s.mu.Lock()
	s.sessions++
	s.mu.Unlock()
	plain := &session{server: s, conn: conn}
	if s.settings.username == "" {
		return plain, nil
	}
	return &loginSession{session: plain}, nil
}

func (c *session) Reset()        { c.sender, c.recipients = "", nil }
func (c *session) Logout() error { return nil }

func (c *session) Mail(from string, _ *smtp.MailOptions) error {
	fault, mended := c.server.fault(AtMail)
	c.sender = from
	return fault.happen(c.conn.Conn(), mended)
}

func (c *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	fault, mended := c.server.fault(AtRecipient, to)
	if err := fault.happen(c.conn.Conn(), mended); err != nil {
		return err
	}
	c.recipients = append(c.recipients, to)
	return nil
}

func (c *session) Data(r io.Reader) error {
	raw, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	message, err := sink.Parse(raw)
	if err != nil {
		return &smtp.SMTPError{Code: 554, EnhancedCode: smtp.EnhancedCode{5, 6, 0}, Message: "cannot parse: " + err.Error()}
	}
	message.Sender, message.Recipients = c.sender, append([]string(nil), c.recipients...)
	fault, mended := c.server.fault(AtEnd, c.recipients...)
	if fault != nil && fault.Kept {
		c.server.store(message)
	}
	if err := fault.happen(c.conn.Conn(), mended); err != nil {
		return err
	}
	if fault == nil || !fault.Kept {
		c.server.store(message)
	}
	return nil
}

// loginSession refuses mail until the login succeeded.
type loginSession struct {
	*session
	known bool
}

func (c *loginSession) Mail(from string, options *smtp.MailOptions) error {
	if !c.known {
		return &smtp.SMTPError{Code: 530, EnhancedCode: smtp.EnhancedCode{5, 7, 0}, Message: "Authentication required"}
	}
	return c.session.Mail(from, options)
}
