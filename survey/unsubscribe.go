package survey

import (
	"context"
	"errors"
	"fmt"

	"earshot/survey/address"
)

// Unsubscribe keeps the contact that has this link from being mailed ever again. When it returns nil that is settled for
// every process. It works for links that are over as well, and twice is once.
func (s *Service) Unsubscribe(ctx context.Context, token string) error {
	inv, err := s.invitationOf(ctx, token)
	if err != nil {
		return err
	}
	return s.letGo(ctx, inv, Unsubscribed, ByLink)
}

// letGo keeps the contact of an invitation from being mailed, and ends the ask.
func (s *Service) letGo(ctx context.Context, inv *Invitation, reason SuppressionReason, by SuppressionMeans) error {
	addresses, err := s.addressesOf(ctx, inv)
	if err != nil {
		return err
	}
	for _, address := range addresses {
		x := s.newSuppression(address, reason, "").toldBy(SuppressedBy{Means: by, ID: inv.ID})
		if _, err := s.suppress(ctx, x); err != nil {
			return err
		}
	}
	_, err = s.updateInvitation(ctx, InvitationID(inv.ID), func(i *Invitation) error {
		if !i.UnsubscribedAt.IsZero() {
			return errNothingToDo
		}
		i.UnsubscribedAt = s.now()
		i.over(i.UnsubscribedAt)
		return nil
	})
	return err
}

// UnsubscribeByForm is Unsubscribe for the button on a page. What a machine seems to have pressed is not obeyed but has to be
// confirmed; see NeedsConfirmation. The one-click POST of RFC 8058 is no form: mail programs send it when people ask them to.
func (s *Service) UnsubscribeByForm(ctx context.Context, token string, traces Traces) error {
	if err := traces.confirm(); err != nil {
		return err
	}
	return s.Unsubscribe(ctx, token)
}

// addressesOf returns the address that an invitation was mailed to, and the contact's present one where it differs.
func (s *Service) addressesOf(ctx context.Context, inv *Invitation) ([]string, error) {
	var addresses []string
	if inv.Email != "" {
		addresses = append(addresses, inv.Email)
	}
	contact, err := s.Contact(ctx, inv.ContactID)
	switch {
	case KindOf(err) == NotFound:
	case err != nil:
		return nil, err
	case contact.Email != "" && address.Key(contact.Email) != address.Key(inv.Email):
		addresses = append(addresses, contact.Email)
	}
	return addresses, nil
}

// Decline is "I am not the right person": the invitation is over, and the contact is not asked again. The successor, if
// one is named, is noted for the rep, and becomes a contact where the address is at the same host as the contact's own: one
// who is not mailed before one of ours has confirmed them.
// Returns Gone if the link is over for another reason. Twice is once.
func (s *Service) Decline(ctx context.Context, token string, successor Successor) error {
	successor.Name, successor.Email = tidyLine(successor.Name), address.Tidy(successor.Email)
	if err := check(successor); err != nil {
		return err
	}
	inv, err := s.invitationOf(ctx, token)
	if err != nil {
		return err
	}
	_, err = s.updateInvitation(ctx, InvitationID(inv.ID), func(i *Invitation) error {
		switch now := s.now(); {
		case !i.DeclinedAt.IsZero():
			return errNothingToDo
		case !i.RevokedAt.IsZero():
			return gone(FormRevoked)
		default:
			i.DeclinedAt = now
			i.owe(effectDecline, now)
			i.over(now)
		}
		if successor != (Successor{}) {
			i.Successor = &successor
		}
		return nil
	})
	return err
}

// DeclineByForm is Decline for the form on a page. What a machine seems to have sent is not obeyed but has to be confirmed; see
// NeedsConfirmation.
func (s *Service) DeclineByForm(ctx context.Context, token string, successor Successor, traces Traces) error {
	if err := traces.confirm(); err != nil {
		return err
	}
	return s.Decline(ctx, token, successor)
}

// LinkError is the cause of a Gone error about a link, with the state that the link is in.
type LinkError struct{ State FormState }

// Error names the state.
func (e LinkError) Error() string { return fmt.Sprintf("survey: the link is %s", e.State) }

// LinkState returns the state that a link is in which err says is over; empty if err is about something else.
func LinkState(err error) FormState {
	var over LinkError
	if errors.As(err, &over) {
		return over.State
	}
	return ""
}

// goneWording says why a link takes no answers.
var goneWording = map[FormState]string{
	FormExpired:  "this link has expired",
	FormDeclined: "you said that you are not the right person to ask; nothing more is needed",
	FormRevoked:  "this invitation was taken back; nothing more is needed",
	FormClosed:   "this survey is closed and takes no more answers",
}

// gone returns the error of a link that is over.
func gone(state FormState) *Error {
	return &Error{Kind: Gone, Message: goneWording[state], cause: LinkError{State: state}}
}
