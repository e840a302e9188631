package sink

import (
	"io"
	"slices"

	"github.com/emersion/go-smtp"
)

// session is one connection.
type session struct {
	sink       *Sink
	from       string
	recipients []string
}

// Mail implements smtp.Session.
func (s *session) Mail(from string, _ *smtp.MailOptions) error {
	s.from = from
	return nil
}

// Rcpt implements smtp.Session.
func (s *session) Rcpt(to string, _ *smtp.RcptOptions) error {
	switch o := &s.sink.options; {
	case unlucky(o.Refuse):
		return &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "the sink knows nobody of that name, as it was told to"}
	case unlucky(o.PutOff):
		return &smtp.SMTPError{Code: 451, EnhancedCode: smtp.EnhancedCode{4, 2, 1}, Message: "the sink takes that mail later, as it was told to"}
	}
	s.recipients = append(s.recipients, to)
	return nil
}

// Data implements smtp.Session.
func (s *session) Data(r io.Reader) error {
	raw, err := io.ReadAll(r)
	if err != nil {
		return err
	}
	m := &Mail{}
	if m.Message, err = Parse(raw); err != nil {
		m.Problem = err.Error()
	}
	m.Sender, m.Recipients = s.from, slices.Clone(s.recipients)
	s.sink.take(m)
	return nil
}

// Reset implements smtp.Session.
func (s *session) Reset() { s.from, s.recipients = "", nil }

// Logout implements smtp.Session.
func (s *session) Logout() error { return nil }
