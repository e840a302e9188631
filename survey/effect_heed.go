package survey

import (
	"context"
	"errors"
	"time"

	"earshot/survey/inbound"
	"earshot/survey/outbox"
)

// effectHeed draws the consequences of a mail that came back; received mails owe it that are about an invitation.
const effectHeed = "heed_mail"

// heedMails is the effect effectHeed.
func (s *Service) heedMails(ctx context.Context, b *outbox.Batch[*ReceivedMail]) error {
	for _, i := range b.Items {
		followed, again, err := s.heed(ctx, i.Doc)
		switch {
		case err != nil:
			i.Fail(err)
		case !again.IsZero():
			i.Again(again)
		default:
			i.Then(func(m *ReceivedMail) { m.Followed = followed })
		}
	}
	s.tallied(ctx)
	return nil
}

// heed draws the consequences of one mail, and returns which, or when to do so again where it is too early; twice is once.
func (s *Service) heed(ctx context.Context, m *ReceivedMail) (followed Consequence, again time.Time, err error) {
	switch m.Kind {
	case inbound.Bounce:
		return s.heedBounce(ctx, m)
	case inbound.Complaint:
		followed, err = s.heedWish(ctx, m, Complained)
	case inbound.Unsubscribe:
		followed, err = s.heedWish(ctx, m, Unsubscribed)
	case inbound.AutoReply: // a sign of life of the mailbox, and not of the person
		followed, err = FollowedNothing, s.noteAlive(ctx, m)
	case inbound.Reply:
		followed, err = s.heedReply(ctx, m)
	default: // a machine answered, or a server still tries: that is shown, and nothing follows
		followed = FollowedNothing
	}
	return followed, again, err
}

// whileSending is how long a bounce waits whose mail is being sent according to the ledger: the server was faster than we.
const whileSending = time.Minute

// heedBounce notes in the ledger that the mail did not arrive.
func (s *Service) heedBounce(ctx context.Context, m *ReceivedMail) (followed Consequence, again time.Time, err error) {
	now, news := s.now(), false
	inv, err := s.updateInvitation(ctx, m.InvitationID, func(i *Invitation) error {
		again, news = time.Time{}, m.Reminder <= len(i.Reminders) && i.mail(m.Reminder).State != MailBounced
		switch {
		case m.Reminder > len(i.Reminders):
		case i.current().State == MailSending: // also where another one bounced: what is on its way keeps its lease
			again = now.Add(whileSending)
		case i.bounce(m.Reminder, m.failure(sameAddress(i.Email)), now):
			return nil
		}
		news = false
		return errNothingToDo
	})
	if err == nil && news && m.failure(sameAddress(inv.Email)).Permanent {
		s.tallyEnd(ctx, mailEnd{inv.mail(m.Reminder).SendingSince, endBounced})
	}
	switch {
	case err != nil:
		return FollowedGone, again, ignoreMissing(err)
	case m.Reminder > len(inv.Reminders) || inv.mail(m.Reminder).State != MailBounced:
		return FollowedNothing, again, nil
	case inv.mail(m.Reminder).BadAddress:
		return FollowedAddress, again, nil
	}
	return FollowedEnded, again, nil
}

// bounce notes that the mail of that number, which was taken, came back, and says whether that was news: of one that came back before it is that
// the address is bad. One that was answered has arrived somewhere.
func (i *Invitation) bounce(number int, f MailFailure, now time.Time) bool {
	m := i.mail(number)
	taken, worse := m.State == MailAccepted || m.State == MailUncertain, m.State == MailBounced && f.BadAddress && !m.BadAddress
	if !taken && !worse || !i.AnsweredAt.IsZero() {
		return false
	}
	i.stepOf(number, MailEvent{At: now, State: MailBounced, Reason: "it came back: " + maskTokens(f.words())})
	m = i.editMail(number)
	m.BouncedAt, m.BadAddress = now, f.BadAddress
	i.stand()
	i.Schedule(effectRemind, time.Time{})
	i.over(now)
	if f.BadAddress {
		i.owe(effectBounce, now)
	}
	return true
}

// words are what the server said.
func (f MailFailure) words() string {
	switch {
	case f.Diagnostic != "":
		return f.Diagnostic
	case f.Status != "":
		return f.Status
	}
	return "the server gave no reason"
}

// heedWish keeps those from being mailed who complained, or wrote that they want no mails.
func (s *Service) heedWish(ctx context.Context, m *ReceivedMail, reason SuppressionReason) (Consequence, error) {
	inv, err := s.Invitation(ctx, m.InvitationID)
	if err != nil {
		return FollowedGone, ignoreMissing(err)
	}
	if err := s.letGo(ctx, inv, reason, ByMail); err != nil || reason != Complained {
		return FollowedSuppressed, ignoreMissing(err)
	}
	news := false
	inv, err = s.updateInvitation(ctx, m.InvitationID, func(i *Invitation) error {
		if news = i.hear(m.Reminder, ComplainedOf, m.ReceivedAt); !news {
			return errNothingToDo
		}
		return nil
	})
	if err == nil && news {
		s.tallyEnd(ctx, mailEnd{inv.mail(m.Reminder).SendingSince, endComplained})
	}
	return FollowedSuppressed, ignoreMissing(err)
}

// hear notes that the mail of that number arrived, for somebody answered it or complained of it, and says whether that is news. A complaint is
// not forgotten over an answer.
func (i *Invitation) hear(number int, what MailDetail, at time.Time) bool {
	if number > len(i.Reminders) {
		return false
	}
	switch m := i.mail(number); {
	case m.State == MailUncertain:
		i.editMail(number).AcceptedAt = at
	case m.State != MailAccepted, m.Detail == what, m.Detail == ComplainedOf:
		return false
	}
	i.stepOf(number, MailEvent{At: at, State: MailAccepted, Detail: what, Reason: i.mail(number).Reason})
	return true
}

// heedReply notes what a person wrote as a sign of life. The ask is over with it: they were heard. Their link still takes an answer.
func (s *Service) heedReply(ctx context.Context, m *ReceivedMail) (Consequence, error) {
	in := TouchpointInput{ExternalID: m.ID, CustomerID: m.CustomerID, ContactID: m.ContactID, Kind: EmailIn, At: m.ReceivedAt, Note: m.Text}
	_, err := s.RecordTouchpoint(ctx, in)
	if KindOf(err) == Invalid { // the contact is gone, or somewhere else
		in.ContactID = ""
		_, err = s.RecordTouchpoint(ctx, in)
	}
	followed := FollowedLife
	if err != nil && KindOf(err) != Invalid {
		return "", err
	} else if err != nil { // the customer is gone, too
		followed = FollowedGone
	}
	_, err = s.updateInvitation(ctx, m.InvitationID, func(i *Invitation) error {
		news := i.hear(m.Reminder, RepliedTo, m.ReceivedAt)
		if !i.RepliedAt.IsZero() && !news {
			return errNothingToDo
		}
		i.RepliedAt = earlier(i.RepliedAt, m.ReceivedAt)
		i.over(s.now())
		return nil
	})
	if ignoreMissing(err) != nil {
		return followed, err
	}
	return followed, s.noteAlive(ctx, m)
}

// ignoreMissing drops that something was deleted meanwhile.
func ignoreMissing(err error) error {
	if KindOf(err) == NotFound || errors.Is(err, errNothingToDo) {
		return nil
	}
	return err
}
