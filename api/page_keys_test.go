package api_test

import (
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
)

// shownKey is a key as the settings page shows it once.
var shownKey = regexp.MustCompile(`esk_(test_)?[A-Za-z0-9_-]{20,}`)

func TestKeysAreMadeAndRotatedUnderSettings(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := adminBrowser(t, w)
	made := b.post("/settings/keys", url.Values{"name": {"Web shop"}, "scope": {"some"}, "scopes": {"customers:write", "reps:read"}, "expires_at": {"2026-03-10"}})
	first := shownKey.FindString(made.want(http.StatusCreated, "Write customers, read reps", "Ends").words("main"))
	read := func(key, path string) int {
		return w.knock(call{method: "GET", path: path, key: key}).Code
	}
	if got := [3]int{read(first, "/api/v1/customers"), read(first, "/api/v1/reps"), read(first, "/api/v1/responses")}; got != [3]int{200, 200, 403} {
		t.Errorf("customers, reps and responses: got %v, want 200, 200, 403", got)
	}
	opened, err := w.access.APIKeyOf(t.Context(), first)
	must(t, opened, err)
	rotated := b.post("/settings/keys/rotate", url.Values{"id": {opened.ID}, "overlap": {"24"}})
	second := shownKey.FindString(rotated.want(http.StatusCreated, "and "+first[:10]).words("main"))
	if got := [2]int{read(first, "/api/v1/reps"), read(second, "/api/v1/reps")}; first == second || got != [2]int{200, 200} {
		t.Errorf("both secrets, during the overlap: got %v, want 200, 200", got)
	}
	w.at(noon.AddDate(0, 0, 1))
	if got := [2]int{read(first, "/api/v1/reps"), read(second, "/api/v1/reps")}; got != [2]int{401, 200} {
		t.Errorf("both secrets, after the overlap: got %v, want 401, 200", got)
	}
	for _, wrong := range []url.Values{
		{"name": {"x"}, "scope": {"some"}}, {"name": {"x"}, "scope": {"admin"}}, {"name": {"x"}, "scope": {"read"}, "expires_at": {"2020-01-01"}},
		{"name": {"x"}, "scope": {"read"}, "expires_at": {"soon"}},
	} {
		b.post("/settings/keys", wrong).want(http.StatusBadRequest)
	}
	for _, line := range w.acted(t) {
		if strings.Contains(line, first) || strings.Contains(line, second) {
			t.Errorf("the audit log holds a key: %s", line)
		}
	}
}
