package survey

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"time"

	"earshot/survey/quiet"
	"earshot/survey/store"
)

const (
	// fitLease is how long one fit may take.
	fitLease = 30 * time.Minute
	// fitEvery is how often parameters are fitted again.
	fitEvery = 7 * 24 * time.Hour
	// fitSample is how many customers a fit looks at: more do not move the parameters (QUIET 4.4).
	fitSample = 2000
	// fitEvents is how many touchpoints of one customer a fit looks at, the latest.
	fitEvents = 2 * store.MaxLimit
	// walkStep is how many rhythms one step of the walk after a fit judges anew.
	walkStep = 100
)

// WorkModel does one thing for one kind's parameters that are due: it fits them to the installation's own customers, or
// judges some rhythms anew after a fit. It returns false if nothing was due.
func (s *Service) WorkModel(ctx context.Context) (bool, error) {
	now := s.now()
	m, err := s.db.rhythmModels.Claim(ctx, now, now.Add(fitLease))
	if errors.Is(err, store.ErrNotFound) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	if m.Walking {
		err = s.walk(ctx, m)
	} else {
		err = s.fit(ctx, m)
	}
	if err != nil {
		return true, err
	}
	return true, ignoreConflict(s.db.rhythmModels.Replace(ctx, m))
}

// fit estimates the kind's parameters. Where that fails, or too few customers show the kind, the old ones stay.
func (s *Service) fit(ctx context.Context, m *RhythmModel) error {
	random, err := seeded(s.Random)
	if err != nil {
		return err
	}
	ids, err := s.sampleRhythms(ctx, m.Kind, random)
	if err != nil {
		return err
	}
	histories := make([]quiet.History, 0, len(ids))
	for _, id := range ids {
		h, err := s.latestDays(ctx, id, m.Kind)
		if err != nil {
			return err
		}
		histories = append(histories, h)
	}
	now := s.now()
	result, err := quiet.Fit(ctx, histories, s.day(now), quiet.FitOptions{Rand: random, Fallback: m.Params, Sample: fitSample})
	if err != nil {
		return err
	}
	m.Customers, m.TriedAt, m.Why, m.Due = result.Customers, now, result.Why, now.Add(fitEvery)
	if result.Fitted {
		m.Params, m.FittedAt = result.Params, now
		m.Fit++
		// The walk waits until every process has read the new parameters.
		m.Walking, m.Walked, m.Due = true, "", now.Add(2*modelsLifetime)
	}
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

// sampleRhythms draws up to fitSample customers that have shown this kind of sign of life, each as likely as any other
// (reservoir sampling, Vitter 1985, algorithm R). It reads all rhythms, once a week and a page at a time.
func (s *Service) sampleRhythms(ctx context.Context, kind TouchpointKind, random *rand.Rand) ([]CustomerID, error) {
	var sample []CustomerID
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
			sample = append(sample, CustomerID(r.ID))
		} else if i := random.IntN(n); i < fitSample {
			sample[i] = CustomerID(r.ID)
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

// walk judges the next rhythms anew, so that each gets its alarm date under the new parameters.
func (s *Service) walk(ctx context.Context, m *RhythmModel) error {
	models, err := s.fittedModels(ctx)
	if err != nil {
		return err
	}
	found, next, err := s.db.rhythms.Find(ctx, store.Query{Index: store.ByID, After: m.Walked, Limit: walkStep})
	if err != nil {
		return err
	}
	err = each(ctx, found, func(ctx context.Context, r *Rhythm) error {
		if !r.shows(m.Kind) {
			return nil
		}
		return s.review(ctx, r, models)
	})
	if err != nil {
		return err
	}
	m.Walked, m.Due = next, s.now()
	if next == "" {
		m.Walking, m.Due = false, m.TriedAt.Add(fitEvery)
	}
	return nil
}
