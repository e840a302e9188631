package chart

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"math"
	"strconv"
	"strings"

	gochart "github.com/wcharczuk/go-chart/v2"
)

// units is the number of SVG units to a pixel: go-chart writes whole numbers only, and whole pixels would make lines jagged.
const units = 10

// systemFonts is what an SVG is written in: the reader's own interface font. A picture in an <img> cannot load any other.
const systemFonts = "-apple-system,BlinkMacSystemFont,Segoe UI,Roboto,Helvetica Neue,Arial,sans-serif"

// Marks that label puts in front of a text, where go-chart has no way to say it, and that tidy turns into attributes.
// Cleaned texts hold no control characters, so they cannot be mistaken.
const (
	markBold   = 0x01
	markMiddle = 0x02
	markRight  = 0x03
)

// SVG returns the picture as an SVG document. It uses neither style attributes nor style sheets, so that it looks the same
// as an image, inside a page with a strict content security policy, and in print.
func (p Picture) SVG() ([]byte, error) {
	r, err := gochart.SVG(p.Width*units, p.Height*units)
	if err != nil {
		return nil, fmt.Errorf("svg renderer: %w", err)
	}
	r.SetDPI(pointsPerInch)
	d := vector{r}
	for _, m := range p.marks {
		d.draw(m)
	}
	var raw bytes.Buffer
	if err := r.Save(&raw); err != nil {
		return nil, fmt.Errorf("svg: %w", err)
	}
	return p.tidy(raw.Bytes()), nil
}

// pointsPerInch is the resolution at which go-chart's SVG renderer writes a point as a pixel: type sizes are pixels here.
const pointsPerInch = 72

// vector draws marks with go-chart's SVG renderer.
type vector struct{ gochart.Renderer }

func (d vector) draw(m mark) {
	d.ResetStyle()
	switch {
	case m.text != "":
		d.label(m)
	case m.radius > 0:
		d.SetFillColor(m.fill)
		x, y := d.place(m.path[0])
		d.Circle(m.radius*units, x, y)
	default:
		d.path(m)
	}
}

func (d vector) place(p at) (x, y int) {
	return int(math.Round(p.x * units)), int(math.Round(p.y * units))
}

func (d vector) path(m mark) {
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
	d.SetStrokeWidth(m.width * units)
	d.SetStrokeDashArray(scaled(m.dash, units))
	d.Stroke()
}

// label writes a text, escaped: go-chart passes it through as it is.
func (d vector) label(m mark) {
	var body bytes.Buffer
	if m.bold {
		body.WriteByte(markBold)
	}
	switch m.anchor {
	case middle:
		body.WriteByte(markMiddle)
	case right:
		body.WriteByte(markRight)
	}
	body.WriteString(escape(m.text))
	d.SetFontColor(m.fill)
	d.SetFontSize(m.size * units)
	x, y := d.place(m.path[0])
	d.Text(body.String(), x, y)
}

// escape makes a cleaned text safe inside an element or an attribute.
func escape(text string) string {
	var out strings.Builder
	// A strings.Builder never fails.
	_ = xml.EscapeText(&out, []byte(text))
	return out.String()
}

// tidy gives go-chart's document its size, its words and its paper, and turns its style attributes into plain ones.
func (p Picture) tidy(raw []byte) []byte {
	var out bytes.Buffer
	out.Grow(len(raw))
	fmt.Fprintf(&out, `<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" viewBox="0 0 %d %d" role="img" stroke-linejoin="round" font-family="%s">`,
		p.Width, p.Height, p.Width*units, p.Height*units, systemFonts)
	fmt.Fprintf(&out, "<title>%s</title><desc>%s</desc>", escape(p.Title), escape(p.Alt))
	fmt.Fprintf(&out, `<rect width="%d" height="%d" fill="%s"/>`, p.Width*units, p.Height*units, css(p.colours.paper))
	body := raw[bytes.IndexByte(raw, '>')+1:]
	for {
		begin := bytes.Index(body, []byte(` style="`))
		if begin < 0 {
			out.Write(body)
			return out.Bytes()
		}
		compact(&out, body[:begin])
		body = body[begin+len(` style="`):]
		end := bytes.IndexByte(body, '"')
		attributes(&out, body[:end])
		body = body[end+1:]
		body = anchors(&out, body)
	}
}

// compact copies markup up to a style attribute with the line breaks and spaces that go-chart puts into paths left out.
func compact(out *bytes.Buffer, markup []byte) {
	begin := bytes.LastIndexByte(markup, '<')
	out.Write(markup[:begin])
	element := bytes.TrimRight(markup[begin:], " ")
	for i, c := range element {
		switch {
		case c == '\n':
		case c == ' ' && i > 0 && (element[i-1] == 'M' || element[i-1] == 'L' || element[i-1] == ' ' || element[i-1] == ','):
		default:
			out.WriteByte(c)
		}
	}
}

// attributes writes go-chart's style declarations as attributes and leaves out those that say nothing.
func attributes(out *bytes.Buffer, style []byte) {
	for declaration := range bytes.SplitSeq(style, []byte{';'}) {
		name, value, _ := bytes.Cut(declaration, []byte{':'})
		switch text := string(value); {
		case text == "0" || text == "none" && string(name) == "stroke":
		case bytes.HasPrefix(value, []byte("rgba(")):
			fmt.Fprintf(out, ` %s="%s"`, name, rgba(text))
		default:
			fmt.Fprintf(out, ` %s="%s"`, name, strings.TrimSuffix(strings.TrimSuffix(text, "px"), ".0"))
		}
	}
}

// anchors turns the marks at the beginning of a text into attributes and returns the rest.
func anchors(out *bytes.Buffer, body []byte) []byte {
	if len(body) == 0 || body[0] != '>' {
		return body
	}
	rest := body[1:]
	for len(rest) > 0 {
		switch rest[0] {
		case markBold:
			out.WriteString(` font-weight="600"`)
		case markMiddle:
			out.WriteString(` text-anchor="middle"`)
		case markRight:
			out.WriteString(` text-anchor="end"`)
		default:
			out.WriteByte('>')
			return rest
		}
		rest = rest[1:]
	}
	return rest
}

// rgba turns go-chart's "rgba(31,90,138,1.0)" into "#1f5a8a". Colours here are opaque.
func rgba(text string) string {
	parts := strings.Split(strings.TrimPrefix(text, "rgba("), ",")
	var c [3]uint8
	for i := range c {
		v, err := strconv.ParseUint(parts[i], 10, 8)
		if err != nil {
			return "none"
		}
		c[i] = uint8(v)
	}
	return fmt.Sprintf("#%02x%02x%02x", c[0], c[1], c[2])
}

// css writes a colour for an SVG attribute.
func css(c colour) string { return fmt.Sprintf("#%02x%02x%02x", c.R, c.G, c.B) }
