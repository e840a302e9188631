package quiet

import "math"

const (
	betaTolerance = 1e-12 // relative, where the continued fraction stops
	betaMaxSteps  = 400   // needs O(sqrt(max(s, k))) steps; more is never useful
	tiny          = 1e-290
)

// gammaTail is the chance that a gap of regularity k exceeds a silence: I(z; s, k) with z = beta / (beta + kc), the
// regularised incomplete beta function. A Gamma(k) variable over a Gamma(s, beta) rate is beta-prime, hence the closed
// form. ahead is lnGamma(s+k) - lnGamma(s) - lnGamma(k); kc is k times the silence.
func gammaTail(s, k, ahead, beta, kc float64) float64 {
	if kc <= 0 {
		return 1
	}
	total := beta + kc
	z, rest := beta/total, kc/total
	if rest == 0 {
		return 1
	}
	front := math.Exp(ahead + s*math.Log(z) + k*math.Log(rest))
	if z < (s+1)/(s+k+2) {
		return clampUnit(front * betaFraction(s, k, z) / s)
	}
	return clampUnit(1 - front*betaFraction(k, s, rest)/k)
}

// betaFraction is the continued fraction of the incomplete beta function by the modified Lentz method (Numerical
// Recipes 6.4), for z below (a+1)/(a+b+2) where it converges fast.
func betaFraction(a, b, z float64) float64 {
	c := 1.0
	d := 1 / nonZero(1-(a+b)*z/(a+1))
	h := d
	for i := 1; i <= betaMaxSteps; i++ {
		m := float64(i)
		even := m * (b - m) * z / ((a + 2*m - 1) * (a + 2*m))
		d = 1 / nonZero(1+even*d)
		c = nonZero(1 + even/c)
		h *= d * c
		odd := -(a + m) * (a + b + m) * z / ((a + 2*m) * (a + 2*m + 1))
		d = 1 / nonZero(1+odd*d)
		c = nonZero(1 + odd/c)
		step := d * c
		h *= step
		if math.Abs(step-1) < betaTolerance {
			break
		}
	}
	return h
}

func nonZero(v float64) float64 {
	if math.Abs(v) < tiny {
		return tiny
	}
	return v
}

func clampUnit(v float64) float64 { return min(1, max(0, v)) }
