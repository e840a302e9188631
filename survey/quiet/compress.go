package quiet

import "math"

const (
	// terciles is the number of points that the posterior over regularities is compressed to.
	terciles = 3
	// negligible is a posterior weight below which a shape is left out of sums; an error of 1e-4 at the very most, and
	// half of the shapes need not be computed.
	negligible = 1e-5
)

// Refresh computes the compressed posterior of a state again; needed when the parameters changed but Delta did not.
func (m *Model) Refresh(s *State) {
	if s.Events == 0 {
		return
	}
	var post posterior
	post.fill(m, s)
	s.Shapes = compress(&post.w, &m.grid.lnK)
}

// compress splits the posterior mass into thirds, from bursty to regular, and returns the mean ln k of each.
func compress(w, lnK *[shapeCount]float64) [terciles]float32 {
	var out [terciles]float32
	i, left := 0, w[0]
	for t := range out {
		need, sum := 1.0/terciles, 0.0
		for need > left && i < shapeCount-1 {
			sum += left * lnK[i]
			need -= left
			i++
			left = w[i]
		}
		sum += need * lnK[i]
		left -= need
		out[t] = float32(sum * terciles)
	}
	return out
}

// fastTail is the tail by the compressed posterior.
func (m *Model) fastTail(s *State, silence float64) float64 {
	if silence <= 0 {
		return 1
	}
	sum := 0.0
	for _, lnK := range s.Shapes {
		k := math.Exp(float64(lnK))
		sk := m.p.R + k*s.N
		sum += gammaTail(sk, k, lnGamma(sk+k)-lnGamma(sk)-lnGamma(k), m.p.Alpha+k*s.G, k*silence)
	}
	return (1-m.p.Eps)*sum/terciles + m.skippedTail(s, silence)
}

// Regularity is one point of what is known about how evenly a customer's gaps fall: K below 1 is bursty, 1 purely
// random, above 1 regular.
type Regularity struct {
	K      float64 `json:"k"`
	Weight float64 `json:"weight"`
}

// Regularity returns the exact posterior over regularities; the weights sum to 1.
func (m *Model) Regularity(s State) []Regularity {
	var post posterior
	post.fill(m, &s)
	out := make([]Regularity, shapeCount)
	for i := range out {
		out[i] = Regularity{K: m.grid.k[i], Weight: post.w[i]}
	}
	return out
}
