package survey

import (
	"cmp"
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
	// InForce is what the quiet list as it is would have brought and cost, and Own the one that Earshot itself begins where QuietLimits
	// hold. They have no alarms where no silence got so far.
	InForce, Own ListPoint
	// Coming is the list that was chosen or fitted and comes into force within minutes; nil where InForce is the latest.
	Coming *ListPoint
}

// ListPoint is what one list would have brought and cost. It has this name too so that those who show it need not know of the arithmetic.
type ListPoint = quiet.Point

// ListLength is a list of one length among others, and which of them it is: that in force, the one that is coming, the one that
// Earshot itself begins; or none.
type ListLength struct {
	ListPoint
	InForce, Coming, Own bool
}

// Lengths are the lists to tell of, the shortest first: the one in force, the one that is coming, and Earshot's own, and those of the usual
// numbers of alarms that read otherwise.
func (c *Capacity) Lengths() []ListLength {
	points := []ListPoint{c.InForce, c.Own}
	if c.Coming != nil {
		points = append(points, *c.Coming)
	}
	points = slices.DeleteFunc(points, func(p ListPoint) bool { return p.PerWeek == 0 })
	for _, usual := range c.Curve.Capacities() {
		if !slices.ContainsFunc(points, func(p ListPoint) bool { return p.Rate() == usual.Rate() }) {
			points = append(points, usual)
		}
	}
	slices.SortStableFunc(points, func(a, b ListPoint) int { return cmp.Compare(a.PerWeek, b.PerWeek) })
	var lengths []ListLength
	for _, p := range slices.CompactFunc(points, sameLength) {
		lengths = append(lengths, ListLength{p, sameLength(p, c.InForce), c.Coming != nil && sameLength(p, *c.Coming), sameLength(p, c.Own)})
	}
	return lengths
}

// sameLength says whether two lists read as having as many alarms.
func sameLength(a, b ListPoint) bool { return a.Rate() == b.Rate() }

// Capacity returns that of a kind: the given one, else orders, else the most usual but answers, which come when we ask. One that was not measured has an empty curve.
func (s *Service) Capacity(ctx context.Context, kind TouchpointKind) (*Capacity, error) {
	inForce, err := s.fittedModels(ctx)
	if err != nil {
		return nil, err
	}
	models, err := s.db.rhythmModels.Fetch(ctx, strs(TouchpointKinds()))
	if err != nil {
		return nil, err
	}
	out := &Capacity{Kind: kind, Curve: quiet.Curve{LittleHistory: true}}
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
	if m := models[string(out.Kind)]; m != nil && m.Curve.Customers > 0 {
		out.measured(m, inForce.of(out.Kind))
	}
	return out, nil
}

// measured takes over what was learnt last, and what of it is in force.
func (c *Capacity) measured(m *RhythmModel, inForce fittedModel) {
	chances := m.Calibration.Chances()
	latest := m.begins(chances)
	c.Curve, c.Chosen, c.Own, c.InForce = m.Curve, m.PerWeek, m.Curve.From(chances.Threshold(QuietLimits())), latest
	if inForce.fit != m.Fit {
		c.InForce, c.Coming = m.Curve.From(inForce.alarm), &latest
	}
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
// again. The rhythms are judged anew as soon as every process knows, and the list is that long when all have been. Errors: NotFound
// where the kind was not measured, Invalid for a number that no list had.
func (s *Service) ChooseCapacity(ctx context.Context, kind TouchpointKind, perWeek float64) error {
	if !(perWeek >= 0) {
		return InvalidField("per_week", "must be 0 or more")
	}
	_, err := s.db.rhythmModels.Update(ctx, string(kind), func(m *RhythmModel) error {
		if least, most := m.Curve.Range(); perWeek > 0 {
			switch {
			case most == 0:
				return store.ErrNotFound
			case perWeek < least || perWeek > most:
				return InvalidField("per_week", "must be from %v to %v, what lists would have had, or 0 to leave it to Earshot", least, most)
			}
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

// begins is the point at which the kind's quiet list begins by this law.
func (m *Law) begins(chances *quiet.Chances) quiet.Point {
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
