package chart

import (
	"fmt"
	"math"
	"time"
)

// Gap is a finished silence between two signs of life.
type Gap struct {
	// End is when the customer was heard of again.
	End time.Time
	// Days is how long it had lasted.
	Days float64
}

// Silence is one customer's rhythm in plain numbers.
type Silence struct {
	// Customer is the name for the title; empty leaves it out.
	Customer string
	// Gaps are the finished gaps in the order of time.
	Gaps []Gap
	// UsualLow and UsualHigh bound, in days, the middle 80 % of this customer's gaps; both 0 when that is not known yet.
	UsualLow, UsualHigh float64
	// Days is how long the present silence has lasted at Now.
	Days float64
	Now  time.Time
}

// Silences draws a customer's gaps over time, each as a stem as high as it was long, against the range that is usual for
// this customer, and the present silence growing at the right.
func Silences(s Silence, o Options) Picture {
	w := titled(s.Customer, "Days between signs of life")
	w.subtitle = "Each stem is one gap, drawn at its end."
	if s.usual() {
		w.subtitle += " Shaded: the usual range, which holds 8\u00a0gaps in\u00a010."
	}
	if len(s.Gaps) == 0 {
		w.subtitle = "How long this customer has been silent."
		return blank(o, w, s.nowLabel(), "There is no earlier gap to compare it with.")
	}
	d := silence{frame: newFrame(o, w, 230, 170), Silence: s}
	d.begin = s.Gaps[0].End.Add(-time.Duration(s.Gaps[0].Days * float64(day)))
	d.panel = panel{scale: d.dayScale(), buckets: 1}
	format := func(v float64) string { return integer(int(v)) }
	room := d.labelRoom(d.panel.scale, format)
	d.panel.area = area{d.inner.left + room, d.inner.top + 8, d.inner.right - d.labelWidth(), d.inner.bottom - axisHeight}
	d.draw(format)
	return d.picture(w.title, s.alt())
}

const day = 24 * time.Hour

// usual says whether a usual range is known.
func (s Silence) usual() bool { return s.UsualHigh > 0 }

// late says whether the present silence is longer than usual.
func (s Silence) late() bool { return s.usual() && s.Days > s.UsualHigh }

func (s Silence) nowLabel() string {
	if s.Days < 1 {
		return "heard today"
	}
	return plural(int(math.Floor(s.Days)), "day", "days") + " now"
}

func (s Silence) usualLabel() string {
	low, high := integer(int(math.Round(s.UsualLow))), integer(int(math.Round(s.UsualHigh)))
	if low == high {
		return "usually " + low
	}
	return "usually " + low + "–" + high
}

func (s Silence) alt() string {
	name := "This customer"
	if clean(s.Customer) != "" {
		name = clean(s.Customer)
	}
	text := fmt.Sprintf("%s: %s", name, s.nowLabel())
	if s.usual() {
		text += ", " + s.usualLabel() + " days between signs of life"
	}
	longest := 0.0
	for _, g := range s.Gaps {
		longest = max(longest, g.Days)
	}
	return fmt.Sprintf("%s; %s so far, the longest %s.", text, plural(len(s.Gaps), "gap", "gaps"), plural(int(math.Round(longest)), "day", "days"))
}

// silence is a picture of gaps in the making.
type silence struct {
	frame
	Silence
	begin time.Time
	panel panel
}

// dayScale reaches over the longest gap, in round steps.
func (d silence) dayScale() scale {
	most := max(d.Days, d.UsualHigh, 1)
	for _, g := range d.Gaps {
		most = max(most, g.Days)
	}
	for magnitude := 1.0; ; magnitude *= 10 {
		for _, step := range []float64{1, 2, 5} {
			if most/(step*magnitude) <= 5 {
				return fixedScale(0, math.Ceil(most/(step*magnitude))*step*magnitude, step*magnitude)
			}
		}
	}
}

// labelWidth is the room for the labels at the right.
func (d silence) labelWidth() float64 {
	width := d.face.width(d.nowLabel(), subtitleSize) * boldAllowance
	if d.usual() {
		width = max(width, d.face.width(d.usualLabel(), labelSize))
	}
	return math.Ceil(width) + 12
}

// at is the place of a moment on the time axis.
func (d silence) at(t time.Time) float64 {
	whole := d.Now.Sub(d.begin).Hours()
	if whole <= 0 {
		return d.panel.right
	}
	return d.panel.left + min(max(t.Sub(d.begin).Hours()/whole, 0), 1)*d.panel.width()
}

func (d silence) draw(format func(float64) string) {
	p := d.panel
	if d.usual() {
		d.box(area{p.left, p.y(d.UsualHigh), p.right, max(p.y(d.UsualLow), p.y(d.UsualHigh)+1)}, d.colours.band)
	}
	d.grid(p)
	d.gridLabels(p, format)
	stem := d.stemWidth()
	for _, g := range d.Gaps {
		x := d.at(g.End)
		d.box(area{x - stem/2, p.y(g.Days), x + stem/2, p.bottom}, d.colours.context)
		d.dot(at{x, p.y(g.Days)}, max(stem, 1.6)*1.2, d.colours.main)
	}
	d.present()
	d.labels()
	d.timeAxis(p.bottom, d.face.timeTicks("day", d.days(), func(i int) float64 { return d.at(d.begin.Add(time.Duration(i) * day)) }))
}

// stemWidth is thinner the more gaps there are.
func (d silence) stemWidth() float64 {
	return min(max(d.panel.width()/float64(len(d.Gaps))*0.3, 0.6), 2.4)
}

// present draws the present silence: a slope from the last sign of life to today, for it is still growing.
func (d silence) present() {
	p, c := d.panel, d.presentColour()
	start := d.at(d.Now.Add(-time.Duration(d.Days * float64(day))))
	y := p.y(d.Days)
	d.line([]at{{start, p.bottom}, {p.right, y}}, c, 1.2, 3, 3)
	d.box(area{p.right - 1.2, y, p.right + 1.2, p.bottom}, c)
	d.dot(at{p.right, y}, 4, c)
}

// presentColour warns when the silence is longer than usual.
func (d silence) presentColour() colour {
	if d.late() {
		return d.colours.accent
	}
	return d.colours.main
}

// labels says how long the silence is and what is usual.
func (d silence) labels() {
	places, heights := []float64{d.panel.y(d.Days)}, []float64{20}
	if d.usual() {
		places = append(places, d.panel.y((d.UsualLow+d.UsualHigh)/2))
		heights = append(heights, 17)
	}
	moved := spread(places, heights, d.panel.top-8, d.panel.bottom)
	d.strong(at{d.panel.right + 10, moved[0] + 5}, d.nowLabel(), subtitleSize, d.presentColour(), left)
	if d.usual() {
		d.text(at{d.panel.right + 10, moved[1] + 4}, d.usualLabel(), labelSize, d.colours.muted, left)
	}
}

// maximumDays bounds the days that the time axis is searched for labels: about twenty years.
const maximumDays = 7500

// days are the beginnings of the days that the picture covers.
func (d silence) days() []time.Time {
	y, m, first := d.begin.Date()
	var all []time.Time
	for i := 0; i < maximumDays; i++ {
		t := time.Date(y, m, first+i, 0, 0, 0, 0, d.begin.Location())
		if t.After(d.Now) {
			break
		}
		all = append(all, t)
	}
	return all
}
