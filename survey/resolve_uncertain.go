package survey

import (
	"context"
	"slices"

	"earshot/survey/store"
)

// ResolveUncertain decides what to do about a mail of which nobody knows whether it arrived: send it again, or take it as
// sent. by is who decided. Returns Conflict if the mail is not uncertain.
func (s *Service) ResolveUncertain(ctx context.Context, id InvitationID, resend bool, by RepID) (*Invitation, error) {
	inv, err := s.Invitation(ctx, id)
	if err != nil {
		return nil, err
	}
	survey, err := s.Survey(ctx, inv.SurveyID)
	if err != nil {
		return nil, err
	}
	return s.updateInvitation(ctx, id, func(i *Invitation) error { return s.resolve(i, survey, resend, by) })
}

// resolve decides about an uncertain mail of that survey.
func (s *Service) resolve(i *Invitation, survey *Survey, resend bool, by RepID) error {
	now := s.now()
	switch {
	case i.current().State != MailUncertain:
		return Errorf(Conflict, "this mail is not uncertain: it is %s", i.current().State)
	case resend && !i.Open(now):
		return Errorf(Conflict, "the invitation is over; ask again for a new one")
	}
	m := i.edit()
	m.ResolvedBy, m.ResolvedAt = by, now
	if !resend {
		m.AcceptedAt = m.SendingSince // as far as anybody knows
		i.step(MailEvent{At: now, State: MailAccepted, By: by, Reason: "nobody knows whether the server took it; it was decided to take it as sent"})
		if survey != nil {
			i.planReminder(survey.Reminders)
		}
		return nil
	}
	m.LatestAt = earlier(now.Add(sendWithinByHand), i.ExpiresAt)
	i.step(MailEvent{At: now, State: MailQueued, By: by, Reason: "it was decided to send it again"})
	i.Owe(effectMail, now)
	return nil
}

// UncertainMails says about which uncertain mails to decide.
type UncertainMails struct {
	// IDs are the invitations, at most MaxPage; none takes all, or all of a pulse.
	IDs     []InvitationID `json:"ids" validate:"max=500"`
	PulseID PulseID        `json:"pulse_id"`
	// All says that all are meant, where neither IDs nor PulseID stands.
	All bool `json:"all"`
	// Within is whose customers those may be, of those that are named too; nil is everybody's.
	Within *Reach `json:"-"`
}

// Resolved is what became of uncertain mails.
type Resolved struct {
	// Decided is how many were decided; Left is how many were not, for they were uncertain no more, or are over and were to be sent again.
	Decided, Left int
}

// ResolveAllUncertain is ResolveUncertain for many. Each is decided alone: what is not uncertain stays as it is. Returns Invalid where it is not
// said which.
func (s *Service) ResolveAllUncertain(ctx context.Context, which UncertainMails, resend bool, by RepID) (*Resolved, error) {
	if err := check(which); err != nil {
		return nil, err
	}
	total := &Resolved{}
	switch {
	case len(which.IDs) > 0:
		return total, s.resolveSome(ctx, distinct(which.IDs), which, resend, by, total)
	case which.IDs != nil, which.PulseID == "" && !which.All:
		return nil, InvalidField("ids", "must name invitations, or pulse_id or all must be set")
	}
	q := InvitationFilter{PulseID: which.PulseID, MailState: MailUncertain}.query()
	for ids, err := range s.pagesOf(ctx, q) {
		if err != nil {
			return total, err
		}
		if err := s.resolveSome(ctx, ids, which, resend, by, total); err != nil {
			return total, err
		}
	}
	return total, nil
}

// resolveSome decides about those of the ids that are meant, and counts them.
func (s *Service) resolveSome(ctx context.Context, ids []string, which UncertainMails, resend bool, by RepID, total *Resolved) error {
	found, err := s.db.invitations.Fetch(ctx, ids)
	if err != nil {
		return err
	}
	surveys := map[string]bool{}
	for _, i := range found {
		surveys[string(i.SurveyID)] = true
	}
	asked, err := s.db.surveys.Fetch(ctx, keys(surveys))
	if err != nil {
		return err
	}
	decided := map[string]bool{}
	_, err = s.db.invitations.UpdateAll(ctx, ids, func(i *Invitation) bool {
		meant := matches(which.PulseID, i.PulseID) && which.Within.has(i.RepID)
		decided[i.ID] = meant && s.resolve(i, asked[string(i.SurveyID)], resend, by) == nil
		return decided[i.ID]
	})
	s.outbox.Wake(invitationSpec.Name)
	for _, id := range ids {
		if decided[id] {
			total.Decided++
		} else {
			total.Left++
		}
	}
	return err
}

// pagesOf reads the ids of what a query finds, page by page: what is done to a page may take it out of the list.
func (s *Service) pagesOf(ctx context.Context, q store.Query) func(yield func([]string, error) bool) {
	q.Limit, q.Fields = store.MaxLimit, []string{"mail_state"}
	return func(yield func([]string, error) bool) {
		for {
			found, next, err := s.db.invitations.Find(ctx, q)
			ids := make([]string, len(found))
			for n, i := range found {
				ids[n] = i.ID
			}
			if err != nil {
				yield(nil, err)
				return
			}
			if len(ids) > 0 && !yield(slices.Clip(ids), nil) || next == "" {
				return
			}
			q.After = next
		}
	}
}
