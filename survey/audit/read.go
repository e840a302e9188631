package audit

import (
	"context"
	"errors"
	"iter"
	"time"

	"earshot/survey"
	"earshot/survey/store"
)

// Filter narrows the log; what is zero does not.
type Filter struct {
	// Who is the id of an actor, Act the name of an act, Document the id of what it is about, which narrows by itself alone.
	Who, Act, Document string
	// From and To bound the time: From <= at < To.
	From, To time.Time
	// Behind leaves out the entries up to that number: for reading on. It is not combined with Latest.
	Behind int64
	// Latest begins with the latest entry; else the log is read from its beginning.
	Latest bool
}

// query is the filter as the store is asked.
func (f Filter) query() store.Query {
	q := store.Query{Index: entriesByTime, Descending: f.Latest}
	switch {
	case f.Document != "":
		q.Index, q.Equal = entriesByDocument, []any{f.Document}
	case f.Who != "" && f.Act != "":
		q.Index, q.Equal = entriesByWhoAct, []any{f.Who, f.Act}
	case f.Who != "":
		q.Index, q.Equal = entriesByWho, []any{f.Who}
	case f.Act != "":
		q.Index, q.Equal = entriesByAct, []any{f.Act}
	}
	if !f.From.IsZero() {
		q.From = store.Time(f.From)
	}
	if !f.To.IsZero() {
		q.To = store.Time(f.To)
	}
	if f.Behind > 0 {
		q.Where = []store.Where{{Field: "number", Is: store.AtLeast, Value: f.Behind + 1}}
	}
	return q
}

// Page returns a page of the entries that the filter lets through. Returns Invalid for a cursor of another list.
func (l *Log) Page(ctx context.Context, f Filter, after survey.Cursor, limit int) (survey.Page[*Entry], error) {
	q := f.query()
	if q.Index == entriesByTime && q.From == nil && q.To == nil {
		q.Index = store.ByID
		if f.Behind > 0 {
			q.From, q.Where = idOf(f.Behind+1), nil
		}
	}
	q.After, q.Limit = after, limit
	found, next, err := l.entries.Find(ctx, q)
	if errors.Is(err, store.ErrQuery) && after != "" {
		return survey.Page[*Entry]{}, survey.InvalidField("cursor", "is not the next_cursor of an earlier page of this list")
	}
	return survey.Page[*Entry]{Items: found, Next: next}, err
}

// Each returns all entries that the filter lets through, read as they are taken.
func (l *Log) Each(ctx context.Context, f Filter) iter.Seq2[*Entry, error] {
	return l.entries.All(ctx, f.query())
}

// All returns the whole log in the order of its ids.
func (l *Log) All(ctx context.Context) iter.Seq2[*Entry, error] {
	return l.entries.All(ctx, store.Query{Index: store.ByID})
}

// Outcomes returns what came of the acts that were begun with these entries, by their numbers. One that is missing has no
// outcome yet, or nobody knows it.
func (l *Log) Outcomes(ctx context.Context, begun []*Entry) (map[int64]*Entry, error) {
	var numbers []any
	for _, e := range begun {
		if e.Outcome == Begun {
			numbers = append(numbers, e.Number)
		}
	}
	found := make(map[int64]*Entry, len(numbers))
	if len(numbers) == 0 {
		return found, nil
	}
	for e, err := range l.entries.All(ctx, store.Query{Index: entriesByOf, In: numbers}) {
		if err != nil {
			return nil, err
		}
		found[e.Of] = e
	}
	return found, nil
}
