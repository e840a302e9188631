package mail_test

import (
	"context"
	"strings"
	"testing"

	"earshot/survey"
	"earshot/survey/mail/mailtest"
)

// pipelined is a script of a dialogue in which MAIL, RCPT and DATA come together.
func pipelined(then ...string) []string {
	return append([]string{"S: 220 faulty.test", "C: EHLO ", "S: 250-faulty.test", "S: 250-PIPELINING", "S: 250 8BITMIME"}, then...)
}

// together are the three commands.
var together = []string{"C: MAIL FROM:<", "C: RCPT TO:<", "C: DATA"}

// after puts what follows behind the three commands.
func after(then ...string) []string { return append(append([]string(nil), together...), then...) }

// TestPipelining plays dialogues in which the three commands are answered in every way, and then delivers another message by the same connection
// where that is still good.
func TestPipelining(t *testing.T) {
	t.Parallel()
	accepted := after("S: 250 ok", "S: 250 ok", "S: 354 go on", "body", "S: 250 queued")
	for _, tt := range []struct {
		name        string
		dialogue    []string
		delivery    survey.Delivery
		bad         bool
		reply       string
		connections int32 // after the second message
	}{
		{"taken", accepted, survey.Accepted, false, "250 queued", 1},
		{"the sender is refused", after("S: 552 5.3.4 too large", "S: 503 no sender", "S: 503 no sender", "C: RSET", "S: 250 ok"), survey.Refused, false, "552", 1},
		{"the sender is refused, and the message taken all the same", after("S: 552 5.3.4 too large", "S: 250 ok", "S: 354 go on", "C: .", "S: 554 nobody", "C: RSET", "S: 250 ok"), survey.Refused, false, "552", 1},
		{"the recipient is refused", after("S: 250 ok", "S: 550 5.1.1 nobody", "S: 554 nobody there", "C: RSET", "S: 250 ok"), survey.Refused, true, "550", 1},
		{"the recipient is refused, and the message wanted", after("S: 250 ok", "S: 550 5.1.1 nobody", "S: 354 go on", "C: .", "S: 554 nobody there", "C: RSET", "S: 250 ok"), survey.Refused, true, "550", 1},
		{"the recipient is put off", after("S: 250 ok", "S: 451 4.2.1 later", "S: 554 nobody there", "C: RSET", "S: 250 ok"), survey.Temporary, false, "451", 1},
		{"the message is not wanted", after("S: 250 ok", "S: 250 ok", "S: 451 4.7.1 later", "C: RSET", "S: 250 ok"), survey.Temporary, false, "451", 1},
		{"hung up before RCPT is answered", after("S: 250 ok", "close"), survey.Temporary, false, "RCPT TO", 2},
		{"hung up before DATA is answered", after("S: 250 ok", "S: 250 ok", "close"), survey.Temporary, false, "DATA", 2},
		{"hung up after the final dot", after("S: 250 ok", "S: 250 ok", "S: 354 go on", "body", "close"), survey.Uncertain, false, "may have been taken", 2},
		{"hung up after a refusal", after("S: 250 ok", "S: 550 5.1.1 nobody", "close"), survey.Refused, true, "550", 2},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			server := startScripted(t, pipelined(append(append([]string(nil), tt.dialogue...), accepted...)...), pipelined(accepted...))
			mailer := newSMTP(t, configFor(t, "smtp://"+server.addr+"?tls=none", nil))
			wantOutcome(t, mailer.Deliver(context.Background(), invitation()), tt.delivery, tt.bad, tt.reply)
			wantOutcome(t, mailer.Deliver(context.Background(), invitation()), survey.Accepted, false, "250 queued")
			if got := server.connections.Load(); got != tt.connections {
				t.Errorf("got %d connections, want %d", got, tt.connections)
			}
		})
	}
}

// TestADeadConnectionIsNoTry has a server hang up while a connection is kept: the message goes by another, and is not tried twice.
func TestADeadConnectionIsNoTry(t *testing.T) {
	t.Parallel()
	accepted := after("S: 250 ok", "S: 250 ok", "S: 354 go on", "body", "S: 250 queued")
	server := startScripted(t, pipelined(append(append([]string(nil), accepted...), "close")...), pipelined(accepted...))
	mailer := newSMTP(t, configFor(t, "smtp://"+server.addr+"?tls=none", nil))
	for range 2 {
		wantOutcome(t, mailer.Deliver(context.Background(), invitation()), survey.Accepted, false, "250 queued")
	}
	if got := server.connections.Load(); got != 2 {
		t.Errorf("got %d connections, want 2", got)
	}
}

// TestDotsArrive sends lines that begin with dots to a server that pipelines: one dot alone would end the message.
func TestDotsArrive(t *testing.T) {
	t.Parallel()
	for _, text := range []string{".", "..\n", ".begin\n.\n..\nend", "a\n.b\n\n.", strings.Repeat(".\n", 3000)} {
		sink := mailtest.Start(t)
		m := invitation()
		m.Text, m.HTML = text, ""
		wantOutcome(t, newSMTP(t, configFor(t, sink.URL(), nil)).Deliver(context.Background(), m), survey.Accepted, false, "250")
		if got := strings.TrimRight(sink.Wait(1)[0].Text, "\n"); got != strings.TrimRight(text, "\n") {
			t.Errorf("got %.60q, want %.60q", got, text)
		}
	}
}

// TestCheckSaysNothingOfRecipients looks at the way to a server that pipelines.
func TestCheckSaysNothingOfRecipients(t *testing.T) {
	t.Parallel()
	server := startScripted(t, pipelined("C: MAIL FROM:<", "S: 250 ok", "C: RSET", "S: 250 ok"))
	mailer := newSMTP(t, configFor(t, "smtp://"+server.addr+"?tls=none", nil))
	if o := mailer.Check(context.Background()); o.Delivery != survey.Accepted {
		t.Errorf("got %+v, want the way found clear", o)
	}
}
