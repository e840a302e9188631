package survey_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"earshot/survey"
	"earshot/survey/store"
	"earshot/survey/store/enginetest"
)

// counting is a store that counts the trips to a collection, and how many documents of it were claimed.
type counting struct {
	store.Store
	collection string
	mu         sync.Mutex
	trips      int
	claimed    int
}

func (c *counting) count(spec *store.Spec, claimed int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if spec.Name == c.collection {
		c.trips++
		c.claimed += claimed
	}
}

func (c *counting) Fetch(ctx context.Context, spec *store.Spec, ids []string) ([]store.Doc, error) {
	c.count(spec, 0)
	return c.Store.Fetch(ctx, spec, ids)
}

func (c *counting) Write(ctx context.Context, spec *store.Spec, items []store.Write) ([]error, error) {
	c.count(spec, 0)
	return c.Store.Write(ctx, spec, items)
}

func (c *counting) Claim(ctx context.Context, spec *store.Spec, now, until time.Time, n int) ([]store.Doc, error) {
	docs, err := c.Store.Claim(ctx, spec, now, until, n)
	c.count(spec, len(docs))
	return docs, err
}

// takenAt are the times at which a postman took mails.
type takenAt struct {
	mu    sync.Mutex
	times []time.Time
}

// timed has the postman write down when it takes a mail.
func (o *office) timed(p *postman) *takenAt {
	at := &takenAt{}
	p.answer(func(*survey.Message) survey.Outcome {
		at.mu.Lock()
		defer at.mu.Unlock()
		at.times = append(at.times, o.watch.Now())
		return survey.Outcome{Delivery: survey.Accepted}
	})
	return at
}

// most is the largest number of mails in any period of that length.
func (a *takenAt) most(period time.Duration) int {
	slices.SortFunc(a.times, time.Time.Compare)
	most, first := 0, 0
	for last := range a.times {
		for a.times[last].Sub(a.times[first]) >= period {
			first++
		}
		most = max(most, last-first+1)
	}
	return most
}

// atPresent sets the office's clock to the present, for what expires does so by the store's own clock.
func (o *office) atPresent() {
	o.watch.mu.Lock()
	defer o.watch.mu.Unlock()
	o.watch.now = time.Now().UTC().Truncate(time.Hour)
}

// TestLimitsHoldInAnyHourAndDay draws limits, batches of mails and pauses, and has two processes send in turn.
func TestLimitsHoldInAnyHourAndDay(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		o := newOffice(t)
		defer o.close()
		o.atPresent()
		perHour, perDay, toDomain := rapid.IntRange(1, 8).Draw(rt, "an hour"), rapid.IntRange(4, 30).Draw(rt, "a day"), rapid.IntRange(1, 12).Draw(rt, "an hour to all")
		relays := []survey.RelaySetup{
			{Name: "a", Weight: 3, Mailer: o.post, Limits: survey.MailLimits{PerHour: perHour}},
			{Name: "b", Mailer: &postman{}, Limits: survey.MailLimits{PerDay: perDay}},
		}
		byA, byB := o.timed(o.post), o.timed(relays[1].Mailer.(*postman))
		processes := []*survey.Service{o.served(relays, map[string]survey.MailLimits{"*": {PerHour: toDomain}}), o.served(relays, map[string]survey.MailLimits{"*": {PerHour: toDomain}})}
		o.Service = processes[0]
		id, sv, n := o.customer("Customer"), o.survey(survey.TemplateCSAT), 0
		for range rapid.IntRange(3, 8).Draw(rt, "steps") {
			for range rapid.IntRange(0, 12).Draw(rt, "asks") {
				n++
				o.confirmed(o.contact(id, fmt.Sprint("ana", n), survey.User), sv)
			}
			for range rapid.IntRange(1, 5).Draw(rt, "looks") {
				var both sync.WaitGroup
				for _, s := range processes {
					both.Go(func() { effects(t, s, relaying...) })
				}
				both.Wait()
				o.watch.pass(time.Duration(rapid.IntRange(1, 40*60).Draw(rt, "seconds")) * time.Second)
			}
		}
		if got := byA.most(time.Hour); got > perHour {
			rt.Errorf("a got %d mails in an hour, at most are %d", got, perHour)
		}
		if got := byB.most(24 * time.Hour); got > perDay {
			rt.Errorf("b got %d mails in a day, at most are %d", got, perDay)
		}
		all := &takenAt{times: slices.Concat(byA.times, byB.times)}
		if got := all.most(time.Hour); got > toDomain {
			rt.Errorf("the domain got %d mails in an hour, at most are %d", got, toDomain)
		}
		for range 40 * 24 { // all arrive in the end, or are told to be too late
			effects(t, o.Service, relaying...)
			o.watch.pass(time.Hour)
			if len(byA.times)+len(byB.times) == n {
				break
			}
		}
		o.noneWaits()
	})
}

// noneWaits sees that no mail waits for ever.
func (o *office) noneWaits() {
	o.t.Helper()
	page, err := o.Invitations(o.ctx, survey.InvitationFilter{MailState: survey.MailQueued, Limit: 1})
	if left := must(o.t, page, err); len(left.Items) != 0 {
		o.t.Errorf("got a mail that waits for ever: %+v", left.Items[0].Mail)
	}
}

// confirmed asks a contact though others there have been asked of late.
func (o *office) confirmed(contact survey.ContactID, sv survey.SurveyID) *survey.Invitation {
	o.t.Helper()
	asked, err := o.AskNow(o.ctx, survey.AskRequest{ContactID: contact, SurveyID: sv, Confirm: true})
	return must(o.t, asked, err).Invitation
}

// TestMailsArePutOffOnce has a long queue go through a narrow limit: the mails are claimed when they come and when it is their turn, not again and again.
func TestMailsArePutOffOnce(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.atPresent()
	counted := &counting{Store: o.store, collection: "invitations"}
	at := o.timed(o.post)
	o.store = counted
	const perHour, mails = 60, 400
	o.Service = o.served([]survey.RelaySetup{{Name: "a", Mailer: o.post, Limits: survey.MailLimits{PerHour: perHour}}}, nil)
	list := o.askMany(mails)
	effects(t, o.Service, relaying...)
	if first := len(at.times); first != perHour {
		t.Errorf("%d mails went at once, want the %d of an hour", first, perHour)
	}
	latest := list[0]
	for _, inv := range list {
		if now := o.invitation(inv.ID); now.NextTry().After(latest.NextTry()) {
			latest = now
		}
	}
	if m := latest.Mail; latest.Standing() != survey.StandsPaced || !strings.Contains(m.Reason, "a is given at most 60 mails an hour") || m.Attempts != 0 ||
		!latest.NextTry().Equal(m.History[len(m.History)-1].NextAt) || latest.NextTry().Before(o.watch.Now().Add(5*time.Hour)) {
		t.Errorf("got %s until %v: %+v", latest.Standing(), latest.NextTry(), m)
	}
	for range 8 * 60 {
		o.watch.pass(time.Minute)
		effects(t, o.Service, relaying...)
	}
	o.wantStates(list, map[string]int{"accepted": mails})
	if counted.claimed > 2*mails+mails/10 {
		t.Errorf("%d claims of %d mails, want each when it comes and when it is its turn", counted.claimed, mails)
	}
	if got := at.most(time.Hour); got > perHour {
		t.Errorf("%d mails in an hour, at most are %d", got, perHour)
	}
}

// TestALimitedDomainDelaysNoOther sends to two domains, one of which takes little.
func TestALimitedDomainDelaysNoOther(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.atPresent()
	id, sv := o.customer("Customer"), o.survey(survey.TemplateCSAT)
	o.Service = o.served([]survey.RelaySetup{{Name: "a", Mailer: o.post}}, map[string]survey.MailLimits{"narrow.example": {PerDay: 3}})
	for n := range 40 {
		contact := o.contact(id, fmt.Sprint("ana", n), survey.User)
		domain := []string{"narrow.example", "wide.example"}[n%2]
		if _, err := o.ChangeContact(o.ctx, contact, 0, survey.ContactFields{Email: ref(fmt.Sprintf("ana%d@%s", n, domain))}); err != nil {
			t.Fatal(err)
		}
		o.confirmed(contact, sv)
	}
	effects(t, o.Service, relaying...)
	got := map[string]int{}
	for _, m := range o.post.accepted() {
		_, domain, _ := strings.Cut(m.To, "@")
		got[domain]++
	}
	if got["narrow.example"] != 3 || got["wide.example"] != 20 {
		t.Errorf("got %v, want 3 to the narrow domain and all 20 to the other", got)
	}
	for range 5 * 24 { // asks by hand have to go out within three days
		o.watch.pass(time.Hour)
		effects(t, o.Service, relaying...)
	}
	counts, err := o.CountInvitations(o.ctx, survey.InvitationFilter{})
	if c := must(t, counts, err); c.Of(survey.StandsStale) == 0 || c.Of(survey.StandsAccepted)+c.Of(survey.StandsStale) != 40 {
		t.Errorf("got %+v, want those that were too late to be withheld, and no more", c)
	}
}

// TestNoLimitsCostNothing sends without any.
func TestNoLimitsCostNothing(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	counted := &counting{Store: o.store, collection: "send_limits"}
	o.store = counted
	o.Service = o.served([]survey.RelaySetup{{Name: "a", Mailer: o.post}, {Name: "b", Mailer: o.post}}, nil)
	o.wantStates(o.sent(20), map[string]int{"accepted": 20})
	if status, err := o.MailStatus(o.ctx); err != nil || status.Paused() || counted.trips != 0 {
		t.Errorf("%d trips for limits that there are none of (%v)", counted.trips, err)
	}
	o.Service = o.served([]survey.RelaySetup{{Name: "a", Mailer: o.post, Connections: 20, Limits: survey.MailLimits{PerHour: 100}}}, map[string]survey.MailLimits{"*": {PerHour: 100}})
	o.wantStates(o.sent(50), map[string]int{"accepted": 50})
	if counted.trips > 4 {
		t.Errorf("%d trips for a batch, want one to read and one to write", counted.trips)
	}
}

// TestMailsOfASecondGoEvenly has a relay take ten a second.
func TestMailsOfASecondGoEvenly(t *testing.T) {
	t.Parallel()
	enginetest.Simulated(t, func(t *testing.T) {
		o := newOffice(t)
		var mu sync.Mutex
		var at []time.Time
		o.post.answer(func(*survey.Message) survey.Outcome {
			mu.Lock()
			defer mu.Unlock()
			at = append(at, time.Now())
			return survey.Outcome{Delivery: survey.Accepted}
		})
		service, err := survey.NewService(survey.Options{
			Store: o.store, Relays: []survey.RelaySetup{{Name: "a", Mailer: o.post, Limits: survey.MailLimits{PerSecond: 10}}}, Composer: composer{}, BaseURL: "https://ask.example",
		})
		o.Service = must(t, service, err)
		list := o.askMany(60)
		ctx, stop := context.WithCancel(t.Context())
		var running sync.WaitGroup
		running.Go(func() { o.Service.Effects().Run(ctx) })
		time.Sleep(20 * time.Second)
		stop()
		running.Wait()
		if len(at) != len(list) {
			t.Fatalf("%d mails went out, want %d", len(at), len(list))
		}
		slices.SortFunc(at, time.Time.Compare)
		for n := 10; n < len(at); n++ {
			if apart := at[n].Sub(at[n-10]); apart < 990*time.Millisecond {
				t.Errorf("eleven mails in %v", apart)
			}
		}
		if took := at[len(at)-1].Sub(at[0]); took > 9*time.Second {
			t.Errorf("60 mails took %v at ten a second", took)
		}
	})
}

// TestWarmUp lets more mails out each day.
func TestWarmUp(t *testing.T) {
	t.Parallel()
	berlin, err := time.LoadLocation("Europe/Berlin")
	must(t, 0, err)
	w := &survey.WarmUp{From: "2026-12-01", First: 50, Growth: 1.5}
	at := func(text string) time.Time {
		at, err := time.ParseInLocation("2006-01-02 15:04", text, berlin)
		return must(t, at, err)
	}
	for _, row := range []struct {
		now         string
		perDay, day int
	}{{"2026-11-20 12:00", 0, 1}, {"2026-12-01 00:00", 0, 1}, {"2026-12-01 23:59", 0, 1}, {"2026-12-02 00:00", 0, 2}, {"2026-12-05 12:00", 0, 5}, {"2026-12-05 12:00", 253, 0}, {"2026-12-05 12:00", 254, 5}, {"2026-12-30 12:00", 0, 30}, {"2026-12-31 12:00", 0, 0}} {
		if got := w.Day(at(row.now), berlin, row.perDay); got != row.day {
			t.Errorf("at %s, with %d a day in the end: got day %d, want %d", row.now, row.perDay, got, row.day)
		}
	}
	o := newOffice(t)
	o.atPresent()
	today := survey.DateOf(o.watch.Now())
	o.Service = o.served([]survey.RelaySetup{{Name: "a", Mailer: o.post, WarmUp: &survey.WarmUp{From: today, First: 4, Growth: 2}}}, nil)
	o.sent(30)
	if n := len(o.post.accepted()); n != 4 {
		t.Errorf("%d mails on the first day, want 4", n)
	}
	status, err := o.MailStatus(o.ctx)
	if r := must(t, status, err).Relays[0]; r.WarmUpDay != 1 || r.Limits.PerDay != 4 || r.Used.PerDay != 4 {
		t.Errorf("got %+v", r)
	}
	for range 50 {
		o.watch.pass(time.Hour)
		effects(t, o.Service, relaying...)
	}
	if n := len(o.post.accepted()); n < 4+8 || n > 4+8+16 {
		t.Errorf("%d mails until the third day, want at most 4, 8 and 16", n)
	}
}
