package survey

import (
	"context"
	"slices"
	"sync"
	"time"

	"earshot/survey/outbox"
	"earshot/survey/store"
)

// The effects that a relay owes, besides effectTellAdmins.
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

// checkRelay is the effect effectCheckRelay. It tries the way to each server without a mail, all at the same time. That cannot find every fault, so
// one mail is let go first; how it fares lets the others go, or begins a longer pause.
func (s *Service) checkRelay(ctx context.Context, b *outbox.Batch[*Relay]) error {
	outcomes := make([]Outcome, len(b.Items))
	var all sync.WaitGroup
	for n, item := range b.Items {
		if c := s.carrier(item.Doc.ID); c != nil && item.Doc.Paused() {
			all.Go(func() { outcomes[n] = c.Mailer.Check(ctx) })
		}
	}
	all.Wait()
	for n, item := range b.Items {
		if err := s.judgeRelay(ctx, item, outcomes[n]); err != nil {
			return err
		}
	}
	return nil
}

// judgeRelay notes what the try of a server without a mail has told.
func (s *Service) judgeRelay(ctx context.Context, item *outbox.Item[*Relay], o Outcome) error {
	now := s.now()
	switch {
	case s.carrier(item.Doc.ID) == nil:
		return s.forgetRelay(ctx, item)
	case !item.Doc.Paused():
		return nil
	case o.Delivery != Accepted:
		if o.Fault == "" {
			o.Fault = FaultBusy
		}
		o.Reply = maskTokens(o.Reply)
		item.Then(func(r *Relay) { r.fail(o, now, s.alone()) })
		return nil
	}
	released, err := s.releaseMails(ctx, 1)
	if err != nil {
		return err
	}
	if released == 0 { // nothing waits by which it could be seen
		item.Then(func(r *Relay) { r.end(now) })
		return nil
	}
	item.Then(func(r *Relay) { r.probe(now) })
	return nil
}

// forgetRelay drops what is known of a relay that is not configured any more, so that nothing waits for it.
func (s *Service) forgetRelay(ctx context.Context, item *outbox.Item[*Relay]) error {
	if err := s.releaseHeld(ctx); err != nil {
		return err
	}
	item.Drop()
	return nil
}

// releaseAll is the effect effectReleaseMails.
func (s *Service) releaseAll(ctx context.Context, b *outbox.Batch[*Relay]) error {
	for _, item := range b.Items {
		if s.carrier(item.Doc.ID) == nil {
			return s.forgetRelay(ctx, item)
		}
	}
	return s.releaseHeld(ctx)
}

// releaseHeld lets all mails go that wait, while a relay is open to take them; what still waits is let go at the end of a pause. Of relays that are
// being tried none takes more than its mail.
func (s *Service) releaseHeld(ctx context.Context) error {
	for {
		f, err := s.fleet(ctx)
		if err != nil || !slices.ContainsFunc(f, func(l *lane) bool { return !l.state.Paused() }) {
			return err
		}
		released, err := s.releaseMails(ctx, store.MaxLimit)
		if err != nil || released < store.MaxLimit {
			return err
		}
	}
}

// heldMails finds the mails that wait for the server.
func heldMails() store.Query {
	return store.Query{Index: invitationsByStanding, Equal: []any{string(StandsHeld)}}
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
	Held: "waits until a mail server takes mails again", Braked: "waits until an admin lets mails go: too many were refused, came back or were reported as spam",
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
