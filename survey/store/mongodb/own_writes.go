package mongodb

import (
	"context"
	"slices"
	"sync/atomic"

	"earshot/survey/store"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/event"
	"go.mongodb.org/mongo-driver/v2/mongo"
)

// ownWrites knows how late, by the servers' logical clock, the latest write was that was answered. Reads wait for it (causal
// consistency, https://www.mongodb.com/docs/manual/core/read-isolation-consistency-recency/): a primary that has just been elected
// tells of what a majority has only as far as it has heard, which can be less than its forerunner acknowledged.
type ownWrites struct {
	// latest is the operation time: seconds in the upper half, a counter in the lower. 0 where the server tells none.
	latest atomic.Uint64
}

// writeCommands are the commands that write documents.
var writeCommands = []string{"insert", "update", "delete", "findAndModify", "bulkWrite"}

func (w *ownWrites) monitor() *event.CommandMonitor {
	return &event.CommandMonitor{
		Started: func(context.Context, *event.CommandStartedEvent) {},
		Succeeded: func(_ context.Context, e *event.CommandSucceededEvent) {
			if !slices.Contains(writeCommands, e.CommandName) {
				return
			}
			if seconds, counter, ok := e.Reply.Lookup("operationTime").TimestampOK(); ok {
				w.note(uint64(seconds)<<32 | uint64(counter))
			}
		},
	}
}

func (w *ownWrites) note(at uint64) {
	for {
		latest := w.latest.Load()
		if at <= latest || w.latest.CompareAndSwap(latest, at) {
			return
		}
	}
}

// after returns a context for a read that sees those writes, and what is to be called when its cursor is closed. Reads that may be
// stale are left as they are, for another member may be behind.
func (w *ownWrites) after(ctx context.Context, client *mongo.Client) (context.Context, func(), error) {
	latest := w.latest.Load()
	if latest == 0 || store.MayBeStale(ctx) {
		return ctx, func() {}, nil
	}
	session, err := client.StartSession()
	if err != nil {
		return nil, nil, err
	}
	end := func() { session.EndSession(context.WithoutCancel(ctx)) }
	if err := session.AdvanceOperationTime(&bson.Timestamp{T: uint32(latest >> 32), I: uint32(latest)}); err != nil {
		end()
		return nil, nil, err
	}
	return mongo.NewSessionContext(ctx, session), end, nil
}
