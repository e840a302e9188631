package access_test

import (
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"

	"earshot/survey"
	"earshot/survey/access"
)

func TestWrongPasswordsAreLimited(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name    string
		account func(i int) string
		remote  func(i int) string
		allowed int
	}{
		{"one account from anywhere", same("mia@example.com"), differ("198.51.%d.%d"), access.GuessesByAccount},
		{"many accounts from one address", differ("r%d-%d@example.com"), same("192.0.2.1"), access.GuessesByRemote},
		{"many accounts from one IPv6 network", differ("r%d-%d@example.com"), differ("2001:db8:0:7:%x::%x"), access.GuessesByRemote},
		{"the same IPv4 address in both spellings", differ("r%d-%d@example.com"), func(i int) string { return []string{"192.0.2.1", "::ffff:192.0.2.1"}[i%2] }, access.GuessesByRemote},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			g, now := access.NewGuesses(), noon
			for i := range c.allowed {
				wantKind(t, fmt.Sprintf("try %d", i), g.Wrong(now, c.account(i), c.remote(i)), "")
			}
			err := g.Wrong(now, c.account(c.allowed), c.remote(c.allowed))
			wantKind(t, "one too many", err, survey.RateLimited)
			each := access.GuessesFade / time.Duration(c.allowed)
			if got := survey.AsError(err).RetryAfter; got <= 0 || got > each {
				t.Errorf("told to wait %s, want more than 0 and at most %s", got, each)
			}
			now = now.Add(each)
			wantKind(t, "when one has faded", g.Wrong(now, c.account(1000), c.remote(1000)), "")
			wantKind(t, "the next", g.Wrong(now, c.account(1001), c.remote(1001)), survey.RateLimited)
		})
	}
}

// same is a key that stays, differ one that changes with each try.
func same(key string) func(int) string { return func(int) string { return key } }
func differ(format string) func(int) string {
	return func(i int) string { return fmt.Sprintf(format, i/200, i%200+1) }
}

func TestRightPasswordsAreNotCounted(t *testing.T) {
	t.Parallel()
	g := access.NewGuesses()
	for i := range 10 * access.GuessesByRemote {
		wantKind(t, "a whole company behind one address", g.Right(noon, fmt.Sprint(i%3), "192.0.2.1"), "")
	}
	for range access.GuessesByAccount - 1 {
		wantKind(t, "mistyped", g.Wrong(noon, "mia", "192.0.2.2"), "")
	}
	wantKind(t, "then right", g.Right(noon, "mia", "192.0.2.2"), "")
	for range access.GuessesByAccount {
		wantKind(t, "mistyped anew", g.Wrong(noon, "mia", "192.0.2.2"), "")
	}
	for i := range access.GuessesByRemote - 2*access.GuessesByAccount + 1 {
		wantKind(t, "others", g.Wrong(noon, fmt.Sprint("x", i), "192.0.2.2"), "")
		wantKind(t, "with a password of their own in between", g.Right(noon, "own", "192.0.2.1"), "")
	}
	wantKind(t, "whoever knows one password and tries others", g.Wrong(noon, "y", "192.0.2.2"), survey.RateLimited)
}

// TestLimitsTakeLittleMemory is not parallel, for it measures.
func TestLimitsTakeLittleMemory(t *testing.T) {
	g := access.NewGuesses()
	heap := func() int64 {
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return int64(m.HeapAlloc)
	}
	before := heap()
	for i := range 3 * access.CountsKept {
		_ = g.Wrong(noon, strings.Repeat("x", 200)+fmt.Sprint(i), fmt.Sprintf("2001:db8:%x:%x::1", i>>16, i&0xffff))
	}
	if took := (heap() - before) >> 20; took > 16 || g.Kept() != 2*access.CountsKept {
		t.Errorf("%d keys take %d MiB, want %d in at most 16", g.Kept(), took, 2*access.CountsKept)
	}
	runtime.KeepAlive(g)
}
