package outbox

import (
	"context"
	"iter"
	"slices"
	"sync"
	"time"

	"earshot/survey/store"
)

// Backlog is how far an effect of a queue is behind.
type Backlog struct {
	// Queue is the collection's name.
	Queue, Effect string
	// Due is how many documents wait for the effect that are due and in nobody's hands. Where there are more than are looked
	// at, and of several effects, it is Estimated from those that have been due longest.
	Due       int64
	Estimated bool
	// Oldest is since when the one has been due that waits longest; zero if none does.
	Oldest time.Time
	// Working is how many documents workers have in hand for the effect, at most as many as are looked at.
	Working int64
	// Failing is how many documents the effect has failed for and will be tried again for; NextTry is when the next of them is,
	// and Error is what became of its last try. Both may be zero where another effect fails very often.
	Failing int64
	NextTry time.Time
	Error   string
	// Dead is how many dead letters there are.
	Dead int64
}

// How many documents of a queue are looked at, one by one, to tell what they owe.
const (
	lookedAt        = store.MaxLimit
	failingLookedAt = 200
)

// Backlogs returns how far each effect is behind, in the order of the runner's queues and their tables. It takes one round trip
// to the store; what it costs there grows with the number of what is due, failing and dead, of which only the indexes are read.
func (r *Runner) Backlogs(ctx context.Context) ([]Backlog, error) {
	now := r.now()
	var readings []store.Reading
	var surveys []backlogs
	for _, q := range r.queues {
		s := q.look(now)
		surveys, readings = append(surveys, s), append(readings, s.readings()...)
	}
	if err := store.Together(ctx, r.store, readings...); err != nil {
		return nil, err
	}
	var list []Backlog
	for _, s := range surveys {
		list = append(list, s.backlogs(now)...)
	}
	return list, nil
}

// backlogs are the readings that tell how far a queue is behind, and what they tell.
type backlogs interface {
	readings() []store.Reading
	backlogs(now time.Time) []Backlog
}

// look is what is read of one queue.
type look[T any, P pointer[T]] struct {
	queue               *queue[T, P]
	due, taken, failing *store.Finding[T, P]
	dueCount            *store.Folding
	troubles            [2]*store.Folding
}

// look implements Queue.
func (q *queue[T, P]) look(now time.Time) backlogs {
	behind := now.Add(time.Millisecond) // what is due now is due
	due := store.Query{Index: store.ByDue, To: behind, Limit: lookedAt, Fields: []string{"due", "owes"}}
	taken := due
	// What is claimed is due when its lease runs out.
	taken.From, taken.To = behind, behind.Add(Lease)
	return &look[T, P]{
		queue: q, due: q.docs.Finding(due), taken: q.docs.Finding(taken),
		failing:  q.docs.Finding(store.Query{Index: store.ByFailing, Limit: failingLookedAt, Fields: []string{"owes"}}),
		dueCount: q.docs.Folding(store.Fold{Query: store.Query{Index: store.ByDue, To: behind}}),
		troubles: [2]*store.Folding{
			q.docs.Folding(store.Fold{Query: store.Query{Index: store.ByFailing}, By: []string{"troubled"}}),
			q.docs.Folding(store.Fold{Query: store.Query{Index: store.ByDead}, By: []string{"troubled"}}),
		},
	}
}

func (l *look[T, P]) readings() []store.Reading {
	return []store.Reading{l.due, l.taken, l.failing, l.dueCount, l.troubles[0], l.troubles[1]}
}

func (l *look[T, P]) backlogs(now time.Time) []Backlog {
	t := &table{queue: l.queue.name}
	for _, e := range l.queue.effects {
		t.row(e.Name)
	}
	for o := range owed(l.due.Docs) {
		if b := t.row(o.Effect); waits(o, now) {
			b.Due, b.Oldest = b.Due+1, earlier(b.Oldest, o.Due)
		}
	}
	t.extrapolate(int64(len(l.due.Docs)), l.dueCount)
	for o := range owed(l.taken.Docs) {
		if waits(o, now) {
			t.row(o.Effect).Working++
		}
	}
	for o := range owed(l.failing.Docs) {
		if b := t.row(o.Effect); o.Dead.IsZero() && o.Tries > 0 && (b.NextTry.IsZero() || o.Due.Before(b.NextTry)) {
			b.NextTry, b.Error = o.Due, o.Error
		}
	}
	t.count(l.troubles[0], false, func(b *Backlog) *int64 { return &b.Failing })
	t.count(l.troubles[1], true, func(b *Backlog) *int64 { return &b.Dead })
	return t.rows
}

// owed goes through everything that the documents owe.
func owed[P store.Doc](docs []P) iter.Seq[store.Owed] {
	return func(yield func(store.Owed) bool) {
		for _, d := range docs {
			for _, o := range d.Envelope().Owes {
				if !yield(o) {
					return
				}
			}
		}
	}
}

// waits says whether the entry is due.
func waits(o store.Owed, now time.Time) bool { return o.Dead.IsZero() && !o.Due.After(now) }

func earlier(a, b time.Time) time.Time {
	if a.IsZero() || b.Before(a) {
		return b
	}
	return a
}

// table gathers the backlogs of one queue.
type table struct {
	queue string
	rows  []Backlog
}

// row returns the row of an effect; one that is not in the program's table, but in a newer one's, gets one.
func (t *table) row(effect string) *Backlog {
	i := slices.IndexFunc(t.rows, func(b Backlog) bool { return b.Effect == effect })
	if i < 0 {
		i = len(t.rows)
		t.rows = append(t.rows, Backlog{Queue: t.queue, Effect: effect})
	}
	return &t.rows[i]
}

// extrapolate takes what was found in those that were looked at for all that are due.
func (t *table) extrapolate(looked int64, count *store.Folding) {
	if len(count.Groups) == 0 || count.Groups[0].Count <= looked {
		return
	}
	all := count.Groups[0].Count
	for i := range t.rows {
		b := &t.rows[i]
		b.Estimated = b.Due > 0 && b.Due < looked
		b.Due = b.Due * all / looked
	}
}

// count adds up the documents that have a trouble of that kind, by its effect.
func (t *table) count(f *store.Folding, dead bool, of func(*Backlog) *int64) {
	for _, g := range f.Groups {
		for effect, isDead := range store.Troubles(g.By[0].(string)) {
			if isDead == dead {
				*of(t.row(effect)) += g.Count
			}
		}
	}
}

// Letter is a dead letter: an effect that failed too often and waits for somebody to start it again.
type Letter struct {
	Queue, ID, Effect string
	Since, Dead       time.Time
	Tries             int
	Error             string
}

// Letters lists the dead letters of one queue, or of one effect of it if that is not empty, the oldest first, at most limit
// documents' (see store.Query.Limit). Returns store.ErrNotFound for a queue or an effect that is not in the table.
func (r *Runner) Letters(ctx context.Context, queue, effect string, after store.Cursor, limit int) ([]Letter, store.Cursor, error) {
	q := r.queue(queue)
	if q == nil || effect != "" && !slices.Contains(q.Effects(), effect) {
		return nil, "", store.ErrNotFound
	}
	return q.letters(ctx, deadLetters(effect), after, limit)
}

// deadLetters asks for the documents that have a dead letter of the effect, or of any if that is empty.
func deadLetters(effect string) store.Query {
	q := store.Query{Index: store.ByDead}
	if effect != "" {
		q.Where = []store.Where{{Field: "troubled", Is: store.HasWord, Value: []any{store.DeadWord(effect)}}}
	}
	return q
}

// Queues returns the runner's queues.
func (r *Runner) Queues() []Queue { return slices.Clone(r.queues) }

func (r *Runner) queue(name string) Queue {
	for _, q := range r.queues {
		if q.Name() == name {
			return q
		}
	}
	return nil
}

func (q *queue[T, P]) letters(ctx context.Context, query store.Query, after store.Cursor, limit int) ([]Letter, store.Cursor, error) {
	effect := query.Where
	query.After, query.Limit, query.Fields = after, limit, []string{"owes"}
	docs, next, err := q.docs.Find(ctx, query)
	var list []Letter
	for _, d := range docs {
		m := d.Envelope()
		for _, o := range m.Owes {
			if !o.Dead.IsZero() && (effect == nil || effect[0].Value.([]any)[0] == store.DeadWord(o.Effect)) {
				list = append(list, Letter{q.name, m.ID, o.Effect, o.Since, o.Dead, o.Tries, o.Error})
			}
		}
	}
	return list, next, err
}

// Restart has a dead letter tried again now, with all its tries. Returns store.ErrNotFound if there is none: nor if somebody
// has started it again already.
func (r *Runner) Restart(ctx context.Context, queue, id, effect string) error {
	q := r.queue(queue)
	if q == nil {
		return store.ErrNotFound
	}
	started, err := q.restart(ctx, []string{id}, effect, r.now())
	if err == nil && started == 0 {
		return store.ErrNotFound
	}
	r.restarted(queue, effect, started)
	return err
}

// restarted wakes the queue, and notes that somebody has started dead letters again.
func (r *Runner) restarted(queue, effect string, started int) {
	if started > 0 {
		r.options.Log.Info("dead letters were started again", "effect", effect, "queue", queue, "documents", started)
		r.Wake(queue)
	}
}

// RestartAll has all dead letters of an effect tried again that there are now, and returns how many those were. It goes from
// batch to batch: what was started before an error stays started. Returns store.ErrNotFound for what is not in the table.
func (r *Runner) RestartAll(ctx context.Context, queue, effect string) (started int, err error) {
	q := r.queue(queue)
	if q == nil || !slices.Contains(q.Effects(), effect) {
		return 0, store.ErrNotFound
	}
	defer func() { r.restarted(queue, effect, started) }()
	query := deadLetters(effect)
	// Those that die again meanwhile are left.
	query.To = r.now().Add(time.Millisecond)
	for after := store.Cursor(""); ; {
		letters, next, err := q.letters(ctx, query, after, store.MaxLimit)
		if err != nil {
			return started, err
		}
		ids := make([]string, len(letters))
		for i, l := range letters {
			ids[i] = l.ID
		}
		n, err := q.restart(ctx, ids, effect, r.now())
		if started += n; err != nil || next == "" {
			return started, err
		}
		after = next
	}
}

func (q *queue[T, P]) restart(ctx context.Context, ids []string, effect string, now time.Time) (int, error) {
	dead := make(map[string]bool, len(ids))
	stored, err := q.docs.UpdateAll(ctx, ids, func(d P) bool {
		m := d.Envelope()
		o := m.Owing(effect)
		// Whoever was faster is looked at anew: it may be started already.
		if dead[m.ID] = o != nil && !o.Dead.IsZero(); dead[m.ID] {
			m.Owe(effect, now)
		}
		return dead[m.ID]
	})
	started := 0
	for id := range stored {
		if dead[id] {
			started++
		}
	}
	return started, err
}

// tally counts items by what became of them.
type tally struct{ done, again, failed, retried int64 }

// Count is what an effect did in this process since it began.
type Count struct {
	Queue, Effect string
	// Done, Again and Failed count items by what became of them, Retried those among them that had failed before; Took is the
	// time that the batches took together.
	Done, Again, Failed, Retried int64
	Took                         time.Duration
}

// counts are the counts of all effects, by queue and effect.
type counts struct {
	mu    sync.Mutex
	known map[[2]string]*Count
}

func (c *counts) add(queue, effect string, t tally, took time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	n := c.known[[2]string{queue, effect}]
	if n == nil {
		n = &Count{Queue: queue, Effect: effect}
		if c.known == nil {
			c.known = map[[2]string]*Count{}
		}
		c.known[[2]string{queue, effect}] = n
	}
	n.Done, n.Again, n.Failed, n.Retried = n.Done+t.done, n.Again+t.again, n.Failed+t.failed, n.Retried+t.retried
	n.Took += took
}

// Counts returns what each effect did in this process since it began, in the order of the runner's queues and their tables.
func (r *Runner) Counts() []Count {
	r.counts.mu.Lock()
	defer r.counts.mu.Unlock()
	var list []Count
	for _, q := range r.queues {
		for _, effect := range q.Effects() {
			if n := r.counts.known[[2]string{q.Name(), effect}]; n != nil {
				list = append(list, *n)
			} else {
				list = append(list, Count{Queue: q.Name(), Effect: effect})
			}
		}
	}
	return list
}
