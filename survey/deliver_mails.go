package survey

import (
	"context"
	"fmt"
	"runtime/debug"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"earshot/survey/outbox"
)

// delivery is a batch of letters on their way. Each goes by itself; what they write at the same time is written together.
type delivery struct {
	*Service
	batch *outbox.Batch[*Invitation]
	// relay is how the server stood at the beginning of the batch.
	relay *Relay
	// faulty is set when a try has met a fault of the server: the rest of the batch waits.
	faulty atomic.Bool
}

// try is one try to deliver a letter.
type try struct {
	*letter
	batch *outbox.Batch[*Invitation]
	// number says which mail of the invitation it is: 0 is the first. attempt and resolved tell this try from others.
	number   int
	attempt  int
	resolved time.Time
	// err is what kept the beginning from being written down; suppressed is why the address must not be mailed after all.
	err        error
	suppressed *Suppression
}

// under says whether the invitation's mail is under way in this try.
func (t *try) under(i *Invitation) bool {
	m := i.current()
	return len(i.Reminders) == t.number && m.State == MailSending && m.Attempts == t.attempt
}

// deliverAll delivers the letters, MailsAtOnce at a time.
func (s *Service) deliverAll(ctx context.Context, b *outbox.Batch[*Invitation], relay *Relay, letters []*letter) {
	d := &delivery{Service: s, batch: b, relay: relay}
	var group errgroup.Group
	group.SetLimit(max(s.mailsAtOnce, 1))
	for _, l := range letters {
		if d.outOfTime(ctx) {
			l.item.Again(s.now())
			continue
		}
		group.Go(func() error {
			d.carry(ctx, l)
			return nil
		})
	}
	_ = group.Wait()
}

// outOfTime says whether no further try should begin: the process is about to end, or there may not be time for a whole one.
func (d *delivery) outOfTime(ctx context.Context) bool {
	select {
	case <-d.batch.Stopping:
		return true
	default:
	}
	until, bounded := ctx.Deadline()
	return bounded && time.Until(until) < deliverWithin
}

// carry makes one try.
func (d *delivery) carry(ctx context.Context, l *letter) {
	defer func() {
		if p := recover(); p != nil { // where no runner would catch it
			l.item.Fail(fmt.Errorf("delivering panicked: %v\n%s", p, debug.Stack()))
		}
	}()
	d.sending <- struct{}{} // mails of all batches of this process share the connections
	defer func() { <-d.sending }()
	if d.faulty.Load() {
		d.holdAll([]*outbox.Item[*Invitation]{l.item})
		return
	}
	if reason := l.item.Doc.stale(d.now()); reason != "" { // the batch may have taken minutes until here
		now := d.now()
		l.item.Then(func(i *Invitation) { i.withhold(Stale, reason, now) })
		return
	}
	inv, before := l.item.Doc, *l.item.Doc
	message, err := d.message(ctx, l)
	if err != nil {
		reason, now := "the mail could not be composed: "+err.Error(), d.now()
		l.item.Then(func(i *Invitation) { i.withhold("", reason, now) })
		return
	}
	inv.begin(l.contact, d.now())
	mail := inv.current()
	t := &try{letter: l, batch: d.batch, number: len(inv.Reminders), attempt: mail.Attempts, resolved: mail.ResolvedAt}
	d.ledger.begin(t)
	switch {
	case l.item.Lost():
		return // somebody else wrote it, and it stays due
	case t.err != nil:
		restore(inv, &before)
		now := d.now()
		l.item.Then(func(i *Invitation) {
			if t.under(i) {
				i.requeue("it could not be written down that the mail goes out", now)
			}
		})
		l.item.Fail(t.err)
		return
	case t.suppressed != nil:
		d.conclude(t, func(i *Invitation, now time.Time) { i.withhold(SuppressedDetail, t.suppressed.withheld(), now) })
		return
	}
	o := d.deliver(ctx, inv, message)
	o.Reply = maskTokens(o.Reply) // servers quote what they dislike
	d.learn(ctx, o)
	if o.Fault != "" {
		d.conclude(t, func(i *Invitation, now time.Time) { i.holdTry(t, now) })
		return
	}
	d.conclude(t, func(i *Invitation, now time.Time) { i.conclude(t, o, now) })
}

// restore takes back what a try that was not written down has changed in memory; the envelope stays.
func restore(inv, before *Invitation) {
	meta := inv.Meta
	*inv = *before
	inv.Meta = meta
}

// learn notes what a try tells of the server: that it has a fault, or that it takes mails again.
func (d *delivery) learn(ctx context.Context, o Outcome) {
	ctx, now := context.WithoutCancel(ctx), d.now()
	var err error
	switch {
	case o.Fault != "":
		if !d.faulty.Swap(true) {
			d.log.ErrorContext(ctx, "the mail server takes no mails; they wait", "fault", o.Fault, "reply", o.Reply)
			err = d.changeRelay(ctx, func(r *Relay) bool { return r.fail(o, now) })
		}
	case d.relay.Paused() && o.Delivery != Uncertain:
		err = d.changeRelay(ctx, func(r *Relay) bool { return r.end(now) })
	}
	if err != nil {
		d.log.WarnContext(ctx, "how the mail server stands could not be written down", "error", err)
	}
}

// deliver hands the message over, or keeps it where no mail server is set.
func (d *delivery) deliver(ctx context.Context, inv *Invitation, m *Message) Outcome {
	if d.mailer == nil {
		return d.keepMail(ctx, inv, m)
	}
	ctx, cancel := context.WithTimeout(ctx, deliverWithin)
	defer cancel()
	return d.mailer.Deliver(ctx, m)
}

// conclude writes down at once how a try ended, for a process that dies before the end of the batch shall leave as little
// uncertain as can be; the place among those that are sent at the same time is free only after that.
func (d *delivery) conclude(t *try, change func(*Invitation, time.Time)) {
	now := d.now()
	t.item.Then(func(i *Invitation) { change(i, now) })
	change(t.item.Doc, now)
	switch m := t.item.Doc.current(); {
	case !t.item.Doc.HeldSince.IsZero():
		d.end(t, now.Add(heldFor))
	case m.State == MailQueued:
		d.end(t, retryAt(now, t.attempt))
	default:
		d.ledger.end(t)
	}
}

// end writes down that a try ended which is made again.
func (d *delivery) end(t *try, again time.Time) {
	t.item.Again(again)
	d.ledger.end(t)
	t.item.Again(again) // also where somebody else wrote the invitation meanwhile, and it is written at the end of the batch
}
