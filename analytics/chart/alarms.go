package chart

import (
	"fmt"
	"math"
	"strings"
	"time"

	"earshot/analytics"
)

// AlarmMonth is what came of the alarms of one month, which begins at Start.
type AlarmMonth struct {
	Start time.Time
	// Away have not come back, Contacted came back after they were asked or called, Themselves came back by themselves, and of Waiting
	// it is too early to tell.
	Away, Contacted, Themselves, Waiting int
}

// parts are the numbers in the order in which they are stacked, from the foot.
func (m AlarmMonth) parts() [4]int { return [...]int{m.Away, m.Contacted, m.Themselves, m.Waiting} }

func (m AlarmMonth) total() int { return m.Away + m.Contacted + m.Themselves + m.Waiting }

// alarmParts name the parts.
var alarmParts = [...]string{"stayed away", "came back after contact", "came back by themselves", "too early to tell"}

// Alarms draws what came of the alarms of each month, oldest first: a column of their number for each, in parts.
func Alarms(months []AlarmMonth, o Options) Picture {
	w := words{title: "What came of the alarms, by month", subtitle: "Customers told of."}
	most := 0
	for _, m := range months {
		most = max(most, m.total())
	}
	if most == 0 {
		return blank(o, w, "Nothing to draw yet", "Nobody was told of in these months.")
	}
	d := alarms{frame: newFrame(o, w, plotHeight(o), 220), months: months}
	d.panel = panel{scale: countScale(most), buckets: len(months)}
	room := d.labelRoom(d.panel.scale, countTick)
	d.panel.area = area{d.inner.left + room, d.inner.top + d.legend() + 8, d.inner.right, d.inner.bottom - axisHeight}
	d.draw()
	return d.picture(w.title, d.alt(w.title))
}

func countTick(v float64) string { return short(int(v)) }

// countScale is from nothing to a number in at most six round steps.
func countScale(most int) scale {
	for magnitude := 1; ; magnitude *= 10 {
		for _, step := range []int{1, 2, 5} {
			if step *= magnitude; most <= 6*step {
				return fixedScale(0, float64((most+step-1)/step*step), float64(step))
			}
		}
	}
}

// alarms is such a picture in the making.
type alarms struct {
	frame
	months []AlarmMonth
	panel  panel
}

// colourOf is the colour of a part.
func (d alarms) colourOf(part int) colour {
	return [...]colour{d.colours.levels[4], d.colours.levels[0], d.colours.levels[1], d.colours.levels[2]}[part]
}

// legend names the parts above the columns, in as many lines as it takes, and returns how high it is.
func (d alarms) legend() float64 {
	const patch, gap = 10, 16
	x, y := d.inner.left, d.inner.top
	for i, name := range alarmParts {
		width := patch + 5 + d.face.width(name, labelSize)
		if x > d.inner.left && x+width > d.inner.right {
			x, y = d.inner.left, y+lineHeight(labelSize)+2
		}
		d.box(area{x, y + 3, x + patch, y + 3 + patch}, d.colourOf(i))
		d.text(at{x + patch + 5, y + 12}, name, labelSize, d.colours.muted, left)
		x += width + gap
	}
	return y - d.inner.top + lineHeight(labelSize) + 4
}

func (d alarms) draw() {
	p := d.panel
	d.grid(p)
	d.gridLabels(p, countTick)
	starts := make([]time.Time, len(d.months))
	width := min(p.step()*0.7, 48)
	for i, m := range d.months {
		starts[i] = m.Start
		x, height := p.x(i)-width/2, 0
		for part, n := range m.parts() {
			if n > 0 {
				d.box(area{math.Round(x), p.y(float64(height + n)), math.Round(x + width), p.y(float64(height))}, d.colourOf(part))
			}
			height += n
		}
	}
	d.timeAxis(p.bottom, d.face.timeTicks(analytics.Monthly, starts, p.x))
}

// alt says in words how many there were in each month and what came of them.
func (d alarms) alt(title string) string {
	var said []string
	for _, m := range d.months {
		if m.total() == 0 {
			continue
		}
		var parts []string
		for i, n := range m.parts() {
			if n > 0 {
				parts = append(parts, integer(n)+" "+alarmParts[i])
			}
		}
		said = append(said, fmt.Sprintf("%s %s: %s", m.Start.Format("Jan 2006"), integer(m.total()), strings.Join(parts, ", ")))
	}
	return title + ". " + strings.Join(said, "; ") + "."
}
