package survey_test

import (
	"strings"
	"testing"
	"time"

	"earshot/survey"
)

// TestTheMailSaysWhatItIs: one name for all mails of the installation, and a campaign by which providers count complaints.
func TestTheMailSaysWhatItIs(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	nps, csat := o.survey(survey.TemplateNPS), o.survey(survey.TemplateCSAT)
	o.ask(o.contact(o.customer("A"), "ana", survey.User), nps)
	o.ask(o.contact(o.customer("B"), "bo", survey.User), csat)
	o.drain()
	mails := o.post.accepted()
	if len(mails) != 2 {
		t.Fatalf("got %d mails, want 2", len(mails))
	}
	surveys, senders := map[string]bool{}, map[string]bool{}
	for _, m := range mails {
		if m.ListID != "questions.ask.example" {
			t.Errorf("got List-Id %q, want one for all", m.ListID)
		}
		words := strings.Split(m.FeedbackID, ":")
		if len(words) != 3 || words[0] != "by-hand" || len(words[2]) < 5 || len(words[2]) > 15 {
			t.Fatalf("got Feedback-ID %q, want by-hand, the survey and a sender of 5 to 15 characters", m.FeedbackID)
		}
		surveys[words[1]], senders[words[2]] = true, true
	}
	if !surveys[string(nps)] || !surveys[string(csat)] || len(senders) != 1 {
		t.Errorf("got surveys %v of senders %v, want both of one", surveys, senders)
	}
}

// TestAnswerBy: whoever is told a day may use all of it, in their own zone.
func TestAnswerBy(t *testing.T) {
	t.Parallel()
	utc := func(text string) time.Time {
		at, err := time.Parse("2006-01-02 15:04", text)
		if err != nil {
			t.Fatal(err)
		}
		return at
	}
	for _, row := range []struct{ name, zone, now, expires, want string }{
		{"at noon in two weeks", "UTC", "2026-12-01 12:00", "2026-12-15 12:00", "2026-12-14"},
		{"the 15th there already", "Pacific/Auckland", "2026-12-01 12:00", "2026-12-15 12:00", "2026-12-15"},
		{"the 14th there still", "America/Los_Angeles", "2026-12-01 12:00", "2026-12-15 06:00", "2026-12-13"},
		{"over the clock change", "Europe/Berlin", "2026-10-20 12:00", "2026-10-26 00:30", "2026-10-25"},
		{"within the day", "UTC", "2026-12-01 08:00", "2026-12-01 20:00", "2026-12-01"},
		{"tomorrow at the same hour", "UTC", "2026-12-01 08:00", "2026-12-02 08:00", "2026-12-01"},
	} {
		zone, err := time.LoadLocation(row.zone)
		if err != nil {
			t.Fatal(err)
		}
		if got := survey.AnswerBy(utc(row.expires), utc(row.now), zone).Format(time.DateOnly); got != row.want {
			t.Errorf("%s: got %s, want %s", row.name, got, row.want)
		}
	}
}

// TestTheMailSaysUntilWhen hands the day to whoever lays the mail out.
func TestTheMailSaysUntilWhen(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	c := &captured{}
	o.SetComposer(c)
	inv := o.ask(o.contact(o.customer("Customer"), "ana", survey.User), o.survey(survey.TemplateCSAT))
	o.drain()
	if want := inv.ExpiresAt.AddDate(0, 0, -1).Format(time.DateOnly); c.last.AnswerBy.Format(time.DateOnly) != want {
		t.Errorf("got %v, want %s: the link expires on %v", c.last.AnswerBy, want, inv.ExpiresAt)
	}
}
