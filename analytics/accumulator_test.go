package analytics_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"reflect"
	"testing"
	"time"

	"pgregory.net/rapid"

	"earshot/analytics"
)

func accumulate(t testing.TB, frame analytics.Frame, answers ...analytics.Answer) analytics.Trend {
	t.Helper()
	a, err := analytics.NewAccumulator(frame)
	if err != nil {
		t.Fatalf("accumulator: %v", err)
	}
	for _, answer := range answers {
		a.Add(answer)
	}
	return a.Trend()
}

func date(y int, m time.Month, d, hour int) time.Time {
	return time.Date(y, m, d, hour, 0, 0, 0, time.UTC)
}

// repeat returns n equal answers.
func repeat(n int, at time.Time, value int) []analytics.Answer {
	answers := make([]analytics.Answer, n)
	for i := range answers {
		answers[i] = analytics.Answer{At: at, Value: value}
	}
	return answers
}

func TestTrendKeepsGaps(t *testing.T) {
	t.Parallel()
	answers := append(repeat(6, date(2026, 1, 10, 0), 10), repeat(4, date(2026, 4, 30, 23), 0)...)
	trend := accumulate(t, analytics.Frame{Scale: analytics.ScaleNPS, Every: analytics.Monthly}, answers...)
	want := []struct {
		bucket     string
		n          int
		suppressed bool
	}{{"2026-01", 6, false}, {"2026-02", 0, true}, {"2026-03", 0, true}, {"2026-04", 4, true}}
	if len(trend.Everyone.Points) != len(want) {
		t.Fatalf("buckets: got %d, want %d", len(trend.Everyone.Points), len(want))
	}
	for i, p := range trend.Everyone.Points {
		if p.Bucket != want[i].bucket || p.N != want[i].n || p.NPS.Suppressed != want[i].suppressed {
			t.Errorf("bucket %d: got %s, n %d, suppressed %v; want %+v", i, p.Bucket, p.N, p.NPS.Suppressed, want[i])
		}
	}
	near(t, "total", trend.Everyone.Total.NPS.Value, 20, 9)
}

func TestTrendFrame(t *testing.T) {
	t.Parallel()
	berlin := zone(t, "Europe/Berlin")
	frame := analytics.Frame{
		Scale: analytics.ScaleCSAT, Every: analytics.Weekly, Zone: berlin,
		From: time.Date(2026, 3, 25, 0, 0, 0, 0, berlin), To: time.Date(2026, 4, 13, 0, 0, 0, 0, berlin),
	}
	trend := accumulate(t, frame,
		analytics.Answer{At: date(2026, 3, 24, 22), Value: 1},                // Tuesday 23:00, before
		analytics.Answer{At: date(2026, 3, 24, 23), Value: 2},                // Wednesday 00:00, the first instant
		analytics.Answer{At: date(2026, 3, 29, 21), Value: 3},                // Sunday 23:00, clocks changed that day
		analytics.Answer{At: date(2026, 3, 29, 22), Value: 4},                // Monday 00:00
		analytics.Answer{At: date(2026, 4, 12, 22), Value: 5},                // Monday 00:00, after
		analytics.Answer{At: date(2026, 4, 1, 0), Value: 6},                  // not on the scale
		analytics.Answer{At: date(2026, 4, 1, 0), Value: 0},                  // neither
		analytics.Answer{At: date(2026, 4, 1, 0), Value: 1, Skipped: true},   // no answer
		analytics.Answer{At: date(2026, 12, 1, 0), Value: 1, Skipped: true},  // no answer, elsewhere
		analytics.Answer{At: date(2026, 4, 1, 0), Value: -1, Segment: "Big"}, // not on the scale
	)
	var got []string
	for _, p := range trend.Everyone.Points {
		got = append(got, fmt.Sprint(p.Bucket, " ", p.N, " ", p.Partial))
	}
	if want := []string{"2026-W13 2 true", "2026-W14 1 false", "2026-W15 0 false"}; !reflect.DeepEqual(got, want) {
		t.Errorf("buckets: got %v, want %v", got, want)
	}
	if trend.Skipped != 1 || trend.Invalid != 3 || trend.Outside != 3 {
		t.Errorf("left out: got %d skipped, %d invalid, %d outside; want 1, 3, 3", trend.Skipped, trend.Invalid, trend.Outside)
	}
	if trend.Zone != "Europe/Berlin" {
		t.Errorf("zone: got %s, want Europe/Berlin", trend.Zone)
	}
}

func TestTrendGroups(t *testing.T) {
	t.Parallel()
	var answers []analytics.Answer
	for i := range 12 {
		answers = append(answers, analytics.Answer{
			At: date(2026, time.Month(1+i%3), 5, 0), Value: i % 11,
			Segment: []string{"Retail", "Industry", "Retail"}[i%3], Rep: []string{"Ada", ""}[i%2],
		})
	}
	frame := analytics.Frame{Scale: analytics.ScaleNPS, Every: analytics.Monthly, BySegment: true, ByRep: true}
	trend := accumulate(t, frame, answers...)
	names := func(all []analytics.Series) (out []string) {
		for _, s := range all {
			out = append(out, fmt.Sprintf("%s %d/%d", s.Name, s.N(), len(s.Points)))
		}
		return out
	}
	if got, want := names(trend.Segments), []string{"Retail 8/3", "Industry 4/3"}; !reflect.DeepEqual(got, want) {
		t.Errorf("segments: got %v, want %v", got, want)
	}
	if got, want := names(trend.Reps), []string{" 6/3", "Ada 6/3"}; !reflect.DeepEqual(got, want) {
		t.Errorf("reps: got %v, want %v", got, want)
	}
	if got := accumulate(t, analytics.Frame{Scale: analytics.ScaleNPS, Every: analytics.Monthly}, answers...); len(got.Segments)+len(got.Reps) != 0 {
		t.Errorf("groups nobody asked for: got %d segments, %d reps", len(got.Segments), len(got.Reps))
	}
}

func TestFrameErrors(t *testing.T) {
	t.Parallel()
	good := analytics.Frame{Scale: analytics.ScaleNPS, Every: analytics.Quarterly}
	tests := []struct {
		name   string
		change func(*analytics.Frame)
		field  string
	}{
		{"fine", func(*analytics.Frame) {}, ""},
		{"unknown scale", func(f *analytics.Frame) { f.Scale = "stars" }, "scale"},
		{"unknown width", func(f *analytics.Frame) { f.Every = "year" }, "every"},
		{"backwards", func(f *analytics.Frame) { f.From, f.To = date(2026, 2, 1, 0), date(2026, 1, 1, 0) }, "from"},
		{"empty", func(f *analytics.Frame) { f.From, f.To = date(2026, 1, 1, 0), date(2026, 1, 1, 0) }, "from"},
		{"ten years of days", func(f *analytics.Frame) {
			f.Every, f.From, f.To = analytics.Daily, date(2016, 1, 1, 0), date(2026, 1, 1, 0)
		}, "from"},
		{"ten years of quarters", func(f *analytics.Frame) { f.From, f.To = date(2016, 1, 1, 0), date(2026, 1, 1, 0) }, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			frame, field := good, ""
			tt.change(&frame)
			_, err := analytics.NewAccumulator(frame)
			var wrong *analytics.FrameError
			if errors.As(err, &wrong) {
				field = wrong.Field
			}
			if field != tt.field {
				t.Errorf("field at fault: got %q (%v), want %q", field, err, tt.field)
			}
		})
	}
}

// A single answer with a broken date must not make a trend of a million empty days.
func TestTrendIsBounded(t *testing.T) {
	t.Parallel()
	answers := append(repeat(6, date(2026, 1, 10, 0), 4), repeat(1, date(1, 1, 3, 0), 4)...)
	trend := accumulate(t, analytics.Frame{Scale: analytics.ScaleCSAT, Every: analytics.Daily}, answers...)
	if got := len(trend.Everyone.Points); got != analytics.MaximumBuckets {
		t.Errorf("buckets: got %d, want %d", got, analytics.MaximumBuckets)
	}
	if trend.Outside != 1 || trend.Everyone.N() != 6 {
		t.Errorf("got %d outside of %d; want 1, 6", trend.Outside, trend.Everyone.N())
	}
}

func TestEmptyTrend(t *testing.T) {
	t.Parallel()
	open := accumulate(t, analytics.Frame{Scale: analytics.ScaleNPS, Every: analytics.Daily})
	if len(open.Everyone.Points) != 0 || !open.Everyone.Total.NPS.Suppressed {
		t.Errorf("open frame: got %+v, want no point and nothing shown", open.Everyone)
	}
	body, err := json.Marshal(open)
	if err != nil {
		t.Fatal(err)
	}
	var back struct {
		Segments []any
		Everyone struct{ Points []any }
	}
	if err := json.Unmarshal(body, &back); err != nil || back.Segments == nil || back.Everyone.Points == nil {
		t.Errorf("lists must be [] in JSON, got %s (%v)", body, err)
	}
	closed := accumulate(t, analytics.Frame{
		Scale: analytics.ScaleNPS, Every: analytics.Daily, From: date(2026, 1, 1, 0), To: date(2026, 1, 8, 0),
	})
	if got := len(closed.Everyone.Points); got != 7 {
		t.Errorf("closed frame: got %d points, want 7", got)
	}
}

// The order of answers and the way they are grouped change nothing, and every answer is counted once.
func TestTrendCountsEveryAnswerOnce(t *testing.T) {
	t.Parallel()
	berlin := zone(t, "Europe/Berlin")
	rapid.Check(t, func(t *rapid.T) {
		frame := analytics.Frame{
			Scale: rapid.SampledFrom([]analytics.Scale{"nps", "csat", "ces", "progress"}).Draw(t, "scale"),
			Every: rapid.SampledFrom([]analytics.Every{"day", "week", "month", "quarter"}).Draw(t, "every"),
			Zone:  berlin, BySegment: true, ByRep: true,
		}
		answers := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) analytics.Answer {
			return analytics.Answer{
				At:      time.Unix(rapid.Int64Range(1_700_000_000, 1_760_000_000).Draw(t, "at"), 0),
				Value:   rapid.IntRange(-1, 11).Draw(t, "value"),
				Segment: rapid.SampledFrom([]string{"", "A", "B"}).Draw(t, "segment"),
				Rep:     rapid.SampledFrom([]string{"", "X"}).Draw(t, "rep"),
				Skipped: rapid.Bool().Draw(t, "skipped"),
			}
		}), 0, 60).Draw(t, "answers")
		fold := func() analytics.Trend {
			a, err := analytics.NewAccumulator(frame)
			if err != nil {
				t.Fatal(err)
			}
			for _, x := range answers {
				a.Add(x)
			}
			return a.Trend()
		}
		trend := fold()
		rand.New(rand.NewPCG(1, 2)).Shuffle(len(answers), func(i, j int) { answers[i], answers[j] = answers[j], answers[i] })
		if shuffled := fold(); !reflect.DeepEqual(trend, shuffled) {
			t.Fatalf("order matters: got %+v, want %+v", shuffled, trend)
		}
		if got := trend.Everyone.N() + trend.Skipped + trend.Invalid + trend.Outside; got != len(answers) {
			t.Fatalf("counted: got %d, want %d", got, len(answers))
		}
		for _, all := range [][]analytics.Series{{trend.Everyone}, trend.Segments, trend.Reps} {
			groups, points := 0, 0
			for _, s := range all {
				groups += s.N()
				for _, p := range s.Points {
					points += p.N
				}
			}
			if groups != trend.Everyone.N() || points != groups {
				t.Fatalf("group sums: got %d, in points %d, want %d", groups, points, trend.Everyone.N())
			}
		}
	})
}

func BenchmarkAccumulator(b *testing.B) {
	berlin := zone(b, "Europe/Berlin")
	random := rand.New(rand.NewPCG(1, 2))
	answers := make([]analytics.Answer, 100_000)
	for i := range answers {
		answers[i] = analytics.Answer{
			At:      time.Unix(1_700_000_000+random.Int64N(60_000_000), 0),
			Value:   random.IntN(11),
			Segment: []string{"A", "B", "C"}[random.IntN(3)],
			Rep:     []string{"U", "V", "W", "X"}[random.IntN(4)],
		}
	}
	frame := analytics.Frame{Scale: analytics.ScaleNPS, Every: analytics.Weekly, Zone: berlin, BySegment: true, ByRep: true}
	b.ReportAllocs()
	for b.Loop() {
		a, err := analytics.NewAccumulator(frame)
		if err != nil {
			b.Fatal(err)
		}
		for _, x := range answers {
			a.Add(x)
		}
		if a.Trend().Everyone.N() != len(answers) {
			b.Fatal("answers lost")
		}
	}
	b.ReportMetric(float64(len(answers)*b.N)/b.Elapsed().Seconds(), "answers/s")
}
