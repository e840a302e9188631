package survey

import (
	"context"
	"time"

	"earshot/survey/outbox"
)

// effectEndAsk tells the ledger of asks that an invitation is over; invitations owe it.
const effectEndAsk = "end_ask"

// over has the rest of the house told that the invitation is over.
func (i *Invitation) over(now time.Time) { i.owe(effectEndAsk, now) }

// owe notes an effect, without taking the invitation from a worker that is sending its mail: that one has the lease.
func (i *Invitation) owe(effect string, now time.Time) {
	lease := i.Due
	i.Owe(effect, now)
	if i.current().State == MailSending {
		i.Due = lease
	}
}

// endAsks is the effect effectEndAsk. A mail that still waits goes nowhere any more.
func (s *Service) endAsks(ctx context.Context, b *outbox.Batch[*Invitation]) error {
	now := s.now()
	ended := make(map[string][]Invitation, len(b.Items))
	for _, item := range b.Items {
		inv := *item.Doc
		inv.withholdIfStale(now)
		item.Then(func(i *Invitation) { i.withholdIfStale(now) })
		if !inv.Open(now) || !inv.RepliedAt.IsZero() {
			ended[string(inv.CustomerID)] = append(ended[string(inv.CustomerID)], inv)
		}
	}
	logs, err := s.db.askLogs.UpdateAll(ctx, keys(ended), func(l *AskLog) bool {
		changed := false
		for _, inv := range ended[l.ID] {
			changed = l.end(InvitationID(inv.ID), now, inv.reachedNobody(), inv.failure(now)) || changed
		}
		return changed
	})
	if err != nil {
		return err
	}
	contacts := map[string]CustomerID{}
	for _, list := range ended {
		for _, inv := range list {
			contacts[string(inv.ContactID)] = inv.CustomerID
		}
	}
	if err := s.noteReach(ctx, logs, contacts); err != nil {
		return err
	}
	return s.reopenPulses(ctx, ended, now)
}

// reopenPulses lets pulses go on whose mails did not reach anybody: there is room again for somebody else today.
func (s *Service) reopenPulses(ctx context.Context, ended map[string][]Invitation, now time.Time) error {
	pulses := map[string]bool{}
	for _, list := range ended {
		for _, inv := range list {
			if inv.PulseID != "" && inv.reachedNobody() {
				pulses[string(inv.PulseID)] = true
			}
		}
	}
	_, err := s.db.pulses.UpdateAll(ctx, keys(pulses), func(p *Pulse) bool { return p.reopen(now, s.zone(p.TimeZone)) })
	s.outbox.Wake(pulseSpec.Name)
	return err
}

// withholdIfStale withholds a mail that waits, and has become pointless or too late.
func (i *Invitation) withholdIfStale(now time.Time) {
	reason := i.stale(now)
	if reason == "" || i.current().State != MailQueued {
		return
	}
	i.step(MailEvent{At: now, State: MailWithheld, Detail: Stale, Reason: reason})
	i.Schedule(effectMail, time.Time{})
}

// longestFailure is how much of a server's words a ledger repeats.
const longestFailure = 160

// failure is why the mail did not get through; empty where it did, where it became pointless before it was tried, and of a
// bad address, which is on the list of suppressions until somebody takes it off.
func (i *Invitation) failure(now time.Time) string {
	tried := i.Mail.State == MailRefused || i.Mail.State == MailBounced || i.Mail.State == MailWithheld && (i.Mail.Attempts > 0 || i.stale(now) == "")
	if !i.reachedNobody() || !i.RevokedAt.IsZero() || !tried || i.Mail.BadAddress {
		return ""
	}
	return firstRunes(i.Mail.Reason, longestFailure)
}

// reachedNobody says whether the invitation ended before the contact could know of it.
func (i *Invitation) reachedNobody() bool {
	return i.lost() && i.AnsweredAt.IsZero() && i.DeclinedAt.IsZero() && i.UnsubscribedAt.IsZero()
}
