package survey

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"time"

	"earshot/survey/outbox"
	"earshot/survey/quiet"
	"earshot/survey/store"
)

const (
	// fitWithin is how long one fit may take.
	fitWithin = 30 * time.Minute
	// fitEvery is how often parameters are fitted again.
	fitEvery = 7 * 24 * time.Hour
	// fitSample is how many customers a fit looks at: more do not move the parameters.
	fitSample = 2000
	// fitEvents is how many touchpoints of one customer a fit looks at, the latest.
	fitEvents = 2 * store.MaxLimit
	// walkStep is how many rhythms one step of the walk after a fit judges anew.
	walkStep = 1000
)

// The effects that rhythm models owe.
const (
	// effectFit fits the kind's parameters to the installation's own customers.
	effectFit = "fit_model"
	// effectWalk judges all rhythms anew after a fit.
	effectWalk = "walk_rhythms"
)

// fitModels is the effect effectFit.
func (s *Service) fitModels(ctx context.Context, b *outbox.Batch[*RhythmModel]) error {
	for _, i := range b.Items {
		if err := s.fit(ctx, i); err != nil {
			return err
		}
	}
	return nil
}

// fit estimates the kind's parameters, by the calendar of this process. Where that fails, or too few customers show the kind,
// the old ones stay.
func (s *Service) fit(ctx context.Context, i *outbox.Item[*RhythmModel]) error {
	m := i.Doc
	random, err := seeded(s.random)
	if err != nil {
		return err
	}
	sample, err := s.sampleRhythms(ctx, m.Kind, random)
	if err != nil {
		return err
	}
	histories, pauses := make([]quiet.History, 0, len(sample)), map[string][]quiet.Pause{}
	for _, one := range sample {
		pauses[string(one.id)] = one.pauses
		h, err := s.latestDays(ctx, one.id, m.Kind)
		if err != nil {
			return err
		}
		histories = append(histories, h)
	}
	now, rest := s.now(), restWeight(s.calendar, histories)
	result, err := quiet.Fit(ctx, histories, s.day(now), quiet.FitOptions{
		Rand: random, Fallback: m.Params, Sample: fitSample, Clock: workingClock(s.calendar, rest), Pauses: pauses,
	})
	if err != nil {
		return err
	}
	i.Then(func(m *RhythmModel) {
		m.Customers, m.TriedAt, m.Why = result.Customers, now, result.Why
		m.Schedule(effectFit, now.Add(fitEvery))
		changed := m.adopt(s.calendar) || m.RestWeight != rest
		m.RestWeight = rest
		if result.Fitted {
			m.Params, m.FittedAt, changed = result.Params, now, true
		}
		if changed {
			m.Fit++
			m.Walked = ""
			// The walk waits until every process has read the new parameters.
			m.Schedule(effectWalk, now.Add(2*modelsLifetime))
		}
	})
	return nil
}

// seeded returns a fast generator that starts from good randomness.
func seeded(random io.Reader) (*rand.Rand, error) {
	var seed [32]byte
	if _, err := io.ReadFull(random, seed[:]); err != nil {
		return nil, fmt.Errorf("read randomness: %w", err)
	}
	return rand.New(rand.NewChaCha8(seed)), nil
}

// sampled is a customer that a fit looks at.
type sampled struct {
	id     CustomerID
	pauses []quiet.Pause
}

// sampleRhythms draws up to fitSample customers that have shown this kind of sign of life, each as likely as any other
// (reservoir sampling, Vitter 1985, algorithm R). It reads all rhythms, once a week and a page at a time.
func (s *Service) sampleRhythms(ctx context.Context, kind TouchpointKind, random *rand.Rand) ([]sampled, error) {
	var sample []sampled
	n := 0
	for r, err := range s.db.rhythms.All(ctx, store.Query{Index: store.ByID}) {
		if err != nil {
			return nil, err
		}
		if !r.shows(kind) {
			continue
		}
		n++
		if len(sample) < fitSample {
			sample = append(sample, sampled{CustomerID(r.ID), r.Pauses})
		} else if i := random.IntN(n); i < fitSample {
			sample[i] = sampled{CustomerID(r.ID), r.Pauses}
		}
	}
	return sample, nil
}

// shows says whether the customer has ever shown this kind of sign of life.
func (r *Rhythm) shows(kind TouchpointKind) bool {
	for _, k := range r.Kinds {
		if k.Kind == kind {
			return true
		}
	}
	return false
}

// latestDays returns the distinct days of a customer's latest fitEvents touchpoints, as far as they are of that kind.
func (s *Service) latestDays(ctx context.Context, id CustomerID, kind TouchpointKind) (quiet.History, error) {
	h := quiet.History{Customer: string(id)}
	q := ofCustomer(touchpointsByCustomer, id, store.MaxLimit)
	q.Descending = true
	for range fitEvents / store.MaxLimit {
		found, next, err := s.db.touchpoints.Find(ctx, q)
		if err != nil {
			return h, err
		}
		for _, t := range found {
			if t.Kind == kind {
				h.Days = append(h.Days, s.day(t.At))
			}
		}
		if q.After = next; next == "" {
			break
		}
	}
	slices.Sort(h.Days)
	h.Days = slices.Compact(h.Days)
	return h, nil
}

// walkRhythms is the effect effectWalk: a step at a time it makes the rhythms anew that were folded under older parameters,
// so that each gets its alarm date under the new ones.
func (s *Service) walkRhythms(ctx context.Context, b *outbox.Batch[*RhythmModel]) error {
	models, err := s.fittedModels(ctx)
	if err != nil {
		return err
	}
	for _, i := range b.Items {
		found, next, err := s.db.rhythms.Find(ctx, store.Query{
			Index: store.ByID, After: i.Doc.Walked, Limit: walkStep, Fields: []string{"kinds"},
		})
		if err != nil {
			return err
		}
		var outdated []string
		for _, r := range found {
			if r.outdated(models) {
				outdated = append(outdated, r.ID)
			}
		}
		if err := s.rebuildRhythms(ctx, outdated, models); err != nil {
			return err
		}
		i.Then(func(m *RhythmModel) { m.Walked = next })
		if next != "" {
			i.Again(s.now())
		}
	}
	return nil
}
