package survey

import (
	"context"
	"slices"
	"time"

	"earshot/survey/outbox"
	"earshot/survey/quiet"
	"earshot/survey/store"
)

// effectReview looks at all silences once a week: for customers who are gone beyond doubt and were never told of, and for whether what
// was said of the others came true. The alarm watch owes it.
const effectReview = "review_alarms"

const (
	// reviewEvery is how often all silences are reviewed.
	reviewEvery = 7 * day
	// driftDays is how many days back alarms count for whether the chances that are said are right.
	driftDays = 365
)

// reviewAlarms is the effect effectReview: a step of the walk through all rhythms at a time, and at its end the comparison.
func (s *Service) reviewAlarms(ctx context.Context, b *outbox.Batch[*AlarmWatch]) error {
	models, err := s.fittedModels(ctx)
	if err != nil {
		return err
	}
	for _, i := range b.Items {
		now := s.now()
		next, err := s.findMissed(ctx, i.Doc, models, now)
		if err != nil {
			return err
		}
		if next != "" {
			i.Then(func(w *AlarmWatch) { w.Walked = next })
			i.Again(now)
			continue
		}
		groups, err := s.forecasts(ctx, now)
		if err != nil {
			return err
		}
		i.Then(func(w *AlarmWatch) {
			w.Walked, w.ReviewedAt = "", now
			w.compare(groups, now)
			w.Schedule(effectReview, s.tomorrow(now).Add(reviewEvery-day))
		})
	}
	return nil
}

// findMissed writes down the customers of the next step of the walk who are silent beyond doubt, since the alarms are watched, and of whom
// nobody was told.
func (s *Service) findMissed(ctx context.Context, w *AlarmWatch, models fittedModels, now time.Time) (store.Cursor, error) {
	found, next, err := s.db.rhythms.Find(ctx, store.Query{Index: store.ByID, After: w.Walked, Limit: store.MaxLimit})
	if err != nil {
		return "", err
	}
	var missed []*Alarm
	for _, r := range found {
		r.turn(models)
		if a := s.missed(r, models, now); a != nil && a.BeyondDoubt.After(w.Since) {
			a.Owe(effectFollow, now)
			missed = append(missed, a)
		}
	}
	if len(missed) == 0 {
		return next, nil
	}
	err = s.db.alarms.Insert(ctx, missed...)
	if err != nil && !isDuplicate(err) {
		return "", err
	}
	return next, nil
}

// missed is the alarm that nobody was told of, of a customer who is silent beyond doubt; nil of all others.
func (s *Service) missed(r *Rhythm, models fittedModels, now time.Time) *Alarm {
	today := s.day(now)
	_, paused := r.pausedUntil(today)
	told := slices.ContainsFunc(r.Told, func(t Told) bool { return t.List == Leaving })
	if told || paused || !r.judged() || r.HeldBy != "" || today-s.day(r.LastAt) < leastBeyond || !r.silentFor(models, today, beyondDoubt) {
		return nil
	}
	_, kinds := s.silence(r, models, now)
	t := Telling{List: Leaving, Begun: dateOn(s.day(r.LastAt)), Kind: kinds[mostSurprising(kinds)].Kind}
	s.horizons(&t, r, models)
	if t.BeyondDoubt.IsZero() || t.BeyondDoubt.After(now) {
		return nil
	}
	t.MaturesAt = t.BeyondDoubt
	return newAlarm(r, t)
}

// silentFor says whether a kind of known rhythm has been silent for that many times the customer's own gaps.
func (r *Rhythm) silentFor(models fittedModels, today quiet.Day, factor float64) bool {
	return slices.ContainsFunc(r.Kinds, func(k KindRhythm) bool {
		return k.known() && models.of(k.Kind).model.Pausing(r.Pauses...).Exceeds(k.State, today, ownGaps, factor)
	})
}

// forecastGroup is what was said of the alarms of one step, and what came of them.
type forecastGroup struct {
	from      time.Time
	forecasts []quiet.Forecast
}

// forecasts are the alarms of the last driftDays that are settled, by the step that their chance had reached when it was said.
func (s *Service) forecasts(ctx context.Context, now time.Time) (map[float64]*forecastGroup, error) {
	groups := map[float64]*forecastGroup{}
	for _, list := range []List{Leaving, Drifting} {
		q := store.Query{
			Index: alarmsByTold, Equal: []any{string(list)}, From: store.Time(now.AddDate(0, 0, -driftDays)),
			Fields: []string{"chance", "at_least", "stayed", "told_at"},
			Where: []store.Where{
				{Field: "mature", Is: store.Equals, Value: true}, {Field: "late", Is: store.Equals, Value: false},
				{Field: "outcome", Is: store.Differs, Value: string(Corrected)},
			},
		}
		for a, err := range s.db.alarms.All(ctx, q) {
			if err != nil {
				return nil, err
			}
			g := groups[stepOf(a.Chance)]
			if g == nil {
				g = &forecastGroup{}
				groups[stepOf(a.Chance)] = g
			}
			g.from = earlier(g.from, a.ToldAt)
			g.forecasts = append(g.forecasts, quiet.Forecast{Said: a.Chance, AtLeast: a.AtLeast, Stayed: a.Stayed})
		}
	}
	return groups, nil
}

// compare notes whether what was said came true.
func (w *AlarmWatch) compare(groups map[float64]*forecastGroup, now time.Time) {
	before := map[float64]time.Time{}
	for _, d := range w.Drifts {
		before[d.Step] = d.WrongSince
	}
	w.Drifts = nil
	for _, step := range append([]float64{0}, QuietSteps()...) {
		g := groups[step]
		if g == nil {
			continue
		}
		d := StepDrift{Step: step, From: g.from, Drift: quiet.CheckForecasts(g.forecasts)}
		if was := before[step]; d.Wrong(!was.IsZero()) {
			d.WrongSince = earlier(was, now)
		}
		w.Drifts = append(w.Drifts, d)
	}
}
