package quiet

import "math"

// shapeCount is the number of regularities on the grid.
const shapeCount = 16

// shapeGrid returns the regularities k that a customer's gaps may have, each 1.5 times the one before: below 1 bursty,
// 1 purely random, above 1 regular. At the last, gaps differ by 9 %, as they do of who orders by contract, give or take a
// week-end; the first twelve are those that the detector was measured with.
func shapeGrid() [shapeCount]float64 {
	return [shapeCount]float64{0.3, 0.45, 0.675, 1, 1.5, 2.25, 3.4, 5.1, 7.6, 11.4, 17.1, 25.6, 38.4, 57.7, 86.5, 129.7}
}

// shapes are the constants of the grid under given parameters.
type shapes struct {
	k      [shapeCount]float64
	lnK    [shapeCount]float64 // ln k
	lnGam  [shapeCount]float64 // lnGamma(k)
	factor [shapeCount]float64 // k ln k - lnGamma(k)
	prior  [shapeCount]float64 // ln pi_k
}

// newShapes computes the grid and its prior: ln k normal with mean m and deviation sd, normalised over the grid.
func newShapes(m, sd float64) shapes {
	g := shapes{k: shapeGrid()}
	top := math.Inf(-1)
	for i, k := range g.k {
		g.lnK[i] = math.Log(k)
		g.lnGam[i] = lnGamma(k)
		g.factor[i] = k*g.lnK[i] - g.lnGam[i]
		z := (g.lnK[i] - m) / sd
		g.prior[i] = -z * z / 2
		top = max(top, g.prior[i])
	}
	sum := 0.0
	for _, v := range g.prior {
		sum += math.Exp(v - top)
	}
	for i := range g.prior {
		g.prior[i] -= top + math.Log(sum)
	}
	return g
}
