package survey_test

import (
	"context"
	"fmt"
	"math"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"earshot/survey"
)

// served returns a process of the office with those relays and limits of domains.
func (o *office) served(relays []survey.RelaySetup, domains map[string]survey.MailLimits) *survey.Service {
	o.t.Helper()
	s, err := survey.NewService(survey.Options{
		Store: o.store, Reps: o.staff(), Relays: relays, DomainLimits: domains, Composer: composer{}, BaseURL: "https://ask.example", ReturnPath: "Bounces@ask.example",
		Company: "Acme", Clock: o.watch.Now,
	})
	return must(o.t, s, err)
}

// staff are the reps, with two admins.
func (o *office) staff() directory {
	all := directory{
		"rep_admin_1": {ID: "rep_admin_1", Name: "Ada Admin", Email: "ada@acme.example"},
		"rep_admin_2": {ID: "rep_admin_2", Name: "Bo Admin", Email: "bo@acme.example"},
	}
	for id, rep := range staff {
		all[id] = rep
	}
	return all
}

// TestWeights gives each relay its part of the mails, and leaves mails where they are when another relay goes.
func TestWeights(t *testing.T) {
	t.Parallel()
	const mails = 4000
	weights, got := map[string]int{"a": 3, "b": 1, "c": 4}, map[string]int{}
	first := make([]string, mails)
	id := func(n int) string { return fmt.Sprintf("inv_%026d", n) }
	for n := range mails {
		first[n] = survey.FirstChoice(id(n), weights)
		got[first[n]]++
	}
	for name, weight := range weights {
		p := float64(weight) / 8
		if want, off := p*mails, 4*math.Sqrt(mails*p*(1-p)); math.Abs(float64(got[name])-want) > off {
			t.Errorf("%s with weight %d got %d of %d mails, want %.0f within %.0f", name, weight, got[name], mails, want, off)
		}
	}
	moved := map[string]int{}
	delete(weights, "c")
	for n := range mails {
		switch now := survey.FirstChoice(id(n), weights); {
		case first[n] == "c":
			moved[now]++
		case now != first[n]:
			t.Fatalf("a mail of %s goes by %s since another relay has gone", first[n], now)
		}
	}
	n := float64(got["c"])
	if off := 4 * math.Sqrt(n*3/16); math.Abs(float64(moved["a"])-n*3/4) > off {
		t.Errorf("of %.0f mails of the one that went a got %d and b %d, want 3 to 1", n, moved["a"], moved["b"])
	}
}

// TestBackups are given mails only while no other relay is open.
func TestBackups(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	a, b, spare := &postman{}, &postman{}, &postman{}
	o.Service = o.served([]survey.RelaySetup{{Name: "a", Mailer: a}, {Name: "b", Mailer: b}, {Name: "spare", Backup: true, Weight: 100, Mailer: spare}}, nil)
	o.wantStates(o.sent(20), map[string]int{"accepted": 20})
	if x, y, z := len(a.accepted()), len(b.accepted()), len(spare.accepted()); x+y != 20 || x == 0 || y == 0 || z != 0 {
		t.Errorf("a carried %d, b %d, the backup %d; want it to carry none", x, y, z)
	}
	a.refuseAll(survey.FaultQuota)
	o.wantStates(o.sent(10), map[string]int{"accepted": 10})
	if z := len(spare.accepted()); z != 0 {
		t.Errorf("the backup carried %d while b was open", z)
	}
	b.refuseAll(survey.FaultBlocked)
	list := o.sent(10)
	o.wantStates(list, map[string]int{"accepted": 10})
	if z := len(spare.accepted()); z != 10 {
		t.Errorf("the backup carried %d of 10 while no other was open", z)
	}
	for _, inv := range list {
		m := o.invitation(inv.ID).Mail
		if m.Relay != "spare" || m.History[len(m.History)-1].Relay != "spare" || m.Attempts != 1 {
			t.Errorf("got relay %q after %d tries, history %+v; want the backup at the first", m.Relay, m.Attempts, m.History)
		}
	}
	status, err := o.MailStatus(o.ctx)
	if s := must(t, status, err); s.Paused() || s.Faulty() != 2 || s.Relays[0].Fault != survey.FaultQuota || s.Relays[2].Share != 1 || s.Relays[0].Share != 0 {
		t.Errorf("got status %+v", s)
	}
}

// sent asks that many people and works off what follows.
func (o *office) sent(n int) []*survey.Invitation {
	o.t.Helper()
	list := o.askMany(n)
	effects(o.t, o.Service, relaying...)
	effects(o.t, o.Service, relaying...)
	return list
}

// TestARetryGoesToTheSameServer that put the mail off, whichever the mail would prefer among those that are open then.
func TestARetryGoesToTheSameServer(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	tried := map[string]map[string]int{}
	var mu sync.Mutex
	greylisting := func(name string) *postman {
		p := &postman{}
		p.answer(func(m *survey.Message) survey.Outcome {
			mu.Lock()
			defer mu.Unlock()
			if tried[m.ID] == nil {
				tried[m.ID] = map[string]int{}
			}
			if tried[m.ID][name]++; tried[m.ID][name] == 1 {
				return survey.Outcome{Delivery: survey.Temporary, Reply: "451 4.7.1 greylisted"}
			}
			return survey.Outcome{Delivery: survey.Accepted}
		})
		return p
	}
	relays := []survey.RelaySetup{{Name: "a", Mailer: greylisting("a")}, {Name: "b", Mailer: greylisting("b")}}
	o.Service = o.served(relays, nil)
	list := o.sent(20)
	o.Service = o.served(append(relays, survey.RelaySetup{Name: "c", Weight: 1000, Mailer: greylisting("c")}), nil)
	o.watch.pass(10 * time.Minute)
	effects(t, o.Service, relaying...)
	o.wantStates(list, map[string]int{"accepted": len(list)})
	for id, by := range tried {
		if len(by) != 1 {
			t.Errorf("%s was tried at %v, want at one server", id, by)
		}
	}
}

// TestAStorm has both relays refuse everything, and then one come back: all mails wait, and all go by that one.
func TestAStorm(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	a, b := &postman{}, &postman{}
	o.Service = o.served([]survey.RelaySetup{{Name: "a", Mailer: a}, {Name: "b", Mailer: b}}, nil)
	a.refuseAll(survey.FaultConnection)
	b.refuseAll(survey.FaultBusy)
	const asks = 60
	list := o.sent(asks)
	o.wantStates(list, map[string]int{"held": asks})
	if n := a.tries() + b.tries(); n > 2*4*2 {
		t.Errorf("the servers were tried %d times, want at most once for each connection", n)
	}
	status, err := o.MailStatus(o.ctx)
	if s := must(t, status, err); !s.Paused() || s.Waiting != asks {
		t.Errorf("got status %+v, want %d that wait", s, asks)
	}
	b.refuseAll("")
	for range 3 {
		o.watch.pass(time.Minute)
		effects(t, o.Service, relaying...)
	}
	o.wantStates(list, map[string]int{"accepted": asks})
	if n := len(b.accepted()); n != asks || len(a.accepted()) != 0 {
		t.Errorf("b carried %d and a %d, want all by b", n, len(a.accepted()))
	}
	if a.refuseAll(""); true {
		o.watch.pass(20 * time.Minute)
		effects(t, o.Service, relaying...)
	}
	status, err = o.MailStatus(o.ctx)
	if s := must(t, status, err); s.Faulty() != 0 {
		t.Errorf("got status %+v of %+v after all are well", s, s.Relays[0].Relay)
	}
}

// TestARelayIsTakenOut while mails wait for it: they go by the others at once, and nothing tells of it any more.
func TestARelayIsTakenOut(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	old, next := &postman{}, &postman{}
	o.Service = o.served([]survey.RelaySetup{{Name: "relay", Mailer: old}}, nil)
	old.refuseAll(survey.FaultConnection)
	list := o.sent(12)
	o.wantStates(list, map[string]int{"held": 12})
	o.Service = o.served([]survey.RelaySetup{{Name: "mail.new.example", Mailer: next}}, nil)
	if err := o.AdoptRelays(o.ctx); err != nil {
		t.Fatal(err)
	}
	effects(t, o.Service, relaying...)
	o.wantStates(list, map[string]int{"accepted": 12})
	if docs, err := o.store.Fetch(o.ctx, spec(t, "relays"), []string{"relay"}); err != nil || len(docs) != 0 {
		t.Errorf("got %+v (%v), want that nothing is left of the relay", docs, err)
	}
	status, err := o.MailStatus(o.ctx)
	if s := must(t, status, err); s.Paused() || len(s.Relays) != 1 || s.Relays[0].Name != "mail.new.example" {
		t.Errorf("got status %+v", s)
	}
}

// TestASlowServerKeepsNoPlacesOfTheOther has one server think for ever: the mails of the other go out all the same, batch by batch.
func TestASlowServerKeepsNoPlacesOfTheOther(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	slow, quick := &postman{}, &postman{}
	think := make(chan struct{})
	slow.answer(func(*survey.Message) survey.Outcome {
		<-think
		return survey.Outcome{Delivery: survey.Accepted}
	})
	o.Service = o.served([]survey.RelaySetup{{Name: "slow", Mailer: slow, Connections: 2}, {Name: "quick", Mailer: quick}}, nil)
	var list []*survey.Invitation
	effectsEnd := make(chan struct{})
	list = o.askMany(40)
	go func() {
		defer close(effectsEnd)
		o.Service.Effects().Run(o.ctx)
	}()
	until(t, func() bool { return slow.tries() == 2 })
	for range 5 {
		more := o.askMany(20)
		list = append(list, more...)
	}
	until(t, func() bool { // all of the quick one's
		waiting := 0
		for _, inv := range list {
			if survey.FirstChoice(inv.ID, map[string]int{"slow": 1, "quick": 1}) == "quick" && o.invitation(inv.ID).Mail.State != survey.MailAccepted {
				waiting++
			}
		}
		return waiting == 0
	})
	if n := slow.tries(); n != 2 {
		t.Errorf("the slow one was given %d mails at the same time, want 2", n)
	}
	close(think)
}

// until waits until it is so.
func until(t *testing.T, so func() bool) {
	t.Helper()
	for range 600 {
		if so() {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Fatal("it does not come")
}

// TestAdminsAreTold by one mail each, through another relay, once a pause has lasted; whoever must not be mailed is not.
func TestAdminsAreTold(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	a, b := &postman{}, &postman{}
	relays := []survey.RelaySetup{{Name: "a", Mailer: a}, {Name: "b", Mailer: b}}
	o.Service = o.served(relays, nil)
	told := func() (to []string) {
		for _, m := range b.accepted() {
			if strings.Contains(m.Subject, "takes no mails") {
				to = append(to, m.To)
			}
		}
		return to
	}
	if _, err := o.Suppress(o.ctx, survey.SuppressionInput{Email: "bo@acme.example"}); err != nil {
		t.Fatal(err)
	}
	a.answer(func(*survey.Message) survey.Outcome {
		return survey.Outcome{Delivery: survey.Temporary, Fault: survey.FaultLogin, Reply: "535 5.7.8 authentication failed"}
	})
	o.wantStates(o.sent(20), map[string]int{"accepted": 20})
	a.refuseAll(survey.FaultLogin)
	if got := told(); len(got) != 0 {
		t.Errorf("%v were told at once, want after five minutes", got)
	}
	for range 30 {
		o.watch.pass(time.Minute)
		effects(t, o.Service, relaying...)
		effects(t, o.served(relays, nil), relaying...)
	}
	if got := told(); len(got) != 1 || got[0] != "ada@acme.example" {
		t.Fatalf("%v were told, want Ada once", got)
	}
	for _, m := range b.accepted() {
		if m.To == "ada@acme.example" && (!strings.Contains(m.Text, "does not let Earshot in") || !strings.Contains(m.Text, "https://ask.example/settings/mail") || !strings.Contains(m.Text, "Check the user")) {
			t.Errorf("she was told %q", m.Text)
		}
	}
	a.refuseAll("")
	a.answer(nil)
	o.watch.pass(15 * time.Minute)
	effects(t, o.Service, relaying...)
	o.watch.pass(time.Hour)
	a.refuseAll(survey.FaultQuota) // another pause
	b.answer(says(survey.Temporary, "451 later"))
	o.sent(20)
	o.watch.pass(6 * time.Minute)
	effects(t, o.Service, relaying...)
	b.answer(nil)
	o.watch.pass(6 * time.Minute)
	effects(t, o.Service, relaying...)
	if got := told(); len(got) != 2 {
		t.Errorf("%v were told, want Ada once in each pause, also where the server took it only at the second try", got)
	}
}

// patience is a Mailer that notes for how long each mail to admins may take at most.
type patience struct {
	survey.Mailer
	most atomic.Int64
}

func (p *patience) Deliver(ctx context.Context, m *survey.Message) survey.Outcome {
	if until, bounded := ctx.Deadline(); bounded && strings.HasPrefix(m.ID, "relay-") {
		p.most.Store(max(p.most.Load(), int64(time.Until(until))))
	}
	return p.Mailer.Deliver(ctx, m)
}

// TestTellingAdminsKeepsNoServerFromBeingTried for long, though the other server is slow: the relay that has the fault is not tried meanwhile.
func TestTellingAdminsKeepsNoServerFromBeingTried(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	a, b := &postman{}, &patience{Mailer: &postman{}}
	o.Service = o.served([]survey.RelaySetup{{Name: "a", Weight: 1000, Mailer: a}, {Name: "b", Mailer: b}}, nil)
	a.refuseAll(survey.FaultBusy)
	o.sent(4)
	o.watch.pass(6 * time.Minute)
	effects(t, o.Service, relaying...)
	if most := time.Duration(b.most.Load()); most == 0 || most > time.Minute {
		t.Errorf("a mail to an admin may take %v", most)
	}
}

// TestNobodyIsToldWhileAllAreDown, and nothing is troubled by that.
func TestNobodyIsToldWhileAllAreDown(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	a, b := &postman{}, &postman{}
	o.Service = o.served([]survey.RelaySetup{{Name: "a", Mailer: a}, {Name: "b", Mailer: b}}, nil)
	a.refuseAll(survey.FaultQuota)
	b.refuseAll(survey.FaultBusy)
	o.sent(20)
	for range 30 {
		o.watch.pass(time.Minute)
		effects(t, o.Service, relaying...)
	}
	for _, name := range []string{"a", "b"} {
		docs, err := o.store.Fetch(o.ctx, spec(t, "relays"), []string{name})
		if err != nil || len(docs) != 1 || docs[0].Envelope().Troubled != "" {
			t.Errorf("got %+v (%v), want no trouble while nobody can be told", docs, err)
		}
	}
}

// TestAMailThatNobodyNotedIsNotSentTwice has the process die between its note that an admin is told and the end of the batch.
func TestAMailThatNobodyNotedIsNotSentTwice(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	a, b := &postman{}, &postman{}
	relays := []survey.RelaySetup{{Name: "a", Mailer: a}, {Name: "b", Mailer: b}}
	o.Service = o.served(relays, nil)
	a.refuseAll(survey.FaultLogin)
	o.sent(20)
	o.watch.pass(6 * time.Minute)
	var inherited atomic.Bool
	b.answer(func(m *survey.Message) survey.Outcome {
		if !inherited.Swap(true) { // another process takes it up, for the lease of the first is over
			o.watch.pass(time.Minute)
			effects(t, o.served(relays, nil), "relays")
		}
		return survey.Outcome{Delivery: survey.Accepted}
	})
	effects(t, o.Service, "relays")
	o.watch.pass(time.Minute)
	effects(t, o.Service, "relays")
	got := map[string]int{}
	for _, m := range b.accepted() {
		if strings.Contains(m.Subject, "takes no mails") {
			got[m.To]++
		}
	}
	if got["ada@acme.example"] != 1 || got["bo@acme.example"] != 1 {
		t.Errorf("got mails to %v, want one to each admin", got)
	}
}
