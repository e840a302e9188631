package survey

import (
	"context"
	"time"

	"earshot/survey/outbox"
	"earshot/survey/store"
)

// The effects that the relay owes.
const (
	// effectCheckRelay tries the server that takes our mails, while it has a fault.
	effectCheckRelay = "check_relay"
	// effectReleaseMails lets the mails go that have waited for it.
	effectReleaseMails = "release_mails"
)

const (
	// probeTime is how long a mail that was let go may take to tell whether the server takes mails again.
	probeTime = time.Minute
	// heldFor is how long a mail waits at most until it is looked at again, though nobody has let it go.
	heldFor = 15 * time.Minute
)

// checkRelay is the effect effectCheckRelay. It tries the way to the server without a mail. That cannot find every fault, so
// one mail is let go first; how it fares lets the others go, or begins a longer pause.
func (s *Service) checkRelay(ctx context.Context, b *outbox.Batch[*Relay]) error {
	for _, item := range b.Items {
		if !item.Doc.Paused() {
			continue
		}
		o := Outcome{Delivery: Accepted}
		if s.mailer != nil {
			o = s.mailer.Check(ctx)
		}
		now := s.now()
		if o.Delivery != Accepted {
			if o.Fault == "" {
				o.Fault = FaultBusy
			}
			o.Reply = maskTokens(o.Reply)
			item.Then(func(r *Relay) { r.fail(o, now) })
			continue
		}
		released, err := s.releaseMails(ctx, 1)
		if err != nil {
			return err
		}
		if released == 0 { // nothing waits by which it could be seen
			item.Then(func(r *Relay) { r.end(now) })
			continue
		}
		item.Then(func(r *Relay) { r.probe(now) })
	}
	return nil
}

// releaseAll is the effect effectReleaseMails.
func (s *Service) releaseAll(ctx context.Context, b *outbox.Batch[*Relay]) error {
	for range b.Items {
		for {
			if r, err := s.relay(ctx); err != nil || r.Paused() {
				return err // what still waits is let go at the end of the new pause
			}
			released, err := s.releaseMails(ctx, store.MaxLimit)
			if err != nil {
				return err
			}
			if released < store.MaxLimit {
				break
			}
		}
	}
	return nil
}

// heldMails finds the mails that wait for the server.
func heldMails() store.Query {
	return store.Query{
		Index: invitationsByMailState, Equal: []any{string(MailQueued)},
		Where: []store.Where{{Field: "held_since", Is: store.AtLeast, Value: time.Unix(0, 0).UTC()}},
	}
}

// releaseMails lets at most that many mails go, the oldest first, and returns how many there were. While the brake holds it lets none go.
func (s *Service) releaseMails(ctx context.Context, most int) (int, error) {
	if braked, err := s.braked(ctx); err != nil || braked {
		return 0, err
	}
	q := heldMails()
	q.Limit, q.Fields = most, []string{"mail_state"}
	held, _, err := s.db.invitations.Find(ctx, q)
	if err != nil || len(held) == 0 {
		return 0, err
	}
	return len(held), s.letMailsGo(ctx, held)
}

// letMailsGo ends the wait of mails.
func (s *Service) letMailsGo(ctx context.Context, held []*Invitation) error {
	if len(held) == 0 {
		return nil
	}
	ids, now := make([]string, len(held)), s.now()
	for i, inv := range held {
		ids[i] = inv.ID
	}
	_, err := s.db.invitations.UpdateAll(ctx, ids, func(i *Invitation) bool {
		if i.HeldSince.IsZero() {
			return false
		}
		i.endHold(now)
		if i.current().State == MailQueued {
			i.Schedule(effectMail, now)
		}
		return true
	})
	s.outbox.Wake(invitationSpec.Name)
	return err
}

// holdReasons are for what a mail waits, by the detail of that.
var holdReasons = map[MailDetail]string{
	Held: "waits until the mail server takes mails again", Braked: "waits until an admin lets mails go: too many were refused, came back or were reported as spam",
}

// hold has a mail wait for the server (Held) or the brake (Braked).
func (i *Invitation) hold(what MailDetail, now time.Time) {
	if i.HeldSince.IsZero() {
		i.HeldSince = now
	}
	i.step(MailEvent{At: i.HeldSince, State: MailQueued, Detail: what, Reason: holdReasons[what]})
}

// holdTry is hold for a mail on whose try the fault was met. That try does not count, for it was not this mail that failed. Twice is once.
func (i *Invitation) holdTry(t *try, now time.Time) {
	if !t.under(i) {
		return
	}
	i.edit().Attempts--
	i.hold(Held, now)
}

// endHold ends the wait. The time that it took is not taken from the time in which the mail may go out.
func (i *Invitation) endHold(now time.Time) {
	if i.HeldSince.IsZero() {
		return
	}
	m := i.edit()
	if !m.LatestAt.IsZero() {
		latest := i.ExpiresAt
		if len(i.Reminders) > 0 {
			latest = latest.Add(-lastCall)
		}
		m.LatestAt = earlier(m.LatestAt.Add(now.Sub(i.HeldSince)), latest)
	}
	i.HeldSince = time.Time{}
	i.step(MailEvent{At: now, State: m.State, Detail: i.waiting()})
}
