package quiet

import (
	"cmp"
	"math"
	"slices"
)

// Figures say how well a detector's chances foretold who stayed silent. Lower is better for Brier, LogLoss and ECE.
type Figures struct {
	AUC     float64 `json:"auc"`               // chance that a customer who stayed silent was ranked above one who came back
	AP      float64 `json:"average_precision"` // area under precision against recall
	Top     float64 `json:"precision_top_10"`  // share who stayed silent among the 10 % ranked highest
	Brier   float64 `json:"brier"`             // mean squared error of the chance
	LogLoss float64 `json:"log_loss"`          // mean -ln(chance given to what happened)
	ECE     float64 `json:"ece"`               // mean distance of chance and outcome over ten groups of equal size
	Bins    []Bin   `json:"calibration"`       // those groups, lowest chance first
}

// Bin is one group of a calibration table.
type Bin struct {
	N         int     `json:"n"`
	Predicted float64 `json:"predicted"` // mean chance
	Observed  float64 `json:"observed"`  // share that came true
}

const (
	calibrationBins = 10
	topShare        = 0.1
	// surest bounds chances away from 0 and 1 in the log loss, so that one wrong certainty costs 13.8 and not infinity.
	surest = 1e-6
)

// forecast is one customer's chance of silence beside what happened.
type forecast struct {
	chance float64
	silent bool
}

// measure computes the figures; it needs at least one forecast and sorts the slice, the highest chance first.
func measure(all []forecast) Figures {
	slices.SortStableFunc(all, func(a, b forecast) int { return cmp.Compare(b.chance, a.chance) })
	f := Figures{Top: topPrecision(all), Bins: calibration(all)}
	f.AUC, f.AP = ranking(all)
	for _, c := range all {
		y := outcome(c)
		f.Brier += (c.chance - y) * (c.chance - y)
		p := min(1-surest, max(surest, c.chance))
		f.LogLoss -= y*math.Log(p) + (1-y)*math.Log(1-p)
	}
	n := float64(len(all))
	f.Brier /= n
	f.LogLoss /= n
	for _, b := range f.Bins {
		f.ECE += float64(b.N) / n * math.Abs(b.Predicted-b.Observed)
	}
	return f
}

func outcome(f forecast) float64 {
	if f.silent {
		return 1
	}
	return 0
}

// ranking returns ROC AUC and average precision; customers of equal chance share a step. Both are NaN-free: without
// both outcomes AUC is 0.5, and without a silent one AP is 0.
func ranking(all []forecast) (auc, ap float64) {
	above, seen, pairs := 0.0, 0.0, 0.0 // silent ones so far, all so far, pairs in the right order
	for i := 0; i < len(all); {
		j, hits := i, 0.0
		for ; j < len(all) && all[j].chance == all[i].chance; j++ {
			hits += outcome(all[j])
		}
		back := float64(j-i) - hits
		pairs += back * (above + hits/2)
		above += hits
		seen += float64(j - i)
		ap += hits * above / seen
		i = j
	}
	if above == 0 {
		return 0.5, 0
	}
	if above == seen {
		return 0.5, 1
	}
	return pairs / (above * (seen - above)), ap / above
}

// topPrecision is the share of silent ones in the highest tenth; where equals straddle the border, what a random choice
// among them would give.
func topPrecision(all []forecast) float64 {
	k := max(1, int(math.Round(topShare*float64(len(all)))))
	border := all[k-1].chance
	sure, hits, tied, tiedHits := 0, 0.0, 0, 0.0
	for _, f := range all {
		switch {
		case f.chance > border:
			sure++
			hits += outcome(f)
		case f.chance == border:
			tied++
			tiedHits += outcome(f)
		}
	}
	return (hits + float64(k-sure)*tiedHits/float64(tied)) / float64(k)
}

// calibration splits forecasts, sorted by falling chance, into ten groups of equal size, lowest first.
func calibration(all []forecast) []Bin {
	n := len(all)
	var out []Bin
	for b := range calibrationBins {
		from, to := n-n*(b+1)/calibrationBins, n-n*b/calibrationBins
		if from == to {
			continue
		}
		bin := Bin{N: to - from}
		for _, f := range all[from:to] {
			bin.Predicted += f.chance
			bin.Observed += outcome(f)
		}
		bin.Predicted /= float64(bin.N)
		bin.Observed /= float64(bin.N)
		out = append(out, bin)
	}
	return out
}
