package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// mailSink is a mail server that does as little as one can: it reads, answers and counts, for it runs on the same cores as who sends. It
// offers PIPELINING, and answers what comes together together, after the delay.
type mailSink struct {
	listener net.Listener
	address  string
	delay    time.Duration

	taken atomic.Int64
	// first is when the first mail was taken since the last reset, in nanoseconds of Unix time; 0 if none was.
	first atomic.Int64

	mu sync.Mutex
	// recipients are those of all mails since the last reset, size the bytes of the mails, sample the first of them as it came.
	recipients [][]byte
	size       int64
	sample     []byte
}

// startMailSink starts it on the loopback.
func startMailSink(ctx context.Context, delay time.Duration) (*mailSink, error) {
	var config net.ListenConfig
	listener, err := config.Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	s := &mailSink{listener: listener, address: listener.Addr().String(), delay: delay}
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go s.converse(conn)
		}
	}()
	return s, nil
}

// url is where Earshot sends to.
func (s *mailSink) url() string { return "smtp://" + s.address + "?tls=none" }

func (s *mailSink) close() { _ = s.listener.Close() }

// reset begins to count anew.
func (s *mailSink) reset() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.recipients, s.size, s.sample = nil, 0, nil
	s.taken.Store(0)
	s.first.Store(0)
}

// await returns when that many mails were taken, with the time from began to the first, and the longest in which none came after that.
func (s *mailSink) await(n int, began time.Time) (first, pause time.Duration, err error) {
	for moved, seen := time.Now(), int64(0); ; time.Sleep(time.Millisecond) {
		now := s.taken.Load()
		if now != seen {
			if seen > 0 {
				pause = max(pause, time.Since(moved))
			}
			seen, moved = now, time.Now()
		}
		if now >= int64(n) {
			return time.Unix(0, s.first.Load()).Sub(began), pause, nil
		}
		if time.Since(moved) > 2*time.Minute {
			return 0, 0, fmt.Errorf("%d of %d mails came, and no more for two minutes", now, n)
		}
	}
}

// check returns how many bytes a mail has, and an error if somebody got two.
func (s *mailSink) check(n int) (bytes int64, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	people := make(map[string]bool, len(s.recipients))
	for _, r := range s.recipients {
		people[string(r)] = true
	}
	if len(people) != n || len(s.recipients) != n {
		return 0, fmt.Errorf("%d mails came for %d people, not one for each of %d", len(s.recipients), len(people), n)
	}
	return s.size / int64(n), nil
}

// converse serves a connection.
func (s *mailSink) converse(conn net.Conn) {
	defer func() { _ = conn.Close() }()
	c := &sinkConversation{mailSink: s, in: bufio.NewReaderSize(conn, 64<<10), out: bufio.NewWriterSize(conn, 4<<10)}
	if c.say("220 sink ESMTP") != nil {
		return
	}
	for c.answer() == nil {
		continue
	}
}

// sinkConversation is a connection to a mailSink.
type sinkConversation struct {
	*mailSink
	in        *bufio.Reader
	out       *bufio.Writer
	recipient []byte
}

// say answers, at once where nothing else waits to be answered.
func (c *sinkConversation) say(line string) error {
	_, _ = c.out.WriteString(line)
	_, err := c.out.WriteString("\r\n")
	if err == nil && c.in.Buffered() == 0 {
		time.Sleep(c.delay)
		err = c.out.Flush()
	}
	return err
}

// errQuit ends a conversation.
var errQuit = errors.New("quit")

// answer reads a command and answers it.
func (c *sinkConversation) answer() error {
	line, err := c.in.ReadSlice('\n')
	if err != nil {
		return err
	}
	if len(line) < len("QUIT\r\n") {
		return c.say("500 what?")
	}
	switch string(bytes.ToUpper(line[:4])) {
	case "EHLO":
		return c.say("250-sink\r\n250-PIPELINING\r\n250-8BITMIME\r\n250 SMTPUTF8")
	case "RCPT":
		c.recipient = bytes.Clone(line[len("RCPT TO:<"):bytes.IndexByte(line, '>')])
		return c.say("250 2.1.5 ok")
	case "DATA":
		if err := c.say("354 go on"); err != nil {
			return err
		}
		return c.data()
	case "QUIT":
		_ = c.say("221 bye")
		return errQuit
	}
	return c.say("250 2.0.0 ok")
}

// data reads a mail and takes it.
func (c *sinkConversation) data() error {
	sampling := c.taken.Load() == 0
	var sample []byte
	for size := 0; ; {
		line, err := c.in.ReadSlice('\n')
		if err != nil {
			return err
		}
		size += len(line)
		if sampling {
			sample = append(sample, line...)
		}
		if string(line) == ".\r\n" {
			c.take(size, sample)
			return c.say("250 2.0.0 queued")
		}
	}
}

// take counts a mail.
func (c *sinkConversation) take(size int, sample []byte) {
	c.first.CompareAndSwap(0, time.Now().UnixNano())
	c.mu.Lock()
	c.recipients = append(c.recipients, c.recipient)
	c.size += int64(size)
	if c.sample == nil {
		c.sample = sample
	}
	c.mu.Unlock()
	c.taken.Add(1)
}

// ready returns a mail as it came, ready for the wire.
func (s *mailSink) ready() []byte {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.sample)
}
