package access

// SuggestedCalls is how many customers a rep is taken to call in a week where they ask what is usual: four a day.
const SuggestedCalls = 20

// CallsPerWeek is how many customers these reps call in a week together: the sum over those who have access and have said it; 0 where
// nobody has, so that there is no limit.
func CallsPerWeek(reps []*Rep) int {
	sum := 0
	for _, r := range reps {
		if r.DisabledAt.IsZero() {
			sum += r.CallsPerWeek
		}
	}
	return sum
}
