package survey

import (
	"context"
	"errors"
	"time"

	"earshot/survey/store"
)

// Response returns one response.
func (s *Service) Response(ctx context.Context, id ResponseID) (*Response, error) {
	r, err := s.db.responses.Get(ctx, string(id))
	if errors.Is(err, store.ErrNotFound) {
		return nil, Errorf(NotFound, "there is no response %q", id)
	}
	return r, err
}

// ResponseFilter narrows a list of responses; what is empty does not.
type ResponseFilter struct {
	SurveyID   SurveyID
	CustomerID CustomerID
	RepID      RepID
	Segment    string
	// From and To bound SubmittedAt: From <= SubmittedAt < To.
	From, To time.Time
	// Suspects adds those that are set aside as a machine's.
	Suspects bool
	After    store.Cursor
	Limit    int
}

// Responses returns a page of responses, newest first.
func (s *Service) Responses(ctx context.Context, f ResponseFilter) (Page[*Response], error) {
	q := store.Query{Index: responsesByTime, Descending: true, After: f.After, Limit: f.Limit}
	switch {
	case f.CustomerID != "":
		q.Index, q.Equal = responsesByCustomer, []any{string(f.CustomerID)}
	case f.RepID != "":
		q.Index, q.Equal = responsesByRep, []any{string(f.RepID)}
	case f.SurveyID != "":
		q.Index, q.Equal = responsesBySurvey, []any{string(f.SurveyID)}
	}
	boundTimes(&q, f.From, f.To)
	return filterPage(ctx, s.db.responses, q, f.keeps)
}

// keeps says whether the response is one of those asked for.
func (f ResponseFilter) keeps(r *Response) bool {
	return matches(f.SurveyID, r.SurveyID) && matches(f.CustomerID, r.CustomerID) && matches(f.RepID, r.RepID) &&
		matches(f.Segment, r.Segment) && (f.Suspects || r.Suspect == "")
}

// ResponsesChanged returns a page of the responses that came or changed since then, in that order, those that are set
// aside too. Whoever follows them repeats some seconds, for another process's clock may differ.
func (s *Service) ResponsesChanged(ctx context.Context, since time.Time, after store.Cursor, limit int) (Page[*Response], error) {
	q := store.Query{Index: responsesByChange, After: after, Limit: limit}
	boundTimes(&q, since, time.Time{})
	return filterPage(ctx, s.db.responses, q, all)
}
