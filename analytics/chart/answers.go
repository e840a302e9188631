package chart

import (
	"fmt"
	"math"
	"strings"

	"earshot/analytics"
)

// Answers draws how answers spread over a scale of numbers, lowest on the left, with percentages that add up to 100. Answers
// that a net score groups are coloured and named by their group. For worded levels it draws Progress.
func Answers(d analytics.Distribution, o Options) Picture {
	if d.Scale == analytics.ScaleProgress {
		return Progress(d, o)
	}
	w := words{title: answersTitle(d.Scale), subtitle: "Percent of answers"}
	if d.Suppressed || len(d.Shares) == 0 {
		return empty(o, w, d.N)
	}
	w.subtitle += ", " + sampleSize(d.N) + ". Thin\u00a0lines: 95\u00a0%\u00a0interval."
	foot := 40.0
	if len(d.Groups) > 0 {
		foot = 74
	}
	a := answers{frame: newFrame(o, w, 170+foot, 120+foot), shares: d.Shares, groups: d.Groups}
	most := 0.0
	for _, s := range d.Shares {
		most = max(most, s.Exact.High)
	}
	a.panel = panel{buckets: len(d.Shares), scale: scale{low: 0, high: most}}
	a.panel.area = area{a.inner.left, a.inner.top + 22, a.inner.right, a.inner.bottom - foot}
	a.draw()
	return a.picture(w.title, answersAlt(w.title, d))
}

// answersTitle is what the distribution over a scale shows.
func answersTitle(s analytics.Scale) string {
	switch s {
	case analytics.ScaleNPS:
		return "How likely customers are to recommend us, 0 to 10"
	case analytics.ScaleCES:
		return "How easy we made it, 1 to 7"
	}
	return "How satisfied customers are, 1 to 5"
}

// answers is a picture of a distribution over numbers in the making.
type answers struct {
	frame
	shares, groups []analytics.Share
	panel          panel
	// bare leaves the percent sign out above the columns.
	bare bool
}

func (a answers) draw() {
	p := a.panel
	half := math.Round(min(p.step()*0.36, 44))
	for _, s := range a.shares {
		// The subtitle says percent too, so the sign may go where the columns are narrow.
		a.bare = a.bare || a.face.width(analytics.FormatPercent(s.Percent), labelSize)*boldAllowance > p.step()-2
	}
	for i := range a.shares {
		s := a.shares[len(a.shares)-1-i]
		a.column(p.x(i), half, s)
		a.text(at{p.x(i), p.bottom + 18}, s.Label, subtitleSize, a.colours.ink, middle)
		a.text(at{p.x(i), p.bottom + 34}, short(s.Count), smallSize, a.colours.muted, middle)
	}
	a.rule(area{p.left, p.bottom, p.right, p.bottom + 1}, a.colours.axis)
	a.brackets(half)
}

// column draws one answer's column with its interval and percentage.
func (a answers) column(x, half float64, s analytics.Share) {
	p, side := a.panel, a.side(s.Value)
	top := p.y(s.Exact.Value)
	if s.Count > 0 {
		a.box(area{x - half, min(top, p.bottom-1), x + half, p.bottom}, a.side3(side))
	}
	low, high := p.y(s.Exact.Low), p.y(s.Exact.High)
	centre := math.Round(x)
	a.rule(area{centre, high, centre + 1, top}, a.colours.ink)
	a.rule(area{centre - 3, high, centre + 4, high + 1}, a.colours.ink)
	if s.Count > 0 {
		a.rule(area{centre, top, centre + 1, low}, a.onSide(side))
		a.rule(area{centre - 3, low - 1, centre + 4, low}, a.onSide(side))
	}
	text := analytics.FormatPercent(s.Percent)
	if a.bare {
		text = strings.TrimSuffix(text, "\u00a0%")
	}
	a.strong(at{x, high - 6}, text, labelSize, a.colours.ink, middle)
}

// side is the place of an answer's group: 0 for the best, 1 for the middle, 2 for the worst; 0 where there are no groups.
func (a answers) side(value int) int {
	for i, g := range a.groups {
		if value >= g.Value {
			return i
		}
	}
	return 0
}

// side3 is the colour of a side: the outer and middle ones of the five levels.
func (a answers) side3(side int) colour { return a.level(side * 2) }

func (a answers) onSide(side int) colour { return a.onLevel(side * 2) }

// brackets names the groups below their answers.
func (a answers) brackets(half float64) {
	p, y := a.panel, a.panel.bottom+43
	for side, g := range a.groups {
		first, last := len(a.shares), -1
		for i := range a.shares {
			if a.side(a.shares[len(a.shares)-1-i].Value) == side {
				first, last = min(first, i), max(last, i)
			}
		}
		from, to := p.x(first)-half, p.x(last)+half
		a.box(area{from, y, to, y + 3}, a.side3(side))
		percent := analytics.FormatPercent(g.Percent)
		x := (from + to) / 2
		width := max(a.face.width(g.Label, labelSize), a.face.width(percent, labelSize)*boldAllowance)
		x = min(max(x, a.inner.left+width/2), a.inner.right-width/2)
		if both := g.Label + " " + percent; a.face.width(both, labelSize)*boldAllowance <= to-from+p.step()*0.2 {
			a.strong(at{x, y + 18}, both, labelSize, a.colours.ink, middle)
			continue
		}
		a.text(at{x, y + 17}, g.Label, labelSize, a.colours.muted, middle)
		a.strong(at{x, y + 17 + lineHeight(labelSize) - 2}, percent, labelSize, a.colours.ink, middle)
	}
}

// answersAlt says the distribution in words, groups first.
func answersAlt(title string, d analytics.Distribution) string {
	var parts []string
	for _, g := range d.Groups {
		parts = append(parts, fmt.Sprintf("%s %s (%s)", strings.ToLower(g.Label), analytics.FormatPercent(g.Percent), integer(g.Count)))
	}
	for _, s := range d.Shares {
		parts = append(parts, fmt.Sprintf("%s: %s", s.Label, analytics.FormatPercent(s.Percent)))
	}
	return fmt.Sprintf("%s, n = %s. %s.", title, integer(d.N), capital(strings.Join(parts, ", ")))
}
