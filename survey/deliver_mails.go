package survey

import (
	"context"
	"fmt"
	"runtime/debug"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"earshot/survey/outbox"
)

// delivery is a batch of letters on their way. Each goes by itself; what they write at the same time is written together.
type delivery struct {
	*Service
	batch *outbox.Batch[*Invitation]
	// fleet is how the relays stood at the beginning of the batch.
	fleet fleet
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
	// moved says that another relay carries it.
	moved bool
}

// under says whether the invitation's mail is under way in this try.
func (t *try) under(i *Invitation) bool {
	m := i.current()
	return len(i.Reminders) == t.number && m.State == MailSending && m.Attempts == t.attempt
}

// deliverAll delivers the letters, those of all relays at the same time.
func (s *Service) deliverAll(ctx context.Context, b *outbox.Batch[*Invitation], relays fleet, letters []*letter) {
	d := &delivery{Service: s, batch: b, fleet: relays}
	var all sync.WaitGroup
	for _, via := range relays {
		if list := via.letters(letters); len(list) > 0 {
			all.Go(func() { d.deliverVia(ctx, via, list) })
		}
	}
	all.Wait()
}

// deliverVia delivers the letters of one relay, in the order in which they were let go, as many at a time as it is given.
func (d *delivery) deliverVia(ctx context.Context, via *lane, letters []*letter) {
	if !via.enter() {
		for _, l := range letters {
			l.item.Again(d.now().Add(crowded))
		}
		return
	}
	defer via.leave()
	var group errgroup.Group
	group.SetLimit(cap(via.places))
	for _, l := range letters {
		if !d.await(l.at) || d.outOfTime(ctx) {
			l.item.Again(d.now())
			continue
		}
		group.Go(func() error {
			d.carry(ctx, via, l)
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
func (d *delivery) carry(ctx context.Context, via *lane, l *letter) {
	defer func() {
		if p := recover(); p != nil { // where no runner would catch it
			l.item.Fail(fmt.Errorf("delivering panicked: %v\n%s", p, debug.Stack()))
		}
	}()
	via.places <- struct{}{} // mails of all batches of this process share the connections
	defer func() { <-via.places }()
	if d.stays(via, l) {
		return
	}
	inv, before := l.item.Doc, *l.item.Doc
	message, err := d.message(l)
	if err != nil {
		reason, now := "the mail could not be composed: "+err.Error(), d.now()
		l.item.Then(func(i *Invitation) { i.withhold("", reason, now) })
		return
	}
	inv.begin(l.contact, via.Name, d.now())
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
	o := d.deliver(ctx, via, inv, message)
	o.Reply = maskTokens(o.Reply) // servers quote what they dislike
	d.learn(ctx, via, o)
	if o.Fault != "" {
		d.retreat(t)
		return
	}
	d.conclude(t, func(i *Invitation, now time.Time) { i.conclude(t, o, now) })
}

// stays says that the letter does not go by the relay after all, for the batch may have taken minutes until here, and what becomes of it.
func (d *delivery) stays(via *lane, l *letter) bool {
	now := d.now()
	reason := l.item.Doc.stale(now)
	switch {
	case via.faulty.Load():
		d.elsewhere(l)
	case reason != "":
		l.item.Then(func(i *Invitation) { i.withhold(Stale, reason, now) })
	case l.counted && now.After(l.at.Add(letGoFor)):
		l.item.Again(now)
	default:
		return false
	}
	return true
}

// restore takes back what a try that was not written down has changed in memory; the envelope stays.
func restore(inv, before *Invitation) {
	meta := inv.Meta
	*inv = *before
	inv.Meta = meta
}

// learn notes what a try tells of the relay: that it has a fault, or that it takes mails again.
func (d *delivery) learn(ctx context.Context, via *lane, o Outcome) {
	ctx, now := context.WithoutCancel(ctx), d.now()
	var err error
	switch {
	case o.Fault != "":
		via.told.Do(func() { // others wait, so that their mails find it written down
			via.faulty.Store(true)
			d.log.ErrorContext(ctx, "the mail server takes no mails", "relay", via.Name, "fault", o.Fault, "reply", o.Reply)
			err = d.changeRelay(ctx, via.Name, func(r *Relay) bool { return r.fail(o, now, d.alone()) })
		})
	case via.state.Paused() && o.Delivery != Uncertain:
		err = d.changeRelay(ctx, via.Name, func(r *Relay) bool { return r.end(now) })
	}
	if err != nil {
		d.log.WarnContext(ctx, "how the mail server stands could not be written down", "relay", via.Name, "error", err)
	}
}

// deliver hands the message over, or keeps it where no mail server is set.
func (d *delivery) deliver(ctx context.Context, via *lane, inv *Invitation, m *Message) Outcome {
	if via.Mailer == nil {
		return d.keepMail(ctx, inv, m)
	}
	ctx, cancel := context.WithTimeout(ctx, deliverWithin)
	defer cancel()
	return via.Mailer.Deliver(ctx, m)
}

// conclude writes down at once how a try ended, for a process that dies before the end of the batch shall leave as little
// uncertain as can be; the place among those that are sent at the same time is free only after that.
func (d *delivery) conclude(t *try, change func(*Invitation, time.Time)) {
	now := d.now()
	t.item.Then(func(i *Invitation) { change(i, now) })
	change(t.item.Doc, now)
	switch m := t.item.Doc.current(); {
	case t.moved:
		d.end(t, now)
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
