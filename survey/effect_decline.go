package survey

import (
	"context"
	"fmt"
	"strings"
	"time"

	"earshot/survey/address"
	"earshot/survey/outbox"
	"earshot/survey/store"
)

// effectDecline marks a contact as not the right person and writes down who was named instead; invitations owe it.
const effectDecline = "note_decline"

// noteDeclines is the effect effectDecline.
func (s *Service) noteDeclines(ctx context.Context, b *outbox.Batch[*Invitation]) error {
	now := s.now()
	left := make(map[string]time.Time, len(b.Items))
	var successors []*Contact
	notes := make([]TouchpointInput, len(b.Items))
	for n, i := range b.Items {
		left[string(i.Doc.ContactID)] = i.Doc.DeclinedAt
		if c := i.Doc.successorContact(now); c != nil {
			successors = append(successors, c)
		}
		notes[n] = i.Doc.declineNote()
	}
	_, err := s.db.contacts.UpdateAll(ctx, keys(left), func(c *Contact) bool {
		if !c.LeftAt.IsZero() {
			return false
		}
		c.LeftAt, c.UpdatedAt = left[c.ID], now
		return true
	})
	if err != nil {
		return err
	}
	// One who is there already is so from an earlier try, or because somebody knew them.
	if err := s.db.contacts.Insert(ctx, successors...); err != nil && !isDuplicate(err) {
		return err
	}
	for n, result := range s.PutTouchpoints(ctx, notes) {
		if err := result.Err; err != nil && !isGone(err) {
			b.Items[n].Fail(err)
		}
	}
	return nil
}

// isGone says whether something cannot be noted because the customer or contact that it is about was deleted meanwhile.
func isGone(err error) bool { return KindOf(err) == NotFound || KindOf(err) == Invalid }

// declineNote is what a customer's history says of the decline.
func (i *Invitation) declineNote() TouchpointInput {
	note := i.ContactName + " says that they are not the right person to ask."
	if i.Successor != nil {
		note = fmt.Sprintf("%s says that they are not the right person to ask, and names %s.", i.ContactName, i.Successor)
	}
	return TouchpointInput{
		ExternalID: "declined:" + i.ID, CustomerID: i.CustomerID, ContactID: i.ContactID,
		Kind: Note, At: i.DeclinedAt, Note: note,
	}
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

// successorContact makes a contact of the one who was named, where the address is at the same host as the contact's own: the
// link proves that whoever named them reads mail there. Others are left to a rep. Nobody who was named is mailed before one
// of ours has confirmed them.
func (i *Invitation) successorContact(now time.Time) *Contact {
	x := i.Successor
	if x == nil || x.Email == "" || hostOf(x.Email) != hostOf(i.Email) {
		return nil
	}
	name := x.Name
	if name == "" {
		name, _, _ = strings.Cut(x.Email, "@")
	}
	return &Contact{
		Meta: store.Meta{ID: derivedID("con", "successor", i.ID)}, CustomerID: i.CustomerID, Name: name,
		Email: x.Email, EmailKey: address.Key(x.Email), Role: OtherRole, Language: i.Language, CreatedAt: now, UpdatedAt: now,
		UnconfirmedSince: now,
	}
}

// hostOf returns the part of an address behind the @.
func hostOf(email string) string {
	_, host, _ := strings.Cut(address.Key(email), "@")
	return host
}
