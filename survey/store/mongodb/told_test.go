package mongodb_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"earshot/survey/store"
	"earshot/survey/store/mongodb"
	"earshot/survey/store/mongodb/mongotest"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/event"
)

// meanwhile opens a store that calls do before its next find is sent: in the moment between a write of which some items
// found nothing and the question which.
func meanwhile(t *testing.T) (s store.Store, next func(do func())) {
	t.Helper()
	var mu sync.Mutex
	var waiting func()
	monitor := &event.CommandMonitor{Started: func(_ context.Context, e *event.CommandStartedEvent) {
		if e.CommandName != "find" {
			return
		}
		mu.Lock()
		do := waiting
		waiting = nil
		mu.Unlock()
		if do != nil {
			do()
		}
	}}
	s, err := mongodb.Open(t.Context(), mongotest.Server(t), []*store.Spec{notes}, mongodb.WithMonitor(monitor))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s, func(do func()) {
		mu.Lock()
		defer mu.Unlock()
		waiting = do
	}
}

// TestToldApart replaces two of three documents, and lets somebody else write them again before it asks which were written.
func TestToldApart(t *testing.T) {
	t.Parallel()
	type collection = store.Collection[note, *note]
	again := func(times int) func(*testing.T, collection) {
		return func(t *testing.T, c collection) {
			for n := range times {
				if _, err := c.UpdateAll(t.Context(), []string{"a", "b"}, func(d *note) bool { d.Text = fmt.Sprint(n); return true }); err != nil {
					t.Error(err)
				}
			}
		}
	}
	remove := func(ids ...string) func(*testing.T, collection) {
		return func(t *testing.T, c collection) {
			for _, id := range ids {
				d, err := c.Get(t.Context(), id)
				if err == nil {
					err = c.Delete(t.Context(), d)
				}
				if err != nil {
					t.Error(err)
				}
			}
		}
	}
	rows := map[string]struct {
		meanwhile func(*testing.T, collection)
		// unknown says that the outcome cannot be told.
		unknown bool
	}{
		"nobody":                       {again(0), false},
		"written again":                {again(1), false},
		"written ten times":            {again(10), false},
		"written too often to be told": {again(70), false},
		"one deleted":                  {remove("b"), false},
		"both deleted":                 {remove("a", "b"), false},
		"all deleted":                  {remove("a", "b", "stale"), true},
	}
	for name, row := range rows {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s, next := meanwhile(t)
			c := store.NewCollection[note](s, notes)
			docs := []*note{{Meta: store.Meta{ID: "a"}}, {Meta: store.Meta{ID: "stale"}}, {Meta: store.Meta{ID: "b"}}}
			if err := c.Insert(t.Context(), docs...); err != nil {
				t.Fatal(err)
			}
			newer := *docs[1]
			if err := c.Replace(t.Context(), &newer); err != nil {
				t.Fatal(err)
			}
			next(func() { row.meanwhile(t, c) })
			outcomes, err := c.ReplaceAll(t.Context(), docs)
			if row.unknown {
				if !errors.Is(err, store.ErrUnavailable) {
					t.Errorf("got %v, %v, want ErrUnavailable", outcomes, err)
				}
				return
			}
			if err != nil || outcomes[0] != nil || !errors.Is(outcomes[1], store.ErrConflict) || outcomes[2] != nil {
				t.Errorf("got %v, %v, want a conflict of the second only", outcomes, err)
			}
		})
	}
}

// TestDeletedOnce deletes the same documents from many sides at once, in batches: each is deleted by one of them.
func TestDeletedOnce(t *testing.T) {
	t.Parallel()
	const documents, sides = 60, 6
	c := store.NewCollection[note](open(t, mongotest.Server(t)), notes)
	docs := make([]*note, documents)
	for i := range docs {
		docs[i] = &note{Meta: store.Meta{ID: fmt.Sprint("n", i)}}
	}
	if err := c.Insert(t.Context(), docs...); err != nil {
		t.Fatal(err)
	}
	var mu sync.Mutex
	deleted := map[string]int{}
	var group sync.WaitGroup
	for side := range sides {
		mine := make([]*note, documents)
		for i, d := range docs {
			copied := *d
			mine[(i*7+side*11)%documents] = &copied
		}
		group.Go(func() {
			outcomes, err := c.DeleteAll(t.Context(), mine)
			if err != nil {
				t.Errorf("delete: %v", err)
			}
			mu.Lock()
			defer mu.Unlock()
			for i, err := range outcomes {
				if err == nil {
					deleted[mine[i].ID]++
				}
			}
		})
	}
	group.Wait()
	if len(deleted) != documents {
		t.Errorf("%d documents were deleted, want %d", len(deleted), documents)
	}
	for id, n := range deleted {
		if n != 1 {
			t.Errorf("%s was deleted by %d", id, n)
		}
	}
}

// TestClaimedByMany claims from many sides at once: each document goes to one of them, and the losers of a round do not keep
// meeting.
func TestClaimedByMany(t *testing.T) {
	t.Parallel()
	const documents, sides, each = 600, 4, 50
	c := store.NewCollection[note](open(t, mongotest.Server(t)), notes)
	docs, now := make([]*note, documents), time.Now()
	for i := range docs {
		docs[i] = &note{Meta: store.Meta{ID: fmt.Sprintf("n%03d", i), Due: now.Add(-time.Hour)}}
	}
	if err := c.Insert(t.Context(), docs...); err != nil {
		t.Fatal(err)
	}
	var mu sync.Mutex
	var got []string
	var group sync.WaitGroup
	for range sides {
		group.Go(func() {
			for {
				claimed, err := c.Claim(t.Context(), now, now.Add(time.Hour), each)
				if err != nil {
					t.Errorf("claim: %v", err)
				}
				if len(claimed) == 0 {
					return
				}
				mu.Lock()
				for _, d := range claimed {
					got = append(got, d.ID)
				}
				mu.Unlock()
			}
		})
	}
	group.Wait()
	slices.Sort(got)
	if len(got) != documents || len(slices.Compact(got)) != documents {
		t.Errorf("%d documents were claimed, want %d, each once", len(got), documents)
	}
}

// TestClaimIsTriedAgain loses the connection, or the primary, before and behind the taking of what was found: the documents
// are claimed all the same, each once.
func TestClaimIsTriedAgain(t *testing.T) {
	t.Parallel()
	const documents = 30
	set := mongotest.Single(t, "--setParameter", "enableTestCommands=1")
	// The driver looks at once whether the primary is still there.
	c := store.NewCollection[note](open(t, set.Database(t)+"&heartbeatFrequencyMS=500"), notes)
	now := time.Now()
	for i := range documents {
		if err := c.Insert(t.Context(), &note{Meta: store.Meta{ID: fmt.Sprintf("n%03d", i), Due: now.Add(-time.Hour)}}); err != nil {
			t.Fatal(err)
		}
	}
	for name, fault := range map[string]bson.E{
		"before": {Key: "closeConnection", Value: true},
		"behind": {Key: "writeConcernError", Value: bson.D{{Key: "code", Value: 91}, {Key: "errmsg", Value: "shutdown in progress"}}},
	} {
		err := set.Members()[0].Run(t.Context(), bson.D{
			{Key: "configureFailPoint", Value: "failCommand"}, {Key: "mode", Value: bson.D{{Key: "times", Value: 1}}},
			{Key: "data", Value: bson.D{{Key: "failCommands", Value: bson.A{"update"}}, fault}},
		}, nil)
		if err != nil {
			t.Fatal(err)
		}
		claimed, err := c.Claim(t.Context(), now, now.Add(time.Hour), documents/2)
		if err != nil || len(claimed) != documents/2 {
			t.Errorf("%s: claimed %d, %v, want %d", name, len(claimed), err, documents/2)
		}
		for _, d := range claimed {
			if stored, err := c.Get(t.Context(), d.ID); err != nil || stored.Version != 2 || d.Version != 2 || !stored.Due.Equal(d.Due) {
				t.Errorf("%s: claimed %+v, stored is %+v, %v", name, d, stored, err)
			}
		}
	}
}
