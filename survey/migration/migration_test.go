package migration

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"earshot/survey/store"
	"earshot/survey/store/mongodb"
	"earshot/survey/store/mongodb/mongotest"
	"earshot/survey/store/sqlite"
)

type letter struct {
	store.Meta `json:",inline"`

	Text  string `json:"text"`
	Stamp int    `json:"stamp"`
}

var letters = &store.Spec{Name: "letters", New: func() store.Doc { return new(letter) }}

// stamped is a step that stamps each letter once.
func stamped(version, stamp int) Step {
	return Step{
		Version: version, Name: fmt.Sprint("stamp with ", stamp), Collection: letters.Name,
		Do: Each(func(l *letter) bool {
			changed := l.Stamp < stamp
			l.Stamp = max(l.Stamp, stamp)
			return changed
		}),
	}
}

// onEngines runs a test on both engines.
func onEngines(t *testing.T, test func(t *testing.T, open func(specs ...*store.Spec) store.Store)) {
	t.Helper()
	t.Run("SQLite", func(t *testing.T) {
		t.Parallel()
		path := filepath.Join(t.TempDir(), "store.db")
		test(t, func(specs ...*store.Spec) store.Store {
			s, err := sqlite.Open(t.Context(), path, specs...)
			return opened(t, s, err)
		})
	})
	t.Run("MongoDB", func(t *testing.T) {
		t.Parallel()
		uri := mongotest.Server(t)
		test(t, func(specs ...*store.Spec) store.Store {
			s, err := mongodb.Open(t.Context(), uri, specs)
			return opened(t, s, err)
		})
	})
}

func opened(t *testing.T, s store.Store, err error) store.Store {
	t.Helper()
	if err != nil {
		t.Fatalf("open: %v", err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

// filled opens a store with n letters, as a program without versions has left it.
func filled(t *testing.T, open func(...*store.Spec) store.Store, n int) store.Store {
	t.Helper()
	s := open(Spec, letters)
	docs := make([]*letter, n)
	for i := range docs {
		docs[i] = &letter{Meta: store.Meta{ID: fmt.Sprintf("l%05d", i)}}
	}
	if err := store.NewCollection[letter](s, letters).Insert(t.Context(), docs...); err != nil {
		t.Fatal(err)
	}
	return s
}

func migrator(s store.Store, by string, steps ...Step) *Migrator {
	if steps == nil {
		steps = []Step{}
	}
	return New(s, Options{Specs: []*store.Spec{letters}, By: by, steps: steps})
}

// stamps counts the letters by their stamps.
func stamps(t *testing.T, s store.Store) map[int]int {
	t.Helper()
	counts := map[int]int{}
	for l, err := range store.NewCollection[letter](s, letters).All(t.Context(), store.Query{Index: store.ByID}) {
		if err != nil {
			t.Fatal(err)
		}
		counts[l.Stamp]++
	}
	return counts
}

func wantStamps(t *testing.T, s store.Store, stamp, n int) {
	t.Helper()
	if got := stamps(t, s); len(got) != 1 || got[stamp] != n {
		t.Errorf("got letters by stamp %v, want %d with %d", got, n, stamp)
	}
}

func wantSchema(t *testing.T, m *Migrator, version, minimum int) {
	t.Helper()
	x, err := m.docs.Get(t.Context(), schemaID)
	if err != nil || x.Schema != version || x.Minimum != minimum || x.By != "" {
		t.Errorf("got schema %+v, %v, want %d, from %d on, free", x, err, version, minimum)
	}
}

func TestNewStore(t *testing.T) {
	t.Parallel()
	onEngines(t, func(t *testing.T, open func(...*store.Spec) store.Store) {
		m := migrator(open(Spec, letters), "a", stamped(1, 1), stamped(2, 2))
		if err := m.AtStart(t.Context()); err != nil {
			t.Fatal(err)
		}
		wantSchema(t, m, 2, 1)
	})
}

func TestUpgrade(t *testing.T) {
	t.Parallel()
	onEngines(t, func(t *testing.T, open func(...*store.Spec) store.Store) {
		const n = 2500
		s := filled(t, open, n)
		var seen []Progress
		m := migrator(s, "a", stamped(1, 1), stamped(1, 2), stamped(3, 3))
		m.progress = func(p Progress) { seen = append(seen, p) }
		if err := m.AtStart(t.Context()); err != nil {
			t.Fatal(err)
		}
		wantStamps(t, s, 3, n)
		wantSchema(t, m, 3, 2)
		if last := seen[len(seen)-1]; last.Done != n || last.Changed != n || last.Total != n || last.Step != "stamp with 3" {
			t.Errorf("got last progress %+v, want all %d of the last step", last, n)
		}
		changed := 0
		if err := m.Dry(t.Context(), func(Pending, int) { changed++ }); err != nil || changed > 0 {
			t.Errorf("afterwards: got %d steps to do, %v, want none", changed, err)
		}
	})
}

// TestInterrupted ends an upgrade in the middle of its second step: another process goes on behind the last page that was noted.
func TestInterrupted(t *testing.T) {
	t.Parallel()
	onEngines(t, func(t *testing.T, open func(...*store.Spec) store.Store) {
		const n = 2500
		s := filled(t, open, n)
		errKilled, pages := errors.New("killed"), 0
		failing := stamped(1, 2)
		do := failing.Do
		failing.Do = func(ctx context.Context, p *Page) error {
			if pages++; pages == 2 {
				return errKilled
			}
			return do(ctx, p)
		}
		first := migrator(s, "a", stamped(1, 1), failing)
		clock := time.Now()
		first.clock = func() time.Time {
			clock = clock.Add(signEvery)
			return clock
		}
		if err := first.Run(t.Context()); !errors.Is(err, errKilled) {
			t.Fatalf("got %v, want the kill", err)
		}
		second := migrator(s, "b", stamped(1, 1), failing)
		second.clock = func() time.Time { return clock.Add(lease) }
		if err := second.Run(t.Context()); err != nil {
			t.Fatal(err)
		}
		wantStamps(t, s, 2, n)
		wantSchema(t, second, 1, 0)
		if want := 1 + 1 + 2; pages != want {
			t.Errorf("got %d pages of the second step, want %d", pages, want)
		}
	})
}

// TestTogether starts several processes at once: each page is done by one of them, and all of them return when it is done.
func TestTogether(t *testing.T) {
	t.Parallel()
	onEngines(t, func(t *testing.T, open func(...*store.Spec) store.Store) {
		const n, processes = 1500, 4
		s := filled(t, open, n)
		var mu sync.Mutex
		pages := 0
		step := stamped(1, 1)
		do := step.Do
		step.Do = func(ctx context.Context, p *Page) error {
			mu.Lock()
			defer mu.Unlock()
			pages++
			return do(ctx, p)
		}
		var group sync.WaitGroup
		for i := range processes {
			group.Go(func() {
				if err := migrator(s, fmt.Sprint(i), step).Run(t.Context()); err != nil {
					t.Errorf("process %d: %v", i, err)
				}
				wantStamps(t, s, 1, n)
			})
		}
		group.Wait()
		if pages != 2 {
			t.Errorf("got %d pages, want 2", pages)
		}
	})
}

func TestCheck(t *testing.T) {
	t.Parallel()
	alone := stamped(2, 2)
	alone.Alone = true
	rows := map[string]struct {
		store, program []Step
		refused        bool
	}{
		"the same":               {[]Step{stamped(1, 1)}, []Step{stamped(1, 1)}, false},
		"a newer program":        {[]Step{stamped(1, 1)}, []Step{stamped(1, 1), stamped(2, 2)}, false},
		"the version before":     {[]Step{stamped(1, 1), stamped(2, 2)}, []Step{stamped(1, 1)}, false},
		"two versions before":    {[]Step{stamped(1, 1), stamped(2, 2), stamped(3, 3)}, []Step{stamped(1, 1)}, true},
		"before a step alone":    {[]Step{stamped(1, 1), alone}, []Step{stamped(1, 1)}, true},
		"no versions known here": {[]Step{stamped(1, 1), alone}, nil, true},
	}
	onEngines(t, func(t *testing.T, open func(...*store.Spec) store.Store) {
		s := filled(t, open, 1)
		for name, row := range rows {
			if err := migrator(s, "a", row.store...).Run(t.Context()); err != nil {
				t.Fatal(err)
			}
			program := migrator(s, "b", row.program...)
			var newer *NewerError
			for what, err := range map[string]error{"check": program.Check(t.Context()), "start": program.AtStart(t.Context())} {
				if errors.As(err, &newer) != row.refused || !row.refused && err != nil {
					t.Errorf("%s, %s: got %v, want it refused: %t", name, what, err, row.refused)
				}
			}
			x, err := program.docs.Get(t.Context(), schemaID)
			if err == nil {
				err = program.docs.Delete(t.Context(), x)
			}
			if err != nil {
				t.Fatal(err)
			}
		}
	})
}

func TestDry(t *testing.T) {
	t.Parallel()
	onEngines(t, func(t *testing.T, open func(...*store.Spec) store.Store) {
		s := filled(t, open, 1200)
		var told []string
		err := migrator(s, "a", stamped(1, 1), stamped(2, 0)).Dry(t.Context(), func(p Pending, changed int) {
			told = append(told, fmt.Sprint(p.Name, ": ", changed, " of ", p.Documents))
		})
		if want := []string{"stamp with 1: 1200 of 1200", "stamp with 0: 0 of 1200"}; err != nil || !slices.Equal(told, want) {
			t.Errorf("got %v, %v, want %v", told, err, want)
		}
		wantStamps(t, s, 0, 1200)
	})
}

// counting is a store that says that a collection is large.
type counting struct{ store.Store }

func (counting) Fold(context.Context, *store.Spec, store.Fold) ([]store.Group, error) {
	return []store.Group{{Count: startDocuments + 1}}, nil
}

func TestTooLargeForAStart(t *testing.T) {
	t.Parallel()
	onEngines(t, func(t *testing.T, open func(...*store.Spec) store.Store) {
		s := filled(t, open, 10)
		var large *LargeError
		if err := migrator(counting{s}, "a", stamped(1, 1)).AtStart(t.Context()); !errors.As(err, &large) {
			t.Errorf("got %v, want a LargeError", err)
		}
		wantStamps(t, s, 0, 10)
		if err := migrator(counting{s}, "a", stamped(1, 1)).Run(t.Context()); err != nil {
			t.Error(err)
		}
		wantStamps(t, s, 1, 10)
	})
}
