package survey

import (
	"context"
	"errors"
	"time"

	"earshot/survey/store"
)

// byStaff is why an answer is set aside that came from a browser of ours.
const byStaff = "it came from a browser in which one of our own people has logged in"

// CountedByHand says that somebody of ours had an answer count that was set aside.
type CountedByHand struct {
	By RepID     `json:"by"`
	At time.Time `json:"at"`
	// Suspect is why it was set aside, should it be so again.
	Suspect string `json:"suspect"`
}

// CountResponse has an answer count that was set aside: somebody knows that it is the contact's own word, given on the phone for example.
// Returns NotFound, and Conflict where it counts already.
func (s *Service) CountResponse(ctx context.Context, id ResponseID, by RepID) (*Response, error) {
	return s.judgeResponse(ctx, id, func(r *Response, now time.Time) error {
		if r.Suspect == "" {
			return Errorf(Conflict, "this answer counts already")
		}
		r.Counted, r.Suspect = &CountedByHand{By: by, At: now, Suspect: r.Suspect}, ""
		r.oweEffects(now)
		return nil
	})
}

// SetAsideAgain takes back what CountResponse did. What followed from counting stays: the ask has its answer, and the customer a sign of
// life. Returns NotFound, and Conflict for an answer that nobody had count by hand.
func (s *Service) SetAsideAgain(ctx context.Context, id ResponseID) (*Response, error) {
	return s.judgeResponse(ctx, id, func(r *Response, _ time.Time) error {
		if r.Counted == nil {
			return Errorf(Conflict, "nobody had this answer count by hand")
		}
		r.Suspect, r.Counted = r.Counted.Suspect, nil
		return nil
	})
}

// judgeResponse changes whether a response counts.
func (s *Service) judgeResponse(ctx context.Context, id ResponseID, judge func(r *Response, now time.Time) error) (*Response, error) {
	now := s.now()
	r, err := s.db.responses.Update(ctx, string(id), func(r *Response) error {
		r.ChangedAt = now
		return judge(r, now)
	})
	if errors.Is(err, store.ErrNotFound) {
		return nil, Errorf(NotFound, "there is no response %q", id)
	}
	if err != nil {
		return nil, err
	}
	s.outbox.Wake(responseSpec.Name)
	return r, nil
}
