package quiet_test

import (
	"math"
	"testing"
	"time"

	"pgregory.net/rapid"

	"earshot/survey/quiet"
)

// date returns a day.
func date(year int, month time.Month, day int) quiet.Day {
	return quiet.DayOf(time.Date(year, month, day, 0, 0, 0, 0, time.UTC))
}

// rests says that the day is a Saturday or a Sunday.
func rests(d quiet.Day) bool {
	w := d.Time().Weekday()
	return w == time.Saturday || w == time.Sunday
}

// office is the clock of a company that works from Monday to Friday and rests from 24 December to 6 January.
func office() *quiet.Clock {
	return quiet.NewClock(date(2020, 1, 1), date(2030, 12, 31), func(d quiet.Day) float64 {
		_, month, day := d.Time().Date()
		if rests(d) || month == time.December && day >= 24 || month == time.January && day <= 6 {
			return 0
		}
		return 7.0 / 5
	})
}

func TestTheClockOfAnOffice(t *testing.T) {
	t.Parallel()
	rows := []struct {
		name     string
		from, to quiet.Day
		want     float64
	}{
		{"a week", date(2026, 3, 4), date(2026, 3, 11), 1},
		{"Monday to Tuesday", date(2026, 3, 2), date(2026, 3, 3), 0.2},
		{"Friday to Sunday", date(2026, 3, 6), date(2026, 3, 8), 0},
		{"Friday to Monday", date(2026, 3, 6), date(2026, 3, 9), 0.2},
		{"the other way round", date(2026, 3, 11), date(2026, 3, 4), 0},
		{"over the leap day", date(2028, 2, 28), date(2028, 3, 1), 0.4},
		{"from 28 February of another year", date(2027, 2, 26), date(2027, 3, 1), 0.2},
		{"over Christmas", date(2026, 12, 23), date(2027, 1, 6), 0},
		{"before it begins", date(2019, 1, 1), date(2019, 1, 15), 2},
		{"behind its end", date(2031, 3, 1), date(2031, 3, 8), 1},
		{"over its end", date(2030, 12, 20), date(2031, 1, 7), 1 + 0.2},
	}
	c := office()
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			near(t, "weeks", c.Weeks(row.from, row.to), row.want, 1e-9)
		})
	}
}

func TestTheClockStandsStillInPauses(t *testing.T) {
	t.Parallel()
	day := func(n int) quiet.Day { return date(2026, 6, n) }
	rows := []struct {
		name   string
		pauses []quiet.Pause
		want   float64 // days from the end of 1 June to that of 21 June
	}{
		{"none", nil, 20},
		{"one day", []quiet.Pause{{day(5), day(6)}}, 19},
		{"a day at each end", []quiet.Pause{{day(1), day(2)}, {day(21), day(22)}}, 19},
		{"begins before", []quiet.Pause{{day(1) - 100, day(8)}}, 14},
		{"ends behind", []quiet.Pause{{day(15), day(15) + 100}}, 13},
		{"for ever", []quiet.Pause{{day(15), quiet.Forever}}, 13},
		{"all of it", []quiet.Pause{{day(2), day(22)}}, 0},
		{"overlapping", []quiet.Pause{{day(8), day(12)}, {day(5), day(10)}, {day(5), day(6)}}, 13},
		{"one behind the other", []quiet.Pause{{day(8), day(10)}, {day(5), day(8)}}, 15},
		{"the wrong way round", []quiet.Pause{{day(10), day(5)}, {day(7), day(7)}}, 20},
		{"in the past", []quiet.Pause{{day(1) - 50, day(1) - 20}}, 20},
		{"in the future", []quiet.Pause{{day(22), day(30)}}, 20},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			var plain *quiet.Clock
			near(t, "days", 7*plain.Pausing(row.pauses...).Weeks(day(1), day(21)), row.want, 1e-9)
		})
	}
}

// anyClock draws a clock with days of rest, pauses, both or neither.
func anyClock(t *rapid.T) *quiet.Clock {
	var c *quiet.Clock
	if rapid.Bool().Draw(t, "office") {
		c = office()
	}
	for range rapid.IntRange(0, 3).Draw(t, "pauses") {
		from := date(2026, 1, 1) + quiet.Day(rapid.IntRange(-500, 500).Draw(t, "from"))
		c = c.Pausing(quiet.Pause{From: from, Until: from + quiet.Day(rapid.IntRange(-5, 200).Draw(t, "length"))})
	}
	return c
}

func TestTheClockAddsUpAndNeverRunsBackwards(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		c := anyClock(t)
		from := date(2026, 1, 1) + quiet.Day(rapid.IntRange(-3000, 3000).Draw(t, "day"))
		middle := from + quiet.Day(rapid.IntRange(0, 800).Draw(t, "to the middle"))
		to := middle + quiet.Day(rapid.IntRange(0, 800).Draw(t, "to the end"))
		first, second, both := c.Weeks(from, middle), c.Weeks(middle, to), c.Weeks(from, to)
		if first < 0 || second < 0 || math.Abs(first+second-both) > 1e-9 {
			t.Fatalf("%v + %v = %v weeks, and together %v", first, second, first+second, both)
		}
	})
}

func TestDayAfterIsTheInverseOfWeeks(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		c := anyClock(t)
		from := date(2026, 1, 1) + quiet.Day(rapid.IntRange(-2500, 2500).Draw(t, "day"))
		weeks := rapid.Float64Range(0, 100).Draw(t, "weeks")
		got, ok := c.DayAfter(from, weeks)
		if !ok {
			t.Fatalf("no day after %v weeks", weeks)
		}
		if c.Weeks(from, got) < weeks || got > from && c.Weeks(from, got-1) >= weeks {
			t.Fatalf("after %v weeks from %v: got %v, at whose end %v have gone by and a day before %v",
				weeks, from, got, c.Weeks(from, got), c.Weeks(from, got-1))
		}
	})
	var plain *quiet.Clock
	if day, ok := plain.Pausing(quiet.Pause{From: firstDay + 10, Until: quiet.Forever}).DayAfter(firstDay, 2); ok {
		t.Errorf("in a pause without an end: got %v, want never", day)
	}
}

// TestThePlainClockChangesNothing holds the model without a clock against one on which every day weighs 1.
func TestThePlainClockChangesNothing(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		plain, err := quiet.NewModel(anyParams(t))
		if err != nil {
			t.Fatal(err)
		}
		even := plain.At(quiet.NewClock(firstDay-10, firstDay+3000, func(quiet.Day) float64 { return 1 }))
		days := anyDays(t)
		s, other := plain.Replay(days), even.Replay(days)
		now := s.Last + quiet.Day(rapid.IntRange(0, 2000).Draw(t, "silence"))
		if got, want := even.Alarm(other, now), plain.Alarm(s, now); math.Abs(got-want) > 1e-6 {
			t.Fatalf("alarm score: got %v, want %v", got, want)
		}
		if plain.At(nil).Replay(days) != s || plain.Pausing().Score(s, now) != plain.Score(s, now) {
			t.Fatal("no clock and no pause give another result")
		}
	})
}

// weekdays are the working days of an office on which a customer comes each, up to a last day.
func weekdays(first, last quiet.Day, every int) []quiet.Day {
	var days []quiet.Day
	for d, n := first, 0; d <= last; d++ {
		if office().Weeks(d-1, d) == 0 {
			continue
		}
		if n%every == 0 {
			days = append(days, d)
		}
		n++
	}
	return days
}

// TestNobodyIsSuspectedOverChristmas is what the clock is for: by the plain calendar a customer who comes every working day
// is alarmed over the holidays, and by the company's is not.
func TestNobodyIsSuspectedOverChristmas(t *testing.T) {
	t.Parallel()
	plain := model(t, retailFit())
	onClock := plain.At(office())
	days := weekdays(date(2026, 3, 2), date(2026, 12, 23), 1)
	after := date(2027, 1, 6)
	if got := plain.Alarm(plain.Replay(days), after); got < 0.5 {
		t.Errorf("by the plain calendar: got an alarm score of %.2f on %v, want an alarm, or this test shows nothing", got, after)
	}
	if got := onClock.Alarm(onClock.Replay(days), after); got > 0.1 {
		t.Errorf("by the company's calendar: got an alarm score of %.2f on %v, want next to nothing", got, after)
	}
	day, ok := quiet.AlarmAtAll([]quiet.Sign{{Kind: "order", Model: onClock, State: onClock.Replay(days)}}, 0.5)
	if !ok || day <= after || rests(day) {
		t.Errorf("alarm on %v, %v; want one on a working day after %v", day, ok, after)
	}
}

func TestAPauseIsNoSilence(t *testing.T) {
	t.Parallel()
	plain := model(t, quiet.Defaults())
	days := history(7, 7, 7, 7, 7, 7, 90, 7, 7, 7, 7)
	last := days[len(days)-1]
	summer := quiet.Pause{From: days[6] + 1, Until: days[7]}
	paused := plain.Pausing(summer)
	s := paused.Replay(days)
	if got, want := paused.GapQuantiles(s, 0.9)[0], plain.GapQuantiles(plain.Replay(days), 0.9)[0]; got > want {
		t.Errorf("90 %% of gaps: got %.1f days, want fewer than with the pause as a gap, %.1f", got, want)
	}
	next := quiet.Pause{From: last + 3, Until: last + 60}
	again := paused.Pausing(next)
	end := again.Score(s, last+59)
	near(t, "alarm score at the end of a pause", end.Alarm, again.Score(s, last+2).Alarm, 1e-9)
	near(t, "silence at the end of a pause", end.Silence, 59, 0)
	without, _ := quiet.AlarmAtAll([]quiet.Sign{{Kind: "order", Model: paused, State: s}}, 0.5)
	with, _ := quiet.AlarmAtAll([]quiet.Sign{{Kind: "order", Model: again, State: s}}, 0.5)
	if with != without+57 {
		t.Errorf("alarm on %v instead of %v; want it 57 days later", with, without)
	}
	if day, ok := quiet.AlarmAtAll([]quiet.Sign{{Kind: "order", Model: paused.Pausing(quiet.Pause{From: last + 3, Until: quiet.Forever}), State: s}}, 0.5); ok {
		t.Errorf("in a pause without an end: an alarm on %v", day)
	}
}

func TestWhoComesOnDaysOfRestTooIsCounted(t *testing.T) {
	t.Parallel()
	company := func(weekend bool) []quiet.History {
		list := make([]quiet.History, 100)
		for i := range list {
			for d := date(2026, 1, 1); d < date(2026, 7, 1); d++ {
				if weekend || !rests(d) {
					list[i].Days = append(list[i].Days, d)
				}
			}
		}
		return list
	}
	near(t, "nobody comes", quiet.RestWeight(company(false), rests, 2), 0, 0)
	near(t, "all come alike", quiet.RestWeight(company(true), rests, 2), 1, 0.02)
	near(t, "a handful of days", quiet.RestWeight([]quiet.History{{Days: []quiet.Day{date(2026, 3, 7)}}}, rests, 2), 0.07, 0.01)
	near(t, "no day of rest in a week", quiet.RestWeight(company(true), rests, 0), 0, 0)
}

func TestTheSentenceTellsDaysOfRest(t *testing.T) {
	t.Parallel()
	m := model(t, groceryFit()).At(office())
	s := m.Replay(weekdays(date(2026, 6, 1), date(2026, 12, 22), 3))
	r := m.Reason(s, date(2027, 1, 7), "orders")
	if r.Silence-r.Rest < 2 || r.Silence-r.Rest > 6 || r.Due != date(2027, 1, 7) {
		t.Errorf("got %+v, want two to six days that count, and the fourth working day since 22 December as the end of the usual gap", r)
	}
	r = quiet.Reason{Verb: "orders", Low: 5, Middle: 6, High: 7, Silence: 30, Rest: 12.4, Tail: 0.2, Gone: 0.1, Gaps: 9}
	want := "Usually orders every 5-7 days (middle 6); silent for 30 days, 12 of them at rest; about 20 in 100 of such gaps get that long. Chance that they have left: 10 %."
	if got := r.Sentence(); got != want {
		t.Errorf("\n got %s\nwant %s", got, want)
	}
}

func TestAFitIsOnTheClock(t *testing.T) {
	t.Parallel()
	histories := company(random(4), 300, 700)
	fit := func(c *quiet.Clock, pauses map[string][]quiet.Pause) quiet.Params {
		r, err := quiet.Fit(t.Context(), histories, firstDay+700, quiet.FitOptions{Rand: random(1), Evaluations: 60, Deltas: []float64{1}, Clock: c, Pauses: pauses})
		if err != nil || !r.Fitted {
			t.Fatalf("fit: %+v, %v", r, err)
		}
		return r.Params
	}
	twice := quiet.NewClock(firstDay-1, firstDay+701, func(quiet.Day) float64 { return 2 })
	usual, doubled := fit(nil, nil), fit(twice, nil)
	if ratio := doubled.MBG.Alpha / doubled.MBG.R / (usual.MBG.Alpha / usual.MBG.R); ratio < 1.7 || ratio > 2.3 {
		t.Errorf("on a clock that runs twice as fast usual gaps are %.2f times as long, want 2", ratio)
	}
	pauses := map[string][]quiet.Pause{}
	for _, h := range histories {
		pauses[h.Customer] = []quiet.Pause{{From: firstDay, Until: firstDay + 350}}
	}
	if fit(nil, pauses) == usual {
		t.Error("pauses change nothing")
	}
}

// BenchmarkScoreAllOnAClock is BenchmarkScoreAll on a company's clock.
func BenchmarkScoreAllOnAClock(b *testing.B) {
	m := model(b, quiet.Defaults()).At(office())
	states := scored(m, 100_000)
	out := make([]float64, len(states))
	b.ResetTimer()
	for range b.N {
		if err := m.ScoreAll(b.Context(), states, firstDay+800, out); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N*len(states))/b.Elapsed().Seconds(), "customers/s")
}
