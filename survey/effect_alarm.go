package survey

import (
	"context"
	"slices"

	"earshot/survey/outbox"
	"earshot/survey/store"
)

const (
	// effectNoteAlarms writes the alarms of customers who have come onto a list, and of the steps that their silences have reached, into
	// the ledger; rhythms owe it.
	effectNoteAlarms = "note_alarms"
	// effectFollow finds out what has become of an alarm; alarms owe it.
	effectFollow = "follow_alarm"
)

// followedAtOnce is how many alarms are followed together: what they are followed by is read in one trip.
const followedAtOnce = store.MaxReads - 4

// noteAlarms is the effect effectNoteAlarms.
func (s *Service) noteAlarms(ctx context.Context, b *outbox.Batch[*Rhythm]) error {
	models, err := s.fittedModels(ctx)
	if err != nil {
		return err
	}
	news := map[string]*Alarm{}
	for _, i := range b.Items {
		for _, t := range i.Doc.Told {
			if t.News {
				if !t.Written {
					s.spell(&t.Telling, i.Doc, models)
				}
				a := newAlarm(i.Doc, t.Telling)
				news[a.ID] = a
			}
		}
		noted := slices.Clone(i.Doc.Told)
		i.Then(func(r *Rhythm) { r.written(noted) })
	}
	if len(news) == 0 {
		return nil
	}
	if err := s.watchAlarms(ctx); err != nil {
		return err
	}
	now := s.now()
	fresh := func(id string) *Alarm { return news[id] }
	_, err = s.db.alarms.UpsertAll(ctx, keys(news), nil, fresh, func(a *Alarm) bool {
		a.retell(news[a.ID].Telling)
		a.Owe(effectFollow, now)
		return true
	})
	s.outbox.Wake(alarmSpec.Name)
	return err
}

// newAlarm is the alarm of what was told of a rhythm.
func newAlarm(r *Rhythm, t Telling) *Alarm {
	id := alarmIDOf(CustomerID(r.ID), t.List, t.Begun)
	return &Alarm{
		Meta: store.Meta{ID: id}, Telling: t, CustomerID: CustomerID(r.ID), RepID: r.RepID, Segment: r.Segment,
		ValuePerWeek: r.ValuePerWeek, Outcome: StillSilent,
	}
}

// retell takes over what is told of the silence now. What was said when it was first told stays.
func (a *Alarm) retell(t Telling) {
	if a.ToldAt.IsZero() {
		beyond := a.BeyondDoubt // nobody was told by then
		a.Telling = t
		if !beyond.IsZero() {
			a.BeyondDoubt = beyond
		}
		return
	}
	for _, step := range t.Steps {
		if step.Step > a.step() {
			a.Steps = append(a.Steps, step)
		}
	}
}

// written notes that the ledger knows of these.
func (r *Rhythm) written(known []Told) {
	r.Told = slices.Clone(r.Told)
	for i := range r.Told {
		t := &r.Told[i]
		for _, k := range known {
			if k.List == t.List && k.Begun == t.Begun {
				t.Written, t.News = true, t.News && len(t.Steps) > len(k.Steps)
			}
		}
	}
}

// followAlarms is the effect effectFollow.
func (s *Service) followAlarms(ctx context.Context, b *outbox.Batch[*Alarm]) error {
	now := s.now()
	all, err := s.alarmFacts(ctx, b.Items)
	if err != nil {
		return err
	}
	for i, item := range b.Items {
		facts, after := all[i], *item.Doc
		after.follow(facts, now)
		item.Then(func(a *Alarm) { a.follow(facts, now) })
		if next := after.next(now, s.tomorrow(now)); !next.IsZero() {
			item.Again(next)
		}
	}
	return nil
}

// alarmFacts reads what alarms are followed by.
func (s *Service) alarmFacts(ctx context.Context, items []*outbox.Item[*Alarm]) ([]alarmFacts, error) {
	ids, customerIDs := make([]string, len(items)), map[string]bool{}
	histories := make([]*store.Finding[Touchpoint, *Touchpoint], len(items))
	readings := make([]store.Reading, len(items))
	for i, item := range items {
		ids[i] = string(item.Doc.CustomerID)
		customerIDs[ids[i]] = true
		q := ofCustomer(touchpointsByCustomer, item.Doc.CustomerID, store.MaxLimit)
		q.From, q.Fields = store.Time(item.Doc.Begun.In(s.timeZone)), []string{"at", "kind"}
		q.Where = []store.Where{{Field: "kind", Is: store.OneOf, Value: anys(strs(item.Doc.List.followedKinds()))}}
		histories[i] = s.db.touchpoints.Finding(q)
		readings[i] = histories[i]
	}
	customers, rhythms, logs := s.db.customers.Fetching(keys(customerIDs)), s.db.rhythms.Fetching(keys(customerIDs)), s.db.askLogs.Fetching(keys(customerIDs))
	watch := s.db.alarmWatches.Fetching([]string{alarmWatchID})
	if err := store.Together(ctx, s.store, append(readings, customers, rhythms.Only("snoozed_until"), logs, watch)...); err != nil {
		return nil, err
	}
	customer, rhythm, log := customers.ByID(), rhythms.ByID(), logs.ByID()
	all := make([]alarmFacts, len(items))
	for i := range items {
		f := alarmFacts{touchpoints: histories[i].Docs, asks: log[ids[i]], dayOf: s.day}
		if c := customer[ids[i]]; c != nil {
			f.status = c.Status
		}
		if r := rhythm[ids[i]]; r != nil {
			f.snoozed = r.SnoozedUntil
		}
		if w := watch.First(); w != nil {
			f.watchedFrom = w.Since
		}
		all[i] = f
	}
	return all, nil
}
