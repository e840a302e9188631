package chart

import "github.com/wcharczuk/go-chart/v2/drawing"

// Theme names the surface that a picture is for.
type Theme string

// The themes. Light is also the one to print; it is what an empty or unknown theme means.
const (
	Light Theme = "light"
	Dark  Theme = "dark"
)

// colour is an opaque sRGB colour. Tints are mixed with the paper beforehand: transparency costs more and prints worse.
type colour = drawing.Color

// palette holds the colours of a theme by their role. Text colours reach a contrast of 4.5 with paper, lines and marks of
// 3; levels are told apart by lightness as well as by hue. Tests keep this.
type palette struct {
	paper colour
	// ink is for titles and figures, muted for everything that explains.
	ink, muted colour
	// rule is for thin grid lines, axis for the zero line and ticks.
	rule, axis colour
	// main is the one series that the picture is about, band its interval, accent what needs attention.
	main, band, accent colour
	// context is for what is only compared with.
	context colour
	// series tells several lines apart.
	series []colour
	// levels are five steps from best to worst.
	levels []colour
}

func (t Theme) palette() palette {
	if t == Dark {
		return palette{
			paper: rgb(0x14181c), ink: rgb(0xf1f2f3), muted: rgb(0xa9b0b7), rule: rgb(0x2c333a), axis: rgb(0x78828b),
			main: rgb(0x72b4e3), band: rgb(0x24394a), accent: rgb(0xf39a55), context: rgb(0x7f8993),
			series: []colour{rgb(0x72b4e3), rgb(0xf39a55), rgb(0x5cc3a5), rgb(0xd79be0), rgb(0xd8c25a), rgb(0xc5cbd1)},
			levels: []colour{rgb(0x7dbbe8), rgb(0x34719f), rgb(0x4b535b), rgb(0xa9622a), rgb(0xf6a566)},
		}
	}
	return palette{
		paper: rgb(0xffffff), ink: rgb(0x1b1d1f), muted: rgb(0x5d6266), rule: rgb(0xe1e1dd), axis: rgb(0x8a8d8f),
		main: rgb(0x1f5a8a), band: rgb(0xd3e1ec), accent: rgb(0xb9500b), context: rgb(0x8a8d8f),
		series: []colour{rgb(0x1f5a8a), rgb(0xb9500b), rgb(0x0b7a63), rgb(0x7d3c98), rgb(0x7a6400), rgb(0x43484d)},
		levels: []colour{rgb(0x1f5a8a), rgb(0x86b4d6), rgb(0xd9d9d4), rgb(0xeeb07a), rgb(0xb1490a)},
	}
}

// rgb returns the colour 0xRRGGBB.
func rgb(code uint32) colour {
	return colour{R: uint8(code >> 16), G: uint8(code >> 8), B: uint8(code), A: 0xff}
}
