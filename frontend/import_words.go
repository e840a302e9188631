package frontend

import (
	"net/url"
	"strconv"
	"strings"

	"earshot/survey"
)

// importLabels are what the fields of files are called on pages.
var importLabels = map[string]string{
	"external_id": "Number in your own systems", "customer_external_id": "Customer’s number", "customer_name": "Customer’s name", "contact_external_id": "Contact’s number",
	"contact_email": "Contact’s e-mail address", "email": "E-mail address", "value_per_year": "Worth a year", "renews_on": "Contract ends or renews", "time_zone": "Time zone",
	"at": "When it happened", "value": "Worth", "kind": "What happened", "paused_by": "Who says that they pause", "unsubscribed": "Unsubscribed", "complained": "Reported as spam",
	"bounced": "Refused for good", "mail_status": "May be mailed, in a word", "mail_consent": "May be mailed, yes or no", "outcome": "What became of it", "cancelled": "Cancelled",
	"refunded": "Given back", "captured": "Money taken", "test": "A test", "first_name": "First name", "last_name": "Last name", "phone": "Telephone",
}

// ImportLabel is what a field of a file is called on pages.
func ImportLabel(field string) string {
	if label := importLabels[field]; label != "" {
		return label
	}
	return capitalWord(words(field))
}

// ImportConfidence says how surely a column was found, in a clause; empty where there is nothing to look at.
func ImportConfidence(c survey.Confidence) string {
	switch c {
	case survey.ByLikeness:
		return "by a heading that is similar: please check"
	case survey.ByContents:
		return "guessed by what stands in it: please check"
	case survey.Chosen:
		return "as chosen"
	case survey.ByHeading:
	}
	return ""
}

// asUnderstood is the choice for a value that leaves it as it was understood.
const asUnderstood = "?"

// ValueField asks what a value of a column means. Its name is "value.", the field, a point and the value.
func ValueField(v survey.FoundValue) Field {
	rows := strconv.Itoa(v.Rows) + " rows"
	if v.Rows == 1 {
		rows = "1 row"
	}
	f := Field{Kind: SelectField, Name: "value." + v.Field + "." + v.Value, Label: "“" + v.Value + "”", Help: ImportLabel(v.Field) + ", in " + rows, Narrow: true, Values: []string{asUnderstood}}
	choices := survey.ValueChoices(v.Field)
	if choices == nil {
		f.Kind, f.Values = TextField, []string{v.Meaning}
		f.Help += ". Empty takes the rows without it."
		if v.Field == "language" {
			f.Suggest = Languages()
		}
		return f
	}
	meaning := meaningWords(v.Field, v.Meaning)
	if !v.Known && !v.Chosen {
		meaning = "not known: " + meaning
	}
	f.Options = []Option{{Value: asUnderstood, Text: capitalWord(meaning)}}
	for _, choice := range choices {
		f.Options = append(f.Options, Option{Value: choice, Text: capitalWord(meaningWords(v.Field, choice))})
	}
	if v.Field != "outcome" {
		f.Options = append(f.Options, Option{Text: "Nothing: take the rows without it"})
	}
	if v.Chosen {
		f.Values = []string{v.Meaning}
	}
	return f
}

// meaningWords says what a value is taken for.
func meaningWords(field, meaning string) string {
	switch {
	case meaning == "pass_over":
		return "pass the rows over"
	case meaning == "take" && field == "mail_status":
		return "they may be mailed"
	case meaning == "take":
		return "take the rows"
	case meaning == "" && (field == "mail_status" || field == "reason"):
		return "they may be mailed"
	case meaning == "" && field == "kind":
		return "the rows are refused"
	case meaning == "":
		return "taken without it"
	case field == "kind":
		return touchpointName(survey.TouchpointKind(meaning))
	case field == "mail_status", field == "reason":
		return reasonWords(survey.SuppressionReason(meaning))
	}
	return words(meaning)
}

// ChosenValues reads the fields of ValueField from a form. What was left as understood is not in it.
func ChosenValues(form url.Values) survey.ValueMeanings {
	chosen := survey.ValueMeanings{}
	for name := range form {
		rest, ok := strings.CutPrefix(name, "value.")
		field, value, found := strings.Cut(rest, ".")
		if !ok || !found || form.Get(name) == asUnderstood {
			continue
		}
		if chosen[field] == nil {
			chosen[field] = map[string]string{}
		}
		chosen[field][value] = strings.TrimSpace(form.Get(name))
	}
	return chosen
}

// DialectFields ask how the file is written: "delimiter", "encoding", "heading_line" and, of a workbook, "sheet".
func DialectFields(values url.Values, encodings, sheets []string) []Field {
	found := Option{Text: "Found out from the file"}
	if len(sheets) > 0 {
		return filled(values, Field{Kind: SelectField, Name: "sheet", Label: "Sheet", Narrow: true, Options: plainOptions(sheets)}, headingLine())
	}
	return filled(values,
		Field{Kind: SelectField, Name: "delimiter", Label: "Columns are divided by", Narrow: true, Options: []Option{found, {Value: ",", Text: "commas"}, {Value: ";", Text: "semicolons"}, {Value: "\t", Text: "tabs"}, {Value: "|", Text: "bars: |"}, {Value: "^", Text: "carets: ^"}, {Value: "~", Text: "tildes: ~"}}},
		Field{Kind: SelectField, Name: "encoding", Label: "Letters are written in", Narrow: true, Options: append([]Option{found}, plainOptions(encodings)...)},
		headingLine())
}

func headingLine() Field {
	return Field{Kind: NumberField, Name: "heading_line", Label: "Line of the headings", Help: "Empty has it found out.", Narrow: true, Min: "1", Max: "1000", Step: "1"}
}
