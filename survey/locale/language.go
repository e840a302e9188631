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
	canon := language.All
	if base, _ := tag.Base(); base.String() == "nb" { // what texts are written in; its macrolanguage is not
		canon = language.DeprecatedBase | language.DeprecatedRegion
	}
	if tag, err = canon.Canonicalize(tag); err != nil {
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
	bare = strings.TrimSpace(bare)
	tag, ok := names[strings.ToLower(bare)]
	if variant := variantOf(tag, s[len(bare):]); ok && variant != "" {
		return variant, true
	}
	return tag, ok
}

// variants are the words in brackets behind a language that say where or how it is written, for those in which that is another language to
// whoever reads it.
var variants = map[string]string{
	"brazil": "pt-BR", "brasil": "pt-BR", "brasilien": "pt-BR", "brésil": "pt-BR", "united states": "en-US", "us": "en-US", "usa": "en-US", "vereinigte staaten": "en-US", "états-unis": "en-US", "estados unidos": "en-US",
	"united kingdom": "en-GB", "uk": "en-GB", "gb": "en-GB", "great britain": "en-GB", "vereinigtes königreich": "en-GB", "royaume-uni": "en-GB", "reino unido": "en-GB", "canada": "fr-CA", "kanada": "fr-CA", "canadá": "fr-CA",
	"austria": "de-AT", "österreich": "de-AT", "autriche": "de-AT", "switzerland": "de-CH", "schweiz": "de-CH", "suisse": "de-CH", "simplified": "zh-Hans", "vereinfacht": "zh-Hans", "simplifié": "zh-Hans", "simplificado": "zh-Hans",
	"traditional": "zh-Hant", "traditionell": "zh-Hant", "traditionnel": "zh-Hant", "tradicional": "zh-Hant",
}

// variantOf returns the variant of a language that stands behind its name; empty where it is none of that language.
func variantOf(tag, behind string) string {
	variant := variants[strings.ToLower(strings.Trim(behind, " -()"))]
	if base, _, _ := strings.Cut(variant, "-"); base != tag {
		return ""
	}
	return variant
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
