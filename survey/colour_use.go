package survey

import (
	"strings"

	"earshot/survey/contrast"
)

// ColourUse is what becomes of an accent in one use.
type ColourUse struct {
	// Name is the use: "Words and lines", "Buttons". Dark says that it is that of dark mode.
	Name string
	Dark bool
	// Colour is what is used, as in "#0b5a6e".
	Colour string
	// Shifted says that it is not the accent itself, whose Ratio to the ground is less than it Needs (WCAG 2.2).
	Shifted      bool
	Ratio, Needs float64
}

// ColourUses tells what becomes of an accent, in light and in dark mode; nothing of one that is empty or no colour.
func ColourUses(accent string) []ColourUse {
	c, ok := contrast.Parse(accent)
	if !ok {
		return nil
	}
	p := PaletteOf(accent)
	uses := []ColourUse{
		{Name: "Words and lines", Colour: p.Text, Needs: contrast.Text}, {Name: "Buttons", Colour: p.Fill, Needs: contrast.Control},
		{Name: "Words and lines", Dark: true, Colour: p.DarkText, Needs: contrast.Text}, {Name: "Buttons", Dark: true, Colour: p.DarkFill, Needs: contrast.Control},
	}
	for i := range uses {
		u := &uses[i]
		grounds := lightGrounds
		if u.Dark {
			grounds = darkGrounds
		}
		u.Shifted = !strings.EqualFold(u.Colour, accent)
		u.Ratio = contrast.Ratio(c, grounds[0])
		for _, ground := range grounds {
			u.Ratio = min(u.Ratio, contrast.Ratio(c, ground))
		}
	}
	return uses
}
