package api_test

import (
	"net/http"
	"strings"
	"testing"
)

// TestLinksSurviveTheirWay opens a link as mail and chat programs hand it on: what came behind it is no part of it.
func TestLinksSurviveTheirWay(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	link := "/r/" + w.link
	for _, tt := range []struct{ name, path, want string }{
		{"a full stop", link + ".", link},
		{"a full stop behind a score", link + ".?s=4", link + "?s=4"},
		{"a bracket, escaped", link + "%29", link},
		{"a quotation mark", link + "%E2%80%9D", link},
		{"a character without a width", link + "%E2%80%8B", link},
		{"a full stop behind a page", link + "/unsubscribe.", link + "/unsubscribe"},
		{"a slash and a full stop", link + "/.", link},
	} {
		answer := newBrowser(t, w).once(http.MethodGet, tt.path, nil)
		if got := answer.Header().Get("Location"); answer.Code != http.StatusFound || got != tt.want {
			t.Errorf("%s: got %d to %q, want a redirect to %q", tt.name, answer.Code, got, tt.want)
		}
	}
	for _, path := range []string{link + "?s=4.", link + "?s=4)", link + "?s=4%E2%80%9D"} {
		if n := newBrowser(t, w).get(path).want(http.StatusOK).Find(`input[value="4"][checked]`).Length(); n != 1 {
			t.Errorf("%s: got %d scores chosen, want the 4", path, n)
		}
	}
	unknown := strings.Map(func(r rune) rune { return map[bool]rune{true: '1', false: '0'}[r == '0'] }, w.link)
	for _, path := range []string{"/r/nothing.", "/r/" + unknown + ".", link + "x"} {
		answer := newBrowser(t, w).once(http.MethodGet, path, nil)
		for range 3 {
			if to := answer.Header().Get("Location"); to != "" {
				answer = newBrowser(t, w).once(http.MethodGet, to, nil)
			}
		}
		if answer.Code != http.StatusNotFound {
			t.Errorf("%s: got %d, want 404 in the end", path, answer.Code)
		}
	}
}
