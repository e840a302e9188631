package access_test

import (
	"testing"
	"time"

	"earshot/survey"
	"earshot/survey/access"
)

// rules let admins and reps in by their groups.
var rules = access.SignOnRules{Create: true, Roles: []access.GroupRole{{Group: "bosses", Role: access.LevelAdmin}, {Group: "sales", Role: access.LevelRep}}}

// person is somebody of the provider's.
func person(subject, email string, groups ...string) access.Person {
	return access.Person{Issuer: "https://id.example.com", Subject: subject, Name: "Mia Berg", Email: email, EmailVerified: true, Groups: groups}
}

func TestWhoSignsOn(t *testing.T) {
	t.Parallel()
	unverified := person("s9", "mia@example.com", "sales")
	unverified.EmailVerified = false
	closed, groupless := rules, access.SignOnRules{Create: true}
	closed.Create = false
	for _, row := range []struct {
		name  string
		rules access.SignOnRules
		who   access.Person
		want  survey.Kind
		role  access.Level
	}{
		{"somebody with an account", rules, person("s1", "MIA@example.com", "other", "sales"), "", access.LevelRep},
		{"a newcomer", rules, person("s1", "new@example.com", "sales"), "", access.LevelRep},
		{"a newcomer in two groups", rules, person("s1", "new@example.com", "sales", "bosses"), "", access.LevelAdmin},
		{"a newcomer where none are made", closed, person("s1", "new@example.com", "sales"), survey.Forbidden, ""},
		{"an account where none are made", closed, person("s1", "mia@example.com", "sales"), "", access.LevelRep},
		{"no group that counts", rules, person("s1", "mia@example.com", "Sales", "sales "), survey.Forbidden, ""},
		{"no groups", rules, person("s1", "mia@example.com"), survey.Forbidden, ""},
		{"an address that is not verified", rules, unverified, survey.Forbidden, ""},
		{"no address", rules, person("s1", "", "sales"), survey.Forbidden, ""},
		{"no rules, with an account", groupless, person("s1", "mia@example.com"), "", access.LevelRep},
		{"no rules, a newcomer", groupless, person("s1", "new@example.com"), survey.Forbidden, ""},
		{"somebody whose access was taken away", rules, person("s1", "gone@example.com", "sales"), survey.Forbidden, ""},
		{"an address that is none", rules, person("s1", "new", "sales"), survey.Invalid, ""},
	} {
		h := newHouse(t)
		h.hire("ada@example.com", access.LevelAdmin)
		h.hire("mia@example.com", access.LevelRep)
		_, err := h.ChangeRep(t.Context(), h.hire("gone@example.com", access.LevelRep), access.RepChange{Disabled: new(true)})
		must(t, 0, err)
		entry, err := h.processWith(access.Options{SignOn: row.rules}).LoginBySignOn(t.Context(), row.who, access.Browser{})
		wantKind(t, row.name, err, row.want)
		if err == nil && (entry.Rep.Access != row.role || entry.Session == "") {
			t.Errorf("%s: got %+v", row.name, entry.Rep)
		}
	}
}

func TestSigningOnAgain(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	s := h.processWith(access.Options{SignOn: rules, SecondFactor: access.RequiredOfAll})
	ada := h.hire("ada@example.com", access.LevelAdmin)
	mia := h.hire("mia@example.com", access.LevelRep)
	in := func(what string, who access.Person, want survey.Kind) *access.Entry {
		t.Helper()
		entry, err := s.LoginBySignOn(t.Context(), who, access.Browser{})
		wantKind(t, what, err, want)
		return entry
	}
	in("the first time", person("s1", "mia@example.com", "sales"), "")
	if entry := in("another address, and not verified", access.Person{Issuer: "https://id.example.com", Subject: "s1", Email: "berg@example.com", Groups: []string{"bosses"}}, ""); entry.Rep.ID != string(mia) || entry.Rep.Access != access.LevelAdmin {
		t.Errorf("known by the subject, got %+v", entry.Rep)
	}
	in("somebody else who has got the address", person("s2", "mia@example.com", "sales"), survey.Forbidden)
	other := person("s1", "eve@example.com", "sales")
	other.Issuer = "https://evil.example.com"
	if entry := in("the same subject of another issuer", other, ""); entry.Rep.ID == string(mia) {
		t.Error("another issuer's subject came in as Mia")
	}
	in("back to what she was", person("s1", "mia@example.com", "sales"), "")
	if entry := in("the last admin, by her groups a rep", person("s3", "ada@example.com", "sales"), ""); entry.Rep.Access != access.LevelAdmin {
		t.Error("the last admin is none any more")
	}
	in("in no group any more", person("s1", "mia@example.com"), survey.Forbidden)
	entry := in("with groups again", person("s1", "mia@example.com", "sales"), "")
	enrol, err := s.MustEnrol(t.Context(), entry.Rep, entry.Session)
	if must(t, enrol, err) {
		t.Error("who came by single sign-on is to set up a second factor here")
	}
	signed, err := s.SignedOn(t.Context(), entry.Session)
	if !must(t, signed, err) {
		t.Error("it is not known that the session began by single sign-on")
	}
	h.enrolApp(mia)
	if entry := in("with a second factor here", person("s1", "mia@example.com", "sales"), ""); entry.Session == "" {
		t.Error("single sign-on is asked for a second factor of ours")
	}
	_, err = s.ChangeRep(t.Context(), ada, access.RepChange{Password: new(password)})
	must(t, 0, err)
}

func TestSignOnOnly(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.hire("mia@example.com", access.LevelRep)
	s := h.processWith(access.Options{SignOn: access.SignOnRules{Only: true}})
	_, err := s.Login(t.Context(), access.Credentials{Email: "mia@example.com", Password: password}, access.Browser{})
	wantKind(t, "a right password", err, survey.Forbidden)
	if !s.SignOnOnly() || !access.KnownLevel(access.LevelRep) || access.KnownLevel("owner") {
		t.Error("rules and levels are told wrongly")
	}
}

// TestNoPasswordIsNone: whoever came by single sign-on has no password, which is not the empty one.
func TestNoPasswordIsNone(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.hire("ada@example.com", access.LevelAdmin)
	s := h.processWith(access.Options{SignOn: rules})
	entry, err := s.LoginBySignOn(t.Context(), person("s1", "new@example.com", "sales"), access.Browser{})
	must(t, entry, err)
	for _, typed := range []string{"", " ", password} {
		_, err := h.Login(t.Context(), access.Credentials{Email: "new@example.com", Password: typed}, access.Browser{})
		wantKind(t, "the password "+typed, err, survey.Unauthenticated)
		wantKind(t, "confirming by "+typed, h.Confirm(t.Context(), entry.Rep, entry.Session, typed, access.Proof{}), survey.Invalid)
	}
}

// TestPasswordsUnderSignOnOnly: where single sign-on alone lets people in, a password is set, changed and believed by no way.
func TestPasswordsUnderSignOnOnly(t *testing.T) {
	t.Parallel()
	h, post := newHouse(t), new(pillar)
	mia := h.hire("mia@example.com", access.LevelRep)
	entry, err := h.try("mia@example.com", password, "192.0.2.1", "")
	must(t, entry, err)
	_, link, err := h.NewReset(t.Context(), "mia@example.com")
	must(t, link, err)
	s := h.processWith(access.Options{SignOn: access.SignOnRules{Only: true}})
	wantKind(t, "asking for a link", s.AskReset(t.Context(), "mia@example.com", access.Browser{}, post), survey.Forbidden)
	wantKind(t, "a link that was out", s.ResetOpen(t.Context(), link), survey.Forbidden)
	_, err = s.ResetPassword(t.Context(), link, "another good password", access.Browser{}, post)
	wantKind(t, "using it", err, survey.Forbidden)
	wantKind(t, "another password", s.ChangePassword(t.Context(), mia, password, "another good password"), survey.Forbidden)
	wantKind(t, "proving by it who one is", s.Confirm(t.Context(), entry.Rep, entry.Session, password, access.Proof{}), survey.Forbidden)
}

// TestNoLinkPastTheProvider: whoever came by single sign-on and has no password gets none by their mailbox alone, but from
// whoever has the machine.
func TestNoLinkPastTheProvider(t *testing.T) {
	t.Parallel()
	h, post := newHouse(t), new(pillar)
	entry, err := h.processWith(access.Options{SignOn: rules}).LoginBySignOn(t.Context(), person("s1", "new@example.com", "sales"), access.Browser{})
	must(t, entry, err)
	tokens, err := h.askReset(post, "new@example.com", "192.0.2.1")
	if must(t, tokens, err); len(tokens) > 0 {
		t.Error("a link to set a password was mailed to somebody who never had one")
	}
	_, link, err := h.NewReset(t.Context(), "new@example.com")
	wantKind(t, "the operator's link", h.ResetOpen(t.Context(), must(t, link, err)), "")
}

// TestSignedOnWithoutAQuestion: whoever finds a browser open comes in by the provider without being asked for anything, so
// coming in proves nothing unless they were asked there.
func TestSignedOnWithoutAQuestion(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		name   string
		proven time.Time
		want   bool
	}{
		{"this morning", noon.Add(-4 * time.Hour), false}, {"a moment ago", noon.Add(-time.Minute), true},
		{"by a clock that goes wrong", noon.Add(access.ConfirmedFor), true}, {"not told", time.Time{}, true},
	} {
		h := newHouse(t)
		s := h.processWith(access.Options{SignOn: rules})
		who := person("s1", "new@example.com", "sales")
		who.ProvenAt = row.proven
		entry, err := s.LoginBySignOn(t.Context(), who, access.Browser{})
		confirmed, broken := s.Confirmed(t.Context(), must(t, entry, err).Session)
		if must(t, confirmed, broken) != row.want {
			t.Errorf("proven %s: confirmed %v, want %v", row.name, confirmed, row.want)
		}
		h.pass(access.ConfirmedFor)
		if late, err := s.Confirmed(t.Context(), entry.Session); must(t, late, err) {
			t.Errorf("proven %s: confirmed for longer than it holds", row.name)
		}
	}
}
