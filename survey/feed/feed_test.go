package feed_test

import (
	"encoding/json"
	"math/rand/v2"
	"reflect"
	"testing"

	"earshot/survey/feed"
)

// steady is a feed of so many events every day, told at once, from day 0 to before day days.
func steady(perDay, days int) *feed.History {
	h := &feed.History{}
	for d := range feed.Day(days) {
		h.Add(map[feed.Day]int{1000 + d: perDay}, 1000+d)
	}
	return h
}

func TestAFeedThatStopsIsOneOutageUntilItsDataCome(t *testing.T) {
	t.Parallel()
	h := steady(40, 100)
	const stopped = feed.Day(1100)
	for today := stopped; today < stopped+30; today++ {
		h.Look(today)
	}
	if len(h.Outages) != 1 || h.Outages[0].From != stopped || !h.Outages[0].Open() || !h.Outages[0].Stopped {
		t.Fatalf("outages %+v, want one that began on day %d and goes on", h.Outages, stopped)
	}
	if rate := h.Outages[0].Rate; rate != 40 {
		t.Errorf("usual rate %v, want 40", rate)
	}
	late := map[feed.Day]int{}
	for d := stopped; d < stopped+30; d++ {
		late[d] = 40
	}
	h.Add(late, stopped+29)
	if !h.Look(stopped+30) || len(h.Outages) != 0 {
		t.Errorf("outages %+v after the data came, want none", h.Outages)
	}
	if lag := h.Lag(); lag != 0 {
		t.Errorf("lag %d after a backlog, want 0: that is no habit", lag)
	}
}

func TestAFeedThatComesBackWithoutItsDataLeavesAnOutageThatIsOver(t *testing.T) {
	t.Parallel()
	h := steady(40, 100)
	for today := feed.Day(1100); today < 1120; today++ {
		h.Look(today)
	}
	for today := feed.Day(1120); today < 1125; today++ {
		h.Add(map[feed.Day]int{today: 40}, today)
		h.Look(today + 1)
	}
	want := []feed.Outage{{From: 1100, To: 1119, Stopped: true, Rate: 40}}
	if !reflect.DeepEqual(h.Outages, want) {
		t.Fatalf("outages %+v, want %+v", h.Outages, want)
	}
	late := map[feed.Day]int{}
	for d := feed.Day(1100); d < 1120; d++ {
		late[d] = 38
	}
	h.Add(late, 1124)
	if !h.Look(1125) || len(h.Outages) != 0 {
		t.Errorf("outages %+v after most of the data came, want none", h.Outages)
	}
}

func TestAFileThatEndedLongAgoIsAnOutageAtTheFirstLook(t *testing.T) {
	t.Parallel()
	for _, ago := range []feed.Day{20, 60, 200, 300} {
		h := &feed.History{}
		file := map[feed.Day]int{}
		for d := feed.Day(0); d < 400; d++ {
			file[2000-ago-d] = 40
		}
		h.Add(file, 2000)
		h.Look(2000)
		if len(h.Outages) != 1 || h.Outages[0].From != 2000-ago+1 {
			t.Errorf("ended %d days ago: outages %+v, want one from day %d on", ago, h.Outages, 2000-ago+1)
		}
	}
}

func TestTooLittleHistorySaysNothing(t *testing.T) {
	t.Parallel()
	h := steady(40, 27)
	for today := feed.Day(1027); today < 1029; today++ {
		if h.Look(today) {
			t.Fatalf("outages %+v after 27 days of history, want none", h.Outages)
		}
	}
	if _, known := h.Usual(1027); known {
		t.Error("a usual rate after 27 days, want none yet")
	}
	if (&feed.History{}).Look(1000) {
		t.Error("a feed that has told nothing changed by a look")
	}
}

func TestHowLateDataUsuallyAre(t *testing.T) {
	t.Parallel()
	week := func(last feed.Day) map[feed.Day]int {
		file := map[feed.Day]int{}
		for d := range feed.Day(7) {
			file[last-d] = 10
		}
		return file
	}
	h := &feed.History{}
	if lag := h.Lag(); lag != 14 {
		t.Errorf("lag of an unknown feed %d, want 14", lag)
	}
	for w := range feed.Day(10) {
		h.Add(week(1000+7*w), 1001+7*w)
	}
	if lag := h.Lag(); lag != 7 {
		t.Errorf("lag of a file a week %d, want 7", lag)
	}
	const last = feed.Day(1064)
	if end := h.Complete(last + 7); end > 1063 {
		t.Errorf("a week later data are expected until day %d, though they are known until 1063 only", end)
	}
	h.Add(map[feed.Day]int{1010: 5}, 1065)
	if lag := h.Lag(); lag != 7 {
		t.Errorf("lag %d after old data, want 7", lag)
	}
}

func TestPausesAndALowerRateThatIsRight(t *testing.T) {
	t.Parallel()
	h := steady(40, 100)
	h.Pause(feed.Span{From: 1100, To: 1114})
	for today := feed.Day(1100); today < 1117; today++ {
		if h.Look(today) {
			t.Fatalf("outages %+v in a pause, want none", h.Outages)
		}
	}
	h.Look(1118)
	if len(h.Outages) != 1 || h.Outages[0].From != 1115 {
		t.Fatalf("outages %+v behind the pause, want one from its end on", h.Outages)
	}
	h.Accept()
	if len(h.Outages) != 0 || h.Look(1130) {
		t.Errorf("outages %+v after somebody said that this is right, want none", h.Outages)
	}
}

func TestAFeedThatAnotherTakesOverIsNoOutage(t *testing.T) {
	t.Parallel()
	h, busy := steady(40, 100), steady(4000, 200)
	fresh := &feed.History{}
	for d := feed.Day(1100); d < 1110; d++ {
		fresh.Add(map[feed.Day]int{d: 38}, d)
	}
	if h.TakenOver(1110, []*feed.History{fresh}) {
		t.Error("taken over, though nothing is missing yet")
	}
	h.Look(1110)
	if !h.TakenOver(1110, []*feed.History{busy, fresh}) {
		t.Error("not taken over by a new feed that brings as much")
	}
	if h.TakenOver(1110, []*feed.History{busy}) {
		t.Error("taken over by one that was there before")
	}
}

// TestAnOutageStaysUntilSomethingComes: nobody minds it for two years. Then nobody knows the old rate any more.
func TestAnOutageStaysUntilSomethingComes(t *testing.T) {
	t.Parallel()
	h := steady(40, 100)
	for today := feed.Day(1100); today < 1800; today++ {
		h.Look(today)
	}
	if len(h.Outages) != 1 || h.Outages[0].From != 1100 {
		t.Errorf("outages %+v after 700 days, want the one that began on day 1100", h.Outages)
	}
	h.Add(map[feed.Day]int{1800: 3}, 1800)
	if !h.Look(1801) || len(h.Outages) != 0 {
		t.Errorf("outages %+v once something comes, want none", h.Outages)
	}
}

func TestWhatConcernsAnOutage(t *testing.T) {
	t.Parallel()
	h := steady(40, 100)
	h.Outages = []feed.Outage{{From: 1050, To: 1060}}
	if !h.Concerns(map[feed.Day]int{1055: 1, 1099: 1}) || h.Concerns(map[feed.Day]int{1061: 1}) {
		t.Error("events of the days of an outage concern it, and others do not")
	}
	h.Look(1110)
	if !h.Concerns(map[feed.Day]int{1061: 1}) {
		t.Error("whatever comes concerns an outage that goes on")
	}
}

func TestAddIgnoresWhatIsTooFarAway(t *testing.T) {
	t.Parallel()
	h := steady(40, 100)
	before, err := json.Marshal(h.Counts)
	if err != nil {
		t.Fatal(err)
	}
	h.Add(map[feed.Day]int{1: 5, 5000: 5, 1050: 0, 1051: -3}, 1099)
	after, err := json.Marshal(h.Counts)
	if err != nil {
		t.Fatal(err)
	}
	if string(before) != string(after) || h.First != 1000 {
		t.Errorf("counts from day %d changed by what is too old, in the future or nothing", h.First)
	}
}

// TestMemoryIsBounded: a feed may run for ever.
func TestMemoryIsBounded(t *testing.T) {
	t.Parallel()
	h := &feed.History{}
	random := rand.New(rand.NewPCG(1, 1))
	for d := feed.Day(10000); d < 13000; d++ {
		if d/100%3 > 0 {
			h.Add(map[feed.Day]int{d: random.IntN(1e5)}, d)
		}
		h.Look(d + 1)
	}
	b, err := json.Marshal(h)
	if err != nil {
		t.Fatal(err)
	}
	if len(b) > 8000 {
		t.Errorf("a history of years takes %d bytes, want at most 8000", len(b))
	}
}

func BenchmarkLook(b *testing.B) {
	l := living{rate: 40, closed: true}
	f := l.run(l.counts(judgedFrom+year, rand.New(rand.NewPCG(1, 1))), all)
	for b.Loop() {
		f.Look(firstDay + judgedFrom + year)
	}
}
