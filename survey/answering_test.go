package survey_test

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"earshot/survey"
	"earshot/survey/store"

	"github.com/google/go-cmp/cmp"
)

// TestJourney asks a quiet customer by a pulse, follows the link in the mail and answers.
func TestJourney(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	id, contact := o.quietCustomer("Quiet Ltd", 10)
	pulse, err := o.CreatePulse(o.ctx, pulseFor(o.survey(survey.TemplateQuiet), survey.AudienceQuiet))
	must(t, pulse, err)
	o.watch.pass(pulse.Due.Sub(o.watch.Now()))
	o.settle()

	mails := o.post.accepted()
	if len(mails) != 1 {
		t.Fatalf("got %d mails, want 1", len(mails))
	}
	mail := mails[0]
	if want := "ana@" + string(id)[4:] + ".example"; mail.To != want || mail.FromName != "Acme" {
		t.Errorf("got mail to %q from %q, want to %q from Acme", mail.To, mail.FromName, want)
	}
	token := tokenOf(mail.Text)
	if want := "https://ask.example" + survey.UnsubscribePath(token); mail.UnsubscribeURL != want {
		t.Errorf("got unsubscribe URL %q, want %q", mail.UnsubscribeURL, want)
	}
	sheet, err := o.Open(o.ctx, token)
	if must(t, sheet, err); sheet.State != survey.SheetOpen || len(sheet.Edition.Questions) != 5 {
		t.Errorf("got state %s with %d questions, want open with 5", sheet.State, len(sheet.Edition.Questions))
	}
	receipt, err := o.Submit(o.ctx, token, form("happy", "4", "better", " More\r\nspeed "))
	must(t, receipt, err)
	o.settle()

	sheet, err = o.Open(o.ctx, token)
	if must(t, sheet, err); sheet.State != survey.SheetAnswered || len(sheet.Answers) != 2 || sheet.Answers[1].Text != "More\nspeed" {
		t.Errorf("got state %s with answers %+v, want answered with a score and two lines", sheet.State, sheet.Answers)
	}
	inv := o.invitation(string(sheet.InvitationID))
	if inv.AnsweredAt.IsZero() || inv.ContactID != contact || !inv.Due.IsZero() {
		t.Errorf("got an invitation answered at %v, due at %v", inv.AnsweredAt, inv.Due)
	}
	if ask := o.lastAsk(id); ask.EndedAt.IsZero() || ask.Owed || ask.Void {
		t.Errorf("got ask %+v, want one that has ended and counts", ask)
	}
	o.wantAnswers(id, 1)
}

// wantAnswers checks how many answers are among the customer's signs of life.
func (o *office) wantAnswers(id survey.CustomerID, want int) {
	o.t.Helper()
	page, err := o.Touchpoints(o.ctx, survey.TouchpointFilter{CustomerID: id, Kind: survey.Answered})
	if got := len(must(o.t, page, err).Items); got != want {
		o.t.Errorf("got %d answers among the signs of life, want %d", got, want)
	}
}

func TestSubmitSaysEverythingThatIsWrong(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name  string
		form  survey.Submission
		wrong map[string]string // question id to code
	}{
		{"nothing at all", form(), map[string]string{"happy": survey.CodeRequired}},
		{"spaces", form("happy", "  "), map[string]string{"happy": survey.CodeRequired}},
		{"off the scale", form("happy", "6"), map[string]string{"happy": survey.CodeNotOffered}},
		{"below the scale", form("happy", "0"), map[string]string{"happy": survey.CodeNotOffered}},
		{"no number", form("happy", "great"), map[string]string{"happy": survey.CodeNotOffered}},
		{"a fraction", form("happy", "4.5"), map[string]string{"happy": survey.CodeNotOffered}},
		{"a choice that is not offered", form("happy", "4", "price", "free"), map[string]string{"price": survey.CodeNotOffered}},
		{"two choices of one", form("happy", "4", "price", "fair", "price", "high"), map[string]string{"price": survey.CodeNotOffered}},
		{"too long", form("happy", "4", "next", strings.Repeat("é", survey.DefaultMaxLength+1)), map[string]string{"next": survey.CodeTooLong}},
		{"not UTF-8", form("happy", "4", "next", "a\xffb"), map[string]string{"next": survey.CodeUnreadable}},
		{"control characters", form("happy", "4", "next", "a\x00b"), map[string]string{"next": survey.CodeUnreadable}},
		{"all together", form("price", "free", "next", "\x01"), map[string]string{
			"happy": survey.CodeRequired, "price": survey.CodeNotOffered, "next": survey.CodeUnreadable,
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			o := newOffice(t)
			token := o.link(survey.TemplateQuiet)
			_, err := o.Submit(o.ctx, token, tt.form)
			wantKind(t, err, survey.Invalid)
			got := map[string]string{}
			for _, f := range survey.AsError(err).Fields {
				got[f.Field] = f.Code
			}
			if fmt.Sprint(got) != fmt.Sprint(tt.wrong) {
				t.Errorf("got problems %v, want %v", got, tt.wrong)
			}
			if page, err := o.Responses(o.ctx, survey.ResponseFilter{Suspects: true}); len(must(t, page, err).Items) != 0 {
				t.Error("something was stored")
			}
		})
	}
}

func TestSubmitTakesTheLongestAnswer(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	text := strings.Repeat("ق", survey.DefaultMaxLength)
	receipt, err := o.Submit(o.ctx, o.link(survey.TemplateQuiet), form("happy", "1", "next", text, "no_question", "x"))
	response, err := o.Response(o.ctx, must(t, receipt, err).ResponseID)
	if got := must(t, response, err).Answers; len(got) != 2 || got[1].Text != text {
		t.Errorf("got %d answers, want the score and the whole text", len(got))
	}
}

func TestZeroIsAnAnswer(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	receipt, err := o.Submit(o.ctx, o.link(survey.TemplateNPS), form("recommend", "0"))
	response, err := o.Response(o.ctx, must(t, receipt, err).ResponseID)
	if got := must(t, response, err).Answers; len(got) != 1 || got[0].Score == nil || *got[0].Score != 0 {
		t.Errorf("got answers %+v, want one score of 0", got)
	}
}

func TestSubmitAgain(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	token := o.link(survey.TemplateQuiet)
	first, err := o.Submit(o.ctx, token, form("happy", "4"))
	must(t, first, err)
	before, err := o.Response(o.ctx, first.ResponseID)
	must(t, before, err)
	o.watch.pass(time.Hour)

	again, err := o.Submit(o.ctx, token, form("happy", "4"))
	if must(t, again, err); again.Changed || again.ResponseID != first.ResponseID || !again.At.Equal(first.At) {
		t.Errorf("got receipt %+v for the same again, want the first one %+v", again, first)
	}
	if after, err := o.Response(o.ctx, first.ResponseID); must(t, after, err).Version != before.Version {
		t.Error("the same answers were written again")
	}
	changed, err := o.Submit(o.ctx, token, form("happy", "2", "better", "price"))
	if must(t, changed, err); !changed.Changed {
		t.Errorf("got receipt %+v, want one that says changed", changed)
	}
	after, err := o.Response(o.ctx, first.ResponseID)
	must(t, after, err)
	if *after.Answers[0].Score != 2 || !after.RevisedAt.Equal(o.watch.Now()) || !after.SubmittedAt.Equal(monday) || !after.ChangedAt.Equal(after.RevisedAt) {
		t.Errorf("got response %+v, want a score of 2, submitted at first and revised now", after)
	}
}

// TestManyAtOnce sends the same form and different ones at the same time: one response, which is one of those sent.
func TestManyAtOnce(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name  string
		score func(i int) string
	}{
		{"the same", func(int) string { return "3" }},
		{"different", func(i int) string { return fmt.Sprint(1 + i%5) }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			o := newOffice(t)
			token := o.link(survey.TemplateQuiet)
			processes := []*survey.Service{o.Service, o.process(o.store)}
			var all sync.WaitGroup
			for i := range 100 {
				all.Go(func() {
					in := form("happy", tt.score(i), "better", "sent by "+tt.score(i))
					if _, err := processes[i%2].Submit(o.ctx, token, in); err != nil {
						t.Errorf("got error %v for submission %d", err, i)
					}
				})
			}
			all.Wait()
			page, err := o.Responses(o.ctx, survey.ResponseFilter{Suspects: true})
			if len(must(t, page, err).Items) != 1 {
				t.Fatalf("got %d responses, want 1", len(page.Items))
			}
			answers := page.Items[0].Answers
			if want := fmt.Sprintf("sent by %d", *answers[0].Score); answers[1].Text != want {
				t.Errorf("got text %q beside score %d, want both of one submission", answers[1].Text, *answers[0].Score)
			}
			o.settle()
			o.wantAnswers(page.Items[0].CustomerID, 1)
		})
	}
}

func TestLinksThatAreNotOurs(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	token, other := o.link(survey.TemplateCSAT), o.link(survey.TemplateCSAT)
	last := "0"
	if strings.HasSuffix(token, last) {
		last = "1"
	}
	for _, tt := range []struct{ name, token string }{
		{"empty", ""},
		{"cut off", token[:len(token)-1]},
		{"one more", token + "0"},
		{"last character changed", token[:len(token)-1] + last},
		{"no secret", token[:26] + strings.Repeat("0", 32)},
		{"somebody else's secret", token[:26] + other[26:]},
		{"somebody else's id", other[:26] + token[26:]},
		{"an id that never was", strings.Repeat("0", 26) + token[26:]},
		{"capitals", strings.ToUpper(token)},
		{"not letters", strings.Repeat("/", len(token))},
		{"huge", strings.Repeat("a", 1<<20)},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, err := o.Open(o.ctx, tt.token)
			wantKind(t, err, survey.NotFound)
			_, err = o.Submit(o.ctx, tt.token, form("satisfied", "5"))
			wantKind(t, err, survey.NotFound)
			wantKind(t, o.Decline(o.ctx, tt.token, survey.Successor{}), survey.NotFound)
			wantKind(t, o.Unsubscribe(o.ctx, tt.token), survey.NotFound)
		})
	}
}

func TestSecretsAreStoredHashed(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	token := o.link(survey.TemplateCSAT)
	inv := o.invitation("inv_" + token[:26])
	if len(inv.Links) != 1 || strings.Contains(fmt.Sprintf("%+v", inv), token[26:]) {
		t.Errorf("got invitation %+v, want one link and no secret", inv)
	}
	if bits := len(token[26:]) * 5; bits < 128 {
		t.Errorf("got a secret of %d bits, want at least 128", bits)
	}
}

// TestLinksThatAreOver ends a link in every way, before and after an answer.
func TestLinksThatAreOver(t *testing.T) {
	t.Parallel()
	closeIt := func(o *office, inv *survey.Invitation) error {
		_, err := o.CloseSurvey(o.ctx, inv.SurveyID)
		return err
	}
	expire := func(o *office, inv *survey.Invitation) error {
		o.watch.pass(inv.ExpiresAt.Sub(o.watch.Now()))
		return nil
	}
	for _, tt := range []struct {
		name     string
		answered bool
		end      func(o *office, inv *survey.Invitation) error
		state    survey.SheetState
		takes    bool // whether a submission is taken nonetheless
	}{
		{"closed", false, closeIt, survey.SheetClosed, false},
		{"closed after an answer", true, closeIt, survey.SheetClosed, false},
		{"expired", false, expire, survey.SheetExpired, false},
		{"expired after an answer", true, expire, survey.SheetAnswered, true},
		{"revoked", false, func(o *office, inv *survey.Invitation) error {
			_, err := o.RevokeInvitation(o.ctx, survey.InvitationID(inv.ID))
			return err
		}, survey.SheetRevoked, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			o := newOffice(t)
			token := o.link(survey.TemplateCSAT)
			inv := o.invitation("inv_" + token[:26])
			if tt.answered {
				if _, err := o.Submit(o.ctx, token, form("satisfied", "5")); err != nil {
					t.Fatal(err)
				}
				o.settle()
			}
			if err := tt.end(o, inv); err != nil {
				t.Fatal(err)
			}
			sheet, err := o.Open(o.ctx, token)
			if must(t, sheet, err).State != tt.state {
				t.Errorf("got state %s, want %s", sheet.State, tt.state)
			}
			_, err = o.Submit(o.ctx, token, form("satisfied", "1"))
			if tt.takes {
				if err != nil {
					t.Errorf("got error %v for a change of the answers", err)
				}
				return
			}
			wantKind(t, err, survey.Gone)
			if got := survey.LinkState(err); got != tt.state {
				t.Errorf("got link state %q, want %q", got, tt.state)
			}
		})
	}
}

// TestExpiredBeforeItWasNoted answers in time, and changes the answers after the link expired but before any worker.
func TestExpiredBeforeItWasNoted(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	token := o.link(survey.TemplateCSAT)
	if _, err := o.Submit(o.ctx, token, form("satisfied", "5")); err != nil {
		t.Fatal(err)
	}
	o.watch.pass(365 * 24 * time.Hour)
	receipt, err := o.Submit(o.ctx, token, form("satisfied", "1"))
	if !must(t, receipt, err).Changed {
		t.Error("the answers were not changed")
	}
}

func TestAClosedSurveyIsClosedInOtherProcessesSoon(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	token := o.link(survey.TemplateCSAT)
	other := o.process(o.store)
	sheet, err := other.Open(o.ctx, token)
	if must(t, sheet, err).State != survey.SheetOpen {
		t.Fatalf("got state %s, want open", sheet.State)
	}
	if _, err := o.CloseSurvey(o.ctx, sheet.SurveyID); err != nil {
		t.Fatal(err)
	}
	o.watch.pass(5 * time.Second)
	_, err = other.Submit(o.ctx, token, form("satisfied", "5"))
	wantKind(t, err, survey.Gone)
	if _, err := o.ReopenSurvey(o.ctx, sheet.SurveyID); err != nil {
		t.Fatal(err)
	}
	if _, err := o.Submit(o.ctx, token, form("satisfied", "5")); err != nil {
		t.Errorf("got error %v after the survey was reopened", err)
	}
}

// TestOpenChangesNothing looks at a link in every state and compares everything that is stored.
func TestOpenChangesNothing(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	token := o.link(survey.TemplateCSAT)
	for _, step := range []struct {
		name string
		do   func() error
	}{
		{"open", func() error { return nil }},
		{"answered", func() error { _, err := o.Submit(o.ctx, token, form("satisfied", "5")); return err }},
		{"unsubscribed", func() error { return o.Unsubscribe(o.ctx, token) }},
		{"declined", func() error { return o.Decline(o.ctx, token, survey.Successor{}) }},
		{"expired", func() error { o.watch.pass(1000 * 24 * time.Hour); return nil }},
	} {
		if err := step.do(); err != nil {
			t.Fatal(err)
		}
		o.settle()
		before := o.everything()
		for range 3 {
			sheet, err := o.Open(o.ctx, token)
			must(t, sheet, err)
		}
		if diff := cmp.Diff(before, o.everything()); diff != "" {
			t.Errorf("opening a link that is %s changed what is stored: %s", step.name, diff)
		}
	}
}

// everything returns what is stored, by collection.
func (o *office) everything() map[string][]store.Doc {
	o.t.Helper()
	all := map[string][]store.Doc{}
	for _, c := range survey.Specs() {
		docs, _, err := o.store.Find(o.ctx, c, store.Query{Index: store.ByID, Limit: store.MaxLimit})
		if err != nil {
			o.t.Fatal(err)
		}
		all[c.Name] = docs
	}
	return all
}

func TestMachinesAreSetAside(t *testing.T) {
	t.Parallel()
	person := form("satisfied", "5")
	trapped := form("satisfied", "1")
	trapped.Trap = "http://spam.example"
	hasty := form("satisfied", "2", "better", "x")
	hasty.Elapsed = 20 * time.Millisecond
	slow := form("satisfied", "4", "better", "x")
	slow.Elapsed = 4 * time.Second
	for _, tt := range []struct {
		name     string
		sent     []survey.Submission
		counts   bool
		score    int
		setAside int
	}{
		{"a person", []survey.Submission{person}, true, 5, 0},
		{"a person who takes their time", []survey.Submission{slow}, true, 4, 0},
		{"a trap", []survey.Submission{trapped}, false, 1, 0},
		{"impossible speed", []survey.Submission{hasty}, false, 2, 0},
		{"a machine, then a person", []survey.Submission{trapped, person}, true, 5, 0},
		{"a person, then a machine", []survey.Submission{person, trapped, trapped}, true, 5, 1},
		{"a person, then many machines", []survey.Submission{person, trapped, hasty, trapped}, true, 5, 2},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			o := newOffice(t)
			token := o.link(survey.TemplateCSAT)
			var receipt *survey.Receipt
			for _, in := range tt.sent {
				var err error
				if receipt, err = o.Submit(o.ctx, token, in); err != nil {
					t.Fatal(err)
				}
				o.settle()
			}
			response, err := o.Response(o.ctx, receipt.ResponseID)
			must(t, response, err)
			if got := response.Suspect == ""; got != tt.counts || *response.Answers[0].Score != tt.score || len(response.SetAside) != tt.setAside {
				t.Errorf("got suspect %q, score %d and %d set aside; want counted %v, score %d and %d",
					response.Suspect, *response.Answers[0].Score, len(response.SetAside), tt.counts, tt.score, tt.setAside)
			}
			page, err := o.Responses(o.ctx, survey.ResponseFilter{})
			if got := len(must(t, page, err).Items) == 1; got != tt.counts {
				t.Errorf("got the response in the list: %v, want %v", got, tt.counts)
			}
			o.wantAnswers(response.CustomerID, map[bool]int{true: 1}[tt.counts])
		})
	}
}

func TestSubmitByAPI(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name    string
		answers []survey.Answer
		wrong   string // the field; empty: none
	}{
		{"scored", []survey.Answer{{QuestionID: "happy", Score: ref(3)}}, ""},
		{"everything", []survey.Answer{
			{QuestionID: "price", Kind: survey.Single, Choices: []string{"fair"}}, {QuestionID: "happy", Score: ref(3)},
			{QuestionID: "next", Text: "x"},
		}, ""},
		{"an unknown question", []survey.Answer{{QuestionID: "happy", Score: ref(3)}, {QuestionID: "nope", Text: "x"}}, "nope"},
		{"twice", []survey.Answer{{QuestionID: "happy", Score: ref(3)}, {QuestionID: "happy", Score: ref(4)}}, "happy"},
		{"words for a score", []survey.Answer{{QuestionID: "happy", Text: "3"}}, "happy"},
		{"a score for words", []survey.Answer{{QuestionID: "happy", Score: ref(3)}, {QuestionID: "next", Score: ref(1)}}, "next"},
		{"a score for a choice", []survey.Answer{{QuestionID: "happy", Score: ref(3)}, {QuestionID: "price", Score: ref(1)}}, "price"},
		{"another kind", []survey.Answer{{QuestionID: "happy", Kind: survey.NPS, Score: ref(3)}}, "happy"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			o := newOffice(t)
			receipt, err := o.SubmitByAPI(o.ctx, o.link(survey.TemplateQuiet), tt.answers, "de")
			if tt.wrong != "" {
				wantKind(t, err, survey.Invalid)
				if fields := survey.AsError(err).Fields; len(fields) != 1 || fields[0].Field != tt.wrong {
					t.Errorf("got problems %v, want one of %q", fields, tt.wrong)
				}
				return
			}
			response, err := o.Response(o.ctx, must(t, receipt, err).ResponseID)
			if got := must(t, response, err); len(got.Answers) != len(tt.answers) || got.Language != "de" {
				t.Errorf("got %d answers in %q, want %d in de", len(got.Answers), got.Language, len(tt.answers))
			}
		})
	}
}

func TestResponsesAreFiltered(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	var sent []*survey.Response
	for i := range 6 {
		receipt, err := o.Submit(o.ctx, o.link(survey.TemplateCSAT), form("satisfied", fmt.Sprint(1+i%5)))
		response, err := o.Response(o.ctx, must(t, receipt, err).ResponseID)
		sent = append(sent, must(t, response, err))
		o.watch.pass(time.Hour)
	}
	for _, tt := range []struct {
		name   string
		filter survey.ResponseFilter
		want   []int // places in sent
	}{
		{"all", survey.ResponseFilter{}, []int{5, 4, 3, 2, 1, 0}},
		{"customer", survey.ResponseFilter{CustomerID: sent[2].CustomerID}, []int{2}},
		{"survey", survey.ResponseFilter{SurveyID: sent[3].SurveyID}, []int{3}},
		{"survey of another customer", survey.ResponseFilter{SurveyID: sent[3].SurveyID, CustomerID: sent[2].CustomerID}, nil},
		{"rep", survey.ResponseFilter{RepID: "rep_nobody"}, nil},
		{"segment", survey.ResponseFilter{Segment: "retail"}, []int{5, 4, 3, 2, 1, 0}},
		{"time", survey.ResponseFilter{From: sent[1].SubmittedAt, To: sent[4].SubmittedAt}, []int{3, 2, 1}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var got, want []string
			for _, i := range tt.want {
				want = append(want, sent[i].ID)
			}
			tt.filter.Limit = 2
			for {
				page, err := o.Responses(o.ctx, tt.filter)
				for _, r := range must(t, page, err).Items {
					got = append(got, r.ID)
				}
				if tt.filter.After = page.Next; page.Next == "" {
					break
				}
			}
			if !slices.Equal(got, want) {
				t.Errorf("got %v, want %v", got, want)
			}
		})
	}
}

func TestResponsesChanged(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	first, second := o.link(survey.TemplateCSAT), o.link(survey.TemplateCSAT)
	var ids []string
	for _, token := range []string{first, second, first} {
		receipt, err := o.Submit(o.ctx, token, form("satisfied", fmt.Sprint(1+len(ids))))
		ids = append(ids, string(must(t, receipt, err).ResponseID))
		o.watch.pass(time.Minute)
	}
	page, err := o.ResponsesChanged(o.ctx, monday.Add(time.Second), "", 10)
	var got []string
	for _, r := range must(t, page, err).Items {
		got = append(got, r.ID)
	}
	if want := []string{ids[1], ids[0]}; !slices.Equal(got, want) {
		t.Errorf("got %v since the first answer, want the second, then the first that was changed: %v", got, want)
	}
}
