package quiet

import "iter"

// Tail is the chance that this customer, if still here, stays silent for longer than now; 1 on the last active day.
func (m *Model) Tail(s State, now Day) float64 { return m.Score(s, now).Tail }

// Gone is the chance by RHYTHM that the customer has left for good.
func (m *Model) Gone(s State, now Day) float64 { return m.Score(s, now).Gone }

// Regularity is one point of what is known about how evenly a customer's gaps fall: K below 1 is bursty, 1 purely
// random, above 1 regular.
type Regularity struct{ K, Weight float64 }

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

// Unbounded is the model of parameters that are not within their bounds, for special cases that can be computed otherwise.
func Unbounded(p Params) *Model { return newModel(p, cachedGaps) }

// Events streams the active days of histories, for Backtest on data that is already grouped.
func Events(histories []History) iter.Seq2[Event, error] {
	return func(yield func(Event, error) bool) {
		for _, h := range histories {
			for _, day := range h.Days {
				if !yield(Event{Customer: h.Customer, Day: day}, nil) {
					return
				}
			}
		}
	}
}

// Sentence is Reason as text, also of nothing seen.
func (m *Model) Sentence(s State, now Day, verb string) string {
	if s.Events == 0 {
		return "No sign of life yet."
	}
	return m.Reason(s, now, verb).Sentence()
}
