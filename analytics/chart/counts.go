package chart

import (
	"math"
	"slices"
)

// countsHeight is the room that counts takes.
const countsHeight = 26.0

// counts writes the number of answers below each bucket. Where the numbers do not fit, small columns show how they rise
// and fall, with the largest one named.
func (s *canvas) counts(p panel, n []int, y float64) {
	width := 0.0
	for _, c := range n {
		width = max(width, s.face.width(short(c), smallSize))
	}
	if width+5 > p.step() {
		s.countColumns(p, n, y)
		return
	}
	s.text(at{p.left - 8, y + 15}, "n", labelSize, s.colours.muted, right)
	for i, c := range n {
		s.text(at{p.x(i), y + 15}, short(c), smallSize, s.colours.muted, middle)
	}
}

// countColumns draws a column for each count.
func (s *canvas) countColumns(p panel, n []int, y float64) {
	most := slices.Max(n)
	if most == 0 {
		return
	}
	top, bottom := y+3, y+countsHeight-5
	width := max(math.Floor(p.step()*0.7), 1)
	for i, c := range n {
		if c > 0 {
			x := math.Round(p.x(i) - width/2)
			s.box(area{x, math.Round(bottom - max(float64(c)/float64(most)*(bottom-top), 1)), x + width, bottom}, s.colours.context)
		}
	}
	s.rule(area{p.left, bottom, p.right, bottom + 1}, s.colours.rule)
	s.text(at{p.left - 8, bottom}, "n", labelSize, s.colours.muted, right)
	s.text(at{p.right + 6, top + 8}, "max. "+short(most), smallSize, s.colours.muted, left)
}
