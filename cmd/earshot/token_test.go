package main

import (
	"context"
	"io"
	"os"
	"strings"
	"testing"

	"earshot/survey"
	"earshot/survey/mail"
	"earshot/survey/mail/mailtest"
)

// TestTokenIsReadAnew logs in with what stands in the file at that moment.
func TestTokenIsReadAnew(t *testing.T) {
	t.Parallel()
	sink := mailtest.Start(t, mailtest.WithLogin("ask@company.example", "fresh", "XOAUTH2"))
	file := written(t, "token", []byte("stale\n"))
	cfg, err := loadConfig([]string{"-smtp", "smtp://ask%40company.example@" + sink.Addr + "?tls=none", "-mail-from", "ask@company.example", "-smtp-token", file}, environment(nil), io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	mailer, err := mail.NewSMTP(cfg.relays[0].Config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = mailer.Close() })
	check := func() survey.Outcome { return mailer.Check(context.Background()) }
	if got := check(); got.Fault != survey.FaultLogin || strings.Contains(got.Reply, "stale") {
		t.Errorf("with a stale token: got %+v, want a fault of the log-in without the token", got)
	}
	if err := os.WriteFile(file, []byte("  fresh \nnext line\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if got := check(); got.Delivery != survey.Accepted {
		t.Errorf("with a fresh token: got %+v, want accepted", got)
	}
	for _, content := range []string{"", " \n"} {
		if _, err := readToken(written(t, "token", []byte(content))); err == nil {
			t.Errorf("%q: got no error", content)
		}
	}
}
