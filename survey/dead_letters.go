package survey

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"earshot/survey/outbox"
	"earshot/survey/store"
)

// Backlog is how far an effect is behind: outbox.Backlog.
type Backlog = outbox.Backlog

// EffectCount is what an effect did in this process: outbox.Count.
type EffectCount = outbox.Count

// Backlogs returns how far each effect is behind, in the order of the table of effects. It costs one trip to the store.
func (s *Service) Backlogs(ctx context.Context) ([]Backlog, error) { return s.outbox.Backlogs(ctx) }

// DeadLetter is an effect that failed too often, and waits for somebody to start it again.
type DeadLetter struct {
	// Collection and Document are what owes the Effect.
	Collection, Document, Effect string
	// Since is when the effect was first owed, and DeadSince when it was set aside, after Tries tries, of which the last ended in
	// Error.
	Since, DeadSince time.Time
	Tries            int
	Error            string
	// CustomerID is the customer that it is about; empty where it is about none, or where that is not known.
	CustomerID CustomerID
}

// DeadLetterFilter says which dead letters to list: those of a collection, or of one effect of it.
type DeadLetterFilter struct {
	Collection, Effect string
	After              store.Cursor
	Limit              int // 0 means DefaultLimit
}

// DeadLetters lists dead letters, the oldest first. Returns Invalid for a collection or an effect that there is not.
func (s *Service) DeadLetters(ctx context.Context, f DeadLetterFilter) (Page[*DeadLetter], error) {
	page := Page[*DeadLetter]{Items: []*DeadLetter{}}
	if err := s.checkEffect(f.Collection, f.Effect); err != nil {
		return page, err
	}
	letters, next, err := s.outbox.Letters(ctx, f.Collection, f.Effect, f.After, pageLimit(f.Limit))
	if errors.Is(err, store.ErrQuery) && f.After != "" {
		return page, invalidCursor()
	}
	if err != nil {
		return page, err
	}
	page.Next = next
	for _, l := range letters {
		page.Items = append(page.Items, &DeadLetter{
			Collection: l.Queue, Document: l.ID, Effect: l.Effect, Since: l.Since, DeadSince: l.Dead, Tries: l.Tries, Error: l.Error,
		})
	}
	return page, s.nameCustomers(ctx, f.Collection, page.Items)
}

// nameCustomers says which customers the dead letters of a collection are about.
func (s *Service) nameCustomers(ctx context.Context, collection string, letters []*DeadLetter) error {
	switch collection {
	case customerSpec.Name, askLogSpec.Name, rhythmSpec.Name: // whose ids are the customers'
		for _, l := range letters {
			l.CustomerID = CustomerID(l.Document)
		}
	case invitationSpec.Name:
		ids := make([]string, len(letters))
		for i, l := range letters {
			ids[i] = l.Document
		}
		found, err := s.db.invitations.Fetch(ctx, ids)
		if err != nil {
			return err
		}
		for _, l := range letters {
			if inv := found[l.Document]; inv != nil {
				l.CustomerID = inv.CustomerID
			}
		}
	}
	return nil
}

// RestartDeadLetter has one dead letter tried again now, with all its tries. Returns NotFound where there is none, which is
// also so where somebody has started it already, and Invalid as DeadLetters does.
func (s *Service) RestartDeadLetter(ctx context.Context, collection, effect, document string) error {
	if err := s.checkEffect(collection, effect); err != nil {
		return err
	}
	err := s.outbox.Restart(ctx, collection, document, effect)
	if errors.Is(err, store.ErrNotFound) {
		return Errorf(NotFound, "there is no such dead letter: it may have been started again already")
	}
	return err
}

// RestartDeadLetters has all dead letters of an effect tried again now, and returns how many there were. Returns Invalid as
// DeadLetters does.
func (s *Service) RestartDeadLetters(ctx context.Context, collection, effect string) (int, error) {
	if err := s.checkEffect(collection, effect); err != nil {
		return 0, err
	}
	return s.outbox.RestartAll(ctx, collection, effect)
}

// checkEffect refuses a collection that owes nothing, and an effect that it does not owe; an empty effect is any.
func (s *Service) checkEffect(collection, effect string) error {
	var collections, effects []string
	for _, q := range s.outbox.Queues() {
		collections = append(collections, q.Name())
		if q.Name() == collection {
			effects = q.Effects()
		}
	}
	switch {
	case effects == nil:
		return InvalidField("collection", "must be one of %s", strings.Join(collections, ", "))
	case effect != "" && !slices.Contains(effects, effect):
		return InvalidField("effect", "must be one of %s", strings.Join(effects, ", "))
	}
	return nil
}
