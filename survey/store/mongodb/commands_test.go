package mongodb_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"regexp"
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
	"go.mongodb.org/mongo-driver/v2/mongo"
	"go.mongodb.org/mongo-driver/v2/mongo/options"
	"go.mongodb.org/mongo-driver/v2/x/mongo/driver/connstring"
)

// watched is an engine that looks at the commands of each operation: they are as few as are declared here, their filters and
// sorts are covered by a declared index, they examine no more than they return, and they wait for a majority.
type watched struct {
	store.Store
	tb testing.TB
	// database explains what the commands do.
	database *mongo.Database
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
	uri := mongotest.Server(tb)
	s, err := mongodb.Open(tb.Context(), uri, specs, mongodb.WithMonitor(monitor))
	if err != nil {
		tb.Fatalf("open: %v", err)
	}
	tb.Cleanup(func() {
		if err := s.Close(); err != nil {
			tb.Errorf("close: %v", err)
		}
	})
	return &watched{s, tb, databaseOf(tb, uri)}
}

// databaseOf connects to the database that an address names.
func databaseOf(tb testing.TB, uri string) *mongo.Database {
	tb.Helper()
	parsed, err := connstring.Parse(uri)
	if err != nil {
		tb.Fatal(err)
	}
	client, err := mongo.Connect(options.Client().ApplyURI(uri))
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { client.Disconnect(context.Background()) })
	return client.Database(parsed.Database)
}

// watch runs an operation and returns its commands, each of which must wait for, or read from, a majority.
func (w *watched) watch(ctx context.Context, do func(context.Context) error) ([]bson.Raw, error) {
	c := &commands{}
	err := do(context.WithValue(ctx, commandsKey{}, c))
	for _, command := range c.list {
		if !answerable(command) {
			w.tb.Errorf("a cluster that spreads the documents by their ids cannot answer %v", command)
		}
		switch name := nameOf(command); name {
		case "ping", "getMore":
		case "find", "aggregate":
			if got := command.Lookup("readConcern", "level"); got.StringValue() != "majority" {
				w.tb.Errorf("%s with read concern %v, want majority", name, got)
			}
		default:
			if got := command.Lookup("writeConcern", "w"); got.StringValue() != "majority" || !command.Lookup("writeConcern", "j").Boolean() {
				w.tb.Errorf("%s with write concern %v, want a journalled majority", name, command.Lookup("writeConcern"))
			}
		}
	}
	return c.list, err
}

// answerable says whether a cluster answers a command on documents that it spreads over several shards by the hashes of their
// ids (store.Spec.Shard), from MongoDB 4.4 on: what writes one document must name its id, and no aggregation may look up, or
// write, elsewhere.
func answerable(command bson.Raw) bool {
	each := func(statements string, many func(bson.Raw) bool) bool {
		list, _ := command.Lookup(statements).Array().Values()
		return !slices.ContainsFunc(list, func(s bson.RawValue) bool {
			_, byID := s.Document().Lookup("q", "_id").StringValueOK()
			return !byID && !many(s.Document())
		})
	}
	switch nameOf(command) {
	case "insert", "find", "getMore", "ping":
		return true
	case "update":
		return each("updates", func(s bson.Raw) bool {
			multi, _ := s.Lookup("multi").BooleanOK()
			upsert, _ := s.Lookup("upsert").BooleanOK()
			return multi && !upsert
		})
	case "delete":
		return each("deletes", func(s bson.Raw) bool { return s.Lookup("limit").AsInt64() == 0 })
	case "aggregate":
		return stagesAnswerable(command.Lookup("pipeline"))
	}
	return false
}

func stagesAnswerable(pipeline bson.RawValue) bool {
	stages, err := pipeline.Array().Values()
	for _, stage := range stages {
		switch nameOf(stage.Document()) {
		case "$unionWith":
			if !stagesAnswerable(stage.Document().Lookup("$unionWith", "pipeline")) {
				return false
			}
		case "$match", "$sort", "$limit", "$project", "$group", "$replaceWith", "$set":
		default:
			return false
		}
	}
	return err == nil
}

// TestAnswerable looks at commands that a cluster refuses.
func TestAnswerable(t *testing.T) {
	t.Parallel()
	byVersion, byID := bson.D{{Key: "version", Value: 1}}, bson.D{{Key: "_id", Value: "a"}, {Key: "version", Value: 1}}
	amongIDs := bson.D{{Key: "_id", Value: bson.D{{Key: "$in", Value: bson.A{"a", "b"}}}}}
	update := func(q bson.D, multi, upsert bool) bson.D {
		one := bson.D{{Key: "q", Value: q}, {Key: "u", Value: bson.D{}}, {Key: "multi", Value: multi}, {Key: "upsert", Value: upsert}}
		return bson.D{{Key: "update", Value: "notes"}, {Key: "updates", Value: bson.A{one}}}
	}
	remove := func(q bson.D, limit int32) bson.D {
		return bson.D{{Key: "delete", Value: "notes"}, {Key: "deletes", Value: bson.A{bson.D{{Key: "q", Value: q}, {Key: "limit", Value: limit}}}}}
	}
	aggregate := func(stages ...any) bson.D {
		return bson.D{{Key: "aggregate", Value: "notes"}, {Key: "pipeline", Value: append(bson.A{}, stages...)}}
	}
	lookup := bson.D{{Key: "$lookup", Value: bson.D{}}}
	rows := map[string]struct {
		command bson.D
		want    bool
	}{
		"update by id":                {update(byID, false, false), true},
		"update one by something":     {update(byVersion, false, false), false},
		"update one among ids":        {update(amongIDs, false, false), false},
		"update all among ids":        {update(amongIDs, true, false), true},
		"upsert among ids":            {update(amongIDs, true, true), false},
		"delete by id":                {remove(byID, 1), true},
		"delete one by something":     {remove(byVersion, 1), false},
		"delete all that":             {remove(byVersion, 0), true},
		"find and modify":             {bson.D{{Key: "findAndModify", Value: "notes"}}, false},
		"aggregate":                   {aggregate(bson.D{{Key: "$match", Value: byID}}), true},
		"look up elsewhere":           {aggregate(lookup), false},
		"look up elsewhere in a part": {aggregate(bson.D{{Key: "$unionWith", Value: bson.D{{Key: "pipeline", Value: bson.A{lookup}}}}}), false},
	}
	for name, row := range rows {
		raw, err := bson.Marshal(row.command)
		if err != nil {
			t.Fatal(err)
		}
		if got := answerable(raw); got != row.want {
			t.Errorf("%s: got %v, want %v", name, got, row.want)
		}
	}
}

func nameOf(command bson.Raw) string {
	first, _ := command.IndexErr(0)
	return first.Key()
}

func namesOf(commands []bson.Raw) string {
	list := make([]string, len(commands))
	for i, c := range commands {
		list[i] = nameOf(c)
	}
	return strings.Join(list, " ")
}

// most checks that an operation sent at most one command of that name, and for the rest of its answer what getMore brings.
func (w *watched) most(list []bson.Raw, name string) {
	w.tb.Helper()
	for i, c := range list {
		if got := nameOf(c); i == 0 && got != name || i > 0 && got != "getMore" {
			w.tb.Errorf("commands %s, want one %s", namesOf(list), name)
		}
	}
}

func (w *watched) Fetch(ctx context.Context, c *store.Spec, ids []string) (docs []store.Doc, err error) {
	list, err := w.watch(ctx, func(ctx context.Context) error {
		docs, err = w.Store.Fetch(ctx, c, ids)
		return err
	})
	w.most(list, "find")
	if len(list) > 0 {
		w.keys("fetch", list[0].Lookup("filter").Document(), []string{"_id"})
	}
	return docs, err
}

func (w *watched) Find(ctx context.Context, c *store.Spec, q store.Query) (docs []store.Doc, next store.Cursor, err error) {
	list, err := w.watch(ctx, func(ctx context.Context) error {
		docs, next, err = w.Store.Find(ctx, c, q)
		return err
	})
	w.most(list, "find")
	if len(list) > 0 {
		w.covered(list[0], indexKeys(c, q.Index))
		w.examines(ctx, list[0], c, q)
	}
	return docs, next, err
}

func (w *watched) Fold(ctx context.Context, c *store.Spec, f store.Fold) (groups []store.Group, err error) {
	list, err := w.watch(ctx, func(ctx context.Context) error {
		groups, err = w.Store.Fold(ctx, c, f)
		return err
	})
	w.most(list, "aggregate")
	if len(list) > 0 {
		w.branches(list[0].Lookup("pipeline", "0", "$match").Document(), indexKeys(c, f.Index))
		if hint, ok := list[0].Lookup("hint").StringValueOK(); !ok {
			w.tb.Errorf("fold with hint %q", hint)
		}
		w.hops(ctx, list[0])
	}
	return groups, err
}

// hops has the server explain an aggregation that asks which values of one field there are: it goes from one to the next.
func (w *watched) hops(ctx context.Context, aggregate bson.Raw) {
	if _, alone := aggregate.Lookup("pipeline", "2", "$group", "_id").StringValueOK(); !alone {
		return
	}
	asked := bson.D{{Key: "cursor", Value: bson.D{}}}
	for _, key := range []string{"hint", "pipeline", "aggregate"} {
		asked = append(bson.D{{Key: key, Value: aggregate.Lookup(key)}}, asked...)
	}
	explained, err := w.database.RunCommand(ctx, bson.D{{Key: "explain", Value: asked}, {Key: "verbosity", Value: "queryPlanner"}}).Raw()
	if err != nil || !strings.Contains(explained.String(), `"DISTINCT_SCAN"`) {
		w.tb.Errorf("distinct values without DISTINCT_SCAN: %v %v", explained, err)
	}
}

func (w *watched) ReadAll(ctx context.Context, reads []store.Read) (results []store.Result, err error) {
	list, err := w.watch(ctx, func(ctx context.Context) error {
		results, err = w.Store.ReadAll(ctx, reads)
		return err
	})
	w.most(list, "aggregate")
	if len(list) > 0 {
		conditions := slices.ContainsFunc(reads, func(r store.Read) bool { return r.Query != nil && r.Query.Where != nil })
		w.indexed(ctx, list[0], !conditions)
	}
	return results, err
}

// indexed has the server explain an aggregation: no part of it goes through a whole collection, and none sorts. With residual
// conditions the server may take an index that leads with one of their fields, and sort what it finds there.
func (w *watched) indexed(ctx context.Context, aggregate bson.Raw, sorted bool) {
	asked := bson.D{
		{Key: "aggregate", Value: aggregate.Lookup("aggregate")}, {Key: "pipeline", Value: aggregate.Lookup("pipeline")},
		{Key: "cursor", Value: bson.D{}},
	}
	explained, err := w.database.RunCommand(ctx, bson.D{{Key: "explain", Value: asked}, {Key: "verbosity", Value: "queryPlanner"}}).Raw()
	if err != nil {
		w.tb.Errorf("explain: %v", err)
		return
	}
	for _, plan := range winning(bson.RawValue{Type: bson.TypeEmbeddedDocument, Value: explained}) {
		if text := plan.String(); strings.Contains(text, `"COLLSCAN"`) || sorted && strings.Contains(text, `"SORT"`) {
			w.tb.Errorf("goes through a collection, or sorts: %s", text)
		}
	}
}

// winning lists the plans in an explanation that are carried out.
func winning(v bson.RawValue) []bson.RawValue {
	if v.Type != bson.TypeEmbeddedDocument && v.Type != bson.TypeArray {
		return nil
	}
	var plans []bson.RawValue
	elements, _ := bson.Raw(v.Value).Elements()
	for _, e := range elements {
		if e.Key() == "winningPlan" {
			plans = append(plans, e.Value())
			continue
		}
		plans = append(plans, winning(e.Value())...)
	}
	return plans
}

func (w *watched) Write(ctx context.Context, c *store.Spec, items []store.Write) (outcomes []error, err error) {
	list, err := w.watch(ctx, func(ctx context.Context) error {
		outcomes, err = w.Store.Write(ctx, c, items)
		return err
	})
	if len(list) > 0 {
		if most := mostWrites(c, items); len(list) > most {
			w.tb.Errorf("%d commands for %d items, want %d at most: %s", len(list), len(items), most, namesOf(list))
		}
	}
	for _, command := range list {
		w.writes(command)
	}
	return outcomes, err
}

// mostWrites is how many commands a batch may take: the items whose order matters apart, as they touch the same document or,
// where indexes are unique, delete something; and of the others one command for each kind and each 1,000 (or 16 MiB, which
// one item alone can fill). What found nothing costs one more, and a delete of several twice as many.
func mostWrites(c *store.Spec, items []store.Write) int {
	unique := slices.ContainsFunc(c.Indexes, func(ix store.Index) bool { return ix.Unique })
	commands, size, seen, kinds := 0, 0, map[string]bool{}, map[store.Op]int{}
	end := func() {
		for kind, n := range kinds {
			each := 2
			if kind == store.Delete {
				each = 4
			}
			commands += each * (n/1000 + 1)
		}
		clear(seen)
		clear(kinds)
	}
	for i, it := range items {
		raw, _ := json.Marshal(it.Doc)
		size += len(raw)
		id := it.Doc.Envelope().ID
		if seen[id] || unique && i > 0 && (it.Op == store.Delete) != (items[i-1].Op == store.Delete) {
			end()
		}
		seen[id] = true
		kinds[it.Op]++
	}
	end()
	return commands + 2*size>>23
}

// writes checks that a command changes documents each of which is found by its id and version, and a claim's by its due too.
func (w *watched) writes(command bson.Raw) {
	part := map[string]string{"update": "updates", "delete": "deletes"}[nameOf(command)]
	switch nameOf(command) {
	case "insert", "getMore":
		return
	case "find":
		w.keys("find", command.Lookup("filter").Document(), []string{"_id"})
		if got := names(command.Lookup("projection").Document()); !slices.Equal(got, []string{"version", "~w"}) && !slices.Equal(got, []string{"version", "~c"}) {
			w.tb.Errorf("find's projection by %v, want who wrote or claimed", got)
		}
		return
	}
	statements, err := command.Lookup(part).Array().Values()
	if err != nil || len(statements) == 0 {
		w.tb.Errorf("no %s in %v", part, command)
	}
	for _, s := range statements {
		q := s.Document().Lookup("q").Document()
		if got := names(q); !slices.Equal(got, []string{"_id", "version"}) && !slices.Equal(got, []string{"_id", "version", "due"}) {
			w.tb.Errorf("%s by %v", part, got)
		}
	}
}

var claims = regexp.MustCompile(`^(find( getMore)*( update( find)?)* ?)*$`)

// Claim finds what is due and takes it, again only if others have taken everything that was found.
func (w *watched) Claim(ctx context.Context, c *store.Spec, now, until time.Time, n int) (docs []store.Doc, err error) {
	list, err := w.watch(ctx, func(ctx context.Context) error {
		docs, err = w.Store.Claim(ctx, c, now, until, n)
		return err
	})
	if got := namesOf(list); !claims.MatchString(got) {
		w.tb.Errorf("claim by %s", got)
	}
	for _, command := range list {
		if _, sorted := command.LookupErr("sort"); sorted == nil {
			w.keys("claim", command.Lookup("filter").Document(), []string{"due"})
			w.keys("claim's sort", command.Lookup("sort").Document(), []string{"due", "_id"})
			continue
		}
		w.writes(command)
	}
	return docs, err
}

func (w *watched) Ping(ctx context.Context) error {
	list, err := w.watch(ctx, w.Store.Ping)
	w.most(list, "ping")
	return err
}

// indexKeys lists the keys of an index as MongoDB has them.
func indexKeys(c *store.Spec, name string) []string {
	switch name {
	case store.ByID:
		return []string{"_id"}
	case store.ByDue:
		return []string{name, "_id"}
	case store.ByDead, store.ByFailing:
		return []string{name, "troubled", "_id"}
	}
	for _, ix := range c.Indexes {
		if ix.Name == name {
			return append(slices.Clone(ix.Fields), "_id")
		}
	}
	return nil
}

// covered checks that an index answers the command alone, apart from the residual conditions: each branch of the filter fixes
// the leading keys and bounds at most the next one, and the sort is the index's order.
func (w *watched) covered(command bson.Raw, keys []string) {
	w.branches(command.Lookup("filter").Document(), keys)
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

func (w *watched) branches(filter bson.Raw, keys []string) {
	or, err := filter.LookupErr("$or")
	if err != nil {
		w.branch(filter, keys)
		return
	}
	values, _ := or.Array().Values()
	for _, v := range values {
		w.branch(v.Document(), keys)
	}
}

func (w *watched) branch(b bson.Raw, keys []string) {
	elements, _ := b.Elements()
	if n := len(elements); n > 0 && elements[n-1].Key() == "$and" {
		elements = elements[:n-1]
	}
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

// examines has the server explain a find: without residual conditions it reads no document that it does not return, and of
// the index only these and an entry beside each range. With a projection on the index's fields it reads no document at all.
func (w *watched) examines(ctx context.Context, find bson.Raw, c *store.Spec, q store.Query) {
	var asked bson.D
	for _, key := range []string{"find", "filter", "sort", "hint", "limit", "projection"} {
		if v, err := find.LookupErr(key); err == nil {
			asked = append(asked, bson.E{Key: key, Value: v})
		}
	}
	explained, err := w.database.RunCommand(ctx, bson.D{{Key: "explain", Value: asked}, {Key: "verbosity", Value: "executionStats"}}).Raw()
	if err != nil {
		w.tb.Errorf("explain: %v", err)
		return
	}
	count := func(name string) int64 { return explained.Lookup("executionStats", name).AsInt64() }
	returned, docs, keys := count("nReturned"), count("totalDocsExamined"), count("totalKeysExamined")
	// A merge of several ranges reads the first document of each.
	ranges := int64(1)
	if or, err := find.LookupErr("filter", "$or"); err == nil {
		values, _ := or.Array().Values()
		ranges = int64(len(values))
	}
	// A unique index does not hold the id, by which the document is judged then.
	besides := int64(0)
	if slices.ContainsFunc(c.Indexes, func(ix store.Index) bool { return ix.Name == q.Index && ix.Unique }) {
		besides = 1
	}
	// That a field is missing is looked up in the document, which counts for a second one.
	if bytes.Contains(find.Lookup("filter").Value, missing) {
		docs -= returned + ranges
	}
	if q.Where == nil && (docs > returned+ranges-1+besides || keys > returned+2*ranges+int64(len(q.In))) {
		w.tb.Errorf("%d documents and %d keys examined for %d returned: %v %+v", docs, keys, returned, asked, q)
	}
}

// missing is how BSON asks for documents without a field.
var missing = []byte("\x0a$eq\x00")

// keys checks which fields a document has.
func (w *watched) keys(what string, d bson.Raw, want []string) {
	w.tb.Helper()
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
