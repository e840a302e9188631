package survey

import (
	"context"
	"iter"
	"strings"
	"time"

	"earshot/survey/address"
	"earshot/survey/store"
)

// suppressionsOf returns the suppressions of the addresses, for suppressedIn.
func (s *Service) suppressionsOf(ctx context.Context, emails []string) (map[string]*Suppression, error) {
	return s.db.suppressions.Fetch(ctx, suppressionIDs(emails...))
}

// Suppression returns what keeps the address from being mailed, its own suppression before its domain's, or NotFound.
func (s *Service) Suppression(ctx context.Context, email string) (*Suppression, error) {
	found, err := s.suppressionsOf(ctx, []string{email})
	if err != nil {
		return nil, err
	}
	if x := suppressedIn(found, email); x != nil {
		return x, nil
	}
	return nil, mayBeMailed(email)
}

func mayBeMailed(email string) error {
	return Errorf(NotFound, "%q may be mailed: it is not on the list", email)
}

// SuppressionFilter says which lines of the list of those who must not be mailed to read; what is empty does not narrow.
type SuppressionFilter struct {
	// Search is how the address begins, or, with an @ in front, how its domain does: "@example.com" finds the rule for the domain
	// and every address there that is on the list by itself.
	Search string
	Reason SuppressionReason
	After  store.Cursor
	// Limit is at most MaxPage; 0 means DefaultLimit.
	Limit int
}

// Suppressions returns a page of those who must not be mailed: the latest first, or what was searched for in the order of the
// alphabet. Returns Invalid for a cursor that is not one of that list.
func (s *Service) Suppressions(ctx context.Context, f SuppressionFilter) (Page[*Suppression], error) {
	return findPage(ctx, s.db.suppressions, f.query())
}

// EachSuppression reads all that the filter lets through, in the order of Suppressions. An error ends it and is its last element.
func (s *Service) EachSuppression(ctx context.Context, f SuppressionFilter) iter.Seq2[*Suppression, error] {
	q := f.query()
	q.After, q.Limit = "", 0
	return s.db.suppressions.All(ctx, q)
}

func (f SuppressionFilter) query() store.Query {
	q := store.Query{Index: suppressionsByTime, After: f.After, Limit: f.Limit}
	q.Where = []store.Where{{Field: "lifted_at", Is: store.Equals, Value: time.Time{}}}
	sought := tidyRule(address.Key(f.Search))
	if sought == "" {
		narrow(&q, choice{"reason", string(f.Reason), suppressionsByReason})
		q.Descending = true
		return q
	}
	q.Index = suppressionsByEmail
	if domain, behind := strings.CutPrefix(strings.TrimPrefix(sought, everybody), "@"); behind {
		q.Index, sought = suppressionsByDomain, domain
	}
	narrow(&q, choice{"reason", string(f.Reason), ""})
	q.From, q.To = sought, sought+lastRune
	return q
}

// everybody may stand in front of a domain that is searched for.
const everybody = "*"
