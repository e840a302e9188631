package chart

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
)

// Capacity is what lists of silent customers of different length would have reached.
type Capacity struct {
	// Points are in the order of rising alarms.
	Points []CapacityPoint
	// Told are those of which the alternative text speaks: where a table stands beside the picture, its rows.
	Told []CapacityPoint
	// InForce is the list as it is; without alarms there is none.
	InForce CapacityPoint
	// Note says what a reader must know of the figures; may be empty.
	Note string
}

// CapacityPoint is what one list would have brought and cost.
type CapacityPoint struct {
	// PerWeek are its alarms a week, Reached the share of those who left that it would have told of, 0 to 1.
	PerWeek, Reached float64
	// Label is PerWeek in words, Cost what is to be said of the price, in parts.
	Label string
	Cost  []string
}

// Capacities draws the share of those who left that would have been reached against the alarms a week, with the list in force marked.
func Capacities(c Capacity, o Options) Picture {
	w := words{title: "Share of those who left that would have been reached", subtitle: "Percent, by alarms a week. Last year."}
	if c.Note != "" {
		w.notes = []string{c.Note}
	}
	if len(c.Points) == 0 {
		return blank(o, w, "Nothing to draw yet", "No silence has got far enough to be told of.")
	}
	d := capacity{frame: newFrame(o, w, plotHeight(o), 190), Capacity: c}
	d.panel = panel{scale: fixedScale(0, 100, 25), buckets: 1}
	d.most, d.step = d.reach()
	room := d.labelRoom(d.panel.scale, percentTick)
	last := d.face.width(d.level(d.most), labelSize)
	d.panel.area = area{d.inner.left + room, d.inner.top + 8, d.inner.right - math.Ceil(last/2), d.inner.bottom - capacityAxis}
	d.draw()
	return d.picture(w.title, d.alt())
}

// capacityAxis is the room of the level axis: its figures, and below them what they are.
const capacityAxis = 42

// percentTick writes the percent sign only where the scale ends.
func percentTick(v float64) string {
	if v == 100 {
		return "100\u00a0%"
	}
	return integer(int(v))
}

// capacity is such a picture in the making.
type capacity struct {
	frame
	Capacity
	panel panel
	// most is where the level axis ends, step the distance of its figures.
	most, step float64
}

// reach is where the level axis ends, in round steps: at the largest list, or at four times the one in force, behind which hardly
// anything is left to be reached.
func (d capacity) reach() (most, step float64) {
	most = max(d.Points[len(d.Points)-1].PerWeek, 0.1)
	if at := d.InForce.PerWeek; at > 0 {
		most = min(most, 4*at)
	}
	for magnitude := 0.1; ; magnitude *= 10 {
		for _, step := range []float64{1, 2, 5} {
			if most/(step*magnitude) <= 6 {
				return math.Ceil(most/(step*magnitude)-1e-9) * step * magnitude, step * magnitude
			}
		}
	}
}

// level writes a figure of the level axis, with a decimal where its steps are below 1.
func (d capacity) level(v float64) string {
	if d.step < 1 && v > 0 {
		return strconv.FormatFloat(v, 'f', 1, 64)
	}
	return integer(int(math.Round(v)))
}

// place is where a point stands.
func (d capacity) place(p CapacityPoint) at {
	return at{d.panel.left + p.PerWeek/d.most*d.panel.width(), d.panel.y(100 * p.Reached)}
}

// curve is the line, from no alarm at all to the end of the level axis.
func (d capacity) curve() []at {
	var before CapacityPoint
	path := []at{d.place(before)}
	for _, p := range d.Points {
		if p.PerWeek > d.most {
			part := (d.most - before.PerWeek) / (p.PerWeek - before.PerWeek)
			return append(path, d.place(CapacityPoint{PerWeek: d.most, Reached: before.Reached + part*(p.Reached-before.Reached)}))
		}
		path, before = append(path, d.place(p)), p
	}
	return path
}

func (d capacity) draw() {
	p := d.panel
	d.grid(p)
	d.gridLabels(p, percentTick)
	for v := 0.0; v <= d.most+d.step/2; v += d.step {
		x := d.place(CapacityPoint{PerWeek: v}).x
		d.rule(area{x, p.bottom, x + 1, p.bottom + 5}, d.colours.axis)
		d.text(at{x, p.bottom + 18}, d.level(v), labelSize, d.colours.muted, middle)
	}
	d.text(at{p.right, p.bottom + 35}, "alarms a week", labelSize, d.colours.muted, right)
	d.line(d.curve(), d.colours.main, 2.2)
	if d.InForce.PerWeek > 0 {
		d.present()
	}
}

// present marks the list in force and says beside the curve what it brings.
func (d capacity) present() {
	spot := d.place(d.InForce)
	d.line([]at{{spot.x, d.panel.bottom}, spot}, d.colours.accent, 1.2, 3, 3)
	d.dot(spot, 5, d.colours.accent)
	var lines []string
	width := d.face.width(d.headline(), subtitleSize) * boldAllowance
	for _, cost := range d.InForce.Cost {
		for _, l := range d.face.wrap(cost, labelSize, min(d.panel.width()*0.5, 260), 3) {
			lines = append(lines, l)
			width = max(width, d.face.width(l, labelSize))
		}
	}
	room := d.free(spot, width, lineHeight(subtitleSize)+float64(len(lines))*lineHeight(labelSize))
	d.box(room, d.colours.paper)
	y := room.top + lineHeight(subtitleSize) - 4
	d.strong(at{room.left, y}, d.headline(), subtitleSize, d.colours.accent, left)
	for i, l := range lines {
		d.text(at{room.left, y + float64(i+1)*lineHeight(labelSize)}, l, labelSize, d.colours.muted, left)
	}
}

// free is room of that size beside a place on the curve, where the curve does not run: below it to the right, at the foot to the left,
// above it to the right or to the left.
func (d capacity) free(spot at, width, height float64) area {
	const gap = 10
	p := d.panel
	beside, before := spot.x+gap, spot.x-gap-width
	above := d.heightAt(beside+width) - gap - height
	for _, corner := range []at{
		{beside, spot.y + gap}, {before, p.bottom - gap - height}, {beside, above}, {min(spot.x, p.right-width), above}, {before, spot.y - gap - height},
	} {
		room := area{corner.x, corner.y, corner.x + width, corner.y + height}
		inside := room.left >= p.left && room.right <= p.right && room.top >= p.top && room.bottom <= p.bottom-gap/2
		if crossed := d.heightAt(room.right) < room.bottom && d.heightAt(room.left) > room.top; inside && !crossed {
			return room
		}
	}
	x, y := max(min(beside, p.right-width), p.left), max(p.bottom-gap-height, p.top)
	return area{x, y, x + width, y + height}
}

// heightAt is where the curve runs at x, or where it ends before.
func (d capacity) heightAt(x float64) float64 {
	path := d.curve()
	for i := 1; i < len(path); i++ {
		if from, to := path[i-1], path[i]; x < to.x {
			return from.y + max(x-from.x, 0)/(to.x-from.x)*(to.y-from.y)
		}
	}
	return path[len(path)-1].y
}

// headline says what the list in force reaches.
func (d capacity) headline() string {
	return "Now " + d.InForce.Label + " a week: " + reachedPercent(d.InForce)
}

func reachedPercent(p CapacityPoint) string {
	return integer(int(math.Round(100*p.Reached))) + "\u00a0%"
}

// alt says in words what the curve shows.
func (d capacity) alt() string {
	var b strings.Builder
	b.WriteString("Share of those who left that would have been reached, by alarms a week, last year")
	ahead, told := ": ", -1
	for _, part := range []float64{0.25, 0.5, 1} {
		i := slices.IndexFunc(d.Told, func(p CapacityPoint) bool { return p.PerWeek >= part*d.most })
		if i < 0 {
			i = len(d.Told) - 1
		}
		if i > told {
			fmt.Fprintf(&b, "%s%s with %s a week", ahead, reachedPercent(d.Told[i]), d.Told[i].Label)
			ahead, told = ", ", i
		}
	}
	if d.InForce.PerWeek > 0 {
		fmt.Fprintf(&b, "; now %s with %s a week, %s", reachedPercent(d.InForce), d.InForce.Label, strings.Join(d.InForce.Cost, "; "))
	}
	b.WriteString(".")
	return b.String()
}
