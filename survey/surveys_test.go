package survey_test

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"unicode"

	"earshot/survey"
)

func TestTemplates(t *testing.T) {
	t.Parallel()
	languages := []string{"en", "de", "fr", "es", "ar"}
	kinds := map[string]survey.QuestionKind{
		survey.TemplateQuiet: survey.CSAT, survey.TemplateProgress: survey.Progress, survey.TemplateNPS: survey.NPS, survey.TemplateCSAT: survey.CSAT,
	}
	templates := survey.Templates()
	if len(templates) != len(kinds) {
		t.Fatalf("got %d templates, want %d", len(templates), len(kinds))
	}
	for _, tt := range templates {
		t.Run(tt.Name, func(t *testing.T) {
			t.Parallel()
			first := tt.Content.Questions[0]
			if first.Kind != kinds[tt.Name] || !first.Required {
				t.Errorf("got a first question of kind %s, required %v; want %s, required", first.Kind, first.Required, kinds[tt.Name])
			}
			texts := []survey.Text{tt.Content.Title, tt.Content.Intro, tt.Content.Thanks}
			for i, q := range tt.Content.Questions {
				if i > 0 && q.Required {
					t.Errorf("question %s is required, want only the first one to be", q.ID)
				}
				texts = append(texts, q.Text)
				for _, c := range q.Choices {
					texts = append(texts, c.Text)
				}
			}
			for _, text := range texts {
				for _, language := range languages {
					if text[language] == "" {
						t.Errorf("%q has no wording in %s", text["en"], language)
					}
				}
				if !strings.ContainsFunc(text["ar"], func(r rune) bool { return unicode.Is(unicode.Arabic, r) }) {
					t.Errorf("%q is worded in other letters than Arabic", text["ar"])
				}
			}
			o := newOffice(t)
			made, err := o.CreateSurvey(o.ctx, survey.SurveyInput{Name: tt.Label, Template: tt.Name})
			if must(t, made, err); made.Current.Number != 1 || len(made.Current.Questions) != len(tt.Content.Questions) || made.Status != survey.Open {
				t.Errorf("got survey %+v, want the template's first version", made)
			}
		})
	}
}

// TestQuietTemplateHasTheProbes checks that the quiet pulse asks what those who leave without a word never say.
func TestQuietTemplateHasTheProbes(t *testing.T) {
	t.Parallel()
	var got []string
	for _, q := range survey.Templates()[0].Content.Questions {
		got = append(got, q.ID)
	}
	if want := []string{"happy", "better", "price", "rivals", "next"}; !slices.Equal(got, want) {
		t.Errorf("got questions %v, want %v", got, want)
	}
}

// plain returns a survey with one question of each kind.
func plain() survey.SurveyInput {
	say := func(s string) survey.Text { return survey.Text{"en": s} }
	choices := []survey.Choice{{ID: "a", Text: say("A")}, {ID: "b", Text: say("B")}}
	return survey.SurveyInput{Name: "Plain", Content: survey.SurveyVersion{Title: say("Title"), Questions: []survey.Question{
		{ID: "one", Kind: survey.NPS, Text: say("One"), Required: true},
		{ID: "two", Kind: survey.Single, Text: say("Two"), Choices: choices},
		{ID: "three", Kind: survey.Multiple, Text: say("Three"), Choices: slices.Clone(choices)},
		{ID: "four", Kind: survey.OpenText, Text: say("Four")},
	}}}
}

func TestSurveyInputIsChecked(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	for _, tt := range []struct {
		name   string
		field  string
		change func(in *survey.SurveyInput)
	}{
		{"no name", "name", func(in *survey.SurveyInput) { in.Name = "  " }},
		{"no questions", "content.questions", func(in *survey.SurveyInput) { in.Content.Questions = nil }},
		{"an unknown template", "template", func(in *survey.SurveyInput) { in.Template, in.Content.Questions = "nope", nil }},
		{"no title", "content.title", func(in *survey.SurveyInput) { in.Content.Title = nil }},
		{"the same id twice", "content.questions[1].id", func(in *survey.SurveyInput) { in.Content.Questions[1].ID = "one" }},
		{"an id with a space", "content.questions[0].id", func(in *survey.SurveyInput) { in.Content.Questions[0].ID = "o ne" }},
		{"an unknown kind", "content.questions[0].kind", func(in *survey.SurveyInput) { in.Content.Questions[0].Kind = "guess" }},
		{"choices of a score", "content.questions[0].choices", func(in *survey.SurveyInput) {
			in.Content.Questions[0].Choices = in.Content.Questions[1].Choices
		}},
		{"no choices", "content.questions[1].choices", func(in *survey.SurveyInput) { in.Content.Questions[1].Choices = nil }},
		{"one choice", "content.questions[2].choices", func(in *survey.SurveyInput) {
			in.Content.Questions[2].Choices = in.Content.Questions[2].Choices[:1]
		}},
		{"the same choice twice", "content.questions[2].choices[1].id", func(in *survey.SurveyInput) { in.Content.Questions[2].Choices[1].ID = "a" }},
		{"too long a title", "content.title[en]", func(in *survey.SurveyInput) { in.Content.Title = survey.Text{"en": strings.Repeat("x", 201)} }},
		{"too many questions", "content.questions", func(in *survey.SurveyInput) {
			for i := range 21 {
				in.Content.Questions = append(in.Content.Questions, survey.Question{ID: fmt.Sprintf("x%d", i), Kind: survey.OpenText, Text: survey.Text{"en": "x"}})
			}
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			in := plain()
			tt.change(&in)
			_, err := o.CreateSurvey(o.ctx, in)
			wantKind(t, err, survey.Invalid)
			if fields := survey.AsError(err).Fields; len(fields) != 1 || fields[0].Field != tt.field {
				t.Errorf("got problems %v, want one of %s", fields, tt.field)
			}
		})
	}
}

// TestSubjectsAreOneLine: a line break that was pasted along begins no header of a mail.
func TestSubjectsAreOneLine(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	in := plain()
	in.Content.Subject = survey.Text{"en": "a\r\nBcc: b\u2028c"}
	made, err := o.CreateSurvey(o.ctx, in)
	if must(t, made, err).Current.Subject["en"] != "a Bcc: b c" {
		t.Errorf("got the subject %q", made.Current.Subject["en"])
	}
}

func TestQuestionsAreNamed(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	in := plain()
	in.Content.Questions[0].ID, in.Content.Questions[1].ID, in.Content.Questions[3].ID = "", "q1", ""
	in.Content.Questions[2].Choices[0].ID = ""
	made, err := o.CreateSurvey(o.ctx, in)
	var got []string
	for _, q := range must(t, made, err).Current.Questions {
		got = append(got, q.ID)
	}
	if want := []string{"q2", "q1", "three", "q3"}; !slices.Equal(got, want) || made.Current.Questions[2].Choices[0].ID != "c1" {
		t.Errorf("got ids %v and choice %q, want %v and c1", got, made.Current.Questions[2].Choices[0].ID, want)
	}
}

// TestSurveyVersions changes a survey and checks that what was shown stays.
func TestSurveyVersions(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	in := plain()
	made, err := o.CreateSurvey(o.ctx, in)
	id := survey.SurveyID(must(t, made, err).ID)
	ask := func() string {
		asked, err := o.AskNow(o.ctx, survey.AskRequest{ContactID: o.contact(o.customer("C"), "ana", survey.User), SurveyID: id, NoMail: true})
		return tokenOf(must(t, asked, err).Link)
	}
	old := ask()

	in.Name = "Renamed"
	renamed, err := o.ChangeSurvey(o.ctx, id, in)
	if must(t, renamed, err); renamed.Current.Number != 1 || renamed.Name != "Renamed" {
		t.Errorf("got version %d of %q after a new name, want 1 of Renamed", renamed.Current.Number, renamed.Name)
	}
	in.Content.Questions = in.Content.Questions[1:]
	changed, err := o.ChangeSurvey(o.ctx, id, in)
	if must(t, changed, err).Current.Number != 2 {
		t.Errorf("got version %d after new content, want 2", changed.Current.Number)
	}
	for token, want := range map[string]int{old: 1, ask(): 2} {
		if opened, err := o.Open(o.ctx, token); must(t, opened, err).Version.Number != want {
			t.Errorf("got version %d, want %d", opened.Version.Number, want)
		}
	}
	receipt, err := o.Submit(o.ctx, old, form("one", "9"))
	response, err := o.Response(o.ctx, must(t, receipt, err).ResponseID)
	if must(t, response, err).SurveyVersion != 1 {
		t.Errorf("got an answer to version %d, want the one that was shown", response.SurveyVersion)
	}

	in.Content.Questions = append(in.Content.Questions, survey.Question{ID: "one", Kind: survey.CSAT, Text: survey.Text{"en": "One"}})
	_, err = o.ChangeSurvey(o.ctx, id, in)
	if wantKind(t, err, survey.Invalid); survey.AsError(err).Fields[0].Field != "content.questions[3].kind" {
		t.Errorf("got %v, want the id to keep its kind over versions", err)
	}
	in = plain()
	in.Version = made.Version
	_, err = o.ChangeSurvey(o.ctx, id, in)
	wantKind(t, err, survey.Conflict)
}

// TestChangesAtOnce changes a survey from many sides: each version that anybody saw stays what it was.
func TestChangesAtOnce(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	made, err := o.CreateSurvey(o.ctx, plain())
	id := survey.SurveyID(must(t, made, err).ID)
	var all sync.WaitGroup
	for i := range 10 {
		all.Go(func() {
			in := plain()
			in.Content.Title = survey.Text{"en": fmt.Sprint("Title ", i)}
			changed, err := o.ChangeSurvey(o.ctx, id, in)
			if survey.KindOf(err) == survey.Conflict {
				return
			}
			version, err2 := o.SurveyVersion(o.ctx, id, must(t, changed, err).Current.Number)
			if got := must(t, version, err2).Title["en"]; got != in.Content.Title["en"] {
				t.Errorf("got version %d with title %q, want %q", version.Number, got, in.Content.Title["en"])
			}
		})
	}
	all.Wait()
	final, err := o.Survey(o.ctx, id)
	version, errVersion := o.SurveyVersion(o.ctx, id, must(t, final, err).Current.Number)
	if must(t, version, errVersion).Title["en"] != final.Current.Title["en"] {
		t.Errorf("got version %q kept of the current %q", version.Title["en"], final.Current.Title["en"])
	}
}

func TestSurveysAreListedAndMissed(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	for _, name := range []string{"b", "a", "c"} {
		in := plain()
		in.Name = name
		made, err := o.CreateSurvey(o.ctx, in)
		must(t, made, err)
	}
	got := ""
	after := survey.Cursor("")
	for {
		page, err := o.Surveys(o.ctx, after, 2)
		for _, s := range must(t, page, err).Items {
			got += s.Name
		}
		if after = page.Next; after == "" {
			break
		}
	}
	if got != "abc" {
		t.Errorf("got surveys %q, want abc", got)
	}
	_, err := o.Survey(o.ctx, "srv_no")
	wantKind(t, err, survey.NotFound)
	_, err = o.CloseSurvey(o.ctx, "srv_no")
	wantKind(t, err, survey.NotFound)
	_, err = o.ChangeSurvey(o.ctx, "srv_no", plain())
	wantKind(t, err, survey.NotFound)
	_, err = o.SurveyVersion(o.ctx, "srv_no", 1)
	wantKind(t, err, survey.NotFound)
}
