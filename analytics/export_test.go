package analytics

// Variance is that of one answer counted as +1, 0 or -1: p + d - (p-d)². Divided by N it is the score's.
func (b Balance) Variance() float64 { return b.weights(0).variance() }
