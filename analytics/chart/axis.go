package chart

import (
	"math"

	"earshot/analytics"
)

// scale maps values to heights.
type scale struct {
	low, high float64
	ticks     []float64
}

// fixedScale is a scale with given ends and steps.
func fixedScale(low, high, step float64) scale {
	s := scale{low: low, high: high}
	for v := low; v <= high+step/1e6; v += step {
		s.ticks = append(s.ticks, v)
	}
	return s
}

// metricScale is the scale on which a metric is honestly shown: percentages from 0 to 100, means over the whole scale of
// answers, and net scores over a round part of -100 to 100 that holds all estimates with their intervals.
func metricScale(m analytics.Metric, s analytics.Scale, shown []analytics.Estimate) scale {
	low, high := m.Bounds(s)
	switch m {
	case analytics.MetricTopTwo:
		return fixedScale(low, high, 25)
	case analytics.MetricMean:
		if high-low > 8 {
			return fixedScale(low, high, 2)
		}
		return fixedScale(low, high, 1)
	}
	least, most := 0.0, 0.0
	for i, e := range shown {
		if i == 0 {
			least, most = e.Low, e.High
		}
		least, most = min(least, e.Low, e.Value), max(most, e.High, e.Value)
	}
	return roundScale(least, most, low, high)
}

// minimumSpan is the least part of a net score's 200 points that a picture shows: less would blow up mere noise.
const minimumSpan = 40

// roundScale widens least and most to round steps within low and high.
func roundScale(least, most, low, high float64) scale {
	if lack := minimumSpan - (most - least); lack > 0 {
		least, most = least-lack/2, most+lack/2
	}
	if over := most - high; over > 0 {
		least, most = least-over, high
	}
	if under := low - least; under > 0 {
		least, most = low, most+under
	}
	for _, step := range []float64{10, 20, 25, 50} {
		from, to := max(math.Floor(least/step)*step, low), min(math.Ceil(most/step)*step, high)
		if (to-from)/step <= 6 {
			return fixedScale(from, to, step)
		}
	}
	return fixedScale(low, high, 50)
}

// panel is the room in which values are drawn over a row of buckets.
type panel struct {
	area
	scale   scale
	buckets int
}

// x is the middle of a bucket.
func (p panel) x(i int) float64 { return p.left + (float64(i)+0.5)*p.step() }

// step is the width of a bucket.
func (p panel) step() float64 { return p.width() / float64(max(p.buckets, 1)) }

// y is the height at which a value stands. Values beyond the scale stand at its end.
func (p panel) y(v float64) float64 {
	v = min(max(v, p.scale.low), p.scale.high)
	return p.bottom - (v-p.scale.low)/(p.scale.high-p.scale.low)*p.height()
}

// grid draws the level lines of a panel. The line at zero, or the lowest one, is the axis and darker.
func (s *canvas) grid(p panel) {
	base := p.scale.low
	if p.scale.low < 0 && p.scale.high >= 0 {
		base = 0
	}
	for _, v := range p.scale.ticks {
		c := s.colours.rule
		if v == base {
			c = s.colours.axis
		}
		y := math.Round(p.y(v))
		s.rule(area{p.left, y, p.right, y + 1}, c)
	}
}

// gridLabels writes the values of the level lines to the left of a panel.
func (s *canvas) gridLabels(p panel, format func(float64) string) {
	for _, v := range p.scale.ticks {
		s.text(at{p.left - 8, math.Round(p.y(v)) + 4}, format(v), labelSize, s.colours.muted, right)
	}
}

// labelRoom is the width that gridLabels needs, with its distance to the panel.
func (s *canvas) labelRoom(sc scale, format func(float64) string) float64 {
	room := 0.0
	for _, v := range sc.ticks {
		room = max(room, s.face.width(format(v), labelSize))
	}
	return math.Ceil(room) + 8
}

// tickFormat writes a value beside a level line: like the metric's figures, but means without needless decimals and the
// percent sign only where the scale ends.
func tickFormat(m analytics.Metric) func(float64) string {
	return func(v float64) string {
		switch {
		case m == analytics.MetricMean, m == analytics.MetricTopTwo && v < 100:
			return integer(int(math.Round(v)))
		}
		return m.Format(v)
	}
}
