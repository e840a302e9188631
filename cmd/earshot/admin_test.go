package main

import (
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"earshot/cmd/earshot/internal/journey"
	"earshot/survey/access"
)

// TestAdminWhoForgot: whoever has the machine lets an admin in again who is alone and has forgotten the password.
func TestAdminWhoForgot(t *testing.T) {
	t.Parallel()
	where := filepath.Join(t.TempDir(), "earshot.db")
	printed, err := runHere(t, "admin", "-store", where)
	expect(t, printed, err, "Nobody administers")

	db := journey.Open(t, where)
	people, err := access.New(access.Options{Store: db})
	if err != nil {
		t.Fatal(err)
	}
	for name, level := range map[string]access.Level{"ada": access.LevelAdmin, "mia": access.LevelRep} {
		in := access.NewRep{Name: strings.ToUpper(name), Email: name + "@example.com", Access: level, Password: "correct horse battery staple"}
		if _, err := people.CreateRep(t.Context(), in); err != nil {
			t.Fatal(err)
		}
	}
	journey.Close(t, db)

	printed, err = runHere(t, "admin", "-store", where)
	expect(t, printed, err, "ada@example.com  ADA")
	if strings.Contains(printed, "mia@") {
		t.Errorf("a rep is listed: %s", printed)
	}
	printed, err = runHere(t, "admin", "reset-password", "ada@example.com", "-store", where, "-base-url", "https://feedback.example.com/")
	expect(t, printed, err, "ADA sets a new password")
	log, err := runHere(t, "audit", "export", "-store", where)
	expect(t, log, err, `"act":"password.reset_link_made"`)
	expect(t, log, err, `"value":"ada@example.com"`)
	link := regexp.MustCompile(`https://feedback\.example\.com/reset/([0-9a-z_]+)\n`).FindStringSubmatch(printed)
	if link == nil {
		t.Fatalf("no link in %q", printed)
	}

	if strings.Contains(log, link[1]) {
		t.Error("the audit log holds the link")
	}
	db = journey.Open(t, where)
	defer journey.Close(t, db)
	if people, err = access.New(access.Options{Store: db}); err != nil {
		t.Fatal(err)
	}
	if err := people.ResetOpen(t.Context(), link[1]); err != nil {
		t.Errorf("the link does not work: %v", err)
	}
}

func TestAdminArguments(t *testing.T) {
	t.Parallel()
	for want, args := range map[string][]string{
		"there is no command": {"admin", "delete", "ada@example.com"},
		"whose password?":     {"admin", "reset-password"},
		"is no option":        {"admin", "reset-password", "ada@example.com", "eve@example.com"},
		"there is no rep":     {"admin", "reset-password", "eve@example.com", "-store", filepath.Join(t.TempDir(), "earshot.db")},
	} {
		if _, err := runHere(t, args...); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("earshot %s: got error %v, want %q", strings.Join(args, " "), err, want)
		}
	}
}
