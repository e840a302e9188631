package chart

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
)

// Options say how a picture is to look. The zero Options make a light picture 720 pixels wide.
type Options struct {
	// Width and Height are CSS pixels. Width is kept within MinimumWidth and MaximumWidth; a Height of 0 suits the picture, others
	// are kept within what it needs and MaximumWidth. Small pictures drop what does not fit rather than shrink the type.
	Width, Height int
	Theme         Theme
	// Title replaces the picture's own title.
	Title string
}

// The widths that a picture can have, in CSS pixels.
const (
	MinimumWidth = 280
	DefaultWidth = 720
	MaximumWidth = 2000
)

// Picture is a finished drawing. It is immutable and may be rendered any number of times, at once too.
type Picture struct {
	// Width and Height are its size in CSS pixels.
	Width, Height int
	// Title says what is measured.
	Title string
	// Alt is the picture in words, with its figures, for those who cannot see it.
	Alt string
	// Substitutes are the names that the PNG cannot write, because the font in it lacks their script, and what it writes
	// instead. Mails print them below the image. The SVG always has the names themselves.
	Substitutes []Substitute

	colours palette
	marks   []mark
}

// Substitute is a name that stands in for another in the PNG.
type Substitute struct {
	Short string `json:"short"`
	Name  string `json:"name"`
}

// Key is the same for pictures that look the same, in every process: cache by it. It holds 32 hexadecimal digits.
func (p Picture) Key() string {
	hash := sha256.New()
	fmt.Fprintln(hash, p.Width, p.Height, p.Title, p.Alt, p.colours.paper)
	for _, m := range p.marks {
		fmt.Fprintf(hash, "%+v\n", m)
	}
	return hex.EncodeToString(hash.Sum(nil)[:16])
}
