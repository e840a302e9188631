package survey

import (
	"context"
	"errors"
	"slices"
	"time"

	"earshot/survey/address"
	"earshot/survey/store"
)

// SuppressionInput is what is told of an address that must not be mailed, or of a domain.
type SuppressionInput struct {
	// Email is the address, or everybody at a domain: "@example.com" or "*@example.com".
	Email string `json:"email" validate:"required,max=254,mailrule"`
	// Reason is ByHand where it is empty.
	Reason SuppressionReason `json:"reason" validate:"omitempty,oneof=unsubscribed hard_bounce complaint by_hand"`
	Note   string            `json:"note" validate:"max=500,prose"`
	// By is who tells of it.
	By SuppressedBy `json:"-"`
}

// Suppress puts an address on the list of those who must not be mailed, or everybody at a domain. When it returns, no mail to them
// will begin any more, in any process. An address that is on the list already stays as it is, except that the person's own
// word replaces other reasons.
func (s *Service) Suppress(ctx context.Context, in SuppressionInput) (*Suppression, error) {
	in.tidy()
	if err := check(in); err != nil {
		return nil, err
	}
	return s.suppress(ctx, s.newSuppression(in.Email, in.Reason, in.Note).toldBy(in.By))
}

// tidy brings the input into the form in which it is stored.
func (in *SuppressionInput) tidy() {
	in.Email, in.Note = tidyRule(in.Email), tidyProse(in.Note)
	if in.Reason == "" {
		in.Reason = ByHand
	}
}

// newSuppression makes a suppression without storing it.
func (s *Service) newSuppression(email string, reason SuppressionReason, note string) *Suppression {
	x := &Suppression{
		Meta: store.Meta{ID: suppressionID(email, reason)}, Reason: reason, Note: firstRunes(note, maxSuppressionNote), CreatedAt: s.now(),
	}
	x.History = []SuppressionEvent{{At: x.CreatedAt, Reason: x.Reason, Note: x.Note}}
	x.rename(email)
	return x
}

// maxSuppressionNote is the longest note in characters; what a mail server said may be longer.
const maxSuppressionNote = 500

// firstRunes returns the first n characters of text.
func firstRunes(text string, n int) string {
	for i := range text {
		if n == 0 {
			return text[:i]
		}
		n--
	}
	return text
}

// suppress stores a suppression and waits until mails to the address that had begun are done.
func (s *Service) suppress(ctx context.Context, told *Suppression) (*Suppression, error) {
	stored, err := s.list(ctx, told)
	if err != nil {
		return nil, err
	}
	return stored[told.ID], s.awaitSending(ctx, told.ID)
}

// list stores suppressions, and returns them as they stand then, by their id. Of those with one id only the first counts.
func (s *Service) list(ctx context.Context, told ...*Suppression) (map[string]*Suppression, error) {
	byID := make(map[string]*Suppression, len(told))
	for _, x := range told {
		if byID[x.ID] == nil {
			byID[x.ID] = x
		}
	}
	unknown := map[string]*Suppression{} // most are new: it is tried to insert them before anything is read
	return s.db.suppressions.UpsertAll(ctx, keys(byID), unknown, freshSuppression, func(x *Suppression) bool {
		return x.put(byID[x.ID]) != RowUnchanged
	})
}

func freshSuppression(id string) *Suppression { return &Suppression{Meta: store.Meta{ID: id}} }

// own says whether the reason is the person's own word.
func (r SuppressionReason) own() bool { return r == Unsubscribed || r == Complained }

// How long a suppression waits for mails under way, and how often it looks. A worker that has begun reads the list right
// before it hands the mail over, so what is still under way after that time was handed over before.
const (
	sendingWait = 5 * time.Second
	sendingLook = 20 * time.Millisecond
)

// awaitSending returns when no worker is sending to what these suppressions keep from being mailed any more. A worker writes "sending" before it reads the
// list of suppressions, and we read who is sending after we wrote that list: one of the two sees the other.
func (s *Service) awaitSending(ctx context.Context, ids ...string) error {
	for range sendingWait / sendingLook {
		sending, err := s.sendingTo(ctx, ids)
		if err != nil || !sending {
			return err
		}
		if !sleep(ctx, sendingLook) {
			return ctx.Err()
		}
	}
	return nil
}

// sendingTo says whether a worker that is alive, so that its lease lasts, is sending to what the suppressions of these ids keep from being mailed.
func (s *Service) sendingTo(ctx context.Context, ids []string) (bool, error) {
	now, listed := s.now(), make(map[string]bool, len(ids))
	for _, id := range ids {
		listed[id] = true
	}
	under := store.Query{Index: invitationsByStanding, Equal: []any{string(StandsSending)}}
	for inv, err := range s.db.invitations.All(ctx, under) {
		if err != nil {
			return false, err
		}
		covered := slices.ContainsFunc(suppressionIDs(inv.Email), func(id string) bool { return listed[id] })
		if covered && inv.Due.After(now) {
			return true, nil
		}
	}
	return false, nil
}

// Unsuppress takes an address, or the rule for a domain, off the list. Conflict says that the rule for an address's domain would keep
// it from being mailed all the same, so that nothing was taken off. What the person said themselves stands unless confirm says that they took it
// back; see NeedsConfirmation. Contacts whose address was refused are taken as reachable again.
func (s *Service) Unsuppress(ctx context.Context, email string, confirm bool, by SuppressedBy) error {
	lines, err := s.suppressionsOf(ctx, []string{email})
	if err != nil {
		return err
	}
	var listed []*Suppression
	for _, x := range lines {
		if !x.LiftedAt.IsZero() {
			continue
		}
		if x.ForAll() && !isRuleForAll(email) {
			return Errorf(Conflict, "%s was not taken off the list: %s keeps everybody there from being mailed; take that off first", tidyRule(email), x.Email)
		}
		listed = append(listed, x)
	}
	if listed == nil {
		return mayBeMailed(email)
	}
	for _, x := range listed {
		if x.Reason.own() && !confirm {
			return &Error{Kind: Conflict, cause: errConfirmable, Message: x.Email + " asked not to be mailed; confirm that they took it back"}
		}
	}
	for _, x := range listed {
		if err := s.liftOne(ctx, x, by); err != nil {
			return err
		}
	}
	return nil
}

// liftOne takes a suppression off the list, unless somebody has just given it another reason.
func (s *Service) liftOne(ctx context.Context, x *Suppression, by SuppressedBy) error {
	if x.bounced() {
		if err := s.forgetBounces(ctx, x.Email); err != nil {
			return err
		}
	}
	x.lift(by, s.now())
	return ignoreConflict(s.db.suppressions.Replace(ctx, x))
}

// forgetBounces takes the contacts with that address as reachable again.
func (s *Service) forgetBounces(ctx context.Context, email string) error {
	for c, err := range s.db.contacts.All(ctx, store.Query{Index: contactsByEmail, Equal: []any{address.Key(email)}}) {
		if err != nil {
			return err
		}
		_, err = s.db.contacts.Update(ctx, c.ID, func(c *Contact) error {
			if c.BouncedAt.IsZero() {
				return errNothingToDo
			}
			c.BouncedAt, c.UpdatedAt = time.Time{}, s.now()
			return nil
		})
		if err != nil && !errors.Is(err, errNothingToDo) && !errors.Is(err, store.ErrNotFound) {
			return err
		}
	}
	return nil
}
