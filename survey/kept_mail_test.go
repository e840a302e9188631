package survey_test

import (
	"strings"
	"testing"

	"earshot/survey"
)

// TestMaskedMails keep everything but what their links open.
func TestMaskedMails(t *testing.T) {
	t.Parallel()
	token := strings.Repeat("0a", 29)
	for name, text := range map[string]string{
		"a link":             "https://ask.example/r/TOKEN",
		"with a score":       "https://ask.example/r/TOKEN?s=5",
		"to unsubscribe":     "<a href=\"https://ask.example/r/TOKEN/unsubscribe\">",
		"at another address": "https://x.example/feedback/r/TOKEN.",
		"twice":              "TOKEN TOKEN",
		"none":               "Dear Ana, " + token + "x",
		"a long name":        strings.Repeat("a", 57),
	} {
		whole := strings.ReplaceAll(text, "TOKEN", token)
		m := &survey.KeptMail{To: "ana@example.com", Subject: whole, Text: whole, HTML: whole}
		masked, want := m.Masked(), strings.ReplaceAll(text, "TOKEN", "***")
		if masked.To != m.To || masked.Subject != want || masked.Text != want || masked.HTML != want {
			t.Errorf("%s: got %+v, want %q in it", name, masked, want)
		}
		if m.Text != whole {
			t.Errorf("%s: the mail itself was changed", name)
		}
	}
}

// TestRepliesOfServersTellNoLinks: some quote the address that they dislike.
func TestRepliesOfServersTellNoLinks(t *testing.T) {
	t.Parallel()
	for _, d := range []survey.Delivery{survey.Refused, survey.Temporary, survey.Uncertain} {
		o := newOffice(t)
		o.post.answer(func(m *survey.Message) survey.Outcome {
			return survey.Outcome{Delivery: d, Reply: "550 5.7.1 listed: " + m.Text}
		})
		inv := o.ask(o.contact(o.customer("Customer"), "ana", survey.User), o.survey(survey.TemplateNPS))
		o.drain()
		if got := o.invitation(inv.ID).Mail.Reason; !strings.Contains(got, "/r/***") {
			t.Errorf("delivery %d: got the reason %q, want it without what the link opens", d, got)
		}
	}
}
