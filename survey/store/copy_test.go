package store_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"earshot/survey/store"
	"earshot/survey/store/mongodb"
	"earshot/survey/store/mongodb/mongotest"
	"earshot/survey/store/sqlite"

	"github.com/google/go-cmp/cmp"
)

// letter has what engines store differently: times, lists, maps.
type letter struct {
	store.Meta `json:",inline"`

	Code   string            `json:"code"`
	At     time.Time         `json:"at,omitzero"`
	Lines  []string          `json:"lines"`
	Labels map[string]string `json:"labels,omitempty"`
	Weight float64           `json:"weight"`
}

type stamp struct {
	store.Meta `json:",inline"`

	Name string `json:"name,omitempty"`
}

var (
	letters = &store.Spec{Name: "letters", New: func() store.Doc { return new(letter) }, Queue: true,
		Indexes: []store.Index{{Name: "by_code", Fields: []string{"code"}, Unique: true}, {Name: "by_at", Fields: []string{"at"}}}}
	stamps = &store.Spec{Name: "stamps", New: func() store.Doc { return new(stamp) }}
	both   = []*store.Spec{letters, stamps}
)

func openFile(t *testing.T) store.Store {
	t.Helper()
	s, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "earshot.db"), both...)
	return closedAtEnd(t, s, err)
}

func openDatabase(t *testing.T) store.Store {
	t.Helper()
	s, err := mongodb.Open(t.Context(), mongotest.Server(t), both)
	return closedAtEnd(t, s, err)
}

func closedAtEnd(t *testing.T, s store.Store, err error) store.Store {
	t.Helper()
	if err != nil {
		t.Fatalf("open: %v", err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	return s
}

func newLetter(n int) *letter {
	l := &letter{Meta: store.Meta{ID: fmt.Sprintf("letter-%04d", n)}, Code: fmt.Sprint("code ", n), Weight: float64(n) / 3}
	if n%3 == 0 {
		l.At = time.Date(2026, 1, n%27+1, 3, 4, 5, 678e6, time.UTC)
		l.Due = l.At
	}
	if n%4 == 0 {
		l.Lines, l.Labels = []string{"Zoë 🙂", ""}, map[string]string{"a.b": "c", "$d": fmt.Sprint(n)}
	}
	if n%5 == 0 {
		l.Lines = []string{}
	}
	return l
}

// fill inserts n letters, of which some were changed since, and one stamp.
func fill(t *testing.T, s store.Store, n int) {
	t.Helper()
	c := store.NewCollection[letter](s, letters)
	for from := 0; from < n; from += 500 {
		var list []*letter
		for i := from; i < min(n, from+500); i++ {
			list = append(list, newLetter(i))
		}
		check(t, c.Insert(t.Context(), list...))
	}
	for i := 0; i < n; i += 50 {
		_, err := c.Update(t.Context(), newLetter(i).ID, func(l *letter) error { l.Weight++; return nil })
		check(t, err)
	}
	check(t, store.NewCollection[stamp](s, stamps).Insert(t.Context(), &stamp{Meta: store.Meta{ID: "stamp"}, Name: "n"}))
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func contents(t *testing.T, s store.Store) map[string]letter {
	t.Helper()
	all := map[string]letter{}
	for l, err := range store.NewCollection[letter](s, letters).All(t.Context(), store.Query{Index: store.ByID}) {
		check(t, err)
		all[l.ID] = *l
	}
	return all
}

func TestCopyThereAndBack(t *testing.T) {
	t.Parallel()
	const n = 120
	first, second, third := openFile(t), openDatabase(t), openFile(t)
	fill(t, first, n)
	var steps []store.CopyProgress
	there, err := store.Copy(t.Context(), first, second, both, func(p store.CopyProgress) { steps = append(steps, p) })
	check(t, err)
	back, err := store.Copy(t.Context(), second, third, both, nil)
	check(t, err)
	if diff := cmp.Diff(there, back); diff != "" {
		t.Errorf("the reports differ (- there, + back):\n%s", diff)
	}
	if got := there.Collections[0]; got.Inserted != n || got.From.Documents != n || got.From != got.To || len(got.To.Checksum) != 64 {
		t.Errorf("got report %+v, want %d letters", got, n)
	}
	if diff := cmp.Diff(contents(t, first), contents(t, third)); diff != "" {
		t.Errorf("documents differ (- first, + third):\n%s", diff)
	}
	want := store.CopyProgress{Collection: "letters", Documents: n}
	if steps[0] != want {
		t.Errorf("got first step %+v, want %+v", steps[0], want)
	}
}

// failing is a store whose writes fail after some have worked.
type failing struct {
	store.Store
	left int
}

func (f *failing) Write(ctx context.Context, c *store.Spec, items []store.Write) ([]error, error) {
	if f.left--; f.left < 0 {
		return nil, store.ErrUnavailable
	}
	return f.Store.Write(ctx, c, items)
}

func TestCopyInterruptedAndResumed(t *testing.T) {
	t.Parallel()
	const n = 2500
	from, to := openFile(t), openFile(t)
	fill(t, from, n)
	if _, err := store.Copy(t.Context(), from, &failing{to, 1}, both, nil); !errors.Is(err, store.ErrUnavailable) {
		t.Fatalf("got %v, want ErrUnavailable", err)
	}
	report, err := store.Copy(t.Context(), from, to, both, nil)
	check(t, err)
	got := report.Collections[0]
	if got.Same != store.MaxLimit || got.Inserted != n-store.MaxLimit || got.Overwritten+got.Removed != 0 {
		t.Errorf("got %+v, want %d the same and the others inserted", got, store.MaxLimit)
	}
	if diff := cmp.Diff(contents(t, from), contents(t, to)); diff != "" {
		t.Errorf("documents differ:\n%s", diff)
	}
}

func TestCopyAgainAfterChanges(t *testing.T) {
	t.Parallel()
	from, to := openFile(t), openFile(t)
	fill(t, from, 10)
	_, err := store.Copy(t.Context(), from, to, both, nil)
	check(t, err)
	// Two letters swap their unique codes, one goes, one comes.
	c := store.NewCollection[letter](from, letters)
	rename := func(n int, code string) {
		_, err := c.Update(t.Context(), newLetter(n).ID, func(l *letter) error { l.Code = code; return nil })
		check(t, err)
	}
	rename(1, "between")
	rename(2, "code 1")
	rename(1, "code 2")
	gone, err := c.Get(t.Context(), newLetter(3).ID)
	check(t, err)
	check(t, c.Delete(t.Context(), gone))
	check(t, c.Insert(t.Context(), newLetter(11)))
	report, err := store.Copy(t.Context(), from, to, both, nil)
	check(t, err)
	got := report.Collections[0]
	got.From, got.To = store.Content{}, store.Content{}
	if want := (store.CollectionCopy{Name: "letters", Inserted: 1, Overwritten: 2, Removed: 1, Same: 7}); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	if diff := cmp.Diff(contents(t, from), contents(t, to)); diff != "" {
		t.Errorf("documents differ:\n%s", diff)
	}
}

// losing is a store that loses a document and says nothing.
type losing struct{ store.Store }

func (l losing) Write(ctx context.Context, c *store.Spec, items []store.Write) ([]error, error) {
	if c == letters {
		items = items[1:]
	}
	return l.Store.Write(ctx, c, items)
}

func TestCopyTellsWhatDiffers(t *testing.T) {
	t.Parallel()
	from, to := openFile(t), openFile(t)
	fill(t, from, 10)
	report, err := store.Copy(t.Context(), from, losing{to}, both, nil)
	if !errors.Is(err, store.ErrCopy) || !strings.Contains(err.Error(), `"letters"`) {
		t.Errorf("got %v, want ErrCopy about letters", err)
	}
	if got := report.Collections[0]; got.From.Documents != 10 || got.To.Documents != 9 {
		t.Errorf("got %+v, want 10 and 9 documents", got)
	}
}

func TestCopyRefusesAnotherInstallation(t *testing.T) {
	t.Parallel()
	from, to := openFile(t), openFile(t)
	fill(t, from, 10)
	other := &stamp{Meta: store.Meta{ID: "another"}}
	check(t, store.NewCollection[stamp](to, stamps).Insert(t.Context(), other))
	if _, err := store.Copy(t.Context(), from, to, both, nil); !errors.Is(err, store.ErrCopy) {
		t.Errorf("got %v, want ErrCopy", err)
	}
	if _, err := store.NewCollection[stamp](to, stamps).Get(t.Context(), other.ID); err != nil {
		t.Errorf("the target's document: %v", err)
	}
}
