package access

import (
	"context"
	"strings"
	"unicode"

	"golang.org/x/text/cases"
	"golang.org/x/text/runes"
	"golang.org/x/text/transform"
	"golang.org/x/text/unicode/norm"

	"earshot/survey"
)

// RepsNamed returns the reps of that name, whatever its case, accents and space, as the domain knows them; those who are disabled last.
func (s *Service) RepsNamed(ctx context.Context, name string) ([]survey.Rep, error) {
	all, err := s.Reps(ctx)
	if err != nil {
		return nil, err
	}
	var here, gone []survey.Rep
	for _, rep := range all {
		switch {
		case nameKey(rep.Name) != nameKey(name):
		case rep.DisabledAt.IsZero():
			here = append(here, rep.domain())
		default:
			gone = append(gone, rep.domain())
		}
	}
	return append(here, gone...), nil
}

// nameKey folds a name for comparison.
func nameKey(name string) string {
	bare, _, err := transform.String(transform.Chain(norm.NFKD, runes.Remove(runes.In(unicode.Mn))), strings.Join(strings.Fields(name), " "))
	if err != nil {
		bare = name
	}
	return cases.Fold().String(bare)
}
