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
	now := s.now()
	inv, err := s.updateInvitation(ctx, m.InvitationID, func(i *Invitation) error {
		again = time.Time{}
		switch {
		case i.Mail.State == MailSending:
			again = now.Add(whileSending)
		case i.bounce(m.failure(sameAddress(i.Email)), now):
			return nil
		}
		return errNothingToDo
	})
	switch {
	case err != nil:
		return FollowedGone, again, ignoreMissing(err)
	case inv.Mail.State != MailBounced:
		return FollowedNothing, again, nil
	case inv.Mail.BadAddress:
		return FollowedAddress, again, nil
	}
	return FollowedEnded, again, nil
}

// bounce notes that a mail that was taken came back, and says whether that was news: of one that came back before it is that the address is
// bad. One that was answered has arrived somewhere.
func (i *Invitation) bounce(f MailFailure, now time.Time) bool {
	taken, worse := i.Mail.State == MailAccepted || i.Mail.State == MailUncertain, i.Mail.State == MailBounced && f.BadAddress && !i.Mail.BadAddress
	if !taken && !worse || !i.AnsweredAt.IsZero() {
		return false
	}
	i.step(MailEvent{At: now, State: MailBounced, Reason: "it came back: " + maskTokens(f.words())})
	i.Mail.BouncedAt, i.Mail.BadAddress = now, f.BadAddress
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
	return FollowedSuppressed, s.hear(ctx, m, ComplainedOf)
}

// hear notes in the ledger that the mail arrived, by what came back for it.
func (s *Service) hear(ctx context.Context, m *ReceivedMail, what MailDetail) error {
	_, err := s.updateInvitation(ctx, m.InvitationID, func(i *Invitation) error {
		if !i.hear(what, m.ReceivedAt) {
			return errNothingToDo
		}
		return nil
	})
	return ignoreMissing(err)
}

// hear notes that the mail arrived, for somebody answered it or complained of it, and says whether that is news. A complaint is not forgotten over
// an answer.
func (i *Invitation) hear(what MailDetail, at time.Time) bool {
	switch {
	case i.Mail.State == MailUncertain:
		i.Mail.AcceptedAt = at
	case i.Mail.State != MailAccepted, i.MailDetail == what, i.MailDetail == ComplainedOf:
		return false
	}
	i.step(MailEvent{At: at, State: MailAccepted, Detail: what, Reason: i.Mail.Reason})
	return true
}

// heedReply notes what a person wrote as a sign of life.
func (s *Service) heedReply(ctx context.Context, m *ReceivedMail) (Consequence, error) {
	in := TouchpointInput{ExternalID: m.ID, CustomerID: m.CustomerID, ContactID: m.ContactID, Kind: EmailIn, At: m.ReceivedAt, Note: m.Text}
	_, err := s.RecordTouchpoint(ctx, in)
	if KindOf(err) == Invalid { // the contact is gone, or somewhere else
		in.ContactID = ""
		_, err = s.RecordTouchpoint(ctx, in)
	}
	if KindOf(err) == Invalid { // and so is the customer
		return FollowedGone, nil
	}
	if err != nil {
		return "", err
	}
	return FollowedLife, s.hear(ctx, m, RepliedTo)
}

// ignoreMissing drops that something was deleted meanwhile.
func ignoreMissing(err error) error {
	if KindOf(err) == NotFound || errors.Is(err, errNothingToDo) {
		return nil
	}
	return err
}
