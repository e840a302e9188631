package access_test

import (
	"testing"

	"earshot/survey"
	"earshot/survey/access"
)

// TestSeveralProcesses: what lets people and programs in, and what keeps them out, holds in every process at once.
func TestSeveralProcesses(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	other := h.process()
	h.hire("ada@example.com", access.LevelAdmin)
	mia := h.hire("mia@example.com", access.LevelRep)
	session := func(s *access.Service, token string) error { _, err := s.SessionRep(t.Context(), token); return err }
	key := func(s *access.Service, key string) error { _, err := s.APIKeyOf(t.Context(), key); return err }

	token := h.logIn("mia@example.com")
	wantKind(t, "a session of another process", session(other, token), "")
	must(t, 0, other.Logout(t.Context(), token))
	wantKind(t, "ended by another process", session(h.Service, token), survey.Unauthenticated)

	token = h.logIn("mia@example.com")
	_, err := other.ChangeRep(t.Context(), mia, access.RepChange{Disabled: new(true)})
	must(t, 0, err)
	wantKind(t, "disabled by another process", session(h.Service, token), survey.Unauthenticated)
	_, err = other.ChangeRep(t.Context(), mia, access.RepChange{Disabled: new(false)})
	must(t, 0, err)

	token = h.logIn("mia@example.com")
	must(t, 0, other.ChangePassword(t.Context(), mia, password, "another good password"))
	wantKind(t, "another password in another process", session(h.Service, token), survey.Unauthenticated)

	secret, made, err := h.CreateAPIKey(t.Context(), mia, access.NewAPIKey{Name: "Shop", Scopes: []access.Scope{access.ScopeRead}})
	must(t, 0, err)
	wantKind(t, "a key of another process", key(other, secret), "")
	_, err = other.RevokeAPIKey(t.Context(), made.ID)
	must(t, 0, err)
	wantKind(t, "revoked by another process", key(h.Service, secret), survey.Unauthenticated)
}

// TestEachProcessCountsItsOwnGuesses is the promise of the comment at guessing: n processes allow n times as many, and never
// more.
func TestEachProcessCountsItsOwnGuesses(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.hire("mia@example.com", access.LevelRep)
	processes := []*access.Service{h.Service, h.process()}
	pair, _, _, _ := access.Free()
	allowed := 0
	for i := range 4 * (pair + 1) {
		_, err := processes[i%2].Login(t.Context(), access.Credentials{Email: "mia@example.com", Password: "not my password"}, access.Browser{Remote: "192.0.2.1"})
		if survey.KindOf(err) == survey.Unauthenticated {
			allowed++
		}
	}
	if want := len(processes) * (pair + 1); allowed != want {
		t.Errorf("two processes looked at %d guesses, want %d", allowed, want)
	}
}
