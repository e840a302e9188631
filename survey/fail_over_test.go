package survey_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"earshot/survey"
	"earshot/survey/mail"
	"earshot/survey/mail/mailtest"
)

// deliverer returns what delivers to a server, without patience.
func deliverer(t *testing.T, server *mailtest.Server) survey.Mailer {
	t.Helper()
	config, err := mail.ParseURL(server.URL())
	config = must(t, config, err)
	config.FromAddress, config.Timeout, config.AcceptTimeout = "ask@acme.example", 300*time.Millisecond, 5*time.Second
	m, err := mail.NewSMTP(config)
	t.Cleanup(func() { _ = m.Close() })
	return must(t, m, err)
}

// TestFailOver has one of two mail servers fail in the midst of 300 mails: all arrive by the other, each once. Of a server that is killed no one knows whether
// it had taken those that were being handed over, and these are not sent again.
func TestFailOver(t *testing.T) {
	t.Parallel()
	for name, way := range map[string]struct {
		fail    func(*mailtest.Server)
		unknown int
	}{
		"it refuses": {func(s *mailtest.Server) { s.Break(mailtest.AtMail, mailtest.Fault{Reply: "451 4.7.1 quota exceeded"}) }, 0},
		"it shuts down": {func(s *mailtest.Server) {
			s.Break(mailtest.AtRecipient, mailtest.Fault{Reply: "421 4.3.2 shutting down"})
		}, 0},
		"it hangs":     {func(s *mailtest.Server) { s.Break(mailtest.AtMail, mailtest.Fault{Stall: true}) }, 0},
		"it is killed": {(*mailtest.Server).Stop, 4},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := newOffice(t)
			first, other := mailtest.Start(t), mailtest.Start(t)
			breaks := sync.OnceFunc(func() { way.fail(first) })
			failing := &after{Mailer: deliverer(t, first), mails: 40, then: breaks}
			o.Service = o.served([]survey.RelaySetup{{Name: "first", Weight: 3, Mailer: failing}, {Name: "other", Mailer: deliverer(t, other)}}, nil)
			const mails = 300
			list := o.askMany(mails)
			for range 20 {
				effects(t, o.Service, relaying...)
				o.watch.pass(10 * time.Second)
			}
			states := o.states(list)
			if states["accepted"]+states["uncertain"] != mails || states["uncertain"] > way.unknown {
				t.Errorf("got %v of %d mails, want all to be accepted, and at most %d uncertain", states, mails, way.unknown)
			}
			arrived := map[string]int{}
			for _, m := range append(first.Messages(), other.Messages()...) {
				if arrived[m.To[0].Address]++; arrived[m.To[0].Address] > 1 {
					t.Errorf("%s got %d mails", m.To, arrived[m.To[0].Address])
				}
			}
			if len(arrived) < states["accepted"] || len(first.Messages()) < 30 || len(other.Messages()) < mails/2 {
				t.Errorf("%d mails arrived, %d of them by the first and %d by the other", len(arrived), len(first.Messages()), len(other.Messages()))
			}
			for _, inv := range list {
				if m := o.invitation(inv.ID).Mail; m.Attempts != 1 {
					t.Errorf("a mail was tried %d times as its ledger tells, want once: what fails by the server does not count", m.Attempts)
				}
			}
		})
	}
}

// after is a Mailer to which something happens after so many mails.
type after struct {
	survey.Mailer
	mu    sync.Mutex
	mails int
	then  func()
}

func (a *after) Deliver(ctx context.Context, m *survey.Message) survey.Outcome {
	a.mu.Lock()
	a.mails--
	over := a.mails < 0
	a.mu.Unlock()
	if over {
		a.then()
	}
	return a.Mailer.Deliver(ctx, m)
}
