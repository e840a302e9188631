package survey

import (
	"context"
	"slices"

	"earshot/survey/store"
)

// HeldCustomer is a customer whom a pulse considered and did not ask.
type HeldCustomer struct {
	Customer *Customer
	Hold     Hold
}

// heldRounds is how often one call reads on in the audience, MaxPage customers at a time.
const heldRounds = 2

// HeldCustomers returns the customers of the pulse's audience whom it holds, with the reason, in the order in which it
// considers them. A page goes through at most a thousand of the audience, so it may be short although there are more.
func (s *Service) HeldCustomers(ctx context.Context, id PulseID, after Cursor, limit int) (Page[HeldCustomer], error) {
	pulse, err := s.Pulse(ctx, id)
	if err != nil {
		return Page[HeldCustomer]{}, err
	}
	page := Page[HeldCustomer]{Items: []HeldCustomer{}, Next: after}
	walk := pulseRun{Service: s, pulse: pulse, now: s.now(), atOnce: MaxPage}
	for range heldRounds {
		pulse.Run.Cursor = page.Next
		held, next, err := walk.heldPage(ctx)
		if err != nil {
			return Page[HeldCustomer]{}, err
		}
		page.Items, page.Next = append(page.Items, held...), next
		if next == "" || len(page.Items) >= pageLimit(limit) {
			break
		}
	}
	return page, nil
}

// heldPage returns who is held among the next page of the audience.
func (r *pulseRun) heldPage(ctx context.Context) ([]HeldCustomer, store.Cursor, error) {
	visits, next, err := r.audience(ctx)
	if err != nil {
		return nil, "", err
	}
	logs, err := r.ledgers(ctx, visits)
	if err != nil {
		return nil, "", err
	}
	var held []HeldCustomer
	for _, v := range visits {
		holds := logs[v.customer.ID].Held
		if i := slices.IndexFunc(holds, func(h Hold) bool { return h.PulseID == PulseID(r.pulse.ID) }); i >= 0 {
			held = append(held, HeldCustomer{Customer: v.customer, Hold: holds[i]})
		}
	}
	return held, next, nil
}
