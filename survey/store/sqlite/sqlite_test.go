package sqlite_test

import (
	"path/filepath"
	"testing"

	"earshot/survey/store"
	"earshot/survey/store/sqlite"
	"earshot/survey/store/storetest"
)

// openFile opens a new file and closes it at the end of the test.
func openFile(tb testing.TB, specs ...*store.Spec) store.Store {
	tb.Helper()
	s, err := sqlite.Open(tb.Context(), filepath.Join(tb.TempDir(), "earshot.db"), specs...)
	if err != nil {
		tb.Fatalf("open: %v", err)
	}
	tb.Cleanup(func() {
		if err := s.Close(); err != nil {
			tb.Errorf("close: %v", err)
		}
	})
	return s
}

func TestContract(t *testing.T) {
	t.Parallel()
	storetest.Run(t, openFile)
}
