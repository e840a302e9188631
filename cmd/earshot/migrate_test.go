package main

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"earshot/cmd/earshot/internal/journey"
	"earshot/survey/migration"
	"earshot/survey/store"
)

func TestMigrate(t *testing.T) {
	t.Parallel()
	journey.OnEach(t, func(t *testing.T, where string) {
		printed, err := runHere(t, "migrate", "-store", where)
		expect(t, printed, err, "ready for this version")
		printed, err = runHere(t, "migrate", "-dry-run", "-store", where)
		expect(t, printed, err, "No document has to be changed")
	})
}

// TestNewerStore gives a store a version that this program does not know: every command refuses it before it changes anything.
func TestNewerStore(t *testing.T) {
	t.Parallel()
	journey.OnEach(t, func(t *testing.T, where string) {
		db, err := openEngine(t.Context(), where, []*store.Spec{migration.Spec})
		if err != nil {
			t.Fatal(err)
		}
		schema := &migration.Schema{Meta: store.Meta{ID: "schema"}, Schema: 99, Minimum: 98}
		if err := store.NewCollection[migration.Schema](db, migration.Spec).Insert(t.Context(), schema); err != nil {
			t.Fatal(err)
		}
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
		for name, args := range map[string][]string{
			"serve":       {"serve", "-listen", journey.FreeAddress(t), "-store", where},
			"migrate":     {"migrate", "-store", where},
			"dry run":     {"migrate", "-dry-run", "-store", where},
			"copy from":   {"copy", "-from", where, "-to", t.TempDir() + "/copy.db"},
			"backtest":    {"quiet", "backtest", "-store", where},
			"import into": {"import", "customers", "run_test.go", "-store", where},
		} {
			if printed, err := runHere(t, args...); err == nil || !strings.Contains(err.Error(), "newer Earshot (schema 98") {
				t.Errorf("%s: got %q, %v, want it refused", name, printed, err)
			}
		}
	})
}

func TestFrontWaitsForTheStore(t *testing.T) {
	t.Parallel()
	f := newFront(func(string) {})
	get := func(path string) *httptest.ResponseRecorder {
		t.Helper()
		w := httptest.NewRecorder()
		f.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, nil))
		return w
	}
	f.wait("building by_x of responses")
	if w := get("/healthz"); w.Code != http.StatusOK {
		t.Errorf("health: got %d", w.Code)
	}
	w := get("/readyz")
	var problem struct{ Detail string }
	if err := json.Unmarshal(w.Body.Bytes(), &problem); err != nil || w.Code != http.StatusServiceUnavailable || !strings.Contains(problem.Detail, "building by_x of responses") {
		t.Errorf("ready: got %d, %s", w.Code, w.Body)
	}
	if w := get("/r/token"); w.Code != http.StatusServiceUnavailable || w.Header().Get("Retry-After") == "" {
		t.Errorf("a page: got %d, %v", w.Code, w.Header())
	}
	f.open(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusTeapot) }))
	if w := get("/readyz"); w.Code != http.StatusTeapot {
		t.Errorf("when it is open: got %d", w.Code)
	}
}
