package survey_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
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
	x.sendWithin(15*time.Minute, rows)
}

// sendWithin is send where so much time passes.
func (x *shop) sendWithin(d time.Duration, rows []survey.TouchpointInput) {
	x.t.Helper()
	for _, r := range x.s.PutTouchpoints(x.t.Context(), rows) {
		if r.Err != nil {
			x.t.Fatal(r.Err)
		}
	}
	x.wait(d)
}

// wait lets time pass and what is due then happen.
func (x *shop) wait(d time.Duration) {
	x.t.Helper()
	effects(x.t, x.s, "touchpoint_batches")
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
	return listed, today.List(survey.Leaving).Total
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

// TestAFeedThatThinsHoldsItsAlarms: seven of ten orders are lost from a day on, of live customers, told day by day.
func TestAFeedThatThinsHoldsItsAlarms(t *testing.T) {
	t.Parallel()
	x := newShop(t, 80)
	const left = 8
	// Who lives leaves out one order in seven: where nobody ever did, the first to do so would be told of at once.
	living := func(firm, day int) bool { return (firm >= left || day < -150) && (firm+day/ordersEvery(firm))%7 != 0 }
	x.send(x.orders(-300, 0, living))
	if notices := x.notices(); len(notices) != 0 {
		t.Fatalf("notices %+v of a living feed, want none", notices)
	}
	lossy := func(firm, day int) bool { return living(firm, day) && (firm*7+day*3)%10 < 3 }
	var most, listed int
	for d := range 45 {
		x.sendWithin(day, x.orders(d, d+1, lossy))
		if notices := x.notices(); len(notices) > 1 {
			t.Fatalf("day %d: %d notices, want at most one", d, len(notices))
		}
		listed, _ = x.quiet()
		most = max(most, listed)
	}
	notices := x.notices()
	if len(notices) != 1 || notices[0].State != survey.FeedThinned {
		t.Fatalf("notices %+v, want one of a feed that has thinned", notices)
	}
	if late := notices[0].Since.Sub(startOfTests); late < -5*day || late > 5*day {
		t.Errorf("missing since %v, want about %v", notices[0].Since, startOfTests)
	}
	const early = 2 // may be told of before the thinning shows
	if most > left+early || notices[0].Held == 0 {
		t.Errorf("up to %d customers were quiet, %d alarms are held; want at most the %d that have left and %d more", most, notices[0].Held, left, early)
	}
	x.send(x.orders(0, 45, living))
	if notices := x.notices(); len(notices) != 0 {
		t.Errorf("notices %+v after the lost orders came, want none", notices)
	}
	if listed, _ := x.quiet(); listed != left {
		t.Errorf("%d customers are quiet, want the %d that have left", listed, left)
	}
}

// stoppedShop is one whose orders ended 60 days ago, which is noticed.
func stoppedShop(t *testing.T) (*shop, survey.FeedStatus) {
	t.Helper()
	x := newShop(t, 60)
	x.send(x.orders(-400, -60, func(int, int) bool { return true }))
	notices := x.notices()
	if len(notices) != 1 || notices[0].Held == 0 {
		t.Fatalf("notices %+v, want one that holds alarms", notices)
	}
	return x, notices[0]
}

func TestWhoeverSaysThatNothingIsMissingLetsTheAlarmsGo(t *testing.T) {
	t.Parallel()
	for name, say := range map[string]func(*survey.Service, string) (*survey.FeedStatus, error){
		"accepted": func(s *survey.Service, id string) (*survey.FeedStatus, error) {
			return s.AcceptFeed(context.Background(), id)
		},
		"over": func(s *survey.Service, id string) (*survey.FeedStatus, error) {
			return s.EndFeed(context.Background(), id)
		},
		"a pause until yesterday": func(s *survey.Service, id string) (*survey.FeedStatus, error) {
			return s.PauseFeed(context.Background(), id, startOfTests.AddDate(0, 0, -62), startOfTests.AddDate(0, 0, -1))
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			x, n := stoppedShop(t)
			if _, err := say(x.s, n.ID); err != nil {
				t.Fatal(err)
			}
			effects(t, x.s)
			if notices := x.notices(); len(notices) != 0 {
				t.Errorf("notices %+v, want none", notices)
			}
			if listed, counted := x.quiet(); listed < n.Held || counted != listed {
				t.Errorf("%d customers are quiet, %d counted; want the %d that were held", listed, counted, n.Held)
			}
			x.wait(30 * day)
			if notices := x.notices(); name != "a pause until yesterday" && len(notices) != 0 {
				t.Errorf("notices %+v a month later, want none", notices)
			}
		})
	}
}

func TestAFeedThatIsOverBeginsAnew(t *testing.T) {
	t.Parallel()
	x, n := stoppedShop(t)
	if _, err := x.s.EndFeed(t.Context(), n.ID); err != nil {
		t.Fatal(err)
	}
	x.send(x.orders(-1, 0, func(int, int) bool { return true }))
	f, err := x.s.Feed(t.Context(), n.ID)
	if err != nil || f.State != survey.FeedLearning {
		t.Errorf("feed %+v, %v; want one that learns", f, err)
	}
}

func TestWhatCannotBeSaidOfAFeed(t *testing.T) {
	t.Parallel()
	x := newShop(t, 1)
	x.send(x.orders(-10, 0, func(int, int) bool { return true }))
	list, err := x.s.Feeds(t.Context())
	if err != nil || len(list) != 1 || list[0].State != survey.FeedLearning || list[0].Rate != 0 {
		t.Fatalf("feeds %+v, %v; want one that learns", list, err)
	}
	id, at := list[0].ID, startOfTests
	if _, err := x.s.AcceptFeed(t.Context(), id); survey.KindOf(err) != survey.Conflict {
		t.Errorf("accept without a notice: %v, want a conflict", err)
	}
	if _, err := x.s.EndFeed(t.Context(), "fed_nobody"); survey.KindOf(err) != survey.NotFound {
		t.Errorf("end of an unknown feed: %v, want not found", err)
	}
	for _, c := range []struct {
		from, to time.Time
		field    string
	}{
		{time.Time{}, at, "from"}, {at, time.Time{}, "to"}, {at, at.Add(-day), "to"}, {at, at.Add(92 * day), "to"},
		{at.Add(-400 * day), at.Add(-390 * day), "from"}, {at.Add(800 * day), at.Add(801 * day), "from"},
	} {
		_, err := x.s.PauseFeed(t.Context(), id, c.from, c.to)
		if kind, said := problem(err, c.field); kind != survey.Invalid || said == "" {
			t.Errorf("pause from %v to %v: %v, want a word about %s", c.from, c.to, err, c.field)
		}
	}
}

// TestBatchesAreCountedOnce: a batch whose effect is done again, for a process died before it ended, counts once.
func TestBatchesAreCountedOnce(t *testing.T) {
	t.Parallel()
	x := newShop(t, 3)
	rows := x.orders(-10, 0, func(int, int) bool { return true })
	for _, r := range x.s.PutTouchpoints(t.Context(), rows) {
		if r.Err != nil {
			t.Fatal(r.Err)
		}
	}
	ledgers, _, err := x.db.Find(t.Context(), specNamed(t, "touchpoint_batches"), store.Query{Index: store.ByID, Limit: 10})
	if err != nil || len(ledgers) != 1 {
		t.Fatalf("%d ledgers, %v; want one that tells the feed", len(ledgers), err)
	}
	again := *ledgers[0].(*survey.TouchpointBatch)
	for range 3 {
		effects(t, x.s)
		again.Version = 0
		if err := write(t, x.db, "touchpoint_batches", store.Insert, &again); err != nil {
			t.Fatal(err)
		}
	}
	x.send(rows) // changes nothing, and counts nothing
	if counted := x.counted(); counted != len(rows) {
		t.Errorf("%d orders are counted, want %d", counted, len(rows))
	}
	died := again // its writer died before it told that all was written
	died.Meta = store.Meta{ID: "tcb_died"}
	died.Owe("tell_rhythms", x.clock.Now())
	died.Written, died.Told = false, false
	if err := write(t, x.db, "touchpoint_batches", store.Insert, &died); err != nil {
		t.Fatal(err)
	}
	effects(t, x.s)
	if counted := x.counted(); counted != 2*len(rows) {
		t.Errorf("%d orders are counted after a writer died, want its %d as if they had been written", counted, len(rows))
	}
}

// counted returns how many touchpoints of the last days the one feed has counted.
func (x *shop) counted() int {
	x.t.Helper()
	list, err := x.s.Feeds(x.t.Context())
	if err != nil || len(list) != 1 {
		x.t.Fatalf("feeds %+v, %v; want one", list, err)
	}
	counted := 0
	for _, n := range list[0].Days {
		counted += n
	}
	return counted
}

// considered returns how many customers a run of the pulse considers.
func (x *shop) considered(pulse *survey.Pulse) int {
	x.t.Helper()
	if _, err := x.s.RunPulseNow(x.t.Context(), survey.PulseID(pulse.ID), ""); err != nil {
		x.t.Fatal(err)
	}
	effects(x.t, x.s)
	pulse, err := x.s.Pulse(x.t.Context(), survey.PulseID(pulse.ID))
	if err != nil {
		x.t.Fatal(err)
	}
	return pulse.Run.Considered
}

// TestNoPulseAsksThoseWhoAreHeld: but it considers them once they are let go.
func TestNoPulseAsksThoseWhoAreHeld(t *testing.T) {
	t.Parallel()
	x, n := stoppedShop(t)
	sv, err := x.s.CreateSurvey(t.Context(), survey.SurveyInput{Name: "Quiet", Template: survey.TemplateQuiet})
	if err != nil {
		t.Fatal(err)
	}
	pulse, err := x.s.CreatePulse(t.Context(), pulseFor(survey.SurveyID(sv.ID), survey.AudienceQuiet))
	if err != nil {
		t.Fatal(err)
	}
	if got := x.considered(pulse); got != 0 {
		t.Errorf("the pulse considers %d customers whose alarms are held, want none", got)
	}
	if _, err := x.s.AcceptFeed(t.Context(), n.ID); err != nil {
		t.Fatal(err)
	}
	effects(t, x.s)
	if got := x.considered(pulse); got != n.Held {
		t.Errorf("the pulse considers %d customers, want the %d that were held", got, n.Held)
	}
}

// TestAFeedThatANewOneReplacesIsOver: a history comes by a file, and all that follows by the API.
func TestAFeedThatANewOneReplacesIsOver(t *testing.T) {
	t.Parallel()
	x := newShop(t, 40)
	all := func(int, int) bool { return true }
	history := x.orders(-400, 0, all)
	for i := range history {
		history[i].Source = survey.FromFiles
	}
	x.send(history)
	for d := range 30 {
		x.sendWithin(day, x.orders(d, d+1, all))
		if notices := x.notices(); len(notices) != 0 {
			t.Fatalf("day %d: notices %+v, want none", d, notices)
		}
	}
	list, err := x.s.Feeds(t.Context())
	if err != nil || len(list) != 2 {
		t.Fatalf("feeds %+v, %v; want two", list, err)
	}
	for _, f := range list {
		if over := f.State == survey.FeedOver; over != (f.Source == survey.FromFiles) {
			t.Errorf("the feed from %s is %s, want that of the files over and the other not", f.Source, f.State)
		}
	}
}

// TestAHeldSilenceIsToldWhy on the customer's page.
func TestAHeldSilenceIsToldWhy(t *testing.T) {
	t.Parallel()
	x, n := stoppedShop(t)
	held := 0
	for _, firm := range x.firms {
		r, err := x.s.Rhythm(t.Context(), survey.CustomerID(firm.ID))
		if err != nil {
			t.Fatal(err)
		}
		if r.HeldBy == "" {
			continue
		}
		held++
		if r.List != "" || r.HeldBy != n.ID || r.HeldSince.IsZero() || !strings.HasPrefix(r.Held, n.Sentence) {
			t.Fatalf("silence %+v, want one that is held for %q", r.Silence, n.Sentence)
		}
	}
	if held != n.Held {
		t.Errorf("%d customers are told to be held, want %d", held, n.Held)
	}
}

// TestAFeedThatComesBackHoldsUntilItsCustomersHadTime: what was lost stays lost, but whoever lives shows up.
func TestAFeedThatComesBackHoldsUntilItsCustomersHadTime(t *testing.T) {
	t.Parallel()
	x := newShop(t, 60)
	const left = 6
	living := func(firm, day int) bool { return firm >= left || day < -60 }
	x.send(x.orders(-300, -40, living))
	if len(x.notices()) != 1 {
		t.Fatal("no notice")
	}
	for d := range 25 {
		x.sendWithin(day, x.orders(d, d+1, living))
		if listed, _ := x.quiet(); listed > left {
			t.Fatalf("day %d: %d customers are quiet, want at most the %d that have left", d, listed, left)
		}
	}
	if notices := x.notices(); len(notices) != 0 {
		t.Errorf("notices %+v though the feed is back, want none", notices)
	}
	x.wait(20 * day)
	list, err := x.s.Feeds(t.Context())
	if err != nil || list[0].State == survey.FeedLearning {
		t.Errorf("feeds %+v, %v", list, err)
	}
}

// TestImportsAndRepsAreFeeds: each way in is a feed of its own.
func TestImportsAndRepsAreFeeds(t *testing.T) {
	t.Parallel()
	x := newShop(t, 1)
	file := "customer,date,kind\nFirm 000,2026-02-01,order\nFirm 000,2026-02-02,visit\n"
	if _, err := x.s.RunImport(t.Context(), survey.ImportRequest{Kind: survey.ImportTouchpoints, Reader: strings.NewReader(file)}, nil); err != nil {
		t.Fatal(err)
	}
	_, err := x.s.RecordTouchpoint(t.Context(), survey.TouchpointInput{
		CustomerID: survey.CustomerID(x.firms[0].ID), Kind: survey.Call, At: startOfTests, Source: survey.FromReps,
	})
	if err != nil {
		t.Fatal(err)
	}
	record(t, x.s, x.firms[0], survey.Meeting, startOfTests) // of no source
	effects(t, x.s)
	list, err := x.s.Feeds(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, f := range list {
		names = append(names, survey.FeedName(f.Source, f.Kind))
	}
	want := []string{"Orders from files", "Visits from files", "Calls from our reps"}
	if !slices.Equal(names, want) {
		t.Errorf("feeds %q, want %q", names, want)
	}
}
