package analytics

import (
	"math"

	"gonum.org/v1/gonum/stat/distuv"
)

// Sample is all that the mean's arithmetic needs to know of some answers.
type Sample struct {
	N    int
	Mean float64
	// Variance is the sample variance (divided by n-1); 0 with fewer than two answers.
	Variance float64
}

// MeanEstimate returns the mean with its t interval, mean ± t(n-1)·s/√n (Student, Biometrika 1908 6:1).
func MeanEstimate(s Sample) Estimate {
	if s.N < MinimumShown {
		return suppressed(max(s.N, 0))
	}
	half := tQuantile(float64(s.N-1)) * math.Sqrt(s.squaredError())
	return Estimate{Value: s.Mean, Low: s.Mean - half, High: s.Mean + half, N: s.N}
}

func (s Sample) squaredError() float64 { return s.Variance / float64(s.N) }

// Welch returns after minus before for the means of two samples with unequal variances, its 95 % interval and p value.
// With fewer than two answers on a side nothing can be said: the p value is 1 and the interval is empty around the value.
//
// Source: Welch, Biometrika 1947 34:28; degrees of freedom by Satterthwaite, Biometrics 1946 2:110.
func Welch(after, before Sample) Difference {
	value := after.Mean - before.Mean
	if after.N < 2 || before.N < 2 {
		return Difference{Value: value, Low: value, High: value, P: 1}
	}
	a, b := after.squaredError(), before.squaredError()
	se := math.Sqrt(a + b)
	if se == 0 {
		return Difference{Value: value, Low: value, High: value, P: twoSided(value, 0, nil)}
	}
	freedom := (a + b) * (a + b) / (a*a/float64(after.N-1) + b*b/float64(before.N-1))
	half := tQuantile(freedom) * se
	student := distuv.StudentsT{Mu: 0, Sigma: 1, Nu: freedom}
	return Difference{Value: value, Low: value - half, High: value + half, P: twoSided(value, se, student.Survival)}
}

// tQuantile is the 97.5th percentile of Student's t. From 60 degrees of freedom on, three terms of the Cornish-Fisher
// expansion (Abramowitz & Stegun 26.7.5) agree with it to six digits and cost a hundredth of inverting the beta function,
// which matters for trends of many groups.
func tQuantile(freedom float64) float64 {
	if freedom < 60 {
		return distuv.StudentsT{Mu: 0, Sigma: 1, Nu: freedom}.Quantile(0.975)
	}
	const z, z3, z5, z7 = z95, z95 * z95 * z95, z95 * z95 * z95 * z95 * z95, z95 * z95 * z95 * z95 * z95 * z95 * z95
	const g1, g2, g3 = (z3 + z) / 4, (5*z5 + 16*z3 + 3*z) / 96, (3*z7 + 19*z5 + 17*z3 - 15*z) / 384
	return z + (g1+(g2+g3/freedom)/freedom)/freedom
}
