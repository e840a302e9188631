package survey

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"earshot/survey/address"
	"earshot/survey/store"
)

// settle tells the rest of the house how an ask ended. Each step can be repeated, for the process may die after any.
func (s *Service) settle(ctx context.Context, inv *Invitation) error {
	if reason := inv.stale(s.now()); reason != "" && inv.Mail.State == MailQueued {
		inv.setMailState(MailWithheld)
		inv.Mail.Reason = reason
	}
	if inv.Mail.BadAddress {
		if err := s.noteBounce(ctx, inv); err != nil {
			return err
		}
	}
	if !inv.DeclinedAt.IsZero() {
		if err := s.noteDecline(ctx, inv); err != nil {
			return err
		}
	}
	if !inv.Open(s.now()) {
		if err := s.endAsk(ctx, inv.CustomerID, InvitationID(inv.ID), inv.reachedNobody()); err != nil {
			return err
		}
	}
	inv.Unsettled, inv.Due = false, time.Time{}
	if inv.Mail.State == MailQueued {
		inv.Due = s.now()
	}
	return s.db.invitations.Replace(ctx, inv)
}

// reachedNobody says whether the invitation ended before the contact could know of it.
func (i *Invitation) reachedNobody() bool {
	unsent := i.Mail.State == MailWithheld || i.Mail.State == MailRefused
	return unsent && i.AnsweredAt.IsZero() && i.DeclinedAt.IsZero() && i.UnsubscribedAt.IsZero()
}

// noteBounce keeps an address that was refused for good from being mailed again.
func (s *Service) noteBounce(ctx context.Context, inv *Invitation) error {
	x := s.newSuppression(inv.Email, HardBounce, inv.Mail.Reason)
	if err := s.db.suppressions.Insert(ctx, x); err != nil && !isDuplicate(err) {
		return err
	}
	return s.markContact(ctx, inv, func(c *Contact) bool {
		if !c.BouncedAt.IsZero() || address.Key(c.Email) != address.Key(inv.Email) {
			return false
		}
		c.BouncedAt = s.now()
		return true
	})
}

// noteDecline marks the contact as not the right person and writes down who was named instead.
func (s *Service) noteDecline(ctx context.Context, inv *Invitation) error {
	err := s.markContact(ctx, inv, func(c *Contact) bool {
		if !c.LeftAt.IsZero() {
			return false
		}
		c.LeftAt = inv.DeclinedAt
		return true
	})
	if err != nil {
		return err
	}
	note := inv.ContactName + " says that they are not the right person to ask."
	if inv.Successor != nil {
		note = fmt.Sprintf("%s says that they are not the right person to ask, and names %s.", inv.ContactName, inv.Successor)
		if err := s.addSuccessor(ctx, inv); err != nil {
			return err
		}
	}
	_, err = s.RecordTouchpoint(ctx, TouchpointInput{
		ExternalID: "declined:" + inv.ID, CustomerID: inv.CustomerID, ContactID: inv.ContactID,
		Kind: Note, At: inv.DeclinedAt, Note: note,
	})
	return tolerateGone(err)
}

// String names the successor in a sentence.
func (x *Successor) String() string {
	switch {
	case x.Email == "":
		return x.Name
	case x.Name == "":
		return x.Email
	}
	return x.Name + " (" + x.Email + ")"
}

// addSuccessor makes a contact of the one who was named, where the address is at the same host as the contact's own: the
// link proves that whoever named them reads mail there. Others are left to a rep. Nobody who was named is mailed before one
// of ours has confirmed them.
func (s *Service) addSuccessor(ctx context.Context, inv *Invitation) error {
	x := inv.Successor
	if x.Email == "" || hostOf(x.Email) != hostOf(inv.Email) {
		return nil
	}
	name := x.Name
	if name == "" {
		name, _, _ = strings.Cut(x.Email, "@")
	}
	now := s.now()
	err := s.db.contacts.Insert(ctx, &Contact{
		Meta: store.Meta{ID: derivedID("con", "successor", inv.ID)}, CustomerID: inv.CustomerID, Name: name,
		Email: x.Email, EmailKey: address.Key(x.Email), Role: OtherRole, Language: inv.Language, CreatedAt: now, UpdatedAt: now,
		UnconfirmedSince: now,
	})
	if isDuplicate(err) { // it is there already: from an earlier try, or because somebody knew them
		return nil
	}
	return err
}

// hostOf returns the part of an address behind the @.
func hostOf(email string) string {
	_, host, _ := strings.Cut(address.Key(email), "@")
	return host
}

// markContact changes the invitation's contact if it is still there; change says whether there is anything to change.
func (s *Service) markContact(ctx context.Context, inv *Invitation, change func(*Contact) bool) error {
	_, err := s.db.contacts.Update(ctx, string(inv.ContactID), func(c *Contact) error {
		if !change(c) {
			return errNothingToDo
		}
		c.UpdatedAt = s.now()
		return nil
	})
	if errors.Is(err, errNothingToDo) {
		return nil
	}
	return ignoreNotFound(err)
}

// tolerateGone returns err, except where the customer or contact that it was about was deleted meanwhile, or the same
// touchpoint is there already.
func tolerateGone(err error) error {
	switch KindOf(err) {
	case NotFound, Conflict, Invalid:
		return nil
	}
	return err
}
