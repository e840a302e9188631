package analytics

import "math"

// Wilson returns the 95 % score interval of a proportion: k of n, as shares from 0 to 1.
//
//	[p + z²/2n ± z·√(p(1-p)/n + z²/4n²)] / (1 + z²/n)
//
// It stays inside 0 to 1 and is honest for small n and for shares near the ends. With n = 0 nothing is known: 0 and 1.
// Source: Wilson, J. Am. Stat. Assoc. 1927 22:209; recommended by Newcombe, Stat. Med. 1998 17:857.
func Wilson(k, n int) (low, high float64) {
	if n <= 0 {
		return 0, 1
	}
	p, m := share(k, n), float64(n)
	const z2 = z95 * z95
	centre := p + z2/(2*m)
	half := z95 * math.Sqrt(p*(1-p)/m+z2/(4*m*m))
	low, high = (centre-half)/(1+z2/m), (centre+half)/(1+z2/m)
	if k <= 0 {
		low = 0
	}
	if k >= n {
		high = 1
	}
	return math.Max(low, 0), math.Min(high, 1)
}

// Proportion returns k of n as a share from 0 to 1 with its Wilson interval.
func Proportion(k, n int) Estimate {
	if n < MinimumShown {
		return suppressed(max(n, 0))
	}
	low, high := Wilson(k, n)
	return Estimate{Value: share(k, n), Low: low, High: high, N: n}
}

// Newcombe returns the difference k1/n1 - k2/n2 with its 95 % interval, as shares from -1 to 1. With an empty side
// nothing is known: the difference is 0, the interval -1 to 1.
//
//	d - √((p1-l1)² + (u2-p2)²), d + √((u1-p1)² + (p2-l2)²)   with l, u the Wilson intervals
//
// Source: Newcombe, Stat. Med. 1998 17:873, method 10.
func Newcombe(k1, n1, k2, n2 int) (difference, low, high float64) {
	if n1 <= 0 || n2 <= 0 {
		return 0, -1, 1
	}
	p1, p2 := share(k1, n1), share(k2, n2)
	l1, u1 := Wilson(k1, n1)
	l2, u2 := Wilson(k2, n2)
	difference = p1 - p2
	return difference, difference - math.Hypot(p1-l1, u2-p2), difference + math.Hypot(u1-p1, p2-l2)
}

// share is k of n, kept within 0 and 1.
func share(k, n int) float64 {
	return float64(min(max(k, 0), n)) / float64(n)
}
