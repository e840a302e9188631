// Package contrast tells how well two colours can be told apart, by the formula of WCAG 2.2, and shifts a colour until it can be told from its ground.
package contrast

import (
	"fmt"
	"math"
	"strconv"
)

// What WCAG 2.2 AA asks for: of text on its ground (1.4.3), and of what tells a control from its ground (1.4.11).
const (
	Text    = 4.5
	Control = 3.0
)

// Colour is an opaque sRGB colour.
type Colour struct{ R, G, B uint8 }

// The two colours that text on a coloured ground may have.
var (
	Black = Colour{}
	White = Colour{0xff, 0xff, 0xff}
)

// Parse reads a colour as in "#0b5a6e"; false where it is none.
func Parse(hex string) (Colour, bool) {
	if len(hex) != len("#rrggbb") || hex[0] != '#' {
		return Colour{}, false
	}
	n, err := strconv.ParseUint(hex[1:], 16, 24)
	return Colour{uint8(n >> 16), uint8(n >> 8), uint8(n)}, err == nil
}

// String writes the colour as Parse reads it.
func (c Colour) String() string { return fmt.Sprintf("#%02x%02x%02x", c.R, c.G, c.B) }

// Ratio is the ratio of two colours' lightness, from 1 to 21 (WCAG 2.2, contrast ratio).
func Ratio(a, b Colour) float64 {
	x, y := luminance(a), luminance(b)
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

// luminance is a colour's relative luminance (WCAG 2.2).
func luminance(c Colour) float64 {
	return 0.2126*linear(c.R) + 0.7152*linear(c.G) + 0.0722*linear(c.B)
}

// linear undoes the gamma of sRGB.
func linear(channel uint8) float64 {
	v := float64(channel) / 255
	if v <= 0.04045 {
		return v / 12.92
	}
	return math.Pow((v+0.055)/1.055, 2.4)
}

// Ink is black or white, whichever can be told better from this ground: it always has more than Text.
func (c Colour) Ink() Colour {
	if Ratio(Black, c) > Ratio(White, c) {
		return Black
	}
	return White
}

// steps is in how many steps a colour is shifted: as fine as a channel.
const steps = 255

// Shifted is the colour, darkened or lightened by no more than it needs to have that ratio to each of these grounds, of which there is one at least.
// They must all be light or all be dark: then there is always such a colour.
func (c Colour) Shifted(least float64, grounds ...Colour) Colour {
	towards := grounds[0].Ink()
	for step := range steps {
		shifted := c.mixed(towards, step)
		enough := true
		for _, ground := range grounds {
			enough = enough && Ratio(shifted, ground) >= least
		}
		if enough {
			return shifted
		}
	}
	return towards
}

// mixed is the colour with so many parts of 255 of another.
func (c Colour) mixed(other Colour, parts int) Colour {
	mix := func(a, b uint8) uint8 { return uint8((int(a)*(steps-parts) + int(b)*parts + steps/2) / steps) }
	return Colour{mix(c.R, other.R), mix(c.G, other.G), mix(c.B, other.B)}
}
