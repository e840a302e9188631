package outbox

import (
	"context"
	"errors"
	"log/slog"
	"math/rand/v2"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"earshot/survey/store"

	"github.com/cenkalti/backoff/v5"
)

// Options tune a Runner. The zero value serves.
type Options struct {
	// Clock tells the time; nil means the machine's.
	Clock func() time.Time
	// Log receives what the runner meets; nil discards it.
	Log *slog.Logger
	// Idle is how long a queue is left alone at most in which nothing is due; 0 means DefaultIdle. A Wake ends it.
	Idle time.Duration
	// Parallel is how many batches of a queue may be worked on at once, by its name; 0 means one.
	Parallel map[string]int
	// Busy says whether this process has its hands full with people who wait for it; nil means never. Queues then give way.
	Busy func() bool
}

const (
	// DefaultIdle is how long it may take until somebody notices what another process left behind, besides Lease.
	DefaultIdle = 5 * time.Second
	// firstPause and worstPause bound the pauses before a failed effect is tried again, restPause those of a queue whose
	// store fails.
	firstPause = time.Second
	worstPause = 4 * time.Hour
	restPause  = 5 * time.Second
	// gathering is how long a queue is left alone after a batch that was not full. What comes in meanwhile is done together: a
	// batch costs little more than one document does, and what it costs is taken from whoever writes the documents.
	gathering = 300 * time.Millisecond
	// breath is how long at most a worker lets others go ahead who claim at the same time.
	breath = 100 * time.Millisecond
	// While the process is busy, a queue rests as long as its last batch took, but at most longestRest. It rests the less the
	// further it is behind, and not at all once it is behind by mostBehind: a burst goes first, and what lasts longer is kept
	// up with.
	longestRest = time.Second
	mostBehind  = 15 * time.Second
)

// Runner works off queues. It is safe for concurrent use, and several processes may run one on the same store.
type Runner struct {
	store   store.Store
	options Options
	queues  []Queue
	wakes   map[string]chan struct{}
	failing map[string]*atomic.Bool
	counts  counts
}

// NewRunner returns a runner of the queues, which lie in the store.
func NewRunner(db store.Store, o Options, queues ...Queue) *Runner {
	if o.Clock == nil {
		o.Clock = time.Now
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Idle <= 0 {
		o.Idle = DefaultIdle
	}
	r := &Runner{store: db, options: o, queues: queues, wakes: map[string]chan struct{}{}, failing: map[string]*atomic.Bool{}}
	for _, q := range queues {
		r.wakes[q.Name()], r.failing[q.Name()] = make(chan struct{}, 1), new(atomic.Bool)
	}
	return r
}

func (r *Runner) now() time.Time { return store.Time(r.options.Clock()) }

// Wake has the queue looked at now, by this process: something was written that is due. It saves waiting; nothing depends
// on it.
func (r *Runner) Wake(queue string) {
	select {
	case r.wakes[queue] <- struct{}{}:
	default:
	}
}

// Run works off everything that is due until ctx ends, and returns when the batches in hand are finished.
func (r *Runner) Run(ctx context.Context) {
	var running sync.WaitGroup
	for _, q := range r.queues {
		for range max(1, r.options.Parallel[q.Name()]) {
			running.Go(func() { r.runQueue(ctx, q) })
		}
	}
	running.Wait()
}

// runQueue works off one queue. An idle one costs one short reading of an index now and then. A failure of the store is
// logged when it begins and when it is over, not each time.
func (r *Runner) runQueue(ctx context.Context, q Queue) {
	failing, woken := r.failing[q.Name()], false
	for ctx.Err() == nil {
		if !woken {
			if wait := r.untilNext(ctx, q); wait > 0 {
				woken = r.rest(ctx, q, wait)
				continue
			}
		}
		began := time.Now()
		// What was begun is finished, so the work does not end with ctx.
		worked, late, err := q.work(context.WithoutCancel(ctx), r, ctx.Done())
		woken = worked > 0
		switch {
		case err != nil:
			if !failing.Swap(true) {
				r.options.Log.ErrorContext(ctx, "a queue cannot be worked off and will go on trying", "queue", q.Name(), "error", err)
			}
			r.rest(ctx, q, restPause/2+time.Duration(rand.Int64N(int64(restPause/2))))
		case failing.Swap(false):
			r.options.Log.InfoContext(ctx, "a queue is worked off again", "queue", q.Name())
		}
		switch {
		case err != nil:
		case worked == 0: // others claim what is due
			r.rest(ctx, q, time.Duration(rand.Int64N(int64(breath))))
		case worked < q.size():
			sleep(ctx, max(gathering, r.giveWay(time.Since(began), late)))
		default:
			sleep(ctx, r.giveWay(time.Since(began), late))
		}
	}
}

// giveWay returns how long a queue rests after a batch that took so long and came so late.
func (r *Runner) giveWay(took, late time.Duration) time.Duration {
	if r.options.Busy == nil || late >= mostBehind || !r.options.Busy() {
		return 0
	}
	return min(time.Duration(float64(took)*(1-late.Seconds()/mostBehind.Seconds())), longestRest)
}

// untilNext returns how long the queue may be left alone; 0 if something is due, or if nobody can tell.
func (r *Runner) untilNext(ctx context.Context, q Queue) time.Duration {
	next, err := q.next(ctx)
	if err != nil {
		return 0 // which work will meet too
	}
	// Processes that look at one store shall not look at the same moment.
	idle := r.options.Idle/2 + time.Duration(rand.Int64N(int64(r.options.Idle/2)+1))
	if next.IsZero() {
		return idle
	}
	return min(next.Sub(r.now()), idle)
}

// rest returns when the queue is woken, which it says, or the time is over, or ctx ends.
func (r *Runner) rest(ctx context.Context, q Queue, d time.Duration) (woken bool) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-r.wakes[q.Name()]:
		return true
	case <-timer.C:
	case <-ctx.Done():
	}
	return false
}

// sleep waits, though somebody wakes the queue.
func sleep(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}

// Drain works off what is due now in the queues of these names (all queues, if none is named), including what becomes due
// by that, until nothing is. It returns the first error of the store; effects that fail are put off as ever.
func (r *Runner) Drain(ctx context.Context, names ...string) error {
	for {
		all := 0
		for _, q := range r.queues {
			if len(names) > 0 && !slices.Contains(names, q.Name()) {
				continue
			}
			worked, _, err := q.work(ctx, r, ctx.Done())
			if err != nil {
				return err
			}
			all += worked
		}
		if all == 0 {
			return nil
		}
	}
}

// putOff schedules the next try of what failed, or sets it aside.
func (r *Runner) putOff(queue string, o *store.Owed, id string, err error, tries int, now time.Time) {
	if r.outage(err) { // nobody's fault, least of all the document's
		o.Due, o.Error = store.Time(now.Add(pause(0))), wording(err)
		return
	}
	o.Tries++
	o.Error = wording(err)
	if o.Tries < tries {
		o.Due = store.Time(now.Add(pause(o.Tries)))
		r.options.Log.Warn("an effect failed and will be tried again", "effect", o.Effect, "queue", queue, "document", id, "tries", o.Tries, "error", err)
		return
	}
	o.Dead = now
	r.options.Log.Error("an effect failed too often and is set aside", "effect", o.Effect, "queue", queue, "document", id, "tries", o.Tries, "error", err)
}

// outage says whether the error is the store's being away.
func (*Runner) outage(err error) bool { return errors.Is(err, store.ErrUnavailable) }

// longestError is how much of an error is kept, in bytes.
const longestError = 500

func wording(err error) string {
	text := err.Error()
	if len(text) > longestError {
		text = text[:longestError]
	}
	return store.ValidText(text)
}

// pause returns how long to wait after that many tries: it doubles, with jitter.
func pause(tries int) time.Duration {
	b := &backoff.ExponentialBackOff{
		InitialInterval: firstPause, RandomizationFactor: backoff.DefaultRandomizationFactor, Multiplier: 2, MaxInterval: worstPause,
	}
	b.Reset()
	wait := b.NextBackOff()
	for range tries {
		wait = b.NextBackOff()
	}
	return wait
}
