package survey

import "context"

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
	return s.updateInvitation(ctx, id, func(i *Invitation) error {
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
			m.Reason = "nobody knows whether the server took it; it was decided to take it as sent"
			i.setMailState(MailAccepted)
			i.planReminder(survey.Reminders)
			return nil
		}
		m.LatestAt = earlier(now.Add(sendWithinByHand), i.ExpiresAt)
		m.Reason = "it was decided to send it again"
		i.setMailState(MailQueued)
		i.Owe(effectMail, now)
		return nil
	})
}
