package survey

import "context"

// ResolveUncertain decides what to do about a mail of which nobody knows whether it arrived: send it again, or take it as
// sent. by is who decided. Returns Conflict if the mail is not uncertain.
func (s *Service) ResolveUncertain(ctx context.Context, id InvitationID, resend bool, by RepID) (*Invitation, error) {
	return s.updateInvitation(ctx, id, func(i *Invitation) error {
		now := s.now()
		switch {
		case i.Mail.State != MailUncertain:
			return Errorf(Conflict, "this mail is not uncertain: it is %s", i.Mail.State)
		case resend && !i.Open(now):
			return Errorf(Conflict, "the invitation is over; ask again for a new one")
		}
		i.Mail.ResolvedBy, i.Mail.ResolvedAt = by, now
		if !resend {
			i.step(MailEvent{At: now, State: MailAccepted, By: by, Reason: "nobody knows whether the server took it; it was decided to take it as sent"})
			return nil
		}
		i.step(MailEvent{At: now, State: MailQueued, By: by, Reason: "it was decided to send it again"})
		i.Owe(effectMail, now)
		i.Mail.LatestAt = earlier(now.Add(sendWithinByHand), i.ExpiresAt)
		return nil
	})
}
