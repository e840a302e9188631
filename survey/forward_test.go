package survey_test

import (
	"strings"
	"testing"
	"time"

	"earshot/survey"
	"earshot/survey/store"
)

// repliesHere is an office to whose return path answers go, with the mail of a rep that was taken by the server.
func repliesHere(t *testing.T) (*office, *survey.Invitation) {
	t.Helper()
	o := newOffice(t)
	s, err := survey.NewService(survey.Options{
		Store: o.store, Reps: staff, Relays: survey.OneRelay(o.post), Composer: composer{}, BaseURL: "https://ask.example", ReturnPath: "Bounces@ask.example", RepliesHere: true,
		Company: "Acme", Clock: o.watch.Now,
	})
	o.Service = must(t, s, err)
	asked, err := o.AskNow(o.ctx, survey.AskRequest{ContactID: o.contact(o.customer("Customer"), "ana", survey.User), SurveyID: o.survey(survey.TemplateCSAT), By: "rep_rita"})
	must(t, asked, err)
	o.drain()
	return o, o.invitation(asked.Invitation.ID)
}

// toRita are the mails that went to the rep.
func (o *office) toRita() (mails []survey.Message) {
	for _, m := range o.post.accepted() {
		if m.To == "rita@acme.example" {
			mails = append(mails, m)
		}
	}
	return mails
}

// chunks is how many pieces of mails the store keeps.
func (o *office) chunks(m *survey.ReceivedMail) int {
	o.t.Helper()
	docs, err := o.store.Fetch(o.ctx, spec(o.t, "upload_chunks"), []string{m.ID + ".000000", m.ID + ".000001", m.ID + ".000002"})
	return len(must(o.t, docs, err))
}

// received reads a mail that came back once more.
func (o *office) received(m *survey.ReceivedMail) *survey.ReceivedMail {
	o.t.Helper()
	found, err := store.NewCollection[survey.ReceivedMail](o.store, spec(o.t, "received_mails")).Get(o.ctx, m.ID)
	return must(o.t, found, err)
}

// TestAnswersAreSentOnToTheRep has a person answer with a large attachment: the rep gets it as it came, once, and may answer the person.
func TestAnswersAreSentOnToTheRep(t *testing.T) {
	t.Parallel()
	o, inv := repliesHere(t)
	path := "Bounces+" + inv.ID + "@ask.example"
	if got := o.post.accepted()[0]; got.ReplyTo != path {
		t.Errorf("answers go to %q, want %q", got.ReplyTo, path)
	}
	answer := written(inv.Email, "Re: How are you?", "All is well, thank you!") + strings.Repeat("\r\n"+strings.Repeat("x", 70), 9000)
	m := o.receive(path, answer)
	mails := o.toRita()
	if len(mails) != 1 {
		t.Fatalf("the rep got %d mails, want 1", len(mails))
	}
	got := mails[0]
	if string(got.Attached) != answer || got.ReplyTo != inv.Email || got.Loop != "ask.example" || !strings.Contains(got.Text, "All is well") || !strings.Contains(got.Text, "/customers/"+string(inv.CustomerID)) ||
		got.UnsubscribeURL != "" || got.ReturnPath != "" || !strings.HasPrefix(got.FromName, "ana (Acme)") {
		t.Errorf("got %d bytes attached, and %q to %q, loop %q:\n%s", len(got.Attached), got.FromName, got.ReplyTo, got.Loop, got.Text)
	}
	if f := o.received(m).Forward; f == nil || f.DoneAt.IsZero() || f.Failure != "" || o.chunks(m) != 0 {
		t.Errorf("got %+v, and %d pieces are left", f, o.chunks(m))
	}
	if got := o.invitation(inv.ID); got.RepliedAt.IsZero() {
		t.Error("the ask goes on")
	}
	if r, err := o.Rhythm(o.ctx, inv.CustomerID); !must(t, r, err).Known {
		t.Error("no sign of life")
	}
	stranger := got
	o.receive(path, "X-Loop: ask.example\r\n"+written("rita@acme.example", "Answer: Re: How are you?", stranger.Text))
	if n := len(o.toRita()); n != 1 {
		t.Errorf("what was sent on before was sent on again: %d mails", n)
	}
}

// TestAnswersThatAreNotSentOn says why.
func TestAnswersThatAreNotSentOn(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		prepare func(*office, *survey.Invitation)
		mail    func(*survey.Invitation) string
		why     string
		owed    bool
	}{
		"the rep wrote it": {nil, func(*survey.Invitation) string { return written("Rita@acme.example", "Re: x", "Shall I call them?") }, "the rep wrote it", true},
		"a machine":        {nil, func(i *survey.Invitation) string { return written(i.Email, "Out of office", "Back on Monday.") }, "", false},
		"unsubscribing":    {nil, func(i *survey.Invitation) string { return written(i.Email, "unsubscribe", "") }, "", false},
		"a suppressed rep": {func(o *office, _ *survey.Invitation) {
			_, err := o.Suppress(o.ctx, survey.SuppressionInput{Email: "rita@acme.example"})
			must(o.t, 0, err)
		}, func(i *survey.Invitation) string { return written(i.Email, "Re: x", "All is well, thank you!") }, "must not be mailed", true},
		"the server refuses": {func(o *office, _ *survey.Invitation) { o.post.answer(says(survey.Refused, "550 too large")) },
			func(i *survey.Invitation) string { return written(i.Email, "Re: x", "All is well, thank you!") }, "550 too large", true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o, inv := repliesHere(t)
			if tt.prepare != nil {
				tt.prepare(o, inv)
			}
			m := o.receive("bounces+"+inv.ID+"@ask.example", tt.mail(inv))
			f := o.received(m).Forward
			if n := len(o.toRita()); n != 0 || o.chunks(m) != 0 || (f != nil) != tt.owed || f != nil && !strings.Contains(f.Failure, tt.why) {
				t.Errorf("got %+v, %d mails to the rep, %d pieces left; want %q", f, n, o.chunks(m), tt.why)
			}
		})
	}
}

// TestAnswersWaitForTheServer until it takes them; what is uncertain is sent once more, and after five days they are given up.
func TestAnswersWaitForTheServer(t *testing.T) {
	t.Parallel()
	o, inv := repliesHere(t)
	for _, d := range []survey.Delivery{survey.Temporary, survey.Uncertain} {
		o.post.answer(says(d, "450 later"))
		m := o.receive("bounces+"+inv.ID+"@ask.example", written(inv.Email, "Re: "+string(rune('a'+int(d))), "All is well, thank you!"))
		if f := o.received(m).Forward; f.Tries == 0 || !f.DoneAt.IsZero() || o.chunks(m) != 1 {
			t.Errorf("got %+v, and %d pieces", f, o.chunks(m))
		}
		o.post.answer(nil)
		o.watch.pass(time.Hour)
		o.drain()
		if f := o.received(m).Forward; f.DoneAt.IsZero() || o.chunks(m) != 0 {
			t.Errorf("got %+v, and %d pieces; want it sent on", f, o.chunks(m))
		}
	}
	o.post.answer(says(survey.Temporary, "450 later"))
	m := o.receive("bounces+"+inv.ID+"@ask.example", written(inv.Email, "Re: never", "All is well, thank you!"))
	for range 40 {
		o.watch.pass(4 * time.Hour)
		o.drain()
	}
	if f := o.received(m).Forward; f.Failure != "450 later" || o.chunks(m) != 0 {
		t.Errorf("got %+v, and %d pieces; want it given up", f, o.chunks(m))
	}
	if n := len(o.toRita()); n != 2 {
		t.Errorf("the rep got %d mails, want 2", n)
	}
}

// TestAnswersGoToTheRepUnlessAskedFor keeps nothing of them then.
func TestAnswersGoToTheRepUnlessAskedFor(t *testing.T) {
	t.Parallel()
	o, inv := mailed(t)
	m := o.receive("bounces+"+inv.ID+"@ask.example", written(inv.Email, "Re: x", "All is well, thank you!"))
	if m.Forward != nil || o.chunks(m) != 0 {
		t.Errorf("got %+v, want nothing that is kept", m.Forward)
	}
}
