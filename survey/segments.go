package survey

import "context"

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
