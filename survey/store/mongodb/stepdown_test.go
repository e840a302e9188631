package mongodb_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"sync"
	"testing"
	"time"

	"earshot/survey/store"
	"earshot/survey/store/mongodb"
	"earshot/survey/store/mongodb/mongotest"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
)

// stepDownVariable names the environment variable that allows a test to send the primary away: make test-mongodb sets it.
const stepDownVariable = "TEST_MONGODB_STEPDOWN"

// TestStepDown lets the primary step down while many insert: what was acknowledged is there, once, and no insert is refused
// as a duplicate of its own first try.
func TestStepDown(t *testing.T) {
	if os.Getenv(stepDownVariable) == "" {
		t.Skipf("NOT TESTED: needs a replica set whose primary may step down (%s, see make test-mongodb)", stepDownVariable)
	}
	const writers, each = 8, 200
	uri := mongotest.Server(t)
	s, err := mongodb.Open(t.Context(), uri, []*store.Spec{notes})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	c := store.NewCollection[note](s, notes)
	var group sync.WaitGroup
	for w := range writers {
		group.Go(func() {
			for n := range each {
				if err := insertThrough(t.Context(), c, fmt.Sprint(w, " ", n)); err != nil {
					t.Errorf("insert: %v", err)
				}
			}
		})
	}
	stepDown(t, uri)
	group.Wait()
	count := 0
	for _, err := range c.All(t.Context(), store.Query{Index: store.ByID}) {
		if err != nil {
			t.Fatal(err)
		}
		count++
	}
	if want := writers * each; count != want {
		t.Errorf("got %d documents, want %d", count, want)
	}
}

// insertThrough inserts until it is acknowledged. Only after ErrUnavailable, which says that a write may have happened, may
// the document be there already.
func insertThrough(ctx context.Context, c store.Collection[note, *note], id string) error {
	unsure := false
	for {
		err := c.Insert(ctx, &note{Meta: store.Meta{ID: id}})
		var duplicate *store.DuplicateError
		switch {
		case errors.Is(err, store.ErrUnavailable):
			unsure = true
		case unsure && errors.As(err, &duplicate):
			return nil
		default:
			return err
		}
	}
}

func stepDown(t *testing.T, uri string) {
	t.Helper()
	client, err := mongo.Connect(options.Client().ApplyURI(uri))
	if err != nil {
		t.Fatal(err)
	}
	defer client.Disconnect(t.Context())
	time.Sleep(200 * time.Millisecond)
	command := bson.D{{Key: "replSetStepDown", Value: 5}, {Key: "force", Value: true}}
	// Older servers close the connection instead of answering.
	if err := client.Database("admin").RunCommand(t.Context(), command).Err(); err != nil && !mongo.IsNetworkError(err) {
		t.Errorf("step down: %v", err)
	}
}
