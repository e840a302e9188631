package survey

import (
	"context"
	"time"
)

// Queued says which of the mails that wait are to be withheld; what is empty does not narrow.
type Queued struct {
	PulseID PulseID
	// Before withholds only those of invitations made before it.
	Before time.Time
}

// withheldByHand is why a mail is not sent that somebody withheld.
const withheldByHand = "it was withheld by hand, with all that waited"

// WithholdQueued withholds the mails that wait to be sent, and returns how many: after a restore, for example, when nobody knows which of them were sent
// after the copy was taken. The asks end and do not count. A mail that is being sent is not stopped. by is who says so; empty is by API or command.
func (s *Service) WithholdQueued(ctx context.Context, which Queued, by RepID) (int, error) {
	now, withheld := s.now(), 0
	q := InvitationFilter{PulseID: which.PulseID, MailState: MailQueued, To: which.Before}.query()
	for ids, err := range s.pagesOf(ctx, q) {
		if err != nil {
			return withheld, err
		}
		done := map[string]bool{}
		_, err := s.db.invitations.UpdateAll(ctx, ids, func(i *Invitation) bool {
			done[i.ID] = i.withholdByHand(now, by)
			return done[i.ID]
		})
		for _, is := range done {
			if is {
				withheld++
			}
		}
		if err != nil {
			return withheld, err
		}
	}
	s.outbox.Wake(invitationSpec.Name)
	return withheld, nil
}

// withholdByHand withholds a mail that waits, and says whether it did.
func (i *Invitation) withholdByHand(now time.Time, by RepID) bool {
	if i.current().State != MailQueued {
		return false
	}
	i.step(MailEvent{At: now, State: MailWithheld, Detail: ByHandDetail, Reason: withheldByHand, By: by})
	i.Schedule(effectMail, time.Time{})
	i.over(now)
	return true
}
