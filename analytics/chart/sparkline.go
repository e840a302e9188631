package chart

import (
	"earshot/analytics"
)

// The size of a sparkline, in pixels, unless the options say otherwise.
const (
	SparklineWidth  = 120
	SparklineHeight = 32
)

// Sparkline draws how a metric of a series moved in the space of a word: the line, its gaps and its latest value, without
// any text. Say the latest figure beside it; the words are in Alt.
func Sparkline(t analytics.Trend, series analytics.Series, m analytics.Metric, o Options) Picture {
	s := newSheet(Options{Theme: o.Theme})
	s.width, s.height = SparklineWidth, SparklineHeight
	if o.Width > 0 {
		s.width = float64(min(max(o.Width, 40), MaximumWidth))
	}
	if o.Height > 0 {
		s.height = float64(min(max(o.Height, 12), MaximumWidth))
	}
	w := trendWords(t, series, m)
	shown := runs(m, series.Points)
	p := panel{area: area{4, 4, s.width - 5, s.height - 4}, scale: sparkScale(shown), buckets: len(series.Points)}
	if len(shown) == 0 {
		s.rule(area{p.left, p.bottom, p.right, p.bottom + 1}, s.colours.rule)
		return s.picture(w.title, w.title+": too few answers.")
	}
	for _, run := range shown {
		path := make([]at, len(run))
		for i, v := range run {
			path[i] = at{p.x(v.bucket), p.y(v.estimate.Value)}
		}
		if len(path) > 1 {
			s.line(path, s.colours.main, 1.4)
		} else {
			s.dot(path[0], 1.4, s.colours.main)
		}
	}
	end, _ := last(shown)
	s.dot(at{p.x(end.bucket), p.y(end.estimate.Value)}, 2.6, s.colours.accent)
	return s.picture(w.title, trendAlt(t, series, m, shown))
}

// sparkScale reaches from the least to the greatest value, and stays in the middle where they are the same.
func sparkScale(shown [][]vertex) scale {
	var s scale
	for i, e := range estimates(shown) {
		if i == 0 {
			s.low, s.high = e.Value, e.Value
		}
		s.low, s.high = min(s.low, e.Value), max(s.high, e.Value)
	}
	if s.high == s.low {
		return scale{low: s.low - 1, high: s.high + 1}
	}
	return s
}
