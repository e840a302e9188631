package frontend

import (
	"net/url"
	"strings"
	"time"

	"earshot/survey/audit"
)

// AuditPage tells admins who administered what, the latest first.
type AuditPage struct {
	Shell
	// Filter is the one made by AuditFilter; Filtered says that it narrows the list. Table leads to the same as CSV.
	Filter   Form
	Filtered bool
	Table    string
	Rows     []AuditRow
	// Head is the last entry as it is noted elsewhere, number:hash; empty where there is none.
	Head  string
	Pager Pager
}

// AuditRow is one act with what came of it.
type AuditRow struct {
	Number int64
	At     time.Time
	Act    string
	Actor  audit.Actor
	From   string
	// Document is the id of what it is about; About leads to all acts about that.
	Document, About string
	// Outcome and Detail are what came of it; Begun where that is not known.
	Outcome   audit.Outcome
	Detail    string
	Sent      []audit.Field
	Changed   []audit.Change
	RequestID string
}

// What is the name of the act in words.
func (r AuditRow) What() string {
	return capitalWord(words(strings.ReplaceAll(r.Act, ".", " ")))
}

// Who says what sort of actor it was, besides the name.
func (r AuditRow) Who() string {
	switch r.Actor.Kind {
	case audit.APIKey:
		return "API key"
	case audit.Command:
		return "command line"
	case audit.System:
		return "Earshot itself"
	case audit.Stranger:
		return "somebody who was not let in"
	}
	return ""
}

// Badge is what came of the act.
func (r AuditRow) Badge() said {
	switch r.Outcome {
	case audit.Done:
		return said{Text: "Done", Tone: Good}
	case audit.Refused:
		return said{Text: "Refused", Tone: Warning}
	case audit.Failed:
		return said{Text: "Failed", Tone: Bad}
	}
	return said{Text: "Begun, outcome not known", Tone: Warning}
}

// Kind is the kind of the refusal or the failure in words.
func (r AuditRow) Kind() string { return words(r.Detail) }

// More says whether there is anything to unfold.
func (r AuditRow) More() bool { return len(r.Sent) > 0 || len(r.Changed) > 0 || r.RequestID != "" }

// PageTitle names the page.
func (AuditPage) PageTitle() string { return "Audit" }

func (AuditPage) template() string { return "audit" }

// AuditFilter asks who acted, what, from which day to which, and about which document.
func AuditFilter(action string, values url.Values, actors, acts []Option) Form {
	return Form{ID: "find", Action: action, Get: true, Submit: "Show", Fields: filled(values,
		Field{Kind: SelectField, Name: "who", Label: "Who", Options: choices("Anybody", actors), Narrow: true},
		Field{Kind: SelectField, Name: "act", Label: "What", Options: choices("Anything", acts), Narrow: true},
		Field{Kind: SearchField, Name: "document", Label: "About, as an id", MaxLength: 300},
		Field{Kind: DateField, Name: "from", Label: "From", Narrow: true},
		Field{Kind: DateField, Name: "to", Label: "To", Narrow: true})}
}

// ActWords is an act's name as a choice.
func ActWords(name string) Option { return Option{Value: name, Text: AuditRow{Act: name}.What()} }
