package survey

import (
	"context"
	"fmt"
	"time"

	"earshot/survey/outbox"
)

// effectMail sends the mail of an invitation that is due, the first one or a reminder; invitations owe it.
const effectMail = "mail"

const (
	// mailsAtOnce is how many invitations a worker takes at a time, mailBatch how many of those whose mail is due.
	mailsAtOnce = 100
	mailBatch   = 500
	// deliverWithin is how long a try to deliver may take: a server that scans the message for viruses takes minutes.
	deliverWithin = 6 * time.Minute
	// mailWithin is how long a worker keeps a batch at most.
	mailWithin = 2 * deliverWithin
)

// sendMails is the effect effectMail: it sends what may be sent, and notes how that ended. Whatever happens on the way, a
// mail is sent at most once: "sending" is written before its first byte goes out, and a try whose end nobody could write
// down is found in that state by the next worker, and becomes uncertain.
func (s *Service) sendMails(ctx context.Context, b *outbox.Batch[*Invitation]) error {
	tests, items := testsApart(b.Items)
	if err := s.keepTests(ctx, b, tests); err != nil {
		return err
	}
	var queued, interrupted []*outbox.Item[*Invitation]
	for _, i := range items {
		switch i.Doc.current().State {
		case MailSending:
			interrupted = append(interrupted, i)
		case MailQueued:
			queued = append(queued, i)
		}
	}
	if err := s.recoverSending(ctx, b, interrupted); err != nil {
		return err
	}
	relays, err := s.fleet(ctx)
	if err != nil {
		return err
	}
	if !relays.open() {
		s.holdAll(queued)
		return nil
	}
	braked, err := s.braked(ctx)
	if err != nil {
		return err
	}
	if braked {
		s.waitForBrake(queued...)
		return nil
	}
	for _, i := range queued {
		s.endHold(i)
	}
	ready, err := s.readyLetters(ctx, queued)
	if err != nil {
		return err
	}
	defer s.tallied(context.WithoutCancel(ctx))
	return s.sendBy(ctx, b, relays, ready)
}

// readyLetters returns the letters that may go now; the others are withheld, or wait.
func (s *Service) readyLetters(ctx context.Context, queued []*outbox.Item[*Invitation]) ([]*letter, error) {
	letters, err := s.letters(ctx, queued)
	if err != nil {
		return nil, err
	}
	now, ready := s.now(), make([]*letter, 0, len(letters))
	for _, l := range letters {
		switch {
		case l.withhold != "":
			l.item.Then(func(i *Invitation) { i.withhold(l.why, l.withhold, now) })
		case l.notBefore.After(now):
			l.item.Then(func(i *Invitation) {
				if i.current().State == MailQueued {
					i.wait(l.notBefore, now, l.zone, "")
				}
			})
			l.item.Again(l.notBefore)
		default:
			ready = append(ready, l)
		}
	}
	return ready, nil
}

// holdAll has mails wait for the server.
func (s *Service) holdAll(items []*outbox.Item[*Invitation]) {
	now := s.now()
	for _, item := range items {
		item.Then(func(i *Invitation) {
			if i.current().State == MailQueued {
				i.hold(Held, now)
			}
		})
		item.Again(now.Add(heldFor))
	}
}

// endHold ends the wait of a mail that nobody has let go.
func (s *Service) endHold(item *outbox.Item[*Invitation]) {
	if item.Doc.HeldSince.IsZero() {
		return
	}
	now := s.now()
	item.Doc.endHold(now)
	item.Then(func(i *Invitation) { i.endHold(now) })
}

// recoverSending deals with mails whose tries nobody finished. Keeping takes a mail once, so those tries are simply made again; a
// server may have taken them, and cannot be asked: that is told at once, for the rest of the batch may take minutes.
func (s *Service) recoverSending(ctx context.Context, b *outbox.Batch[*Invitation], items []*outbox.Item[*Invitation]) error {
	now := s.now()
	if !s.Sends() {
		for _, item := range items {
			item.Then(func(i *Invitation) { i.requeue("", now) })
			item.Again(now)
		}
		return nil
	}
	for _, item := range items {
		item.Then(func(i *Invitation) { i.interrupt(now) })
		item.Doc.interrupt(now)
	}
	if len(items) > 0 {
		if err := b.Write(ctx, nil, items); err != nil {
			return err
		}
	}
	return s.recoverStrays(ctx)
}

// requeue takes a mail that is being sent back into the queue.
func (i *Invitation) requeue(reason string, now time.Time) {
	if i.current().State == MailSending {
		i.step(MailEvent{At: now, State: MailQueued, Detail: i.waiting(), Reason: reason})
	}
}

// withhold notes that the mail is not sent, and why, unless it went out meanwhile.
func (i *Invitation) withhold(why MailDetail, reason string, now time.Time) {
	if m := i.current(); m.State != MailQueued && m.State != MailSending {
		return
	}
	i.step(MailEvent{At: now, State: MailWithheld, Detail: why, Reason: reason})
	i.over(now)
}

// begin notes that a try is under way, before its first byte goes out.
func (i *Invitation) begin(c *Contact, relay string, now time.Time) {
	i.Email, i.ContactName, i.Recipient = c.Email, c.Name, recipientKey(c.Email)
	i.step(MailEvent{At: now, State: MailSending, Relay: relay})
	m := i.edit()
	m.Attempts++
	m.Relay = relay
	m.SendingSince, m.BouncedAt = now, time.Time{}
}

// backOff is how long a mail waits after each try that the server put off; the last one repeats.
var backOff = [...]time.Duration{time.Minute, 5 * time.Minute, 15 * time.Minute, time.Hour, 2 * time.Hour, 4 * time.Hour}

// retryAt returns when the next try may begin after that many.
func retryAt(now time.Time, attempts int) time.Time {
	return now.Add(backOff[min(max(attempts, 1), len(backOff))-1])
}

// conclude notes how the try ended, unless a later one has begun or a person decided meanwhile; that the server took the mail counts even then.
// Twice is once.
func (i *Invitation) conclude(t *try, o Outcome, now time.Time) {
	if len(i.Reminders) != t.number { // reminders follow only what was taken
		return
	}
	m := i.edit()
	overtaken := m.Attempts != t.attempt || !m.ResolvedAt.Equal(t.resolved)
	known := m.State == MailBounced || m.State == MailAccepted && m.AcceptedAt.Equal(now) // that it came back, or was taken
	if overtaken && o.Delivery != Accepted || known {
		return
	}
	e := MailEvent{At: now, Reason: o.Reply}
	switch o.Delivery {
	case Accepted:
		m.AcceptedAt = now
		e.State, e.Detail = MailAccepted, o.detail()
		i.step(e)
		i.planReminder(t.reminders)
	case Refused:
		m.BadAddress = o.BadAddress
		e.State = MailRefused
		i.step(e)
		i.over(now)
		if o.BadAddress {
			i.owe(effectBounce, now)
		}
	case Temporary:
		i.putOff(o.Reply, now)
	default:
		e.State = MailUncertain
		i.step(e)
	}
}

// putOff queues the mail for its next try, or withholds it where that would be too late.
func (i *Invitation) putOff(reply string, now time.Time) {
	m := i.current()
	if next := retryAt(now, m.Attempts); next.Before(m.LatestAt) {
		i.step(MailEvent{At: now, State: MailQueued, Detail: Deferred, Reason: reply, NextAt: next})
		if i.Owing(effectMail) == nil { // struck by whoever took the try for one that nobody finished
			i.owe(effectMail, next)
		}
		return
	}
	i.withhold(Stale, fmt.Sprintf("it could not be delivered until %s; the last answer was: %s",
		m.LatestAt.Format(dateWording+" 15:04 MST"), reply), now)
}
