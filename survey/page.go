package survey

import (
	"context"
	"errors"

	"earshot/survey/store"
)

// Page is one page of a list. A page may hold fewer items than asked for, even none, although there are more: Next is then
// not empty, and is what to ask for the rest with.
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

// maxRounds bounds how often one call asks the store, where a filter that no index covers leaves little of what is read.
const maxRounds = 20

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

// filterPage reads on from q until q.Limit documents were kept, the index ends, or maxRounds are over.
func filterPage[P any](ctx context.Context, from finder[P], q store.Query, keep func(P) bool) (Page[P], error) {
	page := Page[P]{Items: []P{}}
	limit := pageLimit(q.Limit)
	for range maxRounds {
		q.Limit = limit - len(page.Items)
		found, next, err := from.Find(ctx, q)
		if errors.Is(err, store.ErrQuery) && q.After != "" {
			return Page[P]{}, invalidCursor()
		}
		if err != nil {
			return Page[P]{}, err
		}
		for _, doc := range found {
			if keep(doc) {
				page.Items = append(page.Items, doc)
			}
		}
		page.Next = next
		if next == "" || len(page.Items) >= limit {
			break
		}
		q.After = next
	}
	return page, nil
}

// invalidCursor says that a list was asked to go on at a place that is none of it: the cursor was tampered with, or is
// another list's. Whether it fits only the storage engine can tell, and the rest of the queries here always fits.
func invalidCursor() *Error {
	return InvalidField("cursor", "must be the one that the page before gave, with the same filters")
}
