package survey

import (
	"context"
	"slices"
	"time"

	"earshot/survey/outbox"
)

// crowded is how long mails stay away from a relay with which so many batches are busy already, after they have waited for crowdedWait.
const (
	crowded     = 15 * time.Second
	crowdedWait = 2 * time.Second
)

// sendBy finds a relay for each letter that has room for it, and delivers it. Those for which there is none now are put off. Those for which room is left
// wait for the others that go by the same relay, and for no other.
func (s *Service) sendBy(ctx context.Context, b *outbox.Batch[*Invitation], f fleet, letters []*letter) error {
	d := &delivery{Service: s, batch: b, fleet: f, freed: make(chan struct{}, 1)}
	defer d.underWay.Wait()
	for first := true; len(letters) > 0; first = false {
		if !f.open() { // any more
			s.holdAll(itemsOf(letters...))
			return nil
		}
		if d.outOfTime(ctx) {
			for _, l := range letters {
				l.item.Again(s.now())
			}
			return nil
		}
		ready, waiting := d.ready(letters)
		going, left, err := s.route(ctx, ready)
		switch {
		case err != nil && first:
			return err
		case err != nil: // which must not take back how those ended that have gone
			for _, l := range letters {
				l.item.Fail(err)
			}
			return nil
		}
		d.deliverAll(ctx, going)
		letters = slices.Concat(left, waiting)
	}
	return nil
}

// ready chooses by which relays the letters may go, and returns those whose first choice has not its hands full with others of the batch.
func (d *delivery) ready(letters []*letter) (ready, waiting []*letter) {
	tested := map[string]bool{}
	for _, l := range letters {
		mail := l.item.Doc.current()
		l.passage = &passage{domain: l.to.Domain(), putOff: mail.Detail == Paced, latest: mail.LatestAt}
		l.relays = append(d.fleet.toTest(tested), d.fleet.carriers(l.item.Doc.ID, mail.triedAt())...)
		if len(l.relays) == 0 || d.fleet.working(l.relays[0]) {
			waiting = append(waiting, l)
			continue
		}
		ready = append(ready, l)
	}
	return ready, waiting
}

// route finds a relay for each letter, and returns those that go and those for which there is room that is left until these have gone.
func (s *Service) route(ctx context.Context, letters []*letter) (going, left []*letter, err error) {
	wanted := make([]*passage, len(letters))
	for n, l := range letters {
		wanted[n] = l.passage
	}
	if err := s.takeRoom(ctx, wanted); err != nil {
		return nil, nil, err
	}
	for _, l := range letters {
		switch now := s.now(); {
		case l.by != nil:
			going = append(going, l)
		case l.left:
			left = append(left, l)
		default:
			l.item.Then(func(i *Invitation) { i.pace(l.at, now, l.passage.why) })
			l.item.Again(l.at)
		}
	}
	return going, left, nil
}

// toTest is a relay whose way was found clear and that is to be tried with one mail, as long as none of the batch has been chosen for that. The mail goes by
// others where limits leave it no room there: else it would wait for hours.
func (f fleet) toTest(tested map[string]bool) []*carrier {
	for _, l := range f {
		if l.open() && l.state.Probing && !tested[l.Name] {
			tested[l.Name] = true
			return []*carrier{l.carrier}
		}
	}
	return nil
}

// triedAt is the relay that put the mail off; empty if none did.
func (m *Mail) triedAt() string {
	if m.Attempts == 0 {
		return ""
	}
	return m.Relay
}

// pace has a mail wait for its turn, which limits give it.
func (i *Invitation) pace(until, now time.Time, why string) {
	if i.current().State == MailQueued {
		i.step(MailEvent{At: now, State: MailQueued, Detail: Paced, NextAt: until, Reason: "waits for its turn: " + why})
	}
}

// letters are those that go by the relay, in the order in which they were let go.
func (l *lane) letters(all []*letter) []*letter {
	var list []*letter
	for _, x := range all {
		if x.by == l.carrier {
			list = append(list, x)
		}
	}
	slices.SortStableFunc(list, func(a, b *letter) int { return a.at.Compare(b.at) })
	return list
}

// enter takes a place among the batches that have mails for the relay, unless a slow server keeps them all for a while.
func (l *lane) enter() bool {
	timer := time.NewTimer(crowdedWait)
	defer timer.Stop()
	select {
	case l.batches <- struct{}{}:
		return true
	case <-timer.C:
		return false
	}
}

func (l *lane) leave() { <-l.batches }

// await waits for a time that is soon, and says whether it came before the process is about to end.
func (d *delivery) await(at time.Time) bool {
	wait := at.Sub(d.now())
	if wait <= 0 {
		return true
	}
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-d.batch.Stopping:
		return false
	}
}

// itemsOf are the items of the letters.
func itemsOf(letters ...*letter) []*outbox.Item[*Invitation] {
	items := make([]*outbox.Item[*Invitation], len(letters))
	for n, l := range letters {
		items[n] = l.item
	}
	return items
}

// elsewhere has a mail go by another relay than the one that has met with a fault, or wait where there is none.
func (d *delivery) elsewhere(l *letter) {
	if d.fleet.open() {
		l.item.Again(d.now())
		return
	}
	d.holdAll(itemsOf(l))
}

// retreat ends a try that has met a fault of the relay: the server has not seen the message, so that another one may carry it at once.
func (d *delivery) retreat(t *try) *try {
	if t.moved = d.fleet.open(); t.moved {
		return d.conclude(t, func(i *Invitation, now time.Time) { i.move(t, now) })
	}
	return d.conclude(t, func(i *Invitation, now time.Time) { i.holdTry(t, now) })
}

// move takes a mail back into the queue on whose try a fault was met. The try does not count, for it was not this mail that failed. Twice is once.
func (i *Invitation) move(t *try, now time.Time) {
	if !t.under(i) {
		return
	}
	i.edit().Attempts--
	i.step(MailEvent{At: now, State: MailQueued, Detail: i.waiting(), Reason: "the mail server " + t.by.Name + " takes no mails: another one carries it"})
}
