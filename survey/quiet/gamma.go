package quiet

import "math"

const (
	halfLogTwoPi = 0.918938533204672741780329736406
	stirlingFrom = 8 // from here the series below is good to 1e-11
)

// lnGamma is the logarithm of the gamma function for x > 0, by Stirling's series after shifting small x upwards. It is
// a third of the cost of math.Lgamma, which has to deal with every sign and range.
func lnGamma(x float64) float64 {
	if x >= stirlingFrom {
		return stirling(x)
	}
	product := x
	for x++; x < stirlingFrom; x++ {
		product *= x
	}
	return stirling(x) - math.Log(product)
}

// stirling is ln Gamma(x) for x >= stirlingFrom.
func stirling(x float64) float64 {
	inv := 1 / x
	sq := inv * inv
	series := inv * (1.0/12 - sq*(1.0/360-sq*(1.0/1260-sq*(1.0/1680-sq*(1.0/1188)))))
	return (x-0.5)*math.Log(x) - x + halfLogTwoPi + series
}
