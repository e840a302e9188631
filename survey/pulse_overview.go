package survey

import (
	"context"
	"errors"
	"slices"

	"earshot/survey/store"
)

// HeldCustomer is a customer whom a pulse considered and did not ask.
type HeldCustomer struct {
	Customer *Customer
	Hold     Hold
}

// PulseOverview is everything that a pulse's page shows.
type PulseOverview struct {
	Pulse *Pulse
	// Asked are its latest invitations.
	Asked Page[*Invitation]
	// Held are the customers of its audience whom it holds, in the order in which it considers them. A page goes through at most
	// MaxPage of the audience, so it may be short although there are more.
	Held Page[HeldCustomer]
	// Names are the names of the customers that were asked, and of surveys and pulses.
	Names Names
}

// PulseOverviewSize is how much a PulseOverview shows.
type PulseOverviewSize struct {
	// Asked is at most MaxPage; 0 means DefaultLimit.
	Asked int
	// AfterAsked and AfterHeld are where the two lists go on.
	AfterAsked, AfterHeld Cursor
	// Within is whose customers there are for who looks; nil is everybody's.
	Within *Reach
}

// PulseOverview returns what a pulse's page shows, in three trips to the store. Returns NotFound, or Invalid for a cursor that
// is not one.
func (s *Service) PulseOverview(ctx context.Context, id PulseID, size PulseOverviewSize) (*PulseOverview, error) {
	pulse, choice := s.db.pulses.Fetching([]string{string(id)}), s.readChoice()
	asked := s.db.invitations.Finding(InvitationFilter{PulseID: id, Within: size.Within, After: size.AfterAsked, Limit: pageLimit(size.Asked)}.query())
	err := store.Together(ctx, s.store, append(choice.readings(), pulse, asked)...)
	switch {
	case errors.Is(err, store.ErrQuery) && size.AfterAsked != "":
		return nil, invalidCursor()
	case err != nil:
		return nil, err
	case pulse.First() == nil:
		return nil, noPulse(id)
	}
	o := &PulseOverview{Pulse: pulse.First(), Asked: pageOf(asked)}
	customers := make([]CustomerID, len(o.Asked.Items))
	for i, inv := range o.Asked.Items {
		customers[i] = inv.CustomerID
	}
	at := *o.Pulse
	at.Run.Cursor = size.AfterHeld
	names, walk := s.readNames(customers, nil), pulseRun{Service: s, pulse: &at, now: s.now(), atOnce: MaxPage}
	if o.Held.Items, o.Held.Next, err = walk.heldPage(ctx, names.readings()...); err != nil {
		return nil, err
	}
	o.Held.Items = slices.DeleteFunc(o.Held.Items, func(h HeldCustomer) bool { return !size.Within.has(h.Customer.RepID) })
	o.Names = names.names(choice.surveys.Docs, choice.pulses.Docs)
	return o, nil
}

// heldPage returns who is held among the next page of the audience, and reads what else in the same trip.
func (r *pulseRun) heldPage(ctx context.Context, besides ...store.Reading) ([]HeldCustomer, store.Cursor, error) {
	a, err := r.audiencePage(ctx, besides)
	switch {
	case errors.Is(err, store.ErrQuery) && r.pulse.Run.Cursor != "":
		return nil, "", invalidCursor()
	case err != nil:
		return nil, "", err
	}
	held := []HeldCustomer{}
	for _, v := range a.visits {
		if h := a.logs[v.customer.ID].holdOf(PulseID(r.pulse.ID)); h != nil {
			held = append(held, HeldCustomer{Customer: v.customer, Hold: *h})
		}
	}
	return held, a.next, nil
}
