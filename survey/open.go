package survey

import (
	"context"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"
)

// SheetState is what a link leads to.
type SheetState string

// The states of a sheet.
const (
	SheetOpen     SheetState = "open"     // waits for its first answer
	SheetAnswered SheetState = "answered" // Answers are there, and can be changed
	SheetExpired  SheetState = "expired"
	SheetDeclined SheetState = "declined"
	SheetRevoked  SheetState = "revoked"
	SheetClosed   SheetState = "closed" // the survey takes no more answers
)

// Sheet is what the contact that has a link is shown.
type Sheet struct {
	State        SheetState
	InvitationID InvitationID
	SurveyID     SurveyID
	RepID        RepID
	// Version is shared by all who see it: do not change it.
	Version *SurveyVersion
	// Language is the contact's, or the one nearest to it that the version is worded in.
	Language    string
	ContactName string
	// Email is the address that was asked; empty if the link was handed out to somebody without one.
	Email string
	// Answers are what was answered so far, and AnsweredAt is when; only in state answered.
	Answers    []Answer
	AnsweredAt time.Time
	ExpiresAt  time.Time
	// Unsubscribed says that the contact wants no more mail by this link. They may answer all the same.
	Unsubscribed bool
}

// Open returns what the link with that token shows, and changes nothing. Returns NotFound for every token that is not one
// of ours. Whether there is an answer is read from the response itself, so that a contact sees what they sent in at once. It
// costs two readings of the store, at the same time.
func (s *Service) Open(ctx context.Context, token string) (*Sheet, error) {
	inv, response, err := s.invitationAndResponse(ctx, token)
	err = sure(ctx, err, func(ctx context.Context) (err error) {
		inv, response, err = s.invitationAndResponse(ctx, token)
		return err
	})
	if err != nil {
		return nil, err
	}
	version, err := s.SurveyVersion(ctx, inv.SurveyID, inv.SurveyVersion)
	if err != nil {
		return nil, err
	}
	sheet := &Sheet{
		InvitationID: InvitationID(inv.ID), SurveyID: inv.SurveyID, RepID: inv.RepID, Version: version,
		Language: version.Language(inv.Language), ContactName: inv.ContactName, Email: inv.Email,
		ExpiresAt: inv.ExpiresAt, Unsubscribed: !inv.UnsubscribedAt.IsZero(),
	}
	if sheet.State, err = s.sheetState(ctx, inv); err != nil {
		return nil, err
	}
	answerable := sheet.State == SheetOpen || sheet.State == SheetExpired || sheet.State == SheetAnswered
	if answerable && response != nil && response.Suspect == "" {
		sheet.State, sheet.Answers, sheet.AnsweredAt = SheetAnswered, response.Answers, response.SubmittedAt
	}
	return sheet, nil
}

// invitationAndResponse returns the invitation that a token opens, and its response, which is nil where there is none.
func (s *Service) invitationAndResponse(ctx context.Context, token string) (inv *Invitation, response *Response, err error) {
	id, _, ok := splitToken(token)
	if !ok {
		return nil, nil, errUnknownLink()
	}
	var reading errgroup.Group
	reading.Go(func() error {
		found, err := s.db.responses.Fetch(ctx, []string{string(ResponseOf(id))})
		response = found[string(ResponseOf(id))]
		return err
	})
	inv, err = s.invitationOf(ctx, token)
	if failed := reading.Wait(); err == nil {
		err = failed
	}
	return inv, response, err
}

// sheetState returns the state of the invitation's sheet.
func (s *Service) sheetState(ctx context.Context, inv *Invitation) (SheetState, error) {
	open, err := s.surveyOpen(ctx, inv.SurveyID)
	switch {
	case err != nil:
		return "", err
	case !inv.RevokedAt.IsZero():
		return SheetRevoked, nil
	case !inv.DeclinedAt.IsZero():
		return SheetDeclined, nil
	case !open:
		return SheetClosed, nil
	case !inv.AnsweredAt.IsZero():
		return SheetAnswered, nil
	case !s.now().Before(inv.ExpiresAt):
		return SheetExpired, nil
	}
	return SheetOpen, nil
}

// ResponseOf returns the id of the one response that an invitation can have: the invitation's own behind another prefix,
// so that responses to invitations of one time lie together.
func ResponseOf(id InvitationID) ResponseID {
	return ResponseID("rsp_" + strings.TrimPrefix(string(id), invitationPrefix))
}
