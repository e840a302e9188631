package survey

import (
	"context"
	"fmt"
	"slices"
	"time"
)

// next is the pulse that runs next; nil if none does in the time.
func (f *forecaster) next() *forecastPulse {
	var first *forecastPulse
	for _, p := range f.pulses {
		if p.at.IsZero() || !p.at.Before(f.until) {
			continue
		}
		if first == nil || p.at.Before(first.at) || p.at.Equal(first.at) && first.pulse.Rank() != p.pulse.Rank() && p.pulse.Rank().before(first.pulse.Rank()) {
			first = p
		}
	}
	return first
}

// run goes through one run of a pulse.
func (f *forecaster) run(ctx context.Context, p *forecastPulse) error {
	now := p.at
	walk := &pulseRun{Service: f.Service, pulse: p.pulse, now: now, survey: p.survey}
	room, zone := p.pulse.DailyCap, f.zone(p.pulse.TimeZone)
	if startOfDay(now, zone).Equal(startOfDay(f.out.From, zone)) {
		room = p.today
	}
	rivals := f.rivalsOf(p, now)
	told := ForecastRun{PulseID: PulseID(p.pulse.ID), At: now}
	i := p.start
	for ; i < len(p.visits); i++ {
		if room <= 0 {
			told.Capped = true
			break
		}
		asked, err := f.ask(ctx, walk, p, p.visits[i], rivals)
		if err != nil {
			return err
		}
		if asked {
			told.Asked++
			room--
		}
	}
	f.out.Runs = append(f.out.Runs, told)
	p.start = 0
	if told.Capped && p.pulse.Audience == AudienceEveryone {
		p.start = i
	}
	p.pulse.Run = PulseRun{StartedAt: now, FinishedAt: now, Capped: told.Capped}
	p.at = f.nextTurn(p.pulse, now)
	p.pulse.Schedule(effectRun, p.at)
	return ctx.Err()
}

// rivalsOf are the pulses that come before this one at that time.
func (f *forecaster) rivalsOf(p *forecastPulse, now time.Time) []rival {
	var list []rival
	for _, other := range f.pulses {
		if at, is := other.pulse.comesBefore(p.pulse, now); is && other.survey != nil {
			list = append(list, rival{other.pulse, at})
		}
	}
	return list
}

// ask decides whether the pulse asks there, and notes it.
func (f *forecaster) ask(ctx context.Context, walk *pulseRun, p *forecastPulse, v visit, rivals []rival) (bool, error) {
	id := v.customer.ID
	if r := p.held[id]; r != nil && !r.passing && (r.until.IsZero() || r.until.After(walk.now)) {
		return false, nil // what speaks against it still does
	}
	plan := walk.plan(v, f.logs[id], rivals)
	plan.contacts, plan.suppressed = f.contacts[id], f.suppressed
	plan.history = &history{log: plan.log, people: f.people, elsewhere: f.logs, tagsApart: f.tagsApart}
	if plan.refused == nil {
		if err := f.takeTurn(ctx, plan); err != nil {
			return false, err
		}
		plan.choose(f.Service)
	}
	if plan.refused != nil {
		if p.held[id] = plan.refused; plan.heldOut() {
			f.note(id, func(l *AskLog) {
				l.hold(Hold{PulseID: PulseID(p.pulse.ID), At: walk.now, HeldOut: plan.refused.heldOut})
			})
		}
		return false, nil
	}
	delete(p.held, id)
	p.done[id] = true
	f.asked++
	p.asked++
	plan.ask.InvitationID, plan.ask.Owed = InvitationID(fmt.Sprintf("forecast %d", f.asked)), false
	f.note(id, func(l *AskLog) { l.add(*plan.ask) })
	if person := plan.ask.Address; person != "" {
		known := newPerson(person)
		if old := f.people[person]; old != nil {
			*known = *old
			known.Asks = slices.Clone(old.Asks)
		}
		known.add(PersonAsk{InvitationID: plan.ask.InvitationID, CustomerID: CustomerID(id), At: plan.ask.At, ExpiresAt: plan.ask.ExpiresAt})
		f.people[person] = known
	}
	f.out.Asks = append(f.out.Asks, ForecastAsk{
		PulseID: PulseID(p.pulse.ID), DecidedAt: walk.now, SendAt: f.firstSend(plan.ask, plan.contact), Customer: v.customer, Contact: plan.contact,
	})
	return true, nil
}

// note changes a copy of a customer's ledger, and goes by that from now on.
func (f *forecaster) note(customer string, change func(*AskLog)) {
	l := *f.logs[customer]
	l.Asks, l.Held = slices.Clone(l.Asks), slices.Clone(l.Held)
	change(&l)
	f.logs[customer] = &l
}

// takeTurn gives the plan's mail its turn among those that are stored and those of the forecast.
func (f *forecaster) takeTurn(ctx context.Context, p *askPlan) error {
	if !p.takesTurns(f.Service) {
		return nil
	}
	if p.weigh(f.Service); p.refused != nil {
		return nil
	}
	at := f.placeOf(p.contact)
	first := f.decentTime(p.now, at)
	w := &slot{at: at, next: first, until: first.Add(farthestSlot)}
	if err := f.readSlots(ctx, f.daysFor([]*slot{w})); err != nil {
		return err
	}
	w.granted = f.findTurn(w, func(id string) *SlotDay { return f.slots[id] }) != ""
	p.turn, p.turnOf = w, p.contact
	return nil
}

// readSlots reads what is taken of those days of which that is not known yet.
func (f *forecaster) readSlots(ctx context.Context, days []string) error {
	unread := slices.DeleteFunc(days, func(id string) bool { return f.slots[id] != nil })
	if len(unread) == 0 {
		return nil
	}
	found, err := f.db.slotDays.Fetch(ctx, unread)
	for _, id := range unread {
		if f.slots[id] = found[id]; found[id] == nil {
			f.slots[id] = f.newSlotDay(id)
		}
	}
	return err
}

// tell sums up.
func (f *forecaster) tell() {
	for _, p := range f.pulses {
		told := ForecastPulse{PulseID: PulseID(p.pulse.ID), Name: p.pulse.Name, Asked: p.asked, Problem: p.problem, Cut: p.cut}
		for _, v := range p.visits {
			switch r := p.held[v.customer.ID]; {
			case p.done[v.customer.ID]:
			case r != nil:
				told.Held++
				f.out.Held = append(f.out.Held, ForecastHold{PulseID: told.PulseID, Customer: v.customer, Reason: r.reason, Until: r.until})
			default:
				told.Beyond++
			}
		}
		f.out.Pulses = append(f.out.Pulses, told)
	}
}
