package quiet

import (
	"errors"
	"math"
)

// MBG are the parameters of the MBG/NBD model (Batislam, Denizel and Filiztekin 2007): customers buy at random with a
// rate of their own, lambda ~ Gamma(R, Alpha), and after every purchase, also the first, drop out with a chance of their
// own, p ~ Beta(A, B). It is RHYTHM with regularity 1, no skipped cycles and no forgetting. Time unit weeks.
type MBG struct {
	R     float64 `json:"r"`
	Alpha float64 `json:"alpha"`
	A     float64 `json:"a"`
	B     float64 `json:"b"`
}

// Validate reports everything that is wrong with the parameters, or nil.
func (p MBG) Validate() error {
	var errs []error
	for i, v := range []float64{p.R, p.Alpha, p.A, p.B} {
		errs = append(errs, bounds[i].check("mbg.", v))
	}
	return errors.Join(errs...)
}

// Tail is the chance that a customer who is still here stays silent for longer than silence weeks, given x gaps that
// together took span weeks.
func (p MBG) Tail(x int, span, silence float64) float64 {
	if silence <= 0 {
		return 1
	}
	return math.Exp(-(p.R + float64(x)) * math.Log1p(silence/(p.Alpha+span)))
}

// Gone is the chance that the customer has left for good; arguments as for Tail.
func (p MBG) Gone(x int, span, silence float64) float64 {
	return gone(p.A, p.B, x, p.Tail(x, span, silence))
}

// gone is a / ((b + x) S + a): the odds of having dropped out after the last event, raised by the tail S.
func gone(a, b float64, x int, tail float64) float64 {
	return a / ((b+float64(x))*tail + a)
}

// noEvent is 1 - (1 - P(gone)) (1 - S(c+H) / S(c)).
func noEvent(gone, tail, later float64) float64 {
	if tail <= 0 {
		return 1
	}
	return 1 - (1-gone)*(1-later/tail)
}
