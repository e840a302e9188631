package survey

import (
	"context"
	"fmt"
	"runtime/debug"
	"slices"
	"sync"
	"time"

	"earshot/survey/outbox"
)

// delivery is a batch of letters on their way. Each goes by itself; what they write at the same time is written together.
type delivery struct {
	*Service
	batch *outbox.Batch[*Invitation]
	// fleet is how the relays stood at the beginning of the batch.
	fleet fleet
	// underWay are the letters that go by a relay, each relay's by itself; freed tells that it has no more.
	underWay sync.WaitGroup
	freed    chan struct{}
}

// try is one try to deliver a letter.
type try struct {
	*letter
	batch   *outbox.Batch[*Invitation]
	message *Message
	// before is the invitation as it was without this try.
	before Invitation
	// again is when the next try may begin of one that has ended; zero if none follows.
	again time.Time
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

// deliverAll delivers the letters, those of all relays at the same time, and returns when all are through, or after a while: nobody waits longer for
// a slow relay.
func (d *delivery) deliverAll(ctx context.Context, letters []*letter) {
	var awaited []*lane
	for _, via := range d.fleet {
		list := via.letters(letters)
		if len(list) == 0 {
			continue
		}
		awaited = append(awaited, via)
		via.busy.Add(1)
		d.underWay.Go(func() {
			d.deliverVia(ctx, via, list)
			via.busy.Add(-1)
			select {
			case d.freed <- struct{}{}:
			default: // it is known that one of them is free
			}
		})
	}
	if len(awaited) == 0 { // all that is left waits for relays that are slow
		awaited = d.fleet
	}
	patience := time.NewTimer(crowdedWait)
	defer patience.Stop()
	for slices.ContainsFunc(awaited, (*lane).working) {
		select {
		case <-d.freed:
		case <-patience.C:
			return
		}
	}
}

// deliverVia delivers the letters of one relay, in the order in which they were let go, over as many places as it has.
func (d *delivery) deliverVia(ctx context.Context, via *lane, letters []*letter) {
	if !via.enter() {
		for _, l := range letters {
			l.item.Again(d.now().Add(crowded))
		}
		return
	}
	defer via.leave()
	queue := &letterQueue{list: letters}
	var places sync.WaitGroup
	for range min(len(letters), cap(via.places)) {
		places.Go(func() { d.carryOn(ctx, via, queue) })
	}
	places.Wait()
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

// carryOn makes one try after the other in its place. That one has ended is written down with the beginning of the next, in one write: so no more are
// ever being sent than there are places, and each waits for one write instead of two.
func (d *delivery) carryOn(ctx context.Context, via *lane, queue *letterQueue) {
	here := &berth{delivery: d, via: via}
	defer here.leave()
	for l := queue.next(); l != nil; l = queue.next() {
		if l.at.After(d.now()) {
			here.leave() // to others, while it waits
		}
		if !d.await(l.at) || d.outOfTime(ctx) || !here.take(ctx) {
			l.item.Again(d.now())
			continue
		}
		if t := d.prepare(ctx, via, l); t != nil {
			d.ledger.turn(here.ended, t)
			here.ended = d.carry(ctx, via, t)
		}
	}
}

// prepare makes the mail of a letter ready to be sent, or returns nil where it is not to be sent now.
func (d *delivery) prepare(ctx context.Context, via *lane, l *letter) *try {
	defer d.catch(l)
	if d.stays(ctx, via, l) {
		return nil
	}
	inv, before := l.item.Doc, *l.item.Doc
	message, err := d.message(ctx, l)
	if err != nil {
		reason, now := "the mail could not be composed: "+err.Error(), d.now()
		l.item.Then(func(i *Invitation) { i.withhold("", reason, now) })
		return nil
	}
	inv.begin(l.contact, via.Name, d.now())
	mail := inv.current()
	return &try{
		letter: l, batch: d.batch, message: message, before: before,
		number: len(inv.Reminders), attempt: mail.Attempts, resolved: mail.ResolvedAt,
	}
}

// catch has a letter fail whose try panics, where no runner would catch it.
func (d *delivery) catch(l *letter) {
	if p := recover(); p != nil {
		l.item.Fail(fmt.Errorf("delivering panicked: %v\n%s", p, debug.Stack()))
	}
}

// carry makes a try whose beginning was written down, and returns it where its end is still to be.
func (d *delivery) carry(ctx context.Context, via *lane, t *try) (ended *try) {
	defer d.catch(t.letter)
	switch {
	case t.item.Lost():
		return nil // somebody else wrote it, and it stays due
	case t.err != nil:
		restore(t.item.Doc, &t.before)
		now := d.now()
		t.item.Then(func(i *Invitation) {
			if t.under(i) {
				i.requeue("it could not be written down that the mail goes out", now)
			}
		})
		t.item.Fail(t.err)
		return nil
	case t.suppressed != nil:
		return d.conclude(t, func(i *Invitation, now time.Time) { i.withhold(SuppressedDetail, t.suppressed.withheld(), now) })
	}
	if reason := t.item.Doc.stale(d.now()); reason != "" { // a slow store may have taken until here
		return d.conclude(t, func(i *Invitation, now time.Time) { i.withhold(Stale, reason, now) })
	}
	o := d.deliver(ctx, via, t.item.Doc, t.message)
	o.Reply = maskTokens(o.Reply) // servers quote what they dislike
	d.learn(ctx, via, o)
	d.tally(ctx, via, t.item.Doc.current().SendingSince, o)
	if o.Fault != "" {
		return d.retreat(t)
	}
	return d.conclude(t, func(i *Invitation, now time.Time) { i.conclude(t, o, now) })
}

// stays says that the letter does not go by the relay after all, for the batch may have taken minutes until here, and what becomes of it.
func (d *delivery) stays(ctx context.Context, via *lane, l *letter) bool {
	now := d.now()
	reason := l.item.Doc.stale(now)
	switch {
	case via.faulty.Load():
		d.elsewhere(l)
	case reason != "":
		l.item.Then(func(i *Invitation) { i.withhold(Stale, reason, now) })
	case d.brakedNow(ctx):
		d.waitForBrake(l.item)
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

// deliver hands the message over, or keeps it where no mail server is set, or where it is a test. Here alone mails leave.
func (d *delivery) deliver(ctx context.Context, via *lane, inv *Invitation, m *Message) Outcome {
	if via.Mailer == nil || inv.Test {
		return d.keepMail(ctx, inv, m)
	}
	ctx, cancel := context.WithTimeout(ctx, deliverWithin)
	defer cancel()
	return via.Mailer.Deliver(ctx, m)
}

// conclude notes how a try ended, which is written down before the next one begins in its place, or at once where there is none: a process that dies
// shall leave as little uncertain as can be.
func (d *delivery) conclude(t *try, change func(*Invitation, time.Time)) *try {
	now := d.now()
	t.item.Then(func(i *Invitation) { change(i, now) })
	change(t.item.Doc, now)
	switch m := t.item.Doc.current(); {
	case t.moved:
		t.again = now
	case !t.item.Doc.HeldSince.IsZero():
		t.again = now.Add(heldFor)
	case m.State == MailQueued:
		t.again = retryAt(now, t.attempt)
	}
	if !t.again.IsZero() {
		t.item.Again(t.again)
	}
	return t
}
