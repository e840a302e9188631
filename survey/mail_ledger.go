package survey

import (
	"context"
	"slices"
	"time"

	"earshot/survey/outbox"
)

// mailLedger writes down that tries to send begin and how they end. What comes at the same time, in whichever batch, is written together.
type mailLedger struct {
	*Service
	written together[turn]
}

// turn is one entry: in one place one try has ended, and another begins. Either may be nil.
type turn struct{ ended, begun *try }

func newMailLedger(s *Service) *mailLedger {
	l := &mailLedger{Service: s}
	l.written.do, l.written.enough = l.write, l.enough
	return l
}

// fewMails are sent at the same time where it is not worth to wait for others.
const fewMails = 16

// enough says whether so many turns are worth a trip to the store: all that can come, where they come soon (see together).
func (l *mailLedger) enough(waiting int) bool {
	underWay := l.underWay()
	return underWay <= fewMails || waiting >= underWay
}

// turn writes down how a try ended, and lets go of its invitation; and that another begins in its place. Then, not before, it looks once more whether that one
// must not be mailed: whoever puts an address on the list and then looks who is being mailed (see awaitSending) is seen here, or sees the mail.
func (l *mailLedger) turn(ended, begun *try) { l.written.join(turn{ended, begun}) }

// write writes turns in one operation, and looks at those who are to be mailed in another. A beginning that cannot be written down is none.
func (l *mailLedger) write(turns []turn) {
	var begun, ended []*try
	for _, t := range turns {
		if t.ended != nil {
			ended = append(ended, t.ended)
		}
		if t.begun != nil {
			begun = append(begun, t.begun)
		}
	}
	ctx, cancel := context.WithTimeout(context.Background(), concludeWithin)
	defer cancel()
	batch := append(ended[:len(ended):len(ended)], begun...)[0].batch
	err := batch.Write(ctx, items(begun), items(ended))
	if err != nil {
		for _, t := range begun {
			t.err = err
		}
		if len(ended) > 0 {
			l.insist(ctx, batch, items(ended), err)
		}
	}
	for _, t := range ended {
		if !t.again.IsZero() {
			t.item.Again(t.again) // also where somebody else wrote the invitation meanwhile, and it is written at the end of the batch
		}
	}
	l.look(ctx, begun)
}

// items are the items of tries.
func items(tries []*try) []*outbox.Item[*Invitation] {
	list := make([]*outbox.Item[*Invitation], len(tries))
	for n, t := range tries {
		list[n] = t.item
	}
	return list
}

// How long it is tried to write down how tries ended, and the first pause; each next one is twice as long.
const (
	concludeWithin = 30 * time.Second
	concludePause  = 50 * time.Millisecond
)

// insist writes how tries ended while the store is away. If it has to give up, the mails stay in state sending and become uncertain. What
// somebody else wrote meanwhile is taken into account when the batch is done.
func (l *mailLedger) insist(ctx context.Context, b *outbox.Batch[*Invitation], ended []*outbox.Item[*Invitation], err error) {
	for pause := concludePause; err != nil && sleep(ctx, pause); pause *= 2 {
		l.log.WarnContext(ctx, "how mails ended cannot be written down yet", "mails", len(ended), "error", err)
		err = b.Write(ctx, nil, ended)
	}
}

// sleep waits, and says whether it was let.
func sleep(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// look reads who must not be mailed of those whose try was written down.
func (l *mailLedger) look(ctx context.Context, begun []*try) {
	begun = slices.DeleteFunc(begun, func(t *try) bool { return t.err != nil || t.item.Lost() })
	if len(begun) == 0 {
		return
	}
	emails := make([]string, len(begun))
	for n, t := range begun {
		emails[n] = t.contact.Email
	}
	suppressed, err := l.suppressionsOf(ctx, emails)
	for _, t := range begun {
		t.err, t.suppressed = err, suppressedIn(suppressed, t.contact.Email)
	}
}
