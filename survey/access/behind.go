package access

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"github.com/cenkalti/backoff/v5"
	"golang.org/x/sync/semaphore"

	"earshot/survey"
)

const (
	// behindAtOnce is how much is done behind answers at a time: what comes on top is refused, so that nobody fills the memory.
	behindAtOnce = 16
	// behindWithin is how long one may take, with further tries where the mail server takes nothing now.
	behindWithin = 5 * time.Minute
)

// behind does what an answer must not wait for. It lies in memory: what a process that dies had in hand is asked for anew.
type behind struct {
	room *semaphore.Weighted
	all  sync.WaitGroup
	log  *slog.Logger
}

func newBehind(log *slog.Logger) *behind {
	return &behind{room: semaphore.NewWeighted(behindAtOnce), log: log}
}

// do has work done soon, or returns Unavailable where too much is in hand.
func (b *behind) do(ctx context.Context, work func(context.Context) error) error {
	if !b.room.TryAcquire(1) {
		full := survey.Errorf(survey.Unavailable, "too much is asked for right now; wait a moment and try again")
		full.RetryAfter = fullWait
		return full
	}
	ctx = context.WithoutCancel(ctx)
	b.all.Go(func() {
		defer b.room.Release(1)
		ctx, cancel := context.WithTimeout(ctx, behindWithin)
		defer cancel()
		if err := work(ctx); err != nil {
			b.log.WarnContext(ctx, "a mail about an account was not sent", "error", err)
		}
	})
	return nil
}

// insist sends a mail, with further tries where the mail server takes it not now, which is told as Unavailable.
func insist(ctx context.Context, send func() error) error {
	_, err := backoff.Retry(ctx, func() (struct{}, error) {
		err := send()
		if err != nil && survey.KindOf(err) != survey.Unavailable {
			err = backoff.Permanent(err)
		}
		return struct{}{}, err
	}, backoff.WithMaxElapsedTime(behindWithin))
	var permanent *backoff.PermanentError
	if errors.As(err, &permanent) {
		return permanent.Err
	}
	return err
}

// Settle waits until what was begun behind answers is done, or ctx ends.
func (s *Service) Settle(ctx context.Context) error {
	done := make(chan struct{})
	go func() { s.behind.all.Wait(); close(done) }()
	select {
	case <-done:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
