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

// Bounds of the parameters that are not simply positive.
const (
	maxEps = 0.4
	minRho = 1.0
)

// Validate reports everything that is wrong with the parameters in one error, or nil.
func (p Params) Validate() error {
	var errs []error
	positive := func(name string, v float64) {
		if !(v > 0) || math.IsInf(v, 1) {
			errs = append(errs, fmt.Errorf("%s is %v, want a finite number above 0", name, v))
		}
	}
	positive("r", p.R)
	positive("alpha", p.Alpha)
	positive("a", p.A)
	positive("b", p.B)
	positive("sd", p.SD)
	if math.IsNaN(p.M) || math.IsInf(p.M, 0) {
		errs = append(errs, fmt.Errorf("m is %v, want a finite number", p.M))
	}
	if !(p.Eps >= 0 && p.Eps < maxEps) {
		errs = append(errs, fmt.Errorf("eps is %v, want 0 or more and below %v", p.Eps, maxEps))
	}
	if !(p.Rho > minRho) || math.IsInf(p.Rho, 1) {
		errs = append(errs, fmt.Errorf("rho is %v, want a finite number above %v", p.Rho, minRho))
	}
	if !(p.Delta > 0 && p.Delta <= 1) {
		errs = append(errs, fmt.Errorf("delta is %v, want above 0 and at most 1", p.Delta))
	}
	if err := p.MBG.Validate(); err != nil {
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}
