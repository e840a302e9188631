package quiet

import "math"

const (
	// repliesAlive is the tail of the replies above which a contact still answers.
	repliesAlive = 0.2
	// stallContacts is the number of contacts from which on their lack of commitment is judged.
	stallContacts = 3
)

// Habit is a Beta(A, B) belief about the share of contacts that end in a commitment: an order, a signed quote, a dated
// meeting.
type Habit struct{ A, B float64 }

// maxHabit bounds the weight of the belief, in contacts, where customers hardly differ.
const maxHabit = 200

// NewHabit fits the belief to the shares seen at all customers, by moments. Without spread or with fewer than two
// shares it is the even belief Beta(1, 1).
func NewHabit(shares []float64) Habit {
	n := float64(len(shares))
	mean, variance := 0.0, 0.0
	for _, s := range shares {
		mean += s / n
	}
	for _, s := range shares {
		variance += (s - mean) * (s - mean) / (n - 1)
	}
	if len(shares) < 2 || mean <= 0 || mean >= 1 {
		return Habit{A: 1, B: 1}
	}
	weight := float64(maxHabit)
	if variance > 0 {
		weight = min(weight, max(mean*(1-mean)/variance-1, 0.1))
	}
	return Habit{A: mean * weight, B: (1 - mean) * weight}
}

// After is the belief about one customer after so many contacts, of which so many ended in a commitment.
func (h Habit) After(contacts, commitments int) Habit {
	return Habit{A: h.A + float64(commitments), B: h.B + float64(contacts-commitments)}
}

// AtMost is the chance of no more than commitments in so many contacts: the beta-binomial lower tail.
func (h Habit) AtMost(contacts, commitments int) float64 {
	sum := 0.0
	for k := 0; k <= min(commitments, contacts); k++ {
		sum += h.exactly(contacts, k)
	}
	return min(1, sum)
}

// Stalled says whether a customer answers politely but commits to nothing: replies go on (their tail is above 0.2), at
// least three contacts since the last commitment, and so few commitments are below 5 % by the customer's own habit.
func (h Habit) Stalled(replies float64, contacts, commitments int) bool {
	return replies > repliesAlive && contacts >= stallContacts && h.AtMost(contacts, commitments) < unusual
}

// exactly is the chance of k commitments in n contacts.
func (h Habit) exactly(n, k int) float64 {
	x, y := float64(k), float64(n-k)
	choose := lnGamma(x+y+1) - lnGamma(x+1) - lnGamma(y+1)
	return math.Exp(choose + lnBeta(h.A+x, h.B+y) - lnBeta(h.A, h.B))
}

func lnBeta(a, b float64) float64 { return lnGamma(a) + lnGamma(b) - lnGamma(a+b) }
