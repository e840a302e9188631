package quiet

import "math"

const (
	// points is the number of points that the posterior over regularities is compressed to.
	points = 3
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

// compress returns three equally likely values of ln k with the mean, the variance and (as far as three points can) the
// third moment of the posterior. The means of its terciles would be simpler, but lose a sixth of the variance, and tails
// live on that: the largest error would be twice as large.
func compress(w, lnK *[shapeCount]float64) [points]float32 {
	mean, variance, third := 0.0, 0.0, 0.0
	for i, v := range lnK {
		mean += w[i] * v
	}
	for i, v := range lnK {
		d := v - mean
		variance += w[i] * d * d
		third += w[i] * d * d * d
	}
	// Deviations with sums 0, 3 variance and 3 third are the roots of d^3 - 1.5 variance d - third.
	radius := math.Sqrt(2 * variance)
	angle := 0.0
	if cube := radius * radius * radius; cube > 0 {
		angle = math.Acos(min(1, max(-1, 4*third/cube))) / 3
	}
	var out [points]float32
	for i := range out {
		out[i] = float32(mean + radius*math.Cos(angle-2*math.Pi*float64(i)/points))
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
	return (1-m.skips(s))*sum/points + m.skippedTail(s, silence)
}
