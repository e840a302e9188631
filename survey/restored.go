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
	// Asks is how many asks had been decided on and not been made yet, and are not made.
	Asks int
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
	if done.Asks, err = s.dropAsks(ctx); err != nil {
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

// dropAsks ends the asks that were decided on and not made into invitations, and returns how many there were: they may have been made since.
func (s *Service) dropAsks(ctx context.Context) (int, error) {
	now, dropped := s.now(), 0
	for {
		owing, _, err := s.db.askLogs.Find(ctx, store.Query{Index: store.ByDue, Limit: store.MaxLimit, Fields: []string{"id"}})
		if err != nil || len(owing) == 0 {
			return dropped, err
		}
		ids := make([]string, len(owing))
		for i, l := range owing {
			ids[i] = l.ID
		}
		ended := map[string]int{}
		_, err = s.db.askLogs.UpdateAll(ctx, ids, func(l *AskLog) bool {
			ended[l.ID] = 0
			for _, a := range l.Asks {
				if a.Owed {
					l.end(a.InvitationID, now, true, "")
					ended[l.ID]++
				}
			}
			l.reckon()
			return true
		})
		if err != nil {
			return dropped, err
		}
		for _, n := range ended {
			dropped += n
		}
	}
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
