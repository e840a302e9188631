package mailtest

import (
	"bytes"
	"errors"
	"io"

	"github.com/emersion/go-sasl"
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

func (c *loginSession) AuthMechanisms() []string { return c.server.settings.mechanisms }

func (c *loginSession) Auth(mechanism string) (sasl.Server, error) {
	if mechanism == "LOGIN" {
		return &loginServer{check: c.check}, nil
	}
	return sasl.NewPlainServer(func(_, username, password string) error { return c.check(username, password) }), nil
}

func (c *loginSession) check(username, password string) error {
	want := c.server.settings
	if username != want.username || password != want.password {
		return smtp.ErrAuthFailed
	}
	c.known = true
	return nil
}

func (c *loginSession) Mail(from string, options *smtp.MailOptions) error {
	if !c.known {
		return &smtp.SMTPError{Code: 530, EnhancedCode: smtp.EnhancedCode{5, 7, 0}, Message: "Authentication required"}
	}
	return c.session.Mail(from, options)
}

// loginServer is the server's side of AUTH LOGIN, which go-sasl lacks: it asks for the name, then for the password.
type loginServer struct {
	check    func(username, password string) error
	answers  [][]byte
	prompted int
}

func (l *loginServer) Next(response []byte) (challenge []byte, done bool, err error) {
	if l.prompted > 0 || response != nil {
		l.answers = append(l.answers, bytes.Clone(response))
	}
	prompts := []string{"Username:", "Password:"}
	if len(l.answers) > len(prompts) {
		return nil, false, errors.New("mailtest: too many answers to AUTH LOGIN")
	}
	if len(l.answers) < len(prompts) {
		l.prompted++
		return []byte(prompts[len(l.answers)]), false, nil
	}
	return nil, true, l.check(string(l.answers[0]), string(l.answers[1]))
}
