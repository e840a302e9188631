package survey

import (
	"context"
	"time"

	"earshot/survey/outbox"
)

// mailLedger writes down that tries to send begin and how they end. What comes at the same time, in whichever batch, is written together.
type mailLedger struct {
	*Service
	written together[*stroke]
	// looked reads who must not be mailed, for tries whose beginning is written.
	looked together[*try]
}

// stroke is one entry: that a try begins, or that it has ended.
type stroke struct {
	*try
	ends bool
}

func newMailLedger(s *Service) *mailLedger {
	l := &mailLedger{Service: s}
	l.written.do, l.looked.do = l.write, l.look
	l.written.enough, l.looked.enough = l.enough, l.enough
	return l
}

const (
	// fewMails are sent at the same time where it is not worth to wait for others.
	fewMails = 16
	// worthIt is the part, one in so many, of the mails that are being sent which is worth a trip to the store.
	worthIt = 3
)

// enough says whether so many strokes are worth a trip to the store.
func (l *mailLedger) enough(waiting int) bool {
	underWay := l.underWay()
	return underWay <= fewMails || waiting*worthIt >= underWay
}

// begin writes down that a try begins and then, not before, looks once more whether they must not be mailed: whoever puts an address on the list
// and then looks who is being mailed (see awaitSending) is seen here, or sees the mail.
func (l *mailLedger) begin(t *try) {
	l.written.join(&stroke{try: t})
	if t.err == nil && !t.item.Lost() {
		l.looked.join(t)
	}
}

// end writes down how a try ended, and lets go of the invitation.
func (l *mailLedger) end(t *try) { l.written.join(&stroke{try: t, ends: true}) }

// write writes strokes in one operation. A beginning that cannot be written down is none.
func (l *mailLedger) write(strokes []*stroke) {
	var begun, ended []*outbox.Item[*Invitation]
	for _, s := range strokes {
		if s.ends {
			ended = append(ended, s.item)
		} else {
			begun = append(begun, s.item)
		}
	}
	ctx, cancel := context.WithTimeout(context.Background(), concludeWithin)
	defer cancel()
	err := strokes[0].batch.Write(ctx, begun, ended)
	if err == nil {
		return
	}
	for _, s := range strokes {
		if !s.ends {
			s.err = err
		}
	}
	if len(ended) > 0 {
		l.insist(ctx, strokes[0].batch, ended, err)
	}
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

// look reads who of those must not be mailed.
func (l *mailLedger) look(tries []*try) {
	emails := make([]string, len(tries))
	for n, t := range tries {
		emails[n] = t.contact.Email
	}
	ctx, cancel := context.WithTimeout(context.Background(), concludeWithin)
	defer cancel()
	suppressed, err := l.suppressionsOf(ctx, emails)
	for _, t := range tries {
		t.err, t.suppressed = err, suppressedIn(suppressed, t.contact.Email)
	}
}
