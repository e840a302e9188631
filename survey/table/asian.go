package table

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// asianEncodings are those of two bytes a character, which are not guessed, but named where no other makes words.
var asianEncodings = []string{"Shift_JIS", "GBK", "EUC-KR", "Big5"}

// asianRivals returns how words would read in Asian encodings, where the likelihood of the best of the others is that of no language; nil
// where one of these fits, or none of those does.
func asianRivals(words [][]byte, score float64) []Rival {
	const enough, noLanguage = 4, -4.0
	foreign := 0
	var longest []byte
	for _, word := range words {
		for _, b := range word {
			if b >= utf8.RuneSelf {
				foreign++
			}
		}
		if len(word) > len(longest) {
			longest = word
		}
	}
	if foreign < enough || score > noLanguage*float64(foreign) {
		return nil
	}
	var rivals []Rival
	for _, name := range asianEncodings {
		decoded, err := encodingNamed(name).NewDecoder().Bytes(longest)
		if err == nil && strings.IndexFunc(string(decoded), strangeToAsia) < 0 {
			rivals = append(rivals, Rival{name, string(decoded)})
		}
	}
	return rivals
}

// strangeToAsia says whether r stands in no text of East Asia.
func strangeToAsia(r rune) bool {
	const halfWidthFirst, halfWidthLast = '\uff61', '\uff9f' // what a byte too many makes of Japanese
	return r >= halfWidthFirst && r <= halfWidthLast || r >= utf8.RuneSelf && !unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Hangul) && r != 'ー' && !unicode.IsPunct(r)
}
