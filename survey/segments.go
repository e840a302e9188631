package survey

import (
	"context"
	"slices"

	"earshot/survey/store"
)

// MaxSegments is how many segments Segments lists at most.
const MaxSegments = 200

// leastSegment is below every segment but the empty one, which is none.
const leastSegment = "\x01"

// Segments lists the segments that customers are in, by name, at most MaxSegments. The cost grows with the segments and not
// with the customers.
func (s *Service) Segments(ctx context.Context) ([]string, error) {
	groups, err := s.db.customers.Fold(ctx, segmentFold())
	return segmentsIn(groups), err
}

// SegmentsWithin lists the segments that customers in reach are in, by name; nil reaches everybody's. Where that is not all, the cost
// grows with the customers in reach.
func (s *Service) SegmentsWithin(ctx context.Context, within *Reach) ([]string, error) {
	if within == nil || within.all {
		return s.Segments(ctx)
	}
	owners := []any{}
	for _, id := range within.reps {
		owners = append(owners, string(id))
	}
	groups, err := s.db.customers.Fold(ctx, store.Fold{
		Query: store.Query{Index: customersByRep, In: owners}, By: []string{"segment"}, Distinct: true,
	})
	groups = slices.DeleteFunc(groups, func(g store.Group) bool { return g.By[0].(string) == "" })
	return segmentsIn(groups), err
}

// HasSegment says whether any customer is in the segment; the empty one is everybody's.
func (s *Service) HasSegment(ctx context.Context, segment string) (bool, error) {
	if segment == "" {
		return true, nil
	}
	found, _, err := s.db.customers.Find(ctx, store.Query{Index: customersBySegment, Equal: []any{segment}, Limit: 1, Fields: []string{"segment"}})
	return len(found) > 0, err
}
