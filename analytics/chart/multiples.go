package chart

import (
	"math"
	"slices"
	"time"

	"earshot/analytics"
)

// The measures of small panels, in pixels.
const (
	cellHead = 42.0
	// tallHead is for panels so narrow that the number of answers needs a line of its own.
	tallHead   = 56.0
	cellPlot   = 112.0
	cellFoot   = 50.0
	cellGutter = 18.0
	// threeColumns is the width of a picture from which on three panels stand beside one another.
	threeColumns = 560
)

// Multiples draws each segment or rep in a small panel of its own, all on one scale, with its interval and with everyone in
// grey to compare with. It is the way to show groups that cannot be misread, on a phone too.
func Multiples(t analytics.Trend, by By, m analytics.Metric, o Options) Picture {
	g := newGrouped(t, by, m)
	if !g.hasFigures() {
		return empty(o, g.words, g.total())
	}
	g.words.subtitle += " " + capital(g.period()) + ". " + shadedNote + " Grey\u00a0line:\u00a0everyone."
	if slices.ContainsFunc(g.shown, func(s analytics.Series) bool { return leftOpen(m, s.Points) }) {
		g.words.subtitle += " " + leftOpenNote(t.Every)
	}
	columns := 2
	if max(o.Width, MinimumWidth) >= threeColumns || o.Width == 0 {
		columns = 3
	}
	columns = min(columns, len(g.shown))
	rows := (len(g.shown) + columns - 1) / columns
	d := multiples{grouped: g, head: cellHead}
	if columns == 2 {
		d.head = tallHead
	}
	height := float64(rows)*(d.head+cellPlot+cellFoot) - 6
	d.frame = newFrame(o, g.words, height, height)
	d.everyone = runs(m, t.Everyone.Points)
	d.scale = metricScale(m, t.Scale, estimates(append(g.runs, d.everyone)...))
	for _, point := range g.shown[0].Points {
		d.starts = append(d.starts, point.Start)
	}
	d.grid(columns, rows)
	return d.picture(g.words.title, g.alt())
}

// multiples is a picture of small panels in the making.
type multiples struct {
	grouped
	frame
	everyone [][]vertex
	scale    scale
	starts   []time.Time
	// head is the room for the words above each panel.
	head float64
}

// grid draws the panels in rows.
func (d multiples) grid(columns, rows int) {
	room := d.labelRoom(d.scale, tickFormat(d.metric))
	width := (d.inner.width() - room - float64(columns-1)*cellGutter) / float64(columns)
	height := math.Floor(d.inner.height() / float64(rows))
	for i := range d.shown {
		column, row := i%columns, i/columns
		x := d.inner.left + room + float64(column)*(width+cellGutter)
		y := d.inner.top + float64(row)*height
		p := panel{scale: d.scale, buckets: len(d.starts)}
		p.area = area{x, y + d.head, x + width, y + height - cellFoot}
		d.cell(i, p)
		if column == 0 {
			d.gridLabels(p, tickFormat(d.metric))
		}
	}
}

// cell draws the panel of one group.
func (d multiples) cell(i int, p panel) {
	d.heading(i, p)
	d.band(p, d.runs[i], d.colours.band)
	d.canvas.grid(p)
	for _, run := range d.everyone {
		path := make([]at, len(run))
		for j, v := range run {
			path[j] = at{p.x(v.bucket), p.y(v.estimate.Value)}
		}
		if len(path) > 1 {
			d.line(path, d.colours.context, 1.1)
		}
	}
	d.curve(p, d.runs[i], d.colours.main, lineWidth(p))
	d.timeAxis(p.bottom, d.sparse(p))
}

// heading writes a group's name, its number of answers and what all of them together come to above the panel, as a table of
// the groups tells it.
func (d multiples) heading(i int, p panel) {
	count, room, y := sampleSize(d.shown[i].Total.N), p.width(), p.top-d.head+12
	if d.head == tallHead {
		d.text(at{p.left, y + lineHeight(subtitleSize) + lineHeight(smallSize)}, count, smallSize, d.colours.muted, left)
	} else {
		room -= d.face.width(count, smallSize) + 6
		d.text(at{p.right, y}, count, smallSize, d.colours.muted, right)
	}
	name, plain := d.name(d.by.label(d.shown[i]), d.kind())
	m := mark{path: []at{{p.left, y}}, size: subtitleSize, fill: d.colours.ink, bold: true}
	m.text, m.plain = d.face.fit(name, subtitleSize*boldAllowance, room), d.face.fit(plain, subtitleSize*boldAllowance, room)
	d.write(m)
	y += lineHeight(subtitleSize)
	total := d.metric.Of(d.shown[i].Total)
	if total.Suppressed {
		d.text(at{p.left, y}, "Too few answers", smallSize, d.colours.muted, left)
		return
	}
	box := d.strong(at{p.left, y}, d.metric.Format(total.Value), subtitleSize, d.colours.main, left)
	d.text(at{box.right + 7, y}, d.metric.FormatInterval(total), smallSize, d.colours.muted, left)
}

// kind is what stands for a group's name where the PNG cannot write it.
func (g grouped) kind() string {
	one, _ := g.by.noun()
	return capital(one)
}

// sparse labels only as much of the time axis as a small panel bears: labels may take half of its width.
func (d multiples) sparse(p panel) []tick {
	ticks := d.face.timeTicks(d.trend.Every, d.starts, p.x)
	for len(ticks) > 3 && float64(len(ticks))*(d.face.width(ticks[0].text, labelSize)+tickGap) > p.width()/2 {
		var thinned []tick
		for i := 0; i < len(ticks); i += 2 {
			thinned = append(thinned, ticks[i])
		}
		ticks = thinned
	}
	return ticks
}
