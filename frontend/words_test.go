package frontend_test

import (
	"encoding/json"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"earshot/frontend"
)

func readWords(t *testing.T, tag string) map[string]any {
	t.Helper()
	raw, err := os.ReadFile("words/" + tag + ".json")
	if err != nil {
		t.Fatal(err)
	}
	var all map[string]any
	if err := json.Unmarshal(raw, &all); err != nil {
		t.Fatalf("%s: %v", tag, err)
	}
	return all
}

// wordings are all wordings of a key: one, or the steps of a scale.
func wordings(value any) []string {
	if list, ok := value.([]any); ok {
		var all []string
		for _, v := range list {
			all = append(all, v.(string))
		}
		return all
	}
	return []string{value.(string)}
}

var blank = regexp.MustCompile(`\{[a-z]+\}`)

func TestEveryLanguageSaysEverything(t *testing.T) {
	t.Parallel()
	english := readWords(t, "en")
	for _, tag := range frontend.Languages() {
		t.Run(tag, func(t *testing.T) {
			t.Parallel()
			words := readWords(t, tag)
			for key, value := range words {
				if _, ok := english[key]; !ok {
					t.Errorf("%s is a key too many", key)
				}
				if tag != "en" && slices.Equal(wordings(value), wordings(english[key])) && !sameInBoth[tag+" "+key] {
					t.Errorf("%s is still English: %v", key, value)
				}
			}
			for key, value := range english {
				mine, ok := words[key]
				if !ok {
					t.Errorf("%s is missing", key)
					continue
				}
				holdBlanks(t, key, wordings(mine), wordings(value))
			}
		})
	}
}

// sameInBoth are wordings that a language shares with English.
var sameInBoth = map[string]bool{"de successor_name": true, "de from": true, "fr from": true, "es from": true}

// holdBlanks fails unless the wordings have the same blanks to fill in, and none is empty.
func holdBlanks(t *testing.T, key string, got, want []string) {
	t.Helper()
	if len(got) != len(want) {
		t.Errorf("%s has %d wordings, want %d", key, len(got), len(want))
		return
	}
	for i := range got {
		mine, theirs := blank.FindAllString(got[i], -1), blank.FindAllString(want[i], -1)
		slices.Sort(mine)
		slices.Sort(theirs)
		if strings.TrimSpace(got[i]) == "" || !slices.Equal(mine, theirs) {
			t.Errorf("%s: %q has the blanks %v, want %v", key, got[i], mine, theirs)
		}
	}
}

func TestPreferred(t *testing.T) {
	t.Parallel()
	for accept, want := range map[string]string{"de-CH,de;q=0.9,en;q=0.5": "de", "fi, ar;q=0.4": "ar", "fi": "en", "": "en", "no such; thing": "en"} {
		if got := frontend.Preferred(accept, "en"); got != want {
			t.Errorf("%q: got %s, want %s", accept, got, want)
		}
	}
}

func TestDirection(t *testing.T) {
	t.Parallel()
	for tag, want := range map[string]string{"ar": "rtl", "he-IL": "rtl", "fa": "rtl", "ar-Latn": "ltr", "de": "ltr", "zh": "ltr", "": "ltr", "no tag": "ltr"} {
		if got := frontend.Direction(tag); got != want {
			t.Errorf("%q: got %s, want %s", tag, got, want)
		}
	}
}
