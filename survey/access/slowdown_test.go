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

// TestWrongPasswordsGrowSlow tries each kind of guessing until it has to wait, and then as soon as it may.
func TestWrongPasswordsGrowSlow(t *testing.T) {
	t.Parallel()
	pair, _, account, network := access.Free()
	for _, c := range []struct {
		name    string
		account func(i int) string
		remote  func(i int) string
		free    int
	}{
		{"one account from one address", same("mia@example.com"), same("192.0.2.1"), pair},
		{"one account from anywhere", same("mia@example.com"), differ("198.51.%d.%d"), account},
		{"many accounts from one address", differ("r%d-%d@example.com"), same("192.0.2.1"), network},
		{"many accounts from one IPv6 network", differ("r%d-%d@example.com"), differ("2001:db8:0:7:%x::%x"), network},
		{"the same IPv4 address in both spellings", differ("r%d-%d@example.com"), func(i int) string { return []string{"192.0.2.1", "::ffff:192.0.2.1"}[i%2] }, network},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			g, now := access.NewGuesses(), noon
			for i := range c.free + 1 {
				wantKind(t, fmt.Sprintf("try %d", i), g.Wrong(now, c.account(i), c.remote(i)), "")
			}
			for i, want := range []time.Duration{1, 2, 4, 8, 16, 32, 64, 128, 256} {
				n, want := 1000+i, want*time.Second
				err := g.Wrong(now, c.account(n), c.remote(n))
				wantKind(t, "too early", err, survey.RateLimited)
				// What is counted of many fades while one waits, so that waits end at some 20 seconds.
				if got := survey.AsError(err).RetryAfter; got > want || got < min(want, 32*time.Second)/4 {
					t.Errorf("wait %d: told to wait %s, want %s at most, and no less than a fourth of it or of 32s", i, got, want)
				}
				now = now.Add(survey.AsError(err).RetryAfter)
				wantKind(t, "as soon as it may", g.Wrong(now, c.account(n), c.remote(n)), "")
			}
			err := g.Wrong(now, c.account(2000), c.remote(2000))
			if got := survey.AsError(err).RetryAfter; got > access.LongestWait {
				t.Errorf("told to wait %s, want never more than %s", got, access.LongestWait)
			}
			now = now.Add(time.Hour)
			for i := range c.free + 1 {
				wantKind(t, "all has faded", g.Wrong(now, c.account(i), c.remote(i)), "")
			}
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
	pair, _, _, network := access.Free()
	for i := range 10 * network {
		wantKind(t, "a whole company behind one address", g.Right(noon, fmt.Sprint(i%3), "192.0.2.1"), "")
	}
	for range 5 {
		for range pair {
			wantKind(t, "mistyped", g.Wrong(noon, "mia", "192.0.2.2"), "")
		}
		wantKind(t, "then right", g.Right(noon, "mia", "192.0.2.2"), "")
	}
	g = access.NewGuesses()
	for i := range network + 1 {
		wantKind(t, "others", g.Wrong(noon, fmt.Sprint("x", i), "192.0.2.2"), "")
		if i < network {
			wantKind(t, "with a password of their own in between", g.Right(noon, "own", "192.0.2.2"), "")
		}
	}
	wantKind(t, "whoever knows one password and tries others", g.Wrong(noon, "y", "192.0.2.2"), survey.RateLimited)
}

// TestRightPasswordsDelayNobody: where somebody guesses from an office, a colleague's right password makes nobody wait anew.
func TestRightPasswordsDelayNobody(t *testing.T) {
	t.Parallel()
	g, now := access.NewGuesses(), noon
	_, _, _, network := access.Free()
	for i := range network + 1 {
		wantKind(t, "a guess", g.Wrong(now, fmt.Sprint("x", i), "192.0.2.2"), "")
	}
	err := g.Right(now, "mia", "192.0.2.2")
	wantKind(t, "a colleague who comes too early", err, survey.RateLimited)
	now = now.Add(survey.AsError(err).RetryAfter)
	for i := range 20 {
		wantKind(t, "colleagues, one behind the other", g.Right(now, fmt.Sprint("colleague", i), "192.0.2.2"), "")
	}
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
	if took := (heap() - before) >> 20; took > 16 || g.Kept() != 3*access.CountsKept {
		t.Errorf("%d keys take %d MiB, want %d in at most 16", g.Kept(), took, 3*access.CountsKept)
	}
	runtime.KeepAlive(g)
}
