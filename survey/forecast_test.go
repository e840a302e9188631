package survey_test

import (
	"cmp"
	"context"
	"flag"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"earshot/survey"
	"earshot/survey/workdays"
)

// zonesTried have clocks that change by an hour, by half of one, twice a year, never, and dates that are far apart.
var zonesTried = []string{
	"UTC", "Europe/Berlin", "Europe/London", "Europe/Lisbon", "Europe/Moscow", "Europe/Istanbul", "Atlantic/Azores", "Atlantic/Reykjavik", "Africa/Cairo", "Africa/Casablanca",
	"Africa/Lagos", "Africa/Nairobi", "Africa/Johannesburg", "Asia/Jerusalem", "Asia/Beirut", "Asia/Tehran", "Asia/Kabul", "Asia/Dubai", "Asia/Karachi", "Asia/Kolkata",
	"Asia/Kathmandu", "Asia/Dhaka", "Asia/Yangon", "Asia/Bangkok", "Asia/Shanghai", "Asia/Tokyo", "Australia/Perth", "Australia/Adelaide", "Australia/Lord_Howe", "Australia/Sydney",
	"Pacific/Auckland", "Pacific/Chatham", "Pacific/Apia", "Pacific/Kiritimati", "Pacific/Honolulu", "America/Anchorage", "America/Los_Angeles", "America/Denver", "America/Chicago", "America/New_York",
	"America/St_Johns", "America/Sao_Paulo", "America/Santiago", "America/Havana", "America/Caracas",
}

// startsTried are days before which, or soon behind which, something is odd: a leap day, changes of clocks, the turn of a year, Easter.
var startsTried = []string{"2028-02-20", "2026-03-01", "2026-03-25", "2026-10-18", "2026-11-27", "2026-12-18", "2027-03-20", "2100-02-24"}

// asker is an office with a random calendar, and what it was made of.
type asker struct {
	*office
	zone     *time.Location
	calendar *workdays.Calendar
	hours    survey.Hours
	contacts map[survey.ContactID]*survey.Contact
	pulses   []*survey.Pulse
}

func drawFrom[T any](rt *rapid.T, label string, from ...T) T {
	return rapid.SampledFrom(from).Draw(rt, label)
}

func location(t testing.TB, name string) *time.Location {
	t.Helper()
	zone, err := time.LoadLocation(name)
	return must(t, zone, err)
}

// drawAsker makes a company with its calendar, customers and pulses at random.
func drawAsker(t *testing.T, rt *rapid.T) *asker {
	o := newOffice(t)
	a := &asker{office: o, contacts: map[survey.ContactID]*survey.Contact{}}
	a.zone = location(t, drawFrom(rt, "zone", zonesTried...))
	start, err := time.Parse(time.DateOnly, drawFrom(rt, "start", startsTried...))
	o.watch.now = must(t, start, err).Add(time.Duration(rapid.IntRange(0, 47).Draw(rt, "half hours")) * 30 * time.Minute)
	rules := workdays.Rules{
		Workdays: drawFrom(rt, "week", "", "mon-fri", "sun-thu", "sat,sun"), Holidays: drawFrom(rt, "holidays", "", "de-by", "us", "jp"),
		Closed: drawFrom(rt, "closed", "", "12-24..01-06", "2028-02-29", "03-01..03-20"),
	}
	var wrong []workdays.Problem
	if a.calendar, wrong = workdays.New(rules); len(wrong) > 0 {
		t.Fatal(wrong)
	}
	from := rapid.IntRange(0, 20).Draw(rt, "from")
	a.hours = survey.Hours{From: from, To: rapid.IntRange(from+1, 24).Draw(rt, "to")}
	o.perDay, o.perHour = drawFrom(rt, "a day", 0, 1, 5), drawFrom(rt, "an hour", 0, 1, 3)
	o.Service = must(t, a.restart(), nil)
	a.draw(rt)
	return a
}

// restart returns a process with the company's options.
func (a *asker) restart() *survey.Service {
	s, err := survey.NewService(survey.Options{
		Store: a.store, Reps: staff, Relays: survey.OneRelay(a.post), Composer: composer{}, BaseURL: "https://ask.example", Clock: a.watch.Now, TimeZone: a.zone, Calendar: a.calendar,
		Hours: a.hours, AsksPerDay: a.perDay, AsksPerHour: a.perHour,
	})
	return must(a.t, s, err)
}

// draw adds customers, their contacts, and pulses.
func (a *asker) draw(rt *rapid.T) {
	sv := a.survey(survey.TemplateCSAT)
	for n := range rapid.IntRange(1, 8).Draw(rt, "customers") {
		id := a.customer(fmt.Sprintf("Customer %02d", n))
		for k := range rapid.IntRange(0, 2).Draw(rt, "contacts") {
			c, err := a.ChangeContact(a.ctx, a.contact(id, fmt.Sprintf("ana%d", k), drawFrom(rt, "role", survey.Roles()...)), 0, survey.ContactFields{
				TimeZone: ref(drawFrom(rt, "contact's zone", append(zonesTried, "")...)), Country: ref(drawFrom(rt, "country", "", "DE-BY", "SA", "IL", "US", "JP", "IR", "IN")),
			})
			must(a.t, c, err)
			// A turn that was taken for somebody who is asked at another customer at the same moment stays empty, which no forecast foresees.
			if rapid.IntRange(0, 5).Draw(rt, "the same person") == 0 && a.perDay+a.perHour == 0 {
				if same, err := a.ChangeContact(a.ctx, survey.ContactID(c.ID), 0, survey.ContactFields{Email: ref("same@person.example")}); err == nil {
					c = same
				}
			}
			a.contacts[survey.ContactID(c.ID)] = c
		}
		if rapid.Bool().Draw(rt, "quiet") {
			a.makeQuiet(id, float64(n+1))
		}
	}
	priorities := rapid.Permutation(survey.Priorities()).Draw(rt, "priorities") // equal ones that are due at the same moment run in any order
	for n := range rapid.IntRange(1, 3).Draw(rt, "pulses") {
		in := survey.PulseInput{
			Name: fmt.Sprintf("Pulse %d", n), SurveyID: sv, Audience: drawFrom(rt, "audience", survey.AudienceQuiet, survey.AudienceEveryone),
			Weekdays: rapid.SliceOfNDistinct(rapid.IntRange(0, 6), 1, 7, rapid.ID).Draw(rt, "weekdays"), Hour: rapid.IntRange(0, 23).Draw(rt, "hour"),
			TimeZone: drawFrom(rt, "pulse's zone", zonesTried...), DailyCap: rapid.IntRange(1, 4).Draw(rt, "cap"), RestDays: rapid.IntRange(1, 20).Draw(rt, "rest"),
			AnswerDays: rapid.IntRange(1, 10).Draw(rt, "answer days"), Priority: priorities[n],
		}
		if in.Audience == survey.AudienceQuiet {
			in.HoldOut = drawFrom(rt, "held out", 0, 50)
		}
		a.pulses = append(a.pulses, a.pulse(in))
	}
}

// live lets everything happen until then, at the moment at which it is due.
func (a *asker) live(until time.Time) {
	for {
		var next time.Time
		earliest := func(at time.Time) {
			if at.After(a.watch.Now()) && (next.IsZero() || at.Before(next)) {
				next = at
			}
		}
		for _, p := range a.pulses {
			p, err := a.Pulse(a.ctx, survey.PulseID(p.ID))
			earliest(must(a.t, p, err).Due)
			for _, inv := range a.invitationsOf(p) {
				earliest(inv.NextTry())
			}
		}
		if next.IsZero() || !next.Before(until) {
			return
		}
		a.watch.pass(next.Sub(a.watch.Now()))
		a.drain()
	}
}

// decision is an ask as a forecast tells it and as it was, to the minute: pulses that are due at once come one behind the other.
type decision struct {
	Pulse, Customer, Contact string
	DecidedAt, SendAt        time.Time
}

func sortDecisions(list []decision) []decision {
	slices.SortFunc(list, func(a, b decision) int {
		return cmp.Or(a.DecidedAt.Compare(b.DecidedAt), cmp.Compare(a.Pulse, b.Pulse), cmp.Compare(a.Customer, b.Customer))
	})
	return list
}

// TestTheFuture draws companies with calendars, zones, pulses and caps, makes a forecast, lets the time come, and holds what came against the
// forecast and against every rule.
func TestTheFuture(t *testing.T) {
	t.Parallel()
	left := companies()
	rapid.Check(t, func(rt *rapid.T) {
		if left--; left < 0 {
			return
		}
		a := drawAsker(t, rt)
		defer a.close()
		const days = 14
		begins := a.watch.Now()
		forecast, err := a.Forecast(a.ctx, days)
		if err != nil {
			rt.Fatal(err)
		}
		defer a.countReasons(rt)
		if asked := len(a.asks()); asked > 0 {
			rt.Fatalf("the forecast asked %d people", asked)
		}
		a.live(begins.AddDate(0, 0, days))
		var want []decision
		for _, x := range forecast.Asks {
			want = append(want, decision{string(x.PulseID), x.Customer.ID, x.Contact.ID, x.DecidedAt.Truncate(time.Minute), x.SendAt.Truncate(time.Minute)})
		}
		got := a.asks()
		a.holdRules(rt, got)
		if coincide(forecast.Runs) {
			return // one of them comes some seconds later than forecast, and who rests until that very second is left to the next run
		}
		if diff := gocmp.Diff(sortDecisions(want), sortDecisions(got)); diff != "" {
			rt.Fatalf("it came otherwise than forecast (-forecast +came), until %v:\n%s\n%s", a.watch.Now(), diff, a.runs())
		}
		a.holdReasons(rt, forecast, got)
	})
}

// runs tells how the pulses stand, and why they hold whom they hold.
func (a *asker) runs() string {
	var told strings.Builder
	for _, p := range a.pulses {
		p, err := a.Pulse(a.ctx, survey.PulseID(p.ID))
		if err != nil {
			return err.Error()
		}
		fmt.Fprintf(&told, "%s: %+v, next %v, owes %+v\n", p.Name, p.Run, p.Due, p.Owes)
		held, err := a.PulseOverview(a.ctx, survey.PulseID(p.ID), survey.PulseOverviewSize{})
		if err != nil {
			return err.Error()
		}
		for _, h := range held.Held.Items {
			fmt.Fprintf(&told, "  %s: %+v\n", h.Customer.Name, h.Hold)
		}
	}
	return told.String()
}

// countReasons holds that each run counts why it did not ask whom it did not.
func (a *asker) countReasons(rt *rapid.T) {
	for _, p := range a.pulses {
		p, err := a.Pulse(context.Background(), survey.PulseID(p.ID))
		if err != nil {
			rt.Fatal(err)
		}
		sum := 0
		for kind, n := range p.Run.Reasons {
			if sum += n; !slices.Contains(survey.HoldKinds(), kind) {
				rt.Errorf("%s: %d were not asked for %q", p.Name, n, kind)
			}
		}
		if sum != p.Run.Held || p.Run.Reasons[survey.HeldOutOfAsking] != p.Run.HeldOut {
			rt.Errorf("%s: %+v, of whom %d have a reason", p.Name, p.Run, sum)
		}
	}
}

// companies is how many are drawn, each of which takes a quarter of a second: more than some only where more than the usual checks are asked for.
func companies() int {
	const usual, some = 100, 20
	if n, err := strconv.Atoi(flag.Lookup("rapid.checks").Value.String()); err == nil && n > usual {
		return n
	}
	return some
}

// coincide says whether two runs are due at the same moment.
func coincide(runs []survey.ForecastRun) bool {
	for i := range runs {
		if i > 0 && runs[i].At.Equal(runs[i-1].At) {
			return true
		}
	}
	return false
}

// asks are the asks that were made.
func (a *asker) asks() []decision {
	var list []decision
	for _, p := range a.pulses {
		for _, inv := range a.invitationsOf(p) {
			at := inv.Mail.AcceptedAt
			if at.IsZero() {
				at = inv.NextTry()
			}
			list = append(list, decision{p.ID, string(inv.CustomerID), string(inv.ContactID), inv.CreatedAt.Truncate(time.Minute), at.Truncate(time.Minute)})
		}
	}
	return list
}

// holdRules holds asks against what no ask may break.
func (a *asker) holdRules(rt *rapid.T, asks []decision) {
	perDay, perHour, ofPulse := map[string]int{}, map[time.Time]int{}, map[string]int{}
	byPerson := map[string][]time.Time{}
	pulses := map[string]*survey.Pulse{}
	for _, p := range a.pulses {
		pulses[p.ID] = p
	}
	for _, x := range sortDecisions(asks) {
		c, p := a.contacts[survey.ContactID(x.Contact)], pulses[x.Pulse]
		zone := a.zone
		if c.TimeZone != "" {
			zone = location(a.t, c.TimeZone)
		}
		local := x.SendAt.In(zone)
		if h := local.Hour(); h < a.hours.From || h >= a.hours.To {
			rt.Errorf("%+v goes out at %v, not between %d and %d", x, local, a.hours.From, a.hours.To)
		}
		if !a.works(local, c.Country) {
			rt.Errorf("%+v goes out on %v, a day of rest in %q or of ours (%s)", x, local.Format("Mon 2006-01-02"), c.Country, a.calendar)
		}
		perDay[x.SendAt.In(a.zone).Format(time.DateOnly)]++
		_, offset := x.SendAt.In(a.zone).Zone()
		perHour[x.SendAt.UTC().Add(time.Duration(offset)*time.Second).Truncate(time.Hour)]++ // an hour of our time zone
		ofPulse[x.Pulse+x.DecidedAt.In(location(a.t, p.TimeZone)).Format(time.DateOnly)]++
		if n := ofPulse[x.Pulse+x.DecidedAt.In(location(a.t, p.TimeZone)).Format(time.DateOnly)]; n > p.DailyCap {
			rt.Errorf("%s asks %d people on %v, its cap is %d", p.Name, n, x.DecidedAt, p.DailyCap)
		}
		for _, before := range byPerson[c.EmailKey] {
			if x.DecidedAt.Before(before.Add(time.Duration(p.RestDays)*day - survey.RestSlackOf(p.RestDays))) {
				rt.Errorf("%s is asked on %v and on %v, and rests for %d days", c.Email, before, x.DecidedAt, p.RestDays)
			}
		}
		byPerson[c.EmailKey] = append(byPerson[c.EmailKey], x.DecidedAt)
	}
	for date, n := range perDay {
		if a.perDay > 0 && n > a.perDay {
			rt.Errorf("%d mails on %s, at most %d a day", n, date, a.perDay)
		}
	}
	for hour, n := range perHour {
		if a.perHour > 0 && n > a.perHour {
			rt.Errorf("%d mails in the hour %v, at most %d", n, hour, a.perHour)
		}
	}
}

// works says, by rules that are written down once more here, whether that date is one of work for both.
func (a *asker) works(t time.Time, country string) bool {
	national := workdays.National(country)
	if a.calendar.Free(t) || national.Free(t) {
		return false
	}
	ours := func(w time.Weekday) bool {
		if a.calendar.TellsWeek() {
			return a.calendar.Weekday(w)
		}
		return national != nil || w != time.Saturday && w != time.Sunday
	}
	both := false
	for w := range time.Weekday(7) {
		both = both || ours(w) && national.Weekday(w)
	}
	return ours(t.Weekday()) && (national.Weekday(t.Weekday()) || !both)
}

// holdReasons holds that whoever is in an audience is asked, is held with a reason that the forecast and their ledger tell, or is beyond a cap.
func (a *asker) holdReasons(rt *rapid.T, f *survey.Forecast, asks []decision) {
	asked := map[string]bool{}
	for _, x := range asks {
		asked[x.Pulse+x.Customer] = true
	}
	held := map[string]int{}
	for _, h := range f.Held {
		held[string(h.PulseID)]++
		if h.Reason == "" || asked[string(h.PulseID)+h.Customer.ID] {
			rt.Errorf("got held %+v, asked %v", h, asked[string(h.PulseID)+h.Customer.ID])
		}
		log, err := a.AskLog(a.ctx, survey.CustomerID(h.Customer.ID))
		if err != nil {
			rt.Fatal(err)
		}
		if !slices.ContainsFunc(log.Held, func(x survey.Hold) bool { return x.PulseID == h.PulseID && x.Reason != "" }) {
			rt.Errorf("%s is held by the forecast (%s), and no reason stands in the ledger: %+v", h.Customer.Name, h.Reason, log.Held)
		}
	}
	for _, p := range f.Pulses {
		capped := slices.ContainsFunc(f.Runs, func(r survey.ForecastRun) bool { return r.PulseID == p.PulseID && r.Capped })
		if held[string(p.PulseID)] != p.Held || p.Beyond > 0 && !capped && slices.ContainsFunc(f.Runs, func(r survey.ForecastRun) bool { return r.PulseID == p.PulseID }) {
			rt.Errorf("got %+v with %d held, capped %v", p, held[string(p.PulseID)], capped)
		}
	}
}
