package workdays

import (
	"slices"
	"strings"
	"sync"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"
)

// Country returns the ISO 3166 code of a country, or of a region of one that has public holidays of its own, as it is written for Earshot:
// "DE", "DE-BY". It takes codes in any case, and the names of countries in English, German, French and Spanish. False where it knows none.
func Country(written string) (code string, known bool) {
	word := countryWord(written)
	if _, own := regions()[word]; own {
		return strings.ToUpper(word), true
	}
	if code, known = countryNames()[word]; known {
		return code, true
	}
	region, err := language.ParseRegion(word)
	if letters := strings.Trim(word, "abcdefghijklmnopqrstuvwxyz") == ""; err != nil || !letters || !region.IsCountry() {
		return "", false
	}
	return region.Canonicalize().String(), true
}

// countryWord is a name as it is looked up: in lower case, and with a plain apostrophe.
func countryWord(written string) string {
	return strings.ReplaceAll(strings.ToLower(strings.TrimSpace(written)), "’", "'")
}

// countryNames are the codes of countries by their names in lower case.
var countryNames = sync.OnceValue(func() map[string]string {
	names := map[string]string{
		"usa": "US", "united states of america": "US", "uk": "GB", "great britain": "GB", "england": "GB", "scotland": "GB", "wales": "GB",
		"holland": "NL", "nederland": "NL", "czech republic": "CZ", "tschechien": "CZ", "hong kong": "HK", "macau": "MO", "macao": "MO", "turkey": "TR", "türkiye": "TR",
		"sverige": "SE", "norge": "NO", "danmark": "DK", "suomi": "FI", "polska": "PL", "italia": "IT", "brasil": "BR", "uae": "AE", "russian federation": "RU",
		"republic of korea": "KR", "korea": "KR", "viet nam": "VN", "ivory coast": "CI", "cote d'ivoire": "CI",
	}
	for _, in := range []display.Namer{display.Regions(language.English), display.Regions(language.German), display.Regions(language.French), display.Regions(language.Spanish)} {
		for a := 'A'; a <= 'Z'; a++ {
			for b := 'A'; b <= 'Z'; b++ {
				region, err := language.ParseRegion(string([]rune{a, b}))
				if err != nil || !region.IsCountry() || region.Canonicalize() != region {
					continue
				}
				if name := countryWord(in.Name(region)); name != "" {
					names[name] = region.String()
				}
			}
		}
	}
	return names
})

// The days of rest of a week, where they are not Saturday and Sunday: CLDR 44, supplemental data, weekData (weekendStart and weekendEnd).
var restDays = []struct {
	days      string // the days of work
	countries []string
}{
	{"sun-thu", []string{"BH", "DZ", "EG", "IL", "IQ", "JO", "KW", "LY", "OM", "QA", "SA", "SD", "SY", "YE"}},
	{"sat-wed", []string{"AF"}},
	{"sat-thu", []string{"IR"}},
	{"mon-sat", []string{"IN", "UG"}},
}

// National returns on which days people in a country or region work, by a code of Country: the usual week there, less the public holidays
// where these are known. Nil for a code that is none.
func National(code string) *Calendar {
	code, known := Country(code)
	if !known {
		return nil
	}
	country, _, _ := strings.Cut(code, "-")
	rules := Rules{Workdays: "mon-fri"}
	for _, r := range restDays {
		if slices.Contains(r.countries, country) {
			rules.Workdays = r.days
		}
	}
	for _, place := range []string{strings.ToLower(code), strings.ToLower(country)} {
		if _, told := regions()[place]; told {
			rules.Holidays = place
			break
		}
	}
	c, _ := New(rules) // which are right, as they are made here
	return c
}
