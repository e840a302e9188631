package locale

import (
	"strings"
	"sync"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"
)

// Language returns the BCP 47 tag of the language that s means: de, DE, de-DE, de_DE.UTF-8, German, Deutsch, allemand, German (Germany), deu;
// false where it means none.
func Language(s string) (string, bool) {
	s = strings.TrimSpace(s)
	if s == "" || len(s) > longest {
		return "", false
	}
	if tag, ok := byName(s); ok {
		return tag, true
	}
	code, _, _ := strings.Cut(s, ".")
	code, _, _ = strings.Cut(code, "@")
	if code = strings.ReplaceAll(code, "_", "-"); strings.EqualFold(code, "c") || strings.EqualFold(code, "posix") {
		return "en", true
	}
	if bibliographic, ok := bibliographicCodes[strings.ToLower(code)]; ok {
		code = bibliographic
	}
	tag, err := language.Raw.Parse(code)
	if err != nil || tag == language.Und {
		return "", false
	}
	if base, confidence := tag.Base(); confidence == language.No || len(base.String()) > 3 {
		return "", false
	}
	if tag, err = language.All.Canonicalize(tag); err != nil {
		return "", false
	}
	return tag.String(), true
}

// byName finds a language by its name, with what stands behind it in brackets left out.
func byName(s string) (string, bool) {
	names := languageNames()
	if tag, ok := names[strings.ToLower(s)]; ok {
		return tag, true
	}
	bare, _, _ := strings.Cut(s, "(")
	bare, _, _ = strings.Cut(bare, " - ")
	tag, ok := names[strings.ToLower(strings.TrimSpace(bare))]
	return tag, ok
}

// named are the languages that are known by their names: those that are spoken in companies, the commonest first.
var named = []string{
	"en", "de", "fr", "es", "it", "pt", "nl", "pl", "cs", "sk", "hu", "ro", "bg", "hr", "sr", "sl", "sv", "da", "nb", "no", "fi", "et", "lv", "lt", "el", "tr", "ru", "uk", "be",
	"ca", "eu", "gl", "ga", "cy", "is", "mt", "mk", "sq", "bs", "ka", "hy", "az", "kk", "uz", "ar", "he", "fa", "ur", "hi", "bn", "pa", "gu", "ta", "te", "mr", "ml", "kn", "si", "ne",
	"th", "vi", "id", "ms", "fil", "zh", "ja", "ko", "sw", "af", "am", "lb", "pt-BR", "zh-Hans", "zh-Hant", "de-AT", "de-CH", "en-GB", "en-US", "fr-CA",
}

// languageNames are the names of languages in English, German, French, Spanish, Italian, Dutch, Portuguese and Polish, and in themselves.
var languageNames = sync.OnceValue(func() map[string]string {
	names := map[string]string{}
	note := func(name, tag string) {
		if name = strings.ToLower(name); name != "" && names[name] == "" {
			names[name] = tag
		}
	}
	in := []display.Namer{}
	for _, dictionary := range []language.Tag{language.English, language.German, language.French, language.Spanish, language.Italian, language.Dutch, language.Portuguese, language.Polish} {
		in = append(in, display.Tags(dictionary))
	}
	for _, code := range named {
		tag := language.Raw.Make(code)
		note(display.Self.Name(tag), code)
		for _, namer := range in {
			note(namer.Name(tag), code)
		}
	}
	for name, tag := range map[string]string{
		"eng": "en", "english us": "en-US", "english uk": "en-GB", "us english": "en-US", "uk english": "en-GB", "ger": "de", "spanish castilian": "es", "castellano": "es", "castilian": "es",
		"flemish": "nl", "vlaams": "nl", "flämisch": "nl", "farsi": "fa", "mandarin": "zh", "brazilian": "pt-BR", "brasilianisch": "pt-BR", "norsk": "nb", "norwegian": "nb", "norwegisch": "nb",
		"dansk": "da", "deutsch/german": "de", "german/deutsch": "de",
	} {
		note(name, tag)
	}
	return names
})

// bibliographicCodes are the codes of three letters of ISO 639-2/B that BCP 47 does not know.
var bibliographicCodes = map[string]string{
	"ger": "de", "fre": "fr", "dut": "nl", "gre": "el", "cze": "cs", "slo": "sk", "chi": "zh", "per": "fa", "rum": "ro", "alb": "sq", "arm": "hy", "baq": "eu", "geo": "ka", "ice": "is", "mac": "mk", "may": "ms", "wel": "cy",
}
