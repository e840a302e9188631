package analytics

import (
	"math"

	"gonum.org/v1/gonum/stat/distuv"
)

// Difference is after minus before with its 95 % interval and the two-sided p value of there being none.
type Difference struct {
	Value float64 `json:"value"`
	Low   float64 `json:"low"`
	High  float64 `json:"high"`
	P     float64 `json:"p"`
}

// Scaled returns the difference in a unit that is factor times smaller; the p value has none.
func (d Difference) Scaled(factor float64) Difference {
	d.Value *= factor
	d.Low *= factor
	d.High *= factor
	return d
}

// CompareProportions tests k1 of n1 (after) against k2 of n2 (before), shares from -1 to 1. The interval is Newcombe's
// (see [Newcombe]); the p value is that of the two-proportion z test with pooled variance (Pearson's chi-squared without
// continuity correction).
func CompareProportions(k1, n1, k2, n2 int) Difference {
	value, low, high := Newcombe(k1, n1, k2, n2)
	d := Difference{Value: value, Low: low, High: high, P: 1}
	if n1 > 0 && n2 > 0 {
		pooled := share(k1+k2, n1+n2)
		se := math.Sqrt(pooled * (1 - pooled) * (1/float64(n1) + 1/float64(n2)))
		d.P = twoSided(value, se, distuv.UnitNormal.Survival)
	}
	return d
}

// normalDifference is a difference whose estimate is normal with the standard error se.
func normalDifference(value, se float64) Difference {
	return Difference{
		Value: value,
		Low:   value - z95*se,
		High:  value + z95*se,
		P:     twoSided(value, se, distuv.UnitNormal.Survival),
	}
}

// twoSided returns the p value of value/se. Without any spread, a difference is certain and so is equality.
func twoSided(value, se float64, survival func(float64) float64) float64 {
	if se > 0 {
		return min(2*survival(math.Abs(value)/se), 1)
	}
	if value == 0 {
		return 1
	}
	return 0
}
