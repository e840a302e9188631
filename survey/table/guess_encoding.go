package table

import (
	"math"
	"slices"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding"
)

// tongue is a language, by how often each of its letters that are not ASCII stands in its texts, as a share of all of these.
type tongue map[rune]float64

// shares makes a tongue of letters and their shares in thousandths.
func shares(letters string, thousandths ...float64) *tongue {
	t := tongue{}
	for i, r := range []rune(letters) {
		t[r] = thousandths[i] / 1000
	}
	return &t
}

// evenly makes a tongue whose letters are all as frequent, those at the beginning rather more so.
func evenly(letters string) *tongue {
	t, n := tongue{}, float64(utf8.RuneCountInString(letters))
	for i, r := range []rune(letters) {
		t[r] = 2 * (n - float64(i)) / (n * (n + 1))
	}
	return &t
}

// The languages by the family of encodings that they are written in. The shares are rounded from letter counts of their Wikipedias.
var (
	german  = shares("äöüß", 330, 170, 370, 130)
	western = []*tongue{
		german,
		shares("éèàêçùîôûâëïœ", 600, 90, 160, 50, 30, 20, 15, 15, 10, 10, 5, 5, 5),
		shares("áéíóúñü", 180, 150, 260, 300, 60, 110, 5),
		shares("ãçáéíóõêâúôà", 280, 190, 130, 130, 100, 80, 40, 40, 20, 20, 10, 20),
		shares("àèùòéì", 350, 300, 100, 120, 80, 50),
		shares("åäöé", 320, 420, 250, 10),
		shares("æøåé", 310, 330, 340, 20),
		shares("ëéïöü", 500, 250, 150, 50, 50),
		shares("áðéíóúýþæö", 200, 250, 60, 180, 100, 70, 30, 80, 90, 80),
	}
	central = []*tongue{
		german,
		shares("áčďéěíňóřšťúůýž", 170, 80, 3, 110, 130, 240, 10, 3, 100, 70, 5, 20, 50, 80, 80),
		shares("áäčďéíĺľňóôŕšťúýž", 220, 10, 130, 20, 100, 120, 2, 50, 20, 10, 30, 2, 100, 70, 110, 130, 120),
		shares("ąćęłńóśźż", 150, 60, 170, 300, 30, 130, 100, 10, 130),
		shares("áéíóöőúüű", 330, 340, 60, 110, 100, 90, 30, 50, 20),
		shares("ăâîşţ", 400, 60, 170, 200, 170),
		shares("čćđšž", 300, 200, 80, 260, 200),
	}
	cyrillic = []*tongue{
		evenly("оеаинтсрвлкмдпуяыьгзбчйхжшюцщэфъё"), evenly("оаиніветрслкдмпуязьбгчйхцжїшюєщфґ"), evenly("аиоенрсјтукдвмлпзгбшчцњжхфљћђџ"),
	}
	turkish = []*tongue{shares("ığüşçöi̇", 400, 100, 170, 150, 100, 70, 10, 10)}
	baltic  = []*tongue{
		shares("ėšųžįąčūę", 400, 150, 140, 90, 80, 60, 50, 50, 30), shares("āīēšūņļžķģč", 350, 180, 160, 80, 80, 60, 50, 30, 10, 10, 10), shares("äõüöšž", 400, 300, 200, 80, 10, 10),
	}
	greek = []*tongue{evenly("αοιετσνηυρπκμλςωδγθφχάίόέύήβώξζψϊϋ")}
)

// Rival is an encoding in which a text may be written, and how a word of it would read.
type Rival struct{ Encoding, Word string }

// encodingGuess is how a text is probably written.
type encodingGuess struct {
	name     string
	encoding encoding.Encoding
	doubt    bool
	rivals   []Rival
}

const (
	// sureBy is by how much, in natural logarithms, the best guess must be likelier than one by which the text would read otherwise.
	sureBy = 2.5
	// The likelihoods of what is no letter of a language: a strange letter, a letter with a wrong case, punctuation, another sign within
	// a word, and what no text holds.
	strange, wrongCase, punctuation, sign, nothing = -8, -4, -2, -7, -14
)

// guessEncoding returns how a text that is not UTF-8 is probably written, by whether it holds words of languages then.
func guessEncoding(text []byte) encodingGuess {
	type scored struct {
		candidate
		words []string
		score float64
	}
	var all []scored
	spans := foreignWords(text)
	for _, c := range candidates {
		s := scored{candidate: c, score: c.prior}
		for _, span := range spans {
			decoded, _ := c.encoding.NewDecoder().Bytes(span)
			s.words = append(s.words, string(decoded))
			s.score += plausible([]rune(string(decoded)), c.tongues)
		}
		all = append(all, s)
	}
	slices.SortStableFunc(all, func(a, b scored) int { return -cmp(a.score, b.score) })
	best := all[0]
	guess := encodingGuess{name: best.name, encoding: best.encoding}
	for _, other := range all[1:] {
		at := slices.IndexFunc(best.words, func(w string) bool { return !slices.Contains(other.words, w) })
		if at < 0 || best.score-other.score > sureBy {
			continue
		}
		if guess.doubt = true; guess.rivals == nil {
			guess.rivals = []Rival{{best.name, best.words[at]}}
		}
		guess.rivals = append(guess.rivals, Rival{other.name, other.words[at]})
	}
	if rivals := asianRivals(spans, best.score); rivals != nil {
		guess.doubt, guess.rivals = true, append([]Rival{{best.name, best.words[0]}}, rivals...)
	}
	return guess
}

func cmp(a, b float64) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// foreignWords returns words that hold bytes beyond ASCII, each once.
func foreignWords(text []byte) [][]byte {
	const enough = 300
	var words [][]byte
	seen := map[string]bool{}
	begin, foreign := 0, false
	for i := 0; i <= len(text) && len(words) < enough; i++ {
		if i < len(text) && (text[i] >= utf8.RuneSelf || text[i] >= 'A' && text[i] <= 'Z' || text[i] >= 'a' && text[i] <= 'z') {
			foreign = foreign || text[i] >= utf8.RuneSelf
			continue
		}
		if word := text[begin:i]; foreign && !seen[string(word)] {
			seen[string(word)] = true
			words = append(words, word)
		}
		begin, foreign = i+1, false
	}
	return words
}

// plausible returns how likely a word is in the language that fits it best.
func plausible(word []rune, tongues []*tongue) float64 {
	best := math.Inf(-1)
	for _, t := range tongues {
		sum, before := 0.0, ' '
		for i, r := range word {
			if r >= utf8.RuneSelf {
				sum += t.likelihood(r, before, i+1 < len(word) && word[i+1] < utf8.RuneSelf && len(*t) > 30)
			}
			before = r
		}
		best = max(best, sum)
	}
	return best
}

// likelihood is that of one letter behind another. mixed says that ASCII follows in a language that is written in letters of its own.
func (t tongue) likelihood(r, before rune, mixed bool) float64 {
	l := 0.0
	if unicode.IsUpper(r) {
		if l = -0.3; unicode.IsLower(before) {
			l = wrongCase
		}
	}
	if mixed {
		l += strange
	}
	share := t[unicode.ToLower(r)]
	switch {
	case share > 0:
		return l + math.Log(share)
	case unicode.IsLetter(r):
		return l + strange
	case r == utf8.RuneError, unicode.IsControl(r):
		return nothing
	case !unicode.IsLetter(before) && (unicode.IsPunct(r) || unicode.IsSpace(r) || unicode.Is(unicode.Sc, r)):
		return punctuation
	case unicode.IsPunct(r), unicode.IsSpace(r):
		return punctuation + wrongCase
	}
	return sign
}
