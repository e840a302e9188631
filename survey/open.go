package survey

import (
	"context"
	"strings"
	"time"

	"golang.org/x/sync/errgroup"
)

// FormState is what a link leads to.
type FormState string

// The states of a form.
const (
	FormOpen     FormState = "open"     // waits for its first answer
	FormAnswered FormState = "answered" // Answers are there, and can be changed
	FormExpired  FormState = "expired"
	FormDeclined FormState = "declined"
	FormRevoked  FormState = "revoked"
	FormClosed   FormState = "closed" // the survey takes no more answers
)

// Form is what the contact that has a link is shown.
type Form struct {
	State        FormState
	InvitationID InvitationID
	SurveyID     SurveyID
	// RepID is who looks after the customer, Sender who asked in the mail; empty is nobody, and the company.
	RepID, Sender RepID
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
func (s *Service) Open(ctx context.Context, token string) (*Form, error) {
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
	form := &Form{
		InvitationID: InvitationID(inv.ID), SurveyID: inv.SurveyID, RepID: inv.RepID, Sender: inv.sender(), Version: version,
		Language: version.Language(inv.Language), ContactName: inv.ContactName, Email: inv.Email,
		ExpiresAt: inv.ExpiresAt, Unsubscribed: !inv.UnsubscribedAt.IsZero(),
	}
	if form.State, err = s.formState(ctx, inv); err != nil {
		return nil, err
	}
	answerable := form.State == FormOpen || form.State == FormExpired || form.State == FormAnswered
	if answerable && response != nil && response.Suspect == "" {
		form.State, form.Answers, form.AnsweredAt = FormAnswered, response.Answers, response.SubmittedAt
	}
	return form, nil
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

// formState returns the state of the invitation's form.
func (s *Service) formState(ctx context.Context, inv *Invitation) (FormState, error) {
	open, err := s.surveyOpen(ctx, inv.SurveyID)
	switch {
	case err != nil:
		return "", err
	case !inv.RevokedAt.IsZero():
		return FormRevoked, nil
	case !inv.DeclinedAt.IsZero():
		return FormDeclined, nil
	case !open:
		return FormClosed, nil
	case !inv.AnsweredAt.IsZero():
		return FormAnswered, nil
	case !s.now().Before(inv.ExpiresAt):
		return FormExpired, nil
	}
	return FormOpen, nil
}

// ResponseOf returns the id of the one response that an invitation can have: the invitation's own behind another prefix,
// so that responses to invitations of one time lie together.
func ResponseOf(id InvitationID) ResponseID {
	return ResponseID("rsp_" + strings.TrimPrefix(string(id), invitationPrefix))
}
