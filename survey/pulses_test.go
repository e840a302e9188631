package survey_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"earshot/survey"
)

// TestWhenAPulseRuns follows the runs of calendars over weeks, over changes of the clocks too.
func TestWhenAPulseRuns(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name  string
		zone  string
		days  []int
		hour  int
		start string
		want  []string // in UTC
	}{
		{"working days", "UTC", []int{1, 2, 3, 4, 5}, 9, "2026-03-05T10:00", []string{"2026-03-06T09:00", "2026-03-09T09:00", "2026-03-10T09:00"}},
		{"later today", "UTC", []int{1}, 11, "2026-03-02T10:00", []string{"2026-03-02T11:00", "2026-03-09T11:00"}},
		{"exactly now is next week", "UTC", []int{1}, 10, "2026-03-02T10:00", []string{"2026-03-09T10:00"}},
		{"the clocks go forward in between", "Europe/Berlin", []int{0, 1}, 9, "2026-03-28T12:00", []string{"2026-03-29T07:00", "2026-03-30T07:00", "2026-04-05T07:00"}},
		{"the clocks go back in between", "Europe/Berlin", []int{6, 0}, 9, "2026-10-23T12:00", []string{"2026-10-24T07:00", "2026-10-25T08:00", "2026-10-31T08:00"}},
		{"an hour that is skipped", "Europe/Berlin", []int{0, 1}, 2, "2026-03-28T12:00", []string{"2026-03-29T01:00", "2026-03-30T00:00"}},
		{"an hour that comes twice", "Europe/Berlin", []int{0}, 2, "2026-10-24T12:00", []string{"2026-10-25T01:00", "2026-11-01T01:00"}},
		{"a midnight that is skipped", "America/Sao_Paulo", []int{0}, 0, "2018-11-03T12:00", []string{"2018-11-04T03:00", "2018-11-11T02:00"}},
		{"far east", "Pacific/Auckland", []int{1}, 0, "2026-03-05T10:00", []string{"2026-03-08T11:00", "2026-03-15T11:00"}},
		{"far west", "Pacific/Pago_Pago", []int{1}, 23, "2026-03-09T12:00", []string{"2026-03-10T10:00", "2026-03-17T10:00"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			o := newOffice(t)
			start, err := time.Parse("2006-01-02T15:04", tt.start)
			o.watch.pass(must(t, start, err).Sub(monday))
			in := pulseFor(o.survey(survey.TemplateQuiet), survey.AudienceEveryone)
			in.Weekdays, in.Hour, in.TimeZone = tt.days, tt.hour, tt.zone
			pulse, err := o.CreatePulse(o.ctx, in)
			must(t, pulse, err)
			var got []string
			for range tt.want {
				got = append(got, pulse.Due.Format("2006-01-02T15:04"))
				o.watch.pass(pulse.Due.Sub(o.watch.Now()))
				o.drain()
				pulse, err = o.Pulse(o.ctx, survey.PulseID(pulse.ID))
				if must(t, pulse, err); !pulse.Run.StartedAt.Equal(o.watch.Now()) || pulse.Run.FinishedAt.IsZero() {
					t.Fatalf("got run %+v at %v, want one that began and ended now", pulse.Run, o.watch.Now())
				}
			}
			if !slices.Equal(got, tt.want) {
				t.Errorf("got runs at %v, want %v", got, tt.want)
			}
		})
	}
}

// run lets the pulse run when it is due, and returns it.
func (o *office) run(pulse *survey.Pulse) *survey.Pulse {
	o.t.Helper()
	o.watch.pass(pulse.Due.Sub(o.watch.Now()))
	o.drain()
	pulse, err := o.Pulse(o.ctx, survey.PulseID(pulse.ID))
	return must(o.t, pulse, err)
}

// pulse adds a pulse.
func (o *office) pulse(in survey.PulseInput) *survey.Pulse {
	o.t.Helper()
	pulse, err := o.CreatePulse(o.ctx, in)
	return must(o.t, pulse, err)
}

// TestQuietPulse asks those who matter most first, up to the cap, once a silence.
func TestQuietPulse(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	ranks := map[survey.CustomerID]int{}
	for i := range 5 {
		id, _ := o.quietCustomer(fmt.Sprintf("Customer %d", i), float64(i))
		ranks[id] = i
	}
	in := pulseFor(o.survey(survey.TemplateQuiet), survey.AudienceQuiet)
	in.DailyCap, in.RestDays = 2, 1
	pulse := o.pulse(in)
	var asked [][]int
	for range 4 {
		before := len(o.invitationsOf(pulse))
		pulse = o.run(pulse)
		var today []int
		for _, inv := range o.invitationsOf(pulse)[before:] {
			today = append(today, ranks[inv.CustomerID])
		}
		slices.SortFunc(today, func(a, b int) int { return b - a }) // asks of one moment have no order
		asked = append(asked, today)
	}
	if got := fmt.Sprint(asked); got != "[[4 3] [2 1] [0] []]" {
		t.Errorf("got customers asked by day %v, want each once, those who matter most first", got)
	}
	if pulse.Run.Considered != 5 || pulse.Run.Asked != 0 || pulse.Run.Held != 5 || pulse.Run.Capped {
		t.Errorf("got last run %+v, want five considered and held", pulse.Run)
	}
	for id := range ranks {
		log, err := o.AskLog(o.ctx, id)
		if must(t, log, err); len(log.Held) != 1 || !strings.Contains(log.Held[0].Reason, "asked in this silence already") {
			t.Errorf("got holds %+v, want one that says why", log.Held)
		}
	}
	// A new silence is another matter.
	o.watch.pass(200 * day)
	for id := range ranks {
		o.makeQuiet(id, 1)
	}
	pulse, err := o.RunPulseNow(o.ctx, survey.PulseID(pulse.ID), "rep_x")
	must(t, pulse, err)
	o.drain()
	if got := len(o.invitationsOf(pulse)); got != 7 {
		t.Errorf("got %d invitations after a new silence, want 2 more than 5", got)
	}
}

// invitationsOf returns the pulse's invitations, oldest first.
func (o *office) invitationsOf(pulse *survey.Pulse) []*survey.Invitation {
	o.t.Helper()
	page, err := o.Invitations(o.ctx, survey.InvitationFilter{PulseID: survey.PulseID(pulse.ID), Limit: survey.MaxPage})
	slices.Reverse(must(o.t, page, err).Items)
	return page.Items
}

// TestHeld lists why a pulse does not ask a customer.
func TestHeld(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name   string
		reason string
		until  time.Duration // from monday; 0: time alone does not help
		before func(o *office, id survey.CustomerID, ana survey.ContactID)
	}{
		{"nobody known", "no contact is known", 0, func(o *office, _ survey.CustomerID, ana survey.ContactID) {
			must(o.t, 0, o.DeleteContact(o.ctx, ana, 0))
		}},
		{"nobody reachable", "no e-mail address", 0, func(o *office, _ survey.CustomerID, ana survey.ContactID) {
			_, err := o.ChangeContact(o.ctx, ana, 0, survey.ContactFields{Email: ref("")})
			must(o.t, 0, err)
		}},
		{"a whole domain suppressed", "must not be mailed: everybody at @", 0, func(o *office, _ survey.CustomerID, ana survey.ContactID) {
			c, err := o.Contact(o.ctx, ana)
			_, domain, _ := strings.Cut(must(o.t, c, err).Email, "@")
			_, err = o.Suppress(o.ctx, survey.SuppressionInput{Email: "*@" + domain})
			must(o.t, 0, err)
		}},
		{"asked by hand", "open question since 2 March 2026", survey.DefaultAnswerDays*day - survey.RestSlack, func(o *office, _ survey.CustomerID, ana survey.ContactID) {
			o.ask(ana, o.survey(survey.TemplateNPS))
		}},
		{"snoozed", "left alone until 12 March 2026", 10 * day, func(o *office, id survey.CustomerID, _ survey.ContactID) {
			must(o.t, 0, o.Snooze(o.ctx, id, monday.Add(10*day)))
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			o := newOffice(t)
			id, ana := o.quietCustomer("Customer", 1)
			tt.before(o, id, ana)
			pulse := o.run(o.pulse(pulseFor(o.survey(survey.TemplateQuiet), survey.AudienceQuiet)))
			if pulse.Run.Considered != 1 || pulse.Run.Held != 1 || pulse.Run.Asked != 0 {
				t.Errorf("got run %+v, want one held", pulse.Run)
			}
			log, err := o.AskLog(o.ctx, id)
			if must(t, log, err); len(log.Held) != 1 {
				t.Fatalf("got %d holds, want 1", len(log.Held))
			}
			held := log.Held[0]
			if !strings.Contains(held.Reason, tt.reason) || held.PulseID != survey.PulseID(pulse.ID) {
				t.Errorf("got hold %+v, want one with %q", held, tt.reason)
			}
			if want := monday.Add(tt.until); tt.until == 0 && !held.Until.IsZero() || tt.until != 0 && !held.Until.Equal(want) {
				t.Errorf("got held until %v, want %v after %v", held.Until, tt.until, monday)
			}
			version := log.Version
			o.run(pulse)
			if log, err := o.AskLog(o.ctx, id); must(t, log, err).Version != version {
				t.Error("the same reason was written again the next day")
			}
		})
	}
}

// TestEveryoneInTurn goes round a company's customers, a few a day.
func TestEveryoneInTurn(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	names := map[survey.CustomerID]string{}
	for _, name := range []string{"A", "B", "C", "D", "E"} {
		id := o.customer(name)
		o.contact(id, "ana", survey.User)
		names[id] = name
	}
	lost := o.customer("AA")
	o.contact(lost, "ana", survey.User)
	if _, err := o.ChangeCustomer(o.ctx, lost, 0, survey.CustomerFields{Status: ref(survey.Lost)}); err != nil {
		t.Fatal(err)
	}
	in := pulseFor(o.survey(survey.TemplateCSAT), survey.AudienceEveryone)
	in.DailyCap, in.RestDays, in.AnswerDays = 2, 5, 1
	pulse := o.pulse(in)
	got := ""
	for range 6 {
		before := len(o.invitationsOf(pulse))
		pulse = o.run(pulse)
		var today []string
		for _, inv := range o.invitationsOf(pulse)[before:] {
			today = append(today, names[inv.CustomerID])
		}
		slices.Sort(today) // asks of one moment have no order
		got += strings.Join(today, "") + " "
	}
	if want := "AB CD E  AB CD "; got != want {
		t.Errorf("got customers asked by day %q, want %q", got, want)
	}
}

// TestEveryoneOverManyPages has more customers than fit on a page of the worker.
func TestEveryoneOverManyPages(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	const customers = 130
	for i := range customers {
		id := o.customer(fmt.Sprintf("Customer %03d", i))
		if i%2 == 0 {
			o.contact(id, "ana", survey.User)
		}
	}
	in := pulseFor(o.survey(survey.TemplateCSAT), survey.AudienceEveryone)
	in.Segment, in.DailyCap = "retail", 1000
	pulse := o.run(o.pulse(in))
	if run := pulse.Run; run.Considered != customers || run.Asked != customers/2 || run.Held != customers/2 || run.Capped || run.FinishedAt.IsZero() {
		t.Errorf("got run %+v, want %d considered and half of them asked", run, customers)
	}
}

func TestMissedRunsDoNotPileUp(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	for i := range 9 {
		o.quietCustomer(fmt.Sprintf("Customer %d", i), 1)
	}
	in := pulseFor(o.survey(survey.TemplateQuiet), survey.AudienceQuiet)
	in.DailyCap = 2
	pulse := o.pulse(in)
	o.watch.pass(30 * day)
	o.drain()
	if got := len(o.invitationsOf(pulse)); got != 2 {
		t.Errorf("got %d invitations after a month's sleep, want those of one run", got)
	}
	pulse, err := o.Pulse(o.ctx, survey.PulseID(pulse.ID))
	if next := must(t, pulse, err).Due.Sub(o.watch.Now()); next <= 0 || next > 3*day {
		t.Errorf("got the next run in %v, want it within three days", next)
	}
}

func TestPulsesSendInDecentHours(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name string
		at   string // when the pulse is started, UTC
		zone string // the contact's
		want string // when the mail goes out, UTC
	}{
		{"at work", "2026-03-03T10:00", "Europe/Berlin", "2026-03-03T10:00"},
		{"early", "2026-03-03T05:00", "Europe/Berlin", "2026-03-03T07:00"},
		{"one minute to six", "2026-03-03T16:59", "Europe/Berlin", "2026-03-03T16:59"},
		{"six in the evening", "2026-03-03T17:00", "Europe/Berlin", "2026-03-04T07:00"},
		{"friday evening", "2026-03-06T20:00", "Europe/Berlin", "2026-03-09T07:00"},
		{"saturday", "2026-03-07T12:00", "Europe/Berlin", "2026-03-09T07:00"},
		{"over a change of the clocks", "2026-03-27T20:00", "Europe/Berlin", "2026-03-30T06:00"},
		{"still sunday there", "2026-03-02T10:00", "Pacific/Pago_Pago", "2026-03-02T19:00"},
		{"tuesday there already", "2026-03-02T19:30", "Asia/Tokyo", "2026-03-02T23:00"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			o := newOffice(t)
			at, err := time.Parse("2006-01-02T15:04", tt.at)
			o.watch.pass(must(t, at, err).Sub(o.watch.Now()))
			_, ana := o.quietCustomer("Customer", 1)
			if _, err := o.ChangeContact(o.ctx, ana, 0, survey.ContactFields{TimeZone: &tt.zone}); err != nil {
				t.Fatal(err)
			}
			pulse := o.pulse(pulseFor(o.survey(survey.TemplateQuiet), survey.AudienceQuiet))
			if _, err := o.RunPulseNow(o.ctx, survey.PulseID(pulse.ID), ""); err != nil {
				t.Fatal(err)
			}
			o.drain()
			inv := o.invitationsOf(pulse)[0]
			if now := at.Format("2006-01-02T15:04"); now != tt.want {
				if got := inv.Due.Format("2006-01-02T15:04"); got != tt.want || len(o.post.accepted()) != 0 || !strings.Contains(inv.Mail.Reason, "waits for") {
					t.Errorf("got %d mails, the next at %s because it %s; want it at %s", len(o.post.accepted()), got, inv.Mail.Reason, tt.want)
				}
				o.watch.pass(inv.Due.Sub(o.watch.Now()))
				o.drain()
			}
			if got := len(o.post.accepted()); got != 1 {
				t.Errorf("got %d mails, want 1", got)
			}
			if left := inv.ExpiresAt.Sub(o.watch.Now()); left != survey.DefaultAnswerDays*day {
				t.Errorf("got %v to answer, want %d days from when the mail may go out", left, survey.DefaultAnswerDays)
			}
		})
	}
}

func TestPulseWithAClosedSurvey(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.quietCustomer("Customer", 1)
	sv := o.survey(survey.TemplateQuiet)
	pulse := o.pulse(pulseFor(sv, survey.AudienceQuiet))
	if _, err := o.CloseSurvey(o.ctx, sv); err != nil {
		t.Fatal(err)
	}
	pulse = o.run(pulse)
	if pulse.Run.Problem != "the survey is closed" || pulse.Run.FinishedAt.IsZero() || !pulse.Due.After(o.watch.Now()) {
		t.Errorf("got run %+v, next at %v; want one that ended with the problem", pulse.Run, pulse.Due)
	}
	_, err := o.CreatePulse(o.ctx, pulseFor(sv, survey.AudienceQuiet))
	wantKind(t, err, survey.Invalid)
}

func TestPulseIsPausedChangedAndDeleted(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.quietCustomer("Customer", 1)
	in := pulseFor(o.survey(survey.TemplateQuiet), survey.AudienceQuiet)
	pulse := o.pulse(in)
	id := survey.PulseID(pulse.ID)
	paused, err := o.PausePulse(o.ctx, id)
	if must(t, paused, err); !paused.Due.IsZero() || !paused.Paused {
		t.Errorf("got a paused pulse that is due at %v", paused.Due)
	}
	_, err = o.RunPulseNow(o.ctx, id, "")
	wantKind(t, err, survey.Conflict)
	o.watch.pass(10 * day)
	o.drain()
	if got := len(o.invitationsOf(pulse)); got != 0 {
		t.Errorf("got %d invitations by a paused pulse", got)
	}
	resumed, err := o.ResumePulse(o.ctx, id)
	if must(t, resumed, err); !resumed.Due.After(o.watch.Now()) {
		t.Errorf("got a resumed pulse that is due at %v, want it later than now", resumed.Due)
	}
	in.Version = pulse.Version
	_, err = o.ChangePulse(o.ctx, id, in)
	wantKind(t, err, survey.Conflict)
	in.Version, in.Name = resumed.Version, "Renamed"
	changed, err := o.ChangePulse(o.ctx, id, in)
	if must(t, changed, err).Name != "Renamed" {
		t.Errorf("got name %q", changed.Name)
	}
	running, err := o.RunPulseNow(o.ctx, id, "rep_x")
	if must(t, running, err).Run.StartedBy != "rep_x" {
		t.Errorf("got run %+v, want to see who started it", running.Run)
	}
	_, err = o.RunPulseNow(o.ctx, id, "rep_y")
	wantKind(t, err, survey.Conflict)
	if err := o.DeletePulse(o.ctx, id, 0); err != nil {
		t.Fatal(err)
	}
	_, err = o.Pulse(o.ctx, id)
	wantKind(t, err, survey.NotFound)
	wantKind(t, o.DeletePulse(o.ctx, id, 0), survey.NotFound)
	page, err := o.Pulses(o.ctx, "", 10)
	if len(must(t, page, err).Items) != 0 {
		t.Errorf("got %d pulses, want none", len(page.Items))
	}
}

func TestPulseInputIsChecked(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	good := pulseFor(o.survey(survey.TemplateQuiet), survey.AudienceQuiet)
	for _, tt := range []struct {
		field  string
		change func(in *survey.PulseInput)
	}{
		{"name", func(in *survey.PulseInput) { in.Name = " " }},
		{"survey_id", func(in *survey.PulseInput) { in.SurveyID = "srv_no" }},
		{"audience", func(in *survey.PulseInput) { in.Audience = "nobody" }},
		{"weekdays", func(in *survey.PulseInput) { in.Weekdays = nil }},
		{"weekdays", func(in *survey.PulseInput) { in.Weekdays = []int{1, 1} }},
		{"weekdays[0]", func(in *survey.PulseInput) { in.Weekdays = []int{7} }},
		{"hour", func(in *survey.PulseInput) { in.Hour = 24 }},
		{"time_zone", func(in *survey.PulseInput) { in.TimeZone = "Mars/Olympus" }},
		{"daily_cap", func(in *survey.PulseInput) { in.DailyCap = -1 }},
		{"rest_days", func(in *survey.PulseInput) { in.RestDays = 1001 }},
		{"answer_days", func(in *survey.PulseInput) { in.AnswerDays = 366 }},
	} {
		t.Run(tt.field, func(t *testing.T) {
			in := good
			tt.change(&in)
			_, err := o.CreatePulse(o.ctx, in)
			wantKind(t, err, survey.Invalid)
			if fields := survey.AsError(err).Fields; len(fields) != 1 || fields[0].Field != tt.field {
				t.Errorf("got problems %v, want one of %s", fields, tt.field)
			}
		})
	}
	good.TimeZone = ""
	if got := o.pulse(good); got.TimeZone != "UTC" || got.DailyCap != survey.DefaultDailyCap || got.RestDays != survey.DefaultRestDays {
		t.Errorf("got pulse %+v, want the defaults", got)
	}
}

// TestAChangeDuringARun changes a pulse while a worker is at it: nobody is asked twice and the change stays.
func TestAChangeDuringARun(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	for i := range 3 {
		o.quietCustomer(fmt.Sprintf("Customer %d", i), 1)
	}
	in := pulseFor(o.survey(survey.TemplateQuiet), survey.AudienceQuiet)
	pulse := o.pulse(in)
	o.watch.pass(pulse.Due.Sub(o.watch.Now()))
	meddler := &meddling{Store: o.store, at: spec(t, "invitations"), do: func() {
		in.Name = "Changed"
		if _, err := o.ChangePulse(o.ctx, survey.PulseID(pulse.ID), in); err != nil {
			t.Error(err)
		}
	}}
	effects(t, o.process(meddler), "pulses")
	o.drain()
	pulse, err := o.Pulse(o.ctx, survey.PulseID(pulse.ID))
	if must(t, pulse, err); pulse.Name != "Changed" || pulse.Run.Asked != 3 || pulse.Run.FinishedAt.IsZero() {
		t.Errorf("got %q with run %+v, want the change and a finished run", pulse.Name, pulse.Run)
	}
	if got := len(o.invitationsOf(pulse)); got != 3 {
		t.Errorf("got %d invitations, want 3", got)
	}
}
