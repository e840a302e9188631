package survey

import (
	"context"
	"errors"
	"slices"
	"time"

	"earshot/survey/store"
)

// Submission is what a contact sent in.
type Submission struct {
	// Form holds the values of the fields by question id, as a form sends them. Ids that are not asked are ignored.
	Form map[string][]string
	// Language is the one in which the page was shown; empty is the invitation's.
	Language string
	Traces
}

// Receipt says that answers are stored.
type Receipt struct {
	ResponseID ResponseID
	SurveyID   SurveyID
	RepID      RepID
	// Version is shared by all who see it: do not change it.
	Version  *SurveyVersion
	Language string
	// At is when the answers were first sent in.
	At time.Time
	// Changed says that they were changed just now.
	Changed bool
}

// Submit stores the answers of the contact that has the link. When it returns nil they are on the disk. However often the
// same is sent there is one response; different answers replace the earlier ones. Returns Invalid with one field for each
// question that is answered wrongly, NotFound for an unknown token, and Gone (see LinkState) where the link is over. It
// costs one reading and one writing of the store.
func (s *Service) Submit(ctx context.Context, token string, in Submission) (*Receipt, error) {
	return s.submit(ctx, token, in, func(v *SurveyVersion) ([]Answer, []FieldError) {
		return v.checkAnswers(v.readForm(in.Form))
	})
}

// SubmitByAPI is Submit for programs that send answers instead of a form's fields.
func (s *Service) SubmitByAPI(ctx context.Context, token string, answers []Answer, in Submission) (*Receipt, error) {
	return s.submit(ctx, token, in, func(v *SurveyVersion) ([]Answer, []FieldError) {
		return v.checkAnswers(answers)
	})
}

// submit reads the answers with read and stores them.
func (s *Service) submit(ctx context.Context, token string, in Submission, read func(*SurveyVersion) ([]Answer, []FieldError)) (*Receipt, error) {
	inv, err := s.invitationOf(ctx, token)
	if err != nil {
		return nil, err
	}
	version, err := s.SurveyVersion(ctx, inv.SurveyID, inv.SurveyVersion)
	if err != nil {
		return nil, err
	}
	state, err := s.formState(ctx, inv)
	if err != nil {
		return nil, err
	}
	if _, over := goneWording[state]; over && state != FormExpired {
		return nil, gone(state)
	}
	answers, problems := read(version)
	if len(problems) > 0 {
		return nil, &Error{Kind: Invalid, Message: "some answers need another look", Fields: problems}
	}
	response := s.newResponse(inv, in, answers)
	if state == FormExpired {
		return s.reviseExpired(ctx, version, response)
	}
	return s.keepResponse(ctx, version, response)
}

// newResponse makes the response that an invitation can have, without storing it.
func (s *Service) newResponse(inv *Invitation, in Submission, answers []Answer) *Response {
	now := s.now()
	response := &Response{
		Meta:         store.Meta{ID: string(ResponseOf(InvitationID(inv.ID)))},
		InvitationID: InvitationID(inv.ID), SurveyID: inv.SurveyID, SurveyVersion: inv.SurveyVersion, PulseID: inv.PulseID,
		CustomerID: inv.CustomerID, ContactID: inv.ContactID, Segment: inv.Segment, RepID: inv.RepID,
		Language: inv.Language, SubmittedAt: now, ChangedAt: now, Suspect: in.suspicion(len(answers)),
		GivenBy: in.Staff,
	}
	if inv.Test {
		response.Suspect = suspectTest
	}
	response.SetAnswers(answers)
	if in.Language != "" && len(in.Language) <= MaxLanguageTag && printable(in.Language) {
		response.Language = in.Language
	}
	if response.Suspect == "" {
		response.oweEffects(now)
	}
	return response
}

// oweEffects notes what an answer of a person owes.
func (r *Response) oweEffects(now time.Time) {
	r.Owe(effectMarkAnswered, now)
	r.Owe(effectSignOfLife, now)
}

// MaxLanguageTag is the longest language tag that is stored: BCP 47 tells implementations to take 35 characters.
const MaxLanguageTag = 35

// keepResponse stores the response, or changes the one that is there.
func (s *Service) keepResponse(ctx context.Context, version *SurveyVersion, r *Response) (*Receipt, error) {
	err := s.db.responses.Insert(ctx, r)
	if isDuplicate(err) {
		return s.revise(ctx, version, r)
	}
	if err != nil {
		return nil, err
	}
	s.outbox.Wake(responseSpec.Name)
	return receipt(version, r, false), nil
}

// reviseExpired changes a response that came before the link expired; a first answer comes too late.
func (s *Service) reviseExpired(ctx context.Context, version *SurveyVersion, r *Response) (*Receipt, error) {
	changed, err := s.revise(ctx, version, r)
	if errors.Is(err, store.ErrNotFound) {
		return nil, gone(FormExpired)
	}
	return changed, err
}

// reviseRounds bounds how often a change is tried again when many change the same response at once; each round is
// several tries.
const reviseRounds = 20

// revise changes the stored response to what fresh says, if it says something else.
func (s *Service) revise(ctx context.Context, version *SurveyVersion, fresh *Response) (*Receipt, error) {
	var seen *Response
	for range reviseRounds {
		stored, err := s.db.responses.Update(ctx, fresh.ID, func(r *Response) error {
			seen = r
			return r.take(fresh)
		})
		switch {
		case errors.Is(err, store.ErrConflict):
			continue
		case errors.Is(err, errNothingToDo):
			return receipt(version, seen, false), nil
		case err != nil:
			return nil, err
		}
		s.outbox.Wake(responseSpec.Name)
		return receipt(version, stored, true), nil
	}
	return nil, store.ErrConflict
}

// take writes what was sent in later into the response. A machine's answers never replace a person's; a person's first
// answers behind a machine's make the response count from then on.
func (r *Response) take(fresh *Response) error {
	same := slices.EqualFunc(r.Answers, fresh.Answers, Answer.equal)
	switch {
	case fresh.Suspect != "" && r.Suspect == "":
		return r.setAside(fresh)
	case same && r.Suspect == fresh.Suspect:
		return errNothingToDo
	case r.Suspect != "" && fresh.Suspect == "":
		r.Suspect, r.SubmittedAt, r.RevisedAt = "", fresh.SubmittedAt, time.Time{}
		r.oweEffects(fresh.SubmittedAt)
	case !same:
		r.RevisedAt = fresh.ChangedAt
	}
	if fresh.Suspect != "" {
		r.Suspect = fresh.Suspect
	}
	r.SetAnswers(fresh.Answers)
	r.GivenBy, r.Counted = fresh.GivenBy, nil
	r.Language, r.ChangedAt = fresh.Language, fresh.ChangedAt
	return nil
}

// setAside keeps a machine's answers beside the person's.
func (r *Response) setAside(fresh *Response) error {
	known := slices.ContainsFunc(r.SetAside, func(x SetAside) bool { return slices.EqualFunc(x.Answers, fresh.Answers, Answer.equal) })
	if known || len(r.SetAside) >= MaxSetAside {
		return errNothingToDo
	}
	r.SetAside = append(r.SetAside, SetAside{At: fresh.SubmittedAt, Suspect: fresh.Suspect, GivenBy: fresh.GivenBy, Answers: fresh.Answers})
	return nil
}

// receipt says that the response is stored.
func receipt(version *SurveyVersion, r *Response, changed bool) *Receipt {
	return &Receipt{
		ResponseID: ResponseID(r.ID), SurveyID: r.SurveyID, RepID: r.RepID, Version: version,
		Language: version.Language(r.Language), At: r.SubmittedAt, Changed: changed,
	}
}
