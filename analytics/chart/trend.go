package chart

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"earshot/analytics"
)

// Trend draws how a metric of one series moved: the line with its 95 % interval as a band, the latest figure at its end,
// gaps as gaps, and the number of answers below each bucket. The series is one of the trend's.
func Trend(t analytics.Trend, series analytics.Series, m analytics.Metric, o Options) Picture {
	w := trendWords(t, series, m)
	shown := runs(m, series.Points)
	if len(shown) == 0 {
		return empty(o, w, series.Total.N)
	}
	w.notes = trendNotes(t.Every, m, series.Points)
	f := newFrame(o, w, plotHeight(o), 190)
	end, _ := last(shown)
	d := trendDrawing{frame: f, metric: m, series: series, shown: shown, end: end}
	d.panel = d.place(metricScale(m, t.Scale, estimates(shown)))
	d.draw(t.Every)
	return f.picture(w.title, trendAlt(t, series, m, shown))
}

// trendDrawing is a trend picture in the making.
type trendDrawing struct {
	frame
	metric analytics.Metric
	series analytics.Series
	shown  [][]vertex
	end    vertex
	panel  panel
}

// place finds the room for the panel: level labels to its left, the end label to its right, time and counts below.
func (d trendDrawing) place(sc scale) panel {
	p := panel{scale: sc, buckets: len(d.series.Points)}
	p.area = area{
		left:   d.inner.left + max(d.labelRoom(sc, tickFormat(d.metric)), d.face.width("n", labelSize)+8),
		top:    d.inner.top + 6,
		right:  d.inner.right - d.endRoom(),
		bottom: d.inner.bottom - axisHeight - countsHeight,
	}
	return p
}

// endRoom is the width of the label at the line's end, less the half bucket that the line leaves free itself.
func (d trendDrawing) endRoom() float64 {
	value := d.face.width(d.metric.Format(d.end.estimate.Value), endSize) * boldAllowance
	return math.Ceil(max(value, d.face.width(d.metric.FormatInterval(d.end.estimate), smallSize))) + 8
}

// endSize is the type size of the figure at a line's end.
const endSize = 16.0

func (d trendDrawing) draw(every analytics.Every) {
	p := d.panel
	d.band(p, d.shown, d.colours.band)
	d.grid(p)
	d.gridLabels(p, tickFormat(d.metric))
	d.curve(p, d.shown, d.colours.main, lineWidth(p))
	d.endLabel()
	starts := make([]time.Time, len(d.series.Points))
	counts := make([]int, len(starts))
	for i, point := range d.series.Points {
		starts[i], counts[i] = point.Start, point.N
	}
	d.timeAxis(p.bottom, d.face.timeTicks(every, starts, p.x))
	d.counts(p, counts, p.bottom+axisHeight)
}

// endLabel writes the latest figure and its interval behind the end of the line.
func (d trendDrawing) endLabel() {
	x, e := d.panel.x(d.end.bucket)+9, d.end.estimate
	y := min(max(d.panel.y(e.Value), d.panel.top+8), d.panel.bottom-24)
	d.strong(at{x, y + 5}, d.metric.Format(e.Value), endSize, d.colours.main, left)
	d.text(at{x, y + 5 + lineHeight(smallSize)}, d.metric.FormatInterval(e), smallSize, d.colours.muted, left)
}

// trendWords makes the title and subtitle of a trend.
func trendWords(t analytics.Trend, s analytics.Series, m analytics.Metric) words {
	one, _ := bucketNoun(t.Every)
	w := titled(s.Name, m.Title(t.Scale)+" by "+one)
	w.subtitle = m.Unit(t.Scale) + "."
	if len(runs(m, s.Points)) > 0 {
		w.subtitle += " " + capital(period(t.Every, s.Points)) + ", " + sampleSize(s.Total.N) + ". " + shadedNote
	}
	return w
}

// titled puts a name in front of a title, and leaves it out where the PNG could not write it.
func titled(name, title string) words {
	name = clean(name)
	if name == "" {
		return words{title: title}
	}
	w := words{title: name + ": " + title}
	if !newTypeface().writes(name) {
		w.plainTitle = title
	}
	return w
}

// shadedNote explains the band. Its spaces do not break.
const shadedNote = "Shaded:\u00a095\u00a0%\u00a0interval."

// sampleSize writes "n = 64" with spaces that do not break.
func sampleSize(n int) string { return "n\u00a0=\u00a0" + integer(n) }

// leftOpen says that some of the points have too few answers to be shown.
func leftOpen(m analytics.Metric, points []analytics.Point) bool {
	return slices.ContainsFunc(points, func(p analytics.Point) bool { return p.N > 0 && m.Of(p).Suppressed })
}

// leftOpenNote tells it.
func leftOpenNote(every analytics.Every) string {
	_, many := bucketNoun(every)
	return capital(many) + " with fewer than " + integer(analytics.MinimumShown) + " answers are left open."
}

// trendNotes says what a reader may wonder about.
func trendNotes(every analytics.Every, m analytics.Metric, points []analytics.Point) []string {
	one, _ := bucketNoun(every)
	open := false
	for _, p := range points {
		open = open || p.Partial && !m.Of(p).Suppressed
	}
	var notes []string
	if leftOpen(m, points) {
		notes = append(notes, leftOpenNote(every))
	}
	if open {
		notes = append(notes, "Hollow dot: "+one+" only partly covered.")
	}
	if len(notes) == 0 {
		return nil
	}
	return []string{strings.Join(notes, " ")}
}

// trendAlt says in words what the trend shows.
func trendAlt(t analytics.Trend, s analytics.Series, m analytics.Metric, shown [][]vertex) string {
	end, _ := last(shown)
	first := shown[0][0].estimate
	one, _ := bucketNoun(t.Every)
	subject := m.Title(t.Scale) + " by " + one
	if s.Name != "" {
		subject = s.Name + ": " + subject
	}
	movement := fmt.Sprintf("from %s to %s", m.Format(first.Value), m.Format(end.estimate.Value))
	if len(shown) == 1 && len(shown[0]) == 1 {
		movement = m.Format(end.estimate.Value)
	}
	return fmt.Sprintf("%s, %s: %s, n = %s, latest 95 %% interval %s.", subject, period(t.Every, s.Points),
		movement, integer(s.Total.N), m.FormatInterval(end.estimate))
}

// capital makes the first letter of an English text a capital.
func capital(text string) string {
	if text == "" {
		return ""
	}
	return strings.ToUpper(text[:1]) + text[1:]
}
