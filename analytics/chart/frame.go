package chart

import "math"

// Type sizes in pixels. Below smallSize nothing is written: it could not be read on a phone or in print.
const (
	titleSize    = 17.0
	subtitleSize = 13.0
	labelSize    = 12.0
	smallSize    = 11.0
)

// narrow is the width, in pixels, below which a picture is laid out for a phone.
const narrow = 480

// frame is what all pictures share: words above, notes below, and the room between them for the picture itself.
type frame struct {
	*canvas
	// inner is the room between the words and the notes.
	inner area
}

// words are what stands around a picture.
type words struct {
	title, subtitle string
	// plainTitle is what the PNG writes when its font lacks the title's script.
	plainTitle string
	// notes stand at the foot, each on a line of its own.
	notes []string
}

// newFrame sets the title and subtitle at the head and the notes at the foot of a canvas. The room between is as high as
// suits, unless the options say how high the whole is to be, and never lower than least.
func newFrame(o Options, w words, suits, least float64) frame {
	s := newCanvas(o)
	if o.Title != "" {
		w.title, w.plainTitle = clean(o.Title), ""
	}
	pad := s.padding()
	top := s.head(w, pad)
	var notes []string
	for _, n := range w.notes {
		notes = append(notes, s.face.wrap(n, smallSize, s.width-2*pad, 3)...)
	}
	foot := float64(len(notes)) * lineHeight(smallSize)
	if foot > 0 {
		foot += 6
	}
	height := suits
	if o.Height > 0 {
		height = float64(min(o.Height, MaximumWidth)) - top - foot - pad
	}
	bottom := top + math.Round(max(height, least))
	s.height = bottom + foot + pad
	for i, n := range notes {
		s.text(at{pad, bottom + 6 + float64(i+1)*lineHeight(smallSize) - 4}, n, smallSize, s.colours.muted, left)
	}
	return frame{canvas: s, inner: area{pad, top, s.width - pad, bottom}}
}

// plotHeight is what suits a picture with a time axis: wide ones get a little more.
func plotHeight(o Options) float64 {
	if o.Width >= 1000 {
		return 340
	}
	return 290
}

// padding is the room between the picture and its edge.
func (s *canvas) padding() float64 {
	if s.width < narrow {
		return 12
	}
	return 16
}

// head writes title and subtitle and returns where the room below them begins.
func (s *canvas) head(w words, pad float64) float64 {
	size, y, width := titleSize, pad, s.width-2*pad
	if s.width < narrow {
		size = 16
	}
	for i, l := range s.face.balanced(w.title, size*boldAllowance, width, 3) {
		y += lineHeight(size)
		m := mark{path: []at{{pad, y - 5}}, text: l, size: size, fill: s.colours.ink, bold: true}
		if i == 0 && w.plainTitle != "" {
			m.plain = w.plainTitle
		}
		s.write(m)
	}
	y += 2
	for _, l := range s.face.wrap(w.subtitle, subtitleSize, width, 4) {
		y += lineHeight(subtitleSize)
		s.text(at{pad, y - 4}, l, subtitleSize, s.colours.muted, left)
	}
	return y + 12
}

// boldAllowance is how much wider a text runs in the heavier weight of the usual fonts.
const boldAllowance = 1.06

// lineHeight is the distance between baselines.
func lineHeight(size float64) float64 { return math.Round(size * 1.35) }
