package mail_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"earshot/survey"
	"earshot/survey/mail"
	"earshot/survey/mail/mailtest"
)

// deliverMany delivers n messages, so many at once, and wants all of them accepted.
func deliverMany(tb testing.TB, mailer *mail.SMTP, n, atOnce int) {
	tb.Helper()
	var wg sync.WaitGroup
	numbers := make(chan int)
	for range atOnce {
		wg.Go(func() {
			for i := range numbers {
				m := invitation()
				m.To = fmt.Sprintf("kim-%d@customer.example", i)
				wantOutcome(tb, mailer.Deliver(context.Background(), m), survey.Accepted, false, "250")
			}
		})
	}
	for i := range n {
		numbers <- i
	}
	close(numbers)
	wg.Wait()
}

func TestConnectionsAreKept(t *testing.T) {
	t.Parallel()
	rows := []struct {
		name           string
		change         func(*mail.Config)
		messages, once int
		min, max       int
	}{
		{"one after the other", func(*mail.Config) {}, 20, 1, 1, 1},
		{"never more than MaxConnections", func(c *mail.Config) { c.MaxConnections = 3 }, 40, 8, 1, 3},
		{"worn after MaxPerConnection", func(c *mail.Config) { c.MaxPerConnection = 5 }, 20, 1, 4, 4},
		{"one message each", func(c *mail.Config) { c.MaxPerConnection = 1 }, 5, 1, 5, 5},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			sink := mailtest.Start(t)
			config := configFor(t, sink.URL(), nil)
			row.change(&config)
			deliverMany(t, newSMTP(t, config), row.messages, row.once)
			if got := len(sink.Messages()); got != row.messages {
				t.Errorf("got %d messages, want %d", got, row.messages)
			}
			if got := sink.Sessions(); got < row.min || got > row.max {
				t.Errorf("got %d connections, want %d to %d", got, row.min, row.max)
			}
		})
	}
}

func TestAnUnusedConnectionIsClosed(t *testing.T) {
	t.Parallel()
	script := append(upTo("body", "S: 250 ok"), "C: QUIT", "S: 221 bye", "close")
	server := startScripted(t, script, upTo("body", "S: 250 second"))
	config := configFor(t, "smtp://"+server.addr+"?tls=none", nil)
	config.KeepIdle = 20 * time.Millisecond
	mailer := newSMTP(t, config)
	wantOutcome(t, mailer.Deliver(context.Background(), invitation()), survey.Accepted, false, "250 ok")
	time.Sleep(200 * time.Millisecond)
	wantOutcome(t, mailer.Deliver(context.Background(), invitation()), survey.Accepted, false, "250 second")
	if n := server.connections.Load(); n != 2 {
		t.Errorf("got %d connections, want a second one after the first was closed", n)
	}
}

func TestADeadKeptConnectionIsReopened(t *testing.T) {
	t.Parallel()
	first := func(then ...string) []string { return append(upTo("body", "S: 250 ok"), then...) }
	for name, end := range map[string][]string{
		"closed":         first("close"),
		"reset":          first("reset"),
		"421":            first("C: MAIL", "S: 421 4.4.2 idle too long", "close"),
		"closed at MAIL": first("C: MAIL", "close"),
		"silent":         first("C: MAIL", "stall"),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := startScripted(t, end, upTo("body", "S: 250 on a new one"))
			config := configFor(t, "smtp://"+server.addr+"?tls=none", nil)
			if name == "silent" {
				config.Timeout = 500 * time.Millisecond
			}
			mailer := newSMTP(t, config)
			wantOutcome(t, mailer.Deliver(context.Background(), invitation()), survey.Accepted, false, "250 ok")
			wantOutcome(t, mailer.Deliver(context.Background(), invitation()), survey.Accepted, false, "250 on a new one")
			if n := server.connections.Load(); n != 2 {
				t.Errorf("got %d connections, want 2", n)
			}
		})
	}
}

// After MAIL was accepted on a kept connection, nothing is begun anew.
func TestAKeptConnectionThatBreaksLaterIsNotTriedAgain(t *testing.T) {
	t.Parallel()
	rows := []outcomeRow{
		{"at RCPT", []string{"C: MAIL", "S: 250 ok", "C: RCPT", "close"}, survey.Temporary, false, "RCPT TO"},
		{"after the dot", []string{"C: MAIL", "S: 250 ok", "C: RCPT", "S: 250 ok", "C: DATA", "S: 354 go", "body", "close"},
			survey.Uncertain, false, "may have been taken"},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			server := startScripted(t, append(upTo("body", "S: 250 ok"), row.script...))
			mailer := newSMTP(t, configFor(t, "smtp://"+server.addr+"?tls=none", nil))
			wantOutcome(t, mailer.Deliver(context.Background(), invitation()), survey.Accepted, false, "250 ok")
			wantOutcome(t, mailer.Deliver(context.Background(), invitation()), row.want, row.bad, row.words)
			if n := server.connections.Load(); n != 1 {
				t.Errorf("got %d connections, want 1", n)
			}
		})
	}
}

func TestARefusalLeavesTheConnectionInUse(t *testing.T) {
	t.Parallel()
	sink := mailtest.Start(t)
	sink.Break(mailtest.AtRecipient, mailtest.Fault{Reply: "550 5.1.1 nobody", Recipient: "gone@customer.example"})
	sink.Break(mailtest.AtEnd, mailtest.Fault{Reply: "554 5.7.1 spam", Recipient: "strict@customer.example"})
	mailer := newSMTP(t, configFor(t, sink.URL(), nil))
	for _, row := range []struct {
		to   string
		want survey.Delivery
		bad  bool
	}{
		{"gone@customer.example", survey.Refused, true},
		{"kim@customer.example", survey.Accepted, false},
		{"strict@customer.example", survey.Refused, false},
		{"kim@customer.example", survey.Accepted, false},
	} {
		m := invitation()
		m.To = row.to
		wantOutcome(t, mailer.Deliver(context.Background(), m), row.want, row.bad, "")
	}
	if got := sink.Sessions(); got != 1 {
		t.Errorf("got %d connections, want 1", got)
	}
	for _, m := range sink.Messages() {
		if strings.Join(m.Recipients, " ") != "kim@customer.example" {
			t.Errorf("got a message to %v: the refused recipient was not forgotten", m.Recipients)
		}
	}
}

// A server that still holds the refused message's envelope must be told to forget it.
func TestARefusedMessageIsReset(t *testing.T) {
	t.Parallel()
	for command, refusal := range map[string]string{
		"MAIL": "S: 552 5.3.4 no", "RCPT": "S: 550 5.1.1 no", "DATA": "S: 554 5.5.1 no", "body": "S: 554 5.7.1 no",
	} {
		t.Run(command, func(t *testing.T) {
			t.Parallel()
			next := upTo("body", "S: 250 second")[len(opening):]
			server := startScripted(t, append(upTo(command, refusal, "C: RSET", "S: 250 ok"), next...))
			mailer := newSMTP(t, configFor(t, "smtp://"+server.addr+"?tls=none", nil))
			wantOutcome(t, mailer.Deliver(context.Background(), invitation()), survey.Refused, command == "RCPT", "no")
			wantOutcome(t, mailer.Deliver(context.Background(), invitation()), survey.Accepted, false, "250 second")
			if n := server.connections.Load(); n != 1 {
				t.Errorf("got %d connections, want 1", n)
			}
		})
	}
}

func TestARestartedServerIsFoundAgain(t *testing.T) {
	t.Parallel()
	sink := mailtest.Start(t)
	config := configFor(t, sink.URL(), nil)
	mailer := newSMTP(t, config)
	deliverMany(t, mailer, 8, 4)
	sink.Stop()
	wantOutcome(t, mailer.Deliver(context.Background(), invitation()), survey.Temporary, false, "connect")
	sink.Restart()
	deliverMany(t, mailer, 8, 4)
	if got := len(sink.Messages()); got != 16 {
		t.Errorf("got %d messages, want 16", got)
	}
}

func TestClose(t *testing.T) {
	t.Parallel()
	sink := mailtest.Start(t)
	sink.Break(mailtest.AtEnd, mailtest.Fault{Stall: true, Times: 1})
	mailer := newSMTP(t, configFor(t, sink.URL(), nil))
	underWay := make(chan survey.Outcome, 1)
	go func() { underWay <- mailer.Deliver(context.Background(), invitation()) }()
	for sink.Sessions() == 0 {
		time.Sleep(time.Millisecond)
	}
	closed := make(chan error, 1)
	go func() { closed <- mailer.Close() }()
	select {
	case <-closed:
		t.Errorf("Close returned while a message was under way")
	case <-time.After(50 * time.Millisecond):
	}
	sink.Mend()
	wantOutcome(t, <-underWay, survey.Accepted, false, "250")
	if err := <-closed; err != nil {
		t.Errorf("Close: got %v, want nil", err)
	}
	wantOutcome(t, mailer.Deliver(context.Background(), invitation()), survey.Temporary, false, "closed")
	if err := mailer.Close(); err != nil {
		t.Errorf("second Close: got %v, want nil", err)
	}
}
