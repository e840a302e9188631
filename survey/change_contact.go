package survey

import (
	"context"
	"errors"

	"earshot/survey/store"
)

// ChangeContact changes what in says; a contact stays with its customer. expected is the version that the caller saw, or
// 0 for any. Returns NotFound, Invalid, or Conflict if the version differs, or the external id or address is taken.
func (s *Service) ChangeContact(ctx context.Context, id ContactID, expected int64, in ContactFields) (*Contact, error) {
	for range changeTries {
		before, err := s.Contact(ctx, id)
		if err != nil {
			return nil, err
		}
		if err := checkVersion(before.Version, expected); err != nil {
			return nil, err
		}
		after, err := s.changedContact(before, in)
		if err != nil || after == before {
			return after, err
		}
		err = s.db.contacts.Replace(ctx, after)
		if err == nil {
			return after, nil
		}
		if !errors.Is(err, store.ErrConflict) || expected != 0 {
			return nil, contactTaken(err)
		}
	}
	return nil, store.ErrConflict
}

// changedContact returns what before becomes: itself where nothing changes.
func (s *Service) changedContact(before *Contact, in ContactFields) (*Contact, error) {
	after := *before
	in.apply(&after, s.now())
	if after.sameAs(before) {
		return before, nil
	}
	if err := check(&after); err != nil {
		return nil, err
	}
	after.UpdatedAt = s.now()
	return &after, nil
}

// DeleteContact deletes a contact and takes back the asks that wait for their answer; what they have answered stays with
// the customer. expected is the version that the caller saw, or 0 for any. Returns NotFound, or Conflict if the version
// differs.
func (s *Service) DeleteContact(ctx context.Context, id ContactID, expected int64) error {
	c, err := s.Contact(ctx, id)
	if err != nil {
		return err
	}
	if err := checkVersion(c.Version, expected); err != nil {
		return err
	}
	if err := s.revokeAsks(ctx, c); err != nil {
		return err
	}
	return s.db.contacts.Delete(ctx, c)
}

// revokeAsks revokes the open invitations of a contact.
func (s *Service) revokeAsks(ctx context.Context, c *Contact) error {
	asked := store.Query{Index: invitationsByCustomer, Equal: []any{string(c.CustomerID)}, Descending: true}
	for i, err := range s.db.invitations.All(ctx, asked) {
		if err != nil {
			return err
		}
		now := s.now()
		if string(i.ContactID) != c.ID || !i.Open(now) {
			continue
		}
		_, err := s.db.invitations.Update(ctx, i.ID, func(i *Invitation) error {
			if i.Open(now) {
				i.RevokedAt = now
				i.over(now)
			}
			return nil
		})
		if err != nil && !errors.Is(err, store.ErrNotFound) {
			return err
		}
	}
	return nil
}
