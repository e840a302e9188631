package chart

import (
	"encoding/binary"
	"image"
	"image/color"
)

// maximumColours is the size of a PNG's palette.
const maximumColours = 256

// indexed turns a drawing into an image of at most 256 colours: a quarter of the bytes to compress, and a quarter of the
// mail. The theme's own colours stay exactly as they are; the shades at the edges of letters and lines, which are mixed
// from them, are taken together where the upper five bits of red, green and blue agree.
func (c palette) indexed(drawing *image.RGBA) *image.Paletted {
	x := indexer{shades: map[uint32]uint8{}, exact: map[uint32]uint8{}}
	for _, known := range c.all() {
		x.learn(known)
	}
	out := image.NewPaletted(drawing.Bounds(), nil)
	last, index := uint32(0), uint8(0)
	for i := range out.Pix {
		pixel := binary.LittleEndian.Uint32(drawing.Pix[4*i:])
		if pixel != last {
			last, index = pixel, x.index(pixel)
		}
		out.Pix[i] = index
	}
	out.Palette = x.palette
	return out
}

// all returns the theme's colours, paper first.
func (c palette) all() []colour {
	all := []colour{c.paper, c.ink, c.muted, c.rule, c.axis, c.main, c.band, c.accent, c.context}
	return append(append(all, c.series...), c.levels...)
}

// indexer collects the colours of a drawing.
type indexer struct {
	palette color.Palette
	// exact knows the theme's colours, shades all others by the upper five bits of each part.
	exact, shades map[uint32]uint8
}

// learn adds a colour that must stay as it is.
func (x *indexer) learn(c colour) {
	pixel := uint32(c.R) | uint32(c.G)<<8 | uint32(c.B)<<16 | 0xff<<24
	if _, known := x.exact[pixel]; !known {
		x.exact[pixel] = uint8(len(x.palette))
		x.palette = append(x.palette, unpack(pixel))
	}
}

// index returns the place of a colour in the palette. When that is full, the nearest one must do.
func (x *indexer) index(pixel uint32) uint8 {
	if i, known := x.exact[pixel]; known {
		return i
	}
	shade := pixel & 0xf8f8f8
	i, known := x.shades[shade]
	if !known {
		i = uint8(x.palette.Index(unpack(pixel)))
		if len(x.palette) < maximumColours {
			i = uint8(len(x.palette))
			x.palette = append(x.palette, unpack(pixel))
		}
		x.shades[shade] = i
	}
	return i
}

// unpack returns the colour of four bytes of an image.
func unpack(pixel uint32) color.RGBA {
	return color.RGBA{R: uint8(pixel), G: uint8(pixel >> 8), B: uint8(pixel >> 16), A: 0xff}
}
