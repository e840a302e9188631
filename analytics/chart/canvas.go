package chart

import (
	"math"
	"strconv"

	"github.com/golang/freetype/truetype"
	"github.com/wcharczuk/go-chart/v2/roboto"
)

// at is a place on a canvas, in CSS pixels from the upper left corner.
type at struct{ x, y float64 }

// anchor says which end of a text stands at its place.
type anchor int

const (
	left anchor = iota
	middle
	right
)

// mark is one thing drawn: an area, a line, a dot or a text.
type mark struct {
	// path is the outline of an area (fill set) or a line (stroke set); for a dot or a text it holds its place.
	path   []at
	fill   colour
	stroke colour
	// width and dash are the line's, in pixels.
	width float64
	dash  []float64
	// radius makes the mark a dot.
	radius float64
	// text makes the mark a text; plain is what is written where the font lacks the text's script.
	text, plain string
	size        float64
	bold        bool
	anchor      anchor
}

// area is a rectangle.
type area struct{ left, top, right, bottom float64 }

func (a area) width() float64 { return a.right - a.left }

func (a area) height() float64 { return a.bottom - a.top }

// canvas collects the marks of a picture.
type canvas struct {
	width, height float64
	colours       palette
	face          typeface
	marks         []mark
	substitutes   []Substitute
}

// newCanvas returns an empty canvas as wide as the options ask; the height is set when the picture knows what it needs.
func newCanvas(o Options) *canvas {
	width := o.Width
	if width == 0 {
		width = DefaultWidth
	}
	return &canvas{
		width:   float64(min(max(width, MinimumWidth), MaximumWidth)),
		colours: o.Theme.palette(),
		face:    newTypeface(),
	}
}

// newTypeface parses go-chart's own font. go-chart would do it too, but races when two pictures are drawn at once.
func newTypeface() typeface {
	font, err := truetype.Parse(roboto.Roboto)
	if err != nil {
		return typeface{}
	}
	return typeface{font: font}
}

// rule draws a straight upright or level line as an area on whole pixels, so that it stays sharp in the PNG too.
func (s *canvas) rule(a area, c colour) {
	a.left, a.top = math.Round(a.left), math.Round(a.top)
	a.right, a.bottom = max(math.Round(a.right), a.left+1), max(math.Round(a.bottom), a.top+1)
	s.box(a, c)
}

// box fills a rectangle.
func (s *canvas) box(a area, c colour) {
	s.fill([]at{{a.left, a.top}, {a.right, a.top}, {a.right, a.bottom}, {a.left, a.bottom}}, c)
}

// fill fills an outline.
func (s *canvas) fill(path []at, c colour) {
	s.marks = append(s.marks, mark{path: path, fill: c})
}

// line draws a line through places.
func (s *canvas) line(path []at, c colour, width float64, dash ...float64) {
	s.marks = append(s.marks, mark{path: path, stroke: c, width: width, dash: dash})
}

// dot fills a circle.
func (s *canvas) dot(p at, radius float64, c colour) {
	s.marks = append(s.marks, mark{path: []at{p}, fill: c, radius: radius})
}

// ring draws a circle filled with paper.
func (s *canvas) ring(p at, radius float64, c colour) {
	s.dot(p, radius, c)
	s.dot(p, radius-1.3, s.colours.paper)
}

// text writes a text with its baseline at p.
func (s *canvas) text(p at, text string, size float64, c colour, a anchor) {
	s.write(mark{path: []at{p}, text: text, size: size, fill: c, anchor: a})
}

// strong is text in a heavier weight.
func (s *canvas) strong(p at, text string, size float64, c colour, a anchor) area {
	return s.write(mark{path: []at{p}, text: text, size: size, fill: c, anchor: a, bold: true})
}

// write adds a text mark. Nothing is added for an empty text.
func (s *canvas) write(m mark) area {
	m.text = clean(m.text)
	if m.text == "" {
		return area{m.path[0].x, m.path[0].y, m.path[0].x, m.path[0].y}
	}
	if m.plain == "" {
		m.plain = m.text
	}
	s.marks = append(s.marks, m)
	return m.box(s.face)
}

// box returns the rectangle that a text takes: its width on the widest of the usual fonts, from ascender to descender.
func (m mark) box(f typeface) area {
	width := f.width(m.text, m.size)
	x := m.path[0].x
	switch m.anchor {
	case middle:
		x -= width / 2
	case right:
		x -= width
	}
	return area{x, m.path[0].y - ascender*m.size, x + width, m.path[0].y + descender*m.size}
}

// name returns the words for something that users have named, and what the PNG writes instead when its font lacks them:
// the kind and a number, such as "Segment 2".
func (s *canvas) name(name, kind string) (text, plain string) {
	name = clean(name)
	if s.face.writes(name) {
		return name, name
	}
	for _, known := range s.substitutes {
		if known.Name == name {
			return name, known.Short
		}
	}
	short := kind + " " + strconv.Itoa(len(s.substitutes)+1)
	s.substitutes = append(s.substitutes, Substitute{Short: short, Name: name})
	return name, short
}

// picture finishes the canvas.
func (s *canvas) picture(title, alt string) Picture {
	return Picture{
		Width: int(s.width), Height: int(math.Ceil(s.height)), Title: clean(title), Alt: clean(alt),
		Substitutes: s.substitutes, colours: s.colours, marks: s.marks,
	}
}
