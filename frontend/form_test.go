package frontend_test

import (
	"errors"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"earshot/frontend"
	"earshot/survey"
)

func TestRejectPutsProblemsBesideTheirFields(t *testing.T) {
	t.Parallel()
	err := &survey.Error{Kind: survey.Invalid, Message: "the input is not valid", Fields: []survey.FieldError{
		{Field: "email", Message: "must be an e-mail address"}, {Field: "elsewhere", Message: "is wrong"}}}
	clean := frontend.LoginForm("/login", url.Values{"email": {"ana@"}, "password": {"secret"}})
	form := clean.Reject(err)
	if form.Fields[0].Error != "Must be an e-mail address." || form.Problem != "The input is not valid." || len(form.Notes) != 1 {
		t.Errorf("got %q, %q, %q", form.Fields[0].Error, form.Problem, form.Notes)
	}
	if clean.Failed() || !form.Failed() {
		t.Errorf("failed: got %v before and %v after, want false and true", clean.Failed(), form.Failed())
	}
	if same := clean.Reject(nil); same.Failed() {
		t.Error("no error made the form fail")
	}
	if inner := clean.Reject(errors.New("dial tcp 10.0.0.7: refused")); strings.Contains(inner.Problem, "10.0.0.7") {
		t.Errorf("an error of ours is shown: %s", inner.Problem)
	}
}

func TestFormsKeepWhatWasTypedButSecrets(t *testing.T) {
	t.Parallel()
	page := frontend.LoginPage{Form: frontend.LoginForm("/login", url.Values{"email": {`"><b>x`}, "password": {"top secret"}, "next": {"/customers"}})}
	doc := parse(t, render(t, newFrontend(t), page))
	if got := doc.Find(`input[name="email"]`).AttrOr("value", ""); got != `"><b>x` {
		t.Errorf("the address reads %q", got)
	}
	if got := doc.Find(`input[name="password"]`).AttrOr("value", ""); got != "" {
		t.Errorf("the password is sent back: %q", got)
	}
	if got := doc.Find(`input[name="next"]`).AttrOr("value", ""); got != "/customers" {
		t.Errorf("next is %q", got)
	}
}

func parse(t testing.TB, body string) *goquery.Document {
	t.Helper()
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(body))
	if err != nil {
		t.Fatalf("parse: %v", err)
	}
	return doc
}

// sent reads a form as a browser sends it, without any button.
func sent(form *goquery.Selection) url.Values {
	values := url.Values{}
	form.Find("input, select, textarea").Each(func(_ int, s *goquery.Selection) {
		name, kind := s.AttrOr("name", ""), s.AttrOr("type", "")
		_, checked := s.Attr("checked")
		switch {
		case goquery.NodeName(s) == "select":
			values.Add(name, s.Find("option[selected]").First().AttrOr("value", ""))
		case goquery.NodeName(s) == "textarea":
			values.Add(name, strings.ReplaceAll(s.Text(), "\n", "\r\n"))
		case (kind == "radio" || kind == "checkbox") && !checked:
		default:
			values.Add(name, s.AttrOr("value", ""))
		}
	})
	return values
}

func TestFormsSendBackWhatTheyWereGiven(t *testing.T) {
	t.Parallel()
	segments, reps := []string{"Retail"}, []frontend.Option{{Value: "rep_1", Text: "Ana"}}
	surveys, contacts := []frontend.Option{{Value: "srv_1", Text: "Quiet"}}, []frontend.Option{{Value: "con_1", Text: "Jo"}}
	tests := []struct {
		name   string
		form   func(url.Values) frontend.Form
		values url.Values
	}{
		{"customer", func(v url.Values) frontend.Form { return frontend.CustomerForm("/x", v, segments, reps) },
			url.Values{"name": {"Lindqvist"}, "status": {"lost"}, "segment": {"Retail"}, "rep_id": {"rep_1"}, "value_per_year": {"1.5"}, "external_id": {"K1"},
				"renews_on": {"2026-12-31"}, "paused_from": {"2026-03-01"}, "paused_until": {"2026-09-01"}, "paused_by": {"Jo"}}},
		{"contact", func(v url.Values) frontend.Form { return frontend.ContactForm("/x", v) },
			url.Values{"name": {"Jo"}, "phone": {"+49 30 1"}, "email": {"jo@example.com"}, "role": {"finance"}, "language": {"de"}, "time_zone": {"Europe/Berlin"}, "country": {"DE"}, "external_id": {"7"}, "left": {"on"}}},
		{"touchpoint", func(v url.Values) frontend.Form { return frontend.TouchpointForm("/x", v, contacts) },
			url.Values{"kind": {"meeting"}, "at": {"2026-03-01"}, "contact_id": {"con_1"}, "value": {"-3"}, "note": {"\r\na\r\nb"}}},
		{"ask", func(v url.Values) frontend.Form { return frontend.AskForm("/x", v, surveys, contacts) },
			url.Values{"survey_id": {"srv_1"}, "contact_id": {"con_1"}}},
		{"pulse", func(v url.Values) frontend.Form { return frontend.PulseForm("/x", v, surveys, segments) },
			url.Values{"name": {"P"}, "survey_id": {"srv_1"}, "audience": {"everyone"}, "lists": {"drifting", "unusually_silent"}, "segment": {"Retail"}, "weekdays": {"1", "0"}, "hour": {"0"},
				"time_zone": {"UTC"}, "daily_cap": {"1"}, "rest_days": {"2"}, "answer_days": {"3"}, "hold_out": {"4"}, "priority": {"low"}}},
		{"feedback", func(v url.Values) frontend.Form {
			return frontend.FeedbackFilter("/x", v, surveys, contacts, segments, reps)
		}, url.Values{"survey": {"srv_1"}, "question": {"con_1"}, "from": {"2026-01-01"}, "to": {"2026-02-01"}, "every": {"week"}, "segment": {"Retail"}, "rep": {"rep_1"}, "metric": {"mean"}}},
		{"customers", func(v url.Values) frontend.Form { return frontend.CustomersFilter("/x", v, segments, reps) },
			url.Values{"q": {"Li"}, "status": {"active"}, "segment": {"Retail"}, "rep": {"rep_1"}, "list": {"drifting"}}},
		{"key", func(v url.Values) frontend.Form { return frontend.KeyForm("/x", v) }, url.Values{"name": {"K"}, "scope": {"some"}, "scopes": {"audit:read", "customers:write"}, "expires_at": {"2027-01-31"}, "test": {"on"}}},
		{"suppressions", func(v url.Values) frontend.Form { return frontend.SuppressionsFilter("/x", v) }, url.Values{"q": {"ana"}, "reason": {"complaint"}}},
		{"suppression", func(v url.Values) frontend.Form { return frontend.SuppressionForm("/x", v) }, url.Values{"email": {"a@example.com"}, "note": {"n"}}},
	}
	f := newFrontend(t)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			body := render(t, f, frontend.CustomerFormPage{Form: tt.form(tt.values)})
			got, want := sent(parse(t, body).Find("form")), tt.values
			for name, values := range want {
				slices.Sort(values)
				slices.Sort(got[name])
			}
			if got.Encode() != want.Encode() {
				t.Errorf("got  %v\nwant %v", got, want)
			}
		})
	}
}

func TestSchedule(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		days []int
		want string
	}{
		{[]int{1, 2, 3, 4, 5}, "Monday to Friday at 9:00, UTC"}, {[]int{0, 1, 2, 3, 4, 5, 6}, "Every day at 9:00, UTC"},
		{[]int{6, 0}, "Saturday, Sunday at 9:00, UTC"}, {[]int{3}, "Wednesday at 9:00, UTC"}, {[]int{1, 2, 3, 5}, "Monday to Wednesday, Friday at 9:00, UTC"},
	} {
		if got := frontend.Schedule(tt.days, 9, "UTC"); got != tt.want {
			t.Errorf("%v: got %q, want %q", tt.days, got, tt.want)
		}
	}
}

func TestScore(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		score frontend.Score
		text  string
		tone  frontend.Tone
	}{
		{frontend.Score{}, "", frontend.Neutral},
		{frontend.Score{Kind: survey.NPS}, "", frontend.Neutral},
		{frontend.Score{Kind: survey.NPS, Given: true}, "0 of 10", frontend.Bad},
		{frontend.Score{Kind: survey.NPS, Value: 6, Given: true}, "6 of 10", frontend.Bad},
		{frontend.Score{Kind: survey.NPS, Value: 7, Given: true}, "7 of 10", frontend.Neutral},
		{frontend.Score{Kind: survey.NPS, Value: 9, Given: true}, "9 of 10", frontend.Good},
		{frontend.Score{Kind: survey.CSAT, Value: 3, Given: true}, "3 of 5", frontend.Neutral},
		{frontend.Score{Kind: survey.CSAT, Value: 2, Given: true}, "2 of 5", frontend.Bad},
		{frontend.Score{Kind: survey.Progress, Value: 5, Given: true}, "Significantly better", frontend.Good},
		{frontend.Score{Kind: survey.Progress, Value: 1, Given: true}, "Significantly worse", frontend.Bad},
		{frontend.Score{Kind: survey.Progress, Value: 9, Given: true}, "", frontend.Good},
	} {
		if tt.score.String() != tt.text || tt.score.Tone() != tt.tone && tt.text != "" {
			t.Errorf("%+v: got %q, %q, want %q, %q", tt.score, tt.score.String(), tt.score.Tone(), tt.text, tt.tone)
		}
	}
}
