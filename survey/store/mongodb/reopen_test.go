package mongodb_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"earshot/survey/store"
	"earshot/survey/store/mongodb"
	"earshot/survey/store/mongodb/mongotest"

	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
	"go.mongodb.org/mongo-driver/v2/x/mongo/driver/connstring"
)

// TestReopen changes the declaration between two openings: indexes come, go and change.
func TestReopen(t *testing.T) {
	t.Parallel()
	uri := mongotest.Server(t)
	reopen := func(indexes ...store.Index) (*mongodb.Store, store.Collection[note, *note]) {
		t.Helper()
		spec := &store.Spec{Name: "notes", New: notes.New, Indexes: indexes}
		s, err := mongodb.Open(t.Context(), uri, []*store.Spec{spec})
		if err != nil {
			t.Fatalf("open: %v", err)
		}
		return s, store.NewCollection[note](s, spec)
	}
	closed := func(s *mongodb.Store) {
		t.Helper()
		if err := s.Close(); err != nil {
			t.Fatalf("close: %v", err)
		}
	}
	s, c := reopen(store.Index{Name: "by_due", Fields: []string{"due"}})
	for i, text := range []string{"b", "a", "c"} {
		if err := c.Insert(t.Context(), &note{Meta: store.Meta{ID: fmt.Sprint("n", i)}, Text: text}); err != nil {
			t.Fatal(err)
		}
	}
	closed(s)
	s, c = reopen(store.Index{Name: "by_text", Fields: []string{"text"}})
	docs, _, err := c.Find(t.Context(), store.Query{Index: "by_text", Limit: 5})
	if err != nil || len(docs) != 3 || docs[0].Text != "a" {
		t.Errorf("by a new index: got %v, %v", docs, err)
	}
	closed(s)
	if got, want := indexNames(t, uri, "notes"), []string{"_id_", "by_text"}; !slices.Equal(got, want) {
		t.Errorf("got indexes %v, want %v", got, want)
	}
	s, c = reopen(store.Index{Name: "by_text", Fields: []string{"text"}, Unique: true})
	defer closed(s)
	var duplicate *store.DuplicateError
	if err := c.Insert(t.Context(), &note{Meta: store.Meta{ID: "n9"}, Text: "a"}); !errors.As(err, &duplicate) {
		t.Errorf("by an index that became unique: got %v, want a DuplicateError", err)
	}
}

func indexNames(t *testing.T, uri, collection string) []string {
	t.Helper()
	parsed, err := connstring.Parse(uri)
	if err != nil {
		t.Fatal(err)
	}
	client, err := mongo.Connect(options.Client().ApplyURI(uri))
	if err != nil {
		t.Fatal(err)
	}
	defer client.Disconnect(t.Context())
	list, err := client.Database(parsed.Database).Collection(collection).Indexes().ListSpecifications(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, ix := range list {
		names = append(names, ix.Name)
	}
	slices.Sort(names)
	return names
}
