package survey

import (
	"context"
	"time"

	"github.com/cenkalti/backoff/v5"
)

const (
	// firstRetry and worstRetry bound the pauses between tries while the store is away: an election takes some seconds.
	firstRetry = 100 * time.Millisecond
	worstRetry = 3 * time.Second
)

// persist repeats try, with growing pauses, while it fails for the store's being away, until ctx ends. What it tries must
// be safe to repeat: a command whose answer was lost may have been carried out. waiting, which may be nil, is told since when
// the store is away, and zero when it is back.
func persist(ctx context.Context, waiting func(since time.Time), try func() error) error {
	err := try()
	if !away(ctx, err) {
		return err
	}
	if waiting == nil {
		waiting = func(time.Time) {}
	}
	since := time.Now()
	defer waiting(time.Time{})
	pause := &backoff.ExponentialBackOff{
		InitialInterval: firstRetry, RandomizationFactor: backoff.DefaultRandomizationFactor, Multiplier: 2, MaxInterval: worstRetry,
	}
	pause.Reset()
	for away(ctx, err) {
		waiting(since)
		sleep(ctx, pause.NextBackOff())
		if ctx.Err() == nil {
			err = try()
		}
	}
	return err
}

// away says whether err means that the store is away, and not that ctx has ended.
func away(ctx context.Context, err error) bool {
	return err != nil && ctx.Err() == nil && KindOf(err) == Unavailable
}
