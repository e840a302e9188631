package frontend

import "golang.org/x/text/language"

// contactLanguages are the languages that pages for contacts are worded in; the first is the one to fall back to.
var contactLanguages = []language.Tag{language.English, language.German, language.French, language.Spanish, language.Arabic}

// Preferred returns which of the languages of pages for contacts suits the browser best, by its Accept-Language header;
// fallback where it suits none.
func Preferred(accept, fallback string) string {
	wanted, _, err := language.ParseAcceptLanguage(accept)
	if err != nil || len(wanted) == 0 {
		return fallback
	}
	_, i, confidence := language.NewMatcher(contactLanguages).Match(wanted...)
	if confidence == language.No {
		return fallback
	}
	return contactLanguages[i].String()
}
