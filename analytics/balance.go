package analytics

import "math"

// Balance counts opinions for, neutral and against, and nets them. Two scores are balances: the net promoter score
// (promoters said 9 or 10, passives 7 or 8, detractors 0 to 6) and the progress balance (better, about the same, worse).
type Balance struct {
	For     int `json:"for"`
	Neutral int `json:"neutral"`
	Against int `json:"against"`
}

// N is the number of answers.
func (b Balance) N() int { return b.For + b.Neutral + b.Against }

// Score is the share for minus the share against, -1 to 1, and 0 without an answer.
func (b Balance) Score() float64 { return b.weights(0).score() }

// Estimate returns the raw score, -1 to 1, with the adjusted Wald interval: Wald's, after adding 3/4 for, 3/2 neutral and
// 3/4 against.
//
// Source: Rocks, Interval Estimation for the Net Promoter Score, Am. Stat. 2016 70:365 (arXiv 1601.07235).
func (b Balance) Estimate() Estimate {
	if b.N() < MinimumShown {
		return suppressed(b.N())
	}
	a := b.weights(adjustment)
	half := z95 * math.Sqrt(a.squaredError())
	return Estimate{Value: b.Score(), Low: max(a.score()-half, -1), High: min(a.score()+half, 1), N: b.N()}
}

// CompareBalances tests whether the scores of different people differ: after minus before, -2 to 2, with its interval and
// the two-sided p value, all from adjusted counts.
//
// Source: measuringu.com/nps-significance-test; the adjustment as in [Balance.Estimate].
func CompareBalances(after, before Balance) Difference {
	a, b := after.weights(adjustment), before.weights(adjustment)
	return normalDifference(a.score()-b.score(), math.Sqrt(a.squaredError()+b.squaredError()))
}

// adjustment is how many made answers the adjusted Wald interval adds: a quarter for, half neutral, a quarter against.
const adjustment = 3

// weights returns the counts with extra made answers spread over them.
func (b Balance) weights(extra float64) weights {
	return weights{float64(b.For) + extra/4, float64(b.Neutral) + extra/2, float64(b.Against) + extra/4}
}

// weights are counts that need not be whole.
type weights struct{ plus, zero, minus float64 }

func (w weights) n() float64 { return w.plus + w.zero + w.minus }

func (w weights) score() float64 {
	if w.n() == 0 {
		return 0
	}
	return (w.plus - w.minus) / w.n()
}

func (w weights) variance() float64 {
	if w.n() == 0 {
		return 0
	}
	s := w.score()
	return max((w.plus+w.minus)/w.n()-s*s, 0)
}

// squaredError is the square of the score's standard error.
func (w weights) squaredError() float64 { return w.variance() / w.n() }
