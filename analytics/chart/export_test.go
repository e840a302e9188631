package chart

import (
	"fmt"

	gochart "github.com/wcharczuk/go-chart/v2"
)

// Measured returns the width of a text as layouts reckon with it for the PNG, and as go-chart draws it there.
func Measured(text string, size float64) (reckoned, drawn float64, err error) {
	face := newTypeface()
	r, err := gochart.PNG(10, 10)
	if err != nil {
		return 0, 0, err
	}
	r.SetDPI(rasterResolution)
	r.SetFont(face.font)
	r.SetFontSize(size)
	return face.width(text, size) / allowance, float64(r.MeasureText(text).Width()), nil
}

// Box is where a label stands, for the tests that look for overlaps.
type Box struct {
	Text                     string
	Left, Top, Right, Bottom float64
}

// Labels returns the boxes of all texts of a picture.
func (p Picture) Labels() []Box {
	face := newTypeface()
	var all []Box
	for _, m := range p.marks {
		if m.text != "" {
			b := m.box(face)
			all = append(all, Box{m.text, b.left, b.top, b.right, b.bottom})
		}
	}
	return all
}

// Spread gives the tests the placing of labels.
func Spread(places, heights []float64, low, high float64) []float64 {
	return spread(places, heights, low, high)
}

// Pair is two colours of a theme that must be told apart by at least Least, the ratio of their lightness.
type Pair struct {
	Name  string
	Ratio float64
	Least float64
}

// Tell is two colours that stand for different things in one picture.
type Tell struct {
	Name string
	A, B [3]uint8
}

// Tells returns the pairs of a theme that a colour-blind reader must tell apart: the warning from the ordinary, and each
// step from better to worse.
func (t Theme) Tells() []Tell {
	c := t.palette()
	bare := func(c colour) [3]uint8 { return [3]uint8{c.R, c.G, c.B} }
	tells := []Tell{
		{"main and accent", bare(c.main), bare(c.accent)},
		{"best and worst", bare(c.levels[0]), bare(c.levels[4])},
		{"good and behind", bare(c.levels[1]), bare(c.levels[3])},
	}
	for i := 1; i < len(c.levels); i++ {
		tells = append(tells, Tell{fmt.Sprint("levels ", i-1, " and ", i), bare(c.levels[i-1]), bare(c.levels[i])})
	}
	return tells
}

// Contrasts returns the pairs of a theme that stand against one another.
func (t Theme) Contrasts() []Pair {
	c := t.palette()
	pairs := []Pair{
		{"ink on paper", ratio(c.ink, c.paper), 7},
		{"muted on paper", ratio(c.muted, c.paper), 4.5},
		{"main on paper", ratio(c.main, c.paper), 4.5},
		{"main on its band", ratio(c.main, c.band), 3},
		{"accent on paper", ratio(c.accent, c.paper), 4.5},
		{"axis on paper", ratio(c.axis, c.paper), 3},
		{"context on paper", ratio(c.context, c.paper), 3},
	}
	for i, s := range c.series {
		pairs = append(pairs, Pair{fmt.Sprint("series ", i, " on paper"), ratio(s, c.paper), 4.5})
	}
	for i := 1; i < len(c.levels); i++ {
		pairs = append(pairs, Pair{fmt.Sprint("level ", i, " against the one before"), ratio(c.levels[i-1], c.levels[i]), 1.3})
	}
	return pairs
}
