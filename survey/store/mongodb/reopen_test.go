package mongodb_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"earshot/survey/store"
	"earshot/survey/store/mongodb"
	"earshot/survey/store/mongodb/mongotest"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
	"go.mongodb.org/mongo-driver/v2/x/mongo/driver/connstring"
)

// TestReopen changes the declaration between two openings: indexes come, and those that are not declared any more stay, for
// an older program that still runs needs them, until they are dropped by name.
func TestReopen(t *testing.T) {
	t.Parallel()
	uri := mongotest.Server(t)
	reopen := func(indexes ...store.Index) (*mongodb.Store, *store.Spec, store.Collection[note, *note]) {
		t.Helper()
		spec := &store.Spec{Name: "notes", New: notes.New, Indexes: indexes}
		s, err := mongodb.Open(t.Context(), uri, []*store.Spec{spec})
		if err != nil {
			t.Fatalf("open: %v", err)
		}
		t.Cleanup(func() { s.Close() })
		return s, spec, store.NewCollection[note](s, spec)
	}
	wantIndexes := func(want ...string) {
		t.Helper()
		if got := indexNames(t, uri, "notes"); !slices.Equal(got, want) {
			t.Errorf("got indexes %v, want %v", got, want)
		}
	}
	_, _, old := reopen(store.Index{Name: "by_due", Fields: []string{"due"}}, store.Index{Name: "by_text", Fields: []string{"text"}})
	for i, text := range []string{"b", "a", "c"} {
		if err := old.Insert(t.Context(), &note{Meta: store.Meta{ID: fmt.Sprint("n", i)}, Text: text}); err != nil {
			t.Fatal(err)
		}
	}
	s, spec, c := reopen(store.Index{Name: "by_text", Fields: []string{"text"}, Unique: true})
	wantIndexes("_id_", "by_due", "by_text", "by_text~2")
	byText := store.Query{Index: "by_text", Limit: 5}
	for name, c := range map[string]store.Collection[note, *note]{"the older program": old, "the newer program": c} {
		if docs, _, err := c.Find(t.Context(), byText); err != nil || len(docs) != 3 || docs[0].Text != "a" {
			t.Errorf("%s: got %v, %v", name, docs, err)
		}
	}
	var duplicate *store.DuplicateError
	if err := c.Insert(t.Context(), &note{Meta: store.Meta{ID: "n9"}, Text: "a"}); !errors.As(err, &duplicate) || duplicate.Refused[0].Index != "by_text" {
		t.Errorf("by an index that became unique: got %v, want a DuplicateError by its declared name", err)
	}
	dropped, err := s.DropIndexes(t.Context(), spec, "by_due", "by_text", "by_text~2", "by_nothing")
	if want := []string{"by_due", "by_text"}; err != nil || !slices.Equal(dropped, want) {
		t.Errorf("dropped %v, %v, want %v", dropped, err, want)
	}
	wantIndexes("_id_", "by_text~2")
	if _, _, err := c.Find(t.Context(), byText); err != nil {
		t.Errorf("by the index that is left: %v", err)
	}
}

// TestIndexesCannotBeBuilt opens a collection whose documents are not unique.
func TestIndexesCannotBeBuilt(t *testing.T) {
	t.Parallel()
	uri := mongotest.Server(t)
	c := store.NewCollection[note](open(t, uri), notes)
	if err := c.Insert(t.Context(), &note{Meta: store.Meta{ID: "a"}}, &note{Meta: store.Meta{ID: "b"}}); err != nil {
		t.Fatal(err)
	}
	unique := &store.Spec{Name: "notes", New: notes.New, Indexes: []store.Index{{Name: "by_text", Fields: []string{"text"}, Unique: true}}}
	if s, err := mongodb.Open(t.Context(), uri, []*store.Spec{unique}); err == nil || !strings.Contains(err.Error(), `"by_text"`) {
		t.Errorf("got %v, %v, want an error that names the index", s, err)
	}
}

// TestIndexesAreWaitedFor lets somebody else build an index slowly: it is not taken as there until it is, and the progress is
// told.
func TestIndexesAreWaitedFor(t *testing.T) {
	t.Parallel()
	set := mongotest.Single(t, "--setParameter", "enableTestCommands=1")
	uri := set.Database(t)
	c := store.NewCollection[note](open(t, uri), notes)
	if err := c.Insert(t.Context(), &note{Meta: store.Meta{ID: "a"}, Text: "a"}); err != nil {
		t.Fatal(err)
	}
	hang := func(mode string) {
		t.Helper()
		command := bson.D{{Key: "configureFailPoint", Value: "hangAfterStartingIndexBuild"}, {Key: "mode", Value: mode}}
		if err := set.Members()[0].Run(t.Context(), command, nil); err != nil {
			t.Fatal(err)
		}
	}
	hang("alwaysOn")
	specs := []*store.Spec{{Name: "notes", New: notes.New, Indexes: []store.Index{{Name: "by_text", Fields: []string{"text"}}}}}
	told := make(chan mongodb.Building)
	tell := mongodb.WithBuilding(func(b mongodb.Building) { told <- b })
	opened := make(chan *mongodb.Store)
	for range 2 {
		go func() {
			s, err := mongodb.Open(t.Context(), uri, specs, tell)
			if err != nil {
				t.Errorf("open: %v", err)
			}
			opened <- s
		}()
	}
	for range 4 {
		select {
		case b := <-told:
			if b.Collection != "notes" || !slices.Equal(b.Indexes, []string{"by_text"}) || b.For <= 0 {
				t.Errorf("got progress %+v", b)
			}
		case <-opened:
			t.Error("the index was taken as there while it was being built")
		}
	}
	hang("off")
	for waiting := 2; waiting > 0; {
		select {
		case <-told:
		case s := <-opened:
			waiting--
			defer s.Close()
			if docs, _, err := store.NewCollection[note](s, specs[0]).Find(t.Context(), store.Query{Index: "by_text", Limit: 5}); err != nil || len(docs) != 1 {
				t.Errorf("by the index that was waited for: got %v, %v", docs, err)
			}
		}
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
