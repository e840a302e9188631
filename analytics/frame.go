package analytics

import (
	"math"
	"time"
)

// MaximumBuckets is the largest number of buckets in a trend: four years of days. More cannot be read on a chart.
const MaximumBuckets = 1500

// Frame says which answers make a trend and how they are cut.
type Frame struct {
	Scale Scale
	Every Every
	// From and To bound the answers, From included, To not. A zero From begins with the first answer, a zero To ends with
	// the last one.
	From, To time.Time
	// Zone is where days begin and end; nil is UTC.
	Zone *time.Location
	// BySegment and ByRep ask for the series of each segment and each rep besides that of everyone.
	BySegment, ByRep bool
}

// FrameError says what is wrong with a frame, in words that are safe to show.
type FrameError struct {
	// Field is "scale", "every", "from" or "to".
	Field string
	// Reason completes the sentence that begins with the field.
	Reason string
}

// Error returns the field and the reason.
func (e *FrameError) Error() string { return e.Field + " " + e.Reason }

// Check returns a *FrameError when no trend can be made in the frame.
func (f Frame) Check() error {
	switch {
	case !f.Scale.Valid():
		return &FrameError{"scale", "must be nps, csat, ces or progress"}
	case !f.Every.Valid():
		return &FrameError{"every", "must be day, week, month or quarter"}
	case f.From.IsZero() || f.To.IsZero():
		return nil
	case !f.From.Before(f.To):
		return &FrameError{"from", "must lie before to"}
	case f.To.Sub(f.From) == math.MaxInt64, f.To.Sub(f.From)/f.Every.shortest() > MaximumBuckets: // Sub ends at 292 years
		return &FrameError{"from", "lies too far before to for buckets of a " + string(f.Every)}
	}
	return nil
}

// shortest is how long the shortest bucket is, but for the hours that a change of clocks takes.
func (e Every) shortest() time.Duration {
	const day = 24 * time.Hour
	switch e {
	case Weekly:
		return 7 * day
	case Monthly:
		return 28 * day
	case Quarterly:
		return 90 * day
	}
	return day
}

// zone returns the time zone to use.
func (f Frame) zone() *time.Location {
	if f.Zone == nil {
		return time.UTC
	}
	return f.Zone
}
