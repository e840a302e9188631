package survey

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"earshot/survey/store"
)

// SessionLength is how long a login lasts.
const SessionLength = 14 * 24 * time.Hour

// Tries to log in that are allowed within loginWindow: for one address, against guessing a rep's password, and from one
// remote address, against trying many reps. The right password is refused as well while the limit holds.
const (
	loginWindow         = 15 * time.Minute
	loginTriesByAccount = 10
	loginTriesByRemote  = 50
)

// dummyHash is compared with when there is no such rep, so that an answer takes as long as for a real one. It is
// the hash of nothing anybody knows, at the present cost.
var dummyHash = fmt.Sprintf("$argon2id$v=19$m=%d,t=%d,p=%d$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
	argonMemoryKiB, argonPasses, argonLanes)

// Login checks the password and begins a session: the token is for the rep's cookie. remote is the caller's network
// address, for the limit. A wrong address and a wrong password are told alike, as Unauthenticated.
func (s *Service) Login(ctx context.Context, email, password, remote string) (token string, rep *Rep, err error) {
	if !s.logins.allow(s.Clock(), "account "+emailKey(email), loginTriesByAccount) ||
		!s.logins.allow(s.Clock(), "remote "+remote, loginTriesByRemote) {
		return "", nil, Errorf(RateLimited, "too many tries to log in; wait %.0f minutes and try again", loginWindow.Minutes())
	}
	rep, err = s.db.reps.First(ctx, store.Query{Index: repsByEmail, Equal: []any{emailKey(email)}})
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return "", nil, err
	}
	hash := dummyHash
	if err == nil && rep.DisabledAt.IsZero() {
		hash = rep.PasswordHash
	}
	if len(password) > maxPassword || !s.passwordMatches(ctx, hash, password) || hash == dummyHash {
		return "", nil, Errorf(Unauthenticated, "the e-mail address or the password is wrong")
	}
	s.logins.forget("account " + emailKey(email))
	token, err = s.beginSession(ctx, rep)
	return token, rep, err
}

// ChangePassword gives a rep another password, if they know the present one. All their sessions end.
func (s *Service) ChangePassword(ctx context.Context, id RepID, current, fresh string) error {
	rep, err := s.Rep(ctx, id)
	if err != nil {
		return err
	}
	if !s.logins.allow(s.Clock(), "account "+rep.EmailKey, loginTriesByAccount) {
		return Errorf(RateLimited, "too many tries; wait %.0f minutes and try again", loginWindow.Minutes())
	}
	if len(current) > maxPassword || !s.passwordMatches(ctx, rep.PasswordHash, current) {
		return InvalidField("current_password", "is not your present password")
	}
	if checkPassword(fresh) != nil {
		return InvalidField("new_password", "must have %d to %d characters", minPassword, maxPassword)
	}
	s.logins.forget("account " + rep.EmailKey)
	_, err = s.ChangeRep(ctx, id, RepChange{Password: &fresh})
	return err
}

// passwordMatches compares as passwordMatches does, one at a time: each takes argonMemoryKiB of memory, and a flood of
// logins must not take it all.
func (s *Service) passwordMatches(ctx context.Context, hash, password string) bool {
	select {
	case s.hashing <- struct{}{}:
		defer func() { <-s.hashing }()
		return passwordMatches(hash, password)
	case <-ctx.Done():
		return false
	}
}

// beginSession stores a fresh session and returns its token.
func (s *Service) beginSession(ctx context.Context, rep *Rep) (string, error) {
	token := newSecret(s.Random)
	now := s.now()
	ends := now.Add(SessionLength)
	return token, s.db.sessions.Insert(ctx, &Session{
		Meta: store.Meta{ID: hashSecret(token), Due: ends}, RepID: RepID(rep.ID), CreatedAt: now, ExpiresAt: ends,
	})
}

// SessionRep returns who is logged in with that token, or Unauthenticated.
func (s *Service) SessionRep(ctx context.Context, token string) (*Rep, error) {
	refusal := Errorf(Unauthenticated, "you are not logged in, or your login has ended; log in again")
	if len(token) != secretLength {
		return nil, refusal
	}
	session, err := s.db.sessions.Get(ctx, hashSecret(token))
	if errors.Is(err, store.ErrNotFound) {
		return nil, refusal
	}
	if err != nil {
		return nil, err
	}
	rep, err := s.db.reps.Get(ctx, string(session.RepID))
	switch {
	case err != nil && !errors.Is(err, store.ErrNotFound):
		return nil, err
	case err != nil, !rep.DisabledAt.IsZero(), !s.now().Before(session.ExpiresAt):
		return nil, refusal
	}
	return rep, nil
}

// Logout ends the session of that token; one that has ended already is as good.
func (s *Service) Logout(ctx context.Context, token string) error {
	session, err := s.db.sessions.Get(ctx, hashSecret(token))
	if err == nil {
		err = s.db.sessions.Delete(ctx, session)
	}
	if errors.Is(err, store.ErrNotFound) || errors.Is(err, store.ErrConflict) {
		return nil
	}
	return err
}

// endSessions logs a rep out everywhere.
func (s *Service) endSessions(ctx context.Context, id RepID) error {
	for session, err := range s.db.sessions.All(ctx, store.Query{Index: sessionsByRep, Equal: []any{string(id)}}) {
		if err != nil {
			return err
		}
		if err := s.db.sessions.Delete(ctx, session); err != nil && !errors.Is(err, store.ErrConflict) {
			return err
		}
	}
	return nil
}

// WorkSession removes one session that has expired. It returns false if there was none.
func (s *Service) WorkSession(ctx context.Context) (bool, error) {
	now := s.now()
	session, err := s.db.sessions.Claim(ctx, now, now.Add(time.Minute))
	if errors.Is(err, store.ErrNotFound) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	return true, s.db.sessions.Delete(ctx, session)
}

// tries counts recent tries by key. It lives in this process only: each process allows its own share.
type tries struct {
	mu     sync.Mutex
	counts map[string]tryCount
}

// tryCount is how many tries there were in the window that began at since.
type tryCount struct {
	since time.Time
	n     int
}

// maxTryKeys bounds the memory of tries: with so many keys at once the windows that are over are swept out.
const maxTryKeys = 100_000

// allow counts one try for key and says whether it is among the first limit of its window.
func (t *tries) allow(now time.Time, key string, limit int) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.counts == nil {
		t.counts = make(map[string]tryCount)
	}
	if len(t.counts) >= maxTryKeys {
		t.sweep(now)
	}
	c := t.counts[key]
	if now.Sub(c.since) >= loginWindow {
		c = tryCount{since: now}
	}
	c.n++
	t.counts[key] = c
	return c.n <= limit
}

// sweep removes the windows that are over; if none is, all: a flood of keys must not end in a full memory.
func (t *tries) sweep(now time.Time) {
	for key, c := range t.counts {
		if now.Sub(c.since) >= loginWindow {
			delete(t.counts, key)
		}
	}
	if len(t.counts) >= maxTryKeys {
		clear(t.counts)
	}
}

// forget drops the count of key.
func (t *tries) forget(key string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	delete(t.counts, key)
}
