package analytics

import (
	"cmp"
	"slices"
	"time"
)

// Answer is one answer to one question.
type Answer struct {
	// At is when it was given.
	At time.Time
	// Segment and Rep are those of the customer at that time; empty when there is none.
	Segment, Rep string
	// Value is the answer on the scale; see [Level.Value] for progress. It counts unless Skipped.
	Value int
	// Skipped says that the question was shown and left open.
	Skipped bool
}

// Accumulator folds a stream of answers, in any order, into a trend. Its memory grows with the number of groups and
// buckets, not with the number of answers. It is for one goroutine.
type Accumulator struct {
	frame    Frame
	buckets  buckets
	everyone *cells
	segments map[string]*cells
	reps     map[string]*cells
	skipped  int
	invalid  int
	outside  int
}

// cells are one group's tallies, by the number of the bucket.
type cells struct{ tallies []Tally }

// NewAccumulator returns an empty accumulator, or a *FrameError.
func NewAccumulator(frame Frame) (*Accumulator, error) {
	if err := frame.Check(); err != nil {
		return nil, err
	}
	return &Accumulator{
		frame:    frame,
		buckets:  buckets{every: frame.Every, zone: frame.zone()},
		everyone: &cells{},
		segments: map[string]*cells{},
		reps:     map[string]*cells{},
	}, nil
}

// Add counts one answer. What cannot be counted shows in the trend as skipped, invalid or outside.
func (a *Accumulator) Add(answer Answer) { a.AddMany(answer, 1) }

// AddMany counts n answers that are the same.
func (a *Accumulator) AddMany(answer Answer, n int) {
	low, high := a.frame.Scale.Bounds()
	switch {
	case !a.frame.holds(answer.At):
		a.outside += n
	case answer.Skipped:
		a.skipped += n
	case answer.Value < low || answer.Value > high:
		a.invalid += n
	default:
		a.count(answer, n)
	}
}

// count adds n times a valid answer to its groups.
func (a *Accumulator) count(answer Answer, n int) {
	slot := a.buckets.slot(answer.At)
	a.everyone.add(slot, a.frame.Scale, answer.Value, n)
	if a.frame.BySegment {
		group(a.segments, answer.Segment).add(slot, a.frame.Scale, answer.Value, n)
	}
	if a.frame.ByRep {
		group(a.reps, answer.Rep).add(slot, a.frame.Scale, answer.Value, n)
	}
}

// group returns the cells of a name, new ones when it is unheard of.
func group(groups map[string]*cells, name string) *cells {
	c, ok := groups[name]
	if !ok {
		c = &cells{}
		groups[name] = c
	}
	return c
}

// add counts a value n times in the bucket with the number slot.
func (c *cells) add(slot int, scale Scale, value, n int) {
	for len(c.tallies) <= slot {
		c.tallies = append(c.tallies, NewTally(scale))
	}
	c.tallies[slot].AddMany(value, n)
}

// at returns the tally of a bucket, an empty one for a negative number or one never reached.
func (c *cells) at(slot int, scale Scale) Tally {
	if slot < 0 || slot >= len(c.tallies) {
		return NewTally(scale)
	}
	return c.tallies[slot]
}

// Trend returns the trend of all answers added so far. More may be added after it.
func (a *Accumulator) Trend() Trend {
	spans := a.spans()
	everyone := a.series("", a.everyone, spans)
	return Trend{
		Scale:    a.frame.Scale,
		Every:    a.frame.Every,
		Zone:     a.frame.zone().String(),
		From:     a.frame.From,
		To:       a.frame.To,
		Everyone: everyone,
		Segments: a.groups(a.segments, spans),
		Reps:     a.groups(a.reps, spans),
		Skipped:  a.skipped,
		Invalid:  a.invalid,
		Outside:  a.outside + a.everyone.n() - everyone.N(),
	}
}

// n is the number of answers in all buckets, also in those that are too far away to be shown.
func (c *cells) n() int {
	n := 0
	for _, t := range c.tallies {
		n += t.N()
	}
	return n
}

// N is the number of answers in the series.
func (s Series) N() int { return s.Total.N }

// groups returns the series of all groups, the largest first.
func (a *Accumulator) groups(groups map[string]*cells, spans []span) []Series {
	all := make([]Series, 0, len(groups))
	for name, c := range groups {
		all = append(all, a.series(name, c, spans))
	}
	slices.SortFunc(all, func(x, y Series) int {
		return cmp.Or(cmp.Compare(y.N(), x.N()), cmp.Compare(x.Name, y.Name))
	})
	return all
}

// series turns one group's tallies into points.
func (a *Accumulator) series(name string, c *cells, spans []span) Series {
	s := Series{Name: name, Points: make([]Point, 0, len(spans))}
	total := NewTally(a.frame.Scale)
	for _, at := range spans {
		t := c.at(at.slot, a.frame.Scale)
		total.Merge(t)
		p := t.Point()
		p.Bucket, p.Start, p.End = a.frame.Every.Name(at.start), at.start, at.end
		p.Partial = a.frame.cuts(at)
		s.Points = append(s.Points, p)
	}
	s.Total = total.Point()
	if len(spans) > 0 {
		s.Total.Start, s.Total.End = spans[0].start, spans[len(spans)-1].end
	}
	return s
}
