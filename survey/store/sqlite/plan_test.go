package sqlite_test

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"earshot/survey/store"
)

// TestPlans looks at how SQLite does queries: it walks along the index, and neither scans nor sorts.
func TestPlans(t *testing.T) {
	t.Parallel()
	spec := words(store.Index{Name: "by_length", Fields: []string{"length", "at", "text"}}, store.Index{Name: "by_at", Fields: []string{"at"}, Sparse: true})
	spec.Queue, spec.Expires = true, "at"
	s, _ := openWords(t, filepath.Join(t.TempDir(), "earshot.db"), spec)
	defer closed(t, s)
	at := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	queries := map[string]store.Query{
		"by id":        {Index: store.ByID},
		"a range":      {Index: "by_length", Equal: []any{3}, From: at},
		"all":          {Index: "by_length"},
		"sparse":       {Index: "by_at"},
		"due":          {Index: store.ByDue, To: at},
		"dead":         {Index: store.ByDead},
		"failing":      {Index: store.ByFailing, To: at},
		"among":        {Index: "by_length", In: []any{3, 4, 5}},
		"a condition":  {Index: "by_at", Where: []store.Where{{Field: "text", Is: store.Equals, Value: "a"}}},
		"some fields":  {Index: "by_length", Fields: []string{"length"}},
		"conditions":   {Index: store.ByID, Where: []store.Where{{Field: "length", Is: store.OneOf, Value: []any{1, 2, 3}}}},
		"other fields": {Index: store.ByID, Fields: []string{"owes", "due"}},
	}
	for name, q := range queries {
		for _, q.Descending = range []bool{false, true} {
			q.Limit = 10
			steps, err := s.Explain(t.Context(), spec, q)
			if err != nil {
				t.Errorf("%s: %v", name, err)
			}
			for _, step := range steps {
				if strings.Contains(step, "TEMP B-TREE") || !strings.Contains(step, "INDEX") {
					t.Errorf("%s, descending %t: %s", name, q.Descending, step)
				}
			}
		}
	}
	covered := store.Fold{Query: store.Query{Index: "by_length", Equal: []any{3}}, By: []string{"text"}, At: "at", Every: store.Month, Sum: []string{"length"}}
	steps, err := s.ExplainFold(t.Context(), spec, covered)
	if want := []string{`SEARCH words USING COVERING INDEX words.by_length (length=?)`}; err != nil || !slices.Equal(steps, want) {
		t.Errorf("a fold over what the index holds: got %q, want %q: %v", steps, want, err)
	}
}
