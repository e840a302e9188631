package survey_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"earshot/survey"
)

// TestJourney asks a quiet customer by a pulse, follows the link in the mail and answers.
func TestJourney(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	id, contact := o.quietCustomer("Quiet Ltd", 10)
	pulse, err := o.CreatePulse(o.ctx, pulseFor(o.survey(survey.TemplateQuiet), survey.AudienceQuiet))
	must(t, pulse, err)
	o.watch.pass(pulse.Due.Sub(o.watch.Now()))
	o.drain()

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
	opened, err := o.Open(o.ctx, token)
	if must(t, opened, err); opened.State != survey.FormOpen || len(opened.Version.Questions) != 5 {
		t.Errorf("got state %s with %d questions, want open with 5", opened.State, len(opened.Version.Questions))
	}
	receipt, err := o.Submit(o.ctx, token, form("happy", "4", "better", " More\r\nspeed "))
	must(t, receipt, err)
	o.drain()

	opened, err = o.Open(o.ctx, token)
	if must(t, opened, err); opened.State != survey.FormAnswered || len(opened.Answers) != 2 || opened.Answers[1].Text != "More\nspeed" {
		t.Errorf("got state %s with answers %+v, want answered with a score and two lines", opened.State, opened.Answers)
	}
	inv := o.invitation(string(opened.InvitationID))
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
		{"all together", form("price", "free", "next", strings.Repeat("x", survey.DefaultMaxLength+1)), map[string]string{
			"happy": survey.CodeRequired, "price": survey.CodeNotOffered, "next": survey.CodeTooLong,
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
			o.drain()
			o.wantAnswers(page.Items[0].CustomerID, 1)
		})
	}
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
				o.drain()
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

// TestAnAnswerIsThereAtOnce opens the link again right after answering, before any effect has happened.
func TestAnAnswerIsThereAtOnce(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	token := o.link(survey.TemplateCSAT)
	if _, err := o.Submit(o.ctx, token, form("satisfied", "4")); err != nil {
		t.Fatal(err)
	}
	opened, err := o.Open(o.ctx, token)
	if must(t, opened, err).State != survey.FormAnswered || len(opened.Answers) != 1 || opened.AnsweredAt.IsZero() {
		t.Errorf("got state %s and answers %+v before any effect, want what was sent in", opened.State, opened.Answers)
	}
	if inv := o.invitation("inv_" + token[:26]); !inv.AnsweredAt.IsZero() {
		t.Error("the invitation knows already, so this test shows nothing")
	}
}

// TestAMachinesAnswerIsNotShownToTheContact opens a link that a scanner has posted to.
func TestAMachinesAnswerIsNotShownToTheContact(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	token := o.link(survey.TemplateCSAT)
	in := form("satisfied", "1")
	in.Trap = "https://spam.example"
	if _, err := o.Submit(o.ctx, token, in); err != nil {
		t.Fatal(err)
	}
	opened, err := o.Open(o.ctx, token)
	if must(t, opened, err).State != survey.FormOpen || len(opened.Answers) != 0 {
		t.Errorf("got state %s and answers %+v, want an open form", opened.State, opened.Answers)
	}
}
