package survey_test

import (
	"strings"
	"testing"

	"earshot/survey"
)

func TestMendedLink(t *testing.T) {
	t.Parallel()
	token := "01" + strings.Repeat("k", 56)
	link := "/r/" + token
	for _, tt := range []struct{ name, path, want string }{
		{"as it was", link, link},
		{"a page behind it", link + "/unsubscribe", link + "/unsubscribe"},
		{"the full stop of a sentence", link + ".", link},
		{"behind a page", link + "/unsubscribe.", link + "/unsubscribe"},
		{"a bracket and a comma", link + "),", link},
		{"a bracket of a link", link + ">", link},
		{"a slash", link + "/", link},
		{"a slash and a quotation mark", link + "/”", link},
		{"an ideographic full stop", link + "。", link},
		{"a character without a width", link + "\u200b", link},
		{"a blank and a word", link + " thanks", link},
		{"a line break", link + "\nBest", link},
		{"large letters", "/r/" + strings.ToUpper(token), link},
		{"a letter too many", link + "a", ""},
		{"a letter too few", link[:len(link)-1], ""},
		{"a page that there is not", link + "/other", link},
		{"another path", "/customers/" + token, ""},
	} {
		if got := survey.MendedLink(tt.path); got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.name, got, tt.want)
		}
	}
}
