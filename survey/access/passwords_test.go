package access_test

import (
	"strings"
	"testing"

	"earshot/survey"
	"earshot/survey/access"
	"earshot/survey/store"
	"earshot/survey/store/enginetest"
)

func TestWhichPasswordsAreTaken(t *testing.T) {
	t.Parallel()
	s, err := access.New(access.Options{Store: enginetest.Open(t, access.Specs()...), Company: "Brunnen Nordwind AG"})
	must(t, s, err)
	for _, c := range []struct{ password, refused string }{
		{"correct horse battery staple", ""},
		{"show me around", ""},
		{"zwölf Boxkämpfer jagen", ""},
		{"我的密码是很长的一段话哦", ""},
		{"😀 three 🦊 hens 🎺", ""},
		{"Mia Berg's blue kettle sings", ""},
		{"!#%&()=?+*~-_.:,;<>", ""},
		{strings.Repeat("a long walk by the sea, ", 20)[:access.MaxPassword], ""},
		{strings.Repeat("a long walk by the sea, ", 20)[:access.MaxPassword+1], "at most 200 characters"},
		{"", "at least 12 characters"},
		{"elevensigns", "at least 12 characters"},
		{"\xff\xfe\xff\xfe and more of it", "is not text"},
		{"password1234", "tried first"},
		{"princess1234567", "tried first"},
		{"1q2w3e4r5t6y", "tried first"},
		{"letmeinletmein", "repeats"},
		{"aaaaaaaaaaaaaa", "repeats few characters"},
		{"ääääääääääääää", "repeats few characters"},
		{"abcabcabcabcabc", "repeats few characters"},
		{"qwertyuiop[]", "goes along the keyboard"},
		{"abcdefghijklmnop", "goes along"},
		{"mia.berg@example.com", "your name, your address or your company"},
		{"Mia Berg 2026!", "your name, your address or your company"},
		{"BrunnenNordwind1", "your name, your address or your company"},
		{"Earshot-Earshot", "your name, your address or your company"},
	} {
		rep := access.NewRep{Name: "Mia Berg", Email: "mia.berg@example.com", Access: access.LevelRep, Password: c.password}
		_, err := s.CreateRep(t.Context(), rep)
		switch {
		case survey.KindOf(err) == survey.Conflict: // there is one by now, and the password was taken
			err = nil
		case err != nil && survey.KindOf(err) != survey.Invalid:
			t.Fatal(err)
		}
		switch {
		case err == nil && c.refused != "":
			t.Errorf("%q is taken, want it refused: %s", c.password, c.refused)
		case err == nil:
		case c.refused == "" || !strings.Contains(survey.AsError(err).Fields[0].Message, c.refused):
			t.Errorf("%q: refused, for it %s; want %q", c.password, survey.AsError(err).Fields[0].Message, c.refused)
		}
	}
}

// TestOneSpellingOfAPassword: a keyboard may send ä as one character or as two.
func TestOneSpellingOfAPassword(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	const composed, decomposed = "zw\u00f6lf Boxk\u00e4mpfer", "zwo\u0308lf Boxka\u0308mpfer"
	mia := h.hire("mia@example.com", access.LevelRep)
	must(t, 0, h.ChangePassword(t.Context(), mia, password, decomposed))
	for _, typed := range []string{composed, decomposed} {
		_, err := h.try("mia@example.com", typed, "192.0.2.1", "")
		wantKind(t, "in either spelling", err, "")
	}
	_, err := h.try("mia@example.com", "zwolf Boxkampfer", "192.0.2.1", "")
	wantKind(t, "without the dots", err, survey.Unauthenticated)
	h.storeHash(mia, h.OldHash(decomposed))
	_, err = h.try("mia@example.com", decomposed, "192.0.2.1", "")
	wantKind(t, "as it was hashed by an older version", err, "")
}

// TestOldPasswordsLogIn: one that would not be taken today lets in, and is said to be weak.
func TestOldPasswordsLogIn(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	mia := h.hire("mia@example.com", access.LevelRep)
	h.storeHash(mia, h.OldHash("ten signs!"))
	entry, err := h.try("mia@example.com", "ten signs!", "192.0.2.1", "")
	if !must(t, entry, err).Rep.PasswordWeak {
		t.Error("a short password is not said to be weak")
	}
	rep, err := h.SessionRep(t.Context(), entry.Session)
	if !must(t, rep, err).PasswordWeak {
		t.Error("the account page is not told that the password is weak")
	}
	must(t, 0, h.ChangePassword(t.Context(), mia, "ten signs!", password))
	rep, err = h.Rep(t.Context(), mia)
	if must(t, rep, err).PasswordWeak {
		t.Error("a new password is said to be weak")
	}
}

// storeHash gives a rep the hash of a password, as an older version left it.
func (h *house) storeHash(id survey.RepID, hash string) {
	h.Helper()
	reps := store.NewCollection[access.Rep](h.store, access.Specs()[1])
	_, err := reps.Update(h.Context(), string(id), func(rep *access.Rep) error { rep.PasswordHash = hash; return nil })
	must(h, 0, err)
}
