package survey

import (
	"context"
	"errors"
	"fmt"
	"time"

	"earshot/survey/store"
)

// The time that a try to deliver may take: the lease, less what is needed to write down how it ended.
const deliverWithin = lease - time.Minute

// WorkMail takes the invitation that has been due longest, sends its mail if it may be sent, and notes how that ended. It
// says whether there was one. Whatever happens on the way, the mail is sent at most once: a try whose end nobody could
// write down is found by the next worker in state sending, and becomes uncertain.
func (s *Service) WorkMail(ctx context.Context) (worked bool, err error) {
	now := s.now()
	inv, err := claimOne(ctx, s.db.invitations, now, now.Add(lease))
	if errors.Is(err, store.ErrNotFound) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	switch {
	case inv.Mail.State == MailSending:
		err = s.recoverSending(ctx, inv)
	case inv.Unsettled:
		err = s.settle(ctx, inv)
	case inv.Mail.State == MailQueued:
		err = s.send(ctx, inv)
	default:
		inv.Due = time.Time{}
		err = s.db.invitations.Replace(ctx, inv)
	}
	if errors.Is(err, store.ErrConflict) {
		return true, nil // somebody else changed it meanwhile, and it stays due
	}
	return true, err
}

// send tries to deliver the mail of an invitation that this worker has claimed.
func (s *Service) send(ctx context.Context, inv *Invitation) error {
	p, err := s.parcel(ctx, inv)
	if err != nil {
		return err
	}
	switch now := s.now(); {
	case p.withhold != "":
		return s.withhold(ctx, inv, p.withhold)
	case p.notBefore.After(now):
		inv.Due = p.notBefore
		inv.explainWait(now, p.zone)
		return s.db.invitations.Replace(ctx, inv)
	}
	message, err := s.message(inv, p)
	if err != nil {
		return s.withhold(ctx, inv, "the mail could not be composed: "+err.Error())
	}
	if err := s.beginSending(ctx, inv); err != nil {
		return err
	}
	suppressed, err := s.suppressionOf(ctx, inv.Email)
	if err != nil {
		return s.finishSending(ctx, inv, Outcome{Delivery: Temporary, Reply: "the list of suppressed addresses could not be read"})
	}
	if suppressed != nil {
		return s.withhold(ctx, inv, suppressed.withheld())
	}
	return s.finishSending(ctx, inv, s.deliver(ctx, inv, message))
}

// beginSending writes down that a try is under way, before its first byte goes out.
func (s *Service) beginSending(ctx context.Context, inv *Invitation) error {
	inv.setMailState(MailSending)
	inv.Mail.Attempts++
	inv.Mail.SendingSince = s.now()
	inv.Mail.Reason = ""
	return s.db.invitations.Replace(ctx, inv)
}

// deliver hands the message over, or keeps it where no mail server is set.
func (s *Service) deliver(ctx context.Context, inv *Invitation, m *Message) Outcome {
	if s.Mailer == nil {
		return s.keepMail(ctx, inv, m)
	}
	ctx, cancel := context.WithTimeout(ctx, deliverWithin)
	defer cancel()
	return s.Mailer.Deliver(ctx, m)
}

// backOff is how long a mail waits after each try that the server put off; the last one repeats.
var backOff = [...]time.Duration{time.Minute, 5 * time.Minute, 15 * time.Minute, time.Hour, 2 * time.Hour, 4 * time.Hour}

// retryAt returns when the next try may begin.
func (s *Service) retryAt(inv *Invitation) time.Time {
	return s.now().Add(backOff[min(max(inv.Mail.Attempts, 1), len(backOff))-1])
}

// finishSending writes down how a try ended. It does not give up while the lease lasts; if it has to, the mail stays in
// state sending and becomes uncertain.
func (s *Service) finishSending(ctx context.Context, inv *Invitation, o Outcome) error {
	return s.conclude(ctx, inv, func(i *Invitation) {
		i.Due = time.Time{}
		i.Mail.Reason = maskTokens(o.Reply) // servers quote what they dislike
		switch o.Delivery {
		case Accepted:
			i.setMailState(MailAccepted)
			i.Mail.AcceptedAt = s.now()
		case Refused:
			i.setMailState(MailRefused)
			i.Mail.BadAddress = o.BadAddress
			i.unsettle(s.now())
		case Temporary:
			s.putOff(i, i.Mail.Reason)
		default:
			i.setMailState(MailUncertain)
		}
		if i.Unsettled {
			i.Due = s.now()
		}
	})
}

// putOff queues the mail for its next try, or withholds it where that would be too late.
func (s *Service) putOff(i *Invitation, reply string) {
	next := s.retryAt(i)
	if next.Before(i.Mail.LatestAt) {
		i.setMailState(MailQueued)
		i.Due = next
		return
	}
	i.setMailState(MailWithheld)
	i.Mail.Reason = fmt.Sprintf("it could not be delivered until %s; the last answer was: %s",
		i.Mail.LatestAt.Format(dateWording+" 15:04 MST"), reply)
	i.unsettle(s.now())
}

// withhold writes down that the mail is not sent, and why.
func (s *Service) withhold(ctx context.Context, inv *Invitation, reason string) error {
	return s.conclude(ctx, inv, func(i *Invitation) {
		i.setMailState(MailWithheld)
		i.Mail.Reason = reason
		i.unsettle(s.now())
	})
}

// How long conclude tries to write, and its first pause; each next one is twice as long.
const (
	concludeWithin = 30 * time.Second
	concludePause  = 50 * time.Millisecond
)

// conclude writes the end of this worker's try: into the document at hand, or, when somebody changed it meanwhile, into
// the stored one, unless a later try has begun there or a person decided meanwhile; that the server took the mail counts even
// then. While the store is away it tries again.
func (s *Service) conclude(ctx context.Context, inv *Invitation, change func(*Invitation)) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), concludeWithin)
	defer cancel()
	attempt, resolvedAt := inv.Mail.Attempts, inv.Mail.ResolvedAt
	change(inv)
	err := s.db.invitations.Replace(ctx, inv)
	for pause := concludePause; err != nil; pause *= 2 {
		if !errors.Is(err, store.ErrConflict) && !sleep(ctx, pause) {
			return err
		}
		_, err = s.db.invitations.Update(ctx, inv.ID, func(i *Invitation) error {
			overtaken := i.Mail.Attempts != attempt || !i.Mail.ResolvedAt.Equal(resolvedAt)
			if overtaken && inv.Mail.State != MailAccepted {
				return errNothingToDo
			}
			change(i)
			return nil
		})
		if errors.Is(err, errNothingToDo) || errors.Is(err, store.ErrNotFound) {
			return nil
		}
	}
	s.bells.ring(queueMails)
	return nil
}

// sleep waits, and says whether it was let.
func sleep(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// recoverSending deals with a mail whose try nobody finished. A mail is kept once, so the try is simply made
// again; a server may have taken it, and cannot be asked.
func (s *Service) recoverSending(ctx context.Context, inv *Invitation) error {
	if s.Mailer == nil {
		inv.setMailState(MailQueued)
		inv.Due = s.now()
		return s.db.invitations.Replace(ctx, inv)
	}
	inv.setMailState(MailUncertain)
	inv.Mail.Reason = "the sending process ended before the mail server's answer was written down"
	inv.Due = time.Time{}
	if inv.Unsettled {
		inv.Due = s.now()
	}
	return s.db.invitations.Replace(ctx, inv)
}

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
			i.setMailState(MailAccepted)
			i.Mail.Reason = "nobody knows whether the server took it; it was decided to take it as sent"
			return nil
		}
		i.setMailState(MailQueued)
		i.Due = now
		i.Mail.LatestAt = earlier(now.Add(sendWithinByHand), i.ExpiresAt)
		i.Mail.Reason = "it was decided to send it again"
		return nil
	})
}
