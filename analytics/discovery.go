package analytics

import (
	"cmp"
	"slices"
)

// FalseDiscoveryRate is the share of wrong verdicts that is accepted among all verdicts shown on one screen.
const FalseDiscoveryRate = 0.10

// BenjaminiHochberg returns, for each p value, the smallest false discovery rate at which its test still counts as a
// discovery: compare it with [FalseDiscoveryRate]. Testing ten segments finds a "change" by luck; this keeps such finds
// rare. The order of p values is kept.
//
// Source: Benjamini & Hochberg, J. R. Stat. Soc. B 1995 57:289.
func BenjaminiHochberg(p []float64) []float64 {
	order := make([]int, len(p))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(p[b], p[a]) })
	adjusted, least := make([]float64, len(p)), 1.0
	for i, at := range order {
		rank := len(p) - i
		least = min(least, p[at]*float64(len(p))/float64(rank))
		adjusted[at] = least
	}
	return adjusted
}
