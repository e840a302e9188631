package access

import (
	"context"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/trustelem/zxcvbn"
	"github.com/trustelem/zxcvbn/match"

	"earshot/survey"
)

const (
	// fewestGuesses is how many guesses a password must outlast by the estimate of zxcvbn: what its authors call safely
	// unguessable where tries are slow. It is what lists of usual passwords, words, names, rows of keys and dates make of it.
	fewestGuesses = 1e8
	// leastOfOwn is how many characters must be left of a password without the rep's name, address and company.
	leastOfOwn = 8
	// fewestLetters is how many different characters it must have: zxcvbn finds repetitions among Latin letters only.
	fewestLetters = 5
	// estimated is how many characters are estimated, for the work grows with the square of them.
	estimated = 64
	// leastWord is how long a part of a name must be to count as one.
	leastWord = 3
)

// checkPassword says what is wrong with a new password of the rep, by the field that it was typed in; nil if nothing is.
// There are no rules on what it is made of.
func (s *Service) checkPassword(field, password string, rep *Rep) error {
	switch n := utf8.RuneCountInString(normal(password)); {
	case !utf8.ValidString(password):
		return survey.InvalidField(field, "is not text")
	case n < MinPassword:
		return survey.InvalidField(field, "must have at least %d characters", MinPassword)
	case n > MaxPassword:
		return survey.InvalidField(field, "must have at most %d characters", MaxPassword)
	}
	if why := weakness(normal(password), s.ownWords(rep)); why != "" {
		return survey.InvalidField(field, "%s; take a few words that do not belong together", why)
	}
	return nil
}

// ownWords are what somebody who knows the rep would try: the parts of the name, of the address and of the company.
func (s *Service) ownWords(rep *Rep) []string {
	own := []string{"earshot"}
	for _, text := range []string{rep.Name, rep.Email, s.company} {
		for _, word := range strings.FieldsFunc(strings.ToLower(normal(text)), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) }) {
			if utf8.RuneCountInString(word) >= leastWord {
				own = append(own, word)
			}
		}
	}
	slices.SortFunc(own, func(a, b string) int { return len(b) - len(a) })
	return own
}

// weakness says why a password would soon be guessed; empty if it would not.
func weakness(password string, own []string) string {
	begin := []rune(password)
	begin = begin[:min(len(begin), estimated)]
	switch {
	case different(begin) < fewestLetters:
		return "repeats few characters"
	case leftOf(string(begin), own) < leastOfOwn && leftOf(string(begin), nil) >= leastOfOwn:
		return "is little more than your name, your address or your company"
	}
	estimate := zxcvbn.PasswordStrength(string(begin), own)
	if estimate.Guesses >= fewestGuesses {
		return ""
	}
	if slices.ContainsFunc(estimate.Sequence, func(m *match.Match) bool { return m.Pattern == "dictionary" }) {
		return "is one of those that are tried first"
	}
	return "repeats something, or goes along the keyboard, the alphabet or the calendar"
}

// different counts the different characters.
func different(password []rune) int {
	sorted := slices.Sorted(slices.Values(password))
	return len(slices.Compact(sorted))
}

// leftOf counts the characters that are left of a password without the words, the longest of which come first.
func leftOf(password string, words []string) (left int) {
	rest := strings.ToLower(password)
	for _, word := range words {
		rest = strings.ReplaceAll(rest, word, " ")
	}
	for _, r := range rest {
		if !unicode.IsSpace(r) {
			left++
		}
	}
	return left
}

// judgeKnown notes of a password that is right whether it would still be taken, so that the rep can be told.
func (s *Service) judgeKnown(ctx context.Context, rep *Rep, password string) error {
	weak := s.checkPassword("password", password, rep) != nil
	if weak == rep.PasswordWeak {
		return nil
	}
	changed, err := s.db.reps.Update(ctx, rep.ID, func(r *Rep) error {
		if r.PasswordHash == rep.PasswordHash {
			r.PasswordWeak = weak
		}
		return nil
	})
	if err == nil {
		*rep = *changed
	}
	return err
}
