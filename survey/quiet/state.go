package quiet

import (
	"math"
	"slices"
)

// State is all that must be kept of one customer and one kind of sign of life. The zero State has seen nothing. States
// are folded under a model's parameters: after a re-fit that changed Delta build them again with Replay,
// after any other re-fit Refresh is enough.
type State struct {
	N      float64         `json:"n"`      // gaps, discounted by Delta for every later one
	G      float64         `json:"g"`      // sum of gaps in weeks, discounted, skipped cycles shortened
	L      float64         `json:"l"`      // sum of ln(gap in weeks), discounted likewise
	Skips  float64         `json:"skips"`  // expected number of the gaps that were skipped cycles, discounted likewise
	Events int32           `json:"events"` // distinct active days; 0 for the zero State
	First  Day             `json:"first"`
	Last   Day             `json:"last"`
	Slow   Slow            `json:"slow,omitzero"` // the run of gaps that are longer than usual
	Shapes [points]float32 `json:"shapes"`        // ln k at three points that stand for the posterior, for fast scoring; see Model.Refresh
}

// Gaps is the number of completed gaps, x in the formulas.
func (s State) Gaps() int { return max(int(s.Events)-1, 0) }

// Folding says what Observe did with a day.
type Folding int

// What Observe did.
const (
	Folded     Folding = iota // the state now includes the day
	SameDay                   // the day was already the last one; nothing to do
	OutOfOrder                // earlier than the last day; the state is unchanged, rebuild it with Replay
)

// minGap is the shortest gap in weeks: one day.
const minGap = 1 / daysPerWeek

// Observe folds one active day into the state, in constant time. Days must come in order; see Folding for those that
// do not.
func (m *Model) Observe(s *State, day Day) Folding {
	folding := m.fold(s, day)
	if folding == Folded {
		m.Refresh(s)
	}
	return folding
}

// Replay builds the state of a customer from all active days, in any order and with repetitions.
func (m *Model) Replay(days []Day) State {
	if !slices.IsSorted(days) {
		days = slices.Clone(days)
		slices.Sort(days)
	}
	var s State
	for _, day := range days {
		m.fold(&s, day)
	}
	m.Refresh(&s)
	return s
}

// fold updates everything but the compressed posterior.
func (m *Model) fold(s *State, day Day) Folding {
	switch {
	case s.Events == 0:
		*s = State{Events: 1, First: day, Last: day}
		return Folded
	case day == s.Last:
		return SameDay
	case day < s.Last:
		return OutOfOrder
	}
	g := max(m.weeks(s.Last, day), minGap)
	if s.Events >= LeastEvents {
		m.foldSlow(s, g)
	}
	m.foldGap(s, g)
	s.Last = day
	s.Events++
	return Folded
}

// foldGap folds a gap of g weeks. A gap beyond the expected one counts in full only as far as it was regular; as a
// skipped cycle it would be rho times a usual gap, and is remembered as one.
func (m *Model) foldGap(s *State, g float64) {
	q := 1.0
	if g > (m.p.Alpha+s.G)/(m.p.R+s.N) {
		q = m.regular(s, g)
	}
	m.add(s, g, q)
}

// add discounts what is known and adds a gap of g weeks, which was regular with that chance.
func (m *Model) add(s *State, g, regular float64) {
	counted := regular*g + (1-regular)*g/m.p.Rho
	s.N = m.p.Delta*s.N + 1
	s.G = m.p.Delta*s.G + counted
	s.L = m.p.Delta*s.L + math.Log(counted)
	s.Skips = m.p.Delta*s.Skips + 1 - regular
}

// regular is the chance that a gap of g weeks was a regular one.
func (m *Model) regular(s *State, g float64) float64 {
	var post posterior
	post.fill(m, s)
	reg, skip := m.density(&post, s, g)
	if reg+skip == 0 {
		return 0
	}
	return reg / (reg + skip)
}
