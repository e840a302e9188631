package survey

import (
	"context"
	"iter"

	"earshot/survey/quiet"
	"earshot/survey/store"
)

// SignsOfLife walks through the signs of life of all customers, or those of one kind where kind is not empty, customer by
// customer and oldest first: what quiet.Backtest measures on. Memory does not grow. An error ends the walk and is its
// last element.
func (s *Service) SignsOfLife(ctx context.Context, kind TouchpointKind) iter.Seq2[quiet.Event, error] {
	return func(yield func(quiet.Event, error) bool) {
		for t, err := range s.db.touchpoints.All(ctx, store.Query{Index: touchpointsByCustomer}) {
			if err != nil {
				yield(quiet.Event{}, err)
				return
			}
			if !t.Kind.SignOfLife() || kind != "" && t.Kind != kind {
				continue
			}
			if !yield(quiet.Event{Customer: string(t.CustomerID), Day: s.day(t.At)}, nil) {
				return
			}
		}
	}
}
