package survey_test

import (
	"fmt"
	"testing"
	"time"

	"earshot/survey"
	"earshot/survey/store"
)

// shop is an installation whose customers order by one feed, whose orders it makes up.
type shop struct {
	t     *testing.T
	s     *survey.Service
	db    store.Store
	clock *clock
	firms []*survey.Customer
}

// ordersEvery are the days between two orders of a firm.
func ordersEvery(firm int) int { return 5 + firm%8 }

func newShop(t *testing.T, firms int) *shop {
	t.Helper()
	db := newStore(t)
	s, clock := newServiceOn(t, db)
	x := &shop{t: t, s: s, db: db, clock: clock}
	for i := range firms {
		x.firms = append(x.firms, newCustomer(t, s, fmt.Sprintf("Firm %03d", i)))
	}
	return x
}

// orders returns the orders of the days from begin to before end, counted from the clock's, of those firms that are said
// to order then.
func (x *shop) orders(begin, end int, alive func(firm, day int) bool) []survey.TouchpointInput {
	var rows []survey.TouchpointInput
	for day := begin; day < end; day++ {
		for i, firm := range x.firms {
			every := ordersEvery(i)
			if ((day+i)%every+every)%every == 0 && alive(i, day) {
				rows = append(rows, survey.TouchpointInput{
					CustomerID: survey.CustomerID(firm.ID), Kind: survey.Order, At: startOfTests.AddDate(0, 0, day), Source: survey.FromKey("shop"),
				})
			}
		}
	}
	return rows
}

// send records touchpoints, and lets what follows happen.
func (x *shop) send(rows []survey.TouchpointInput) {
	x.t.Helper()
	for _, r := range x.s.PutTouchpoints(x.t.Context(), rows) {
		if r.Err != nil {
			x.t.Fatal(r.Err)
		}
	}
	x.wait(15 * time.Minute)
}

// wait lets time pass and what is due then happen.
func (x *shop) wait(d time.Duration) {
	x.t.Helper()
	effects(x.t, x.s)
	x.clock.Advance(d)
	effects(x.t, x.s)
}

// quiet returns how many customers are on the quiet list, and on Today's count.
func (x *shop) quiet() (listed, counted int) {
	x.t.Helper()
	for after := store.Cursor(""); ; {
		page, err := x.s.QuietCustomers(x.t.Context(), survey.QuietFilter{After: after, Limit: survey.MaxPage})
		if err != nil {
			x.t.Fatal(err)
		}
		listed += len(page.Items)
		if after = page.Next; after == "" {
			break
		}
	}
	today, err := x.s.Today(x.t.Context(), survey.TodayRequest{Scope: survey.ScopeAll, Quiet: 10, Latest: 1})
	if err != nil {
		x.t.Fatal(err)
	}
	return listed, today.QuietTotal
}

func (x *shop) notices() []survey.FeedStatus {
	x.t.Helper()
	list, err := x.s.FeedNotices(x.t.Context())
	if err != nil {
		x.t.Fatal(err)
	}
	return list
}

// TestAFeedThatStopsHoldsItsAlarms replays what was found: of 300 firms all orders end 60 days ago, and 30 firms had left
// before that.
func TestAFeedThatStopsHoldsItsAlarms(t *testing.T) {
	t.Parallel()
	x := newShop(t, 300)
	const left, stopped = 30, 60
	living := func(firm, day int) bool { return firm >= left || day < -stopped-90 }
	x.send(x.orders(-400, -stopped, living))
	notices := x.notices()
	if len(notices) != 1 {
		t.Fatalf("%d notices, want one: %+v", len(notices), notices)
	}
	n := notices[0]
	if n.State != survey.FeedStopped || !n.Since.Equal(startOfTests.AddDate(0, 0, -stopped).Truncate(day)) || n.Rate < 30 || n.Rate > 45 {
		t.Errorf("notice %+v, want a feed that stopped %d days ago, of some 35 orders a day", n, stopped)
	}
	listed, counted := x.quiet()
	if listed > left || listed < left-5 || counted != listed {
		t.Errorf("%d customers are quiet, %d counted; want about the %d that have left", listed, counted, left)
	}
	if n.Held < 200 {
		t.Errorf("%d alarms are held, want most of 270", n.Held)
	}

	x.send(x.orders(-stopped, 0, living))
	if notices := x.notices(); len(notices) != 0 {
		t.Errorf("notices %+v after the data came, want none", notices)
	}
	if listed, counted = x.quiet(); listed != left || counted != left {
		t.Errorf("%d customers are quiet, %d counted; want the %d that have left", listed, counted, left)
	}
}
