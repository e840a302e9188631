package access_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"earshot/survey"
	"earshot/survey/access"
	"earshot/survey/store"
)

// newKey makes a key with these scopes.
func (h *house) newKey(scopes ...access.Scope) (string, *access.APIKey) {
	h.Helper()
	secret, key, err := h.CreateAPIKey(h.Context(), "", access.NewAPIKey{Name: "Shop", Scopes: scopes})
	return secret, must(h, key, err)
}

func TestScopes(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		granted, wanted access.Scope
		want            bool
	}{
		{"read", "read", true}, {"write", "read", true}, {"read", "write", false},
		{"read", "customers:read", true}, {"read", "customers:write", false}, {"write", "customers:write", true},
		{"customers:read", "customers:read", true}, {"customers:read", "customers:write", false}, {"customers:write", "customers:read", true},
		{"customers:write", "feedback:read", false}, {"customers:read", "read", false}, {"customers:write", "write", false},
		{"write", "audit:read", false}, {"read", "audit:read", false}, {"audit:read", "audit:read", true},
		{"audit:read", "", true}, {"", "customers:read", false},
	} {
		if got := row.granted.Allows(row.wanted); got != row.want {
			t.Errorf("%q and %q is wanted: got %v, want %v", row.granted, row.wanted, got, row.want)
		}
	}
	h := newHouse(t)
	_, key := h.newKey("feedback:read", "customers:write", "feedback:read")
	if !slices.Equal(key.Scopes(), []access.Scope{"customers:write", "feedback:read"}) || !key.Allows("customers:read") || key.Allows("asking:read") {
		t.Errorf("the key may %v", key.Scopes())
	}
	for _, wrong := range [][]access.Scope{nil, {"admin"}, {"customers"}, {"customers:delete"}, {"audit:write"}, {""}} {
		_, _, err := h.CreateAPIKey(t.Context(), "", access.NewAPIKey{Name: "x", Scopes: wrong})
		wantKind(t, "scopes", err, survey.Invalid)
	}
}

// TestKeysOfBefore reads a key as it was stored when there were two scopes.
func TestKeysOfBefore(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	secret, made := h.newKey(access.ScopeWrite)
	keys := store.NewCollection[access.APIKey](h.store, specOf("api_keys"))
	made.Granted, made.Scope = nil, access.ScopeWrite
	must(t, 0, keys.Replace(t.Context(), made))
	found, err := h.APIKeyOf(t.Context(), secret)
	if must(t, found, err); !found.Allows("customers:write") || !slices.Equal(found.Scopes(), []access.Scope{access.ScopeWrite}) {
		t.Errorf("a key of before may %v", found.Scopes())
	}
}

func specOf(name string) *store.Spec {
	specs := access.Specs()
	return specs[slices.IndexFunc(specs, func(s *store.Spec) bool { return s.Name == name })]
}

func TestExpiry(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	in := access.NewAPIKey{Name: "Shop", Scopes: []access.Scope{"read"}, ExpiresAt: noon.Add(20 * 24 * time.Hour)}
	secret, key, err := h.CreateAPIKey(t.Context(), "", in)
	must(t, key, err)
	if key.EndsSoon(noon) || !key.EndsSoon(noon.Add(7*24*time.Hour)) {
		t.Error("a key warns when it should not, or does not 13 days before its end")
	}
	h.pass(20*24*time.Hour - time.Millisecond)
	_, err = h.APIKeyOf(t.Context(), secret)
	wantKind(t, "just before the end", err, "")
	h.pass(time.Millisecond)
	_, err = h.APIKeyOf(t.Context(), secret)
	wantKind(t, "at the end", err, survey.Unauthenticated)
	if err == nil || !strings.Contains(err.Error(), "expired") {
		t.Errorf("got %v, want to be told that it expired", err)
	}
	_, _, err = h.RotateAPIKey(t.Context(), key.ID, time.Hour)
	wantKind(t, "another secret for a key that expired", err, survey.Conflict)
	_, _, err = h.CreateAPIKey(t.Context(), "", in)
	wantKind(t, "a key that has expired already", err, survey.Invalid)
}

func TestRotation(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	first, key := h.newKey("read")
	opens := func(what, secret string, want survey.Kind) {
		t.Helper()
		found, err := h.process().APIKeyOf(t.Context(), secret)
		wantKind(t, what, err, want)
		if err == nil && found.ID != key.ID {
			t.Errorf("%s opens as another key", what)
		}
	}
	second, rotated, err := h.RotateAPIKey(t.Context(), key.ID, 24*time.Hour)
	must(t, rotated, err)
	if rotated.ID != key.ID || rotated.PreviousPrefix != key.Prefix || !strings.HasPrefix(second, rotated.Prefix) || first == second {
		t.Errorf("the key after rotation is %+v", rotated)
	}
	opens("the first, during the overlap", first, "")
	opens("the second", second, "")
	h.pass(24 * time.Hour)
	opens("the first, after the overlap", first, survey.Unauthenticated)
	opens("the second, after the overlap", second, "")
	third, _, err := h.RotateAPIKey(t.Context(), key.ID, time.Hour)
	must(t, 0, err)
	fourth, _, err := h.RotateAPIKey(t.Context(), key.ID, 0)
	must(t, 0, err)
	opens("the first, again", first, survey.Unauthenticated)
	opens("the second, whose overlap the next rotation ended", second, survey.Unauthenticated)
	opens("the third, without an overlap", third, survey.Unauthenticated)
	opens("the fourth", fourth, "")
	_, err = h.RevokeAPIKey(t.Context(), key.ID)
	must(t, 0, err)
	opens("the fourth, revoked", fourth, survey.Unauthenticated)
	for name, overlap := range map[string]time.Duration{"negative": -1, "too long": access.MaxOverlap + 1} {
		_, _, err := h.RotateAPIKey(t.Context(), key.ID, overlap)
		wantKind(t, name, err, survey.Invalid)
	}
	_, _, err = h.RotateAPIKey(t.Context(), "nonsense", 0)
	wantKind(t, "a key that is none", err, survey.NotFound)
}

// TestUseOfKeysIsNotedOnceAnHour counts the writes of many requests of two processes.
func TestUseOfKeysIsNotedOnceAnHour(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	secret, made := h.newKey("read")
	use := func(process *access.Service, remote string) *access.APIKey {
		t.Helper()
		key, err := process.APIKeyOf(t.Context(), secret)
		must(t, key, err)
		must(t, 0, process.NoteKeyUse(t.Context(), key, remote))
		return key
	}
	other := h.process()
	for range 50 {
		use(h.Service, "192.0.2.77")
		use(other, "198.51.100.1")
	}
	key := use(h.Service, "")
	if writes := key.Version - made.Version; writes != 1 || key.LastUsedFrom != "192.0.2.0/24" || !key.LastUsedAt.Equal(noon) {
		t.Errorf("101 uses in an hour: %d writes, last used %s from %s; want one, at noon from 192.0.2.0/24", writes, key.LastUsedAt, key.LastUsedFrom)
	}
	h.pass(time.Hour)
	use(other, "2001:db8:1:2::3")
	if key = use(h.Service, ""); key.LastUsedFrom != "2001:db8:1::/48" || key.Version-made.Version != 2 {
		t.Errorf("an hour later: %d writes, from %s", key.Version-made.Version, key.LastUsedFrom)
	}
}

func TestTestKeysAreRecognised(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	secret, key, err := h.CreateAPIKey(t.Context(), "", access.NewAPIKey{Name: "Trial", Scopes: []access.Scope{"write"}, Test: true})
	must(t, key, err)
	if !strings.HasPrefix(secret, "esk_test_") || !strings.HasPrefix(key.Prefix, "esk_test_") || len(key.Prefix) >= len(secret) {
		t.Errorf("a test key is %s… and shown as %s", secret[:12], key.Prefix)
	}
	found, err := h.APIKeyOf(t.Context(), secret)
	if must(t, found, err); !found.Test {
		t.Error("a test key is none when it is used")
	}
	again, _, err := h.RotateAPIKey(t.Context(), key.ID, 0)
	if must(t, again, err); !strings.HasPrefix(again, "esk_test_") {
		t.Errorf("rotated it is %s…", again[:12])
	}
}
