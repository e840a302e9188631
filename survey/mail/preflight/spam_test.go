package preflight_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"earshot/survey/mail/preflight"
)

func TestReadStatus(t *testing.T) {
	t.Parallel()
	for name, row := range map[string]struct {
		out           string
		points, limit float64
		rules         string
		fails         bool
	}{
		"one line": {"X-Spam-Status: No, score=0.6 required=5.0 tests=HTML_MESSAGE,\n\tNO_RECEIVED,NO_RELAYS autolearn=no autolearn_force=no version=4.0.0\n", 0.6, 5, "HTML_MESSAGE, NO_RECEIVED, NO_RELAYS", false},
		"below 0":  {"X-Spam-Flag: NO\nX-Spam-Status: No, score=-0.0 required=5.0 tests=HTML_MESSAGE\n\tautolearn=unavailable\n", 0, 5, "HTML_MESSAGE", false},
		"spam":     {"X-Spam-Status: Yes, score=12.3 required=6.5 tests=A_B,C1 version=4.0.0\r\n", 12.3, 6.5, "A_B, C1", false},
		"none":     {"Subject: hello\n", 0, 0, "", true},
	} {
		points, limit, rules, err := preflight.ReadStatus(row.out)
		if points != row.points || limit != row.limit || rules != row.rules || (err != nil) != row.fails {
			t.Errorf("%s: got %v of %v by %q, error %v", name, points, limit, rules, err)
		}
	}
}

// TestSpamAssassin runs what stands on the PATH under its name, and does not wait for one that hangs.
func TestSpamAssassin(t *testing.T) {
	folder := t.TempDir()
	program := filepath.Join(folder, "spamassassin")
	write := func(script string) {
		t.Helper()
		if err := os.WriteFile(program, []byte("#!/bin/sh\n"+script), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	t.Setenv("PATH", folder+string(os.PathListSeparator)+os.Getenv("PATH"))
	write(`cat; echo "X-Spam-Status: No, score=1.5 required=5.0 tests=A autolearn=no"`)
	s := preflight.FindSpamAssassin()
	if s == nil {
		t.Fatal("it was not found")
	}
	if points, limit, rules, err := s.Score(context.Background(), []byte(sample)); points != 1.5 || limit != 5 || rules != "A" || err != nil {
		t.Errorf("got %v of %v by %q, error %v", points, limit, rules, err)
	}
	write("exit 3")
	if _, _, _, err := s.Score(context.Background(), []byte(sample)); err == nil || !strings.Contains(err.Error(), "exit status 3") {
		t.Errorf("got error %v, want that of the program", err)
	}
	write("exec sleep 60")
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if _, _, _, err := s.Score(ctx, []byte(sample)); err == nil {
		t.Error("got no error of a program that hangs")
	}
	t.Setenv("PATH", t.TempDir())
	if preflight.FindSpamAssassin() != nil {
		t.Error("got a filter though there is none")
	}
}
