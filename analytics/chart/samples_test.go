package chart_test

import (
	"fmt"
	"math"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"earshot/analytics"
	"earshot/analytics/chart"
)

// made describes made answers: how many a bucket, and how good they are, from 0 to 1, at the beginning and at the end.
type made struct {
	scale      analytics.Scale
	every      analytics.Every
	buckets    int
	each       float64
	begin, end float64
	groups     []string
	// gaps are buckets without an answer, few those with three.
	gaps, few []int
	// cut ends the frame in the middle of the last bucket.
	cut bool
}

var epoch = time.Date(2025, 3, 3, 0, 0, 0, 0, time.UTC)

// trend folds made answers; the same description always gives the same ones.
func (d made) trend(t testing.TB) analytics.Trend {
	t.Helper()
	frame := analytics.Frame{Scale: d.scale, Every: d.every, BySegment: true, From: d.every.Start(epoch)}
	starts := []time.Time{frame.From}
	for len(starts) <= d.buckets {
		starts = append(starts, d.every.Next(starts[len(starts)-1]))
	}
	frame.To = starts[d.buckets]
	if d.cut {
		frame.To = starts[d.buckets-1].Add(frame.To.Sub(starts[d.buckets-1]) / 2)
	}
	a, err := analytics.NewAccumulator(frame)
	if err != nil {
		t.Fatalf("made answers: %v", err)
	}
	random := rand.New(rand.NewPCG(7, uint64(d.buckets)))
	groups := d.groups
	if len(groups) == 0 {
		groups = []string{"Retail"}
	}
	for i := range d.buckets {
		for g, name := range groups {
			for range d.size(i, g, random) {
				a.Add(analytics.Answer{At: starts[i], Segment: name, Value: d.value(i, g, random)})
			}
		}
	}
	return a.Trend()
}

// once makes the trend when it is first asked for, and keeps it.
func (d made) once() func(testing.TB) analytics.Trend {
	var trend analytics.Trend
	var done sync.Once
	return func(t testing.TB) analytics.Trend {
		t.Helper()
		done.Do(func() { trend = d.trend(t) })
		return trend
	}
}

// size is how many answers a group gives in a bucket.
func (d made) size(bucket, group int, random *rand.Rand) int {
	for _, g := range d.gaps {
		if g == bucket {
			return 0
		}
	}
	for _, f := range d.few {
		if f == bucket {
			return 3
		}
	}
	return int(d.each * (0.7 + 0.6*random.Float64()) / (1 + float64(group)*0.3))
}

// value draws one answer.
func (d made) value(bucket, group int, random *rand.Rand) int {
	low, high := d.scale.Bounds()
	good := d.begin + (d.end-d.begin)*float64(bucket)/float64(max(d.buckets-1, 1)) - 0.07*float64(group)
	v := float64(low) + float64(high-low)*(good+0.24*random.NormFloat64())
	return min(max(int(v+0.5), low), high)
}

// article is the distribution of the published poll: 15/61/19/5/0 of 64.
func article() analytics.Distribution {
	return tally(analytics.ScaleProgress, 0, 3, 12, 39, 10).Distribution()
}

// tally counts answers, given from the lowest step up.
func tally(s analytics.Scale, counts ...int) analytics.Tally {
	t := analytics.NewTally(s)
	low, _ := s.Bounds()
	for i, n := range counts {
		for range n {
			t.Add(low + i)
		}
	}
	return t
}

// longNames try the labels: scripts that run the other way or have no spaces, markup, and no end.
var longNames = []string{
	"Donaudampfschifffahrtsgesellschaft mbH & Co. KG", "华东区大型制造企业客户群体", "قطاع الخدمات المصرفية والتأمين",
	`<b onload="alert(1)">Retail</b>`, "Öffentliche Verwaltung", "",
}

// sample is one picture of the gallery.
type sample struct {
	name string
	draw func(testing.TB, chart.Options) chart.Picture
}

// samples are all kinds of pictures on ordinary and on odd data. Tests render every one of them in every size and theme.
func samples() []sample {
	return append(append(trendSamples(), groupSamples()...), otherSamples()...)
}

// everyone makes a sample of a trend of everyone.
func everyone(name string, m analytics.Metric, d made) sample {
	once := d.once()
	return sample{name, func(t testing.TB, o chart.Options) chart.Picture {
		trend := once(t)
		return chart.Trend(trend, trend.Everyone, m, o)
	}}
}

func trendSamples() []sample {
	nps, csat, progress := analytics.ScaleNPS, analytics.ScaleCSAT, analytics.ScaleProgress
	return []sample{
		everyone("trend-nps", analytics.MetricNPS, made{scale: nps, every: analytics.Monthly, buckets: 18, each: 46, begin: .7, end: .84, cut: true}),
		everyone("trend-nps-gaps", analytics.MetricNPS, made{scale: nps, every: analytics.Monthly, buckets: 14, each: 18, begin: .8, end: .6, gaps: []int{3, 4, 9, 13}, few: []int{6, 8, 10}}),
		everyone("trend-nps-six-months", analytics.MetricNPS, made{scale: nps, every: analytics.Monthly, buckets: 6, each: 40, begin: .7, end: .84}),
		everyone("trend-top-two-weeks", analytics.MetricTopTwo, made{scale: csat, every: analytics.Weekly, buckets: 52, each: 30, begin: .62, end: .74}),
		everyone("trend-mean-quarters", analytics.MetricMean, made{scale: csat, every: analytics.Quarterly, buckets: 9, each: 120, begin: .7, end: .6}),
		everyone("trend-balance", analytics.MetricBalance, made{scale: progress, every: analytics.Monthly, buckets: 12, each: 60, begin: .5, end: .72}),
		everyone("trend-flat", analytics.MetricMean, made{scale: csat, every: analytics.Monthly, buckets: 8, each: 30, begin: 4, end: 4}),
		everyone("trend-one-point", analytics.MetricNPS, made{scale: nps, every: analytics.Monthly, buckets: 1, each: 30, begin: .7, end: .7}),
		everyone("trend-two-points", analytics.MetricNPS, made{scale: nps, every: analytics.Weekly, buckets: 2, each: 9000, begin: .7, end: .2}),
		everyone("trend-few", analytics.MetricNPS, made{scale: nps, every: analytics.Monthly, buckets: 4, few: []int{0, 2}, gaps: []int{1, 3}}),
		everyone("trend-260-days", analytics.MetricTopTwo, made{scale: csat, every: analytics.Daily, buckets: 260, each: 24, begin: .6, end: .8, few: []int{100, 101, 102}}),
		everyone("trend-260-weeks", analytics.MetricMean, made{scale: nps, every: analytics.Weekly, buckets: 260, each: 24, begin: .6, end: .8}),
		everyone("trend-empty", analytics.MetricNPS, made{scale: nps, every: analytics.Monthly, buckets: 3}),
		{"trend-nothing", func(_ testing.TB, o chart.Options) chart.Picture {
			return chart.Trend(analytics.Trend{}, analytics.Series{}, analytics.MetricNPS, o)
		}},
		{"trend-huge", func(_ testing.TB, o chart.Options) chart.Picture {
			t := analytics.Trend{Scale: analytics.ScaleNPS, Every: analytics.Monthly}
			for i := range 4 {
				start := time.Date(2026, time.Month(1+i), 1, 0, 0, 0, 0, time.UTC)
				e := analytics.Estimate{Value: 99.9, Low: 99.8, High: 100, N: 1_234_567_890}
				t.Everyone.Points = append(t.Everyone.Points, analytics.Point{Start: start, N: e.N, NPS: e})
			}
			t.Everyone.Total.N = 4 * 1_234_567_890
			return chart.Trend(t, t.Everyone, analytics.MetricNPS, o)
		}},
	}
}

func groupSamples() []sample {
	three := made{scale: analytics.ScaleNPS, every: analytics.Weekly, buckets: 52, each: 40, begin: .7, end: .84, groups: []string{"Retail", "Industry", "Public sector"}}
	odd := made{scale: analytics.ScaleCSAT, every: analytics.Monthly, buckets: 12, each: 30, begin: .7, end: .84, groups: longNames, gaps: []int{4}}
	many := made{scale: analytics.ScaleNPS, every: analytics.Quarterly, buckets: 6, each: 70, begin: .8, end: .7}
	for i := range 9 {
		many.groups = append(many.groups, "Region "+string(rune('A'+i)))
	}
	few := made{scale: analytics.ScaleNPS, every: analytics.Monthly, buckets: 5, few: []int{0, 1, 2, 3, 4}, groups: []string{"A"}}
	one := made{scale: analytics.ScaleCSAT, every: analytics.Monthly, buckets: 1, each: 30, begin: .7, end: .8, groups: []string{"Only one"}}
	var all []sample
	for _, c := range []struct {
		name   string
		metric analytics.Metric
		made   made
	}{
		{"three", analytics.MetricNPS, three}, {"odd", analytics.MetricTopTwo, odd}, {"many", analytics.MetricNPS, many},
		{"few", analytics.MetricNPS, few}, {"one", analytics.MetricMean, one},
	} {
		once := c.made.once()
		all = append(all, sample{"multiples-" + c.name, func(t testing.TB, o chart.Options) chart.Picture {
			return chart.Multiples(once(t), chart.BySegment, c.metric, o)
		}})
	}
	return all
}

// stacked makes a sample of the progress trend of everyone.
func stacked(name string, d made) sample {
	d.scale = analytics.ScaleProgress
	once := d.once()
	return sample{name, func(t testing.TB, o chart.Options) chart.Picture {
		trend := once(t)
		return chart.ProgressTrend(trend, trend.Everyone, o)
	}}
}

// shares makes a sample of a distribution.
func shares(name string, t analytics.Tally) sample {
	return sample{name, func(_ testing.TB, o chart.Options) chart.Picture { return chart.Answers(t.Distribution(), o) }}
}

func otherSamples() []sample {
	return []sample{
		{"progress-article", func(_ testing.TB, o chart.Options) chart.Picture { return chart.Progress(article(), o) }},
		shares("progress-all-equal", tally(analytics.ScaleProgress, 8, 8, 8, 8, 8)),
		shares("progress-one-level", tally(analytics.ScaleProgress, 0, 0, 12345, 0, 0)),
		shares("progress-too-few", tally(analytics.ScaleProgress, 1, 1, 1, 1)),
		stacked("stack", made{every: analytics.Monthly, buckets: 12, each: 60, begin: .5, end: .72, gaps: []int{3}, few: []int{7}}),
		stacked("stack-two", made{every: analytics.Quarterly, buckets: 2, each: 60, begin: .9, end: .95}),
		stacked("stack-260", made{every: analytics.Weekly, buckets: 260, each: 20, begin: .5, end: .72}),
		stacked("stack-empty", made{every: analytics.Monthly, buckets: 4}),
		shares("answers-nps", tally(analytics.ScaleNPS, 6, 1, 0, 4, 5, 14, 13, 30, 51, 44, 62)),
		shares("answers-nps-huge", tally(analytics.ScaleNPS, 60000, 0, 0, 0, 0, 0, 0, 0, 0, 0, 40000)),
		shares("answers-csat", tally(analytics.ScaleCSAT, 4, 9, 22, 71, 58)),
		shares("answers-ces", tally(analytics.ScaleCES, 1, 0, 2, 3, 9, 20, 14)),
		shares("answers-few", tally(analytics.ScaleCSAT, 0, 0, 0, 0, 5)),
		shares("answers-none", tally(analytics.ScaleNPS)),
		rhythm("silence-late", "Hansen & Søn <A/S>", 24, 13, 41),
		rhythm("silence-calm", "", 9, 30, 12),
		rhythm("silence-260", "北京华东制造", 260, 4, 9),
		rhythm("silence-one-gap", "Nordwind GmbH", 1, 20, 0.4),
		rhythm("silence-new", "Nordwind GmbH", 0, 20, 8),
		lists("capacity", 30, 8.6, ""),
		lists("capacity-little", 0.4, 0.1, "Little history: only some 7 left within the year."),
		lists("capacity-most", 4.2, 4.2, ""),
		lists("capacity-huge", 2_345_678, 34_567, ""),
		lists("capacity-nobody", 12, 0, ""),
		alarms("alarms", 13, 24), alarms("alarms-few", 13, 1), alarms("alarms-huge", 13, 4_000_000), alarms("alarms-none", 13, 0),
		{"capacity-none", func(_ testing.TB, o chart.Options) chart.Picture { return chart.Capacities(chart.Capacity{}, o) }},
	}
}

// alarms makes a sample of so many months with up to most alarms each.
func alarms(name string, n, most int) sample {
	return sample{name, func(_ testing.TB, o chart.Options) chart.Picture {
		var months []chart.AlarmMonth
		for i := range n {
			of := most * (i%5 + 4) / 8
			m := chart.AlarmMonth{Start: time.Date(2025, time.Month(3+i), 1, 0, 0, 0, 0, time.UTC), Away: of / 2, Themselves: of / 3, Contacted: of / 7}
			if m.Waiting = of - m.Away - m.Themselves - m.Contacted; i > n-4 {
				m = chart.AlarmMonth{Start: m.Start, Waiting: of}
			}
			months = append(months, m)
		}
		return chart.Alarms(months, o)
	}}
}

// lists makes a sample of lists of up to most alarms a week, with that of now marked.
func lists(name string, most, now float64, note string) sample {
	return sample{name, func(_ testing.TB, o chart.Options) chart.Picture {
		point := func(perWeek float64) chart.CapacityPoint {
			part := perWeek / most
			return chart.CapacityPoint{
				PerWeek: perWeek, Reached: 0.8 * math.Sqrt(part), Label: fmt.Sprintf("%.1f", perWeek),
				Cost: []string{"14 days after the last usual gap", "5 in 10 were fine"},
			}
		}
		c := chart.Capacity{Note: note}
		for i := range 40 {
			part := float64(i+1) / 40
			c.Points = append(c.Points, point(most*part*part))
		}
		c.Told = c.Points
		if now > 0 {
			c.InForce = point(now)
		}
		return chart.Capacities(c, o)
	}}
}

// rhythm makes a sample of a customer with n gaps of about the given length.
func rhythm(name, customer string, n int, usual, days float64) sample {
	return sample{name, func(_ testing.TB, o chart.Options) chart.Picture {
		random := rand.New(rand.NewPCG(3, uint64(n)))
		s := chart.Silence{Customer: customer, Days: days}
		at := epoch
		for range n {
			gap := usual * (0.5 + random.Float64())
			at = at.Add(time.Duration(gap * 24 * float64(time.Hour)))
			s.Gaps = append(s.Gaps, chart.Gap{End: at, Days: gap})
		}
		if n > 2 {
			s.UsualLow, s.UsualHigh = usual*0.6, usual*1.4
		}
		s.Now = at.Add(time.Duration(days * 24 * float64(time.Hour)))
		return chart.Silences(s, o)
	}}
}

// sizes are the widths at which everything must look right: a phone, a page, a wide screen.
var sizes = []int{360, 720, 1200}

// each draws all samples in all sizes and themes.
func each(t testing.TB, visit func(name string, p chart.Picture)) {
	t.Helper()
	for _, s := range samples() {
		for _, width := range sizes {
			for _, theme := range []chart.Theme{chart.Light, chart.Dark} {
				visit(fmt.Sprintf("%s-%d-%s", s.name, width, theme), s.draw(t, chart.Options{Width: width, Theme: theme}))
			}
		}
	}
}
