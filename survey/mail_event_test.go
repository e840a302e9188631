package survey_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"earshot/survey"
)

// stood tells a history as the standings in it.
func stood(i *survey.Invitation) string {
	var names []string
	for _, e := range i.MailHistory(0) {
		names = append(names, string(e.Standing()))
	}
	return strings.Join(names, " ")
}

// TestTheHistoryOfAMail goes every way that a mail can go, and holds where it stands against the history's end.
func TestTheHistoryOfAMail(t *testing.T) {
	t.Parallel()
	later := says(survey.Temporary, "451 later")
	for _, tt := range []struct {
		name  string
		goes  func(o *office, inv *survey.Invitation)
		stood string
	}{
		{"taken", func(o *office, _ *survey.Invitation) { o.drain() }, "planned accepted"},
		{"put off, and taken then", func(o *office, _ *survey.Invitation) {
			o.post.answer(later)
			o.drain()
			o.post.answer(nil)
			o.watch.pass(time.Hour)
			o.drain()
		}, "planned deferred accepted"},
		{"refused", func(o *office, _ *survey.Invitation) {
			o.post.answer(says(survey.Refused, "554 no"))
			o.drain()
		}, "planned refused"},
		{"cut off, and sent again", func(o *office, inv *survey.Invitation) {
			o.post.answer(says(survey.Uncertain, "reset"))
			o.drain()
			o.post.answer(nil)
			if _, err := o.ResolveUncertain(o.ctx, survey.InvitationID(inv.ID), true, "rep_rita"); err != nil {
				o.t.Error(err)
			}
			o.watch.pass(time.Second)
			o.drain()
		}, "planned uncertain planned accepted"},
		{"cut off, and answered by mail", func(o *office, inv *survey.Invitation) {
			o.post.answer(says(survey.Uncertain, "reset"))
			o.drain()
			o.receive("bounces+"+inv.ID+"@ask.example", written(inv.Email, "Re: How are you?", "All is well."))
		}, "planned uncertain replied"},
		{"answered by mail", func(o *office, inv *survey.Invitation) {
			o.drain()
			o.watch.pass(time.Hour)
			o.receive("bounces+"+inv.ID+"@ask.example", written(inv.Email, "Re: How are you?", "All is well."))
		}, "planned accepted replied"},
		{"came back", func(o *office, inv *survey.Invitation) {
			o.drain()
			o.watch.pass(time.Hour)
			o.receive("bounces+"+inv.ID+"@ask.example", bounced(inv, "failed", "5.1.1", "550 no"))
		}, "planned accepted bounced"},
		{"suppressed", func(o *office, inv *survey.Invitation) {
			if _, err := o.Suppress(o.ctx, survey.SuppressionInput{Email: inv.Email}); err != nil {
				o.t.Error(err)
			}
			o.drain()
		}, "planned suppressed"},
		{"too late", func(o *office, _ *survey.Invitation) {
			o.watch.pass(4 * day)
			o.drain()
		}, "planned stale"},
		{"put off until it was too late", func(o *office, _ *survey.Invitation) {
			o.post.answer(later)
			for range 3 {
				o.drain()
				o.watch.pass(day)
			}
			o.drain()
		}, "planned deferred deferred deferred stale"},
		{"revoked", func(o *office, inv *survey.Invitation) {
			if _, err := o.RevokeInvitation(o.ctx, survey.InvitationID(inv.ID)); err != nil {
				o.t.Error(err)
			}
			o.drain()
		}, "planned stale"},
		{"the server has a fault", func(o *office, _ *survey.Invitation) {
			o.post.refuseAll(survey.FaultLogin)
			o.drain()
		}, "planned held"},
		{"the server had a fault", func(o *office, _ *survey.Invitation) {
			o.post.refuseAll(survey.FaultLogin)
			o.drain()
			o.post.refuseAll("")
			o.watch.pass(20 * time.Minute)
			effects(o.t, o.Service, "relays", "invitations", "relays")
		}, "planned held planned accepted"},
		{"withheld by hand", func(o *office, _ *survey.Invitation) {
			if n, err := o.WithholdQueued(o.ctx, survey.Queued{}, "rep_rita"); n != 1 || err != nil {
				o.t.Errorf("got %d withheld, %v; want 1", n, err)
			}
			o.drain()
		}, "planned withheld"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			o := newOffice(t)
			inv := o.ask(o.contact(o.customer("Customer"), "ana", survey.User), o.survey(survey.TemplateCSAT))
			tt.goes(o, inv)
			inv = o.invitation(inv.ID)
			if got := stood(inv); got != tt.stood {
				t.Errorf("got the history %q, want %q", got, tt.stood)
			}
			list := inv.MailHistory(0)
			if last := list[len(list)-1]; last.Standing() != inv.Standing() || last.Reason != inv.Mail.Reason {
				t.Errorf("the history ends with %+v, and the mail stands as %s for %q", last, inv.Standing(), inv.Mail.Reason)
			}
			if !slices.IsSortedFunc(list, func(a, b survey.MailEvent) int { return a.At.Compare(b.At) }) {
				t.Errorf("got a history out of order: %+v", list)
			}
		})
	}
}

// TestTheHistoryTellsTriesAndDeciders: when a try began and how it ended, until when a mail waits, and who decided.
func TestTheHistoryTellsTriesAndDeciders(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	inv := o.ask(o.contact(o.customer("Customer"), "ana", survey.User), o.survey(survey.TemplateCSAT))
	o.post.answer(func(*survey.Message) survey.Outcome {
		o.watch.pass(2 * time.Second)
		return survey.Outcome{Delivery: survey.Temporary, Reply: "451 later"}
	})
	o.mail()
	list := o.invitation(inv.ID).MailHistory(0)
	want := survey.MailEvent{At: monday.Add(2 * time.Second), State: survey.MailQueued, Detail: survey.Deferred, BeganAt: monday, Reason: "451 later", NextAt: monday.Add(2*time.Second + time.Minute), Relay: "relay"}
	if got := list[len(list)-1]; fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
	o.post.answer(says(survey.Uncertain, "reset"))
	o.watch.pass(time.Hour)
	o.mail()
	if _, err := o.ResolveUncertain(o.ctx, survey.InvitationID(inv.ID), false, "rep_rita"); err != nil {
		t.Fatal(err)
	}
	list = o.invitation(inv.ID).MailHistory(0)
	if got := list[len(list)-1]; got.By != "rep_rita" || got.State != survey.MailAccepted {
		t.Errorf("got %+v, want that rita decided", got)
	}
}

// TestAHistoryStaysSmall of a mail that is put off again and again, and keeps its beginning and its end.
func TestAHistoryStaysSmall(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	id := o.customer("Customer")
	asked, err := o.AskNow(o.ctx, survey.AskRequest{ContactID: o.contact(id, "ana", survey.User), SurveyID: o.survey(survey.TemplateCSAT), AnswerDays: 300})
	inv := must(t, asked, err).Invitation
	long := strings.Repeat("ä", 4000)
	o.post.answer(says(survey.Temporary, long))
	for o.invitation(inv.ID).Mail.State == survey.MailQueued {
		o.watch.pass(2 * time.Hour)
		o.mail()
	}
	inv = o.invitation(inv.ID)
	tries, list := o.post.tries(), inv.MailHistory(0)
	if len(list) != 20 || inv.Mail.Forgotten != tries+1-20 || tries < 20 {
		t.Fatalf("got %d events and %d forgotten after %d tries", len(list), inv.Mail.Forgotten, tries)
	}
	if list[0].Standing() != survey.StandsPlanned || list[1].BeganAt.Sub(inv.CreatedAt) != 2*time.Hour || list[19].Standing() != survey.StandsStale {
		t.Errorf("got the first %+v, %+v and the last %+v", list[0], list[1], list[19])
	}
	if n := len([]rune(list[1].Reason)); n != 500 {
		t.Errorf("got %d characters of what the server said, want 500", n)
	}
}

// TestMailsOfOlderVersions have no history, and tell what their fields do.
func TestMailsOfOlderVersions(t *testing.T) {
	t.Parallel()
	at := func(hours int) time.Time { return monday.Add(time.Duration(hours) * time.Hour) }
	for _, tt := range []struct {
		name  string
		mail  survey.Mail
		stood string
	}{
		{"waits", survey.Mail{State: survey.MailQueued}, "planned"},
		{"was put off", survey.Mail{State: survey.MailQueued, Attempts: 2, SendingSince: at(1), Reason: "451"}, "planned deferred"},
		{"taken", survey.Mail{State: survey.MailAccepted, Attempts: 1, SendingSince: at(1), AcceptedAt: at(1), Reason: "250 ok"}, "planned accepted"},
		{"taken as sent", survey.Mail{State: survey.MailAccepted, Attempts: 1, SendingSince: at(1), ResolvedAt: at(2)}, "planned accepted"},
		{"came back", survey.Mail{State: survey.MailBounced, SendingSince: at(1), AcceptedAt: at(1), BouncedAt: at(2)}, "planned accepted bounced"},
		{"refused", survey.Mail{State: survey.MailRefused, SendingSince: at(1), Reason: "550"}, "planned refused"},
		{"withheld", survey.Mail{State: survey.MailWithheld, Reason: "closed"}, "planned withheld"},
		{"a link", survey.Mail{State: survey.MailNone}, "link"},
		{"a new step of an old one", survey.Mail{State: survey.MailBounced, AcceptedAt: at(1), BouncedAt: at(2), History: []survey.MailEvent{{At: at(2), State: survey.MailBounced}}}, "planned accepted bounced"},
	} {
		inv := &survey.Invitation{CreatedAt: monday, Mail: tt.mail, MailState: tt.mail.State}
		if got := stood(inv); got != tt.stood {
			t.Errorf("%s: got %q, want %q", tt.name, got, tt.stood)
		}
	}
}
