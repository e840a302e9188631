package survey

import (
	"context"
	"fmt"
	"io"
	"math/rand/v2"
	"reflect"
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
	// fitYears is how many years back a fit looks.
	fitYears = 5
)

// The effects that rhythm models owe.
const (
	// effectFit fits the kind's parameters to the installation's own customers.
	effectFit = "fit_model"
	// effectWalk has all customers ranked by the model as it is now.
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
	sample, of, err := s.sampleRhythms(ctx, m.Kind, random)
	if err != nil {
		return err
	}
	now := s.now()
	told, err := s.histories(ctx, idsOf(sample), m.Kind, now.AddDate(-fitYears, 0, 0))
	if err != nil {
		return err
	}
	pauses := map[string][]quiet.Pause{}
	for _, one := range sample {
		pauses[string(one.id)] = one.pauses
	}
	today, rest := s.day(now), restWeight(s.calendar, told.histories)
	learnt, err := quiet.Learn(ctx, told.histories, today, told.settled(today), quiet.FitOptions{
		Rand: random, Fallback: m.Params, Sample: fitSample, Clock: workingClock(s.calendar, rest), Pauses: pauses,
	})
	if err != nil {
		return err
	}
	if len(learnt.AtBounds) > 0 {
		s.log.Warn("a fit was stopped by the bounds of its parameters", "kind", m.Kind, "at their bounds", learnt.AtBounds)
	}
	i.Then(func(m *RhythmModel) {
		before := m.Law
		m.Customers, m.TriedAt, m.Why, m.AtBounds = learnt.Customers, now, learnt.Why, learnt.AtBounds
		m.Calibration, m.Cohort, m.Overstated = learnt.Calibration, learnt.Cohort, learnt.Overstated
		m.Curve = learnt.Curve.Of(of * len(told.histories) / max(len(sample), 1))
		m.Schedule(effectFit, now.Add(fitEvery))
		m.adopt(s.calendar)
		m.RestWeight = rest
		if learnt.Fitted {
			m.Params, m.Pace, m.FittedAt = learnt.Params, learnt.Pace, now
			m.Followed = idsOf(sample[:min(len(sample), paceSample)])
			m.Schedule(effectPace, s.tomorrow(now))
		}
		if learnt.Fitted || !m.same(&before) {
			m.judgeAnew(now)
		}
	})
	return nil
}

// same says whether the two laws are one, however fast customers come of late.
func (m *Law) same(other *Law) bool {
	a, b := *m, *other
	a.Pace, b.Pace = quiet.Pace{}, quiet.Pace{}
	return reflect.DeepEqual(a, b)
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

// sampleRhythms draws up to fitSample customers of all that have shown this kind of sign of life, each as likely as any other
// (reservoir sampling, Vitter 1985, algorithm R). It reads all rhythms, once a week and a page at a time.
func (s *Service) sampleRhythms(ctx context.Context, kind TouchpointKind, random *rand.Rand) (sample []sampled, of int, err error) {
	for r, err := range s.db.rhythms.All(ctx, store.Query{Index: store.ByID}) {
		if err != nil {
			return nil, 0, err
		}
		if !r.shows(kind) {
			continue
		}
		of++
		if len(sample) < fitSample {
			sample = append(sample, sampled{CustomerID(r.ID), r.Pauses})
		} else if i := random.IntN(of); i < fitSample {
			sample[i] = sampled{CustomerID(r.ID), r.Pauses}
		}
	}
	return sample, of, nil
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
