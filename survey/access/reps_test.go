package access_test

import (
	"testing"

	"earshot/survey"
	"earshot/survey/access"
)

func TestTheLastAdminStays(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	ada := h.hire("ada@example.com", access.LevelAdmin)
	mia := h.hire("mia@example.com", access.LevelRep)
	change := func(id survey.RepID, c access.RepChange) error { _, err := h.ChangeRep(t.Context(), id, c); return err }
	wantKind(t, "disable the last admin", change(ada, access.RepChange{Disabled: new(true)}), survey.Conflict)
	wantKind(t, "demote the last admin", change(ada, access.RepChange{Access: new(access.LevelRep)}), survey.Conflict)
	wantKind(t, "another admin", change(mia, access.RepChange{Access: new(access.LevelAdmin)}), "")
	wantKind(t, "demote the first", change(ada, access.RepChange{Access: new(access.LevelRep)}), "")
	wantKind(t, "nobody", change("rep_none", access.RepChange{Name: new("X")}), survey.NotFound)
	wantKind(t, "an address twice", change(ada, access.RepChange{Email: new("MIA@example.com")}), survey.Conflict)
	wantKind(t, "no address", change(ada, access.RepChange{Email: new("nonsense")}), survey.Invalid)
	wantKind(t, "a short password", change(ada, access.RepChange{Password: new("short")}), survey.Invalid)
	_, err := h.CreateRep(t.Context(), access.NewRep{Name: "A", Email: "ada@example.com", Access: access.LevelRep, Password: password})
	wantKind(t, "a rep twice", err, survey.Conflict)
}

func TestHowManyTheyCall(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	ada, mia, gone := h.hire("ada@example.com", access.LevelAdmin), h.hire("mia@example.com", access.LevelRep), h.hire("gone@example.com", access.LevelRep)
	together := func() int {
		t.Helper()
		reps, err := h.Reps(t.Context())
		return access.CallsPerWeek(must(t, reps, err))
	}
	if got := together(); got != 0 {
		t.Errorf("where nobody has said: got %d, want no limit", got)
	}
	change := func(id survey.RepID, c access.RepChange) error { _, err := h.ChangeRep(t.Context(), id, c); return err }
	must(t, 0, change(mia, access.RepChange{CallsPerWeek: new(20)}))
	must(t, 0, change(ada, access.RepChange{CallsPerWeek: new(5)}))
	must(t, 0, change(gone, access.RepChange{CallsPerWeek: new(100), Disabled: new(true)}))
	if got := together(); got != 25 {
		t.Errorf("together: got %d, want 25: whose access was taken away calls nobody", got)
	}
	wantKind(t, "fewer than none", change(mia, access.RepChange{CallsPerWeek: new(-1)}), survey.Invalid)
	wantKind(t, "more than anybody", change(mia, access.RepChange{CallsPerWeek: new(501)}), survey.Invalid)
	must(t, 0, change(mia, access.RepChange{CallsPerWeek: new(0)}))
	if got := together(); got != 5 {
		t.Errorf("together: got %d, want 5", got)
	}
}

func TestRepsAsTheDomainKnowsThem(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.hire("ada@example.com", access.LevelAdmin)
	mia, gone := h.hire("mia@example.com", access.LevelRep), h.hire("gone@example.com", access.LevelRep)
	_, err := h.ChangeRep(t.Context(), gone, access.RepChange{Disabled: new(true)})
	must(t, 0, err)
	found, err := h.RepsByID(t.Context(), []survey.RepID{mia, gone, "rep_none"})
	if want := (survey.Rep{ID: mia, Name: "mia@example.com", Email: "mia@example.com"}); must(t, found, err)[mia] != want {
		t.Errorf("got %+v, want %+v", found[mia], want)
	}
	if len(found) != 2 || !found[gone].Disabled {
		t.Errorf("got %+v, want two, one disabled", found)
	}
	rep, err := h.RepByEmail(t.Context(), " Mia@Example.com")
	if must(t, rep, err).ID != mia {
		t.Errorf("got %+v, want mia", rep)
	}
	_, err = h.RepByEmail(t.Context(), "eve@example.com")
	wantKind(t, "nobody", err, survey.NotFound)
}

func TestAPIKeys(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	reader, _, err := h.CreateAPIKey(t.Context(), "", access.NewAPIKey{Name: " Reports ", Scopes: []access.Scope{access.ScopeRead}})
	must(t, 0, err)
	found, err := h.APIKeyOf(t.Context(), reader)
	if must(t, found, err).Name != "Reports" || !found.Allows(access.ScopeRead) || found.Allows(access.ScopeWrite) {
		t.Errorf("got %+v, want a reader", found)
	}
	for _, wrong := range []string{"", "esk_", reader[:len(reader)-1], reader + "x", "esk_" + reader[4:len(reader)-1] + "!"} {
		_, err := h.APIKeyOf(t.Context(), wrong)
		wantKind(t, wrong, err, survey.Unauthenticated)
	}
	_, _, err = h.CreateAPIKey(t.Context(), "", access.NewAPIKey{Name: "X", Scopes: []access.Scope{"admin"}})
	wantKind(t, "no such scope", err, survey.Invalid)
	_, err = h.RevokeAPIKey(t.Context(), "none")
	wantKind(t, "no such key", err, survey.NotFound)
}
