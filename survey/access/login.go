package access

import (
	"context"
	"errors"
	"fmt"
	"time"

	"earshot/survey"
	"earshot/survey/address"
	"earshot/survey/store"
)

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
	if !s.logins.allow(s.clock(), "account "+address.Key(email), loginTriesByAccount) ||
		!s.logins.allow(s.clock(), "remote "+remote, loginTriesByRemote) {
		return "", nil, survey.Errorf(survey.RateLimited, "too many tries to log in; wait %.0f minutes and try again", loginWindow.Minutes())
	}
	rep, err = s.db.reps.First(ctx, store.Query{Index: repsByEmail, Equal: []any{address.Key(email)}})
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return "", nil, err
	}
	hash := dummyHash
	if err == nil && rep.DisabledAt.IsZero() {
		hash = rep.PasswordHash
	}
	if len(password) > maxPassword || !s.passwordMatches(ctx, hash, password) || hash == dummyHash {
		return "", nil, survey.Errorf(survey.Unauthenticated, "the e-mail address or the password is wrong")
	}
	s.logins.forget("account " + address.Key(email))
	token, err = s.beginSession(ctx, rep)
	return token, rep, err
}

// ChangePassword gives a rep another password, if they know the present one. All their sessions end.
func (s *Service) ChangePassword(ctx context.Context, id survey.RepID, current, fresh string) error {
	rep, err := s.Rep(ctx, id)
	if err != nil {
		return err
	}
	if !s.logins.allow(s.clock(), "account "+rep.EmailKey, loginTriesByAccount) {
		return survey.Errorf(survey.RateLimited, "too many tries; wait %.0f minutes and try again", loginWindow.Minutes())
	}
	if len(current) > maxPassword || !s.passwordMatches(ctx, rep.PasswordHash, current) {
		return survey.InvalidField("current_password", "is not your present password")
	}
	if checkPassword(fresh) != nil {
		return survey.InvalidField("new_password", "must have %d to %d characters", minPassword, maxPassword)
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
