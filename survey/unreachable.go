package survey

import (
	"context"
	"time"

	"earshot/survey/address"
)

// How long somebody is left alone whom a mail did not reach: twice as long after each further one in a row. Without that
// memory a pulse would try the same one first, day after day.
const (
	firstFailureRest = 7 * day
	maxFailureRest   = 90 * day
	// unreachableAfter is after how many asks in a row that did not get through a contact is called unreachable, if none is older than
	// unreachablePeriod.
	unreachableAfter  = 3
	unreachablePeriod = 365 * day
)

// failureRow are the asks in a row, up to the latest, that did not get through.
type failureRow struct {
	// last is the latest of them; nil if there is none.
	last *pastAsk
	n    int
}

// failuresOf returns the row of asks in any order. One that reached somebody ends it; one that became pointless says nothing.
func failuresOf(asks []pastAsk) failureRow {
	var row failureRow
	for i, list := 0, latest(asks); i < len(list) && list[i].Void; i++ {
		if list[i].Failure == "" {
			continue
		}
		if row.last == nil {
			row.last = &list[i]
		}
		row.n++
	}
	return row
}

// until is when the address has rested; zero where there is nothing to rest from.
func (r failureRow) until() time.Time {
	if r.last == nil {
		return time.Time{}
	}
	rest := firstFailureRest
	for n := 1; n < r.n && rest < maxFailureRest; n++ {
		rest *= 2
	}
	return r.last.EndedAt.Add(min(rest, maxFailureRest))
}

// Unreachable says that the contact's mails came back several times in a row, so that the address rests: who does not answer then is not silent.
func (c *Contact) Unreachable(now time.Time) bool { return now.Before(c.UnreachableUntil) }

// seenAlive notes that there is somebody, or something, behind the address, and says whether that was news.
func (c *Contact) seenAlive(at time.Time) bool {
	if !at.After(c.MailboxSeenAt) {
		return false
	}
	c.MailboxSeenAt, c.UnreachableUntil = at, time.Time{}
	return true
}

// forgiven is the ask as it counts for a contact: that it did not get through counts no more where the mailbox was seen alive since.
func (c *Contact) forgiven(a *Ask) *Ask {
	if a.Failure == "" || c.MailboxSeenAt.IsZero() || a.EndedAt.After(c.MailboxSeenAt) {
		return a
	}
	past := *a
	past.Failure = ""
	return &past
}

// unreachableIn is until when the contact counts as unreachable, by the ledger of their customer; zero if they do not.
func (c *Contact) unreachableIn(l *AskLog) time.Time {
	var asks []pastAsk
	for i := range l.Asks {
		if l.Asks[i].ContactID == ContactID(c.ID) {
			asks = append(asks, pastAsk{Ask: c.forgiven(&l.Asks[i])})
		}
	}
	row := failuresOf(asks)
	if row.n < unreachableAfter || row.nth(asks, unreachableAfter).EndedAt.Before(row.last.EndedAt.Add(-unreachablePeriod)) {
		return time.Time{}
	}
	return row.until()
}

// nth is the nth latest of the row; the asks are those that it was made of, which are in their order by now.
func (r failureRow) nth(asks []pastAsk, n int) *pastAsk {
	for i := range asks {
		if asks[i].Failure == "" {
			continue
		}
		if n--; n == 0 {
			return &asks[i]
		}
	}
	return r.last
}

// noteReach notes of contacts, by their customer, whether they count as unreachable, as the ledgers stand. Most do neither before nor after.
func (s *Service) noteReach(ctx context.Context, logs map[string]*AskLog, contacts map[string]CustomerID) error {
	now := s.now()
	for id, customer := range contacts {
		if l := logs[string(customer)]; l == nil || !l.everFailed(ContactID(id)) {
			delete(contacts, id)
		}
	}
	if len(contacts) == 0 {
		return nil
	}
	_, err := s.db.contacts.UpdateAll(ctx, keys(contacts), func(c *Contact) bool {
		until := c.unreachableIn(logs[string(c.CustomerID)])
		if logs[string(c.CustomerID)] == nil || until.Equal(c.UnreachableUntil) {
			return false
		}
		c.UnreachableUntil, c.UpdatedAt = until, now
		return true
	})
	return err
}

// everFailed says whether a mail to the contact did not get through, as far as the ledger knows.
func (l *AskLog) everFailed(id ContactID) bool {
	for i := range l.Asks {
		if l.Asks[i].ContactID == id && l.Asks[i].Failure != "" {
			return true
		}
	}
	return false
}

// noteAlive notes that what came back shows that the mailbox of an invitation's contact is alive, if that is still their address.
func (s *Service) noteAlive(ctx context.Context, m *ReceivedMail) error {
	inv, err := s.Invitation(ctx, m.InvitationID)
	if err != nil {
		return ignoreMissing(err)
	}
	_, err = s.db.contacts.UpdateAll(ctx, []string{string(inv.ContactID)}, func(c *Contact) bool {
		return c.EmailKey == address.Key(inv.Email) && c.seenAlive(m.ReceivedAt)
	})
	return err
}

// unreachableOf says of which customers all who could be mailed are not reached: their mails come back, or their address was refused.
func unreachableOf(contacts []*Contact, now time.Time) map[CustomerID]bool {
	lost, reached := map[CustomerID]bool{}, map[CustomerID]bool{}
	for _, c := range contacts {
		switch {
		case !c.LeftAt.IsZero() || c.Email == "" || !c.UnconfirmedSince.IsZero():
		case !c.BouncedAt.IsZero() || c.Unreachable(now):
			lost[c.CustomerID] = true
		default:
			reached[c.CustomerID] = true
		}
	}
	for id := range reached {
		delete(lost, id)
	}
	return lost
}
