package survey_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"earshot/survey"
)

// refusing has the server refuse mails to these customers with its policy, and take the others.
func (o *office) refusing(customers ...survey.CustomerID) {
	o.post.answer(func(m *survey.Message) survey.Outcome {
		for _, id := range customers {
			if strings.HasSuffix(m.To, "@"+string(id)[4:]+".example") {
				return survey.Outcome{Delivery: survey.Refused, Reply: "550 5.7.1 not today"}
			}
		}
		return survey.Outcome{Delivery: survey.Accepted}
	})
}

// TestARefusingServerDoesNotBlockAPulse refuses the mail to the customer who matters most: the pulse goes on to the next on the
// same day, and does not try the first again at once.
func TestARefusingServerDoesNotBlockAPulse(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	var ids []survey.CustomerID
	for i := range 4 {
		id, _ := o.quietCustomer(fmt.Sprintf("Customer %d", i), float64(10-i))
		ids = append(ids, id)
	}
	o.refusing(ids[0])
	in := pulseFor(o.survey(survey.TemplateQuiet), survey.AudienceQuiet)
	in.DailyCap, in.RestDays = 1, 1
	pulse := o.pulse(in)
	var reached []int
	for range 3 {
		before := len(o.post.accepted())
		pulse = o.run(pulse)
		for _, inv := range o.invitationsOf(pulse) {
			if i := slices.Index(ids, inv.CustomerID); inv.Mail.State == survey.MailAccepted && !slices.Contains(reached, i) {
				reached = append(reached, i)
			}
		}
		if got := len(o.post.accepted()) - before; got != 1 {
			t.Errorf("got %d people reached on a day, want the cap of 1", got)
		}
		if pulse.Run.FinishedAt.IsZero() || !pulse.Due.After(o.watch.Now()) {
			t.Errorf("got run %+v, next at %v; want it finished", pulse.Run, pulse.Due)
		}
	}
	if got := fmt.Sprint(reached); got != "[1 2 3]" {
		t.Errorf("got customers reached day by day %v, want those behind the one who is refused", got)
	}
	log, err := o.AskLog(o.ctx, ids[0])
	if must(t, log, err); len(log.Asks) != 1 || len(log.Held) != 1 || !strings.Contains(log.Held[0].Reason, "did not get through: 550 5.7.1 not today") {
		t.Errorf("got ledger %+v, want one try and a hold that says why", log)
	}
	if want := log.Asks[0].EndedAt.Add(7 * day); !log.Held[0].Until.Equal(want) {
		t.Errorf("got held until %v, want %v", log.Held[0].Until, want)
	}
}

// TestFailuresAreRememberedLonger refuses one person again and again, as soon as they may be tried.
func TestFailuresAreRememberedLonger(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	id := o.customer("Customer")
	r := survey.AskRequest{ContactID: o.contact(id, "ana", survey.User), SurveyID: o.survey(survey.TemplateCSAT)}
	o.refusing(id)
	var rests []int
	days := 0
	for len(rests) < 6 && days < 1000 {
		_, err := o.AskNow(o.ctx, r)
		if err == nil {
			o.drain()
			rests = append(rests, days)
			days = 0
			continue
		}
		if wantKind(t, err, survey.Conflict); !survey.NeedsConfirmation(err) {
			t.Fatalf("got %v, want a rep to be let try all the same", err)
		}
		o.watch.pass(day)
		days++
	}
	if got := fmt.Sprint(rests); got != "[0 7 14 28 56 90]" {
		t.Errorf("got days between tries %v, want them to grow up to 90", got)
	}
	r.Confirm = true
	asked, err := o.AskNow(o.ctx, r)
	must(t, asked, err)
}

// TestTheCapIsOfADay runs a pulse by hand beside its calendar: it asks no more people on one day than its cap.
func TestTheCapIsOfADay(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	for i := range 9 {
		o.contact(o.customer(fmt.Sprintf("Customer %d", i)), "ana", survey.User)
	}
	in := pulseFor(o.survey(survey.TemplateCSAT), survey.AudienceEveryone)
	in.DailyCap, in.TimeZone, in.Hour = 2, "Pacific/Auckland", 9
	pulse := o.run(o.pulse(in)) // at nine in the morning there
	for _, tt := range []struct {
		name string
		wait time.Duration
		want int
	}{{"at once again", 0, 2}, {"in the evening", 14*time.Hour + 59*time.Minute, 2}, {"after midnight there", time.Minute, 4}} {
		o.watch.pass(tt.wait)
		_, err := o.RunPulseNow(o.ctx, survey.PulseID(pulse.ID), "rep_x")
		must(t, 0, err)
		o.drain()
		got, err := o.Pulse(o.ctx, survey.PulseID(pulse.ID))
		if n := len(o.invitationsOf(pulse)); n != tt.want || must(t, got, err).Run.FinishedAt.IsZero() {
			t.Errorf("%s: got %d people asked and run %+v, want %d and a finished one", tt.name, n, got.Run, tt.want)
		}
	}
}

// TestARevokedAskMakesRoom takes back one of the asks of today: somebody else is asked.
func TestARevokedAskMakesRoom(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	for i := range 5 {
		o.contact(o.customer(fmt.Sprintf("Customer %d", i)), "ana", survey.User)
	}
	in := pulseFor(o.survey(survey.TemplateCSAT), survey.AudienceEveryone)
	in.DailyCap, in.Hour = 2, 6 // too early to mail
	pulse := o.run(o.pulse(in))
	first := o.invitationsOf(pulse)[0]
	_, err := o.RevokeInvitation(o.ctx, survey.InvitationID(first.ID))
	must(t, 0, err)
	o.drain()
	if got := len(o.invitationsOf(pulse)); got != 3 {
		t.Errorf("got %d invitations after one of two was taken back, want one more", got)
	}
	run, err := o.Pulse(o.ctx, survey.PulseID(pulse.ID))
	if got := must(t, run, err).Run; got.Considered != 3 || got.Asked != 3 || got.Held != 0 || !got.Capped {
		t.Errorf("got run %+v, want three considered and asked, nobody twice", got)
	}
}

// TestEverybodyHasTheirTurn where the cap ends each run, and whoever was asked first could be asked again by the next.
func TestEverybodyHasTheirTurn(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	for _, name := range []string{"A", "B", "C"} {
		o.contact(o.customer(name), "ana", survey.User)
	}
	pulse := o.pulse(survey.PulseInput{Name: "All", SurveyID: o.survey(survey.TemplateCSAT), Audience: survey.AudienceEveryone, Weekdays: []int{2}, Hour: 9, DailyCap: 1, RestDays: 5, AnswerDays: 3})
	for range 3 {
		pulse = o.run(pulse)
	}
	asked := map[survey.CustomerID]bool{}
	for _, inv := range o.invitationsOf(pulse) {
		asked[inv.CustomerID] = true
	}
	if len(asked) != 3 {
		t.Errorf("three runs asked %d different customers, want all 3", len(asked))
	}
}
