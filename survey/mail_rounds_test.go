package survey_test

import (
	"context"
	"errors"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"earshot/survey"
	"earshot/survey/store"
)

// unreadable is a store one of whose collections cannot be read from its nth reading on, for a reason that is not its being away.
type unreadable struct {
	store.Store
	collection string
	left       atomic.Int64
}

func (u *unreadable) Fetch(ctx context.Context, c *store.Spec, ids []string) ([]store.Doc, error) {
	if c.Name == u.collection && u.left.Add(-1) == 0 {
		return nil, errors.New("unreadable")
	}
	return u.Store.Fetch(ctx, c, ids)
}

// TestLimitsThatCannotBeReadTakeNoEndBack has the limits be unreadable when a part of a batch has gone out: how these mails ended stays noted, also of one
// whose invitation somebody else has changed meanwhile, and of one that the server put off; the others go out later.
func TestLimitsThatCannotBeReadTakeNoEndBack(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	var first, putOff atomic.Value
	o.post.answer(func(m *survey.Message) survey.Outcome {
		name, _, _ := strings.Cut(m.ID, "@")
		inv := survey.InvitationID(name)
		switch {
		case first.CompareAndSwap(nil, inv):
			if _, err := o.RevokeInvitation(o.ctx, inv); err != nil {
				t.Error(err)
			}
		case putOff.CompareAndSwap(nil, inv) || putOff.Load() == inv:
			return survey.Outcome{Delivery: survey.Temporary, Reply: "451 4.7.1 greylisted"}
		}
		return survey.Outcome{Delivery: survey.Accepted, Reply: "250 ok"}
	})
	u := &unreadable{Store: o.store, collection: "send_limits"}
	db := o.store
	o.store = u
	o.Service = o.served([]survey.RelaySetup{{Name: "a", Connections: 1, Limits: survey.MailLimits{PerHour: 1000}, Mailer: o.post}}, nil)
	o.store = db
	list := o.askMany(8)
	u.left.Store(2)
	effects(t, o.Service, "invitations")
	if got := o.invitation(string(first.Load().(survey.InvitationID))).Mail; got.State != survey.MailAccepted {
		t.Errorf("a mail that was accepted stands as %s", got.State)
	}
	if got := o.invitation(string(putOff.Load().(survey.InvitationID))).Mail; got.State != survey.MailQueued || got.Attempts != 1 {
		t.Errorf("a mail that was put off stands as %s after %d tries", got.State, got.Attempts)
	}
	for range 3 {
		o.watch.pass(30 * time.Second)
		effects(t, o.Service, "invitations")
	}
	o.wantStates(list, map[string]int{"accepted": 7, "queued": 1})
}

// TestNoTryBeginsWithoutTimeForIt has a batch wait for a place until it has no time for a whole try: what began then would be cut off amid it.
func TestNoTryBeginsWithoutTimeForIt(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.atOnce = 1
	o.Service = o.process(o.store)
	slow, over := make(chan struct{}), make(chan struct{})
	o.post.answer(func(*survey.Message) survey.Outcome {
		close(slow)
		<-over
		return survey.Outcome{Delivery: survey.Accepted, Reply: "250 ok"}
	})
	drain := func(ctx context.Context) <-chan struct{} {
		ended := make(chan struct{})
		go func() {
			defer close(ended)
			_ = o.Effects().Drain(ctx, "invitations")
		}()
		return ended
	}
	o.askMany(1)
	one, stopOne := context.WithCancel(o.ctx)
	first := drain(one)
	<-slow
	const spare = 500 * time.Millisecond
	two, stopTwo := context.WithTimeout(o.ctx, survey.DeliverWithin+spare)
	o.askMany(1)
	second := drain(two)
	time.Sleep(2 * spare)
	stopOne()
	o.post.answer(nil)
	close(over)
	<-first
	time.Sleep(spare)
	stopTwo()
	<-second
	if n := o.post.tries(); n != 1 {
		t.Errorf("%d mails were tried, want that none begins that would be cut off", n)
	}
}

// TestARelayIsTestedWithAMailThatItHasRoomFor has two servers come back at the same time, of which one was given all that it takes in an hour.
func TestARelayIsTestedWithAMailThatItHasRoomFor(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	full, other := &postman{}, &postman{}
	o.Service = o.served([]survey.RelaySetup{{Name: "full", Weight: 1000, Limits: survey.MailLimits{PerHour: 1}, Mailer: full}, {Name: "other", Mailer: other}}, nil)
	full.refuseAll(survey.FaultBusy)
	other.refuseAll(survey.FaultBusy)
	list := o.sent(8) // and a try that met with a fault has taken what there was room for
	o.wantStates(list, map[string]int{"held": len(list)})
	full.refuseAll("")
	other.refuseAll("")
	for range 3 {
		o.watch.pass(time.Minute)
		effects(t, o.Service, relaying...)
	}
	o.wantStates(list, map[string]int{"accepted": len(list)})
}

// TestASlowServerHoldsUpNoPortion has one of two servers think for longer than anybody waits while limits have mails let go in portions: the mails of the other
// go out meanwhile, and those that wait for the slow one take no room from its hour.
func TestASlowServerHoldsUpNoPortion(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	slow, fast, over := &postman{}, &postman{}, make(chan struct{})
	slow.answer(func(*survey.Message) survey.Outcome {
		<-over
		return survey.Outcome{Delivery: survey.Accepted, Reply: "250 ok"}
	})
	most := survey.MailLimits{PerHour: 1000}
	o.Service = o.served([]survey.RelaySetup{{Name: "slow", Connections: 1, Limits: most, Mailer: slow}, {Name: "fast", Connections: 1, Limits: most, Mailer: fast}}, nil)
	const mails = 80
	list, ended := o.askMany(mails), make(chan error, 1)
	want := 0
	for _, inv := range list {
		if survey.FirstChoice(inv.ID, map[string]int{"slow": 1, "fast": 1}) == "fast" {
			want++
		}
	}
	go func() { ended <- o.Effects().Drain(o.ctx, "invitations") }()
	until(t, func() bool { return len(fast.accepted()) >= want })
	status, err := o.MailStatus(o.ctx)
	if used := must(t, status, err).Relays[0].Used.PerHour; used > 8 {
		t.Errorf("%d mails took room of the slow server, which has its hands full with one", used)
	}
	close(over)
	if err := <-ended; err != nil {
		t.Error(err)
	}
	o.wantStates(list, map[string]int{"accepted": mails})
}

// TestNoMailBeginsAfterItsLatestTime has writing down that a mail goes out take until it is too late for it.
func TestNoMailBeginsAfterItsLatestTime(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	inv := o.askMany(1)[0]
	slow := &meddling{Store: o.store, at: spec(t, "invitations"), do: func() { o.watch.pass(inv.Mail.LatestAt.Sub(o.watch.Now())) }}
	effects(t, o.process(slow), "invitations")
	if got := o.invitation(inv.ID).Mail; o.post.tries() != 0 || got.State != survey.MailWithheld || got.Detail != survey.Stale {
		t.Errorf("%d tries, and it stands as %s (%s)", o.post.tries(), got.State, got.Detail)
	}
}
