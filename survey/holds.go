package survey

import (
	"context"
	"slices"
)

// Holds are why pulses do not ask the customer, one a pulse, the latest first. A pulse that has asked since holds nobody.
func (l *AskLog) Holds() []Hold {
	holds := slices.DeleteFunc(slices.Clone(l.Held), func(h Hold) bool {
		return slices.ContainsFunc(l.Asks, func(a Ask) bool { return a.PulseID == h.PulseID && a.At.After(h.At) && !a.Void })
	})
	slices.SortStableFunc(holds, func(a, b Hold) int { return b.At.Compare(a.At) })
	return holds
}

// holdOf is why the pulse does not ask, or nil.
func (l *AskLog) holdOf(id PulseID) *Hold {
	holds := l.Holds()
	if at := slices.IndexFunc(holds, func(h Hold) bool { return h.PulseID == id }); at >= 0 {
		return &holds[at]
	}
	return nil
}

// PulseHolds returns whom a pulse holds, in the order in which it considers its audience. A page goes through as many of the audience as limit says, so it may
// be short although there are more. Returns NotFound, or Invalid for a cursor that is not one.
func (s *Service) PulseHolds(ctx context.Context, id PulseID, after Cursor, limit int) (Page[HeldCustomer], error) {
	pulse, err := s.Pulse(ctx, id)
	if err != nil {
		return Page[HeldCustomer]{}, err
	}
	at := *pulse
	at.Run.Cursor = after
	walk := pulseRun{Service: s, pulse: &at, now: s.now(), atOnce: pageLimit(limit)}
	held, next, err := walk.heldPage(ctx)
	return Page[HeldCustomer]{Items: held, Next: next}, err
}
