// Package mailtest is a real SMTP server for tests: it listens on the loopback, collects what it is sent, and can be told to
// refuse, to stall or to hang up at a given step.
//
//	sink := mailtest.Start(t)
//	... deliver something to sink.URL() ...
//	got := sink.Wait(1)[0]
//	got.Subject, got.Text, got.HTML, got.Header.Get("List-Unsubscribe")
package mailtest

import (
	"crypto/tls"
	"crypto/x509"
	"io"
	"log"
	"net"
	"sync"
	"testing"
	"time"

	"github.com/emersion/go-smtp"

	"earshot/survey/mail/sink"
)

// Message is an accepted mail, taken apart.
type Message = sink.Message

// patience bounds how long Wait waits: far longer than any test needs, so that only a failure meets it.
const patience = 20 * time.Second

// Server is a running SMTP server. Its methods may be called from several goroutines.
type Server struct {
	// Addr is host:port on the loopback; it stays the same over Stop and Restart.
	Addr string

	tb       testing.TB
	settings settings

	mu       sync.Mutex
	running  *smtp.Server
	messages []Message
	arrived  chan struct{} // closed and replaced whenever a message arrives
	faults   []*Fault
	mended   chan struct{} // closed when stalled sessions shall go on
	sessions int
}

// Option changes how a Server is started.
type Option func(*settings)

type settings struct {
	username, password string
	mechanisms         []string
	broken             map[string]bool
	certificate        *tls.Certificate
	implicitTLS        bool
	roots              *x509.CertPool
	utf8               bool
}

// WithLogin makes the server demand that user and password, offering those mechanisms: PLAIN, LOGIN, CRAM-MD5,
// XOAUTH2 (the password is the token), SCRAM-SHA-1 and SCRAM-SHA-256, both also with -PLUS; none means PLAIN.
func WithLogin(username, password string, mechanisms ...string) Option {
	return func(s *settings) {
		s.username, s.password, s.mechanisms = username, password, mechanisms
		if len(mechanisms) == 0 {
			s.mechanisms = []string{"PLAIN"}
		}
	}
}

// WithBrokenLogin makes it refuse everybody by those mechanisms, which it goes on to offer.
func WithBrokenLogin(mechanisms ...string) Option {
	return func(s *settings) {
		s.broken = map[string]bool{}
		for _, m := range mechanisms {
			s.broken[m] = true
		}
	}
}

// WithUTF8 makes the server offer SMTPUTF8.
func WithUTF8() Option { return func(s *settings) { s.utf8 = true } }

// Start starts a server that lives until the test ends.
func Start(tb testing.TB, options ...Option) *Server {
	tb.Helper()
	s := &Server{Addr: "127.0.0.1:0", tb: tb, arrived: make(chan struct{}), mended: make(chan struct{})}
	for _, option := range options {
		option(&s.settings)
	}
	s.Restart()
	tb.Cleanup(func() {
		s.Mend()
		s.Stop()
	})
	return s
}

// Restart listens again on the same port after Stop.
func (s *Server) Restart() {
	s.tb.Helper()
	listener, err := net.Listen("tcp", s.Addr)
	if err != nil {
		s.tb.Fatalf("mailtest: listening on %s: %v", s.Addr, err)
	}
	running := s.settings.server(s)
	s.mu.Lock()
	s.Addr, s.running = listener.Addr().String(), running
	s.mu.Unlock()
	if s.settings.implicitTLS {
		listener = tls.NewListener(listener, running.TLSConfig)
	}
	go func() { _ = running.Serve(listener) }()
}

func (o *settings) server(s *Server) *smtp.Server {
	server := smtp.NewServer(smtp.BackendFunc(s.newSession))
	server.Domain = "sink.test"
	server.MaxLineLength = 1000 // RFC 5321, 4.5.3.1.6: what is longer is the sender's fault
	server.AllowInsecureAuth = true
	server.EnableSMTPUTF8 = o.utf8
	server.ErrorLog = log.New(io.Discard, "", 0)
	if o.certificate != nil {
		server.TLSConfig = &tls.Config{Certificates: []tls.Certificate{*o.certificate}}
	}
	return server
}

// Stop closes the listener and every connection, as a server that dies does. Messages stay.
func (s *Server) Stop() {
	s.mu.Lock()
	running := s.running
	s.running = nil
	s.mu.Unlock()
	if running != nil {
		_ = running.Close()
	}
}

// URL is the server's address as mail.ParseURL reads it, with the login if one is demanded.
func (s *Server) URL() string {
	login := ""
	if s.settings.username != "" {
		login = s.settings.username + ":" + s.settings.password + "@"
	}
	switch {
	case s.settings.implicitTLS:
		return "smtps://" + login + s.Addr
	case s.settings.certificate != nil:
		return "smtp://" + login + s.Addr + "?tls=starttls"
	}
	return "smtp://" + login + s.Addr + "?tls=none"
}

// Sessions counts the connections that said hello so far.
func (s *Server) Sessions() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.sessions
}

// Messages returns what was accepted so far, oldest first.
func (s *Server) Messages() []Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Message(nil), s.messages...)
}

// Drain returns what was accepted so far and forgets it.
func (s *Server) Drain() []Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	drained := s.messages
	s.messages = nil
	return drained
}

// Wait waits until at least n messages are there and returns all of them; it ends the test if they do not come.
func (s *Server) Wait(n int) []Message {
	s.tb.Helper()
	deadline := time.After(patience)
	for {
		s.mu.Lock()
		arrived, got := s.arrived, append([]Message(nil), s.messages...)
		s.mu.Unlock()
		if len(got) >= n {
			return got
		}
		select {
		case <-arrived:
		case <-deadline:
			s.tb.Fatalf("mailtest: got %d messages after %v, want %d", len(got), patience, n)
		}
	}
}

// To returns the accepted messages whose envelope names that address.
func (s *Server) To(address string) []Message {
	var found []Message
	for _, m := range s.Messages() {
		for _, recipient := range m.Recipients {
			if recipient == address {
				found = append(found, m)
			}
		}
	}
	return found
}

func (s *Server) store(m Message) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.messages = append(s.messages, m)
	close(s.arrived)
	s.arrived = make(chan struct{})
}
