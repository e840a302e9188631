package survey

import (
	"context"
	"errors"
	"time"

	"earshot/survey/store"
)

// What a contact waits for at most, before they are told to try again in a moment.
const (
	pageWithin   = 2 * time.Second
	answerWithin = 3 * time.Second
)

// ForPage returns a context for what is read for a page that a contact waits for. It ends soon; while the database has no
// one to take writes, what is read may be a moment old.
func ForPage(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(store.StaleReads(ctx), pageWithin)
}

// ForAnswer returns a context for storing what a contact has sent. It ends soon; what was sent is not lost, for the page is
// shown again with it, and sending it twice stores it once.
func ForAnswer(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(ctx, answerWithin)
}

// sure does a reading again where what was read may be too old to know the link: only the latest says that there is none.
func sure(ctx context.Context, err error, again func(context.Context) error) error {
	if !store.MayBeStale(ctx) || KindOf(err) != NotFound {
		return err
	}
	err = again(store.FreshReads(ctx))
	if errors.Is(err, context.DeadlineExceeded) {
		return Errorf(Unavailable, "it cannot be said right now whether this link is valid; try again in a moment: %w", err)
	}
	return err
}
