package survey

import (
	"context"
	"errors"
	"time"

	"earshot/survey/store"
)

// lease is how long a worker keeps a document to itself. A worker that dies leaves it to the next one after that time.
const lease = 5 * time.Minute

// WorkAskLog finishes the asks of one ledger that were noted and did not become invitations, because the process that
// made them died. It says whether there was one.
func (s *Service) WorkAskLog(ctx context.Context) (worked bool, err error) {
	now := s.now()
	log, err := claimOne(ctx, s.db.askLogs, now, now.Add(lease))
	if errors.Is(err, store.ErrNotFound) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	for _, a := range log.Asks {
		if !a.Owed {
			continue
		}
		if err := s.finishAsk(ctx, CustomerID(log.ID), &a); err != nil {
			return true, err
		}
	}
	_, err = s.db.askLogs.Update(ctx, log.ID, func(l *AskLog) error {
		l.strike("") // nothing may have been owed at all
		return nil
	})
	return true, ignoreNotFound(err)
}

// finishAsk makes the invitation of an ask if it is not there, and strikes the debt. An ask of somebody who was deleted
// meanwhile becomes void.
func (s *Service) finishAsk(ctx context.Context, id CustomerID, a *Ask) error {
	inv, err := s.owedInvitation(ctx, id, a)
	if KindOf(err) == NotFound {
		return s.endAsk(ctx, id, a.InvitationID, true)
	}
	if err != nil {
		return err
	}
	if err := s.db.invitations.Insert(ctx, inv); err != nil && !isDuplicate(err) {
		return err
	}
	s.bells.ring(queueMails)
	return ignoreNotFound(s.strikeAsk(ctx, id, a.InvitationID))
}

// owedInvitation makes the invitation of an ask out of what is stored now.
func (s *Service) owedInvitation(ctx context.Context, id CustomerID, a *Ask) (*Invitation, error) {
	customer, err := s.Customer(ctx, id)
	if err != nil {
		return nil, err
	}
	contact, err := s.Contact(ctx, a.ContactID)
	if err != nil {
		return nil, err
	}
	survey, err := s.Survey(ctx, a.SurveyID)
	if err != nil {
		return nil, err
	}
	return s.newInvitation(a, customer, contact, survey), nil
}

// endAsk notes that an ask is over; void says that nothing reached the contact. Twice is once.
func (s *Service) endAsk(ctx context.Context, id CustomerID, invitation InvitationID, void bool) error {
	_, err := s.db.askLogs.Update(ctx, string(id), func(l *AskLog) error {
		if !l.end(invitation, s.now(), void) {
			return errNothingToDo
		}
		return nil
	})
	if errors.Is(err, errNothingToDo) {
		return nil
	}
	return ignoreNotFound(err)
}

// errNothingToDo leaves an Update without a write.
var errNothingToDo = errors.New("survey: nothing to do")

// ignoreNotFound returns err, except that what is gone needs nothing done to it.
func ignoreNotFound(err error) error {
	if errors.Is(err, store.ErrNotFound) {
		return nil
	}
	return err
}
