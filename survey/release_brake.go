package survey

import (
	"context"
	"errors"
	"fmt"

	"earshot/survey/store"
)

func newBrake(id string) *Brake { return &Brake{Meta: store.Meta{ID: id}} }

// storedBrake reads the brake.
func (s *Service) storedBrake(ctx context.Context) (*Brake, error) {
	b, err := s.db.brakes.Get(ctx, brakeID)
	if errors.Is(err, store.ErrNotFound) {
		return newBrake(brakeID), nil
	}
	return b, err
}

// BrakeStatus is what people are told of the brake.
type BrakeStatus struct {
	*Brake
	// Ends are those of the window, and Limits the shares at which the brake takes hold.
	Ends   MailEnds
	Limits BrakeLimits
	// Waiting is how many mails wait because of it.
	Waiting int
}

// BrakeStatus tells how mails ended of late, and whether they are held because of that.
func (s *Service) BrakeStatus(ctx context.Context) (*BrakeStatus, error) {
	b, err := s.storedBrake(ctx)
	if err != nil {
		return nil, err
	}
	return s.brakeStatus(ctx, b)
}

func (s *Service) brakeStatus(ctx context.Context, b *Brake) (*BrakeStatus, error) {
	status := &BrakeStatus{Brake: b, Ends: b.ends(s.day(s.now())), Limits: s.brake.limits}
	if !b.Holds() {
		return status, nil
	}
	groups, err := s.db.invitations.Fold(ctx, store.Fold{Query: brakedMails()})
	if len(groups) > 0 {
		status.Waiting = int(groups[0].Count)
	}
	return status, err
}

// brakedMails finds the mails that wait for the brake.
func brakedMails() store.Query {
	return store.Query{Index: invitationsByStanding, Equal: []any{string(StandsBraked)}}
}

// ReleaseBrake lets mails go that were held because too many had ended badly; by is who says so, empty: by API. They are counted anew from now on. Returns
// Conflict where none are held.
func (s *Service) ReleaseBrake(ctx context.Context, by RepID) (*BrakeStatus, error) {
	if err := s.brake.sync(ctx); err != nil { // what was counted here belongs to what is forgotten now
		return nil, err
	}
	now, released := s.now(), false
	var before MailEnds
	stored, err := s.db.brakes.UpdateAll(ctx, []string{brakeID}, func(b *Brake) bool {
		before = b.Ends()
		released = b.release(now, by)
		return released
	})
	if err != nil {
		return nil, err
	}
	if !released {
		return nil, Errorf(Conflict, "no mails are held: there is nothing to let go")
	}
	s.log.InfoContext(ctx, "mails are let go that were held because too many had ended badly", "by", by, "refused", before.Refused, "bounced", before.Bounced,
		"complained", before.Complained)
	if err := s.brake.sync(ctx); err != nil {
		return nil, err
	}
	s.outbox.Wake(brakeSpec.Name)
	return s.brakeStatus(ctx, stored[brakeID])
}

// heldBack is why the mail of a question that is asked now would wait; nil where it would not. A person may ask all the same.
func (s *Service) heldBack(b *Brake) *refusal {
	if b == nil || !b.Holds() {
		return nil
	}
	why := "too many were refused or came back"
	if b.Reason == BrakeComplaints {
		why = "too many were reported as spam"
	}
	return &refusal{confirmable: true, reason: fmt.Sprintf("no mails go out since %s, for %s; an admin can let them go, and a mail waits until then",
		b.HeldAt.In(s.timeZone).Format(dateWording+" 15:04"), why)}
}
