package mailtest

import (
	"errors"
	"fmt"
	"net"
	"strings"

	"github.com/emersion/go-smtp"
)

// Step is a place in the dialogue where a Server can be told to fail.
type Step int

// The steps, in the order of the dialogue.
const (
	AtMail      Step = iota // the answer to MAIL FROM
	AtRecipient             // the answer to RCPT TO
	AtEnd                   // the answer to the end of the message
)

// Fault says what goes wrong at a step. Exactly one of Reply, Close and Stall is set.
type Fault struct {
	// Reply is said instead of taking it: a code, an enhanced code if wanted, and words, e.g. "550 5.1.1 no such user".
	Reply string
	// Close hangs up without a word.
	Close bool
	// Stall says nothing until Mend, then goes on as if nothing had been.
	Stall bool
	// Recipient limits the fault to that envelope address; empty means everybody.
	Recipient string
	// Times is how often it happens; 0 means until Mend.
	Times int
	// Kept says, at AtEnd, that the message was taken although the client is not told so.
	Kept bool

	step Step
}

// Break makes the server fail at a step from now on. Several faults may be set; the first one that fits happens.
func (s *Server) Break(step Step, f Fault) {
	if f.Reply != "" {
		if _, err := parseReply(f.Reply); err != nil {
			s.tb.Fatalf("mailtest: %v", err)
		}
	}
	f.step = step
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = append(s.faults, &f)
}

// Mend ends all faults; stalled sessions go on.
func (s *Server) Mend() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.faults = nil
	close(s.mended)
	s.mended = make(chan struct{})
}

// fault returns the fault that happens now, or nil, and the channel that ends its stall.
func (s *Server) fault(step Step, recipients ...string) (*Fault, <-chan struct{}) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i, f := range s.faults {
		if f.step != step || !f.concerns(recipients) {
			continue
		}
		if f.Times == 1 {
			s.faults = append(s.faults[:i:i], s.faults[i+1:]...)
		}
		f.Times--
		return f, s.mended
	}
	return nil, nil
}

func (f *Fault) concerns(recipients []string) bool {
	if f.Recipient == "" {
		return true
	}
	for _, r := range recipients {
		if strings.EqualFold(r, f.Recipient) {
			return true
		}
	}
	return false
}

// errHungUp ends a session whose connection is closed already; nobody hears it.
var errHungUp = errors.New("mailtest: hung up")

// happen lets the fault happen on the connection. A nil error means that the session goes on.
func (f *Fault) happen(conn net.Conn, mended <-chan struct{}) error {
	switch {
	case f == nil:
		return nil
	case f.Close:
		_ = conn.Close()
		return errHungUp
	case f.Stall:
		<-mended
		return nil
	}
	reply, err := parseReply(f.Reply)
	if err != nil {
		return err
	}
	return reply
}

// parseReply reads "550 5.1.1 no such user"; the enhanced code may be missing.
func parseReply(line string) (*smtp.SMTPError, error) {
	reply := &smtp.SMTPError{EnhancedCode: smtp.NoEnhancedCode}
	code, words, _ := strings.Cut(line, " ")
	if _, err := fmt.Sscanf(code, "%3d", &reply.Code); err != nil || reply.Code < 400 || reply.Code > 599 {
		return nil, fmt.Errorf("a fault's reply must begin with a code from 400 to 599: %q", line)
	}
	reply.Message = words
	enhanced, rest, _ := strings.Cut(words, " ")
	e := &reply.EnhancedCode
	if n, err := fmt.Sscanf(enhanced, "%d.%d.%d", &e[0], &e[1], &e[2]); err == nil && n == 3 {
		reply.Message = rest
	} else {
		reply.EnhancedCode = smtp.NoEnhancedCode
	}
	return reply, nil
}
