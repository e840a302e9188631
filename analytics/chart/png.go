package chart

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"math"

	gochart "github.com/wcharczuk/go-chart/v2"
)

// MaximumRatio is the largest number of device pixels for a CSS pixel in a PNG.
const MaximumRatio = 3

// PNG returns the picture as a PNG with ratio device pixels for each CSS pixel, kept within 1 and MaximumRatio: 2 is sharp
// on today's screens and in mail.
func (p Picture) PNG(ratio int) ([]byte, error) {
	scale := float64(min(max(ratio, 1), MaximumRatio))
	r, err := gochart.PNG(int(float64(p.Width)*scale), int(float64(p.Height)*scale))
	if err != nil {
		return nil, fmt.Errorf("png renderer: %w", err)
	}
	r.SetDPI(rasterResolution)
	// go-chart hands over its own image, not a copy: paper comes first, the marks are drawn on it.
	var collected bareImage
	if err := r.Save(&collected); err != nil {
		return nil, fmt.Errorf("png: %w", err)
	}
	cover(collected.image, p.colours.paper)
	d := raster{Renderer: r, scale: scale, face: newTypeface()}
	for _, m := range p.marks {
		d.draw(m)
	}
	return encode(p.colours.indexed(collected.image))
}

// rasterResolution is the resolution at which go-chart's PNG renderer draws a point as a pixel. It takes points times
// resolution for sixty-fourths of a pixel, hence 64 and not 72.
const rasterResolution = 64

// bareImage takes the bare image from go-chart's renderer, so that it can be encoded smaller than go-chart does.
type bareImage struct {
	bytes.Buffer
	image *image.RGBA
}

// SetRGBA is called by go-chart's renderer instead of Write.
func (c *bareImage) SetRGBA(i *image.RGBA) { c.image = i }

// cover fills an image with paper.
func cover(i *image.RGBA, paper colour) {
	draw.Draw(i, i.Bounds(), image.NewUniform(color.RGBA{paper.R, paper.G, paper.B, 0xff}), image.Point{}, draw.Src)
}

// encode writes an image as a PNG.
func encode(i image.Image) ([]byte, error) {
	var out bytes.Buffer
	encoder := png.Encoder{CompressionLevel: png.BestSpeed}
	if err := encoder.Encode(&out, i); err != nil {
		return nil, fmt.Errorf("png: %w", err)
	}
	return out.Bytes(), nil
}

// raster draws marks with go-chart's PNG renderer.
type raster struct {
	gochart.Renderer
	scale float64
	face  typeface
}

func (d raster) draw(m mark) {
	switch {
	case m.text != "":
		d.label(m)
	case m.radius > 0:
		d.dot(m)
	default:
		d.path(m)
	}
}

func (d raster) place(p at) (x, y int) {
	return int(math.Round(p.x * d.scale)), int(math.Round(p.y * d.scale))
}

// path fills or strokes an outline.
func (d raster) path(m mark) {
	d.ResetStyle()
	for i, p := range m.path {
		x, y := d.place(p)
		if i == 0 {
			d.MoveTo(x, y)
		} else {
			d.LineTo(x, y)
		}
	}
	if m.width == 0 {
		d.Close()
		d.SetFillColor(m.fill)
		d.Fill()
		return
	}
	d.SetStrokeColor(m.stroke)
	d.SetStrokeWidth(m.width * d.scale)
	d.SetStrokeDashArray(scaled(m.dash, d.scale))
	d.Stroke()
}

// dot fills a circle. The renderer's own Circle is made of parabolas and bulges, so this one is an arc.
func (d raster) dot(m mark) {
	d.ResetStyle()
	x, y := d.place(m.path[0])
	radius := m.radius * d.scale
	d.MoveTo(x+int(radius), y)
	d.ArcTo(x, y, radius, radius, 0, 2*math.Pi)
	d.Close()
	d.SetFillColor(m.fill)
	d.Fill()
}

// label writes a text, or what stands in for it. It is placed by its true width, for here the font is known.
func (d raster) label(m mark) {
	text := m.text
	if !d.face.writes(text) {
		text = m.plain
	}
	p := m.path[0]
	width := d.face.width(text, m.size) / allowance
	switch m.anchor {
	case middle:
		p.x -= width / 2
	case right:
		p.x -= width
	}
	d.ResetStyle()
	d.SetFont(d.face.font)
	d.SetFontColor(m.fill)
	d.SetFontSize(m.size * d.scale)
	for _, piece := range pieces(text) {
		x, y := d.place(p)
		d.Text(piece, x, y)
		p.x += d.face.width(piece, m.size) / allowance
	}
}

// pieceLength is about how many letters are drawn at once.
const pieceLength = 16

// pieces cuts a long text behind spaces: the rasterizer's time grows with the square of the outlines on a row.
func pieces(text string) []string {
	var all []string
	begin := 0
	for i, r := range text {
		if r == ' ' && i-begin >= pieceLength {
			all, begin = append(all, text[begin:i+1]), i+1
		}
	}
	return append(all, text[begin:])
}

// scaled multiplies lengths.
func scaled(lengths []float64, scale float64) []float64 {
	if len(lengths) == 0 {
		return nil
	}
	out := make([]float64, len(lengths))
	for i, l := range lengths {
		out[i] = l * scale
	}
	return out
}
