package survey

import (
	"context"
	"errors"
	"time"

	"earshot/survey/store"
)

// TouchpointFields is what is said of a touchpoint to change it; what is nil stays. Its customer and its external id
// never change.
type TouchpointFields struct {
	// ContactID "" takes the contact away.
	ContactID *ContactID      `json:"contact_id"`
	Kind      *TouchpointKind `json:"kind"`
	At        *time.Time      `json:"at"`
	Value     *float64        `json:"value"`
	Note      *string         `json:"note"`
}

func (in TouchpointFields) apply(t *Touchpoint) {
	set(&t.ContactID, in.ContactID, nil)
	set(&t.Kind, in.Kind, nil)
	set(&t.At, in.At, store.Time)
	set(&t.Value, in.Value, nil)
	set(&t.Note, in.Note, tidyProse)
}

// ChangeTouchpoint changes what in says. expected is the version that the caller saw, or 0 for any. Returns NotFound,
// Invalid, or Conflict if the version differs.
func (s *Service) ChangeTouchpoint(ctx context.Context, id TouchpointID, expected int64, in TouchpointFields) (*Touchpoint, error) {
	before, err := s.Touchpoint(ctx, id)
	if err != nil {
		return nil, err
	}
	if err := checkVersion(before.Version, expected); err != nil {
		return nil, err
	}
	after := *before
	in.apply(&after)
	if after.sameAs(before) {
		return before, nil
	}
	if err := checkTouchpoint(&after, s.now()); err != nil {
		return nil, err
	}
	if after.ContactID != before.ContactID {
		if err := s.checkContactOf(ctx, after.ContactID, after.CustomerID); err != nil {
			return nil, err
		}
	}
	err = s.rewriteLife(ctx, after.CustomerID, !after.sameLifeAs(before), func(ctx context.Context) error {
		return s.db.touchpoints.Replace(ctx, &after)
	})
	if err != nil {
		return nil, err
	}
	return &after, nil
}

// DeleteTouchpoint deletes a touchpoint; the customer's rhythm is made anew without it. expected is the version that the
// caller saw, or 0 for any. Returns NotFound, or Conflict if the version differs.
func (s *Service) DeleteTouchpoint(ctx context.Context, id TouchpointID, expected int64) error {
	t, err := s.Touchpoint(ctx, id)
	if err != nil {
		return err
	}
	if err := checkVersion(t.Version, expected); err != nil {
		return err
	}
	return s.rewriteLife(ctx, t.CustomerID, t.Kind.SignOfLife(), func(ctx context.Context) error {
		return s.db.touchpoints.Delete(ctx, t)
	})
}

// rewriteLife carries a write to touchpoints of one customer out. One that alters signs of life has the rhythm rebuilt.
func (s *Service) rewriteLife(ctx context.Context, id CustomerID, alters bool, write func(context.Context) error) error {
	if !alters {
		return write(ctx)
	}
	ledger, err := s.openBatch(ctx, &TouchpointBatch{Customers: []CustomerID{id}})
	if err != nil {
		return err
	}
	bounded, cancel := context.WithTimeout(ctx, writeTimeout)
	defer cancel()
	change := lifeChanges{id: {rebuild: true}}
	err = write(bounded)
	if KindOf(err) == Unavailable {
		return err // nobody knows whether it happened, so the ledger stays
	}
	if err != nil {
		change = nil
	}
	s.tellBatch(ctx, ledger, change)
	return err
}

// checkContactOf says that there is no such contact at the customer; nobody is allowed.
func (s *Service) checkContactOf(ctx context.Context, id ContactID, customer CustomerID) error {
	if id == "" {
		return nil
	}
	c, err := s.db.contacts.Get(ctx, string(id))
	switch {
	case errors.Is(err, store.ErrNotFound):
		return InvalidField("contact_id", "names no contact here: %s", quoted(string(id)))
	case err != nil:
		return err
	case c.CustomerID != customer:
		return InvalidField("contact_id", "names a contact of another customer: %s", quoted(string(id)))
	}
	return nil
}
