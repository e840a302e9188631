package frontend

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"

	"earshot/survey"
	"earshot/survey/access"
)

// The forms of the pages for reps. Each takes where it goes, what stands in it (as stored, or as typed), and the choices
// that are not fixed. The names of fields are those of the API, so that problems find their field.

// SetupForm asks for the first admin: name, email, password. The secret of the first-run link goes along as "secret".
func SetupForm(action string, values url.Values) Form {
	return Form{ID: "setup", Action: action, Submit: "Create the first account", Look: Primary,
		Hidden: []Hidden{{"secret", values.Get("secret")}},
		Fields: filled(values, limited[access.NewRep](
			Field{Kind: TextField, Name: "name", Label: "Your name", Required: true, Autocomplete: "name"},
			Field{Kind: EmailField, Name: "email", Label: "E-mail address", Required: true, Autocomplete: "username"},
			newPassword("password", "Password"))...)}
}

// LoginForm asks for email and password. Where to go afterwards goes along as "next".
func LoginForm(action string, values url.Values) Form {
	return Form{ID: "login", Action: action, Submit: "Log in", Look: Primary,
		Hidden: []Hidden{{"next", values.Get("next")}},
		Fields: filled(values, limited[access.NewRep](
			Field{Kind: EmailField, Name: "email", Label: "E-mail address", Required: true, Autocomplete: "username"},
			Field{Kind: PasswordField, Name: "password", Label: "Password", Required: true, MaxLength: access.MaxPassword, Autocomplete: "current-password"})...)}
}

// PasswordForm asks for "current_password" and "new_password".
func PasswordForm(action string) Form {
	return Form{ID: "password", Action: action, Submit: "Change password", Fields: []Field{
		{Kind: PasswordField, Name: "current_password", Label: "Present password", Required: true, MaxLength: access.MaxPassword, Autocomplete: "current-password"},
		newPassword("new_password", "New password"),
	}}
}

func newPassword(name, label string) Field {
	return Field{Kind: PasswordField, Name: name, Label: label, Required: true, MaxLength: access.MaxPassword, Autocomplete: "new-password",
		Help: fmt.Sprintf("At least %d characters; a few words in a row are good.", access.MinPassword)}
}

// CustomersFilter searches customers: q (a part of the name), status, segment, rep and list.
func CustomersFilter(action string, values url.Values, segments []string, reps []Option) Form {
	return Form{ID: "find", Action: action, Get: true, Submit: "Show", Fields: filled(values,
		Field{Kind: SearchField, Name: "q", Label: "Name begins with", MaxLength: survey.LimitsOf[survey.Customer]()["name"].MaxLength},
		Field{Kind: SelectField, Name: "status", Label: "Status", Options: choices("Any", statusOptions()), Narrow: true},
		Field{Kind: SelectField, Name: "segment", Label: "Segment", Options: choices("Any", plainOptions(segments)), Narrow: true},
		Field{Kind: SelectField, Name: "rep", Label: "Rep", Options: choices("Anybody", reps), Narrow: true},
		Field{Kind: SelectField, Name: "list", Label: "List", Options: choices("Everybody", listOptions()), Narrow: true})}
}

// CustomerForm asks for name, status, segment, rep_id, value_per_year, external_id, renews_on, paused_from, paused_until (dates)
// and paused_by.
func CustomerForm(action string, values url.Values, segments []string, reps []Option) Form {
	return Form{ID: "customer", Action: action, Submit: "Save", Look: Primary, Fields: filled(values, limited[survey.Customer](
		Field{Kind: TextField, Name: "name", Label: "Name", Required: true, Autocomplete: "off"},
		Field{Kind: SelectField, Name: "status", Label: "Status", Required: true, Options: statusOptions(), Values: []string{string(survey.Active)}, Narrow: true},
		Field{Kind: TextField, Name: "segment", Label: "Segment", Help: "Groups customers in charts, e.g. retail.", Suggest: segments, Narrow: true},
		Field{Kind: SelectField, Name: "rep_id", Label: "Rep", Options: choices("Nobody yet", reps), Narrow: true},
		Field{Kind: NumberField, Name: "value_per_year", Label: "Worth a year", Help: "Ranks the quiet customers.", Step: "any", Narrow: true},
		Field{Kind: TextField, Name: "external_id", Label: "Number in your own systems", Help: "Imports and the API recognise the customer by it.", Narrow: true},
		Field{Kind: DateField, Name: "renews_on", Label: "Contract ends or renews", Help: fmt.Sprintf("In the %d days before, a silence ranks twice as high.", survey.RenewalDays), Narrow: true},
		Field{Kind: DateField, Name: "paused_from", Label: "Paused from", Help: "Their silence does not count while they pause.", Narrow: true},
		Field{Kind: DateField, Name: "paused_until", Label: "Paused until", Help: "The day on which they are back; empty if nobody knows.", Narrow: true},
		Field{Kind: TextField, Name: "paused_by", Label: "Who says so", Help: "E.g. the contact who told you of the pause.", Autocomplete: "off", Narrow: true})...)}
}

// ContactForm asks for name, email, phone, role, language, time_zone, country, external_id and left ("on").
func ContactForm(action string, values url.Values) Form {
	return Form{ID: "contact", Action: action, Submit: "Save", Look: Primary, Fields: filled(values, limited[survey.Contact](
		Field{Kind: TextField, Name: "name", Label: "Name", Required: true, Autocomplete: "off"},
		Field{Kind: EmailField, Name: "email", Label: "E-mail address", Help: "Without one the contact cannot be asked.", Autocomplete: "off"},
		Field{Kind: TextField, Name: "phone", Label: "Telephone", Autocomplete: "off", Narrow: true},
		Field{Kind: SelectField, Name: "role", Label: "Role", Required: true, Options: roleOptions(), Values: []string{string(survey.User)}, Narrow: true},
		Field{Kind: TextField, Name: "language", Label: "Language", Help: "E.g. de, pt-BR or German; empty is the installation's.", Suggest: Languages(), Narrow: true},
		Field{Kind: TextField, Name: "time_zone", Label: "Time zone", Help: "E.g. Europe/Berlin; empty is the installation's.", Narrow: true},
		Field{Kind: TextField, Name: "country", Label: "Country", Help: "E.g. Germany or DE-BY: its public holidays and working week are kept; empty is your company's.", Narrow: true},
		Field{Kind: TextField, Name: "external_id", Label: "Number in your own systems", Narrow: true},
		Field{Kind: CheckField, Name: "left", Label: "No longer there, or not the right person"})...)}
}

// TouchpointForm asks for kind, at (a date), contact_id, value and note.
func TouchpointForm(action string, values url.Values, contacts []Option) Form {
	return Form{ID: "touchpoint", Action: action, Submit: "Add", Fields: filled(values, limited[survey.Touchpoint](
		Field{Kind: SelectField, Name: "kind", Label: "What", Required: true, Options: touchpointOptions(), Values: []string{string(survey.Call)}, Narrow: true,
			Help: "A call or a meeting ends the silence. Record it when you spoke with them; for a call that reached nobody, snooze."},
		Field{Kind: DateField, Name: "at", Label: "When", Required: true, Narrow: true},
		Field{Kind: SelectField, Name: "contact_id", Label: "With whom", Options: choices("Nobody in particular", contacts), Narrow: true},
		Field{Kind: NumberField, Name: "value", Label: "Worth", Step: "any", Narrow: true},
		Field{Kind: AreaField, Name: "note", Label: "Note", Rows: 3})...)}
}

// AskForm asks a contact now: survey_id and contact_id. An empty contact_id leaves the choice to Earshot.
func AskForm(action string, values url.Values, surveys, contacts []Option) Form {
	return Form{ID: "ask", Action: action, Submit: "Ask now", Look: Primary, Fields: filled(values,
		Field{Kind: SelectField, Name: "survey_id", Label: "Survey", Required: true, Options: surveys},
		Field{Kind: SelectField, Name: "contact_id", Label: "Whom", Options: choices("The next-best contact", contacts)})}
}

// FeedbackFilter chooses answers: survey, question, from, to (dates), every, segment, rep and metric. Surveys and
// questions are those that there are; the survey's questions follow from the survey that stands in values.
func FeedbackFilter(action string, values url.Values, surveys, questions []Option, segments []string, reps []Option) Form {
	return Form{ID: "filter", Action: action, Get: true, Submit: "Show",
		Hidden: hiddenOf(values, "metric"),
		Fields: filled(values,
			Field{Kind: SelectField, Name: "survey", Label: "Survey", Options: surveys},
			Field{Kind: SelectField, Name: "question", Label: "Question", Options: questions},
			Field{Kind: DateField, Name: "from", Label: "From", Narrow: true},
			Field{Kind: DateField, Name: "to", Label: "To", Narrow: true},
			Field{Kind: SelectField, Name: "every", Label: "By", Options: everyOptions(), Values: []string{"month"}, Narrow: true},
			Field{Kind: SelectField, Name: "segment", Label: "Segment", Options: choices("All", plainOptions(segments)), Narrow: true},
			Field{Kind: SelectField, Name: "rep", Label: "Rep", Options: choices("All", reps), Narrow: true})}
}

// holdOutHelp says why anybody should be kept out of asking.
const holdOutHelp = "Of the quiet alone. They show what comes without asking."

// PulseForm asks for name, survey_id, audience, lists, segment, weekdays (0 is Sunday), hour, time_zone, daily_cap, rest_days,
// answer_days, priority and hold_out.
func PulseForm(action string, values url.Values, surveys []Option, segments []string) Form {
	return Form{ID: "pulse", Action: action, Submit: "Save", Look: Primary, Fields: filled(values, limited[survey.PulseInput](
		Field{Kind: TextField, Name: "name", Label: "Name", Required: true},
		Field{Kind: SelectField, Name: "survey_id", Label: "Survey", Required: true, Options: surveys},
		Field{Kind: RadioField, Name: "audience", Label: "Whom to ask", Required: true, Options: audienceOptions(), Values: []string{string(survey.AudienceQuiet)}},
		Field{Kind: ChecksField, Name: "lists", Label: "Of those who have fallen silent", Help: "Where everybody is asked, this does not count.", Options: askedOptions(), Values: listNames(survey.QuietLists())},
		Field{Kind: TextField, Name: "segment", Label: "Only this segment", Suggest: segments},
		Field{Kind: ChecksField, Name: "weekdays", Label: "On which days", Required: true, Options: weekdayOptions(), Values: []string{"1", "2", "3", "4", "5"}},
		Field{Kind: SelectField, Name: "hour", Label: "At", Required: true, Options: hourOptions(), Values: []string{strconv.Itoa(survey.DefaultHour)}, Narrow: true},
		Field{Kind: TextField, Name: "time_zone", Label: "Time zone", Required: true, Narrow: true},
		whole("daily_cap", "At most, a day", "How many people it asks.", survey.DefaultDailyCap),
		whole("rest_days", "Days of rest", "Between two asks of the same person, by any path.", survey.DefaultRestDays),
		whole("answer_days", "Days to answer", "How long a link takes answers.", survey.DefaultAnswerDays),
		Field{Kind: SelectField, Name: "priority", Label: "Priority", Help: "Whom several pulses want, the first one asks: the others wait for it, where it runs within a week.", Options: priorityOptions(), Values: []string{string(survey.PriorityNormal)}, Narrow: true},
		whole("hold_out", "Kept out of asking, in 100", holdOutHelp, survey.SuggestedHoldOut))...)}
}

func priorityOptions() []Option {
	return []Option{{Value: string(survey.PriorityHigh), Text: "Comes first"}, {Value: string(survey.PriorityNormal), Text: "Normal"}, {Value: string(survey.PriorityLow), Text: "Gives way"}}
}

func whole(name, label, help string, value int) Field {
	return Field{Kind: NumberField, Name: name, Label: label, Help: help, Required: true, Values: []string{strconv.Itoa(value)}, Step: "1", Narrow: true}
}

// calls asks how many customers somebody calls in a week.
func calls() Field {
	return Field{Kind: NumberField, Name: "calls_per_week", Label: "Customers to call in a week", Step: "1", Narrow: true,
		Help: fmt.Sprintf("Today’s list is no longer than what is left of them. %d are usual; empty is no limit.", access.SuggestedCalls)}
}

// CallsForm asks for calls_per_week.
func CallsForm(action string, values url.Values) Form {
	return Form{ID: "calls", Action: action, Submit: "Save", Fields: filled(values, limited[access.NewRep](calls())...)}
}

// RepForm asks for name, email, access and calls_per_week, and for a password, which may stay empty where an existing rep is changed.
func RepForm(action string, values url.Values, existing bool, teams ...Option) Form {
	password := newPassword("password", "Password")
	submit := "Add rep"
	if existing {
		password.Label, password.Required, submit = "New password", false, "Save"
	}
	return Form{ID: "rep", Action: action, Submit: submit, Fields: filled(values, limited[access.NewRep](
		Field{Kind: TextField, Name: "name", Label: "Name", Required: true, Autocomplete: "off"},
		Field{Kind: EmailField, Name: "email", Label: "E-mail address", Required: true, Autocomplete: "off"},
		Field{Kind: RadioField, Name: "access", Label: "May", Required: true, Options: accessOptions(), Values: []string{string(access.LevelRep)}},
		Field{Kind: SelectField, Name: "team_id", Label: "Team", Options: choices("None", teams), Narrow: true},
		calls(), password)...)}
}

// SuppressionForm asks for the address or the domain that must not be mailed, and a note.
func SuppressionForm(action string, values url.Values) Form {
	return Form{ID: "suppress", Action: action, Submit: "Suppress", Fields: filled(values, limited[survey.SuppressionInput](
		Field{Kind: TextField, Name: "email", Label: "E-mail address or domain", Required: true, Autocomplete: "off",
			Help: "@example.com stands for everybody there. Domains below it, such as shop.example.com, have their own line."},
		Field{Kind: TextField, Name: "note", Label: "Why"})...)}
}

// SuppressionsFilter asks for the beginning of an address or a domain (q) and a reason.
func SuppressionsFilter(action string, values url.Values) Form {
	reasons := make([]Option, 0, len(survey.SuppressionReasons()))
	for _, r := range survey.SuppressionReasons() {
		reasons = append(reasons, Option{Value: string(r), Text: reasonWords(r)})
	}
	return Form{ID: "find", Action: action, Get: true, Submit: "Show", Fields: filled(values,
		Field{Kind: SearchField, Name: "q", Label: "Address, or @ and domain, begins with", MaxLength: survey.LimitsOf[survey.SuppressionInput]()["email"].MaxLength},
		Field{Kind: SelectField, Name: "reason", Label: "Why", Options: choices("Any", reasons), Narrow: true})}
}

// LedgerFilter asks for a search (q), a pulse, a survey, and the days from and to of the ask. State, customer and contact stay as they stand in values.
func LedgerFilter(action string, values url.Values, pulses, surveys []Option) Form {
	return Form{ID: "find", Action: action, Get: true, Submit: "Show", Hidden: hiddenOf(values, "state", "customer", "contact"), Fields: filled(values,
		Field{Kind: SearchField, Name: "q", Label: "Address, @domain, customer or Message-ID", MaxLength: survey.LimitsOf[survey.SuppressionInput]()["email"].MaxLength},
		Field{Kind: SelectField, Name: "pulse", Label: "Pulse", Options: choices("Any", pulses), Narrow: true},
		Field{Kind: SelectField, Name: "survey", Label: "Survey", Options: choices("Any", surveys), Narrow: true},
		Field{Kind: DateField, Name: "from", Label: "Asked from", Narrow: true},
		Field{Kind: DateField, Name: "to", Label: "To", Narrow: true})}
}

// UploadForm asks for the kind of an import and its file.
func UploadForm(action string, values url.Values) Form {
	return Form{ID: "upload", Action: action, Upload: true, Submit: "Look at the file", Look: Primary, Fields: filled(values,
		Field{Kind: RadioField, Name: "kind", Label: "What is in the file", Required: true, Values: []string{string(survey.ImportCustomers)}, Options: []Option{
			{Value: string(survey.ImportCustomers), Text: "Customers", Help: "One company a row."},
			{Value: string(survey.ImportContacts), Text: "Contacts", Help: "One person a row, with the customer's number or name."},
			{Value: string(survey.ImportTouchpoints), Text: "Touchpoints", Help: "One order, call, login or other sign of life a row."},
			{Value: string(survey.ImportSuppressions), Text: "Suppressions", Help: "One address that must not be mailed a row, as newsletter programs give them out."}}},
		Field{Kind: FileField, Name: "file", Label: "File", Required: true, Accept: ".csv,.txt,.tsv,.xlsx,text/csv,application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
			Help: "CSV or an Excel workbook, as your program gives it out. You see next how it is understood, and can change that."})}
}

// MappingFields asks for each target which column holds it: "mapping." and the target's name, with the heading as value
// and empty for none.
func MappingFields(values url.Values, targets []ImportTarget, headings []string) []Field {
	fields := make([]Field, len(targets))
	for i, t := range targets {
		fields[i] = Field{Kind: SelectField, Name: "mapping." + t.Name, Label: ImportLabel(t.Name), Help: t.Help(),
			Required: t.Required, Narrow: true, Options: choices("Not in this file", plainOptions(headings))}
	}
	return filled(values, fields...)
}

// MappingOptions asks how to read dates ("date_order"), numbers ("decimal") and, for touchpoints, rows without a kind
// ("default_kind").
func MappingOptions(values url.Values, kind survey.ImportKind) []Field {
	fields := []Field{
		{Kind: SelectField, Name: "date_order", Label: "03/04/2026 is", Narrow: true, Options: []Option{
			{Text: "Found out from the file"}, {Value: "day_first", Text: "3 April"}, {Value: "month_first", Text: "4 March"}}},
		{Kind: SelectField, Name: "decimal", Label: "Decimals have a", Narrow: true, Options: []Option{
			{Text: "Found out from the file"}, {Value: ".", Text: "point: 1.5"}, {Value: ",", Text: "comma: 1,5"}}},
	}
	if kind == survey.ImportTouchpoints {
		fields = append(fields, Field{Kind: SelectField, Name: "default_kind", Label: "Rows without a kind are", Narrow: true,
			Options: choices("Refused", touchpointOptions())})
	}
	return filled(values, fields...)
}

// Schedule says in words when a pulse runs: "Monday to Friday at 9:00, Europe/Berlin".
func Schedule(weekdays []int, hour int, zone string) string {
	var on [7]bool
	for _, d := range weekdays {
		on[(d+6)%7] = true
	}
	var runs []string
	for from := 0; from < 7; from++ {
		if !on[from] {
			continue
		}
		to := from
		for to+1 < 7 && on[to+1] {
			to++
		}
		runs = append(runs, dayRange(from, to))
		from = to
	}
	return fmt.Sprintf("%s at %d:00, %s", strings.Join(runs, ", "), hour, zone)
}

// dayRange names days counted from Monday.
func dayRange(from, to int) string {
	name := func(d int) string { return time.Weekday((d + 1) % 7).String() }
	switch {
	case from == 0 && to == 6:
		return "Every day"
	case from == to:
		return name(from)
	case to == from+1:
		return name(from) + ", " + name(to)
	}
	return name(from) + " to " + name(to)
}
