package sink

import (
	"errors"
	"log/slog"
	"math/rand/v2"
	"net"
	"slices"
	"sync"
	"time"

	"github.com/emersion/go-smtp"
)

// Options are how a sink behaves; the zero value takes everything at once and keeps DefaultKeep mails.
type Options struct {
	// Keep is how many mails are kept, the latest; 0 means DefaultKeep.
	Keep int
	// Delay is how long each answer takes.
	Delay time.Duration
	// Refuse and PutOff are the shares, from 0 to 1, of recipients that are refused for good (550), and for now (451).
	Refuse, PutOff float64
	// Arrived is told of each mail that was taken; nil means nobody is. It is called by one goroutine at a time.
	Arrived func(*Mail)
	// Log receives what goes wrong; nil discards it.
	Log *slog.Logger
}

// DefaultKeep is how many mails are kept where nobody says.
const DefaultKeep = 1000

const (
	// maxMail is the largest mail that is taken, in bytes; maxKept is how many bytes of mails are kept at most.
	maxMail = 10 << 20
	maxKept = 100 << 20
	// maxLine is the longest line that is taken, in bytes: more than SMTP allows, so that a mail that breaks the rule can be looked at.
	maxLine = 1 << 20
	// patience bounds each wait for the other side.
	patience = 5 * time.Minute
)

// Mail is a mail that arrived.
type Mail struct {
	// Number counts the mails from 1, in the order in which they came.
	Number int
	// At is when it came.
	At time.Time
	Message
	// Problem is what a strict reader dislikes; empty if nothing. What was read until then stands in Message.
	Problem string
}

// Sink is a running mail server. Its methods may be called from several goroutines.
type Sink struct {
	options Options
	server  *smtp.Server

	mu    sync.Mutex
	kept  []*Mail // oldest first
	bytes int
	count int
}

// New returns a sink; Serve begins to take mails.
func New(o Options) *Sink {
	if o.Keep <= 0 {
		o.Keep = DefaultKeep
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	s := &Sink{options: o}
	s.server = smtp.NewServer(smtp.BackendFunc(func(*smtp.Conn) (smtp.Session, error) { return &session{sink: s}, nil }))
	s.server.Domain = "sink.localhost"
	s.server.ReadTimeout, s.server.WriteTimeout = patience, patience
	s.server.MaxMessageBytes, s.server.MaxLineLength = maxMail, maxLine
	s.server.EnableSMTPUTF8, s.server.EnableBINARYMIME = true, true
	s.server.ErrorLog = slog.NewLogLogger(o.Log.Handler(), slog.LevelWarn)
	return s
}

// Serve takes mails from the listener until Close, for which it then returns nil.
func (s *Sink) Serve(listener net.Listener) error {
	if s.options.Delay > 0 {
		listener = slowListener{listener, s.options.Delay}
	}
	if err := s.server.Serve(listener); !errors.Is(err, smtp.ErrServerClosed) {
		return err
	}
	return nil
}

// Close ends all connections. Twice is once.
func (s *Sink) Close() error { return s.server.Close() }

// Mails returns the mails that are kept, the latest first.
func (s *Sink) Mails() []*Mail {
	s.mu.Lock()
	defer s.mu.Unlock()
	list := slices.Clone(s.kept)
	slices.Reverse(list)
	return list
}

// Mail returns the mail of that number, nil if it is not kept.
func (s *Sink) Mail(number int) *Mail {
	s.mu.Lock()
	defer s.mu.Unlock()
	i, found := slices.BinarySearchFunc(s.kept, number, func(m *Mail, n int) int { return m.Number - n })
	if !found {
		return nil
	}
	return s.kept[i]
}

// Count is how many mails were taken so far, those that are not kept any more included.
func (s *Sink) Count() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.count
}

// Clear forgets the mails that are kept; numbers go on.
func (s *Sink) Clear() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.kept, s.bytes = nil, 0
}

// take keeps a mail, and forgets the oldest for it.
func (s *Sink) take(m *Mail) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.count++
	m.Number, m.At = s.count, time.Now()
	s.kept = append(s.kept, m)
	s.bytes += len(m.Raw)
	for len(s.kept) > s.options.Keep || s.bytes > maxKept {
		s.bytes -= len(s.kept[0].Raw)
		s.kept[0] = nil
		s.kept = s.kept[1:]
	}
	if s.options.Arrived != nil {
		s.options.Arrived(m)
	}
}

// unlucky says whether something happens that has that chance.
func unlucky(chance float64) bool { return chance > 0 && rand.Float64() < chance } // #nosec G404: no secret

// slowListener delays each answer on its connections.
type slowListener struct {
	net.Listener
	delay time.Duration
}

// Accept implements net.Listener.
func (l slowListener) Accept() (net.Conn, error) {
	conn, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return slowConn{conn, l.delay}, nil
}

// slowConn is a connection on which each write comes late: the server writes one answer at a time.
type slowConn struct {
	net.Conn
	delay time.Duration
}

// Write implements net.Conn.
func (c slowConn) Write(b []byte) (int, error) {
	time.Sleep(c.delay)
	return c.Conn.Write(b)
}
