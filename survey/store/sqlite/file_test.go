package sqlite_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"earshot/survey/store"
	"earshot/survey/store/sqlite"

	zombiezen "zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"
)

// word is a document whose declaration the tests change.
type word struct {
	store.Meta `json:",inline"`

	Text   string    `json:"text"`
	Length int       `json:"length"`
	At     time.Time `json:"at,omitzero"`
}

func words(indexes ...store.Index) *store.Spec {
	return &store.Spec{Name: "words", New: func() store.Doc { return new(word) }, Indexes: indexes}
}

func openWords(t *testing.T, path string, spec *store.Spec) (*sqlite.Store, store.Collection[word, *word]) {
	t.Helper()
	s, err := sqlite.Open(t.Context(), path, spec)
	if err != nil {
		t.Fatalf("open: %v", err)
	}
	return s, store.NewCollection[word](s, spec)
}

func closed(t *testing.T, s *sqlite.Store) {
	t.Helper()
	if err := s.Close(); err != nil {
		t.Fatalf("close: %v", err)
	}
}

func found(t *testing.T, c store.Collection[word, *word], q store.Query) []string {
	t.Helper()
	q.Limit = 100
	docs, _, err := c.Find(t.Context(), q)
	if err != nil {
		t.Fatalf("find by %s: %v", q.Index, err)
	}
	var ids []string
	for _, d := range docs {
		ids = append(ids, d.ID)
	}
	return ids
}

// TestReopen changes the declaration between two openings: columns are filled, indexes come and go.
func TestReopen(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "earshot.db")
	byText := store.Index{Name: "by_text", Fields: []string{"text"}}
	s, c := openWords(t, path, words(byText))
	for i, text := range []string{"bb", "", "a", "ccc"} {
		d := &word{Meta: store.Meta{ID: fmt.Sprint("w", i)}, Text: text, Length: len(text)}
		if i == 2 {
			d.At = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
		}
		if err := c.Insert(t.Context(), d); err != nil {
			t.Fatal(err)
		}
	}
	closed(t, s)

	byText.Sparse = true
	byLength := store.Index{Name: "by_length", Fields: []string{"length", "at"}, Unique: false}
	s, c = openWords(t, path, words(byText, byLength))
	if got, want := found(t, c, store.Query{Index: "by_length", Descending: true}), []string{"w3", "w0", "w2", "w1"}; !slices.Equal(got, want) {
		t.Errorf("by a new index: got %v, want %v", got, want)
	}
	if got, want := found(t, c, store.Query{Index: "by_text"}), []string{"w2", "w0", "w3"}; !slices.Equal(got, want) {
		t.Errorf("by an index that became sparse: got %v, want %v", got, want)
	}
	closed(t, s)

	s, c = openWords(t, path, words(byLength))
	if got := len(found(t, c, store.Query{Index: store.ByID})); got != 4 {
		t.Errorf("got %d documents, want 4", got)
	}
	closed(t, s)
	if got, want := indexes(t, path), []string{"words.by_length"}; !slices.Equal(got, want) {
		t.Errorf("indexes: got %v, want %v", got, want)
	}

	unique := store.Index{Name: "by_length", Fields: []string{"length"}, Unique: true}
	s, c = openWords(t, path, words(unique))
	var duplicate *store.DuplicateError
	if err := c.Insert(t.Context(), &word{Meta: store.Meta{ID: "w9"}, Length: 3}); !errors.As(err, &duplicate) {
		t.Errorf("by an index that became unique: got %v, want a DuplicateError", err)
	}
	closed(t, s)
}

// indexes lists the declared indexes in a file, as any tool sees them.
func indexes(t *testing.T, path string) []string {
	t.Helper()
	return selected(t, path, "SELECT name FROM sqlite_master WHERE type='index' AND sql IS NOT NULL ORDER BY name")
}

func selected(t *testing.T, path, query string) []string {
	t.Helper()
	conn, err := zombiezen.OpenConn(path, zombiezen.OpenReadOnly)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	var list []string
	err = sqlitex.ExecuteTransient(conn, query, &sqlitex.ExecOptions{ResultFunc: func(stmt *zombiezen.Stmt) error {
		list = append(list, stmt.ColumnText(0))
		return nil
	}})
	if err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	return list
}

// TestReadableByTools reads a file that is in use with plain SQL.
func TestReadableByTools(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "earshot.db")
	s, c := openWords(t, path, words(store.Index{Name: "by_at", Fields: []string{"at"}}))
	defer closed(t, s)
	at := time.Date(2026, 5, 6, 7, 8, 9, 10e6, time.UTC)
	if err := c.Insert(t.Context(), &word{Meta: store.Meta{ID: "w", Due: at}, Text: "Zoë <&>", At: at}); err != nil {
		t.Fatal(err)
	}
	query := `SELECT id || ' ' || version || ' ' || due || ' ' || at || ' ' || (doc ->> 'text') || ' ' || (doc ->> 'at') FROM words`
	want := fmt.Sprintf("w 1 %[1]d %[1]d Zoë <&> 2026-05-06T07:08:09.01Z", at.UnixMilli())
	if got := selected(t, path, query); !slices.Equal(got, []string{want}) {
		t.Errorf("got %q, want %q", got, want)
	}
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("got mode %v, want 0600: %v", info.Mode(), err)
	}
}

func TestOpenTwice(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "earshot.db")
	s, _ := openWords(t, path, words())
	if _, err := sqlite.Open(t.Context(), path, words()); !errors.Is(err, sqlite.ErrInUse) {
		t.Errorf("got %v, want ErrInUse", err)
	}
	closed(t, s)
	s, _ = openWords(t, path, words())
	closed(t, s)
}

func TestOpenRefuses(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	noDatabase := filepath.Join(folder, "text")
	if err := os.WriteFile(noDatabase, []byte("this is a text, and not a small one, and no database at all\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	rows := map[string]struct {
		path string
		spec *store.Spec
	}{
		"a folder that is not there":   {filepath.Join(folder, "nowhere", "earshot.db"), words()},
		"a folder":                     {folder, words()},
		"a file that is no database":   {noDatabase, words()},
		"an index on no field":         {filepath.Join(folder, "a.db"), words(store.Index{Name: "by_x", Fields: []string{"x"}})},
		"a context that ended already": {filepath.Join(folder, "b.db"), words()},
	}
	for name, row := range rows {
		ctx, cancel := context.WithCancel(t.Context())
		if name == "a context that ended already" {
			cancel()
		}
		if s, err := sqlite.Open(ctx, row.path, row.spec); err == nil {
			t.Errorf("%s: got %v, want an error", name, s)
		}
		cancel()
	}
}

// TestGivenUpWrite ends the context of a write that waits for its turn: it comes back at once, and never happens.
func TestGivenUpWrite(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "earshot.db")
	s, c := openWords(t, path, words())
	defer closed(t, s)
	tool, err := zombiezen.OpenConn(path, zombiezen.OpenReadWrite)
	if err != nil {
		t.Fatal(err)
	}
	defer tool.Close()
	if err := sqlitex.ExecuteTransient(tool, "BEGIN IMMEDIATE", nil); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if err := c.Insert(ctx, &word{Meta: store.Meta{ID: "given up"}}); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v, want context.DeadlineExceeded", err)
	}
	if err := sqlitex.ExecuteTransient(tool, "ROLLBACK", nil); err != nil {
		t.Fatal(err)
	}
	if err := c.Insert(t.Context(), &word{Meta: store.Meta{ID: "next"}}); err != nil {
		t.Errorf("the next write: %v", err)
	}
	if got, want := found(t, c, store.Query{Index: store.ByID}), []string{"next"}; !slices.Equal(got, want) {
		t.Errorf("got documents %v, want %v", got, want)
	}
}

// TestOldFile opens a file as it was written before there were owed effects, when a document's text held its version and
// due too: documents keep both, whatever the text says after a claim.
func TestOldFile(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "earshot.db")
	due := time.Date(2026, 5, 6, 7, 8, 9, 0, time.UTC)
	executed(t, path, `CREATE TABLE "_collections" (name TEXT PRIMARY KEY, layout TEXT NOT NULL)`,
		`INSERT INTO "_collections" VALUES ('words', '"length" INTEGER kind=2 nullable=false')`,
		`CREATE TABLE "words" (id TEXT PRIMARY KEY NOT NULL, version INTEGER NOT NULL, due INTEGER, "length" INTEGER, doc TEXT NOT NULL)`,
		`CREATE INDEX "words.by_length" ON "words" ("length", "id")`,
		`CREATE INDEX "words.~due" ON "words" ("due", "id") WHERE "due" IS NOT NULL`,
		fmt.Sprintf(`INSERT INTO words VALUES ('a', 3, %d, 4, '{"id":"a","version":3,"due":"2026-05-06T07:08:09Z","text":"vier","length":4}')`, due.UnixMilli()),
		`INSERT INTO words VALUES ('b', 1, NULL, 2, '{"id":"b","version":1,"text":"zwo","length":3}')`)
	spec := words(store.Index{Name: "by_length", Fields: []string{"length"}})
	spec.Queue = true
	for n := range 2 {
		s, c := openWords(t, path, spec)
		until := due.Add(time.Duration(n+1) * time.Hour)
		claimed, err := c.Claim(t.Context(), until.Add(-time.Hour), until, 9)
		if err != nil || len(claimed) != 1 || claimed[0].Version != int64(4+n) || claimed[0].Text != "vier" || !claimed[0].Due.Equal(until) {
			t.Fatalf("claimed %v: %v", claimed, err)
		}
		stored, err := c.Get(t.Context(), "a")
		if err != nil || stored.Version != int64(4+n) || !stored.Due.Equal(until) {
			t.Errorf("stored %+v: %v", stored, err)
		}
		if got, want := found(t, c, store.Query{Index: "by_length", From: 3}), []string{"b", "a"}; !slices.Equal(got, want) {
			t.Errorf("found %v, want %v", got, want)
		}
		closed(t, s)
	}
	executed(t, path, "PRAGMA user_version=99")
	if _, err := sqlite.Open(t.Context(), path, spec); !errors.Is(err, sqlite.ErrNewer) {
		t.Errorf("a file of a newer program: got %v, want ErrNewer", err)
	}
}

// executed runs statements on a file as any tool can.
func executed(t *testing.T, path string, statements ...string) {
	t.Helper()
	conn, err := zombiezen.OpenConn(path)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	for _, statement := range statements {
		if err := sqlitex.ExecuteTransient(conn, statement, nil); err != nil {
			t.Fatalf("%s: %v", statement, err)
		}
	}
}
