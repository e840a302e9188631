package survey_test

import (
	"fmt"
	"regexp"
	"testing"
	"time"

	"earshot/survey"
	"earshot/survey/store"
)

// come returns touchpoints of all firms, each that many days apart, of the days from begin to before end, counted from the clock's
// first; of the source, or of none.
func (x *shop) come(kind survey.TouchpointKind, apart, begin, end int, source survey.FeedSource) []survey.TouchpointInput {
	var rows []survey.TouchpointInput
	for day := begin; day < end; day++ {
		for i, firm := range x.firms {
			if ((day+i)%apart+apart)%apart == 0 {
				rows = append(rows, survey.TouchpointInput{
					CustomerID: survey.CustomerID(firm.ID), Kind: kind, At: startOfTests.AddDate(0, 0, day), Source: source,
				})
			}
		}
	}
	return rows
}

// drifting are the drifting customers, in their order.
func (x *shop) drifting(rep survey.RepID) []survey.QuietCustomer {
	x.t.Helper()
	page, err := x.s.QuietCustomers(x.t.Context(), survey.QuietFilter{List: survey.Drifting, RepID: rep, Limit: survey.MaxPage})
	if err != nil {
		x.t.Fatal(err)
	}
	return page.Items
}

// loggingIn lets that many days pass on which firms go on logging in.
func (x *shop) loggingIn(from, days int) {
	x.t.Helper()
	for d := range days {
		x.sendWithin(day, x.come(survey.Login, 3, from+d, from+d+1, ""))
	}
}

// portal is a shop whose firms order every ten days and log in every three, until today.
func portal(t *testing.T, firms int) *shop {
	t.Helper()
	x := newShop(t, firms)
	x.send(append(x.come(survey.Order, 10, -300, 0, ""), x.come(survey.Login, 3, -300, 0, "")...))
	return x
}

// driftingPortal is one whose firms have not ordered for 45 days.
func driftingPortal(t *testing.T, firms int) *shop {
	t.Helper()
	x := newShop(t, firms)
	x.send(append(x.come(survey.Order, 10, -300, -45, ""), x.come(survey.Login, 3, -300, 0, "")...))
	if got := len(x.drifting("")); got != firms {
		t.Fatalf("%d customers drift, want %d", got, firms)
	}
	return x
}

// stillHere is how the silence of a drifting customer is told.
var stillHere = regexp.MustCompile(`^Usually orders every \d+-\d+ days \(middle \d+\); no order for \d+ days; .* Still here: logged in (today|yesterday|[23] days ago)\. Chance that they have stopped buying: `)

// TestWhoStopsBuyingDrifts replays what was found: the orders of 50 firms end, their log-ins go on.
func TestWhoStopsBuyingDrifts(t *testing.T) {
	t.Parallel()
	const firms = 50
	x := portal(t, firms)
	mine := survey.RepID("rep_rita")
	if _, err := x.s.ChangeCustomer(t.Context(), survey.CustomerID(x.firms[1].ID), 0, survey.CustomerFields{RepID: &mine}); err != nil {
		t.Fatal(err)
	}
	told, longest := map[string]bool{}, 0
	for d := 0; len(told) < firms && d < 60; d++ {
		x.loggingIn(d, 1)
		if listed, _ := x.quiet(); listed > 0 {
			t.Fatalf("day %d: %d customers are quiet though they log in, want none", d, listed)
		}
		for _, c := range x.drifting("") {
			if !told[c.Customer.ID] {
				told[c.Customer.ID], longest = true, max(longest, c.KindDays)
			}
		}
	}
	if len(told) != firms || longest > 45 {
		t.Fatalf("%d of %d are told of, at last %d days after their last order; want all within 45", len(told), firms, longest)
	}
	t.Logf("all are told of, at last %d days after their last order", longest)
	for i, c := range x.drifting("") {
		if !stillHere.MatchString(c.Sentence) || c.List != survey.Drifting || c.Kind != survey.Order || c.KindDays < 10 || c.Days > 3 ||
			c.Stopped < 0.5 || c.Gone > 0.2 || c.Since.IsZero() || c.Rank == 0 {
			t.Fatalf("line %d: %+v, want one who is still here and orders no more", i, c.Silence)
		}
	}
	if own := x.drifting(mine); len(own) != 1 || own[0].Customer.Name != "Firm 001" {
		t.Errorf("of the rep: %+v, want Firm 001 alone", own)
	}
	today, err := x.s.Today(t.Context(), survey.TodayRequest{Scope: survey.ScopeAll, Quiet: 10, Latest: 1})
	if err != nil {
		t.Fatal(err)
	}
	if list := today.List(survey.Drifting); len(list.Customers) != 10 || list.Total != firms {
		t.Errorf("today tells of %d, counts %d; want 10 of %d", len(list.Customers), list.Total, firms)
	}

	record(t, x.s, x.firms[0], survey.Order, x.clock.Now())
	left := x.drifting("")
	for _, c := range left {
		if c.Customer.ID == x.firms[0].ID {
			t.Error("who orders again still drifts")
		}
	}
	if len(left) != firms-1 {
		t.Errorf("%d drift after one has ordered, want %d", len(left), firms-1)
	}
	for range 60 {
		x.wait(day)
	}
	if listed, _ := x.quiet(); listed != firms || len(x.drifting("")) != 0 {
		t.Errorf("after the log-ins have stopped, too, %d are quiet and %d drift; want all quiet", listed, len(x.drifting("")))
	}
}

// TestWhoOnlyBuysDoesNotDrift: a silence of everything, or one in which nothing goes on, is no drifting.
func TestWhoOnlyBuysDoesNotDrift(t *testing.T) {
	t.Parallel()
	s, clock := newService(t)
	x := &shop{t: t, s: s, clock: clock, firms: []*survey.Customer{newCustomer(t, s, "Buyer"), newCustomer(t, s, "Caller"), newCustomer(t, s, "New")}}
	buyer, caller, fresh := x.firms[0], x.firms[1], x.firms[2]
	for n := range 20 {
		at := startOfTests.AddDate(0, 0, -10*n-5)
		record(t, s, buyer, survey.Order, at)
		record(t, s, buyer, survey.Payment, at.AddDate(0, 0, 3))
		record(t, s, caller, survey.Order, at)
	}
	record(t, s, caller, survey.Call, startOfTests.AddDate(0, 0, -4))
	record(t, s, fresh, survey.Order, startOfTests.AddDate(0, 0, -2))
	record(t, s, fresh, survey.Order, startOfTests)
	for d := range 90 {
		x.wait(day)
		record(t, s, fresh, survey.Login, clock.Now())
		if d == 60 {
			record(t, s, buyer, survey.Visit, clock.Now()) // once, which is nothing that goes on
		}
		if got := x.drifting(""); len(got) > 0 {
			t.Fatalf("day %d: %s drifts: %s", d, got[0].Customer.Name, got[0].Sentence)
		}
	}
	if got := len(quietNames(t, s)); got != 2 {
		t.Errorf("%d are quiet, want the buyer and the caller", got)
	}
}

func TestASnoozedDriftingCustomerIsLeftAloneUntilTheyBuy(t *testing.T) {
	t.Parallel()
	x := driftingPortal(t, 2)
	snooze := func(firm *survey.Customer) {
		t.Helper()
		if err := x.s.Snooze(t.Context(), survey.CustomerID(firm.ID), x.clock.Now().AddDate(0, 0, 60)); err != nil {
			t.Fatal(err)
		}
	}
	snoozed := func(firm *survey.Customer) bool {
		t.Helper()
		r, err := x.s.Rhythm(t.Context(), survey.CustomerID(firm.ID))
		if err != nil {
			t.Fatal(err)
		}
		return !r.SnoozedUntil.IsZero()
	}
	snooze(x.firms[0])
	snooze(x.firms[1])
	x.loggingIn(0, 6)
	if got := x.drifting(""); len(got) != 0 || !snoozed(x.firms[0]) || !snoozed(x.firms[1]) {
		t.Errorf("%d drift though they are snoozed and log in, want none", len(got))
	}
	record(t, x.s, x.firms[0], survey.Order, x.clock.Now())
	if snoozed(x.firms[0]) {
		t.Error("who has ordered is still snoozed")
	}
	for range 50 {
		x.wait(day)
	}
	if listed, _ := x.quiet(); listed != 2 || snoozed(x.firms[1]) {
		t.Errorf("%d are quiet, want both, also the one who was snoozed when they drifted", listed)
	}
}

func TestAPausedCustomerDoesNotDrift(t *testing.T) {
	t.Parallel()
	x := driftingPortal(t, 1)
	if _, err := pausing(t, x.s, x.firms[0], dateIn(x.s, 0), dateIn(x.s, 10)); err != nil {
		t.Fatal(err)
	}
	for d := range 9 {
		x.loggingIn(d, 1)
		if got := x.drifting(""); len(got) != 0 {
			t.Fatalf("day %d of the pause: %s drifts", d, got[0].Customer.Name)
		}
	}
	x.loggingIn(9, 6)
	if got := x.drifting(""); len(got) != 1 {
		t.Errorf("%d drift after the pause, want the one", len(got))
	}
}

// TestAnOrderFeedThatStopsHoldsTheDrifting: nobody is told to buy elsewhere because our data are missing.
func TestAnOrderFeedThatStopsHoldsTheDrifting(t *testing.T) {
	t.Parallel()
	const firms = 50
	x := newShop(t, firms)
	x.send(append(x.come(survey.Order, 10, -400, -45, survey.FromKey("shop")), x.come(survey.Login, 3, -400, 0, survey.FromKey("portal"))...))
	notices := x.notices()
	if len(notices) != 1 || notices[0].Held != firms {
		t.Fatalf("notices %+v, want one that holds %d alarms", notices, firms)
	}
	if got := x.drifting(""); len(got) != 0 {
		t.Errorf("%d drift though orders are missing, want none", len(got))
	}
	r, err := x.s.Rhythm(t.Context(), survey.CustomerID(x.firms[0].ID))
	if err != nil || r.Held == "" || r.HeldSince.IsZero() || r.List != "" {
		t.Errorf("got %+v, %v; want one that is held", r, err)
	}
	if _, err := x.s.AcceptFeed(t.Context(), notices[0].ID); err != nil {
		t.Fatal(err)
	}
	effects(t, x.s)
	if got := x.drifting(""); len(got) != firms {
		t.Errorf("%d drift once nothing is missing, want %d", len(got), firms)
	}
	x.send(x.come(survey.Order, 10, -45, 0, survey.FromKey("shop")))
	if got := x.drifting(""); len(got) != 0 {
		t.Errorf("%d drift after their orders came, want none", len(got))
	}
}

// TestALateOrderBeginsAnotherDrifting: it is told late, is long ago, and leaves an alarm that is another one.
func TestALateOrderBeginsAnotherDrifting(t *testing.T) {
	t.Parallel()
	x := newShop(t, 1)
	x.send(append(x.come(survey.Order, 10, -400, -150, ""), x.come(survey.Login, 3, -400, 0, "")...))
	before := storedRhythm(t, x.db, x.firms[0].ID)
	if err := x.s.Snooze(t.Context(), survey.CustomerID(x.firms[0].ID), x.clock.Now().AddDate(0, 0, 30)); err != nil {
		t.Fatal(err)
	}
	record(t, x.s, x.firms[0], survey.Order, startOfTests.AddDate(0, 0, -100))
	after := storedRhythm(t, x.db, x.firms[0].ID)
	if before.List != survey.Drifting || after.List != survey.Drifting || !after.Since.After(before.Since) || !after.SnoozedUntil.IsZero() {
		t.Errorf("got %q since %v, snoozed until %v; want drifting since later than %v, and no snooze",
			after.List, after.Since, after.SnoozedUntil, before.Since)
	}
}

// TestASilentKindIsNamed where a quiet customer showed other signs of life since.
func TestASilentKindIsNamed(t *testing.T) {
	t.Parallel()
	x := newShop(t, 1)
	x.send(append(x.come(survey.Order, 10, -400, -150, ""), x.come(survey.Visit, 20, -400, -120, "")...))
	page, err := x.s.QuietCustomers(t.Context(), survey.QuietFilter{})
	if err != nil || len(page.Items) != 1 {
		t.Fatalf("quiet %+v, %v; want the one", page.Items, err)
	}
	c := page.Items[0]
	if want := fmt.Sprintf("; no order for %d days; ", c.KindDays); c.Kind != survey.Order || !regexp.MustCompile(want).MatchString(c.Sentence) {
		t.Errorf("got %q about %s, want one with %q", c.Sentence, c.Kind, want)
	}
}

// TestARhythmOfAnOlderVersion says nothing of drifting, and begins to when the customer is seen again.
func TestARhythmOfAnOlderVersion(t *testing.T) {
	t.Parallel()
	x := driftingPortal(t, 1)
	r := storedRhythm(t, x.db, x.firms[0].ID)
	r.List, r.Since, r.Stopped, r.Rank, r.EvenList, r.EvenRank = "", time.Time{}, 0, 0, "", 0
	if err := write(t, x.db, "rhythms", store.Replace, r); err != nil {
		t.Fatal(err)
	}
	if got := x.drifting(""); len(got) != 0 {
		t.Fatalf("%d drift, want none", len(got))
	}
	x.loggingIn(0, 3)
	if got := x.drifting(""); len(got) != 1 {
		t.Errorf("%d drift, want the one", len(got))
	}
}
