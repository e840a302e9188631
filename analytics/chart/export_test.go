package chart

import "fmt"

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

// Contrasts returns the pairs of a theme that stand against one another.
func (t Theme) Contrasts() []Pair {
	c := t.palette()
	pairs := []Pair{
		{"ink on paper", contrast(c.ink, c.paper), 7},
		{"muted on paper", contrast(c.muted, c.paper), 4.5},
		{"main on paper", contrast(c.main, c.paper), 4.5},
		{"main on its band", contrast(c.main, c.band), 3},
		{"accent on paper", contrast(c.accent, c.paper), 4.5},
		{"axis on paper", contrast(c.axis, c.paper), 3},
		{"context on paper", contrast(c.context, c.paper), 3},
	}
	for i, s := range c.series {
		pairs = append(pairs, Pair{fmt.Sprint("series ", i, " on paper"), contrast(s, c.paper), 4.5})
	}
	for i := 1; i < len(c.levels); i++ {
		pairs = append(pairs, Pair{fmt.Sprint("level ", i, " against the one before"), contrast(c.levels[i-1], c.levels[i]), 1.3})
	}
	return pairs
}
