package quiet

// Slowed is the chance that a customer who keeps their pace shows no more than observed active days within a window of
// days. The state must be that of the beginning of the window. Flag slowing down when it is below 0.05 in two windows
// running. Counts are negative binomial: P(X <= n) = I(beta/(beta+w); s, n+1).
func (m *Model) Slowed(before State, window float64, observed int) float64 {
	if before.Events == 0 || window <= 0 || observed < 0 {
		return 1
	}
	rate, weeks, above := m.p.R+before.N, m.p.Alpha+before.G, float64(observed)+1
	ahead := lnGamma(rate+above) - lnGamma(rate) - lnGamma(above)
	return gammaTail(rate, above, ahead, weeks, window/daysPerWeek)
}

// unusual is the level below which a count is called lower than a customer's habit explains.
const unusual = 0.05
