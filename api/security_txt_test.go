package api_test

import (
	"net/http"
	"strings"
	"testing"

	"earshot/api"
)

func TestSecurityTxt(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(c *api.Config) { c.SecurityContact = "mailto:security@brunnen.example" })
	res := w.knock(call{method: "GET", path: "/.well-known/security.txt"})
	want := "Contact: mailto:security@brunnen.example\nExpires: 2026-05-31T00:00:00Z\nPreferred-Languages: en\n" +
		"Canonical: https://feedback.example.com/.well-known/security.txt\n"
	if res.Code != http.StatusOK || res.Body.String() != want || !strings.HasPrefix(res.Header().Get("Content-Type"), "text/plain; charset=") {
		t.Errorf("got %d, %s:\n%s\nwant\n%s", res.Code, res.Header().Get("Content-Type"), res.Body, want)
	}
	if res := newWorld(t).knock(call{method: "GET", path: "/.well-known/security.txt"}); res.Code != http.StatusNotFound {
		t.Errorf("where nobody is named: got %d, want 404", res.Code)
	}
}
