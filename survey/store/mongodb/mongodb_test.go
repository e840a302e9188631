package mongodb_test

import (
	"flag"
	"os"
	"testing"

	"earshot/survey/store"
	"earshot/survey/store/mongodb"
	"earshot/survey/store/mongodb/mongotest"
	"earshot/survey/store/storetest"
)

// histories is how many random histories the model test goes through here, if -rapid.checks does not say so: the stand-in
// for a MongoDB server is slow.
const histories = "20"

func TestMain(m *testing.M) {
	given := false
	flag.Parse()
	flag.Visit(func(f *flag.Flag) { given = given || f.Name == "rapid.checks" })
	if !given {
		if err := flag.Set("rapid.checks", histories); err != nil {
			panic(err)
		}
	}
	os.Exit(m.Run())
}

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
