package chart

import (
	"fmt"
	"math"
	"strings"

	"earshot/analytics"
)

// Progress draws a distribution over worded levels as bars with percentages that add up to 100, counts and intervals.
func Progress(d analytics.Distribution, o Options) Picture {
	w := words{title: "Business success compared with six months ago", subtitle: "Percent of answers"}
	if d.Suppressed || len(d.Shares) == 0 {
		return empty(o, w, d.N)
	}
	w.subtitle += ", " + sampleSize(d.N) + ". Thin\u00a0lines: 95\u00a0%\u00a0interval."
	p := progress{shares: d.Shares}
	stacked := max(o.Width, MinimumWidth) < narrow && o.Width != 0
	p.row = 34
	if stacked {
		p.row = 46
	}
	height := p.row*float64(len(d.Shares)) + 16
	p.frame = newFrame(o, w, height, height)
	p.row = (p.inner.height() - 16) / float64(len(d.Shares))
	p.draw(stacked)
	return p.picture(w.title, progressAlt(w.title, d))
}

// progress is a picture of worded levels in the making.
type progress struct {
	frame
	shares []analytics.Share
	row    float64
	// bars is the room for the bars.
	bars area
	// most is the percentage at which bars end.
	most float64
}

// draw lays out the columns: words, percentage, bar, count. On a phone the words stand above the bar.
func (p progress) draw(stacked bool) {
	words, counts := 0.0, p.face.width("Answers", smallSize)
	for _, s := range p.shares {
		words = max(words, p.face.width(s.Label, subtitleSize))
		counts = max(counts, p.face.width(integer(s.Count), labelSize))
		p.most = max(p.most, s.Percent, s.Exact.High)
	}
	if stacked {
		words = -10
	}
	percent := p.face.width("100 %", subtitleSize)*boldAllowance + 2
	p.bars = area{p.inner.left + words + 12 + percent + 10, p.inner.top, p.inner.right - counts - 12, p.inner.bottom}
	p.text(at{p.inner.right, p.inner.top + 4}, "Answers", smallSize, p.colours.muted, right)
	for i, s := range p.shares {
		middle := p.inner.top + 16 + (float64(i)+0.5)*p.row
		if stacked {
			p.text(at{p.inner.left, middle - 9}, s.Label, subtitleSize, p.colours.ink, left)
			middle += 9
		} else {
			p.text(at{p.bars.left - 10 - percent - 12, middle + 4}, s.Label, subtitleSize, p.colours.ink, right)
		}
		p.bar(i, s, middle)
		// The axis stops at the words that stand above a bar.
		reach := p.row / 2
		if stacked {
			reach = 13
		}
		p.rule(area{p.bars.left - 1, middle - reach, p.bars.left, middle + reach}, p.colours.axis)
	}
}

// bar draws one level's percentage, bar with interval, and count.
func (p progress) bar(i int, s analytics.Share, y float64) {
	half := math.Round(min(p.row*0.3, 11))
	length := func(percent float64) float64 { return percent / p.most * p.bars.width() }
	p.strong(at{p.bars.left - 10, y + 4}, analytics.FormatPercent(s.Percent), subtitleSize, p.colours.ink, right)
	if s.Count > 0 {
		p.box(area{p.bars.left, y - half, p.bars.left + max(length(s.Exact.Value), 1), y + half}, p.level(i))
	}
	low, high := p.bars.left+length(s.Exact.Low), p.bars.left+length(s.Exact.High)
	p.rule(area{low, y, high, y + 1}, p.colours.ink)
	p.rule(area{high - 1, y - 3, high, y + 4}, p.colours.ink)
	if s.Count > 0 {
		p.rule(area{low, y - 3, low + 1, y + 4}, p.onLevel(i))
		p.rule(area{low, y, p.bars.left + length(s.Exact.Value), y + 1}, p.onLevel(i))
	}
	p.text(at{p.inner.right, y + 4}, integer(s.Count), labelSize, p.colours.muted, right)
}

// level is the colour of a step, from the best, 0, on.
func (s *canvas) level(i int) colour { return s.colours.levels[i%len(s.colours.levels)] }

// onLevel is what can be seen on a step's colour: paper on the dark ones, ink on the light ones.
func (s *canvas) onLevel(i int) colour {
	c := s.level(i)
	if ratio(c, s.colours.paper) > ratio(c, s.colours.ink) {
		return s.colours.paper
	}
	return s.colours.ink
}

// progressAlt says the distribution in words.
func progressAlt(title string, d analytics.Distribution) string {
	parts := make([]string, len(d.Shares))
	for i, s := range d.Shares {
		parts[i] = fmt.Sprintf("%s %s (%s)", s.Label, analytics.FormatPercent(s.Percent), integer(s.Count))
	}
	return fmt.Sprintf("%s, n = %s: %s.", title, integer(d.N), strings.Join(parts, ", "))
}
