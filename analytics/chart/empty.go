package chart

import (
	"math"

	"earshot/analytics"
)

// empty draws the state without a figure to show: no answer at all, or fewer than may be shown. It keeps the title and the
// ground lines of a chart, so that a page does not jump when the first answers come.
func empty(o Options, w words, n int) Picture {
	w.notes = nil
	headline, detail := "No answers yet", "The first ones will show here."
	if n > 0 {
		headline = "Too few answers to show"
		detail = "Figures show from " + integer(analytics.MinimumShown) + " answers on; so far there " + areSoMany(n) + "."
	}
	if n >= analytics.MinimumShown {
		detail = "There are " + integer(n) + " in all, but no stretch of time has the " + integer(analytics.MinimumShown) + " that a figure needs."
	}
	return blank(o, w, headline, detail)
}

// areSoMany says how many answers there are.
func areSoMany(n int) string {
	if n == 1 {
		return "is 1"
	}
	return "are " + integer(n)
}

// blank draws the ground lines of a chart with a message between them.
func blank(o Options, w words, headline, detail string) Picture {
	f := newFrame(o, w, 180, 130)
	for i := range 4 {
		y := math.Round(f.inner.top + float64(i)/3*(f.inner.height()-1))
		c := f.colours.rule
		if i == 3 {
			c = f.colours.axis
		}
		if i == 0 || i == 3 {
			f.rule(area{f.inner.left, y, f.inner.right, y + 1}, c)
		}
	}
	x, y := (f.inner.left+f.inner.right)/2, (f.inner.top+f.inner.bottom)/2
	lines := f.face.wrap(detail, subtitleSize, f.inner.width()-16, 3)
	y -= float64(len(lines)) * lineHeight(subtitleSize) / 2
	f.strong(at{x, y}, headline, titleSize, f.colours.ink, middle)
	for i, l := range lines {
		f.text(at{x, y + 4 + float64(i+1)*lineHeight(subtitleSize)}, l, subtitleSize, f.colours.muted, middle)
	}
	return f.picture(w.title, w.title+". "+headline+". "+detail)
}
