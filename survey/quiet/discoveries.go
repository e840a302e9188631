package quiet

// Bearable is the length of the longest beginning of a list that is expected to be wrong in no more than the share wrong of its
// entries, where chances says of each, in the order of the list, how likely it is right: the mean of 1 less the chance is the
// Bayesian rate of false discoveries (Müller, Parmigiani and Rice, FDR and Bayesian multiple comparisons rules, 2006). A list that
// is not ordered by the chances alone may become right again behind an entry that is not, so all are looked at.
func Bearable(chances []float64, wrong float64) int {
	const rounding = 1e-9
	longest, sum := 0, 0.0
	for i, chance := range chances {
		sum += 1 - chance
		if n := i + 1; sum <= (wrong+rounding)*float64(n) {
			longest = n
		}
	}
	return longest
}
