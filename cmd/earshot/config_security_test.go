package main

import (
	"io"
	"strings"
	"testing"
)

func TestConfigTakesASecurityContact(t *testing.T) {
	t.Parallel()
	for given, want := range map[string]string{
		"": "", "security@example.com": "mailto:security@example.com", "mailto:security@example.com": "mailto:security@example.com",
		"https://example.com/security": "https://example.com/security",
	} {
		c, err := loadConfig([]string{"-security-contact", given}, environment(nil), io.Discard)
		if err != nil || c.securityContact != want {
			t.Errorf("%q: got %q, %v, want %q", given, c.securityContact, err, want)
		}
	}
	for _, wrong := range []string{"nobody", "http://example.com", "https://", "Ana <security@example.com>", "https://example.com/\nExpires: 1"} {
		if _, err := loadConfig([]string{"-security-contact", wrong}, environment(nil), io.Discard); err == nil || !strings.Contains(err.Error(), "EARSHOT_SECURITY_CONTACT") {
			t.Errorf("%q: got %v, want it refused by name", wrong, err)
		}
	}
}
