package survey

import (
	"context"
	"sync"
	"time"

	"earshot/survey/store"
)

// uncertainReason stands in the ledger of a mail whose try nobody finished.
const uncertainReason = "the sending process ended before the mail server's answer was written down"

// strayEvery is how often a process looks for mails that another has left in the midst of a try, while it sends mails itself.
const strayEvery = 3 * time.Second

// strays remembers when this process looked last.
type strays struct {
	mu sync.Mutex
	at time.Time
}

// due says whether it is time to look.
func (s *strays) due(now time.Time) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if now.Sub(s.at) < strayEvery && !now.Before(s.at) {
		return false
	}
	s.at = now
	return true
}

// recoverStrays has mails be uncertain that nobody is sending any more. They come due themselves, but behind all mails that have been waiting for
// longer: with a long queue and a slow server nobody would be told for hours.
func (s *Service) recoverStrays(ctx context.Context) error {
	now := s.now()
	if !s.Sends() || !s.strays.due(now) {
		return nil
	}
	found, _, err := s.db.invitations.Find(ctx, store.Query{
		Index: invitationsByStanding, Equal: []any{string(StandsSending)}, Limit: store.MaxLimit, Fields: []string{"due"},
	})
	if err != nil {
		return err
	}
	var ids []string
	for _, i := range found {
		if i.abandoned(now) {
			ids = append(ids, i.ID)
		}
	}
	_, err = s.db.invitations.UpdateAll(ctx, ids, func(i *Invitation) bool {
		if i.current().State != MailSending || !i.abandoned(now) {
			return false
		}
		i.interrupt(now)
		i.Schedule(effectMail, time.Time{})
		return true
	})
	return err
}

// abandoned says that the lease on the invitation is over.
func (i *Invitation) abandoned(now time.Time) bool { return !i.Due.IsZero() && !i.Due.After(now) }

// interrupt notes that nobody finished the try that is under way.
func (i *Invitation) interrupt(now time.Time) {
	if i.current().State == MailSending {
		i.step(MailEvent{At: now, State: MailUncertain, Reason: uncertainReason})
	}
}
