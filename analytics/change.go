package analytics

// Verdict says in one word what may be said about a change.
type Verdict string

// The verdicts.
const (
	// Up and Down are said only of changes that a test confirms.
	Up   Verdict = "up"
	Down Verdict = "down"
	// Unclear means that the difference may well be chance.
	Unclear Verdict = "unclear"
	// TooFew means that a side has fewer than MinimumCompared answers.
	TooFew Verdict = "too_few"
)

// Change compares a metric between two points.
type Change struct {
	// Name is the series that changed.
	Name   string `json:"name"`
	Metric Metric `json:"metric"`
	// From and To name the buckets compared.
	From string `json:"from"`
	To   string `json:"to"`
	// Difference is after minus before in the metric's unit. It is zero when the verdict is TooFew.
	Difference Difference `json:"difference"`
	Verdict    Verdict    `json:"verdict"`
}

// significance is the p value below which a single change is not called chance.
const significance = 0.05

// Compare tests whether a metric changed between two points: net scores by the adjusted z test, percentages by the
// two-proportion test, means by Welch's.
func Compare(m Metric, after, before Point) Change {
	c := Change{Metric: m, From: before.Bucket, To: after.Bucket, Verdict: TooFew}
	if after.N < MinimumCompared || before.N < MinimumCompared {
		return c
	}
	a, b := after.tally(), before.tally()
	switch m {
	case MetricNPS, MetricBalance:
		c.Difference = CompareBalances(a.Balance(), b.Balance()).Scaled(100)
	case MetricTopTwo:
		c.Difference = CompareProportions(a.Favourable(), a.N(), b.Favourable(), b.N()).Scaled(100)
	default:
		c.Difference = Welch(a.Sample(), b.Sample())
	}
	c.Verdict = c.Difference.verdict(c.Difference.P < significance)
	return c
}

// verdict is up or down for what is clear.
func (d Difference) verdict(clear bool) Verdict {
	switch {
	case clear && d.Value > 0:
		return Up
	case clear && d.Value < 0:
		return Down
	}
	return Unclear
}

// tally recovers the counts from a point's distribution.
func (p Point) tally() Tally {
	t := NewTally(p.Distribution.Scale)
	low, _ := t.scale.Bounds()
	for _, s := range p.Distribution.Shares {
		t.counts[s.Value-low] = s.Count
	}
	return t
}

// Change compares the series' last whole bucket that has enough answers with the one before it that has.
func (s Series) Change(m Metric) Change {
	var found []Point
	for i := len(s.Points) - 1; i >= 0 && len(found) < 2; i-- {
		if p := s.Points[i]; p.N >= MinimumCompared && !p.Partial {
			found = append(found, p)
		}
	}
	c := Change{Metric: m, Verdict: TooFew}
	if len(found) == 2 {
		c = Compare(m, found[0], found[1])
	}
	c.Name = s.Name
	return c
}

// Changes compares many series at once, as they stand on one screen. Since many tests find something by luck alone, only
// those count as up or down that pass the Benjamini-Hochberg procedure at FalseDiscoveryRate.
func Changes(m Metric, all []Series) []Change {
	changes := make([]Change, len(all))
	var tested []int
	var p []float64
	for i, s := range all {
		changes[i] = s.Change(m)
		if changes[i].Verdict != TooFew {
			tested, p = append(tested, i), append(p, changes[i].Difference.P)
		}
	}
	for i, rate := range BenjaminiHochberg(p) {
		c := &changes[tested[i]]
		c.Verdict = c.Difference.verdict(rate <= FalseDiscoveryRate)
	}
	return changes
}
