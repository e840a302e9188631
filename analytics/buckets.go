package analytics

import (
	"slices"
	"sort"
	"time"
)

// buckets numbers the buckets in the order in which answers reach them.
type buckets struct {
	every Every
	zone  *time.Location
	// known is ordered by start.
	known []span
	// last is the bucket of the answer before.
	last span
}

// span is one bucket, from start to end, end not included. Slot is its number, or -1 when no answer has reached it.
type span struct {
	start, end time.Time
	// first and beyond are start and end as Unix seconds: buckets begin at whole seconds, and these compare faster.
	first, beyond int64
	slot          int
}

// slot returns the number of the bucket that holds t. Answers mostly come in the order of time or grouped by customer, so
// that the last bucket is tried first.
func (b *buckets) slot(t time.Time) int {
	second := t.Unix()
	if second >= b.last.first && second < b.last.beyond {
		return b.last.slot
	}
	i := b.after(second)
	if i == 0 || second >= b.known[i-1].beyond {
		b.known = slices.Insert(b.known, i, b.span(t))
		i++
	}
	b.last = b.known[i-1]
	return b.last.slot
}

// span makes the bucket that holds t, with the next free number.
func (b *buckets) span(t time.Time) span {
	start := b.every.Start(t.In(b.zone))
	end := b.every.Next(start)
	return span{start: start, end: end, first: start.Unix(), beyond: end.Unix(), slot: len(b.known)}
}

// after returns the place of the first known bucket that begins after a second.
func (b *buckets) after(second int64) int {
	return sort.Search(len(b.known), func(i int) bool { return b.known[i].first > second })
}

// number returns the number of the bucket that begins at start, or -1.
func (b *buckets) number(start time.Time) int {
	i := b.after(start.Unix())
	if i > 0 && b.known[i-1].start.Equal(start) {
		return b.known[i-1].slot
	}
	return -1
}

// spans returns the buckets of the trend in order, without a hole: those that the frame covers, or where it is open, those
// from the first or to the last answer. Of more than MaximumBuckets the last ones are kept.
func (a *Accumulator) spans() []span {
	first, last, ok := a.reach()
	if !ok {
		return nil
	}
	var all []span
	for start := last; !start.Before(first) && len(all) < MaximumBuckets; start = a.frame.Every.Start(start.Add(-1)) {
		all = append(all, span{start: start, end: a.frame.Every.Next(start), slot: a.buckets.number(start)})
	}
	slices.Reverse(all)
	return all
}

// reach returns the starts of the first and the last bucket, and false when neither frame nor answers say.
func (a *Accumulator) reach() (first, last time.Time, ok bool) {
	known, f := a.buckets.known, a.frame
	if len(known) > 0 {
		first, last = known[0].start, known[len(known)-1].start
	}
	if !f.From.IsZero() {
		first = f.Every.Start(f.From.In(f.zone()))
	}
	if !f.To.IsZero() {
		last = f.Every.Start(f.To.Add(-1).In(f.zone()))
	}
	return first, last, !first.IsZero() && !last.IsZero()
}

// holds says whether an answer given at t belongs to the frame.
func (f Frame) holds(t time.Time) bool {
	return (f.From.IsZero() || !t.Before(f.From)) && (f.To.IsZero() || t.Before(f.To))
}

// cuts says whether the frame covers only a part of the bucket.
func (f Frame) cuts(s span) bool {
	return s.start.Before(f.From) || (!f.To.IsZero() && s.end.After(f.To))
}
