package frontend_test

import (
	"fmt"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"earshot/frontend"
	"earshot/survey"
)

// typed renders the form that edits a draft and reads it back as a browser sends it.
func typed(t testing.TB, draft frontend.SurveyDraft) url.Values {
	t.Helper()
	page := frontend.SurveyFormPage{Action: "/surveys", Draft: draft}
	return sent(parse(t, render(t, newFrontend(t), page)).Find("form"))
}

func TestEditingChangesNothingByItself(t *testing.T) {
	t.Parallel()
	for _, template := range survey.Templates() {
		t.Run(template.Name, func(t *testing.T) {
			t.Parallel()
			values := typed(t, frontend.DraftOf("Name", 7, template.Content, "de"))
			draft, _ := frontend.ParseSurveyDraft(values)
			got := draft.Input()
			want := survey.SurveyInput{Name: "Name", Version: 7, Content: template.Content}
			want.Content.Number = 0
			if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("the survey changed (-want +got):\n%s", diff)
			}
			if draft.Languages[0] != "de" {
				t.Errorf("the main language is %s, want de", draft.Languages[0])
			}
		})
	}
}

func choiceDraft() frontend.SurveyDraft {
	word := func(s string) survey.Text { return survey.Text{"en": s} }
	return frontend.DraftOf("N", 1, survey.SurveyVersion{Title: word("T"), Questions: []survey.Question{
		{ID: "which", Kind: survey.Single, Text: word("Which?"), Choices: []survey.Choice{{ID: "c1", Text: word("Red")}, {ID: "c2", Text: word("Green")}, {ID: "c3", Text: word("Blue")}}},
		{ID: "why", Kind: survey.OpenText, Text: word("Why?")},
	}}, "en")
}

// TestRemindersOnTheForm are read as they were shown, and what is wrong with one stands beside its field, though the first is left empty.
func TestRemindersOnTheForm(t *testing.T) {
	t.Parallel()
	draft := frontend.DraftOf("Name", 7, survey.Templates()[0].Content, "de")
	want := []survey.Reminder{{AfterDays: 3}, {AfterDays: 7, Text: survey.Text{"de": "Noch einmal"}}}
	draft.SetReminders(want)
	values := typed(t, draft)
	read, _ := frontend.ParseSurveyDraft(values)
	if diff := cmp.Diff(want, read.Input().Reminders, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("the reminders changed (-want +got):\n%s", diff)
	}
	values.Set("reminder.0.after_days", "")
	values.Set("reminder.1.after_days", "soon")
	read, _ = frontend.ParseSurveyDraft(values)
	if got := read.Input().Reminders; len(got) != 1 || got[0].AfterDays != 0 {
		t.Errorf("got %+v, want one with days that are refused", got)
	}
	page := frontend.SurveyFormPage{Draft: read}.Reject(&survey.Error{Kind: survey.Invalid, Message: "no", Fields: []survey.FieldError{
		{Field: "reminders[0].after_days", Message: "must be at least 1"}, {Field: "reminders[0].text[de]", Message: "is too long"},
	}})
	if page.Errors["reminder.1.after_days"] == "" || page.Errors["reminder.1.text.de"] == "" {
		t.Errorf("got %v, want the problems beside the second reminder", page.Errors)
	}
}

func TestChoicesKeepTheirIDs(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, lines, want string }{
		{"unchanged", "Red\nGreen\nBlue", "c1=Red c2=Green c3=Blue"},
		{"in another order", "Blue\nRed\nGreen", "c3=Blue c1=Red c2=Green"},
		{"one reworded", "Red\nDark green\nBlue", "c1=Red c2=Dark green c3=Blue"},
		{"one gone", "Red\nBlue", "c1=Red c3=Blue"},
		{"one more", "Red\nYellow\nGreen\nBlue", "c1=Red =Yellow c2=Green c3=Blue"},
		{"one exchanged and moved", "Blue\nYellow\nRed", "c3=Blue c2=Yellow c1=Red"},
		{"one twice", "Red\nRed\nBlue", "c1=Red c2=Red c3=Blue"},
		{"empty lines", "\n Red \n\nGreen\nBlue\n", "c1=Red c2=Green c3=Blue"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			values := typed(t, choiceDraft())
			values.Set("question.0.choices.en", strings.ReplaceAll(tt.lines, "\n", "\r\n"))
			draft, _ := frontend.ParseSurveyDraft(values)
			var got []string
			for _, c := range draft.Input().Content.Questions[0].Choices {
				got = append(got, fmt.Sprintf("%s=%s", c.ID, c.Text["en"]))
			}
			if strings.Join(got, " ") != tt.want {
				t.Errorf("got %v, want %s", got, tt.want)
			}
		})
	}
}

func TestButtonsOfTheSurveyForm(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name string
		set  url.Values
		want string
		save bool
	}{
		{"save", url.Values{"do": {"save"}}, "en: which why", true},
		{"enter without a button", url.Values{}, "en: which why", false},
		{"add", url.Values{"do": {"add"}, "new_kind": {"csat"}}, "en: which why ", false},
		{"remove", url.Values{"do": {"remove.0"}}, "en: why", false},
		{"up", url.Values{"do": {"up.1"}}, "en: why which", false},
		{"down", url.Values{"do": {"down.0"}}, "en: why which", false},
		{"up from the top", url.Values{"do": {"up.0"}}, "en: which why", false},
		{"down from the end", url.Values{"do": {"down.1"}}, "en: which why", false},
		{"remove what is not there", url.Values{"do": {"remove.9"}}, "en: which why", false},
		{"nonsense", url.Values{"do": {"remove.x"}}, "en: which why", false},
		{"another language", url.Values{"do": {"language"}, "new_language": {"pt-br"}}, "en pt-BR: which why", false},
		{"the same language", url.Values{"do": {"language"}, "new_language": {"en"}}, "en: which why", false},
		{"no language", url.Values{"do": {"language"}, "new_language": {"not a tag"}}, "en: which why", false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			values := typed(t, choiceDraft())
			for name, v := range tt.set {
				values[name] = v
			}
			draft, do := frontend.ParseSurveyDraft(values)
			save := draft.Apply(do)
			var ids []string
			for _, q := range draft.Questions {
				ids = append(ids, q.ID)
			}
			if got := strings.Join(draft.Languages, " ") + ": " + strings.Join(ids, " "); got != tt.want || save != tt.save {
				t.Errorf("got %q, save %v, want %q, %v", got, save, tt.want, tt.save)
			}
		})
	}
}

func TestSurveyProblemsStandBesideTheirFields(t *testing.T) {
	t.Parallel()
	fields := map[string]string{
		"name": "name", "content.title": "title.en", "content.title[en]": "title.en", "content.questions[1].text": "question.1.text.en",
		"content.questions[0].choices": "question.0.choices.en", "content.questions[0].choices[2].text[en]": "question.0.choices.en",
		"content.questions[0].choices[2].id": "question.0.choices.en", "questions[1].max_length": "question.1.max_length", "questions[1].id": "question.1.kind",
		"content.questions": "", "template": "", "": "",
	}
	for path, want := range fields {
		page := frontend.SurveyFormPage{Action: "/surveys", Draft: choiceDraft()}.Reject(survey.InvalidField(path, "must be better"))
		if want == "" {
			if !strings.Contains(page.Problem, "Must be better.") {
				t.Errorf("%q: the problem reads %q", path, page.Problem)
			}
			continue
		}
		if page.Error(want) != "Must be better." {
			t.Errorf("%q: got %v, want it at %s", path, page.Errors, want)
		}
		if got := parse(t, render(t, newFrontend(t), page)).Find(".problem").Length(); got != 1 {
			t.Errorf("%q: got %d problems on the page, want 1", path, got)
		}
	}
}

func FuzzParseSurveyDraft(f *testing.F) {
	f.Add("do=save&language=en&question.0.kind=nps&question.0.text.en=x&question.0.before=%5B%5D")
	f.Add("language=xx&question.0.kind=single&question.0.before={&do=up.0")
	front := newFrontend(f)
	f.Fuzz(func(t *testing.T, query string) {
		values, err := url.ParseQuery(query)
		if err != nil {
			return
		}
		draft, do := frontend.ParseSurveyDraft(values)
		draft.Apply(do)
		draft.Input()
		render(t, front, frontend.SurveyFormPage{Action: "/x", Draft: draft})
	})
}
