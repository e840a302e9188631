package survey_test

import (
	"strings"
	"testing"
	"time"

	"earshot/survey"
)

// The firms of a newcomersShop whose first order was lately.
const (
	overdueFirm = 200 + iota // ordered once, 44 days ago
	freshFirm                // ordered once, 10 days ago
	lostFirm                 // ordered once, 200 days ago
	onlineFirm               // ordered once, 44 days ago, and has logged in every three days since
	newcomersShopFirms
)

// newcomersShop has 200 firms that first ordered one after the other, of which half ordered again within 10 to 40 days and the others did
// not; and some that came lately. The orders have been learnt from.
func newcomersShop(t *testing.T) *shop {
	t.Helper()
	x := newShop(t, newcomersShopFirms)
	x.s.SetRandom(sameRandom())
	var rows []survey.TouchpointInput
	for firm := range 200 {
		first := -700 + 3*firm
		rows = append(rows, x.ordersOn(firm, first)...)
		if firm%2 == 0 {
			rows = append(rows, x.ordersOn(firm, first+10+firm*30/199)...)
		}
	}
	rows = append(rows, x.ordersOn(overdueFirm, -44)...)
	rows = append(rows, x.ordersOn(freshFirm, -10)...)
	rows = append(rows, x.ordersOn(lostFirm, -200)...)
	rows = append(rows, x.ordersOn(onlineFirm, -44)...)
	for d := -44; d < 0; d += 3 {
		rows = append(rows, survey.TouchpointInput{CustomerID: survey.CustomerID(x.firms[onlineFirm].ID), Kind: survey.Login, At: startOfTests.AddDate(0, 0, d)})
	}
	x.send(rows)
	x.wait(25 * time.Hour)
	x.wait(day) // all are judged by what was learnt
	return x
}

// TestANewcomerWhoDoesNotComeBackIsTold from the day on which nine in ten of those who came back had, and for a while.
func TestANewcomerWhoDoesNotComeBackIsTold(t *testing.T) {
	t.Parallel()
	x := newcomersShop(t)
	got := map[string]survey.QuietCustomer{}
	for _, c := range x.on(survey.Unreturned) {
		got[c.Customer.Name] = c
	}
	if len(got) != 2 {
		t.Fatalf("%d have not returned, want the two firms that ordered 46 days ago: %v", len(got), got)
	}
	c := got["Firm 200"]
	if n := c.Newcomer; n == nil || n.Times != 1 || n.Overdue < 37 || n.Overdue > 41 || n.Left < 0.9 || n.Similar != 173 || n.Followed < 400 {
		t.Errorf("got %+v, want one order, and the others within some 37 days", c.Newcomer)
	}
	if !strings.HasPrefix(c.Sentence, "Ordered once, 46 days ago. Of similar customers who order again within ") || !strings.Contains(c.Sentence, "9 in 10 do so within 37 days; at least 1 in 100 of those silent this long still comes back.") {
		t.Errorf("got %q", c.Sentence)
	}
	if c.List != survey.Unreturned || c.Gone != c.Newcomer.Left || c.Rank == 0 || c.Since.IsZero() || c.Silent90 > c.Silent30 || c.DueOn == "" {
		t.Errorf("got %+v", c.Silence)
	}
	if here := got["Firm 203"]; !strings.HasSuffix(here.Sentence, " Still here: logged in 4 days ago.") || here.Gone > 0.5 {
		t.Errorf("of who logs in: got %q, and a chance of having left of %v", here.Sentence, here.Gone)
	}
	fresh, err := x.s.Rhythm(t.Context(), survey.CustomerID(x.firms[freshFirm].ID))
	if err != nil || fresh.List != "" || fresh.Newcomer == nil || !strings.HasPrefix(fresh.Sentence, "Ordered once, 12 days ago. ") || fresh.Gone > 0.7 {
		t.Errorf("who came lately: got %+v, %v; want them on no list", fresh, err)
	}

	// They stay for a month, and then there is nothing new to say; the fresh one comes when the day is over on which it is due.
	come := time.Time{}
	for range 31 {
		x.wait(day)
		for _, c := range x.on(survey.Unreturned) {
			if c.Customer.ID != x.firms[freshFirm].ID || !come.IsZero() {
				continue
			}
			come = x.clock.Now().Truncate(day)
			if !c.Since.Equal(come) || c.KindDays != c.Newcomer.Overdue+1 || c.DueOn != survey.DateOf(come.Add(-day)) {
				t.Errorf("the fresh one is on the list after %d days since %v, due on %s: %s", c.KindDays, c.Since, c.DueOn, c.Sentence)
			}
		}
	}
	if come.IsZero() {
		t.Error("the fresh one was never on the list")
	}
	list := x.on(survey.Unreturned)
	if len(list) != 1 || list[0].Customer.Name != "Firm 201" {
		t.Errorf("after a month: got %d, want the one that was fresh", len(list))
	}
	x.send(x.ordersOn(freshFirm, 33))
	if list = x.on(survey.Unreturned); len(list) != 0 {
		t.Errorf("who has ordered again: got %d, want none", len(list))
	}
}

// TestNewcomersWhoPauseOrAreSnoozedAreNotTold of until that is over.
func TestNewcomersWhoPauseOrAreSnoozedAreNotTold(t *testing.T) {
	t.Parallel()
	x := newcomersShop(t)
	overdue, online := survey.CustomerID(x.firms[overdueFirm].ID), survey.CustomerID(x.firms[onlineFirm].ID)
	if err := x.s.Snooze(t.Context(), overdue, x.clock.Now().AddDate(0, 0, 5)); err != nil {
		t.Fatal(err)
	}
	today := survey.DateOf(x.clock.Now())
	if _, err := x.s.ChangeCustomer(t.Context(), online, 0, survey.CustomerFields{PausedFrom: &today}); err != nil {
		t.Fatal(err)
	}
	x.wait(day)
	if got := x.on(survey.Unreturned); len(got) != 0 {
		t.Errorf("%d have not returned, want none: the one is snoozed, the other pauses: %s, %s", len(got), got[0].Customer.Name, got[0].Sentence)
	}
	for range 5 {
		x.wait(day)
	}
	if got := x.on(survey.Unreturned); len(got) != 1 || got[0].Customer.ID != string(overdue) {
		t.Errorf("%d have not returned, want the one whose snooze is over", len(got))
	}
}
