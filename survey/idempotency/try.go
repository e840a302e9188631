package idempotency

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"

	"earshot/survey"
	"earshot/survey/store"
)

// Try is one try at a request. Exactly one of Finish and Release ends it.
type Try struct {
	s       *Service
	request Request
	attempt *Attempt
	// mu guards attempt while the lease is extended beside the work.
	mu   sync.Mutex
	stop context.CancelFunc
	done chan struct{}
	// again says that this is not the first try.
	again bool
	// work is the context of the work, which ends where the claim is lost.
	work context.Context
}

// errLost ends the work of who was taken for dead.
var errLost = errors.New("idempotency: somebody else took over")

// begin extends the lease from now on.
func (s *Service) begin(ctx context.Context, r Request, a *Attempt) *Try {
	work, lose := context.WithCancelCause(survey.Repeatable(ctx, a.ID+a.Fingerprint+a.BegunAt.UTC().Format(time.RFC3339Nano), a.BegunAt))
	beat, stop := context.WithCancel(work)
	t := &Try{s: s, request: r, attempt: a, again: a.Tries > 1, work: work, done: make(chan struct{})}
	t.stop = func() { stop(); <-t.done; lose(nil) }
	go t.hold(beat, lose)
	return t
}

// Context is what the request is to be worked on under: it ends with the one that Begin got, or when somebody else has
// taken over.
func (t *Try) Context() context.Context { return t.work }

// Again says that an earlier try at the request broke off, and may have done all or a part of it.
func (t *Try) Again() bool { return t.again }

// hold extends the lease until ctx ends.
func (t *Try) hold(ctx context.Context, lose context.CancelCauseFunc) {
	defer close(t.done)
	for sleep(ctx, t.s.lease/3) {
		err := t.write(ctx, func(a *Attempt) { a.HeldUntil = store.Time(t.s.now().Add(t.s.lease)) })
		if errors.Is(err, store.ErrConflict) {
			lose(errLost)
			return
		}
	}
}

// write changes the attempt, which is ErrConflict where somebody else has taken over.
func (t *Try) write(ctx context.Context, change func(*Attempt)) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	stored, err := t.s.attempts.Update(ctx, t.attempt.ID, func(a *Attempt) error {
		if a.Holder != t.attempt.Holder || !a.DoneAt.IsZero() {
			return fmt.Errorf("%w: another try", store.ErrConflict)
		}
		change(a)
		return nil
	})
	if errors.Is(err, store.ErrNotFound) {
		return store.ErrConflict
	}
	if err == nil {
		t.attempt = stored
	}
	return err
}

// lastWords is how long a try that has ended may take to say so, though its caller has gone.
const lastWords = 5 * time.Second

// Finish keeps the answer, a body with its status and some of its header, for who asks again. Where that fails the request is
// done all the same, and who asks again will find what it made.
func (t *Try) Finish(status int, header map[string]string, body io.Reader) error {
	t.stop()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(t.work), lastWords)
	defer cancel()
	inline, parts, err := t.keepBody(ctx, body)
	if err != nil {
		return err
	}
	return t.write(ctx, func(a *Attempt) {
		a.DoneAt, a.Status, a.Header, a.Body, a.Parts, a.SealedBy = t.s.now(), status, header, inline, parts, t.request.sealer()
	})
}

// Release lets the next one try at once: the request failed for something that may pass.
func (t *Try) Release() {
	t.stop()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(t.work), lastWords)
	defer cancel()
	if err := t.write(ctx, func(a *Attempt) { a.HeldUntil = time.Time{} }); err != nil {
		t.s.log.WarnContext(ctx, "a claim is left until its lease ends", "error", err)
	}
}
