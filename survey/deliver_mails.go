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
	// letters are what is to be delivered, and taken counts those that somebody carries.
	letters []*letter
	taken   atomic.Int64
	// faulty is set when a try has met a fault of the server: the rest of the batch waits.
	faulty atomic.Bool
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
}

// under says whether the invitation's mail is under way in this try.
func (t *try) under(i *Invitation) bool {
	m := i.current()
	return len(i.Reminders) == t.number && m.State == MailSending && m.Attempts == t.attempt
}

// deliverAll delivers the letters, over as many places as there are for mails that are sent at the same time.
func (s *Service) deliverAll(ctx context.Context, b *outbox.Batch[*Invitation], relay *Relay, letters []*letter) {
	d := &delivery{Service: s, batch: b, relay: relay, letters: letters}
	var group errgroup.Group
	for range min(len(letters), cap(s.sending)) {
		group.Go(func() error {
			s.sending <- struct{}{} // mails of all batches of this process share the connections
			defer func() { <-s.sending }()
			d.carryOn(ctx)
			return nil
		})
	}
	_ = group.Wait()
}

// next returns a letter that nobody has carried yet, or nil where there is none.
func (d *delivery) next(ctx context.Context) *letter {
	for n := d.taken.Add(1); n <= int64(len(d.letters)); n = d.taken.Add(1) {
		l := d.letters[n-1]
		if !d.outOfTime(ctx) {
			return l
		}
		l.item.Again(d.now())
	}
	return nil
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
func (d *delivery) carryOn(ctx context.Context) {
	var ended *try
	for l := d.next(ctx); l != nil; l = d.next(ctx) {
		t := d.prepare(l)
		if t == nil {
			continue
		}
		d.ledger.turn(ended, t)
		ended = d.carry(ctx, t)
	}
	if ended != nil {
		d.ledger.turn(ended, nil)
	}
}

// prepare makes the mail of a letter ready to be sent, or returns nil where it is not to be sent now.
func (d *delivery) prepare(l *letter) *try {
	defer d.catch(l)
	if d.faulty.Load() {
		d.holdAll([]*outbox.Item[*Invitation]{l.item})
		return nil
	}
	if reason := l.item.Doc.stale(d.now()); reason != "" { // the batch may have taken minutes until here
		now := d.now()
		l.item.Then(func(i *Invitation) { i.withhold(Stale, reason, now) })
		return nil
	}
	inv, before := l.item.Doc, *l.item.Doc
	message, err := d.message(l)
	if err != nil {
		reason, now := "the mail could not be composed: "+err.Error(), d.now()
		l.item.Then(func(i *Invitation) { i.withhold("", reason, now) })
		return nil
	}
	inv.begin(l.contact, d.now())
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
func (d *delivery) carry(ctx context.Context, t *try) (ended *try) {
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
	o := d.deliver(ctx, t.item.Doc, t.message)
	o.Reply = maskTokens(o.Reply) // servers quote what they dislike
	d.learn(ctx, o)
	if o.Fault != "" {
		return d.conclude(t, func(i *Invitation, now time.Time) { i.holdTry(t, now) })
	}
	return d.conclude(t, func(i *Invitation, now time.Time) { i.conclude(t, o, now) })
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

// conclude notes how a try ended, which is written down before the next one begins in its place, or at once where there is none: a process that dies
// shall leave as little uncertain as can be.
func (d *delivery) conclude(t *try, change func(*Invitation, time.Time)) *try {
	now := d.now()
	t.item.Then(func(i *Invitation) { change(i, now) })
	change(t.item.Doc, now)
	switch m := t.item.Doc.current(); {
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
