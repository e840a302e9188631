package survey

import "strings"

// Text is wording in several languages: BCP 47 tag to text, e.g. {"en": "How are you?", "de": "Wie geht es Ihnen?"}.
type Text map[string]string

// In returns the wording for that language: exact, else the base language ("pt" for "pt-BR"), else English, else the
// first by tag. It is empty only where the Text is.
func (t Text) In(language string) string { return t[t.Tag(language)] }

// Tag returns the language of what In returns; empty where the Text is.
func (t Text) Tag(language string) string {
	base, _, _ := strings.Cut(strings.ReplaceAll(language, "_", "-"), "-")
	for _, tag := range [...]string{language, base, strings.ToLower(base), "en"} { // what was stored before languages were put into a form may be DE
		if t[tag] != "" {
			return tag
		}
	}
	first := ""
	for tag, s := range t {
		if s != "" && (first == "" || tag < first) {
			first = tag
		}
	}
	return first
}
