package main

import (
	"io"
	"slices"
	"strings"
	"testing"
)

// TestConfigTakesMailServices reads secrets from the command line, the environment and files, and tells what is wrong with them.
func TestConfigTakesMailServices(t *testing.T) {
	t.Parallel()
	secret := written(t, "secret", []byte("a secret out of a file\n"))
	c, err := loadConfig([]string{"-ses-topic", "arn:aws:sns:eu-west-1:123456789012:bounces", "-smtp", "smtps://mail.example", "-mail-from", "a@b.example"},
		environment(map[string]string{"EARSHOT_POSTMARK_SECRET": "@" + secret, "EARSHOT_MAILGUN_KEY": "key-1"}), io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	if want := []string{"ses", "postmark", "mailgun"}; !slices.Equal(c.hooks.Services(), want) || !slices.Equal(c.relays[0].Services, want) {
		t.Errorf("got %v and %v, want %v", c.hooks.Services(), c.relays[0].Services, want)
	}
	if c.hooks.PostmarkSecret != "a secret out of a file" {
		t.Errorf("got %q, want what the file holds", c.hooks.PostmarkSecret)
	}
	for option, value := range map[string]string{
		"-ses-topic": "bounces", "-sendgrid-key": "none", "-postmark-secret": "short", "-mailgun-key": "@" + secret + ".missing",
	} {
		_, err := loadConfig([]string{option, value}, environment(nil), io.Discard)
		if err == nil || !strings.Contains(err.Error(), option+" or EARSHOT_") || value != "bounces" && strings.Contains(err.Error(), "short") {
			t.Errorf("%s %s: got %v", option, value, err)
		}
	}
}
