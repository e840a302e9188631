package survey

import (
	"cmp"
	"time"

	"earshot/survey/contrast"
	"earshot/survey/store"
)

// Look is how mails and the page to answer on look: there is one for the installation. What is not set is as Earshot brings it.
type Look struct {
	store.Meta `json:",inline"`
	// Accent is the company's colour as in "#0b5a6e"; empty is Earshot's own. Palette tells what becomes of it.
	Accent string `json:"accent,omitempty" validate:"omitempty,colour"`
	// Sender is whose name mails come under; empty is SenderRep.
	Sender SenderName `json:"sender,omitempty" validate:"omitempty,oneof=rep company both"`
	// LogoBy is how the logo gets into mails; empty is LogoNot.
	LogoBy LogoBy `json:"logo_by,omitempty" validate:"omitempty,oneof=none inline link"`
	// Logo is the name of the logo's picture; empty if there is none. LogoWidth and LogoHeight are those of the picture, in pixels.
	Logo       string    `json:"logo,omitempty"`
	LogoWidth  int       `json:"logo_width,omitempty"`
	LogoHeight int       `json:"logo_height,omitempty"`
	UpdatedAt  time.Time `json:"updated_at,omitzero"`
	// UpdatedBy is the rep who changed it; empty by API.
	UpdatedBy RepID `json:"updated_by,omitempty"`
}

// lookID is the id of the one look.
const lookID = "look"

var lookSpec = &store.Spec{
	Name: "looks",
	New:  func() store.Doc { return new(Look) },
}

// SenderName is whose name a mail comes under.
type SenderName string

// The names that mails come under.
const (
	SenderRep     SenderName = "rep"     // who looks after the contact, "Ana Roth"; the company where nobody does
	SenderCompany SenderName = "company" // "Example Ltd"
	SenderBoth    SenderName = "both"    // "Ana Roth, Example Ltd"
)

// LogoBy is how the logo gets into mails.
type LogoBy string

// The ways of the logo.
const (
	LogoNot    LogoBy = "none"
	LogoInline LogoBy = "inline" // it travels in each mail
	LogoLink   LogoBy = "link"   // mail programs load it from here
)

// Palette are the colours that the accent becomes, each as in "#0b5a6e": where it cannot be told from its ground it is darkened or lightened, by no
// more than it must.
type Palette struct {
	// Text is for words and for lines around things to press; Fill is the ground of buttons, and On the words upon it.
	Text, Fill, On string
	// DarkText, DarkFill and DarkOn are the same in dark mode, where DarkFill is also for lines around things to press.
	DarkText, DarkFill, DarkOn string
}

// usualPalette is Earshot's own, chosen by hand.
var usualPalette = Palette{Text: "#0b5a6e", Fill: "#0b5a6e", On: "#ffffff", DarkText: "#9fdbe9", DarkFill: "#7cc8da", DarkOn: "#10242a"}

// The grounds that mails and the page to answer on have, of cards and of the rest: the style sheets say the same.
var (
	lightGrounds = []contrast.Colour{contrast.White, {R: 0xfb, G: 0xfa, B: 0xf7}}
	darkGrounds  = []contrast.Colour{{R: 0x21, G: 0x21, B: 0x1e}, {R: 0x17, G: 0x17, B: 0x15}}
)

// PaletteOf returns the colours that an accent becomes; of none, or of what is no colour, Earshot's own.
func PaletteOf(accent string) Palette {
	c, ok := contrast.Parse(accent)
	if !ok {
		return usualPalette
	}
	fill, darkFill := c.Shifted(contrast.Control, lightGrounds...), c.Shifted(contrast.Control, darkGrounds...)
	return Palette{
		Text: c.Shifted(contrast.Text, lightGrounds...).String(), Fill: fill.String(), On: fill.Ink().String(),
		DarkText: c.Shifted(contrast.Text, darkGrounds...).String(), DarkFill: darkFill.String(), DarkOn: darkFill.Ink().String(),
	}
}

// OrUsual is the palette, or Earshot's own where it is empty.
func (p Palette) OrUsual() Palette { return cmp.Or(p, usualPalette) }

// Palette is what the look's accent becomes.
func (l *Look) Palette() Palette { return PaletteOf(l.Accent) }

// SenderOrUsual is whose name mails come under.
func (l *Look) SenderOrUsual() SenderName { return cmp.Or(l.Sender, SenderRep) }

// LogoByOrUsual is how the logo gets into mails.
func (l *Look) LogoByOrUsual() LogoBy { return cmp.Or(l.LogoBy, LogoNot) }

// HasLogo says whether mails show a logo.
func (l *Look) HasLogo() bool {
	return l.Logo != "" && (l.LogoBy == LogoInline || l.LogoBy == LogoLink)
}

// The size in which a logo is shown at most, in pixels. Its picture may have three times as many, for fine screens.
const (
	logoShownWidth  = 200
	logoShownHeight = 60
)

// ShownLogo is the size in which the logo is shown: never larger than its picture.
func (l *Look) ShownLogo() (width, height int) {
	if l.LogoWidth <= 0 || l.LogoHeight <= 0 {
		return 0, 0
	}
	scale := min(1, float64(logoShownWidth)/float64(l.LogoWidth), float64(logoShownHeight)/float64(l.LogoHeight))
	return max(1, int(float64(l.LogoWidth)*scale+.5)), max(1, int(float64(l.LogoHeight)*scale+.5))
}

// nameOf is the name under which a mail comes and the one that it is signed with; rep is empty where nobody looks after the contact.
func (n SenderName) nameOf(rep, company string) (from, signed string) {
	switch {
	case rep == "" || n == SenderCompany:
		return company, company
	case n == SenderBoth:
		return rep + ", " + company, rep
	}
	return rep, rep
}
