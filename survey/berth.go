package survey

import (
	"context"
	"sync/atomic"
)

// berth is one place among the mails that are sent at the same time, which those of all batches of this process share.
type berth struct {
	*delivery
	via   *lane
	taken bool
	// ended is the try made there last, whose end is not written down yet.
	ended *try
}

// take waits for a place, and says whether there is time for a whole try then: others may have had them all for minutes.
func (b *berth) take(ctx context.Context) bool {
	if !b.taken {
		b.via.places <- struct{}{}
		b.taken = true
	}
	return !b.outOfTime(ctx)
}

// leave writes down what is not yet, and leaves the place to others.
func (b *berth) leave() {
	if b.ended != nil {
		b.ledger.turn(b.ended, nil)
		b.ended = nil
	}
	if b.taken {
		<-b.via.places
		b.taken = false
	}
}

// letterQueue are letters, of which each is taken once.
type letterQueue struct {
	list  []*letter
	taken atomic.Int64
}

// next returns the first one that nobody has taken, or nil where there is none.
func (q *letterQueue) next() *letter {
	if n := q.taken.Add(1); n <= int64(len(q.list)) {
		return q.list[n-1]
	}
	return nil
}
