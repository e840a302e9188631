package survey

import (
	"context"

	"earshot/survey/store"
)

// MaxSegments is how many segments Segments lists at most.
const MaxSegments = 200

// belowPrintable is below every character that a segment can have, so that a segment followed by it is above that
// segment and above none that comes later.
const belowPrintable = "\x01"

// Segments lists the segments that customers are in, by name, at most MaxSegments. It hops through the index from one
// segment to the next, so that the cost grows with the segments and not with the customers.
func (s *Service) Segments(ctx context.Context) ([]string, error) {
	var segments []string
	q := store.Query{Index: customersBySegment, From: belowPrintable, Limit: 1}
	for len(segments) < MaxSegments {
		found, _, err := s.db.customers.Find(ctx, q)
		if err != nil {
			return nil, err
		}
		if len(found) == 0 {
			return segments, nil
		}
		segments = append(segments, found[0].Segment)
		q.From = found[0].Segment + belowPrintable
	}
	return segments, nil
}
