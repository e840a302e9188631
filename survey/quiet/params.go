package quiet

import (
	"errors"
	"fmt"
	"math"
)

// Params are the fitted parameters of the RHYTHM model for one kind of sign of life; time unit weeks.
type Params struct {
	R     float64 `json:"r"`     // shape of the customers' rates: lambda ~ Gamma(R, Alpha); > 0
	Alpha float64 `json:"alpha"` // rate of the same, weeks; > 0
	A     float64 `json:"a"`     // drop-out after an active day: p ~ Beta(A, B); > 0
	B     float64 `json:"b"`     // see A; > 0
	M     float64 `json:"m"`     // mean over customers of ln k, k the regularity of the gaps
	SD    float64 `json:"sd"`    // standard deviation of ln k; > 0
	Eps   float64 `json:"eps"`   // share of gaps that are skipped cycles; in [0, 0.4)
	Rho   float64 `json:"rho"`   // a skipped cycle is so many times longer; > 1
	Delta float64 `json:"delta"` // weight of a gap compared with the following one (forgetting); in (0, 1], 1 forgets nothing
	MBG   MBG     `json:"mbg"`   // the companion whose verdict is averaged into the alarm score
}

// Defaults are the parameters to use until an installation has enough history of its own for Fit.
func Defaults() Params {
	return Params{
		R: 0.8, Alpha: 6, A: 0.4, B: 1.5, M: 0.8, SD: 0.7, Eps: 0.06, Rho: 3, Delta: 0.95,
		MBG: MBG{R: 0.8, Alpha: 6, A: 0.4, B: 1.5},
	}
}

// bound is within which a parameter lies, and how the search for it sees it.
type bound struct {
	name      string
	low, high float64
	// linear says that the search divides the range evenly, not by its logarithm.
	linear bool
}

const boundCount = 8

// bounds are those of the parameters in their order: what a company's customers can be like. Without them a company whose
// customers are nearly all alike teaches that nobody can be otherwise: of 980 monthly and 20 yearly customers, r became 37,929,
// and the yearly ones were told of after seven weeks.
var bounds = [boundCount]bound{
	{name: "r", low: 0.1, high: 5},
	{name: "alpha", low: 0.01, high: 600},
	{name: "a", low: 0.005, high: 10},
	{name: "b", low: 0.05, high: 500},
	{name: "m", low: -1.2, high: 4.6, linear: true},
	{name: "sd", low: 0.15, high: 1.6},
	{name: "eps", low: 0.002, high: 0.39},
	{name: "rho", low: 1.2, high: 8},
}

// check says what is wrong with a value of the parameter, if anything.
func (b bound) check(prefix string, v float64) error {
	if v >= b.low && v <= b.high {
		return nil
	}
	return fmt.Errorf("%s%s is %v, want %v to %v", prefix, b.name, v, b.low, b.high)
}

// value maps a coordinate of the search, any number, into the bounds.
func (b bound) value(x float64) float64 {
	share := 1 / (1 + math.Exp(-x))
	if b.linear {
		return b.low + share*(b.high-b.low)
	}
	return b.low * math.Pow(b.high/b.low, share)
}

// share is where in its range a value lies, 0 to 1.
func (b bound) share(v float64) float64 {
	if b.linear {
		return (v - b.low) / (b.high - b.low)
	}
	return math.Log(v/b.low) / math.Log(b.high/b.low)
}

// coordinate is the inverse of value, for what lies between the bounds.
func (b bound) coordinate(v float64) float64 { return logit(b.share(v)) }

// Validate reports everything that is wrong with the parameters in one error, or nil: each must lie within its bounds.
func (p Params) Validate() error {
	var errs []error
	for i, v := range p.values() {
		errs = append(errs, bounds[i].check("", v))
	}
	if !(p.Delta > 0 && p.Delta <= 1) {
		errs = append(errs, fmt.Errorf("delta is %v, want above 0 and at most 1", p.Delta))
	}
	errs = append(errs, p.MBG.Validate())
	return errors.Join(errs...)
}

// values are those of the parameters that have bounds, in their order.
func (p Params) values() [boundCount]float64 {
	return [...]float64{p.R, p.Alpha, p.A, p.B, p.M, p.SD, p.Eps, p.Rho}
}

// atBounds names the parameters that lie at one of their bounds, or nearly: their estimates say that these customers are not
// quite what the model takes them for.
func (p Params) atBounds() []string {
	var names []string
	for i, v := range p.values() {
		if near := bounds[i].share(v); near < atBound || near > 1-atBound {
			names = append(names, bounds[i].name)
		}
	}
	return names
}

// atBound is the share of the range of a parameter that counts as its end.
const atBound = 0.01
