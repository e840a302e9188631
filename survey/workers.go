package survey

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"earshot/survey/store"

	"golang.org/x/sync/errgroup"
)

// The names of the queues, as WorkerOptions takes them.
const (
	queueMails   = "mails"
	queuePulses  = "pulses"
	queueAskLogs = "ask_logs"
)

// queue is one kind of due document and what works it off.
type queue struct {
	name string
	// work takes one due document and says whether there was one.
	work func(ctx context.Context) (worked bool, err error)
	// parallel is how many work on it at once when much is due, where WorkerOptions do not say.
	parallel int
}

// workers lists what is worked off one document at a time.
func (s *Service) workers() []queue {
	return []queue{
		{queueMails, s.WorkMail, 1},
		{queuePulses, s.WorkPulse, 1},
		{queueAskLogs, s.WorkAskLog, 4},
	}
}

// WorkerOptions tune RunWorkers. The zero value serves.
type WorkerOptions struct {
	// Idle is how long an empty queue is left alone; 0 means one second. A write in this process wakes its queue at once.
	Idle time.Duration
	// Parallel is how many work on a queue at most, by its name ("mails", "responses", …).
	Parallel map[string]int
}

const (
	defaultIdle = time.Second
	// worstPause bounds how long a queue rests that keeps failing.
	worstPause = 5 * time.Second
	// itemWithin bounds the work on one document, so that stopping does not wait for ever.
	itemWithin = lease
)

// RunWorkers works off everything that is due until ctx ends, and returns when the documents in hand are finished. Several
// processes may run it on the same store.
func (s *Service) RunWorkers(ctx context.Context, o WorkerOptions) {
	if o.Idle <= 0 {
		o.Idle = defaultIdle
	}
	var running sync.WaitGroup
	running.Go(func() { s.outbox.Run(ctx) })
	for _, q := range s.workers() {
		most := o.Parallel[q.name]
		if most <= 0 {
			most = q.parallel
		}
		running.Go(func() { s.runQueue(ctx, q, o.Idle, max(most, 1)) })
	}
	running.Wait()
}

// runQueue works off one queue with a crew of workers: one while little is due, each full round one more, up to most, so
// that an engine can put what they write into one commit. A failure is logged when it begins and when it is over, not
// each time.
func (s *Service) runQueue(ctx context.Context, q queue, idle time.Duration, most int) {
	pause, failing, rounds := idle, false, 0
	for ctx.Err() == nil {
		crew := max(min(rounds, most), 1)
		worked, err := s.workTogether(ctx, q, crew)
		switch {
		case err != nil:
			if !failing {
				s.Log.ErrorContext(ctx, "a worker fails and will go on trying", "queue", q.name, "error", err)
			}
			pause, failing, rounds = min(2*pause, worstPause), true, 0
			sleep(ctx, pause)
			continue
		case failing:
			s.Log.InfoContext(ctx, "a worker has recovered", "queue", q.name)
		}
		pause, failing = idle, false
		if rounds++; worked < crew {
			rounds = 0
			s.bells.wait(ctx, q.name, idle)
		}
	}
}

// workTogether lets a crew work on one document each, and returns how many there were and the first error.
func (s *Service) workTogether(ctx context.Context, q queue, crew int) (int, error) {
	if crew == 1 {
		worked, err := s.workOnce(ctx, q)
		if !worked {
			return 0, err
		}
		return 1, err
	}
	var count atomic.Int64
	var group errgroup.Group
	for range crew {
		group.Go(func() error {
			worked, err := s.workOnce(ctx, q)
			if worked {
				count.Add(1)
			}
			return err
		})
	}
	err := group.Wait()
	return int(count.Load()), err
}

// workOnce works on one document. Its end does not depend on ctx, so that what was begun is finished.
func (s *Service) workOnce(ctx context.Context, q queue) (bool, error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), itemWithin)
	defer cancel()
	return q.work(ctx)
}

// bells wake the workers of this process. They save waiting; nothing depends on them.
type bells struct{ byQueue map[string]chan struct{} }

func newBells() bells {
	b := bells{byQueue: make(map[string]chan struct{})}
	for _, name := range []string{queueMails, queuePulses} {
		b.byQueue[name] = make(chan struct{}, 1)
	}
	return b
}

// ring wakes one worker of the queue.
func (b bells) ring(name string) {
	select {
	case b.byQueue[name] <- struct{}{}:
	default:
	}
}

// wait returns when the bell rings, the time is over, or ctx ends.
func (b bells) wait(ctx context.Context, name string, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-b.byQueue[name]:
	case <-timer.C:
	case <-ctx.Done():
	}
}

// claimOne leases the one document that has been due longest, or returns store.ErrNotFound.
func claimOne[P any](ctx context.Context, from claimable[P], now, until time.Time) (P, error) {
	docs, err := from.Claim(ctx, now, until, 1)
	if err == nil && len(docs) == 0 {
		err = store.ErrNotFound
	}
	if err != nil {
		var none P
		return none, err
	}
	return docs[0], nil
}

// claimable is a collection whose documents can be due.
type claimable[P any] interface {
	Claim(ctx context.Context, now, until time.Time, n int) ([]P, error)
}
