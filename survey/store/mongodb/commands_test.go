package mongodb_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"earshot/survey/store"
	"earshot/survey/store/mongodb"
	"earshot/survey/store/mongodb/mongotest"

	"go.mongodb.org/mongo-driver/v2/bson"
	"go.mongodb.org/mongo-driver/v2/event"
)

// watched is an engine that looks at the commands of each operation: there is one, its filter and its sort are covered by a
// declared index, and it waits for a majority.
type watched struct {
	store.Store
	tb testing.TB
}

// commands are the commands of one operation. Its context carries them to the driver's monitor.
type commands struct {
	mu   sync.Mutex
	list []bson.Raw
}

type commandsKey struct{}

var monitor = &event.CommandMonitor{Started: func(ctx context.Context, e *event.CommandStartedEvent) {
	c, ok := ctx.Value(commandsKey{}).(*commands)
	if !ok {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.list = append(c.list, slices.Clone(e.Command))
}}

// openWatched opens a database of the test's own and watches it.
func openWatched(tb testing.TB, specs ...*store.Spec) store.Store {
	tb.Helper()
	s, err := mongodb.Open(tb.Context(), mongotest.Server(tb), specs, mongodb.WithMonitor(monitor))
	if err != nil {
		tb.Fatalf("open: %v", err)
	}
	tb.Cleanup(func() {
		if err := s.Close(); err != nil {
			tb.Errorf("close: %v", err)
		}
	})
	return &watched{s, tb}
}

// watch runs an operation and returns its command, nil when it had to send none.
func (w *watched) watch(ctx context.Context, name string, do func(context.Context) error) (bson.Raw, error) {
	c := &commands{}
	err := do(context.WithValue(ctx, commandsKey{}, c))
	if len(c.list) == 0 {
		return nil, err
	}
	if len(c.list) > 1 {
		w.tb.Errorf("%d commands for one operation: %v", len(c.list), c.list)
	}
	first, _ := c.list[0].IndexErr(0)
	if got := first.Key(); got != name {
		w.tb.Errorf("command %q, want %q", got, name)
	}
	if level := "majority"; name != "ping" && name != "find" {
		if got := c.list[0].Lookup("writeConcern", "w"); got.StringValue() != level || !c.list[0].Lookup("writeConcern", "j").Boolean() {
			w.tb.Errorf("%s with write concern %v, want a journalled majority", name, c.list[0].Lookup("writeConcern"))
		}
	} else if got := c.list[0].Lookup("readConcern", "level"); name == "find" && got.StringValue() != level {
		w.tb.Errorf("find with read concern %v, want majority", got)
	}
	return c.list[0], err
}

// sent is watch for operations that always send their command, if they get so far.
func (w *watched) sent(ctx context.Context, name string, do func(context.Context) error) (bson.Raw, error) {
	command, err := w.watch(ctx, name, do)
	early := ctx.Err() != nil || errors.Is(err, store.ErrQuery) || errors.Is(err, store.ErrUnavailable)
	if command == nil && !early {
		w.tb.Errorf("no command for %s", name)
	}
	return command, err
}

func (w *watched) Fetch(ctx context.Context, c *store.Spec, ids []string) (docs []store.Doc, err error) {
	command, err := w.watch(ctx, "find", func(ctx context.Context) error {
		docs, err = w.Store.Fetch(ctx, c, ids)
		return err
	})
	if command != nil {
		w.keys("fetch", command.Lookup("filter").Document(), []string{"_id"})
	}
	return docs, err
}

func (w *watched) Insert(ctx context.Context, c *store.Spec, docs []store.Doc) error {
	_, err := w.watch(ctx, "insert", func(ctx context.Context) error { return w.Store.Insert(ctx, c, docs) })
	return err
}

func (w *watched) Replace(ctx context.Context, c *store.Spec, doc store.Doc) error {
	command, err := w.sent(ctx, "update", func(ctx context.Context) error { return w.Store.Replace(ctx, c, doc) })
	w.one(command, "updates")
	return err
}

func (w *watched) Delete(ctx context.Context, c *store.Spec, id string, version int64) error {
	command, err := w.sent(ctx, "delete", func(ctx context.Context) error { return w.Store.Delete(ctx, c, id, version) })
	w.one(command, "deletes")
	return err
}

// one checks that a command changes one document, found by its id and version.
func (w *watched) one(command bson.Raw, name string) {
	if command == nil {
		return
	}
	parts, err := command.Lookup(name).Array().Values()
	if err != nil || len(parts) != 1 {
		w.tb.Errorf("%d parts in %v, want one", len(parts), command)
		return
	}
	w.keys(name, parts[0].Document().Lookup("q").Document(), []string{"_id", "version"})
}

func (w *watched) Find(ctx context.Context, c *store.Spec, q store.Query) (docs []store.Doc, next store.Cursor, err error) {
	command, err := w.watch(ctx, "find", func(ctx context.Context) error {
		docs, next, err = w.Store.Find(ctx, c, q)
		return err
	})
	if command != nil {
		w.covered(command, indexKeys(c, q.Index))
	}
	return docs, next, err
}

func (w *watched) Claim(ctx context.Context, c *store.Spec, now, until time.Time) (doc store.Doc, err error) {
	command, err := w.sent(ctx, "findAndModify", func(ctx context.Context) error {
		doc, err = w.Store.Claim(ctx, c, now, until)
		return err
	})
	if command != nil {
		w.keys("claim", command.Lookup("query").Document(), []string{"due"})
		w.keys("claim's sort", command.Lookup("sort").Document(), []string{"due", "_id"})
	}
	return doc, err
}

func (w *watched) Ping(ctx context.Context) error {
	_, err := w.sent(ctx, "ping", w.Store.Ping)
	return err
}

// indexKeys lists the keys of an index as MongoDB has them.
func indexKeys(c *store.Spec, name string) []string {
	for _, ix := range c.Indexes {
		if ix.Name == name {
			return append(slices.Clone(ix.Fields), "_id")
		}
	}
	return []string{"_id"}
}

// covered checks that an index answers the command alone: each branch of the filter fixes the leading keys and bounds at most
// the next one, and the sort is the index's order.
func (w *watched) covered(command bson.Raw, keys []string) {
	filter := command.Lookup("filter").Document()
	branches := []bson.Raw{filter}
	if or, err := filter.LookupErr("$or"); err == nil {
		values, _ := or.Array().Values()
		branches = nil
		for _, v := range values {
			branches = append(branches, v.Document())
		}
	}
	for _, b := range branches {
		w.branch(b, keys)
	}
	order := names(command.Lookup("sort").Document())
	if n := len(order); n < len(keys)-1 || !slices.Equal(order, keys[:n]) {
		w.tb.Errorf("sorted by %v, which is not the index %v", order, keys)
	}
	limit, batch := command.Lookup("limit").AsInt64(), command.Lookup("batchSize").AsInt64()
	if limit < 1 || batch <= limit {
		w.tb.Errorf("limit %d in batches of %d", limit, batch)
	}
	if hint := command.Lookup("hint").StringValue(); hint == "" {
		w.tb.Errorf("no hint in %v", command)
	}
}

func (w *watched) branch(b bson.Raw, keys []string) {
	elements, _ := b.Elements()
	for i, e := range elements {
		if i >= len(keys) || e.Key() != keys[i] {
			w.tb.Errorf("filter %v is no prefix of the index %v", b, keys)
			return
		}
		if operators := names(e.Value().Document()); i < len(elements)-1 && !slices.Equal(operators, []string{"$eq"}) {
			w.tb.Errorf("filter %v compares %s with %v before the last key", b, e.Key(), operators)
		}
	}
}

// keys checks which fields a document has.
func (w *watched) keys(what string, d bson.Raw, want []string) {
	if got := names(d); !slices.Equal(got, want) {
		w.tb.Errorf("%s by %v, want %v", what, got, want)
	}
}

func names(d bson.Raw) []string {
	elements, _ := d.Elements()
	list := make([]string, len(elements))
	for i, e := range elements {
		list[i] = e.Key()
	}
	return list
}

// TestObserver counts commands as a bench does.
func TestObserver(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	var got []string
	observe := mongodb.WithObserver(func(command, collection string) {
		mu.Lock()
		defer mu.Unlock()
		got = append(got, strings.TrimSpace(fmt.Sprint(command, " ", collection)))
	})
	spec := &store.Spec{Name: "notes", New: func() store.Doc { return new(note) }}
	s, err := mongodb.Open(t.Context(), mongotest.Server(t), []*store.Spec{spec}, observe)
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	got = nil
	c := store.NewCollection[note](s, spec)
	if err := c.Insert(t.Context(), &note{Meta: store.Meta{ID: "a"}}); err != nil {
		t.Fatal(err)
	}
	if _, err := c.Get(t.Context(), "a"); err != nil {
		t.Fatal(err)
	}
	if want := []string{"insert notes", "find notes"}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

type note struct {
	store.Meta `json:",inline"`

	Text string `json:"text"`
}
