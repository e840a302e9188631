package chart

import (
	"math"
	"time"

	"earshot/analytics"
)

// dashes tell lines apart in black and white.
func dashes(i int) []float64 {
	return [][]float64{nil, {8, 3}, {2, 2.5}, {9, 3, 2, 3}, {4, 4}, {14, 4}}[i%6]
}

// Lines draws segments or reps as lines in one panel, each with its name, latest figure, interval and number of answers at
// its end. It suits wide pictures and few groups; Multiples suits the rest.
func Lines(t analytics.Trend, by By, m analytics.Metric, o Options) Picture {
	g := newGrouped(t, by, m)
	if !g.hasFigures() {
		return empty(o, g.words, g.total())
	}
	g.words.subtitle += " " + capital(g.period()) + ". At\u00a0the\u00a0ends: latest figure, 95\u00a0%\u00a0interval and number of answers."
	least := float64(len(g.shown))*lineLabelHeight + axisHeight + 14
	d := lines{grouped: g, frame: newFrame(o, g.words, plotHeight(o), least)}
	sc := metricScale(m, t.Scale, values(g.runs))
	room := d.labelRoom(sc, tickFormat(m))
	d.panel = panel{scale: sc, buckets: len(g.shown[0].Points)}
	d.panel.area = area{d.inner.left + room, d.inner.top + 8, d.inner.right - d.labelWidth() - leaderRoom, d.inner.bottom - axisHeight}
	d.draw()
	return d.picture(g.words.title, g.alt())
}

const (
	// lineLabelHeight is the room of a label of two lines at a line's end.
	lineLabelHeight = 33.0
	// leaderRoom is the room for the thin lines that lead from line ends to labels.
	leaderRoom = 22.0
)

// values are the estimates of all runs without their intervals, which Lines does not draw.
func values(all [][][]vertex) []analytics.Estimate {
	out := estimates(all...)
	for i := range out {
		out[i].Low, out[i].High = out[i].Value, out[i].Value
	}
	return out
}

// lines is a picture of several lines in the making.
type lines struct {
	grouped
	frame
	panel panel
}

// labelWidth is the room for the labels: what the longest takes, but not much more than a third of the picture.
func (d lines) labelWidth() float64 {
	width := 0.0
	for i := range d.shown {
		name, _, detail := d.labelTexts(i)
		width = max(width, d.figures()+d.face.width(name, subtitleSize), d.figures()+d.face.width(detail, smallSize))
	}
	return math.Ceil(min(width, max(d.width*0.36, 118)))
}

// labelTexts are what a line's label says.
func (d lines) labelTexts(i int) (name, figure, detail string) {
	name = clean(d.by.label(d.shown[i]))
	v, ok := last(d.runs[i])
	if !ok {
		return name, "", "too few answers"
	}
	return name, d.metric.Format(v.estimate.Value), d.metric.FormatInterval(v.estimate) + ", n " + short(v.estimate.N)
}

func (d lines) draw() {
	p := d.panel
	d.grid(p)
	d.gridLabels(p, tickFormat(d.metric))
	starts := make([]time.Time, 0, p.buckets)
	for _, point := range d.shown[0].Points {
		starts = append(starts, point.Start)
	}
	d.timeAxis(p.bottom, d.face.timeTicks(d.trend.Every, starts, p.x))
	for i := len(d.shown) - 1; i >= 0; i-- {
		d.curve(p, d.runs[i], d.colours.series[i], lineWidth(p), dashes(i)...)
	}
	d.labels()
}

// labels writes the labels at the right, moved apart, with leaders to the ends of their lines.
func (d lines) labels() {
	places, heights := make([]float64, len(d.shown)), make([]float64, len(d.shown))
	for i := range d.shown {
		heights[i], places[i] = lineLabelHeight, d.panel.bottom
		if v, ok := last(d.runs[i]); ok {
			places[i] = d.panel.y(v.estimate.Value)
		}
	}
	moved := spread(places, heights, d.inner.top-4, d.inner.bottom)
	for i := range d.shown {
		if v, ok := last(d.runs[i]); ok {
			x := d.panel.x(v.bucket)
			d.dot(at{x, places[i]}, 3.2, d.colours.series[i])
			d.line([]at{{x + 5, places[i]}, {d.panel.right + 6, places[i]}, {d.panel.right + leaderRoom - 5, moved[i]}}, d.colours.series[i], 0.7)
		}
		d.label(i, d.panel.right+leaderRoom, moved[i])
	}
}

// figures is the width of the column of figures in front of the names.
func (d lines) figures() float64 {
	width := 0.0
	for _, run := range d.runs {
		if v, ok := last(run); ok {
			width = max(width, d.face.width(d.metric.Format(v.estimate.Value), subtitleSize)*boldAllowance)
		}
	}
	return width + 6
}

// label writes figure and name, and below them the interval and the number of answers.
func (d lines) label(i int, x, y float64) {
	name, figure, detail := d.labelTexts(i)
	d.strong(at{x, y - 2}, figure, subtitleSize, d.colours.series[i], left)
	x += d.figures()
	room := d.inner.right - x
	text, plain := d.name(name, d.kind())
	m := mark{path: []at{{x, y - 2}}, size: subtitleSize, fill: d.colours.series[i]}
	m.text, m.plain = d.face.fit(text, subtitleSize, room), d.face.fit(plain, subtitleSize, room)
	d.write(m)
	d.text(at{x, y - 2 + lineHeight(smallSize)}, detail, smallSize, d.colours.muted, left)
}
