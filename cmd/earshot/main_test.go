package main

import (
	"os"
	"os/signal"
	"syscall"
	"testing"

	"earshot/cmd/earshot/internal/journey"
)

// TestMain makes this test binary the program itself where journey.Start starts it, so that tests kill and stop what main
// does without building it again.
func TestMain(m *testing.M) {
	if os.Getenv(journey.ProgramVariable) != "" {
		// A limit of file sizes stands in for a full disk, which sends no signal.
		signal.Ignore(syscall.SIGXFSZ)
		main()
		return
	}
	os.Exit(m.Run())
}
