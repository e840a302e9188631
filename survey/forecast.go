package survey

import (
	"context"
	"slices"
	"time"

	"earshot/survey/store"
)

// A Forecast is a dry run: it goes through the runs that the pulses have before them and decides each ask by the very rules by which it will be
// decided, and writes nothing. It takes the customers as they are: nobody answers, nobody else falls silent, and nobody comes back. What it
// cannot foresee is who is faster where two want the same at the same moment.

// Forecast says whom the pulses ask in a time to come, and whom not, and why.
type Forecast struct {
	From, Until time.Time
	// Runs are the runs of the pulses, in their order.
	Runs []ForecastRun
	// Asks are who is asked, in the order in which that is decided.
	Asks []ForecastAsk
	// Held are those of the audiences who are asked in none of a pulse's runs, by the name of the pulse and in the order in which it comes to them.
	Held []ForecastHold
	// Pulses are the pulses that are not paused, by name, with what comes of all their runs together.
	Pulses []ForecastPulse
}

// ForecastPulse is what comes of the runs of one pulse.
type ForecastPulse struct {
	PulseID PulseID
	Name    string
	// Asked is how many asks it makes, Held how many customers it considers and never asks, and Beyond how many of its audience it does not come
	// to, for its cap ends each run before them.
	Asked, Held, Beyond int
	// Problem is why it asks nobody at all; empty if nothing keeps it.
	Problem string
	// Cut says that its audience was too large to be looked at whole: only the first ForecastAudience customers were.
	Cut bool
}

// ForecastRun is one run to come.
type ForecastRun struct {
	PulseID PulseID
	At      time.Time
	// Asked is how many it asks, and Capped that the cap of the pulse ends it.
	Asked  int
	Capped bool
}

// ForecastAsk is somebody who is asked.
type ForecastAsk struct {
	PulseID PulseID
	// DecidedAt is when the pulse runs, SendAt when the mail goes out.
	DecidedAt, SendAt time.Time
	Customer          *Customer
	Contact           *Contact
}

// ForecastHold is a customer whom a pulse does not ask.
type ForecastHold struct {
	PulseID  PulseID
	Customer *Customer
	// Reason and Until are as in Hold, as of the last run that comes to them.
	Reason string
	Until  time.Time
}

const (
	// ForecastDays is how many days a forecast looks ahead where nobody says.
	ForecastDays = 30
	// ForecastAudience is how many customers of a pulse's audience are looked at.
	ForecastAudience = 5000
	// forecastPage is how many customers are read at a time.
	forecastPage = 500
)

// Forecast goes through the next days.
func (s *Service) Forecast(ctx context.Context, days int) (*Forecast, error) {
	now := s.now()
	f := &forecaster{
		Service: s, until: now.Add(time.Duration(days) * day), logs: map[string]*AskLog{}, people: map[string]*Person{},
		contacts: map[string][]*Contact{}, suppressed: map[string]*Suppression{}, slots: map[string]*SlotDay{},
	}
	f.out.From, f.out.Until = now, f.until
	if err := f.gather(ctx, now); err != nil {
		return nil, err
	}
	for {
		p := f.next()
		if p == nil {
			break
		}
		if err := f.run(ctx, p); err != nil {
			return nil, err
		}
	}
	f.tell()
	return &f.out, ctx.Err()
}

// forecaster is a forecast in the making: copies of what the rules go by, in which each ask is noted.
type forecaster struct {
	*Service
	until  time.Time
	pulses []*forecastPulse
	// logs, people, contacts, suppressed and slots are copies of what is stored, by id; logs and people with what was decided since.
	logs       map[string]*AskLog
	people     map[string]*Person
	contacts   map[string][]*Contact
	suppressed map[string]*Suppression
	slots      map[string]*SlotDay
	asked      int
	out        Forecast
}

// forecastPulse is a pulse with its audience.
type forecastPulse struct {
	pulse  *Pulse
	survey *Survey
	visits []visit
	// start is where in the audience the next run begins.
	start int
	// at is when it runs next; zero if it does not.
	at time.Time
	// today is how many it may still ask on the day on which the forecast begins.
	today int
	// asked, problem and cut are those of ForecastPulse.
	asked   int
	problem string
	cut     bool
	// held are the customers that the last run which came to them did not ask, and done those who were asked at all.
	held map[string]*refusal
	done map[string]bool
}

// gather reads the pulses and their audiences.
func (f *forecaster) gather(ctx context.Context, now time.Time) error {
	for p, err := range f.db.pulses.All(ctx, store.Query{Index: pulsesByName}) {
		if err != nil {
			return err
		}
		if p.Paused {
			continue
		}
		one := &forecastPulse{pulse: p, at: p.NextRun(), held: map[string]*refusal{}, done: map[string]bool{}}
		if p.Run.underWay() || one.at.Before(now) {
			one.at = now
		}
		f.pulses = append(f.pulses, one)
	}
	brake, err := f.storedBrake(ctx)
	if err != nil {
		return err
	}
	for _, p := range f.pulses {
		if held := f.heldBack(brake); held != nil {
			p.at, p.problem = time.Time{}, held.reason
			continue
		}
		survey, err := f.Survey(ctx, p.pulse.SurveyID)
		if KindOf(err) == NotFound || err == nil && survey.Status == Closed {
			p.at, p.problem = time.Time{}, "the survey is closed"
			continue
		}
		if err != nil {
			return err
		}
		p.survey = survey
		if err := f.gatherAudience(ctx, p, now); err != nil {
			return err
		}
	}
	return nil
}

// gatherAudience reads a pulse's audience with all that its rules go by.
func (f *forecaster) gatherAudience(ctx context.Context, p *forecastPulse, now time.Time) error {
	at := *p.pulse
	walk := pulseRun{Service: f.Service, pulse: &at, now: now, survey: p.survey, atOnce: forecastPage}
	first, err := f.firstVisit(ctx, p)
	if err != nil {
		return err
	}
	if p.today, err = walk.room(ctx, nil); err != nil {
		return err
	}
	// Which pulses come first changes with the time; what they ask by is read once.
	var rivals []rival
	for _, other := range f.pulses {
		if other.pulse.Rank().before(p.pulse.Rank()) {
			rivals = append(rivals, rival{other.pulse, now})
		}
	}
	for at.Run.Cursor = ""; ; {
		a, err := walk.audiencePage(ctx, nil)
		if err != nil {
			return err
		}
		if err := walk.rhythmsFor(ctx, a.visits, rivals); err != nil {
			return err
		}
		if err := f.gatherHistories(ctx, &walk, a); err != nil {
			return err
		}
		p.visits = append(p.visits, a.visits...)
		if at.Run.Cursor = a.next; a.next == "" {
			break
		}
		if len(p.visits) >= ForecastAudience {
			p.cut = true
			break
		}
	}
	p.start = max(0, slices.IndexFunc(p.visits, func(v visit) bool { return v.customer.ID == first }))
	return nil
}

// firstVisit is with whom the next run of the pulse begins; empty where it begins at the beginning, or with somebody who is gone.
func (f *forecaster) firstVisit(ctx context.Context, p *forecastPulse) (string, error) {
	run := &p.pulse.Run
	if run.Cursor == "" || !run.underWay() && (p.pulse.Audience != AudienceEveryone || !run.Capped) {
		return "", nil
	}
	at := *p.pulse
	walk := pulseRun{Service: f.Service, pulse: &at, now: f.out.From, atOnce: pulsePage}
	a, err := walk.audience(ctx)
	if err != nil {
		return "", err
	}
	for _, v := range a.visits {
		if !slices.Contains(at.Run.Seen, CustomerID(v.customer.ID)) {
			return v.customer.ID, nil
		}
	}
	if a.next == "" {
		return "", nil
	}
	at.Run.Cursor, at.Run.Seen = a.next, nil
	if a, err = walk.audience(ctx); err != nil || len(a.visits) == 0 {
		return "", err
	}
	return a.visits[0].customer.ID, nil
}

// gatherHistories reads the ledgers, contacts and people of a page's customers.
func (f *forecaster) gatherHistories(ctx context.Context, walk *pulseRun, a *audience) error {
	var plans []*askPlan
	for _, v := range a.visits {
		if _, read := f.contacts[v.customer.ID]; !read {
			plans = append(plans, walk.plan(v, a.logs[v.customer.ID], nil))
		}
	}
	if err := f.findContacts(ctx, plans); err != nil {
		return err
	}
	if err := f.readHistories(ctx, plans); err != nil {
		return err
	}
	for _, p := range plans {
		f.contacts[p.customer.ID] = p.contacts
		keep(f.logs, p.history.elsewhere)
		keep(f.people, p.history.people)
		keep(f.suppressed, p.suppressed)
	}
	for _, p := range plans { // behind those elsewhere, which may be the same ones
		if f.logs[p.customer.ID] == nil {
			f.logs[p.customer.ID] = p.log
		}
	}
	return nil
}

// keep notes what is not known yet.
func keep[V any](known, found map[string]V) {
	for id, v := range found {
		if _, is := known[id]; !is {
			known[id] = v
		}
	}
}
