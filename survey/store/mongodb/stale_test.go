package mongodb_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"earshot/survey/store"
	"earshot/survey/store/mongodb"
	"earshot/survey/store/mongodb/mongotest"

	"go.mongodb.org/mongo-driver/v2/bson"
)

// TestStaleReads takes the primary away: who does not mind what is a moment old is answered by another member, at once,
// while others wait for the election.
func TestStaleReads(t *testing.T) {
	t.Parallel()
	rows := map[string]func(*testing.T, *mongotest.ReplicaSet) (mend func() error){
		"frozen": func(t *testing.T, set *mongotest.ReplicaSet) func() error {
			m, err := set.FreezePrimary(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			return m.Thaw
		},
		"killed": func(t *testing.T, set *mongotest.ReplicaSet) func() error {
			m, err := set.KillPrimary(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			return m.Start
		},
	}
	for name, fault := range rows {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			set := mongotest.Set(t)
			uri := set.Database(t)
			s, err := mongodb.Open(t.Context(), uri, []*store.Spec{notes})
			if err != nil {
				t.Fatal(err)
			}
			defer s.Close()
			c := store.NewCollection[note](s, notes)
			works(t, c, "a")
			everywhere(t, set, uri, "a")
			mend := fault(t, set)
			if err := within(t, 2*time.Second, store.StaleReads, func(ctx context.Context) error { _, err := c.Get(ctx, "a"); return err }); err != nil {
				t.Errorf("a read that may be stale: %v", err)
			}
			err = within(t, time.Second, func(ctx context.Context) context.Context { return ctx }, func(ctx context.Context) error {
				_, err := c.Get(ctx, "a")
				return err
			})
			if err == nil && elected(t, set) {
				t.Log("the others had a primary at once: on a busy machine they had begun to elect one before")
			} else if !errors.Is(err, context.DeadlineExceeded) && !errors.Is(err, store.ErrUnavailable) {
				t.Errorf("a read of the latest: got %v, want it to wait for a primary", err)
			}
			if err := mend(); err != nil {
				t.Fatal(err)
			}
			works(t, c, "b")
		})
	}
}

// elected says whether there is a primary among those that can answer.
func elected(t *testing.T, set *mongotest.ReplicaSet) bool {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	_, err := set.Primary(ctx)
	return err == nil
}

// everywhere waits until every member has the note.
func everywhere(t *testing.T, set *mongotest.ReplicaSet, uri, id string) {
	t.Helper()
	database := databaseOf(t, uri).Name()
	for _, m := range set.Members() {
		member := direct(t, "mongodb://"+m.Address()+"/?directConnection=true&readPreference=nearest&readConcernLevel=majority").Client().Database(database)
		for ctx := t.Context(); ; {
			err := member.Collection(notes.Name).FindOne(ctx, bson.D{{Key: "_id", Value: id}}).Err()
			if err == nil {
				break
			}
			if ctx.Err() != nil {
				t.Fatal(err)
			}
			time.Sleep(20 * time.Millisecond)
		}
	}
}

// within runs do with so much time.
func within(t *testing.T, d time.Duration, with func(context.Context) context.Context, do func(context.Context) error) error {
	t.Helper()
	ctx, cancel := context.WithTimeout(with(t.Context()), d)
	defer cancel()
	return do(ctx)
}
