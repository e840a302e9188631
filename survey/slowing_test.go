package survey_test

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"earshot/survey"
	"earshot/survey/feed"
	"earshot/survey/quiet"
	"earshot/survey/store"
)

// on are the customers of a list, in their order.
func (x *shop) on(list survey.List) []survey.QuietCustomer {
	x.t.Helper()
	page, err := x.s.QuietCustomers(x.t.Context(), survey.QuietFilter{List: list, Limit: survey.MaxPage})
	if err != nil {
		x.t.Fatal(err)
	}
	return page.Items
}

// ordersOn are orders of a firm, so many days before or behind the clock's first.
func (x *shop) ordersOn(firm int, days ...int) []survey.TouchpointInput {
	var rows []survey.TouchpointInput
	for _, d := range days {
		rows = append(rows, survey.TouchpointInput{
			CustomerID: survey.CustomerID(x.firms[firm].ID), Kind: survey.Order, At: startOfTests.AddDate(0, 0, d),
		})
	}
	return rows
}

// every are the days from begin to before end, so many apart.
func every(apart, begin, end int) []int {
	var days []int
	for d := begin; d < end; d += apart {
		days = append(days, d)
	}
	return days
}

// slowingShop has two firms that ordered every eight days until 76 days ago, of which the second has ordered every 19 days since.
func slowingShop(t *testing.T) *shop {
	t.Helper()
	x := newShop(t, 2)
	x.send(append(x.ordersOn(0, every(8, -396, 1)...), x.ordersOn(1, append(every(8, -396, -76), -76, -57, -38, -19, 0)...)...))
	return x
}

// TestWhoComesEverMoreSeldomIsTold of before their silence is an alarm, with the evidence.
func TestWhoComesEverMoreSeldomIsTold(t *testing.T) {
	t.Parallel()
	x := slowingShop(t)
	got := x.on(survey.Slowing)
	if len(got) != 1 || got[0].Customer.Name != "Firm 001" {
		t.Fatalf("%d slow down, want the second firm", len(got))
	}
	c := got[0]
	if !strings.HasPrefix(c.Sentence, "Ordered every 8 days until ") || !strings.Contains(c.Sentence, ", every 19 days since; 4 orders instead of 10. Of steady customers fewer than 1 in 10,000 looks so in a quarter.") {
		t.Errorf("got %q", c.Sentence)
	}
	if e := c.Slowing; e == nil || e.Came != 4 || math.Abs(e.Usual-8) > 0.1 || math.Abs(e.Now-19) > 0.1 || math.Abs(e.Expected-9.5) > 0.1 ||
		math.Abs(e.Fewer-0.58) > 0.01 || e.OneIn < survey.SlowOneIn || !e.Since.Equal(startOfTests.AddDate(0, 0, -76).Truncate(24*time.Hour)) {
		t.Errorf("got %+v, want 4 orders instead of 9.5 since 76 days ago", e)
	}
	if c.List != survey.Slowing || c.Since.IsZero() || c.Rank == 0 || c.Gone > 0.5 {
		t.Errorf("got %+v", c.Silence)
	}
	if own := x.on(survey.Leaving); len(own) != 0 {
		t.Errorf("%d are quiet, want none", len(own))
	}
	today, err := x.s.Today(t.Context(), survey.TodayRequest{Scope: survey.ScopeAll, Quiet: 10, Latest: 1})
	if err != nil || len(today.Lists) != 2 || today.Lists[0].List != survey.Leaving || today.Lists[1].List != survey.Slowing || today.Lists[1].Total != 1 || len(today.Lists[1].Customers) != 1 {
		t.Errorf("today tells of %+v, %v; want the one who slows down", today.Lists, err)
	}
}

// TestASlowingEnds when the pace is back, or when the silence is an alarm of its own.
func TestASlowingEnds(t *testing.T) {
	t.Parallel()
	x := slowingShop(t)
	for d := 1; d <= 33; d++ {
		x.wait(day)
		if d%8 == 0 {
			x.send(append(x.ordersOn(0, d), x.ordersOn(1, d)...))
		}
	}
	if got := x.on(survey.Slowing); len(got) != 0 {
		t.Errorf("%d slow down after four gaps of eight days, want none: %s", len(got), got[0].Sentence)
	}

	x = slowingShop(t)
	for range 150 {
		x.wait(day)
		if got := x.on(survey.Leaving); len(got) == 2 {
			if slow := x.on(survey.Slowing); len(slow) != 0 {
				t.Errorf("%d slow down who are quiet", len(slow))
			}
			return
		}
	}
	t.Error("who has come no more for 150 days is not quiet")
}

// TestEachStandsOnOneListAtMost has somebody who slows down come no more: what says most of them counts, and nothing else.
func TestEachStandsOnOneListAtMost(t *testing.T) {
	t.Parallel()
	x := slowingShop(t)
	var lists []survey.List
	for range 100 {
		for _, list := range survey.Lists() {
			for _, c := range x.on(list) {
				if c.Customer.ID == x.firms[1].ID {
					lists = append(lists, list)
				}
			}
		}
		x.wait(day)
	}
	if got, want := fmt.Sprint(slices.Compact(lists)), "[slowing unusually_silent probably_leaving]"; got != want {
		t.Errorf("on the lists %s, want %s", got, want)
	}
}

// missing has orders be missing since so many days ago, until the feed that is returned is said to be over.
func (x *shop) missing(days int) string {
	x.t.Helper()
	f := &survey.Feed{Meta: store.Meta{ID: "fed_missing"}, Kind: survey.Order, Source: survey.FromKey("shop"), ArrivedAt: x.clock.Now()}
	f.History.Outages = []feed.Outage{{From: feed.Day(quiet.DayOf(x.clock.Now())) - feed.Day(days), Rate: 1}}
	f.Owe("hold_silences", x.clock.Now())
	if err := write(x.t, x.db, "feeds", store.Insert, f); err != nil {
		x.t.Fatal(err)
	}
	effects(x.t, x.s)
	return f.ID
}

// TestASlowingGoesOnBehindAnOutage where they were told of, and what they do is no more than nearly usual again: what was said stands, and
// so does a snooze, though they order while it is held.
func TestASlowingGoesOnBehindAnOutage(t *testing.T) {
	t.Parallel()
	x := slowingShop(t)
	id := survey.CustomerID(x.firms[1].ID)
	today, before := 0, x.on(survey.Slowing)
	for len(before) == 1 && before[0].Slowing.OneIn >= survey.SlowOneIn {
		x.wait(day)
		if today++; today%6 == 0 {
			x.send(append(x.ordersOn(0, today), x.ordersOn(1, today)...))
		}
		before = x.on(survey.Slowing)
	}
	if len(before) != 1 {
		t.Fatal("nobody slows down whose pace is nearly back, want one")
	}
	snoozed := x.clock.Now().AddDate(0, 0, 30)
	if err := x.s.Snooze(t.Context(), id, snoozed); err != nil {
		t.Fatal(err)
	}
	missing := x.missing(30)
	if held, err := x.s.Rhythm(t.Context(), id); err != nil || held.List != "" || held.HeldBy != missing || !held.HeldSince.Equal(before[0].Since) {
		t.Fatalf("got %+v, %v; want who is held since they were told of", held, err)
	}
	record(t, x.s, x.firms[1], survey.Login, x.clock.Now())
	if _, err := x.s.EndFeed(t.Context(), missing); err != nil {
		t.Fatal(err)
	}
	effects(t, x.s)
	after, err := x.s.Rhythm(t.Context(), id)
	if err != nil || after.List != survey.Slowing || !after.Since.Equal(before[0].Since) || after.HeldBy != "" || !after.SnoozedUntil.Equal(snoozed) {
		t.Errorf("got %+v, snoozed until %v, %v; want slowing since %v and snoozed until %v, as before", after.Silence, after.SnoozedUntil, err, before[0].Since, snoozed)
	}
}

// TestASnoozedSlowingCustomerIsLeftAlone though they order, until it is over.
func TestASnoozedSlowingCustomerIsLeftAlone(t *testing.T) {
	t.Parallel()
	x := slowingShop(t)
	id := survey.CustomerID(x.firms[1].ID)
	if err := x.s.Snooze(t.Context(), id, x.clock.Now().AddDate(0, 0, 200)); err != nil {
		t.Fatal(err)
	}
	x.wait(19 * day)
	x.send(x.ordersOn(1, 19))
	if got := x.on(survey.Slowing); len(got) != 0 {
		t.Error("who is snoozed and orders is on the list")
	}
	r, err := x.s.Rhythm(t.Context(), id)
	if err != nil || r.List != survey.Slowing || r.SnoozedUntil.IsZero() {
		t.Errorf("got %+v, %v; want still slowing and snoozed", r, err)
	}
	for d := 20; d <= 52; d++ {
		x.wait(day)
		if d%4 == 0 {
			x.send(x.ordersOn(1, d))
		}
	}
	if r, err = x.s.Rhythm(t.Context(), id); err != nil || r.List != "" || !r.SnoozedUntil.IsZero() {
		t.Errorf("got list %q, snoozed until %v, %v; want neither once the pace is back", r.List, r.SnoozedUntil, err)
	}
}
