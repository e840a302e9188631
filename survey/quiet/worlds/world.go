package worlds

import (
	"math"
	"math/rand/v2"
	"slices"

	"earshot/survey/quiet"
)

// The time of every world: three years of history, then the year in which the detector is watched.
const (
	begin   quiet.Day = 18993 // 2022-01-01, a Saturday
	history           = 3 * 365
	watched           = 365
	// From is the first day on which the detector is watched, To the day after the last.
	From = begin + history
	To   = From + watched
)

// never is the day on which nothing happens.
const never quiet.Day = math.MaxInt32

// Customer is one customer with what nobody but the maker of the world knows.
type Customer struct {
	Name string
	// Days are the days with an order, in order; Logins those with a log-in, in the worlds that have any.
	Days, Logins []quiet.Day
	// Left is the day from which the customer is going: none of their gaps that ends later counts as a return. never if they stay.
	Left quiet.Day
	// Cycle is their usual gap between orders in days, while they are there.
	Cycle float64
}

// Leaves says whether the customer ever leaves.
func (c *Customer) Leaves() bool { return c.Left != never }

// here says whether the customer, silent on that day, is still there: they have not begun to leave.
func (c *Customer) here(day quiet.Day) bool { return day < c.Left }

// World is a company.
type World struct {
	Name string
	// About says in a few words what is special here.
	About     string
	Customers []Customer
	// Deaf is the day from which what happens is not told any more; never in most worlds.
	Deaf quiet.Day
	// Most is how many false alarms for 100 customers and quarter are bearable here.
	Most float64
	// Slows says that those who leave come ever more seldom first.
	Slows bool
}

// gamma draws from a gamma distribution with that shape and mean 1 (Marsaglia and Tsang 2000).
func gamma(rnd *rand.Rand, shape float64) float64 {
	if shape < 1 {
		return gamma(rnd, shape+1) * (shape + 1) / shape * math.Pow(rnd.Float64(), 1/shape)
	}
	d := shape - 1.0/3
	c := 1 / math.Sqrt(9*d)
	for {
		x := rnd.NormFloat64()
		v := 1 + c*x
		if v <= 0 {
			continue
		}
		v = v * v * v
		if math.Log(1-rnd.Float64()) < x*x/2+d-d*v+d*math.Log(v) {
			return d * v / shape
		}
	}
}

// habits are how one customer comes.
type habits struct {
	// cycle is the usual gap in days, regularity the shape of the gaps.
	cycle, regularity float64
	// joins and leaves are the days between which the customer comes.
	joins, leaves quiet.Day
	// skips is the share of cycles that are left out.
	skips float64
}

// pace is how fast time goes on a day, 1 usually, 0 when nobody comes.
type pace func(quiet.Day) float64

// even is a year without seasons.
func even(quiet.Day) float64 { return 1 }

// days draws the days on which a customer of these habits comes.
func (h habits) days(rnd *rand.Rand, p pace) []quiet.Day {
	var days []quiet.Day
	next := h.cycle * rnd.Float64() // the first one comes within a cycle of joining
	for day := h.joins; day < min(h.leaves, To); day++ {
		for next -= p(day); next <= 0; {
			if len(days) == 0 || days[len(days)-1] != day {
				days = append(days, day)
			}
			next += h.gap(rnd)
		}
	}
	return days
}

func (h habits) gap(rnd *rand.Rand) float64 {
	g := h.cycle * gamma(rnd, h.regularity)
	for rnd.Float64() < h.skips {
		g += h.cycle
	}
	return max(g, 1e-3)
}

// leaving draws the day on which somebody leaves who does so with that chance a year.
func leaving(rnd *rand.Rand, joins quiet.Day, chance float64) quiet.Day {
	if chance <= 0 {
		return never
	}
	day := joins + quiet.Day(rnd.ExpFloat64()*365/-math.Log(1-chance))
	if day >= To {
		return never
	}
	return day
}

// maker makes the customers of a world.
type maker struct {
	rnd       *rand.Rand
	customers []Customer
}

func newMaker(name string, seed uint64) *maker {
	of := uint64(14695981039346656037) // FNV-1a, so that each world has numbers of its own
	for _, b := range []byte(name) {
		of = (of ^ uint64(b)) * 1099511628211
	}
	return &maker{rnd: rand.New(rand.NewPCG(seed, of))}
}

// add makes a customer of these habits.
func (m *maker) add(h habits, p pace) *Customer {
	c := Customer{Days: h.days(m.rnd, p), Left: h.leaves, Cycle: h.cycle}
	if len(c.Days) == 0 {
		return nil
	}
	c.Name = "customer " + string(rune('A'+len(m.customers)%26)) + itoa(len(m.customers)/26)
	m.customers = append(m.customers, c)
	return &m.customers[len(m.customers)-1]
}

// usual are the habits of a business customer: a gap of some three weeks, more or less regular, here for years.
func (m *maker) usual() habits {
	h := habits{
		cycle:      min(max(21*math.Exp(0.7*m.rnd.NormFloat64()), 4), 120),
		regularity: min(max(10*math.Exp(0.4*m.rnd.NormFloat64()), 0.7), 40),
		skips:      0.02,
	}
	h.joins = m.joins()
	h.leaves = leaving(m.rnd, h.joins, 0.12)
	return h
}

// joins is when a customer joins: half of them were there before the history begins.
func (m *maker) joins() quiet.Day {
	if m.rnd.IntN(2) == 0 {
		return begin
	}
	return begin + quiet.Day(m.rnd.IntN(history+watched/2))
}

func (m *maker) world() *World {
	return &World{Customers: m.customers, Deaf: never}
}

// heard are the days of a customer that were told by the evening of a day.
func (w *World) heard(days []quiet.Day, evening quiet.Day) []quiet.Day {
	end := min(evening, w.Deaf-1)
	i, found := slices.BinarySearch(days, end)
	if found {
		i++
	}
	return days[:i]
}

func itoa(n int) string {
	if n < 10 {
		return string(rune('0' + n))
	}
	return itoa(n/10) + string(rune('0'+n%10))
}
