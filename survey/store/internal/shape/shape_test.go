package shape_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"earshot/survey/store"
	"earshot/survey/store/internal/shape"
)

type thing struct {
	store.Meta `json:",inline"`

	Name   string    `json:"name"`
	Email  string    `json:"email"`
	Size   int       `json:"size"`
	Count  uint64    `json:"count"`
	Weight float64   `json:"weight"`
	At     time.Time `json:"at"`
	Tags   []string  `json:"tags"`
	Doc    string    `json:"doc"`
	Level  level     `json:"level"`
	Raw    json.RawMessage
	Sub    *thing `json:"sub"`
}

type level int

func (l level) MarshalText() ([]byte, error) { return []byte("level"), nil }

func things(indexes ...store.Index) *store.Spec {
	return &store.Spec{Name: "things", New: func() store.Doc { return new(thing) }, Indexes: indexes}
}

type noPointer struct{ *store.Meta }

func TestNewRefuses(t *testing.T) {
	t.Parallel()
	index := func(fields ...string) *store.Spec { return things(store.Index{Name: "ix", Fields: fields}) }
	rows := map[string]*store.Spec{
		"nil":                   nil,
		"no name":               {New: func() store.Doc { return new(thing) }},
		"a name with a capital": {Name: "Things", New: func() store.Doc { return new(thing) }},
		"no New":                {Name: "things"},
		"no pointer":            {Name: "things", New: func() store.Doc { return noPointer{} }},
		"no fields":             index(),
		"an unknown field":      index("colour"),
		"a list":                index("tags"),
		"a field named doc":     index("doc"),
		"a type with its text":  index("level"),
		"a pointer":             index("sub"),
		"a field twice":         index("name", "name"),
		"the id":                index("name", "id"),
		"an index twice":        things(store.Index{Name: "ix", Fields: []string{"name"}}, store.Index{Name: "ix", Fields: []string{"size"}}),
		"an index named id":     things(store.Index{Name: store.ByID, Fields: []string{"name"}}),
		"a name with a space":   things(store.Index{Name: "by name", Fields: []string{"name"}}),
		"spread by a name":      {Name: "things", New: things().New, Shard: "name"},
		"spread, with a unique index": {Name: "things", New: things().New, Shard: "id",
			Indexes: []store.Index{{Name: "by_name", Fields: []string{"name"}, Unique: true}}},
		"a unique time": things(store.Index{Name: "ix", Fields: []string{"at"}, Unique: true}),
		"a unique nullable field": things(store.Index{Name: "a", Fields: []string{"name", "email"}, Unique: true},
			store.Index{Name: "b", Fields: []string{"email"}, Sparse: true}),
	}
	for name, spec := range rows {
		if _, err := shape.New(spec); !errors.Is(err, store.ErrQuery) {
			t.Errorf("%s: got %v, want ErrQuery", name, err)
		}
	}
}

func TestNewAccepts(t *testing.T) {
	t.Parallel()
	s, err := shape.New(things(
		store.Index{Name: "by_name", Fields: []string{"name"}, Unique: true},
		store.Index{Name: "by_email", Fields: []string{"email", "size"}, Unique: true, Sparse: true},
		store.Index{Name: "by_due", Fields: []string{"due", "version"}},
	))
	if err != nil {
		t.Fatal(err)
	}
	if got := len(s.Fields); got != 3 {
		t.Errorf("got %d fields with a column, want name, email and size", got)
	}
	for name, want := range map[string]bool{"name": false, "email": true, "size": false, "due": true, "colour": false} {
		if got := s.Nullable(name); got != want {
			t.Errorf("%s: got nullable %t, want %t", name, got, want)
		}
	}
}

func TestCheck(t *testing.T) {
	t.Parallel()
	s, err := shape.New(things(store.Index{Name: "by_count", Fields: []string{"count"}}))
	if err != nil {
		t.Fatal(err)
	}
	there := time.Date(2026, 1, 2, 3, 4, 5, 6789e5, time.FixedZone("there", 7200))
	nested := &thing{Meta: store.Meta{ID: "a"}, At: there, Sub: &thing{At: there}}
	if err := s.Check(nested); err != nil {
		t.Fatal(err)
	}
	if want := store.Time(there); nested.At != want || nested.Sub.At != want {
		t.Errorf("got times %v and %v, want %v", nested.At, nested.Sub.At, want)
	}
	rows := map[string]store.Doc{
		"too large":   &thing{Meta: store.Meta{ID: "a"}, Count: 1 << 63},
		"nil":         (*thing)(nil),
		"nothing":     nil,
		"no id":       &thing{},
		"a long id":   &thing{Meta: store.Meta{ID: strings.Repeat("x", 129)}},
		"a line feed": &thing{Meta: store.Meta{ID: "a\n"}},
	}
	for name, doc := range rows {
		if err := s.Check(doc); !errors.Is(err, store.ErrQuery) {
			t.Errorf("%s: got %v, want ErrQuery", name, err)
		}
	}
}

// FuzzCursor resumes at any text: it is refused with ErrQuery, or it is a place in the order whose branches keep to the rules.
func FuzzCursor(f *testing.F) {
	s, err := shape.New(things(store.Index{Name: "ix", Fields: []string{"email", "weight", "at"}, Sparse: true}))
	if err != nil {
		f.Fatal(err)
	}
	q := store.Query{Index: "ix", Equal: []any{"e"}, From: 1.5, Limit: 3}
	p, err := s.Plan(q)
	if err != nil {
		f.Fatal(err)
	}
	doc := &thing{Meta: store.Meta{ID: "a"}, Email: "e", Weight: 2}
	f.Add(string(p.Cursor("things", doc)))
	doc.At = time.Unix(1, 0)
	f.Add(string(p.Cursor("things", doc)))
	f.Add("")
	f.Add("AAAA")
	f.Fuzz(func(t *testing.T, cursor string) {
		q.After = store.Cursor(cursor)
		plan, err := s.Plan(q)
		if err != nil {
			if !errors.Is(err, store.ErrQuery) {
				t.Errorf("got %v, want ErrQuery", err)
			}
			return
		}
		for _, branch := range plan.Branches {
			if branch[0].Field.Name != "email" || branch[0].Op != shape.Equal || branch[0].Value.S != "e" {
				t.Errorf("branch %v does not begin with the query's equal value", branch)
			}
		}
	})
}
