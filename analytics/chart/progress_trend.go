package chart

import (
	"fmt"
	"math"
	"strings"
	"time"

	"earshot/analytics"
)

// ProgressTrend draws how a distribution over levels changed: a column of 100 percent for each bucket, best level on top,
// each level named beside the last column with its percentage there. The series is one of the trend's.
func ProgressTrend(t analytics.Trend, series analytics.Series, o Options) Picture {
	one, _ := bucketNoun(t.Every)
	w := titled(series.Name, "Business success compared with six months ago, by "+one)
	w.subtitle = "Percent of answers."
	end := -1
	for i, p := range series.Points {
		if !p.Distribution.Suppressed && len(p.Distribution.Shares) > 0 {
			end = i
		}
	}
	if end < 0 {
		return empty(o, w, series.Total.N)
	}
	w.subtitle += " " + capital(period(t.Every, series.Points)) + ", " + sampleSize(series.Total.N) + "."
	for _, p := range series.Points {
		if p.N > 0 && p.Distribution.Suppressed {
			w.notes = []string{leftOpenNote(t.Every)}
		}
	}
	d := stack{frame: newFrame(o, w, plotHeight(o), 280), points: series.Points, end: series.Points[end]}
	d.panel = panel{scale: fixedScale(0, 100, 25), buckets: len(series.Points)}
	room := d.labelRoom(d.panel.scale, tickFormat(analytics.MetricTopTwo))
	d.panel.area = area{d.inner.left + room, d.inner.top + 6, d.inner.right - d.labelWidth() - 14, d.inner.bottom - axisHeight - countsHeight}
	d.draw(t.Every)
	return d.picture(w.title, stackAlt(w.title, t.Every, series.Points, end))
}

// stack is a picture of stacked columns in the making.
type stack struct {
	frame
	points []analytics.Point
	end    analytics.Point
	panel  panel
}

func (d stack) draw(every analytics.Every) {
	p := d.panel
	d.gridLabels(p, tickFormat(analytics.MetricTopTwo))
	d.grid(p)
	starts, counts := make([]time.Time, len(d.points)), make([]int, len(d.points))
	for i, point := range d.points {
		starts[i], counts[i] = point.Start, point.N
		d.column(i, point)
	}
	d.timeAxis(p.bottom, d.face.timeTicks(every, starts, p.x))
	d.counts(p, counts, p.bottom+axisHeight)
	d.labels()
}

// column draws one bucket's levels, a hair of paper between them.
func (d stack) column(i int, point analytics.Point) {
	p, top := d.panel, 100.0
	gap := min(p.step()*0.2, 10)
	if gap < 1 {
		gap = 0
	}
	x, right := math.Round(p.left+float64(i)*p.step()+gap/2), math.Round(p.left+float64(i+1)*p.step()-gap/2)
	for level, s := range point.Distribution.Shares {
		from, to := p.y(top), p.y(top-s.Exact.Value)
		top -= s.Exact.Value
		if to-from > 3 && gap > 0 {
			from += 0.5
			to -= 0.5
		}
		if s.Count > 0 {
			d.box(area{x, from, right, to}, d.level(level))
		}
	}
}

// labelLines breaks a level's words into at most two lines behind its percentage.
func (d stack) labelLines(s analytics.Share) []string {
	width := 170.0
	if d.width < threeColumns {
		width = 106
	}
	return d.face.wrap(strings.ReplaceAll(analytics.FormatPercent(s.Percent), " ", "\u00a0")+" "+s.Label, labelSize, width, 3)
}

// labelWidth is the room for the levels' words.
func (d stack) labelWidth() float64 {
	width := 0.0
	for _, s := range d.end.Distribution.Shares {
		for _, l := range d.labelLines(s) {
			width = max(width, d.face.width(l, labelSize))
		}
	}
	return math.Ceil(width) + 12
}

// labels names the levels beside the last column, moved apart, each with a patch of its colour.
func (d stack) labels() {
	shares := d.end.Distribution.Shares
	places, heights, top := make([]float64, len(shares)), make([]float64, len(shares)), 100.0
	for i, s := range shares {
		heights[i] = float64(len(d.labelLines(s)))*lineHeight(labelSize) + 3
		places[i] = d.panel.y(top - s.Exact.Value/2)
		top -= s.Exact.Value
	}
	moved := spread(places, heights, d.panel.top-4, d.panel.bottom+6)
	x := d.panel.right + 10
	for i, s := range shares {
		y := moved[i] - heights[i]/2 + 1.5
		d.box(area{x, y + 3, x + 8, y + heights[i] - 5}, d.level(i))
		for _, l := range d.labelLines(s) {
			y += lineHeight(labelSize)
			d.text(at{x + 14, y - 4}, l, labelSize, d.colours.ink, left)
		}
	}
}

// stackAlt says in words how the levels stood at first and at last.
func stackAlt(title string, every analytics.Every, points []analytics.Point, end int) string {
	at := func(p analytics.Point) string {
		parts := make([]string, len(p.Distribution.Shares))
		for i, s := range p.Distribution.Shares {
			parts[i] = s.Label + " " + analytics.FormatPercent(s.Percent)
		}
		return fmt.Sprintf("%s (n = %s): %s", period(every, []analytics.Point{p}), integer(p.N), strings.Join(parts, ", "))
	}
	first := 0
	for points[first].Distribution.Suppressed || len(points[first].Distribution.Shares) == 0 {
		first++
	}
	if first == end {
		return title + ". " + capital(at(points[end])) + "."
	}
	return title + ". " + capital(at(points[first])) + ". " + capital(at(points[end])) + "."
}
