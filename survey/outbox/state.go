package outbox

import (
	"context"
	"maps"
	"slices"
	"sync"
	"time"

	"earshot/survey/store"
)

// Backlog is how far a queue is behind.
type Backlog struct {
	// Queue is the collection's name.
	Queue string
	// Due is how many documents are due, Dead how many have a dead letter.
	Due, Dead int64
	// Oldest is when the one that has been due longest became due; zero if none is.
	Oldest time.Time
}

// Backlogs returns how far each queue is behind, in the order of the runner's queues.
func (r *Runner) Backlogs(ctx context.Context) ([]Backlog, error) {
	list := make([]Backlog, 0, len(r.queues))
	for _, q := range r.queues {
		b, err := q.backlog(ctx, r.now())
		if err != nil {
			return nil, err
		}
		list = append(list, b)
	}
	return list, nil
}

func (q *queue[T, P]) backlog(ctx context.Context, now time.Time) (Backlog, error) {
	b := Backlog{Queue: q.name}
	var err error
	if b.Due, err = q.count(ctx, store.Query{Index: store.ByDue, To: now}); err != nil {
		return b, err
	}
	if b.Dead, err = q.count(ctx, store.Query{Index: store.ByDead}); err != nil || b.Due == 0 {
		return b, err
	}
	b.Oldest, err = q.next(ctx)
	return b, err
}

func (q *queue[T, P]) count(ctx context.Context, query store.Query) (int64, error) {
	groups, err := q.docs.Fold(ctx, store.Fold{Query: query})
	if err != nil || len(groups) == 0 {
		return 0, err
	}
	return groups[0].Count, nil
}

// Letter is a dead letter: an effect that failed too often and waits for somebody to start it again.
type Letter struct {
	Queue, ID, Effect string
	Since, Dead       time.Time
	Tries             int
	Error             string
}

// Letters lists the dead letters of one queue, the oldest first, at most limit documents' (see store.Query.Limit).
func (r *Runner) Letters(ctx context.Context, queue string, after store.Cursor, limit int) ([]Letter, store.Cursor, error) {
	q := r.queue(queue)
	if q == nil {
		return nil, "", store.ErrNotFound
	}
	return q.letters(ctx, after, limit)
}

// Queues returns the names of the queues, and the effects of each.
func (r *Runner) Queues() map[string][]string {
	all := make(map[string][]string, len(r.queues))
	for _, q := range r.queues {
		all[q.Name()] = q.Effects()
	}
	return all
}

func (r *Runner) queue(name string) Queue {
	for _, q := range r.queues {
		if q.Name() == name {
			return q
		}
	}
	return nil
}

func (q *queue[T, P]) letters(ctx context.Context, after store.Cursor, limit int) ([]Letter, store.Cursor, error) {
	docs, next, err := q.docs.Find(ctx, store.Query{
		Index: store.ByDead, After: after, Limit: limit, Fields: []string{"owes", "dead"},
	})
	var list []Letter
	for _, d := range docs {
		m := d.Envelope()
		for _, o := range m.Owes {
			if !o.Dead.IsZero() {
				list = append(list, Letter{q.name, m.ID, o.Effect, o.Since, o.Dead, o.Tries, o.Error})
			}
		}
	}
	return list, next, err
}

// Restart has a dead letter tried again now. Returns store.ErrNotFound if there is none.
func (r *Runner) Restart(ctx context.Context, queue, id, effect string) error {
	q := r.queue(queue)
	if q == nil {
		return store.ErrNotFound
	}
	found, err := q.restart(ctx, id, effect, r.now())
	if err == nil && !found {
		return store.ErrNotFound
	}
	r.Wake(queue)
	return err
}

func (q *queue[T, P]) restart(ctx context.Context, id, effect string, now time.Time) (bool, error) {
	found := false
	_, err := q.docs.UpdateAll(ctx, []string{id}, func(d P) bool {
		o := d.Envelope().Owing(effect)
		if found = o != nil && !o.Dead.IsZero(); found {
			d.Envelope().Owe(effect, now)
		}
		return found
	})
	return found, err
}

// tally counts items by what became of them.
type tally struct{ done, again, failed int64 }

// Count is what an effect did since the process began.
type Count struct {
	Effect string
	// Done, Again and Failed count items; Took is the time that the batches took together.
	Done, Again, Failed int64
	Took                time.Duration
}

// counts are the counts of all effects.
type counts struct {
	mu       sync.Mutex
	byEffect map[string]*Count
}

func (c *counts) add(effect string, t tally, took time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.byEffect == nil {
		c.byEffect = map[string]*Count{}
	}
	n := c.byEffect[effect]
	if n == nil {
		n = &Count{Effect: effect}
		c.byEffect[effect] = n
	}
	n.Done, n.Again, n.Failed, n.Took = n.Done+t.done, n.Again+t.again, n.Failed+t.failed, n.Took+took
}

// Counts returns what each effect did since the process began, by name.
func (r *Runner) Counts() []Count {
	r.counts.mu.Lock()
	defer r.counts.mu.Unlock()
	list := make([]Count, 0, len(r.counts.byEffect))
	for _, name := range slices.Sorted(maps.Keys(r.counts.byEffect)) {
		list = append(list, *r.counts.byEffect[name])
	}
	return list
}
