package survey

import (
	"context"
	"time"

	"earshot/survey/store"
)

// Restored is what was done to a store that was restored from a copy.
type Restored struct {
	// Withheld is how many mails waited, and are not sent; Sending is how many were being sent when the copy was taken, and will be uncertain.
	Withheld, Sending int
	// Reminders is how many reminders were due since the copy was taken, and do not go out; Pulses is how many pulses were paused.
	Reminders, Pulses int
}

// Restored makes a store safe that was restored from a copy, before a process sends mails from it: nobody knows which of the mails that waited were sent after
// the copy was taken, and whom the pulses have asked. What waits is withheld, reminders that are due are dropped, and pulses are paused. Twice is once.
func (s *Service) Restored(ctx context.Context) (*Restored, error) {
	done := &Restored{}
	var err error
	if done.Pulses, err = s.pauseAll(ctx); err != nil {
		return done, err
	}
	if done.Withheld, err = s.WithholdQueued(ctx, Queued{}, ""); err != nil {
		return done, err
	}
	if done.Reminders, err = s.dropReminders(ctx); err != nil {
		return done, err
	}
	groups, err := s.db.invitations.Fold(ctx, store.Fold{Query: InvitationFilter{MailState: MailSending}.query()})
	if len(groups) > 0 {
		done.Sending = int(groups[0].Count)
	}
	return done, err
}

// pauseAll pauses all pulses that are not, and returns how many there were.
func (s *Service) pauseAll(ctx context.Context) (int, error) {
	paused := 0
	for p, err := range s.db.pulses.All(ctx, store.Query{Index: pulsesByName}) {
		if err != nil {
			return paused, err
		}
		if p.Paused {
			continue
		}
		if _, err := s.PausePulse(ctx, PulseID(p.ID)); err != nil && KindOf(err) != NotFound {
			return paused, err
		}
		paused++
	}
	return paused, nil
}

// dropReminders drops the reminders that are due, and returns how many there were.
func (s *Service) dropReminders(ctx context.Context) (int, error) {
	now, dropped := s.now(), 0
	for ids, err := range s.pagesOf(ctx, store.Query{Index: store.ByDue, To: now}) {
		if err != nil {
			return dropped, err
		}
		done := map[string]bool{}
		_, err := s.db.invitations.UpdateAll(ctx, ids, func(i *Invitation) bool {
			owed := i.Owing(effectRemind)
			if done[i.ID] = owed != nil && !owed.Due.After(now); done[i.ID] {
				i.Schedule(effectRemind, time.Time{})
			}
			return done[i.ID]
		})
		for _, is := range done {
			if is {
				dropped++
			}
		}
		if err != nil {
			return dropped, err
		}
	}
	return dropped, nil
}
