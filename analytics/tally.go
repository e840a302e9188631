package analytics

// Tally counts the answers on each step of a scale. It is all that any figure is computed from: 11 counters, however many
// answers there are. The zero Tally has no scale and takes no answer.
type Tally struct {
	scale  Scale
	counts [levels]int
}

// NewTally returns an empty tally for a scale.
func NewTally(scale Scale) Tally { return Tally{scale: scale} }

// Add counts one answer. It returns false, and counts nothing, when the value is not on the scale.
func (t *Tally) Add(value int) bool { return t.AddMany(value, 1) }

// AddMany counts n answers of one value, as Add does.
func (t *Tally) AddMany(value, n int) bool {
	low, high := t.scale.Bounds()
	if value < low || value > high {
		return false
	}
	t.counts[value-low] += n
	return true
}

// Merge adds the other tally's counts. Both must have the same scale.
func (t *Tally) Merge(other Tally) {
	for i, c := range other.counts {
		t.counts[i] += c
	}
}

// N is the number of answers.
func (t Tally) N() int {
	n := 0
	for _, c := range t.counts {
		n += c
	}
	return n
}

// Count is the number of answers with values from low to high, both included.
func (t Tally) Count(low, high int) int {
	least, most := t.scale.Bounds()
	n := 0
	for v := max(low, least); v <= min(high, most); v++ {
		n += t.counts[v-least]
	}
	return n
}

// Favourable is the number of favourable answers: the two best ones, 5 to 7 for ces.
func (t Tally) Favourable() int {
	_, high := t.scale.Bounds()
	return t.Count(t.scale.favourable(), high)
}

// Sample returns what the mean's arithmetic needs, from sums of whole numbers.
func (t Tally) Sample() Sample {
	low, _ := t.scale.Bounds()
	n, sum, squares := 0, 0, 0
	for step, c := range t.counts {
		n += c
		sum += c * step
		squares += c * step * step
	}
	if n == 0 {
		return Sample{}
	}
	mean := float64(sum) / float64(n)
	s := Sample{N: n, Mean: float64(low) + mean}
	if n > 1 {
		s.Variance = max(float64(squares)-mean*float64(sum), 0) / float64(n-1)
	}
	return s
}

// Balance nets the answers: promoters against detractors on [ScaleNPS], better against worse on [ScaleProgress]. Other
// scales have no balance; theirs is empty.
func (t Tally) Balance() Balance {
	switch t.scale {
	case ScaleNPS:
		return Balance{For: t.Count(9, 10), Neutral: t.Count(7, 8), Against: t.Count(0, 6)}
	case ScaleProgress:
		return Balance{For: t.Count(4, 5), Neutral: t.Count(3, 3), Against: t.Count(1, 2)}
	}
	return Balance{}
}

// Point returns all figures of the tally, without a bucket.
func (t Tally) Point() Point {
	low, high := t.scale.Bounds()
	p := Point{
		N:            t.N(),
		Mean:         MeanEstimate(t.Sample()).within(low, high),
		TopTwo:       Proportion(t.Favourable(), t.N()).Scaled(100),
		Distribution: t.Distribution(),
	}
	switch t.scale {
	case ScaleNPS:
		p.NPS = t.Balance().Estimate().Scaled(100)
	case ScaleProgress:
		p.Balance = t.Balance().Estimate().Scaled(100)
	}
	return p
}
