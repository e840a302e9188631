package frontend

import (
	"bytes"
	"html/template"
	"strings"
	"sync"

	"earshot/survey"
)

// dressedFrontend is a Frontend whose pages for contacts have the colours of an accent.
type dressedFrontend struct {
	accent string
	pages  *Frontend
}

// Dressed returns the Frontend whose pages for contacts have the colours that an accent becomes; an empty one has Earshot's own. The latest is
// kept: an installation has one accent.
func (f *Frontend) Dressed(accent string) (*Frontend, error) {
	colours := survey.PaletteOf(accent)
	if accent == "" || colours == survey.PaletteOf("") {
		return f, nil
	}
	if known := f.dressed.Load(); known != nil && known.accent == accent {
		return known.pages, nil
	}
	d := &Frontend{
		config: f.config, templates: f.templates, mails: f.mails, chrome: f.chrome, assets: f.assets, styleURL: f.styleURL,
		contact: f.contact.in(colours), buffers: sync.Pool{New: func() any { return new(bytes.Buffer) }},
	}
	if err := d.loadThanks(); err != nil {
		return nil, err
	}
	f.dressed.Store(&dressedFrontend{accent, d})
	return d, nil
}

// The colours of the pages for contacts in contact.css, as it is once squeezed: in light and in dark mode.
const (
	lightColours = "--accent:#0b5a6e;--fill:#0b5a6e;--on:#ffffff;"
	darkColours  = "--accent:#7cc8da;--fill:#7cc8da;--on:#10242a;"
)

// in is the style in other colours.
func (s contactStyle) in(p survey.Palette) contactStyle {
	colours := func(text, fill, on string) string {
		return "--accent:" + text + ";--fill:" + fill + ";--on:" + on + ";"
	}
	css := strings.NewReplacer(lightColours, colours(p.Text, p.Fill, p.On), darkColours, colours(p.DarkText, p.DarkFill, p.DarkOn)).Replace(string(s.css))
	return contactStyle{css: template.CSS(css), hash: hashOf([]byte(css))}
}
