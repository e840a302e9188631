package survey

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"slices"
	"strings"

	"earshot/survey/store"
)

// Page is one page of a list. Where there are more, Next is not empty, and is what to ask for the rest with. A page may then
// hold fewer items than asked for, where that is said.
type Page[T any] struct {
	Items []T          `json:"items"`
	Next  store.Cursor `json:"next,omitempty"`
}

// Limits of a page.
const (
	// DefaultLimit is the length of a page where the caller does not say.
	DefaultLimit = 50
	// MaxPage is the length of the longest page.
	MaxPage = 500
)

// pageLimit returns the length of the page that was asked for: DefaultLimit for 0, at most MaxPage.
func pageLimit(asked int) int {
	if asked <= 0 {
		return DefaultLimit
	}
	return min(asked, MaxPage)
}

// finder is what a page is read from: a store.Collection.
type finder[P any] interface {
	Find(ctx context.Context, q store.Query) ([]P, store.Cursor, error)
}

// findPage reads a page of what q asks for, in one trip: conditions that its index does not decide are for the engine to
// check (see narrow). The engine tells by a cursor which list it is of; by what that list was narrowed stands behind it.
// besides is what else tells the list apart, such as by which models it is ranked.
func findPage[P any](ctx context.Context, from finder[P], q store.Query, besides ...any) (Page[P], error) {
	q.Limit = pageLimit(q.Limit)
	mark := narrowedMark(q, besides)
	if q.After != "" {
		after, whole := strings.CutSuffix(string(q.After), mark)
		if !whole {
			return Page[P]{}, invalidCursor()
		}
		q.After = store.Cursor(after)
	}
	found, next, err := from.Find(ctx, q)
	if errors.Is(err, store.ErrQuery) && q.After != "" {
		return Page[P]{}, invalidCursor()
	}
	if err != nil {
		return Page[P]{}, err
	}
	if found == nil {
		found = []P{}
	}
	if next != "" {
		next += store.Cursor(mark)
	}
	return Page[P]{Items: found, Next: next}, nil
}

// narrowedMark tells a list apart from the same one narrowed otherwise; empty where nothing narrows it. A condition that lies at the present
// moment (NotAtLeast, of the snoozed) differs from page to page and is none.
func narrowedMark(q store.Query, besides []any) string {
	narrowed := slices.Clone(besides)
	for _, w := range q.Where {
		if w.Is != store.NotAtLeast {
			narrowed = append(narrowed, w)
		}
	}
	if q.From != nil || q.To != nil {
		narrowed = append(narrowed, q.From, q.To)
	}
	if len(narrowed) == 0 {
		return ""
	}
	h := fnv.New32a()
	fmt.Fprint(h, narrowed...)
	return fmt.Sprintf(".%08x", h.Sum32())
}

// choice is a part of a filter: the field must have the value, unless that is empty. index is the one that leads with the
// field; empty if none does.
type choice struct{ field, value, index string }

// narrow puts choices into a query: it is found by the index of the first that has one, and the engine checks the others.
func narrow(q *store.Query, choices ...choice) {
	for _, c := range choices {
		switch {
		case c.value == "":
		case c.index != "" && q.Equal == nil:
			q.Index, q.Equal = c.index, []any{c.value}
		default:
			q.Where = append(q.Where, store.Where{Field: c.field, Is: store.Equals, Value: c.value})
		}
	}
}

// invalidCursor says that a list was asked to go on at a place that is none of it: the cursor was tampered with, is
// another list's, or of one that was ranked anew since. Whether it fits only the storage engine can tell, and the rest of the queries here always fits.
func invalidCursor() *Error {
	return InvalidField("cursor", "must be the one that the page before gave, with the same filters; if it is, the list was ranked anew meanwhile: begin again without cursor")
}
