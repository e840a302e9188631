package survey_test

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"earshot/survey"
	"earshot/survey/store"
	"earshot/survey/store/enginetest"
)

// TestEffectsDoEverything lets effects alone carry an ask to its answer's effects.
func TestEffectsDoEverything(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	ctx, stop := context.WithCancel(o.ctx)
	stopped := make(chan struct{})
	go func() {
		defer close(stopped)
		o.Effects().Run(ctx)
	}()
	id := o.customer("Customer")
	inv := o.ask(o.contact(id, "ana", survey.User), o.survey(survey.TemplateCSAT))
	eventually(t, func() bool { return len(o.post.accepted()) == 1 })
	if _, err := o.Submit(o.ctx, tokenOf(o.post.accepted()[0].Text), form("satisfied", "5")); err != nil {
		t.Fatal(err)
	}
	eventually(t, func() bool { return !o.invitation(inv.ID).AnsweredAt.IsZero() })
	stop()
	select {
	case <-stopped:
	case <-time.After(5 * time.Second):
		t.Fatal("the effects do not stop")
	}
}

// eventually waits until something holds.
func eventually(t testing.TB, holds func() bool) {
	t.Helper()
	for end := time.Now().Add(10 * time.Second); time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
		if holds() {
			return
		}
	}
	t.Fatal("it does not come about")
}

// TestProcessesWorkTogether gives two processes many mails at once.
func TestProcessesWorkTogether(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	sv := o.survey(survey.TemplateCSAT)
	const asks = 60
	for range asks {
		o.ask(o.contact(o.customer("Customer"), "ana", survey.User), sv)
	}
	ctx, stop := context.WithCancel(o.ctx)
	var running sync.WaitGroup
	for _, s := range []*survey.Service{o.Service, o.process(o.store)} {
		running.Go(func() {
			s.Effects().Run(ctx)
		})
	}
	eventually(t, func() bool { return len(o.post.accepted()) >= asks })
	stop()
	running.Wait()
	seen := map[string]bool{}
	for _, m := range o.post.accepted() {
		seen[m.ID] = true
	}
	if len(seen) != asks || len(o.post.accepted()) != asks {
		t.Errorf("got %d mails of %d invitations, want one of each of %d", len(o.post.accepted()), len(seen), asks)
	}
}

// TestWhatIsInHandIsFinished stops the effects while the mail server thinks.
func TestWhatIsInHandIsFinished(t *testing.T) {
	t.Parallel()
	enginetest.Simulated(t, func(t *testing.T) {
		o := newOffice(t)
		inv := o.ask(o.contact(o.customer("Customer"), "ana", survey.User), o.survey(survey.TemplateCSAT))
		ctx, stop := context.WithCancel(o.ctx)
		o.post.answer(func(*survey.Message) survey.Outcome {
			stop()
			time.Sleep(20 * time.Second)
			return survey.Outcome{Delivery: survey.Accepted}
		})
		o.Effects().Run(ctx)
		if got := o.invitation(inv.ID).Mail.State; got != survey.MailAccepted {
			t.Errorf("got state %s after the effects stopped, want accepted", got)
		}
	})
}

// unreachable is a store that is away.
type unreachable struct{ store.Store }

func (unreachable) Claim(context.Context, *store.Spec, time.Time, time.Time, int) ([]store.Doc, error) {
	return nil, store.ErrUnavailable
}

// lines is a log that counts.
type lines struct {
	mu  sync.Mutex
	all []string
}

func (l *lines) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.all = append(l.all, string(b))
	return len(b), nil
}

// TestAFailureIsLoggedOnce leaves the store away for an hour.
func TestAFailureIsLoggedOnce(t *testing.T) {
	t.Parallel()
	enginetest.Simulated(t, func(t *testing.T) {
		o := newOffice(t)
		o.ask(o.contact(o.customer("Customer"), "ana", survey.User), o.survey(survey.TemplateCSAT))
		written := &lines{}
		s, err := survey.NewService(survey.Options{
			Store: unreachable{o.store}, BaseURL: "https://ask.example", Clock: o.watch.Now, Log: slog.New(slog.NewTextHandler(written, nil)),
		})
		must(t, s, err)
		ctx, cancel := context.WithTimeout(o.ctx, time.Hour)
		defer cancel()
		s.Effects().Run(ctx)
		byQueue := map[string]int{}
		for _, line := range written.all {
			_, rest, _ := strings.Cut(line, "queue=")
			queue, _, _ := strings.Cut(rest, " ")
			byQueue[queue]++
		}
		for queue, n := range byQueue {
			if n != 1 {
				t.Errorf("got %d lines about queue %s in an hour, want 1", n, queue)
			}
		}
		if byQueue["invitations"] != 1 {
			t.Errorf("got lines %s, want one about mails", fmt.Sprint(byQueue))
		}
	})
}
