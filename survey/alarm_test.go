package survey_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"earshot/survey"
	"earshot/survey/store"
)

// alarms are all that are stored, by the customer's name and the list.
func (x *shop) alarms() map[string]*survey.Alarm {
	x.t.Helper()
	names := map[survey.CustomerID]string{}
	for _, f := range x.firms {
		names[survey.CustomerID(f.ID)] = f.Name
	}
	all := map[string]*survey.Alarm{}
	for a, err := range store.NewCollection[survey.Alarm](x.db, specNamed(x.t, "alarms")).All(x.t.Context(), store.Query{Index: store.ByID}) {
		if err != nil {
			x.t.Fatal(err)
		}
		key := names[a.CustomerID]
		if a.List == survey.Unusual {
			continue // the step before, which has alarms of its own
		}
		if a.List != survey.Leaving {
			key += " " + string(a.List)
		}
		if other := all[key]; other != nil {
			x.t.Errorf("%s has two alarms: %s %s %s, and %s %s %s", key, a.Begun, a.ToldAt, a.Outcome, other.Begun, other.ToldAt, other.Outcome)
		}
		all[key] = a
	}
	return all
}

func (x *shop) report(f survey.AlarmFilter) *survey.AlarmReport {
	x.t.Helper()
	r, err := x.s.AlarmReport(x.t.Context(), f)
	if err != nil {
		x.t.Fatal(err)
	}
	return r
}

// live lets days pass on which the firms order weekly for which alive says so.
func (x *shop) live(from, days int, alive func(firm, day int) bool) {
	x.t.Helper()
	for d := from; d < from+days; d++ {
		var rows []survey.TouchpointInput
		for i, firm := range x.firms {
			if (d+i)%7 == 0 && alive(i, d) {
				rows = append(rows, survey.TouchpointInput{
					CustomerID: survey.CustomerID(firm.ID), Kind: survey.Order, At: startOfTests.AddDate(0, 0, d),
				})
			}
		}
		x.sendWithin(day, rows)
	}
}

// untilTold lets days pass until the firm is told of, and returns the day.
func (x *shop) untilTold(from int, firm string, alive func(firm, day int) bool) int {
	x.t.Helper()
	for d := from; d < from+90; d++ {
		x.live(d, 1, alive)
		if x.alarms()[firm] != nil {
			return d + 1
		}
	}
	x.t.Fatalf("%s is not told of within 90 days", firm)
	return 0
}

// weekly is a shop whose firms order weekly, the last time a week ago or less.
func weekly(t *testing.T, firms int) *shop { t.Helper(); return weeklyBut(t, firms, 0) }

// weeklyBut is one whose last firms, so many, left half a year ago: what a silence comes to is known there.
func weeklyBut(t *testing.T, firms, left int) *shop {
	t.Helper()
	x := newShop(t, firms)
	var rows []survey.TouchpointInput
	for d := -300; d < 0; d++ {
		for i, firm := range x.firms {
			if (d+i)%7 == 0 && (i < firms-left || d < -180) {
				rows = append(rows, survey.TouchpointInput{CustomerID: survey.CustomerID(firm.ID), Kind: survey.Order, At: startOfTests.AddDate(0, 0, d)})
			}
		}
	}
	x.send(rows)
	return x
}

// TestWhatBecomesOfAlarms has eight weekly firms fall silent at once, and each go on in another way.
func TestWhatBecomesOfAlarms(t *testing.T) {
	t.Parallel()
	const firms, left = 50, 10
	x := weeklyBut(t, firms, left)
	x.live(0, 21, func(firm, _ int) bool { return firm < firms-left }) // what was learnt is in force
	longGone := x.alarms()
	silent := func(firm, _ int) bool { return firm >= 8 && firm < firms-left }
	// Those who fall silent order on different days of the week, so the last of them is told of a week after the first.
	d := x.untilTold(21, "Firm 000", silent)
	for len(x.alarms()) < len(longGone)+8 {
		x.live(d, 1, silent)
		d++
	}
	for name, a := range x.alarms() {
		if longGone[name] != nil {
			continue
		}
		if a.Outcome != survey.StillSilent || a.Mature || a.Late || a.Kind != survey.Order || a.ToldAt.IsZero() || a.Days < 8 || a.Chance < 0.3 ||
			len(a.Steps) > 2 || !a.BeyondDoubt.After(a.UsualUntil) || !a.MaturesAt.After(a.ToldAt) {
			t.Errorf("%s: %+v, want one that waits", name, a)
		}
	}
	id := func(firm int) survey.CustomerID { return survey.CustomerID(x.firms[firm].ID) }
	record(t, x.s, x.firms[1], survey.Order, x.clock.Now())                   // back by itself
	record(t, x.s, x.firms[2], survey.Call, x.clock.Now().Add(-time.Hour))    // we called
	record(t, x.s, x.firms[3], survey.Order, x.clock.Now().AddDate(0, 0, -8)) // came long ago, told late
	record(t, x.s, x.firms[4], survey.EmailOut, x.clock.Now())                // we wrote,
	lost := survey.Lost
	if _, err := x.s.ChangeCustomer(t.Context(), id(5), 0, survey.CustomerFields{Status: &lost}); err != nil {
		t.Fatal(err)
	}
	if err := x.s.Snooze(t.Context(), id(6), x.clock.Now().AddDate(0, 0, 20)); err != nil {
		t.Fatal(err)
	}
	after := func(firm, day int) bool { return silent(firm, day) || firm >= 1 && firm <= 4 } // who is back goes on
	x.live(d, 8, func(firm, day int) bool { return after(firm, day) && firm != 4 })
	record(t, x.s, x.firms[4], survey.Order, x.clock.Now()) // and then they ordered
	if err := x.s.DeleteCustomer(t.Context(), id(7), 0); err != nil {
		t.Fatal(err)
	}
	x.live(d+8, 110, after)

	all := x.alarms()
	for firm, want := range map[string]survey.AlarmOutcome{
		"Firm 000": survey.StillSilent, "Firm 001": survey.BackLater, "Firm 002": survey.BackContacted, "Firm 003": survey.Corrected,
		"Firm 004": survey.BackContacted, "Firm 005": survey.SaidGoodbye, "Firm 006": survey.StillSilent,
	} {
		a := all[firm]
		if a == nil || a.Outcome != want || !a.Mature {
			t.Errorf("%s: %+v, want a settled one that is %s", firm, a, want)
		}
	}
	if a := all["Firm 000"]; !a.Stayed || len(a.Steps) < 2 {
		t.Errorf("who is away: %+v, want that they stayed so, and the steps of the silence", a)
	}
	if a := all["Firm 001"]; a.Stayed || a.BackBy != survey.Order {
		t.Errorf("who came back: %+v", a)
	}
	if a := all["Firm 006"]; a.SnoozedUntil.IsZero() {
		t.Errorf("who was snoozed: %+v", a)
	}
	if all["Firm 007"] != nil {
		t.Error("the alarm of a customer who was erased is still there")
	}
	got := x.report(survey.AlarmFilter{}).Total
	got.LeadDays = 0
	want := survey.AlarmCounts{Told: 6, Late: left, Corrected: 1, BackLater: 1, BackContacted: 2, StillSilent: 2, SaidGoodbye: 1, LeadOf: 3}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("the report counts %+v, want %+v", got, want)
	}
}

// TestAnAlarmThatIsToldAgain is one and the same: who is taken off the list in the middle of a silence and comes back onto it, and one
// whose return was a mistake.
func TestAnAlarmThatIsToldAgain(t *testing.T) {
	t.Parallel()
	x := weekly(t, 20)
	silent := func(firm, _ int) bool { return firm != 0 }
	d := x.untilTold(0, "Firm 000", silent)
	first := x.alarms()["Firm 000"]
	mistake := record(t, x.s, x.firms[0], survey.Order, x.clock.Now())
	x.live(d, 1, silent)
	if a := x.alarms()["Firm 000"]; a.Outcome != survey.BackLater && a.Outcome != survey.BackInUsual {
		t.Fatalf("after an order: %+v", a)
	}
	if err := x.s.DeleteTouchpoint(t.Context(), survey.TouchpointID(mistake.ID), 0); err != nil {
		t.Fatal(err)
	}
	x.live(d+1, 2, silent)
	if a := x.alarms()["Firm 000"]; a.Outcome != survey.StillSilent || !a.ToldAt.Equal(first.ToldAt) {
		t.Errorf("after the order was taken back: %+v, want the first alarm, still silent", a)
	}
}

// TestAHistoryIsNoAlarm takes in a history order by order, as an import does: on the way everybody looks silent.
func TestAHistoryIsNoAlarm(t *testing.T) {
	t.Parallel()
	x := newShop(t, 5)
	for d := -300; d < 0; d += 7 {
		var rows []survey.TouchpointInput
		for _, firm := range x.firms {
			rows = append(rows, survey.TouchpointInput{CustomerID: survey.CustomerID(firm.ID), Kind: survey.Order, At: startOfTests.AddDate(0, 0, d)})
		}
		x.sendWithin(time.Second, rows)
	}
	x.wait(time.Hour)
	if all := x.alarms(); len(all) > 0 {
		t.Errorf("%d alarms are written down, want none: nobody was told of them", len(all))
	}
}

// TestOldSilencesAreCountedApart takes in a history that ended long ago.
func TestOldSilencesAreCountedApart(t *testing.T) {
	t.Parallel()
	x := newShop(t, 3)
	var rows []survey.TouchpointInput
	for d := -400; d < -200; d += 7 {
		for _, firm := range x.firms {
			rows = append(rows, survey.TouchpointInput{CustomerID: survey.CustomerID(firm.ID), Kind: survey.Order, At: startOfTests.AddDate(0, 0, d)})
		}
	}
	x.send(rows)
	x.wait(time.Hour)
	got := x.report(survey.AlarmFilter{})
	if got.Total.Late != 3 || got.Total.Told != 0 || got.Total.Missed != 0 || len(got.Months) != 13 || got.Months[0].Late != 3 {
		t.Errorf("the report counts %+v in 13 months, want 3 old ones and nothing missed: they were gone before anybody watched", got.Total)
	}
}

// TestWhoIsMissed has a firm leave of whom nobody can be told, for it counts as a prospect until it is beyond doubt that it is gone.
func TestWhoIsMissed(t *testing.T) {
	t.Parallel()
	x := weekly(t, 20)
	silent := func(firm, _ int) bool { return firm > 1 }
	id := survey.CustomerID(x.firms[0].ID)
	prospect, active := survey.Prospect, survey.Active
	if _, err := x.s.ChangeCustomer(t.Context(), id, 0, survey.CustomerFields{Status: &prospect}); err != nil {
		t.Fatal(err)
	}
	d := x.untilTold(0, "Firm 001", silent)
	x.live(d, 100-d, silent)
	if got := x.report(survey.AlarmFilter{}).Total; got.Missed != 0 {
		t.Fatalf("the report counts %d missed while it is no customer, want none", got.Missed)
	}
	if _, err := x.s.ChangeCustomer(t.Context(), id, 0, survey.CustomerFields{Status: &active}); err != nil {
		t.Fatal(err)
	}
	x.live(100, 10, silent)
	a := x.alarms()["Firm 000"]
	if a == nil || a.MissedAt.IsZero() || a.MissedAt.After(a.ToldAt) || !a.Late {
		t.Fatalf("got %+v, want one that was told of only after it was beyond doubt", a)
	}
	if got := x.report(survey.AlarmFilter{}); got.Total.Missed != 1 || got.Total.Late != 1 {
		t.Errorf("the report counts %+v, want 1 missed and old", got.Total)
	}
	record(t, x.s, x.firms[0], survey.Order, x.clock.Now())
	x.live(110, 2, silent)
	if got := x.report(survey.AlarmFilter{}).Total; got.Missed != 0 {
		t.Errorf("the report counts %d missed after they came back, want none: they had not left", got.Missed)
	}
	if reps := x.report(survey.AlarmFilter{RepID: "rep_rita"}).Reps; len(reps) > 0 {
		t.Errorf("the report of a rep without customers tells of %+v", reps)
	}
}

// TestAskedAgainstHeldOut has a pulse keep half of the silences out of asking, and some of both sides come back.
func TestAskedAgainstHeldOut(t *testing.T) {
	t.Parallel()
	const leave = 24
	x := weekly(t, 60)
	for i, f := range x.firms[:leave] {
		in := survey.ContactInput{CustomerID: survey.CustomerID(f.ID), ContactFields: survey.ContactFields{Name: new("Ana"), Email: new(fmt.Sprintf("ana@firm%d.example", i))}}
		if _, err := x.s.CreateContact(t.Context(), in); err != nil {
			t.Fatal(err)
		}
	}
	sv, err := x.s.CreateSurvey(t.Context(), survey.SurveyInput{Name: "Quiet", Template: survey.TemplateQuiet})
	if err != nil {
		t.Fatal(err)
	}
	in := pulseFor(survey.SurveyID(sv.ID), survey.AudienceQuiet)
	in.Weekdays, in.HoldOut, in.TimeZone = []int{0, 1, 2, 3, 4, 5, 6}, 50, "UTC"
	if _, err := x.s.CreatePulse(t.Context(), in); err != nil {
		t.Fatal(err)
	}
	silent := func(firm, _ int) bool { return firm >= leave }
	drawn := func() (asked, held []int) {
		all := x.alarms()
		for i := range leave {
			switch a := all[fmt.Sprintf("Firm %03d", i)]; {
			case a == nil:
			case a.Arm == survey.ArmAsked:
				asked = append(asked, i)
			case a.Arm == survey.ArmHeldOut:
				held = append(held, i)
			}
		}
		return asked, held
	}
	d := 0
	var asked, held []int
	for len(asked)+len(held) < leave {
		if x.live(d, 1, silent); d > 90 {
			t.Fatalf("only %d and %d are drawn after %d days", len(asked), len(held), d)
		}
		asked, held = drawn()
		d++
	}
	if len(asked) < 4 || len(held) < 4 {
		t.Fatalf("%d are asked and %d held out, want half and half", len(asked), len(held))
	}
	back := map[int]bool{asked[0]: true, asked[1]: true, held[0]: true}
	x.live(d, 40, func(firm, day int) bool { return silent(firm, day) || back[firm] })
	got := x.report(survey.AlarmFilter{})
	if got.Asked != (survey.ArmCounts{Drawn: len(asked), Of30: len(asked), Back30: 2}) || got.HeldOut != (survey.ArmCounts{Drawn: len(held), Of30: len(held), Back30: 1}) || got.AskedAnyway != 0 {
		t.Errorf("after 30 days: asked %+v, held out %+v, asked anyway %d; want 2 of %d and 1 of %d back", got.Asked, got.HeldOut, got.AskedAnyway, len(asked), len(held))
	}
	id := survey.CustomerID(x.firms[held[1]].ID)
	if _, err := x.s.AskNow(t.Context(), survey.AskRequest{CustomerID: id, SurveyID: survey.SurveyID(sv.ID)}); err != nil {
		t.Fatal(err)
	}
	x.live(d+40, 60, func(firm, day int) bool { return silent(firm, day) || back[firm] })
	got = x.report(survey.AlarmFilter{})
	if got.Asked.Of90 != len(asked) || got.Asked.Back90 != 2 || got.HeldOut.Of90 != len(held) || got.HeldOut.Back90 != 1 || got.AskedAnyway != 1 {
		t.Errorf("after 90 days: asked %+v, held out %+v, asked anyway %d; want 2 of %d and 1 of %d back", got.Asked, got.HeldOut, got.AskedAnyway, len(asked), len(held))
	}
	if len(got.Drifts) == 0 {
		t.Errorf("what was said was not compared with what came: %+v", got)
	}
}

// TestNoCrashLosesAnAlarm lets the store fail at every write of noting and following alarms, in every way, and looks whether the workers
// of the next process bring the ledger right: one alarm, told when it was, of which it is known that we called.
func TestNoCrashLosesAnAlarm(t *testing.T) {
	t.Parallel()
	ledger := func(kind fault, n int) (string, bool) {
		db := newStore(t)
		before, clock := newServiceOn(t, db)
		c := newCustomer(t, before, "Silent")
		everyDays(t, before, c, 7, 20, 60)
		record(t, before, c, survey.EmailOut, clock.Now().Add(time.Minute))
		clock.Advance(time.Hour)
		broken := &faulty{Store: db, left: n, kind: kind}
		_ = mustService(t, survey.Options{Store: broken, Clock: clock.Now}).Effects().Drain(t.Context(), "rhythms", "alarms") // which fails as the store does
		after := mustService(t, survey.Options{Store: db, Clock: clock.Now})
		for range 2 {
			clock.Advance(10 * time.Minute)
			effects(t, after)
		}
		page, err := after.Alarms(t.Context(), survey.AlarmsFilter{CustomerID: survey.CustomerID(c.ID)})
		if err != nil {
			t.Fatal(err)
		}
		said := ""
		for _, a := range page.Items {
			said += fmt.Sprintf("%s %s %s %v %v %s, owes %d; ", a.Begun, a.ToldAt, a.ContactedAt, a.Chance, a.Steps, a.Outcome, len(a.Owes))
		}
		if r := storedRhythm(t, db, c.ID); len(r.Told) != 1 || r.Told[0].News || !r.Told[0].Written || r.Owing("note_alarms") != nil {
			t.Errorf("%s, write %d: the rhythm was left with %+v", kind, n, r.Told)
		}
		return said, broken.fired
	}
	whole, _ := ledger(goAway, 1000)
	if !strings.Contains(whole, "silent, owes 1; ") {
		t.Fatalf("without a fault: %s", whole)
	}
	for _, kind := range everyFault {
		for n := 1; ; n++ {
			got, fired := ledger(kind, n)
			if !fired {
				if n < 5 {
					t.Fatalf("%s: noting and following an alarm took %d writes only", kind, n-1)
				}
				break
			}
			if got != whole {
				t.Errorf("%s, write %d: got %s want %s", kind, n, got, whole)
			}
		}
	}
}

// TestTheDriftingHaveAlarmsOfTheirOwn which log-ins do not end, and an order does.
func TestTheDriftingHaveAlarmsOfTheirOwn(t *testing.T) {
	t.Parallel()
	x := driftingPortal(t, 4)
	x.loggingIn(0, 2)
	told := x.alarms()
	for i := range 4 {
		a := told[fmt.Sprintf("Firm %03d drifting", i)]
		if a == nil || a.Kind != survey.Order || a.Days < 40 || a.Chance < 0.5 || a.Outcome != survey.StillSilent || !a.ReturnedAt.IsZero() || a.Begun >= survey.DateOf(startOfTests) {
			t.Fatalf("firm %d: %+v, want an alarm about its orders that log-ins do not end", i, a)
		}
	}
	record(t, x.s, x.firms[0], survey.Payment, x.clock.Now())
	x.loggingIn(2, 2)
	if a := x.alarms()["Firm 000 drifting"]; a.BackBy != survey.Payment || a.Outcome != survey.BackLater {
		t.Errorf("who pays: %+v, want one who is back", a)
	}
	if got := x.report(survey.AlarmFilter{List: survey.Drifting}).Total; got.Told+got.Late != 4 {
		t.Errorf("the report counts %+v, want 4", got)
	}
	if got := x.report(survey.AlarmFilter{}).Total; got.Told+got.Late != 0 {
		t.Errorf("the report on the quiet counts %+v, want none", got)
	}
}

// TestWhoDriftsIsFollowedByWhatTheyBuy however often they show up otherwise.
func TestWhoDriftsIsFollowedByWhatTheyBuy(t *testing.T) {
	t.Parallel()
	x := driftingPortal(t, 1)
	x.loggingIn(0, 2)
	var rows []survey.TouchpointInput
	for i := range store.MaxLimit + 1 {
		rows = append(rows, survey.TouchpointInput{
			CustomerID: survey.CustomerID(x.firms[0].ID), Kind: survey.Login, At: x.clock.Now().Add(-time.Duration(i) * time.Second),
		})
	}
	for part := range slices.Chunk(rows, 500) {
		x.send(part)
	}
	record(t, x.s, x.firms[0], survey.EmailOut, x.clock.Now())
	record(t, x.s, x.firms[0], survey.Order, x.clock.Now().Add(time.Minute))
	x.loggingIn(2, 2)
	if a := x.alarms()["Firm 000 drifting"]; a.ReturnedBy != survey.Order || a.ContactedAt.IsZero() || a.Outcome != survey.BackContacted {
		t.Errorf("who orders again after a mail of ours: %+v, want one who is back", a)
	}
}

// TestWhenASilenceIsUsuallyOverIsTold though it is too far ahead to tell when it is beyond doubt, as of who orders once in some years: so
// that who comes back within their own gaps is told from others.
func TestWhenASilenceIsUsuallyOverIsTold(t *testing.T) {
	t.Parallel()
	x := newShop(t, 1)
	x.send(x.ordersOn(0, every(700, -5000, -1300)...))
	x.wait(time.Hour)
	page, err := x.s.Alarms(t.Context(), survey.AlarmsFilter{CustomerID: survey.CustomerID(x.firms[0].ID)})
	if err != nil || len(page.Items) == 0 {
		t.Fatalf("got %+v, %v; want an alarm", page.Items, err)
	}
	for _, a := range page.Items {
		if a.UsualUntil.IsZero() || !a.BeyondDoubt.IsZero() || a.LeadDays != 0 {
			t.Errorf("got %+v, want the end of their own gaps and nothing beyond doubt", a.Telling)
		}
	}
}
