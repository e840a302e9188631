package survey_test

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"earshot/survey"
)

// braking is everything that mails, what comes back and the brake leave to workers.
var braking = []string{"mail_brakes", "invitations", "received_mails", "invitations", "ask_logs"}

// brakeOffice is an office that minds how mails end, and sends so many at once.
func brakeOffice(t testing.TB, atOnce int) *office {
	t.Helper()
	o := newOffice(t)
	o.atOnce, o.brake = atOnce, survey.BrakeLimits{Bounces: survey.DefaultBrakeBounces, Complaints: survey.DefaultBrakeComplaints}
	o.Service = o.process(o.store)
	return o
}

// dead refuses the addresses of those whose names begin so, since nobody is there.
func dead(prefix string) func(*survey.Message) survey.Outcome {
	return func(m *survey.Message) survey.Outcome {
		if strings.HasPrefix(m.To, prefix) {
			return survey.Outcome{Delivery: survey.Refused, BadAddress: true, Reply: "550 5.1.1 no such user"}
		}
		return survey.Outcome{Delivery: survey.Accepted, Reply: "250 ok"}
	}
}

// brakeStatus reads how the brake stands.
func (o *office) brakeStatus() *survey.BrakeStatus {
	o.t.Helper()
	status, err := o.BrakeStatus(o.ctx)
	return must(o.t, status, err)
}

// TestTheBrakeTakesHoldDuringABatch mails a list of dead addresses over many connections at once: all but few of them are spared, none is lost, and what
// was held goes out when an admin lets it go.
func TestTheBrakeTakesHoldDuringABatch(t *testing.T) {
	t.Parallel()
	const connections, asks = 50, 300
	o := brakeOffice(t, connections)
	o.post.answer(func(m *survey.Message) survey.Outcome {
		time.Sleep(time.Millisecond)
		return dead("ana")(m)
	})
	list := o.askMany(asks)
	effects(t, o.Service, braking...)
	if n := o.post.tries(); n < survey.FewestBounces || n > connections+survey.FewestBounces {
		t.Errorf("%d of %d mails were tried over %d connections, want few more than those", n, asks, connections)
	}
	s := o.brakeStatus()
	tried := o.post.tries()
	if s.Reason != survey.BrakeBounces || !s.HeldAt.Equal(monday) || s.Waiting != asks-tried || s.Ends != (survey.MailEnds{Refused: tried}) {
		t.Fatalf("got brake %+v, ends %+v, %d waiting, of %d tries", s.Brake, s.Ends, s.Waiting, tried)
	}
	o.wantStates(list, map[string]int{"held": asks - tried, "refused": tried})
	var waits *survey.Invitation
	for _, inv := range list {
		if now := o.invitation(inv.ID); now.Standing() == survey.StandsBraked {
			waits = now
		}
	}
	if !waits.NextTry().IsZero() || !strings.Contains(waits.LatestMail().Reason, "admin") {
		t.Errorf("got %+v, want that it says what it waits for", waits.LatestMail())
	}
	latest := waits.LatestMail().LatestAt
	const wait = 4 * day // longer than a mail by hand has to go out
	for range 4 * 24 {
		o.watch.pass(time.Hour)
		effects(t, o.Service, braking...)
	}
	if o.post.tries() != tried || !o.brakeStatus().Holds() {
		t.Errorf("%d tries while the brake holds", o.post.tries()-tried)
	}
	o.post.answer(nil)
	released, err := o.ReleaseBrake(o.ctx, "rep_mia")
	if must(t, released, err).Holds() || released.ReleasedBy != "rep_mia" || !released.ReleasedAt.Equal(monday.Add(wait)) || released.Ends != (survey.MailEnds{}) {
		t.Errorf("got %+v after it was let go", released.Brake)
	}
	effects(t, o.Service, braking...)
	o.wantStates(list, map[string]int{"accepted": asks - tried, "refused": tried})
	if got := o.invitation(waits.ID).LatestMail().LatestAt; !got.Equal(latest.Add(wait)) {
		t.Errorf("the mail may go out until %v, want the wait of %v added to %v", got, wait, latest)
	}
	_, err = o.ReleaseBrake(o.ctx, "rep_mia")
	wantKind(t, err, survey.Conflict)
}

// TestTheBrakeGoesByTheShare has few, many of many, and too many of many end badly.
func TestTheBrakeGoesByTheShare(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name      string
		good, bad int
		limits    survey.BrakeLimits
		holds     bool
	}{
		{"too few to say", 0, 9, survey.BrakeLimits{Bounces: 10}, false},
		{"ten of few", 0, 10, survey.BrakeLimits{Bounces: 10}, true},
		{"below a tenth", 91, 10, survey.BrakeLimits{Bounces: 10}, false},
		{"a tenth", 90, 10, survey.BrakeLimits{Bounces: 10}, true},
		{"of those who want to know of a twentieth", 190, 10, survey.BrakeLimits{Bounces: 5}, true},
		{"switched off", 0, 20, survey.BrakeLimits{Complaints: 0.3}, false},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			o := newOffice(t)
			o.brake = row.limits
			o.Service = o.process(o.store)
			o.post.answer(dead("bo"))
			sv := o.survey(survey.TemplateCSAT)
			for i := range row.good {
				o.ask(o.contact(o.customer("Good"), fmt.Sprint("ana", i), survey.User), sv)
			}
			effects(t, o.Service, braking...)
			for i := range row.bad {
				o.ask(o.contact(o.customer("Bad"), fmt.Sprint("bo", i), survey.User), sv)
			}
			effects(t, o.Service, braking...)
			s := o.brakeStatus()
			if s.Holds() != row.holds || s.Ends != (survey.MailEnds{Accepted: row.good, Refused: row.bad}) {
				t.Errorf("got that it holds: %v by %+v; want %v", s.Holds(), s.Ends, row.holds)
			}
		})
	}
}

// TestTheBrakeForgetsAfterAWeek counts by the day on which mails went out.
func TestTheBrakeForgetsAfterAWeek(t *testing.T) {
	t.Parallel()
	o := brakeOffice(t, 1)
	o.post.answer(dead("ana"))
	send := func(n int) {
		o.askMany(n)
		effects(t, o.Service, braking...)
	}
	send(6)
	o.watch.pass(6 * day)
	send(3)
	if s := o.brakeStatus(); s.Holds() || s.Ends.Refused != 9 {
		t.Errorf("got %+v within a week", s.Ends)
	}
	o.watch.pass(day)
	if s := o.brakeStatus(); s.Ends.Refused != 3 {
		t.Errorf("got %+v a week after the first six, want the three of yesterday", s.Ends)
	}
	send(6)
	if s := o.brakeStatus(); s.Holds() || s.Ends.Refused != 9 {
		t.Errorf("got that it holds: %v, by %+v", s.Holds(), s.Ends)
	}
	send(1)
	if !o.brakeStatus().Holds() {
		t.Error("it does not hold after ten within a week")
	}
}

// comesBack hands in a bounce or a complaint of each of the mails.
func (o *office) comesBack(list []*survey.Invitation, notice func(*survey.Invitation) string) {
	o.t.Helper()
	for _, inv := range list {
		m, err := o.Receive(o.ctx, "", strings.NewReader(notice(inv)))
		must(o.t, m, err)
	}
	effects(o.t, o.Service, braking...)
}

// bounceOf is a report that the mail did not arrive, with that status.
func bounceOf(status string) func(*survey.Invitation) string {
	return func(inv *survey.Invitation) string {
		return "From: MAILER-DAEMON@mx.example\nTo: bounces+" + inv.ID + "@ask.example\nSubject: Undelivered\nMIME-Version: 1.0\n" +
			"Content-Type: multipart/report; report-type=delivery-status; boundary=b\n\n--b\nContent-Type: text/plain\n\nSorry.\n" +
			"--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example\n\nFinal-Recipient: rfc822; " + inv.Email +
			"\nAction: failed\nStatus: " + status + "\nDiagnostic-Code: smtp; 550 " + status + " no\n--b--\n"
	}
}

// complaintOf is a report that somebody called the mail spam.
func complaintOf(inv *survey.Invitation) string {
	return "From: fbl@mx.example\nTo: bounces+" + inv.ID + "@ask.example\nSubject: Complaint\nMIME-Version: 1.0\n" +
		"Content-Type: multipart/report; report-type=feedback-report; boundary=b\n\n--b\nContent-Type: text/plain\n\nSpam.\n" +
		"--b\nContent-Type: message/feedback-report\n\nFeedback-Type: abuse\nUser-Agent: t/1\nVersion: 1\n--b--\n"
}

// TestTheBrakeSeesThoughAClockWasAhead has mails counted, and the brake let go, by a clock that is a year ahead, and put right then.
func TestTheBrakeSeesThoughAClockWasAhead(t *testing.T) {
	t.Parallel()
	const ahead = 365 * day
	o := brakeOffice(t, 1)
	o.post.answer(dead("ana"))
	o.watch.pass(ahead)
	o.askMany(9)
	effects(t, o.Service, braking...)
	o.watch.pass(-ahead)
	o.askMany(1)
	effects(t, o.Service, braking...)
	if s := o.brakeStatus(); s.Holds() || s.Ends.Refused != 1 {
		t.Fatalf("got %+v, want what the clock said wrongly to be forgotten", s.Ends)
	}
	o.askMany(survey.FewestBounces - 1)
	effects(t, o.Service, braking...)
	if s := o.brakeStatus(); !s.Holds() {
		t.Errorf("the brake has not taken hold by %+v", s.Ends)
	}
}

// TestWhatComesBackPullsTheBrake lets bounces and complaints come days later: each counts once, and not against a window that began after its mail.
func TestWhatComesBackPullsTheBrake(t *testing.T) {
	t.Parallel()
	o := brakeOffice(t, 4)
	list := o.askMany(60)
	effects(t, o.Service, braking...)
	o.watch.pass(day)
	o.comesBack(list[:9], bounceOf("5.1.1"))
	o.comesBack(list[:9], bounceOf("5.1.1"))
	for _, inv := range list[:9] { // in other words, so that it is another mail
		m, err := o.Receive(o.ctx, "", strings.NewReader(bounceOf("5.1.1")(inv)+"\n"))
		must(t, m, err)
	}
	o.comesBack(list[20:40], bounceOf("4.4.7")) // for now alone, or nobody says
	if s := o.brakeStatus(); s.Holds() || s.Ends != (survey.MailEnds{Accepted: 60, Bounced: 9}) {
		t.Fatalf("got that it holds: %v, by %+v", s.Holds(), s.Ends)
	}
	o.comesBack(list[9:10], bounceOf("5.1.1"))
	if s := o.brakeStatus(); s.Reason != survey.BrakeBounces || s.Ends.Bounced != 10 {
		t.Fatalf("got %+v by %+v, want that the tenth bounce pulls it", s.Brake, s.Ends)
	}
	asked, err := o.AskNow(o.ctx, survey.AskRequest{ContactID: o.contact(o.customer("Other"), "cy", survey.User), SurveyID: list[0].SurveyID, Confirm: true})
	waits := must(t, asked, err).Invitation
	effects(t, o.Service, braking...)
	if got := o.invitation(waits.ID).Standing(); got != survey.StandsBraked {
		t.Errorf("a mail stands as %s while the brake holds", got)
	}
	released, err := o.ReleaseBrake(o.ctx, "")
	must(t, released, err)
	effects(t, o.Service, braking...)
	o.comesBack(list[10:20], bounceOf("5.1.1"))
	o.comesBack(list[40:50], complaintOf)
	if s := o.brakeStatus(); s.Holds() || s.Ends != (survey.MailEnds{Accepted: 1}) {
		t.Errorf("got %+v by %+v, want that mails of before are not counted against the new window", s.Brake, s.Ends)
	}
	more := o.askMany(30)
	effects(t, o.Service, braking...)
	o.comesBack(more[:2], complaintOf)
	o.comesBack(more[:2], complaintOf)
	if s := o.brakeStatus(); s.Holds() || s.Ends.Complained != 2 {
		t.Errorf("got that it holds: %v, by %+v", s.Holds(), s.Ends)
	}
	o.comesBack(more[2:3], complaintOf)
	if s := o.brakeStatus(); s.Reason != survey.BrakeComplaints || s.Ends != (survey.MailEnds{Accepted: 31, Complained: 3}) {
		t.Errorf("got %+v by %+v, want that the third complaint pulls it", s.Brake, s.Ends)
	}
}

// TestEveryProcessMindsTheBrake has one process meet dead addresses while another, in the midst of a batch, meets none: it stops within seconds.
func TestEveryProcessMindsTheBrake(t *testing.T) {
	t.Parallel()
	o := brakeOffice(t, 1)
	o.post.answer(dead("ana"))
	good := make([]*survey.Invitation, 40)
	sv := o.survey(survey.TemplateCSAT)
	for i := range good {
		good[i] = o.ask(o.contact(o.customer("Good"), fmt.Sprint("bo", i), survey.User), sv)
	}
	slow := &postman{reply: func(*survey.Message) survey.Outcome {
		time.Sleep(200 * time.Millisecond)
		return survey.Outcome{Delivery: survey.Accepted, Reply: "250 ok"}
	}}
	first := o.post
	o.post = slow
	second := o.process(o.store)
	o.post = first
	var over sync.WaitGroup
	over.Go(func() { effects(t, second, "invitations") })
	for slow.tries() == 0 {
		time.Sleep(time.Millisecond)
	}
	bad := o.askMany(12)
	effects(t, o.Service, braking...)
	over.Wait()
	if n := slow.tries(); n > 20 {
		t.Errorf("the other process sent %d of %d mails, want that it stopped within seconds", n, len(good))
	}
	effects(t, o.Service, braking...)
	if s := o.brakeStatus(); !s.Holds() || s.Waiting != len(good)-slow.tries()+len(bad)-s.Ends.Refused {
		t.Errorf("got %+v by %+v, %d waiting", s.Brake, s.Ends, s.Waiting)
	}
	// A process that starts now, after those have died, knows of it.
	third := o.process(o.store)
	before := o.post.tries()
	o.watch.pass(2 * time.Hour)
	effects(t, third, braking...)
	if o.post.tries() != before {
		t.Error("a process that started later sends")
	}
}

// TestReleasingOutlivesACrash has the process that lets mails go die at once: another one does the rest.
func TestReleasingOutlivesACrash(t *testing.T) {
	t.Parallel()
	o := brakeOffice(t, 1)
	o.post.answer(dead("ana"))
	list := o.askMany(20)
	effects(t, o.Service, braking...)
	o.post.answer(nil)
	released, err := o.ReleaseBrake(o.ctx, "rep_mia")
	must(t, released, err)
	effects(t, o.process(o.store), braking...)
	o.wantStates(list, map[string]int{"accepted": 10, "refused": 10})
}

// TestReleasingReachesMailsInHand lets mails go before it is written down of some that they wait: these do not wait until they are looked at in an hour.
func TestReleasingReachesMailsInHand(t *testing.T) {
	t.Parallel()
	o := brakeOffice(t, 1)
	other, slow := o.Service, &meddling{Store: o.store, at: spec(t, "invitations")}
	refuse, tries := dead("ana"), 0
	o.post.answer(func(m *survey.Message) survey.Outcome {
		if tries++; tries == survey.FewestBounces {
			slow.do = func() {
				released, err := other.ReleaseBrake(o.ctx, "rep_mia")
				must(t, released, err)
				effects(t, other, "mail_brakes")
			}
		}
		if tries > survey.FewestBounces {
			return survey.Outcome{Delivery: survey.Accepted}
		}
		return refuse(m)
	})
	list := o.askMany(20)
	effects(t, o.process(slow), "invitations")
	for range 3 {
		o.watch.pass(time.Minute)
		effects(t, other, braking...)
	}
	o.wantStates(list, map[string]int{"accepted": 10, "refused": 10})
}

// TestPulsesAskNobodyWhileBraked lets a run begin, and holds it, and the next one, until mails are let go; whoever asks by hand is told.
func TestPulsesAskNobodyWhileBraked(t *testing.T) {
	t.Parallel()
	o := brakeOffice(t, 1)
	o.post.answer(dead("ana"))
	o.askMany(12)
	effects(t, o.Service, braking...)
	id, contact := o.quietCustomer("Quiet", 1)
	sv := o.survey(survey.TemplateCSAT)
	p := o.pulse(pulseFor(sv, survey.AudienceEveryone))
	_, err := o.RunPulseNow(o.ctx, survey.PulseID(p.ID), "")
	wantKind(t, err, survey.Conflict)
	forecast, err := o.Forecast(o.ctx, 14)
	if f := must(t, forecast, err); len(f.Asks) != 0 || len(f.Pulses) != 1 || !strings.Contains(f.Pulses[0].Problem, "admin") {
		t.Errorf("the forecast tells of %d asks and %+v", len(f.Asks), f.Pulses)
	}
	for range 3 * 24 {
		o.watch.pass(time.Hour)
		effects(t, o.Service, "pulses")
	}
	if log, err := o.AskLog(o.ctx, id); len(must(t, log, err).Asks) != 0 {
		t.Fatalf("the pulse asked while mails are held: %+v", log.Asks)
	}
	_, err = o.AskNow(o.ctx, survey.AskRequest{ContactID: contact, SurveyID: sv})
	if wantKind(t, err, survey.Conflict); !survey.NeedsConfirmation(err) || !strings.Contains(fmt.Sprint(err), "an admin can let them go") {
		t.Errorf("who asks by hand is told %v", err)
	}
	c, err := o.Contact(o.ctx, contact)
	mailable, err := o.Mailable(o.ctx, must(t, c, err))
	if m := must(t, mailable, err); m.OK || !m.ByHand || !strings.Contains(m.Reason, "an admin can let them go") {
		t.Errorf("got mailable %+v", m)
	}
	asked, err := o.AskNow(o.ctx, survey.AskRequest{ContactID: contact, SurveyID: sv, NoMail: true})
	must(t, asked, err)
	other, _ := o.quietCustomer("Other", 2)
	released, err := o.ReleaseBrake(o.ctx, "")
	must(t, released, err)
	o.watch.pass(time.Minute)
	effects(t, o.Service, "pulses")
	if o.lastAsk(other).PulseID != survey.PulseID(p.ID) {
		t.Error("the run that waited did not go on")
	}
}

// TestSamplesAreNotBraked sends what is for our own people.
func TestSamplesAreNotBraked(t *testing.T) {
	t.Parallel()
	o := brakeOffice(t, 1)
	o.post.answer(dead("ana"))
	o.askMany(12)
	effects(t, o.Service, braking...)
	outcome, err := o.SendSample(o.ctx, survey.SampleRequest{To: "mia@ask.example"})
	if must(t, outcome, err).Delivery != survey.Accepted || !o.brakeStatus().Holds() {
		t.Errorf("got %+v", outcome)
	}
}
