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
	// Within is for whose customers asked; nil is everybody's.
	Within  *Reach
	Segment string
	// From and To bound SubmittedAt: From <= SubmittedAt < To.
	From, To time.Time
	// Suspects adds those that are set aside as a machine's.
	Suspects bool
	// Low leaves only those that somebody should look after; see Response.Low.
	Low bool
	// Gave, if not nil, leaves only those that gave one of these scores to a question. An empty list leaves none.
	Gave  []Score
	After store.Cursor
	Limit int
}

// Responses returns a page of responses, newest first.
func (s *Service) Responses(ctx context.Context, f ResponseFilter) (Page[*Response], error) {
	return findPage(ctx, s.db.responses, f.query())
}

func (f ResponseFilter) query() store.Query {
	q := store.Query{Index: responsesByTime, Descending: true, After: f.After, Limit: f.Limit}
	narrow(&q, choice{"customer_id", string(f.CustomerID), responsesByCustomer}, choice{"rep_id", string(f.RepID), responsesByRep},
		choice{"survey_id", string(f.SurveyID), responsesBySurvey}, choice{"segment", f.Segment, ""})
	f.Within.askedFor(&q, responsesByRep)
	boundTimes(&q, f.From, f.To)
	if !f.Suspects {
		q.Where = append(q.Where, store.Where{Field: "suspect", Is: store.Equals, Value: ""})
	}
	if f.Low {
		q.Where = append(q.Where, store.Where{Field: "low", Is: store.Equals, Value: true})
	}
	if f.Gave != nil {
		words := []any{}
		for _, score := range f.Gave {
			words = append(words, score.word())
		}
		q.Where = append(q.Where, store.Where{Field: "tally", Is: store.HasWord, Value: words})
	}
	return q
}

// ResponsesChanged returns a page of the responses that came or changed since then, in that order, those that are set
// aside too. Whoever follows them repeats some seconds, for another process's clock may differ.
func (s *Service) ResponsesChanged(ctx context.Context, since time.Time, after store.Cursor, limit int) (Page[*Response], error) {
	q := store.Query{Index: responsesByChange, After: after, Limit: limit}
	boundTimes(&q, since, time.Time{})
	return findPage(ctx, s.db.responses, q)
}
