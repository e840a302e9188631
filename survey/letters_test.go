package survey_test

import (
	"strings"
	"testing"

	"earshot/survey"
)

// TestLettersToReps sends what is told to reps about their passwords to servers that take it, put it off and refuse it.
func TestLettersToReps(t *testing.T) {
	t.Parallel()
	const token = "p5p10sjr4d0e67wa00cr53tedy2farzprep_1"
	o := newOffice(t)
	if _, err := o.Suppress(o.ctx, survey.SuppressionInput{Email: "gone@ask.example"}); err != nil {
		t.Fatal(err)
	}
	for _, row := range []struct {
		name, to string
		answer   survey.Delivery
		want     survey.Kind
	}{
		{"taken", "mia@ask.example", survey.Accepted, ""},
		{"taken or not", "mia@ask.example", survey.Uncertain, ""},
		{"put off", "mia@ask.example", survey.Temporary, survey.Unavailable},
		{"refused", "mia@ask.example", survey.Refused, survey.Conflict},
		{"not to be mailed", "gone@ask.example", survey.Accepted, survey.Conflict},
		{"no address", "nobody", survey.Accepted, survey.Conflict},
	} {
		o.post.answer(says(row.answer, "about https://ask.example/reset/"+token))
		err := o.SendReset(o.ctx, survey.Rep{ID: "rep_1", Name: "Mia", Email: row.to}, token, monday)
		if kind, _ := problem(err, ""); kind != row.want {
			t.Errorf("%s: got %v, want %q", row.name, err, row.want)
		}
		if err != nil && strings.Contains(err.Error(), token) {
			t.Errorf("%s: the error tells the link: %v", row.name, err)
		}
	}
	sent := o.post.accepted()
	if len(sent) != 1 || !strings.Contains(sent[0].Text, "\nhttps://ask.example/reset/"+token+"\n") {
		t.Errorf("got the mails %+v, want one with the link", sent)
	}
	bare := mustService(t, survey.Options{Store: o.store})
	if kind, _ := problem(bare.TellPasswordChanged(o.ctx, survey.Rep{Email: "mia@ask.example"}, monday), ""); kind != survey.Conflict {
		t.Errorf("without a mail server: got %q, want a conflict", kind)
	}
}

func TestLetterOfARecoveryCode(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.post.answer(says(survey.Accepted, "ok"))
	if err := o.TellRecoveryUsed(o.ctx, survey.Rep{ID: "rep_1", Name: "Mia", Email: "mia@ask.example"}, monday, 3); err != nil {
		t.Fatal(err)
	}
	if sent := o.post.accepted(); len(sent) != 1 || !strings.Contains(sent[0].Text, "left: 3.") || !strings.Contains(sent[0].Text, "https://ask.example/account/factors") {
		t.Errorf("got the mails %+v", sent)
	}
}
