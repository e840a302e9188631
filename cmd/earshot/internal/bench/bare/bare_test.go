package bare_test

import (
	"context"
	"path/filepath"
	"testing"
	"time"

	"earshot/cmd/earshot/internal/bench/bare"
	"earshot/cmd/earshot/internal/collections"
	"earshot/survey"
	"earshot/survey/store"
	"earshot/survey/store/mongodb"
	"earshot/survey/store/mongodb/mongotest"
	"earshot/survey/store/sqlite"
)

// onEach runs a test on both engines: with a store as Earshot has it, and the bare client on its place.
func onEach(t *testing.T, test func(*testing.T, store.Store, bare.Client)) {
	t.Helper()
	t.Run("SQLite", func(t *testing.T) {
		file := filepath.Join(t.TempDir(), "earshot.db")
		db, err := sqlite.Open(t.Context(), file, collections.Specs()...)
		if err != nil {
			t.Fatal(err)
		}
		client, err := bare.OpenSQLite(file)
		run(t, db, client, err, test)
	})
	t.Run("MongoDB", func(t *testing.T) {
		uri := mongotest.Server(t)
		db, err := mongodb.Open(t.Context(), uri, collections.Specs())
		if err != nil {
			t.Fatal(err)
		}
		client, err := bare.OpenMongoDB(uri)
		run(t, db, client, err, test)
	})
}

func run(t *testing.T, db store.Store, client bare.Client, err error, test func(*testing.T, store.Store, bare.Client)) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := client.Close(); err != nil {
			t.Error(err)
		}
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	test(t, db, client)
}

// touchpoints is the collection that the tests write to.
func touchpoints(db store.Store) store.Collection[survey.Touchpoint, *survey.Touchpoint] {
	for _, spec := range collections.Specs() {
		if spec.Name == "touchpoints" {
			return store.NewCollection[survey.Touchpoint](db, spec)
		}
	}
	panic("there is no collection of touchpoints")
}

func touchpoint(id string) *survey.Touchpoint {
	return &survey.Touchpoint{Meta: store.Meta{ID: id}, CustomerID: "cus_1", Kind: survey.Order, At: store.Time(time.Now()), Value: 1.5}
}

// TestCatchUp holds the mirror to where Earshot's database is after inserts and replaces: nothing is missing, nothing differs.
func TestCatchUp(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, db store.Store, client bare.Client) {
		ctx, all := context.Background(), touchpoints(db)
		changed := touchpoint("tch_b")
		must(t, all.Insert(ctx, touchpoint("tch_a"), changed))
		must(t, client.Mirror(ctx))
		changed.Value = 2
		must(t, all.Replace(ctx, changed))
		must(t, all.Insert(ctx, touchpoint("tch_c"), touchpoint("tch_d")))
		missing, other, err := client.Behind(ctx, "touchpoints", 100)
		must(t, err)
		if got, want := ids(missing)+" "+ids(other), "tch_c tch_d  tch_b "; got != want {
			t.Fatalf("the mirror is behind in %q, want %q", got, want)
		}
		must(t, client.Insert(ctx, "touchpoints", missing[0]))
		must(t, client.InsertMany(ctx, "touchpoints", missing[1:]))
		must(t, client.ReplaceMany(ctx, "touchpoints", other))
		missing, other, err = client.Behind(ctx, "touchpoints", 100)
		must(t, err)
		if len(missing)+len(other) > 0 {
			t.Errorf("after catching up the mirror is behind in %q and %q", ids(missing), ids(other))
		}
		for _, id := range []string{"tch_a", "tch_c"} {
			must(t, client.Read(ctx, "touchpoints", id))
		}
		if client.Read(ctx, "touchpoints", "tch_x") == nil {
			t.Error("a document that is not there was read")
		}
	})
}

// TestBehindStopsAtItsLimit keeps large collections from being compared to their end.
func TestBehindStopsAtItsLimit(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, db store.Store, client bare.Client) {
		ctx := context.Background()
		must(t, client.Mirror(ctx))
		must(t, touchpoints(db).Insert(ctx, touchpoint("tch_a"), touchpoint("tch_b"), touchpoint("tch_c")))
		missing, _, err := client.Behind(ctx, "touchpoints", 2)
		must(t, err)
		if got, want := ids(missing), "tch_a tch_b "; got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	})
}

// TestOwing counts what is due, and answers that owe anything at any time.
func TestOwing(t *testing.T) {
	t.Parallel()
	onEach(t, func(t *testing.T, db store.Store, client bare.Client) {
		ctx := context.Background()
		later := store.Time(time.Now().Add(time.Hour))
		for _, spec := range collections.Specs() {
			switch spec.Name {
			case "responses":
				must(t, store.NewCollection[survey.Response](db, spec).Insert(ctx,
					&survey.Response{Meta: store.Meta{ID: "rsp_a", Due: later}}, &survey.Response{Meta: store.Meta{ID: "rsp_b"}}))
			case "rhythms":
				must(t, store.NewCollection[survey.Rhythm](db, spec).Insert(ctx,
					&survey.Rhythm{Meta: store.Meta{ID: "cus_a", Due: later}}, &survey.Rhythm{Meta: store.Meta{ID: "cus_b", Due: store.Time(time.Now().Add(-time.Hour))}}))
			}
		}
		got, err := client.Owing(ctx)
		must(t, err)
		if want := 2; got != want {
			t.Errorf("%d documents owe something, want %d: an answer with something to do later, and a rhythm that is due", got, want)
		}
		writes, err := client.Writes(ctx)
		must(t, err)
		if want := int64(4); writes != want {
			t.Errorf("%d writes, want %d", writes, want)
		}
	})
}

func ids(docs []bare.Doc) string {
	text := ""
	for _, d := range docs {
		text += d.ID + " "
	}
	return text
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
