package survey

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"earshot/survey/quiet"
	"earshot/survey/store"
)

// Capacity tells, of one kind of sign of life, what each number of alarms a week would have reached in the last year and what it would
// have cost. It is measured once a week, when the rhythms are fitted.
type Capacity struct {
	// Kind is the kind that it is about; empty while nothing was measured yet.
	Kind TouchpointKind
	// Kinds are those that were measured, the most usual first.
	Kinds []TouchpointKind
	// Curve has no points where no silence got far enough to be told of.
	Curve quiet.Curve
	// Chosen is how many alarms a week somebody chose to have at most; 0 where QuietLimits decide.
	Chosen float64
	// InForce is what the quiet list as it is would have brought and cost. It has no alarms where no silence got so far.
	InForce quiet.Point
}

// Capacity returns that of a kind: the given one, else orders, else the most usual but answers, which come when we ask. One that was not measured has an empty curve.
func (s *Service) Capacity(ctx context.Context, kind TouchpointKind) (*Capacity, error) {
	models, err := s.db.rhythmModels.Fetch(ctx, strs(TouchpointKinds()))
	if err != nil {
		return nil, err
	}
	out := &Capacity{Kind: kind}
	for _, k := range TouchpointKinds() {
		if m := models[string(k)]; m != nil && m.Curve.Customers > 0 {
			out.Kinds = append(out.Kinds, k)
		}
	}
	rank := func(k TouchpointKind) int {
		if k == Answered {
			return 0
		}
		return models[string(k)].Curve.Customers
	}
	slices.SortStableFunc(out.Kinds, func(a, b TouchpointKind) int { return rank(b) - rank(a) })
	if kind == "" && len(out.Kinds) > 0 {
		out.Kind = usualKind(out.Kinds, models)
	}
	if m := models[string(out.Kind)]; m != nil {
		out.Curve, out.Chosen, out.InForce = m.Curve, m.PerWeek, m.inForce(m.Calibration.Chances())
	}
	return out, nil
}

// Beside says what a list as long as all reps' calls in a week would have reached; empty where nobody has said how many they call, or
// nothing was measured.
func (c *Capacity) Beside(perWeek int) string {
	if perWeek == 0 || len(c.Curve.Points) == 0 {
		return ""
	}
	said := fmt.Sprintf("Your reps call %d customers a week together. ", perWeek)
	if most := c.Curve.Most(); float64(perWeek) > most {
		return said + fmt.Sprintf("No list would have had so many: the longest has %s a week.", c.Curve.At(most).Rate())
	}
	return said + "A list of as many: " + c.Curve.At(float64(perWeek)).String() + "."
}

// usualKind is the first of these kinds, orders before all, with a curve that has points; else the first.
func usualKind(kinds []TouchpointKind, models map[string]*RhythmModel) TouchpointKind {
	for _, k := range slices.Concat([]TouchpointKind{Order}, kinds) {
		if m := models[string(k)]; m != nil && len(m.Curve.Points) > 0 {
			return k
		}
	}
	return kinds[0]
}

// ChooseCapacity has the quiet list of a kind begin where, by its curve, it has at most so many alarms a week; 0 leaves it to QuietLimits
// again. The rhythms are judged anew as soon as every process knows. Errors: NotFound where the kind was not measured, Invalid for a
// number that the list never had.
func (s *Service) ChooseCapacity(ctx context.Context, kind TouchpointKind, perWeek float64) error {
	if !(perWeek >= 0) {
		return InvalidField("per_week", "must be 0 or more")
	}
	_, err := s.db.rhythmModels.Update(ctx, string(kind), func(m *RhythmModel) error {
		switch {
		case perWeek > 0 && len(m.Curve.Points) == 0:
			return store.ErrNotFound
		case perWeek > m.Curve.Most():
			return InvalidField("per_week", "must be from 0 to %v, the most that a list would have had", m.Curve.Most())
		}
		m.PerWeek = perWeek
		m.judgeAnew(s.now())
		return nil
	})
	s.models.forget()
	if errors.Is(err, store.ErrNotFound) {
		return Errorf(NotFound, "what lists of this kind would have reached was not measured yet")
	}
	return err
}

// inForce is the point at which the kind's quiet list begins.
func (m *Law) inForce(chances *quiet.Chances) quiet.Point {
	if m.PerWeek > 0 && len(m.Curve.Points) > 0 {
		return m.Curve.Choose(m.PerWeek)
	}
	return m.Curve.From(chances.Threshold(QuietLimits()))
}

// judgeAnew has all customers ranked by the model as it is now.
func (m *RhythmModel) judgeAnew(now time.Time) {
	m.Fit++
	m.Owe(effectWalk, now)
}
