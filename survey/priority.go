package survey

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"earshot/survey/store"
)

// Priority says which of several pulses asks somebody whom more than one wants, for people rest after an ask.
type Priority string

// The priorities, the first one first.
const (
	PriorityHigh   Priority = "high"
	PriorityNormal Priority = "normal"
	PriorityLow    Priority = "low"
)

// Priorities lists the priorities, the first one first.
func Priorities() []Priority { return []Priority{PriorityHigh, PriorityNormal, PriorityLow} }

// before says whether p comes before other.
func (p Priority) before(other Priority) bool {
	return slices.Index(Priorities(), p) < slices.Index(Priorities(), other)
}

// Rank is the pulse's priority.
func (p *Pulse) Rank() Priority { return cmp.Or(p.Priority, PriorityNormal) }

// giveWayFor is how far ahead a pulse looks for those that come first: longer, and everybody would wait for a pulse that runs once a year.
const giveWayFor = 7 * day

// rival is a pulse that comes first, and runs soon.
type rival struct {
	pulse *Pulse
	// at is when it runs.
	at time.Time
}

// rivals are the pulses that come before this one and run within giveWayFor. One through everyone whose cap ended its last run is none: when
// it comes to whom cannot be told.
func (r *pulseRun) rivals(ctx context.Context) ([]rival, error) {
	if r.pulse.Rank() == PriorityHigh {
		return nil, nil
	}
	var list []rival
	for p, err := range r.db.pulses.All(ctx, store.Query{Index: pulsesByName}) {
		if err != nil {
			return nil, err
		}
		if at, is := p.comesBefore(r.pulse, r.now); is {
			list = append(list, rival{p, at})
		}
	}
	if len(list) == 0 {
		return nil, nil
	}
	ids := make([]SurveyID, len(list))
	for i, x := range list {
		ids[i] = x.pulse.SurveyID
	}
	surveys, err := r.db.surveys.Fetch(ctx, distinct(ids))
	return slices.DeleteFunc(list, func(x rival) bool {
		s := surveys[string(x.pulse.SurveyID)]
		return s == nil || s.Status == Closed
	}), err
}

// comesBefore says whether p comes before other and runs soon, and when.
func (p *Pulse) comesBefore(other *Pulse, now time.Time) (at time.Time, is bool) {
	if p.ID == other.ID || p.Paused || !p.Rank().before(other.Rank()) {
		return at, false
	}
	at = p.NextRun()
	if p.Run.underWay() || at.Before(now) {
		at = now
	}
	unsure := p.Audience == AudienceEveryone && p.Run.Capped
	return at, at.Before(now.Add(giveWayFor)) && !unsure
}

// Pulses that are due at the same time run in the order of their priorities: one that comes later looks again every pulsesApart, for waitForFirst
// at most, lest one that fails holds up all others.
const (
	pulsesApart  = 5 * time.Second
	waitForFirst = 10 * time.Minute
)

// comesFirst says whether a pulse of a higher priority is running, or due.
func (s *Service) comesFirst(ctx context.Context, p *Pulse, now time.Time) (bool, error) {
	for other, err := range s.db.pulses.All(ctx, store.Query{Index: pulsesByName}) {
		if err != nil {
			return false, err
		}
		since := other.NextRun()
		if other.Run.underWay() {
			since = other.Run.StartedAt
		}
		if !other.Paused && other.Rank().before(p.Rank()) && !since.After(now) && now.Sub(since) < waitForFirst {
			return true, nil
		}
	}
	return false, nil
}

// givesWay is why the plan leaves its customer to a pulse that comes first, or nil.
func (p *askPlan) givesWay(s *Service) *refusal {
	for _, x := range p.rivals {
		if p.wantedBy(s, x) {
			return &refusal{kind: HeldPriority, until: x.at, passing: true, reason: fmt.Sprintf("the pulse “%s” comes first, and asks there on %s", x.pulse.Name,
				x.at.In(s.zone(x.pulse.TimeZone)).Format(dateWording))}
		}
	}
	return nil
}

// wantedBy says whether that pulse would ask the plan's customer when it runs, as things stand.
func (p *askPlan) wantedBy(s *Service, x rival) bool {
	if !matches(x.pulse.Segment, p.customer.Segment) {
		return false
	}
	if x.pulse.Audience == AudienceQuiet {
		r := p.rhythm
		if r == nil || !slices.Contains(x.pulse.AskedLists(), r.List) || r.SnoozedUntil.After(x.at) {
			return false
		}
		silence := s.silentSince(r)
		if p.log.askedInSilence(silence) != nil || p.log.HeldOut(silence) || s.drawnOut(silence, CustomerID(p.customer.ID), x.pulse.HoldOut) {
			return false
		}
	}
	_, refused := x.pulse.governance(x.at).pick(p.contacts, p.suppressed, p.history)
	return refused == nil
}

// rhythmsFor reads the rhythms of the customers of a page, where a pulse that comes first asks the quiet; those of a run through the quiet are
// known.
func (r *pulseRun) rhythmsFor(ctx context.Context, visits []visit, rivals []rival) error {
	quiet := func(x rival) bool { return x.pulse.Audience == AudienceQuiet }
	if r.pulse.Audience == AudienceQuiet || !slices.ContainsFunc(rivals, quiet) {
		return nil
	}
	ids := make([]string, len(visits))
	for i, v := range visits {
		ids[i] = v.customer.ID
	}
	models, err := r.fittedModels(ctx)
	if err != nil {
		return err
	}
	found, err := r.db.rhythms.Fetch(ctx, ids)
	for i := range visits {
		if rhythm := found[visits[i].customer.ID]; rhythm != nil && rhythm.turn(models) {
			visits[i].rhythm = rhythm
		}
	}
	return err
}
