package mongodb_test

import (
	"testing"

	"earshot/survey/store"
	"earshot/survey/store/mongodb"
	"earshot/survey/store/mongodb/mongotest"
	"earshot/survey/store/storetest"
)

// openDatabase opens a database of the test's own and closes it at the end.
func openDatabase(tb testing.TB, specs ...*store.Spec) store.Store {
	tb.Helper()
	s, err := mongodb.Open(tb.Context(), mongotest.Server(tb), specs)
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
	storetest.Run(t, openDatabase)
}
