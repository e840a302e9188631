package analytics

import "encoding/json"

const (
	// MinimumShown is the least number of answers for which any figure is shown. Below it a reader could work out who
	// said what; 5 is the limit that survey houses state.
	MinimumShown = 5
	// MinimumCompared is the least number of answers on each side before a change gets a verdict. From 5 to 29 answers
	// the interval is shown and says itself how little is known.
	MinimumCompared = 30
)

// z95 is the 97.5th percentile of the normal distribution: two-sided intervals of 95 %.
const z95 = 1.959963984540054

// Estimate is one figure with its 95 % interval. The unit depends on where it stands and is said there. When Suppressed,
// there were too few answers: Value, Low and High are zero, mean nothing, and are null in JSON.
type Estimate struct {
	Value float64 `json:"value"`
	// Low and High are the ends of the 95 % interval.
	Low  float64 `json:"low"`
	High float64 `json:"high"`
	// N is the number of answers behind the figure.
	N int `json:"n"`
	// Suppressed says that N is below MinimumShown.
	Suppressed bool `json:"suppressed"`
}

// MarshalJSON writes null for figures that must not be shown, so that nobody takes a hidden figure for a zero.
func (e Estimate) MarshalJSON() ([]byte, error) {
	type shown struct {
		Value      *float64 `json:"value"`
		Low        *float64 `json:"low"`
		High       *float64 `json:"high"`
		N          int      `json:"n"`
		Suppressed bool     `json:"suppressed"`
	}
	s := shown{N: e.N, Suppressed: e.Suppressed}
	if !e.Suppressed {
		s.Value, s.Low, s.High = &e.Value, &e.Low, &e.High
	}
	return json.Marshal(s)
}

// Scaled returns the estimate in a unit that is factor times smaller: Scaled(100) turns a share into percent.
func (e Estimate) Scaled(factor float64) Estimate {
	e.Value *= factor
	e.Low *= factor
	e.High *= factor
	return e
}

// within keeps the interval inside what is possible.
func (e Estimate) within(low, high int) Estimate {
	if !e.Suppressed {
		e.Low, e.High = max(e.Low, float64(low)), min(e.High, float64(high))
	}
	return e
}

// suppressed is the estimate for n answers when n is too small to show any.
func suppressed(n int) Estimate { return Estimate{N: n, Suppressed: true} }
