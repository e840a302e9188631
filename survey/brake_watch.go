package survey

import (
	"context"
	"sync"
	"sync/atomic"
	"time"
)

// brakeWatch is the brake as this process knows it. What it counts it writes together, and what others counted it reads with that, every brakeEvery
// while mails go out; where it finds one bad end too many it stops at once and then writes that down.
type brakeWatch struct {
	limits BrakeLimits
	// write adds ends to the brake that is stored, and returns those of the window and whether it holds.
	write func(ctx context.Context, ends []mailEnd) (MailEnds, bool, error)

	// holds says that no mail may go out.
	holds atomic.Bool

	mu      sync.Mutex
	pending []mailEnd
	// known are the ends of the window with what is pending, and seen is when they were read.
	known MailEnds
	seen  time.Time
	// syncing is held by whoever reads and writes.
	syncing sync.Mutex
}

// brakeEvery is how often a process writes what it counted and reads what others did, while mails go out: they stop that soon after it has.
const brakeEvery = 2 * time.Second

// count notes ends, and says whether the brake should take hold by them.
func (w *brakeWatch) count(ends ...mailEnd) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.pending = append(w.pending, ends...)
	for _, e := range ends {
		w.known.add(e.what)
	}
	if w.holds.Load() || w.limits.tooMany(w.known) == "" {
		return false
	}
	w.holds.Store(true)
	return true
}

// stale says whether what is known was read too long ago.
func (w *brakeWatch) stale() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return time.Since(w.seen) >= brakeEvery
}

// owes says whether something was counted that is not written down.
func (w *brakeWatch) owes() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return len(w.pending) > 0
}

// sync writes what was counted and reads what others did. What cannot be written down is kept for the next time.
func (w *brakeWatch) sync(ctx context.Context) error {
	w.syncing.Lock()
	defer w.syncing.Unlock()
	w.mu.Lock()
	ends := w.pending
	w.pending = nil
	w.mu.Unlock()
	known, holds, err := w.write(ctx, ends)
	w.mu.Lock()
	defer w.mu.Unlock()
	if err != nil {
		w.pending = append(ends, w.pending...)
		return err
	}
	for _, e := range w.pending {
		known.add(e.what)
	}
	w.seen, w.known = time.Now(), known
	w.holds.Store(holds || len(w.pending) > 0 && w.limits.tooMany(known) != "")
	return nil
}

// refresh is sync where what is known is stale and nobody else is at it.
func (w *brakeWatch) refresh(ctx context.Context) error {
	if !w.stale() || !w.syncing.TryLock() {
		return nil
	}
	w.syncing.Unlock()
	return w.sync(ctx)
}

// writeEnds adds ends to the brake that is stored, in one write, and returns those of the window and whether it holds.
func (s *Service) writeEnds(ctx context.Context, ends []mailEnd) (MailEnds, bool, error) {
	now, took := s.now(), false
	stored, err := s.db.brakes.UpsertAll(ctx, []string{brakeID}, nil, newBrake, func(b *Brake) bool {
		before := b.Holds()
		counted := b.count(ends, s.brake.limits, s.day, now)
		took = b.Holds() && !before
		return counted
	})
	b := stored[brakeID]
	if err != nil || b == nil {
		return MailEnds{}, false, err
	}
	if took {
		e := b.Ends()
		s.log.ErrorContext(ctx, "too many mails end badly; no invitation and no reminder goes out until an admin lets them go", "reason", b.Reason,
			"accepted", e.Accepted, "refused", e.Refused, "bounced", e.Bounced, "complained", e.Complained, "since", b.Since)
	}
	return b.ends(s.day(now)), b.Holds(), nil
}

// braked says whether no mail may go out, as it stands in the store.
func (s *Service) braked(ctx context.Context) (bool, error) {
	err := s.brake.sync(ctx)
	return s.brake.holds.Load(), err
}

// brakedNow is braked, as it was known a moment ago: it costs nothing for most mails.
func (s *Service) brakedNow(ctx context.Context) bool {
	if err := s.brake.refresh(ctx); err != nil {
		s.log.WarnContext(ctx, "whether too many mails end badly could not be read", "error", err)
	}
	return s.brake.holds.Load()
}

// tally counts how a try ended that began then.
func (d *delivery) tally(ctx context.Context, via *lane, began time.Time, o Outcome) {
	switch {
	case via.Mailer == nil: // it was kept
	case o.Delivery == Accepted:
		d.tallyEnd(ctx, mailEnd{began, endAccepted})
	case o.Delivery == Refused:
		d.tallyEnd(ctx, mailEnd{began, endRefused})
	}
}

// tallyEnd counts ends, and writes them down at once where that is one bad end too many.
func (s *Service) tallyEnd(ctx context.Context, ends ...mailEnd) {
	if s.brake.count(ends...) {
		s.tallied(context.WithoutCancel(ctx))
	}
}

// tallied writes down what was counted.
func (s *Service) tallied(ctx context.Context) {
	if !s.brake.owes() {
		return
	}
	if err := s.brake.sync(ctx); err != nil {
		s.log.WarnContext(ctx, "how mails ended could not be counted yet", "error", err)
	}
}
