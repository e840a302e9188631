package access_test

import (
	"context"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"

	"earshot/survey"
	"earshot/survey/access"
)

// TestHashesAreBounded lets many ask for a hash at once: some work, some wait, the rest are sent away at once.
func TestHashesAreBounded(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	synctest.Test(t, func(t *testing.T) {
		var working, most, done atomic.Int64
		finish := make(chan struct{})
		var all sync.WaitGroup
		ask := func(ctx context.Context) error {
			return h.Hashing(ctx, func() {
				most.Store(max(most.Load(), working.Add(1)))
				<-finish
				working.Add(-1)
				done.Add(1)
			})
		}
		for range access.HashesAtOnce + access.HashesWaiting - 1 {
			all.Go(func() { wantKind(t, "one who waits", ask(t.Context()), "") })
		}
		synctest.Wait()
		impatient, leave := context.WithCancel(t.Context())
		all.Go(func() { wantKind(t, "one who goes away", ask(impatient), survey.Unavailable) })
		synctest.Wait()
		err := ask(t.Context())
		wantKind(t, "one too many", err, survey.Unavailable)
		if survey.AsError(err).RetryAfter <= 0 {
			t.Error("one too many is not told when to come again")
		}
		leave()
		synctest.Wait()
		all.Go(func() { wantKind(t, "one who takes the free place", ask(t.Context()), "") })
		synctest.Wait()
		close(finish)
		all.Wait()
		if got, want := done.Load(), int64(access.HashesAtOnce+access.HashesWaiting); got != want || most.Load() > access.HashesAtOnce {
			t.Errorf("%d hashes, at most %d at once; want %d, at most %d", got, most.Load(), want, access.HashesAtOnce)
		}
	})
}

// TestEveryHashGoesThroughTheGate fills the gate and tries each use case that hashes.
func TestEveryHashGoesThroughTheGate(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	link, err := h.SetupSecret(t.Context())
	must(t, link, err)
	other := newHouse(t) // one whose first-run link is over
	mia := other.hire("mia@example.com", access.LevelRep)
	_, reset, err := other.NewReset(t.Context(), "mia@example.com")
	must(t, reset, err)
	finish, full := make(chan struct{}), make(chan struct{}, access.HashesAtOnce)
	var all sync.WaitGroup
	for range access.HashesAtOnce {
		for _, h := range []*house{h, other} {
			all.Go(func() { must(t, 0, h.Hashing(t.Context(), func() { full <- struct{}{}; <-finish })) })
			<-full
		}
	}
	soon, cancel := context.WithCancel(t.Context())
	cancel()
	fresh := "another good password"
	for name, hash := range map[string]func() error{
		"log in": func() error {
			_, err := h.Login(soon, access.Credentials{Email: "mia@example.com", Password: password}, access.Browser{Remote: "192.0.2.1"})
			return err
		},
		"make a rep": func() error {
			_, err := h.CreateRep(soon, access.NewRep{Name: "A", Email: "a@example.com", Access: access.LevelRep, Password: password})
			return err
		},
		"be the first":      func() error { _, err := h.FirstAdmin(soon, link, firstAdmin); return err },
		"set a password":    func() error { _, err := other.ChangeRep(soon, mia, access.RepChange{Password: &fresh}); return err },
		"change a password": func() error { return other.ChangePassword(soon, mia, password, fresh) },
		"reset a password": func() error {
			_, err := other.ResetPassword(soon, reset, fresh, access.Browser{}, nil)
			return err
		},
	} {
		wantKind(t, name, hash(), survey.Unavailable)
	}
	close(finish)
	all.Wait()
}
