package mail

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"time"

	"github.com/emersion/go-smtp"

	"earshot/survey"
)

// LMTP takes in mails that came back, from the mail server beside it (RFC 2033). It asks for no password, so it belongs on the loopback.
type LMTP struct {
	server *smtp.Server
}

// Inbox is where the mails go.
type Inbox interface {
	// Returns says whether mails to that address are taken.
	Returns(recipient string) bool
	// Receive takes one in; see survey.Service.Receive.
	Receive(ctx context.Context, recipient string, content io.Reader) (*survey.ReceivedMail, error)
}

const (
	// lmtpTimeout bounds each wait for the other side.
	lmtpTimeout = time.Minute
	// lmtpRecipients is how many addresses one mail may go to: each return path gets its own.
	lmtpRecipients = 50
	// lmtpLine is the longest line in bytes: bounces repeat what they were sent, however it was folded.
	lmtpLine = 1 << 20
)

// NewLMTP returns a server for that inbox, which calls itself by the domain.
func NewLMTP(inbox Inbox, domain string, log *slog.Logger) *LMTP {
	server := smtp.NewServer(smtp.BackendFunc(func(*smtp.Conn) (smtp.Session, error) { return &lmtpSession{inbox: inbox, log: log}, nil }))
	server.LMTP, server.Domain = true, domain
	server.ReadTimeout, server.WriteTimeout = lmtpTimeout, lmtpTimeout
	server.MaxRecipients, server.MaxMessageBytes = lmtpRecipients, survey.MaxReceivedMail
	server.MaxLineLength = lmtpLine
	server.EnableSMTPUTF8, server.EnableBINARYMIME = true, true
	server.ErrorLog = slog.NewLogLogger(log.Handler(), slog.LevelWarn)
	return &LMTP{server}
}

// Serve takes connections from the listener until Close, for which it then returns nil.
func (l *LMTP) Serve(listener net.Listener) error {
	if err := l.server.Serve(listener); !errors.Is(err, smtp.ErrServerClosed) {
		return err
	}
	return nil
}

// Close ends all connections at once: mail servers keep them open while they are idle, and what was not acknowledged is sent again. Twice
// is once.
func (l *LMTP) Close() error { return l.server.Close() }

// lmtpSession is one connection.
type lmtpSession struct {
	inbox      Inbox
	log        *slog.Logger
	from       string
	recipients []string
}

var _ smtp.LMTPSession = (*lmtpSession)(nil)

// Mail implements smtp.Session: bounces come from nobody, replies from anybody.
func (s *lmtpSession) Mail(from string, _ *smtp.MailOptions) error {
	s.from = from
	return nil
}

// Rcpt implements smtp.Session.
func (s *lmtpSession) Rcpt(to string, _ *smtp.RcptOptions) error {
	if !s.inbox.Returns(to) {
		return &smtp.SMTPError{Code: 550, EnhancedCode: smtp.EnhancedCode{5, 1, 1}, Message: "this is no return path of ours"}
	}
	s.recipients = append(s.recipients, to)
	return nil
}

// Data implements smtp.Session; over LMTP it is not called.
func (s *lmtpSession) Data(io.Reader) error { return smtp.ErrDataReset }

// LMTPData implements smtp.LMTPSession.
func (s *lmtpSession) LMTPData(r io.Reader, status smtp.StatusCollector) error {
	content, err := io.ReadAll(r)
	switch {
	case errors.Is(err, smtp.ErrDataTooLarge):
		return err
	case err != nil:
		return &smtp.SMTPError{Code: 451, EnhancedCode: smtp.EnhancedCode{4, 3, 0}, Message: "the mail could not be read; try again"}
	}
	// Who delivers a mail at last writes down whom the envelope named as its sender (RFC 5321, 4.4): nobody, of a bounce.
	content = append([]byte("Return-Path: <"+s.from+">\r\n"), content...)
	for _, to := range s.recipients {
		status.SetStatus(to, s.receive(to, content))
	}
	return nil
}

// Reset implements smtp.Session.
func (s *lmtpSession) Reset() { s.from, s.recipients = "", nil }

// Logout implements smtp.Session.
func (s *lmtpSession) Logout() error { return nil }

// receive takes in a mail for one recipient. What fails now may be sent again; what is no mail never.
func (s *lmtpSession) receive(to string, content []byte) error {
	ctx, cancel := context.WithTimeout(context.Background(), lmtpTimeout)
	defer cancel()
	_, err := s.inbox.Receive(ctx, to, bytes.NewReader(content))
	switch kind := survey.KindOf(err); {
	case err == nil:
		return nil
	case kind == survey.Invalid || kind == survey.TooLarge:
		return &smtp.SMTPError{Code: 554, EnhancedCode: smtp.EnhancedCode{5, 6, 0}, Message: err.Error()}
	}
	s.log.WarnContext(ctx, "a mail that came back could not be taken in; the mail server tries again", "error", err)
	return &smtp.SMTPError{Code: 451, EnhancedCode: smtp.EnhancedCode{4, 3, 0}, Message: "it cannot be taken in now; try again"}
}
