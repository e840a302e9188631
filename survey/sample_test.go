package survey_test

import (
	"strings"
	"testing"
	"time"

	"earshot/survey"
)

// TestSendSample sends a mail that is about nobody: it says that it is a test, leads to a preview, and is written down nowhere.
func TestSendSample(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	sv := o.survey(survey.TemplateNPS)
	before := o.everything()
	got, err := o.SendSample(o.ctx, survey.SampleRequest{SurveyID: sv, To: "Ana@Example.COM", Language: "de"})
	if must(t, got, err); got.Delivery != survey.Accepted || got.Reply != "250 ok" {
		t.Errorf("got %+v, want what the server said", got)
	}
	mails := o.post.accepted()
	if len(mails) != 1 {
		t.Fatalf("got %d mails, want 1", len(mails))
	}
	m, preview := mails[0], "https://ask.example/surveys/"+string(sv)+"/preview"
	if m.Subject != "[Test] Würden Sie uns weiterempfehlen?" || m.Language != "de" || m.To != "Ana@example.com" || m.UnsubscribeURL != preview || !strings.Contains(m.Text, preview) {
		t.Errorf("got %+v", m)
	}
	if !strings.HasPrefix(m.FeedbackID, "test:"+string(sv)+":") {
		t.Errorf("got Feedback-ID %s, want a campaign of its own", m.FeedbackID)
	}
	for name, docs := range o.everything() {
		if len(docs) != len(before[name]) {
			t.Errorf("%s has %d documents more", name, len(docs)-len(before[name]))
		}
	}
}

func TestSendSampleRefuses(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	for _, line := range []string{"gone@example.com", "@left.example"} {
		if _, err := o.Suppress(o.ctx, survey.SuppressionInput{Email: line}); err != nil {
			t.Fatal(err)
		}
	}
	for _, row := range []struct {
		name string
		r    survey.SampleRequest
		want survey.Kind
	}{
		{"no address", survey.SampleRequest{To: "ana"}, survey.Invalid},
		{"nobody", survey.SampleRequest{}, survey.Invalid},
		{"a suppressed address in another spelling", survey.SampleRequest{To: "Gone+x@EXAMPLE.com"}, survey.Conflict},
		{"a suppressed domain", survey.SampleRequest{To: "ana@left.example"}, survey.Conflict},
		{"no such survey", survey.SampleRequest{To: "ana@example.com", SurveyID: "sur_none"}, survey.NotFound},
	} {
		if _, err := o.SendSample(o.ctx, row.r); survey.KindOf(err) != row.want {
			t.Errorf("%s: got %v, want %s", row.name, err, row.want)
		}
	}
	if n := len(o.post.accepted()); n != 0 {
		t.Errorf("got %d mails, want none", n)
	}
	o.SetMailer(nil)
	if _, err := o.SendSample(o.ctx, survey.SampleRequest{To: "ana@example.com"}); survey.KindOf(err) != survey.Conflict {
		t.Errorf("without a mail server: got %v", err)
	}
}

// TestSamplesAreFew: a handful at once, then one a minute.
func TestSamplesAreFew(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	send := func() error {
		_, err := o.SendSample(o.ctx, survey.SampleRequest{To: "ana@example.com"})
		return err
	}
	for range 5 {
		if err := send(); err != nil {
			t.Fatal(err)
		}
	}
	if err := send(); survey.KindOf(err) != survey.RateLimited || survey.AsError(err).RetryAfter != time.Minute {
		t.Errorf("got %v, want to be told to wait a minute", err)
	}
	o.watch.pass(time.Minute)
	if err := send(); err != nil {
		t.Errorf("after a minute: got %v", err)
	}
}
