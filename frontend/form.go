package frontend

import (
	"net/url"
	"slices"
	"strings"

	"earshot/survey"
)

// FieldKind is how a field is filled in.
type FieldKind string

// The kinds of field; the input types are HTML's.
const (
	TextField     FieldKind = "text"
	EmailField    FieldKind = "email"
	PasswordField FieldKind = "password"
	NumberField   FieldKind = "number"
	DateField     FieldKind = "date"
	SearchField   FieldKind = "search"
	FileField     FieldKind = "file"
	ColourField   FieldKind = "color"
	AreaField     FieldKind = "textarea"
	SelectField   FieldKind = "select"
	RadioField    FieldKind = "radio"
	CheckField    FieldKind = "checkbox"   // one box; its value is "on"
	ChecksField   FieldKind = "checkboxes" // one box for each option
)

// Form is a form with everything that it shows: where it goes, what stands in it, and what is wrong with it.
type Form struct {
	// ID is unique on the page and stands before the ids of the fields.
	ID string
	// Action takes the form.
	Action string
	// Get sends it by GET, for filters and searches; else it is POSTed.
	Get bool
	// Upload lets it carry files.
	Upload bool
	Fields []Field
	Hidden []Hidden
	// Submit is the button's label.
	Submit string
	Look   Look
	// Cancel leads away without sending; may be empty.
	Cancel Link
	// Problem is what is wrong with the form as a whole; empty if nothing.
	Problem string
	// Notes are the problems that belong to no field on the form.
	Notes []string
}

// Field is one field of a form.
type Field struct {
	Kind  FieldKind
	Name  string
	Label string
	// Help is a line below the label; may be empty.
	Help string
	// Values are what stands in it: one, or several for ChecksField.
	Values  []string
	Options []Option
	// Required says that it must be filled in; the others are marked as optional.
	Required bool
	// Error says what is wrong with it; empty if nothing.
	Error string
	// Min, Max and Step bound numbers and dates; MaxLength the characters. Empty and 0 leave them open.
	Min, Max, Step string
	MaxLength      int
	Rows           int
	// Autocomplete is HTML's word for what is asked, e.g. "current-password".
	Autocomplete string
	Placeholder  string
	// Accept names the files that are wanted, for FileField.
	Accept string
	// Narrow keeps a short field short and lets neighbours stand beside it.
	Narrow bool
	// Suggest are values to choose from that do not bind.
	Suggest []string
}

// Option is one choice of a field.
type Option struct {
	Value string
	Text  string
	// Help is a line below the text, for RadioField; may be empty.
	Help string
}

// Value is the field's first value.
func (f Field) Value() string {
	if len(f.Values) == 0 {
		return ""
	}
	return f.Values[0]
}

// Has says whether the value stands in the field.
func (f Field) Has(value string) bool { return slices.Contains(f.Values, value) }

// Failed says whether anything is wrong with the form.
func (f Form) Failed() bool {
	return f.Problem != "" || slices.ContainsFunc(f.Fields, func(f Field) bool { return f.Error != "" })
}

// Reject returns the form with what is wrong with it: each problem beside its field, the others above the form. A nil
// error changes nothing.
func (f Form) Reject(err error) Form {
	own := survey.AsError(err)
	if own == nil {
		return f
	}
	f.Fields = slices.Clone(f.Fields)
	f.Problem = capital(own.Message)
	for _, problem := range own.Fields {
		at := slices.IndexFunc(f.Fields, func(field Field) bool { return field.Name == problem.Field })
		if at < 0 {
			f.Notes = append(slices.Clone(f.Notes), problem.Field+" "+problem.Message)
			continue
		}
		f.Fields[at].Error = capital(problem.Message)
	}
	return f
}

// filled returns the fields with what was typed, or what stands, in values. Passwords and files are never sent back.
func filled(values url.Values, fields ...Field) []Field {
	for i := range fields {
		f := &fields[i]
		if typed, ok := values[f.Name]; ok && f.Kind != PasswordField && f.Kind != FileField {
			f.Values = typed
		}
	}
	return fields
}

// limited returns the fields with the limits that the domain holds them against: those of T's fields of the same names.
func limited[T any](fields ...Field) []Field {
	limits := survey.LimitsOf[T]()
	for i := range fields {
		fields[i] = fields[i].within(limits[fields[i].Name])
	}
	return fields
}

// within returns the field with these limits.
func (f Field) within(l survey.Limits) Field {
	switch f.Kind {
	case TextField, EmailField, AreaField:
		f.MaxLength = l.MaxLength
	case NumberField:
		f.Min, f.Max = l.Least, l.Most
	}
	return f
}

// capital returns the sentence with a capital letter and a full stop.
func capital(sentence string) string {
	if sentence == "" {
		return ""
	}
	runes := []rune(sentence)
	first := strings.ToUpper(string(runes[0]))
	if last := sentence[len(sentence)-1]; last == '.' || last == '!' || last == '?' {
		return first + string(runes[1:])
	}
	return first + string(runes[1:]) + "."
}
