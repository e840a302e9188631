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

// WorkResponse performs what one response still owes: its invitation is marked as answered, its ask as over, and the
// answer becomes a sign of life. It says whether there was one. Every step can be repeated.
func (s *Service) WorkResponse(ctx context.Context) (worked bool, err error) {
	now := s.now()
	r, err := s.db.responses.Claim(ctx, now, now.Add(lease))
	if errors.Is(err, store.ErrNotFound) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	if err := s.noteAnswer(ctx, r); err != nil {
		return true, err
	}
	r.Due = time.Time{}
	err = s.db.responses.Replace(ctx, r)
	if !errors.Is(err, store.ErrConflict) {
		return true, err
	}
	// The contact changed the answers meanwhile. The effects do not depend on what was answered, so nothing is owed.
	_, err = s.db.responses.Update(ctx, r.ID, func(r *Response) error {
		r.Due = time.Time{}
		return nil
	})
	return true, ignoreNotFound(err)
}

// answerTouchpoint begins the external id of the touchpoint that a response leaves.
const answerTouchpoint = "answer:"

// noteAnswer performs the effects of a response.
func (s *Service) noteAnswer(ctx context.Context, r *Response) error {
	_, err := s.db.invitations.Update(ctx, string(r.InvitationID), func(i *Invitation) error {
		if !i.AnsweredAt.IsZero() {
			return errNothingToDo
		}
		i.AnsweredAt = r.SubmittedAt
		return nil
	})
	if err := ignoreNotFound(err); err != nil && !errors.Is(err, errNothingToDo) {
		return err
	}
	if err := s.endAsk(ctx, r.CustomerID, r.InvitationID, false); err != nil {
		return err
	}
	_, err = s.RecordTouchpoint(ctx, TouchpointInput{
		ExternalID: answerTouchpoint + r.ID, CustomerID: r.CustomerID, ContactID: r.ContactID, Kind: Answered, At: r.SubmittedAt,
	})
	return tolerateGone(err)
}
