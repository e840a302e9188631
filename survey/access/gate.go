package access

import (
	"context"
	"time"

	"golang.org/x/sync/semaphore"

	"earshot/survey"
)

// How many passwords are hashed at once and how many may wait for it. A hash takes argonMemoryKiB and some 30 ms, so a
// flood of tries takes 40 MiB and keeps whoever is let in waiting for half a second; what comes on top is sent away.
const (
	hashesAtOnce  = 2
	hashesWaiting = 32
)

// fullWait is after how long whoever was sent away may come again.
const fullWait = 2 * time.Second

// gate is what every hash of a password goes through.
type gate struct {
	inside, room *semaphore.Weighted
}

// newGate returns a gate through which atOnce may go and before which waiting more may stand.
func newGate(atOnce, waiting int64) gate {
	return gate{inside: semaphore.NewWeighted(atOnce), room: semaphore.NewWeighted(atOnce + waiting)}
}

// pass runs work when its turn comes. Returns Unavailable at once where too many wait already, and ctx's error if that
// ends before the turn comes.
func (g gate) pass(ctx context.Context, work func()) error {
	if !g.room.TryAcquire(1) {
		full := survey.Errorf(survey.Unavailable, "too many people are logging in right now; wait a moment and try again")
		full.RetryAfter = fullWait
		return full
	}
	defer g.room.Release(1)
	if err := g.inside.Acquire(ctx, 1); err != nil {
		return err
	}
	defer g.inside.Release(1)
	work()
	return nil
}
