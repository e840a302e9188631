package survey

import (
	"context"
	"strings"
	"time"
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
// of ours. It costs one reading of the store, and one more where there are answers to show.
func (s *Service) Open(ctx context.Context, token string) (*Sheet, error) {
	inv, err := s.invitationOf(ctx, token)
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
	if sheet.State != SheetAnswered {
		return sheet, nil
	}
	response, err := s.db.responses.Get(ctx, string(ResponseOf(InvitationID(inv.ID))))
	if err != nil {
		return sheet, ignoreNotFound(err)
	}
	sheet.Answers, sheet.AnsweredAt = response.Answers, response.SubmittedAt
	return sheet, nil
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
