package sqlite

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"earshot/survey/store"

	"zombiezen.com/go/sqlite"
)

// writer is the only one that writes to the file. It runs in one goroutine on one connection: it takes all writes that
// wait, runs them in one transaction, commits (which syncs the disk) and acknowledges them all. While it waits for the
// disk the next writes gather, so that the number of syncs falls as the load rises.
//
// Each write is one or more single-row statements. A statement that a unique index refuses changes nothing and leaves the
// transaction whole, so that a refused write does not disturb the others.
type writer struct {
	path  string
	conn  *sqlite.Conn
	queue chan *job
	ended chan error
	// wrote says that there were writes since memory was given back.
	wrote bool
	// commits counts the transactions, and finish has the last pages of the log copied; see checkpointer.
	commits atomic.Int64
	finish  atomic.Bool
}

// job is one write.
type job struct {
	do    work
	state atomic.Int32
	err   error
	more  bool
	done  chan struct{}
}

// work does a write in the writer's transaction. A long one looks at crowded from time to time; when others wait it may
// return more, and is called again in a later transaction.
type work func(conn *sqlite.Conn, crowded func() bool) (more bool, err error)

// A job is begun by the writer or given up by its caller, whoever is first.
const (
	jobWaits int32 = iota
	jobBegun
	jobGivenUp
)

// groupSize is the most jobs in one transaction: a bound for the time that its first one waits.
const groupSize = 512

func startWriter(path string, conn *sqlite.Conn) *writer {
	w := &writer{path: path, conn: conn, queue: make(chan *job, groupSize), ended: make(chan error, 1)}
	go w.loop()
	return w
}

// submit runs do in the next transaction. If ctx ends before do was begun, it never will be.
func (w *writer) submit(ctx context.Context, do work) error {
	j := &job{do: do, done: make(chan struct{})}
	select {
	case w.queue <- j:
	case <-ctx.Done():
		return ctx.Err()
	}
	select {
	case <-j.done:
		return j.err
	case <-ctx.Done():
		if j.state.CompareAndSwap(jobWaits, jobGivenUp) {
			return ctx.Err()
		}
		<-j.done
		return j.err
	}
}

// stop ends the writer; the caller sees to it that nothing is submitted any more.
func (w *writer) stop() error {
	close(w.queue)
	return <-w.ended
}

func (w *writer) loop() {
	idle := time.NewTimer(idleAfter)
	var group, rest []*job
	for {
		if group = w.gather(group[:0]); len(group)+len(rest) == 0 {
			idle.Reset(idleAfter)
			select {
			case first, ok := <-w.queue:
				if !ok {
					w.ended <- w.close()
					return
				}
				group = w.gather(append(group, first))
			case <-idle.C:
				w.shrink()
				continue
			}
		}
		group = append(group, rest...)
		w.commit(group)
		rest = w.acknowledge(group, rest[:0])
		w.finishLog()
	}
}

// gather adds the jobs that wait already.
func (w *writer) gather(group []*job) []*job {
	for len(group) < groupSize {
		select {
		case j, ok := <-w.queue:
			if !ok {
				return group
			}
			group = append(group, j)
		default:
			return group
		}
	}
	return group
}

// acknowledge tells the callers that their jobs are done and returns the jobs that go on.
func (w *writer) acknowledge(group, rest []*job) []*job {
	for _, j := range group {
		if j.more && j.err == nil {
			rest = append(rest, j)
			continue
		}
		close(j.done)
	}
	clear(group)
	return rest
}

// idleAfter is when memory that a burst of writes has filled is given back.
const idleAfter = 5 * time.Second

// shrink gives memory back. That it failed is seen by the next write, if it matters.
func (w *writer) shrink() {
	if w.conn != nil && w.wrote {
		_ = run(w.conn, "PRAGMA shrink_memory")
		w.wrote = false
	}
}

func (w *writer) close() error {
	if w.conn == nil {
		return nil
	}
	return w.conn.Close()
}

func (w *writer) crowded() bool { return len(w.queue) > 0 }

// finishLog copies what the checkpointer has left of the log. A failure shows in the length of the log alone.
func (w *writer) finishLog() {
	if w.conn != nil && w.finish.Swap(false) {
		_, _, _ = checkpoint(w.conn, "PASSIVE")
	}
}

// commit runs the jobs in one transaction. When SQLite fails, none of them has happened.
func (w *writer) commit(group []*job) {
	err := w.transaction(group)
	if err == nil {
		return
	}
	err = errors.Join(err, w.recover())
	for _, j := range group {
		j.err, j.more = writeError(err), false
	}
}

func (w *writer) transaction(group []*job) error {
	if w.conn == nil {
		conn, err := openWriter(w.path)
		if err != nil {
			return err
		}
		w.conn = conn
	}
	if err := run(w.conn, "BEGIN IMMEDIATE"); err != nil {
		return err
	}
	for _, j := range group {
		if !j.more && !j.state.CompareAndSwap(jobWaits, jobBegun) {
			continue
		}
		j.more, j.err = j.do(w.conn, w.crowded)
		if isEngine(j.err) {
			return j.err
		}
	}
	w.wrote = true
	defer w.commits.Add(1)
	return run(w.conn, "COMMIT")
}

// recover ends a transaction that failed. A connection that cannot even do that is closed; the next write opens another.
func (w *writer) recover() error {
	if w.conn == nil || w.conn.AutocommitEnabled() {
		return nil
	}
	err := exec(w.conn, "ROLLBACK")
	if err == nil || w.conn.AutocommitEnabled() {
		return nil
	}
	err = errors.Join(err, w.conn.Close())
	w.conn = nil
	return fmt.Errorf("%w: %w", store.ErrUnavailable, err)
}
