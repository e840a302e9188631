package frontend

import (
	"cmp"
	"net/url"
	"strconv"

	"earshot/survey"
)

// LookPage is for admins: the colour, the logo and the sender of mails, and what becomes of the colour.
type LookPage struct {
	Shell
	// Form is the one made by LookForm.
	Form Form
	// Logo is where the logo that is there can be loaded; empty if there is none. LogoWidth and LogoHeight are those in which it is shown.
	Logo                  string
	LogoWidth, LogoHeight int
	// Accent is the one that is stored; empty is Earshot's own. Uses is what becomes of it.
	Accent string
	Uses   []survey.ColourUse
	// Modes show a button and words in these colours, light and dark.
	Modes []LookMode
}

// LookMode is how the colours look in light or in dark mode, all as in "#0b5a6e".
type LookMode struct {
	Name              string
	Ground, Card, Ink string
	Text, Fill, On    string
}

// PageTitle names the page.
func (LookPage) PageTitle() string { return "How mails look" }

func (LookPage) template() string { return "look" }

// LookModes shows a palette in light and dark mode.
func LookModes(p survey.Palette) []LookMode {
	return []LookMode{
		{Name: "Light", Ground: "#ffffff", Card: "#ffffff", Ink: "#1c1b18", Text: p.Text, Fill: p.Fill, On: p.On},
		{Name: "Dark", Ground: "#171715", Card: "#21211e", Ink: "#eeebe3", Text: p.DarkText, Fill: p.DarkFill, On: p.DarkOn},
	}
}

// Names of form fields on LookPage. The colour can be typed and be picked: see ReadAccent.
const (
	fieldAccent       = "accent"
	fieldAccentPicked = "accent_picked"
	fieldAccentWas    = "accent_was"
)

// usualAccent is what the picker shows where no colour was chosen.
var usualAccent = survey.PaletteOf("").Fill

// ReadAccent returns the colour that a form of LookPage chose: the one that was typed or, where that is as it was, the one that was picked.
func ReadAccent(form url.Values) string {
	typed, picked, was := form.Get(fieldAccent), form.Get(fieldAccentPicked), form.Get(fieldAccentWas)
	if typed == was && picked != "" && picked != cmp.Or(was, usualAccent) {
		return picked
	}
	return typed
}

// LookForm asks for accent, sender, logo_by and the file logo. look is what is stored, values what was typed; nil shows the look.
func LookForm(action string, look *survey.Look, values url.Values) Form {
	if values == nil {
		values = url.Values{
			fieldAccent: {look.Accent}, fieldAccentPicked: {cmp.Or(look.Accent, usualAccent)}, fieldAccentWas: {look.Accent}, "version": {strconv.FormatInt(look.Version, 10)},
			"sender": {string(look.SenderOrUsual())}, "logo_by": {string(look.LogoByOrUsual())},
		}
	}
	picture := "The picture: PNG, JPEG or a GIF that does not move, of at most 50 kB and 600 × 200 pixels. It is shown at 200 × 60 at most, and its words are your company’s name."
	if look.Logo != "" {
		picture += " Left empty, the one that is there stays."
	}
	return Form{ID: "look", Action: action, Upload: true, Submit: "Save", Look: Primary,
		Hidden: []Hidden{{fieldAccentWas, values.Get(fieldAccentWas)}, {"version", values.Get("version")}},
		Fields: filled(values,
			Field{Kind: TextField, Name: fieldAccent, Label: "Colour", Help: "As # and six digits. Left empty, it is Earshot’s own.", MaxLength: len("#rrggbb"), Placeholder: usualAccent, Narrow: true},
			Field{Kind: ColourField, Name: fieldAccentPicked, Label: "Or pick it", Required: true, Narrow: true},
			Field{Kind: RadioField, Name: "sender", Label: "Whose name mails come under", Help: "A survey can say otherwise. Where no rep looks after a contact it is your company’s. Answers go to the rep in any case.", Options: senderOptions(), Required: true},
			Field{Kind: RadioField, Name: "logo_by", Label: "Logo", Options: []Option{
				{Value: string(survey.LogoNot), Text: "None", Help: "Mails look as if somebody had written them, which gets more answers."},
				{Value: string(survey.LogoInline), Text: "In each mail", Help: "It is seen at once in most programs. Each mail carries it."},
				{Value: string(survey.LogoLink), Text: "By a link", Help: "Mail programs load it from here; many do only when asked. Until then the name stands there."}}, Required: true},
			Field{Kind: FileField, Name: "logo", Label: "Logo’s file", Help: picture, Accept: "image/png,image/jpeg,image/gif"})}
}

// senderOptions are the names that mails can come under.
func senderOptions() []Option {
	return []Option{
		{Value: string(survey.SenderRep), Text: "The rep’s", Help: "Ana Roth"}, {Value: string(survey.SenderCompany), Text: "The company’s", Help: "Example Ltd"},
		{Value: string(survey.SenderBoth), Text: "Both", Help: "Ana Roth, Example Ltd"},
	}
}
