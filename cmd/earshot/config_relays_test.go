package main

import (
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"earshot/survey"
)

// TestRelays reads several mail servers with their parts of the mails.
func TestRelays(t *testing.T) {
	t.Parallel()
	token := filepath.Join(t.TempDir(), "token")
	if err := os.WriteFile(token, []byte("secret"), 0o600); err != nil {
		t.Fatal(err)
	}
	cfg, err := loadConfig([]string{"-mail-from", "ask@company.example", "-workers", "7", "-smtp-token", token,
		"-domain-limits", "Gmail.com=20/s,1000/h t-online.de=500/h *=2000/h,9/d",
		"-smtp", "smtp://user:p%40ss@mail.company.example:587?weight=3&per-second=20&per-day=5000&warm-up=2026-12-01:50  \n" +
			"smtps://ask%40company.example@smtp.gmail.com?name=Google&backup=yes&connections=2&warm-up=2026-12-01:50:2"}, environment(nil), io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	first, second := cfg.relays[0], cfg.relays[1]
	if s := first.Setup; s.Name != "mail.company.example" || s.Weight != 3 || s.Backup || s.Limits != (survey.MailLimits{PerSecond: 20, PerDay: 5000}) ||
		*s.WarmUp != (survey.WarmUp{From: "2026-12-01", First: 50, Growth: 1.5}) || first.MaxConnections != 7 || first.Password != "p@ss" || first.Token != nil {
		t.Errorf("got %+v with %d connections", s, first.MaxConnections)
	}
	if s := second.Setup; s.Name != "Google" || !s.Backup || s.WarmUp.Growth != 2 || second.MaxConnections != 2 || second.Token == nil {
		t.Errorf("got %+v with %d connections, with a token %v", s, second.MaxConnections, second.Token != nil)
	}
	if got := cfg.domainLimits; len(got) != 3 || got["gmail.com"] != (survey.MailLimits{PerSecond: 20, PerHour: 1000}) || got["*"] != (survey.MailLimits{PerHour: 2000, PerDay: 9}) {
		t.Errorf("got %+v", got)
	}
}

// TestWrongRelays tells all problems at once, with the option, the relay and the word, and never a password.
func TestWrongRelays(t *testing.T) {
	t.Parallel()
	_, err := loadConfig([]string{"-mail-from", "ask@company.example", "-domain-limits", "gmail.com=20/x nowhere!=3/h *=1/h *=2/h t-online.de= example.com=1/h,2/h",
		"-smtp", "smtp://a.example?weight=0&backup=perhaps&connections=many&per-hour=-1&warm-up=tomorrow:50 smtp://b.example?name=b%2Fc&colour=red " +
			"smtp://a.example smtp://user:hun#ter2@c.example smtp://user:25?ret3=x@d.example smtp://user:25/ss4@e.example smtp://user:sw ord5@f.example"}, environment(nil), io.Discard)
	if err == nil {
		t.Fatal("got no error")
	}
	said := err.Error()
	for _, must := range []string{
		`-smtp or EARSHOT_SMTP: a.example: weight must be a number from 1 to 1000, and is "0"`, `a.example: backup must be yes or no, and is "perhaps"`,
		`a.example: connections must be`, `a.example: per-hour must be`, `a.example: warm-up must be the first day`, `it is "tomorrow:50"`,
		`b/c: name must be 1 to 64 letters`, `b/c: colour is not known`, `a.example: is the name of two mail servers`,
		`-domain-limits or EARSHOT_DOMAIN_LIMITS: "gmail.com=20/x": "20/x" must be`, `"nowhere!" in "nowhere!=3/h" is no domain`, `* stands there twice`,
		`"t-online.de=": "" must be`, `/h stands there twice`,
	} {
		if !strings.Contains(said, must) {
			t.Errorf("%q is not told", must)
		}
	}
	for _, secret := range []string{"hun", "ter2", "ret3", "ss4", "ord5"} {
		if strings.Contains(said, secret) {
			t.Errorf("%q, a part of a password, is told", secret)
		}
	}
	if t.Failed() {
		t.Log(said)
	}
}

// TestWarmUpOfTheConfiguration is of the installation's days.
func TestWarmUpOfTheConfiguration(t *testing.T) {
	t.Parallel()
	cfg, err := loadConfig([]string{"-mail-from", "ask@company.example", "-smtp", "smtp://a.example?warm-up=2026-12-01:50", "-time-zone", "Pacific/Auckland"}, environment(nil), io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	if got := cfg.relays[0].Setup.WarmUp.Day(time.Date(2026, 12, 1, 12, 0, 0, 0, time.UTC), cfg.zone, 0); got != 2 {
		t.Errorf("got day %d at one in the morning of 2 December in Auckland, want 2", got)
	}
}
