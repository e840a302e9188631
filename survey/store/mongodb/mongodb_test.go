package mongodb_test

import (
	"flag"
	"os"
	"testing"

	"earshot/survey/store/storetest"
)

// histories is how many random histories the model test goes through here, if -rapid.checks does not say so: each of their
// writes waits for the disk.
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

func TestContract(t *testing.T) {
	t.Parallel()
	storetest.Run(t, openWatched)
}
