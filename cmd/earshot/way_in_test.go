package main

import (
	"bytes"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"earshot/survey/access"
)

func TestWayInFromTheMachine(t *testing.T) {
	t.Parallel()
	where := filepath.Join(t.TempDir(), "earshot.db")
	people := func(do func(*access.Service)) {
		t.Helper()
		db, err := openStore(t.Context(), where, func(string) {})
		if err != nil {
			t.Fatal(err)
		}
		s, err := access.New(access.Options{Store: db, SignOn: access.SignOnRules{Only: true}})
		if err != nil {
			t.Fatal(err)
		}
		do(s)
		if err := db.Close(); err != nil {
			t.Fatal(err)
		}
	}
	people(func(s *access.Service) {
		in := access.NewRep{Name: "Mia", Email: "mia@example.com", Access: access.LevelRep, Password: "correct horse battery staple"}
		if _, err := s.CreateRep(t.Context(), in); err != nil {
			t.Fatal(err)
		}
	})
	command := func(args ...string) (string, error) {
		var out bytes.Buffer
		err := run(t.Context(), append([]string{"way-in", "-store", where}, args...), func(string) string { return "" }, nil, &out, &out)
		return out.String(), err
	}
	for _, args := range [][]string{{}, {"-email", "nobody@example.com"}} {
		if out, err := command(args...); err == nil {
			t.Errorf("%v: no error, and %s", args, out)
		}
	}
	said, err := command("-email", "mia@example.com", "-base-url", "https://feedback.example.com/")
	link := regexp.MustCompile(`https://feedback\.example\.com/way-in/(\S+)`).FindStringSubmatch(said)
	if err != nil || link == nil {
		t.Fatalf("got %q (%v), want a link", said, err)
	}
	log, err := runHere(t, "audit", "export", "-store", where)
	expect(t, log, err, `"act":"rep.way_in_made"`)
	if strings.Contains(log, link[1]) {
		t.Error("the audit log holds the link")
	}
	people(func(s *access.Service) {
		entry, err := s.ComeIn(t.Context(), link[1], access.Browser{})
		if err != nil || entry.Rep.Access != access.LevelAdmin {
			t.Errorf("came in as %+v (%v)", entry, err)
		}
	})
}

func TestConfigOfDoors(t *testing.T) {
	t.Parallel()
	provider := []string{"-oidc-issuer", "https://id.example.com/realms/x", "-oidc-client-id", "earshot"}
	for _, row := range []struct {
		name string
		args []string
		want string // a part of the error; empty is none
	}{
		{"nothing", nil, ""},
		{"a provider", provider, ""},
		{"everything", append([]string{"-oidc-roles", "bosses=admin, sales = rep", "-password-login", "off", "-require-second-factor", "admins"}, provider...), ""},
		{"groups with commas", append([]string{"-oidc-roles", "cn=bosses,ou=x=admin; cn=sales,ou=x=rep"}, provider...), ""},
		{"an unknown role", append([]string{"-oidc-roles", "bosses=owner"}, provider...), `"owner" is not a role`},
		{"no role", append([]string{"-oidc-roles", "bosses"}, provider...), "is not group=role"},
		{"no group", append([]string{"-oidc-roles", "=rep"}, provider...), "is not group=role"},
		{"no other way in", []string{"-password-login", "off"}, "-oidc-issuer is missing"},
		{"neither on nor off", []string{"-password-login", "maybe"}, "neither on nor off"},
		{"nobody known", []string{"-require-second-factor", "some"}, "neither none nor admins nor all"},
		{"no provider", []string{"-oidc-client-id", "earshot"}, "-oidc-issuer"},
		{"no client", provider[:2], "-oidc-client-id"},
		{"an issuer that anybody can read along", []string{"-oidc-issuer", "http://id.example.com", "-oidc-client-id", "x"}, "plain http"},
		{"one on this machine", []string{"-oidc-issuer", "http://127.0.0.1:9000", "-oidc-client-id", "x"}, ""},
		{"a file that is not there", append([]string{"-oidc-client-secret", "@/nowhere/secret"}, provider...), "-oidc-client-secret"},
	} {
		c, err := loadConfig(row.args, func(string) string { return "" }, &bytes.Buffer{})
		if row.want == "" && err != nil || row.want != "" && (err == nil || !strings.Contains(err.Error(), row.want)) {
			t.Errorf("%s: got %v, want %q", row.name, err, row.want)
		}
		if row.name == "groups with commas" && (len(c.doors.roles) != 2 || c.doors.roles[1].Group != "cn=sales,ou=x") {
			t.Errorf("%s: got %+v", row.name, c.doors.roles)
		}
	}
}
