package chart

import "earshot/survey/contrast"

// ratio is how well two colours can be told apart, from 1 to 21 (WCAG 2.2, 1.4.3).
func ratio(a, b colour) float64 {
	return contrast.Ratio(contrast.Colour{R: a.R, G: a.G, B: a.B}, contrast.Colour{R: b.R, G: b.G, B: b.B})
}
