package mail_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"earshot/survey"
)

// outcomeRow is a server's behaviour and what Deliver must make of it.
type outcomeRow struct {
	name   string
	script []string
	want   survey.Delivery
	bad    bool
	words  string
}

// at makes rows' scripts shorter to read.
func at(command string, then ...string) []string { return upTo(command, then...) }

var beforeMail = []outcomeRow{
	{"greeting 421", []string{"S: 421 4.3.2 busy", "close"}, survey.Temporary, false, "421 4.3.2 busy"},
	{"greeting 554", []string{"S: 554 5.7.1 you are listed", "close"}, survey.Temporary, false, "554 5.7.1 you are listed"},
	{"greeting garbage", []string{"S: SSH-2.0-OpenSSH_9.2", "close"}, survey.Temporary, false, "the greeting"},
	{"greeting never", []string{"stall"}, survey.Temporary, false, "timeout"},
	{"closes at once", []string{"close"}, survey.Temporary, false, "EOF"},
	{"EHLO and HELO refused", []string{"S: 220 x", "C: EHLO", "S: 550 go away", "C: HELO", "S: 550 go away"}, survey.Temporary, false, "550 go away"},
	{"EHLO 421", []string{"S: 220 x", "C: EHLO", "S: 421 too many", "close"}, survey.Temporary, false, "421 too many"},
	{"only HELO known", []string{"S: 220 x", "C: EHLO", "S: 502 what", "C: HELO", "S: 250 hi", "C: MAIL", "S: 250 ok", "C: RCPT",
		"S: 250 ok", "C: DATA", "S: 354 go", "body", "S: 250 thanks"}, survey.Accepted, false, "250 thanks"},
}

var atMail = []outcomeRow{
	{"MAIL 451", at("MAIL", "S: 451 4.3.0 later"), survey.Temporary, false, "451 4.3.0 later (MAIL FROM)"},
	{"MAIL 421", at("MAIL", "S: 421 4.7.0 slow down", "close"), survey.Temporary, false, "421"},
	{"MAIL 550", at("MAIL", "S: 550 5.7.1 sender refused"), survey.Temporary, false, "550 5.7.1 sender refused"},
	{"MAIL 530 wants a login", at("MAIL", "S: 530 5.7.0 Authentication required"), survey.Temporary, false, "log-in"},
	{"MAIL 554 5.7.8 wants a login", at("MAIL", "S: 554 5.7.8 credentials"), survey.Temporary, false, "log-in"},
	{"MAIL 503", at("MAIL", "S: 503 5.5.1 bad sequence"), survey.Temporary, false, "503"},
	{"MAIL closes", at("MAIL", "close"), survey.Temporary, false, "EOF"},
	{"MAIL stalls", at("MAIL", "stall"), survey.Temporary, false, "timeout"},
	{"MAIL garbage", at("MAIL", "S: hello?", "close"), survey.Temporary, false, "MAIL FROM"},
	{"MAIL 354", at("MAIL", "S: 354 what"), survey.Temporary, false, "354"},
}

var atRecipient = []outcomeRow{
	{"RCPT 450", at("RCPT", "S: 450 4.2.0 greylisted"), survey.Temporary, false, "450 4.2.0 greylisted (RCPT TO)"},
	{"RCPT 452", at("RCPT", "S: 452 4.2.2 mailbox full"), survey.Temporary, false, "452"},
	{"RCPT 550 5.1.1", at("RCPT", "S: 550 5.1.1 no such user"), survey.Refused, true, "550 5.1.1 no such user"},
	{"RCPT 550-5.1.1 on two lines", at("RCPT", "S: 550-5.1.1 The account", "S: 550 5.1.1 does not exist"), survey.Refused, true, "does not exist"},
	{"RCPT 550 5.1.10", at("RCPT", "S: 550 5.1.10 null MX"), survey.Refused, true, "null MX"},
	{"RCPT bare 550", at("RCPT", "S: 550 unknown user"), survey.Refused, true, "unknown user"},
	{"RCPT bare 551", at("RCPT", "S: 551 moved away"), survey.Refused, true, "moved"},
	{"RCPT bare 553", at("RCPT", "S: 553 mailbox name invalid"), survey.Refused, true, "invalid"},
	{"RCPT bare 552 full", at("RCPT", "S: 552 over quota"), survey.Refused, false, "over quota"},
	{"RCPT bare 550 policy", at("RCPT", "S: 550 your IP is listed by Spamhaus"), survey.Temporary, false, "Spamhaus"},
	{"RCPT bare 550 relay", at("RCPT", "S: 550 Relay access denied"), survey.Temporary, false, "Relay"},
	{"RCPT 550 5.7.1", at("RCPT", "S: 550 5.7.1 policy"), survey.Refused, false, "5.7.1"},
	{"RCPT 554 5.7.1", at("RCPT", "S: 554 5.7.1 Relay access denied"), survey.Temporary, false, "5.7.1"},
	{"RCPT 550 5.1.8 the sender's", at("RCPT", "S: 550 5.1.8 bad sender"), survey.Temporary, false, "5.1.8"},
	{"RCPT 550 5.2.1 closed", at("RCPT", "S: 550 5.2.1 disabled"), survey.Refused, true, "5.2.1"},
	{"RCPT 552 5.2.2 full", at("RCPT", "S: 552 5.2.2 full"), survey.Refused, false, "5.2.2"},
	{"RCPT 550 5.4.1 of Microsoft", at("RCPT", "S: 550 5.4.1 Recipient address rejected: Access denied"), survey.Refused, true, "5.4.1"},
	{"RCPT 550 5.4.1 else", at("RCPT", "S: 550 5.4.1 no answer from host"), survey.Refused, false, "5.4.1"},
	{"RCPT 530", at("RCPT", "S: 530 5.7.0 log in first"), survey.Temporary, false, "log-in"},
	{"RCPT closes", at("RCPT", "close"), survey.Temporary, false, "EOF"},
	{"RCPT resets", at("RCPT", "reset"), survey.Temporary, false, "reset"},
	{"RCPT stalls", at("RCPT", "stall"), survey.Temporary, false, "timeout"},
	{"RCPT garbage", at("RCPT", "S: 25x ok", "close"), survey.Temporary, false, "RCPT TO"},
}

var atData = []outcomeRow{
	{"DATA 451", at("DATA", "S: 451 4.3.0 no disk"), survey.Temporary, false, "451 4.3.0 no disk (DATA)"},
	{"DATA 554", at("DATA", "S: 554 5.5.1 no valid recipients"), survey.Refused, false, "554"},
	{"DATA 250", at("DATA", "S: 250 what?"), survey.Temporary, false, "250"},
	{"DATA closes", at("DATA", "close"), survey.Temporary, false, "EOF"},
	{"DATA stalls", at("DATA", "stall"), survey.Temporary, false, "timeout"},
}

var afterDot = []outcomeRow{
	{"dot 250", at("body", "S: 250 2.0.0 queued as 42"), survey.Accepted, false, "250 2.0.0 queued as 42"},
	{"dot 251", at("body", "S: 251 forwarded"), survey.Accepted, false, "251"},
	{"dot 451", at("body", "S: 451 4.3.0 later"), survey.Temporary, false, "451"},
	{"dot 421", at("body", "S: 421 4.3.0 shutting down", "close"), survey.Temporary, false, "421"},
	{"dot 552", at("body", "S: 552 5.3.4 too big"), survey.Refused, false, "552"},
	{"dot 554 spam", at("body", "S: 554 5.7.1 spam"), survey.Refused, false, "554"},
	{"dot 550 5.1.1", at("body", "S: 550 5.1.1 no such user"), survey.Refused, true, "5.1.1"},
	{"dot bare 550", at("body", "S: 550 no"), survey.Refused, false, "550"},
	{"dot closes", at("body", "close"), survey.Uncertain, false, "may have been taken"},
	{"dot resets", at("body", "reset"), survey.Uncertain, false, "may have been taken"},
	{"dot stalls", at("body", "stall"), survey.Uncertain, false, "timeout"},
	{"dot garbage", at("body", "S: hooray", "stall"), survey.Uncertain, false, "may have been taken"},
	{"dot half a reply", at("body", "S: 250-queued", "close"), survey.Uncertain, false, "may have been taken"},
	{"dot 354", at("body", "S: 354 more"), survey.Uncertain, false, "354"},
	{"closes before reading the dot", at("DATA", "S: 354 go on", "close"), survey.Uncertain, false, "may have been taken"},
}

func TestDeliverOutcomes(t *testing.T) {
	t.Parallel()
	for _, rows := range [][]outcomeRow{beforeMail, atMail, atRecipient, atData, afterDot} {
		for _, row := range rows {
			t.Run(row.name, func(t *testing.T) {
				t.Parallel()
				server := startScripted(t, row.script)
				config := configFor(t, "smtp://"+server.addr+"?tls=none", nil)
				switch last := row.script[len(row.script)-1]; {
				case last == "stall" && row.want == survey.Uncertain:
					config.AcceptTimeout = 100 * time.Millisecond
				case last == "stall":
					config.Timeout = 300 * time.Millisecond
				}
				got := newSMTP(t, config).Deliver(context.Background(), invitation())
				wantOutcome(t, got, row.want, row.bad, row.words)
				if n := server.connections.Load(); n != 1 {
					t.Errorf("got %d connections, want 1: it must never try twice", n)
				}
			})
		}
	}
}

// A message that does not fit into the buffers of the connection shows whether the dot left.
func TestDeliverOutcomesOfALongMessage(t *testing.T) {
	t.Parallel()
	rows := []outcomeRow{
		{"resets", at("DATA", "S: 354 go on", "pause", "reset"), survey.Temporary, false, "sending the message"},
		{"stops reading", at("DATA", "S: 354 go on", "stall"), survey.Temporary, false, "timeout"},
		{"says why and stops reading", at("DATA", "S: 354 go on", "S: 552 5.3.4 too big", "stall"), survey.Refused, false, "552"},
		{"is busy and stops reading", at("DATA", "S: 354 go on", "S: 452 4.3.1 full", "stall"), survey.Temporary, false, "452"},
		{"reads it all", at("body", "S: 250 ok"), survey.Accepted, false, "250"},
		{"reads it all and closes", at("body", "close"), survey.Uncertain, false, "may have been taken"},
	}
	long := invitation()
	long.Text = strings.Repeat("A line of the message, as long as most are.\n", 150_000)
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			server := startScripted(t, row.script)
			config := configFor(t, "smtp://"+server.addr+"?tls=none", nil)
			config.Timeout = time.Minute // reading it all takes long on a busy machine
			if row.script[len(row.script)-1] == "stall" {
				config.Timeout = 600 * time.Millisecond
			}
			wantOutcome(t, newSMTP(t, config).Deliver(context.Background(), long), row.want, row.bad, row.words)
		})
	}
}

func TestDeliverStopsWritingWhenTheContextEnds(t *testing.T) {
	t.Parallel()
	server := startScripted(t, at("DATA", "S: 354 go on", "stall"))
	long := invitation()
	long.Text = strings.Repeat("A line of the message, as long as most are.\n", 150_000)
	config := configFor(t, "smtp://"+server.addr+"?tls=none", nil)
	config.Timeout = 20 * time.Second
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	start := time.Now()
	go func() {
		for server.connections.Load() == 0 {
			time.Sleep(time.Millisecond)
		}
		time.Sleep(500 * time.Millisecond) // by then the buffers of the connection are full
		cancel()
	}()
	wantOutcome(t, newSMTP(t, config).Deliver(ctx, long), survey.Temporary, false, "sending the message")
	if took := time.Since(start); took > 15*time.Second {
		t.Errorf("took %v, want an end soon after the context's", took)
	}
}

func TestDeliverWithoutAServer(t *testing.T) {
	t.Parallel()
	server := startScripted(t, opening)
	config := configFor(t, "smtp://"+server.addr+"?tls=none", nil)
	config.Port = 1 // nothing listens there
	got := newSMTP(t, config).Deliver(context.Background(), invitation())
	wantOutcome(t, got, survey.Temporary, false, "connection refused")
}

func TestDeliverWhenTheContextEnds(t *testing.T) {
	t.Parallel()
	rows := []outcomeRow{
		{"before the greeting", []string{"stall"}, survey.Temporary, false, ""},
		{"at RCPT", at("RCPT", "stall"), survey.Temporary, false, ""},
		{"after the dot, answered soon", at("body", "pause", "pause", "pause", "S: 250 taken"), survey.Accepted, false, "250 taken"},
		{"after the dot, refused soon", at("body", "pause", "pause", "pause", "S: 451 no"), survey.Temporary, false, "451"},
		{"after the dot, never answered", at("body", "stall"), survey.Uncertain, false, "may have been taken"},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			server := startScripted(t, row.script)
			config := configFor(t, "smtp://"+server.addr+"?tls=none", nil)
			config.AcceptTimeout, config.Grace = 20*time.Second, 500*time.Millisecond
			ctx, cancel := context.WithTimeout(context.Background(), 150*time.Millisecond)
			defer cancel()
			start := time.Now()
			wantOutcome(t, newSMTP(t, config).Deliver(ctx, invitation()), row.want, row.bad, row.words)
			if took := time.Since(start); took > 3*time.Second {
				t.Errorf("took %v, want an end soon after the context's", took)
			}
		})
	}
}

func TestDeliverWithAnEndedContextSendsNothing(t *testing.T) {
	t.Parallel()
	server := startScripted(t, opening)
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	mailer := newSMTP(t, configFor(t, "smtp://"+server.addr+"?tls=none", nil))
	wantOutcome(t, mailer.Deliver(ctx, invitation()), survey.Temporary, false, "canceled")
	if n := server.connections.Load(); n != 0 {
		t.Errorf("got %d connections, want none", n)
	}
}
