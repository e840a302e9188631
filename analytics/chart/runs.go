package chart

import "earshot/analytics"

// vertex is one shown estimate of a series, in a bucket.
type vertex struct {
	bucket   int
	estimate analytics.Estimate
	partial  bool
}

// runs returns the estimates of a series that can be shown, in stretches without a gap: a bucket without enough answers
// ends a stretch, for a line across it would claim what nobody knows.
func runs(m analytics.Metric, points []analytics.Point) [][]vertex {
	var all [][]vertex
	open := false
	for i, p := range points {
		e := m.Of(p)
		if e.Suppressed || p.N == 0 {
			open = false
			continue
		}
		if !open {
			all, open = append(all, nil), true
		}
		all[len(all)-1] = append(all[len(all)-1], vertex{i, e, p.Partial})
	}
	return all
}

// last returns the latest vertex, and false when nothing can be shown.
func last(all [][]vertex) (vertex, bool) {
	if len(all) == 0 {
		return vertex{}, false
	}
	run := all[len(all)-1]
	return run[len(run)-1], true
}

// estimates returns all estimates of several series.
func estimates(series ...[][]vertex) []analytics.Estimate {
	var all []analytics.Estimate
	for _, s := range series {
		for _, run := range s {
			for _, v := range run {
				all = append(all, v.estimate)
			}
		}
	}
	return all
}

// band fills the intervals of each stretch. An estimate that stands alone gets an upright bar.
func (s *canvas) band(p panel, all [][]vertex, c colour) {
	for _, run := range all {
		if len(run) == 1 {
			x, half := p.x(run[0].bucket), max(min(p.step()*0.3, 5), 1)
			e := run[0].estimate
			s.box(area{x - half, p.y(e.High), x + half, max(p.y(e.Low), p.y(e.High)+1)}, c)
			continue
		}
		outline := make([]at, 0, 2*len(run))
		for _, v := range run {
			outline = append(outline, at{p.x(v.bucket), p.y(v.estimate.High)})
		}
		for i := len(run) - 1; i >= 0; i-- {
			outline = append(outline, at{p.x(run[i].bucket), p.y(run[i].estimate.Low)})
		}
		s.fill(outline, c)
	}
}

// dotRoom is the width of a bucket, in pixels, from which on every estimate has its dot.
const dotRoom = 11

// curve draws the line of each stretch, and dots where there is room for them; estimates that stand alone always have one.
// Buckets that are not over yet have a hollow dot.
func (s *canvas) curve(p panel, all [][]vertex, c colour, width float64, dash ...float64) {
	for _, run := range all {
		path := make([]at, len(run))
		for i, v := range run {
			path[i] = at{p.x(v.bucket), p.y(v.estimate.Value)}
		}
		if len(path) > 1 {
			s.line(path, c, width, dash...)
		}
		for i, v := range run {
			switch {
			case v.partial:
				s.ring(path[i], width+1.2, c)
			case len(run) == 1 || p.step() >= dotRoom:
				s.dot(path[i], width+0.6, c)
			}
		}
	}
}

// lineWidth is thinner where the buckets are narrow, so that a nervous line does not clot.
func lineWidth(p panel) float64 {
	if p.step() < 5 {
		return 1.4
	}
	return 2.2
}
