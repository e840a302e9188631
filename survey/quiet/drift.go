package quiet

import (
	"math"
	"slices"
)

// Forecast is what was said of a silence and what came of it.
type Forecast struct {
	// Said is the chance, 0 to 1, that was given that they had left; AtLeast says that it was told as the least it could be, for there
	// was too little history to tell more.
	Said    float64
	AtLeast bool
	// Stayed says that the silence went on.
	Stayed bool
}

// Drift compares what was said of many silences with what came of them.
type Drift struct {
	// Of is their number; Expected is how many would have stayed away by what was said, and Stayed how many did.
	Of       int     `json:"of"`
	Expected float64 `json:"expected"`
	Stayed   int     `json:"stayed"`
	// Chance is the two-sided chance of a result so far off, or farther, if what was said is right; 1 of none.
	Chance float64 `json:"chance"`
}

// The rule by which chances are called wrong, written down before it was tried. Each group of silences is looked at once a week.
// Where all that is said is right, a group's look calls it wrong at most once in 1/drifted looks, so that four groups make at most
// 4 · 52 · drifted = 0.2 false calls a year, whatever the looks have in common. What was called wrong stays so until the result
// is none any more that one in twenty would bring about, so that it does not come and go.
const (
	drifted, mended = 0.001, 0.05
	// leastForecasts is how many silences a group takes.
	leastForecasts = 20
)

// CheckForecasts counts forecasts and tests them, by the exact binomial test of their number that stayed away against the mean of
// what was said. The forecasts differ from one another, so their sum is a Poisson binomial one, whose tails are no heavier than
// those of the binomial of the same mean (Hoeffding, Ann. Math. Stat. 1956 27:713): the test errs on the side of silence. Both
// tails are told by twice the smaller one. That more stayed than was said speaks only against what was not told as a least chance.
func CheckForecasts(forecasts []Forecast) Drift {
	d := tally(forecasts)
	open := tally(slices.DeleteFunc(slices.Clone(forecasts), func(f Forecast) bool { return f.AtLeast }))
	low, _ := binomialTails(d.Stayed, d.Of, d.Said())
	_, high := binomialTails(open.Stayed, open.Of, open.Said())
	d.Chance = min(1, 2*min(low, high))
	return d
}

// tally counts forecasts.
func tally(forecasts []Forecast) Drift {
	d := Drift{Of: len(forecasts)}
	for _, f := range forecasts {
		d.Expected += f.Said
		if f.Stayed {
			d.Stayed++
		}
	}
	return d
}

// Wrong says whether the chances are called wrong, where they were or were not before.
func (d Drift) Wrong(before bool) bool {
	level := drifted
	if before {
		level = mended
	}
	return d.Of >= leastForecasts && d.Chance < level
}

// binomialTails are the chances of k or fewer, and of k or more, of n with chance p each.
func binomialTails(k, n int, p float64) (low, high float64) {
	switch {
	case n == 0:
		return 1, 1
	case p <= 0:
		return 1, truth(k == 0)
	case p >= 1:
		return truth(k == n), 1
	}
	terms := make([]float64, n+1)
	all, _ := math.Lgamma(float64(n) + 1)
	for i := range terms {
		in, _ := math.Lgamma(float64(i) + 1)
		out, _ := math.Lgamma(float64(n-i) + 1)
		terms[i] = math.Exp(all - in - out + float64(i)*math.Log(p) + float64(n-i)*math.Log1p(-p))
	}
	return clampUnit(sum(terms[:k+1])), clampUnit(sum(terms[k:]))
}

func truth(is bool) float64 {
	if is {
		return 1
	}
	return 0
}

// sum adds up the smallest first.
func sum(terms []float64) float64 {
	terms = slices.Sorted(slices.Values(terms))
	total := 0.0
	for _, t := range terms {
		total += t
	}
	return total
}

// Said is the mean of what was said, 0 to 1.
func (d Drift) Said() float64 {
	if d.Of == 0 {
		return 0
	}
	return d.Expected / float64(d.Of)
}
