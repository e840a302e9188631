package worlds

import (
	"math"
	"slices"
	"time"

	"earshot/survey/quiet"
)

// size is how many customers most worlds have.
const size = 1000

// The bearable number of false alarms for 100 customers and quarter; bursts may have one more.
const (
	bearable       = 3
	bearableBursts = 4
)

// All makes every world from a seed.
func All(seed uint64) []*World {
	var all []*World
	for _, w := range makers {
		m := newMaker(w.name, seed)
		world := w.make(m)
		world.Name, world.About, world.Most = w.name, w.about, bearable
		world.Customers = slices.DeleteFunc(world.Customers, func(c Customer) bool { return len(c.Days) == 0 })
		if w.name == "bursts" {
			world.Most = bearableBursts
		}
		all = append(all, world)
	}
	return all
}

var makers = []struct {
	name, about string
	make        func(*maker) *World
}{
	{"steady", "business customers of rhythms of their own, nothing special", steady},
	{"by contract", "a third weekly, a third monthly, a third quarterly, each to the day or nearly", byContract},
	{"week-ends", "nobody comes at week-ends", inPace(weekdays)},
	{"Christmas", "nobody comes from 21 December to 6 January", inPace(christmas)},
	{"summer", "a sixth of the pace in July and August", inPace(summer)},
	{"half-year", "nearly all of the trade is from April to September", inPace(halfYear)},
	{"month end", "every order is on one of the last three working days of a month", monthEnd},
	{"bursts", "orders come in bursts, with irregular pauses between them", bursts},
	{"yearly among monthly", "980 monthly and 20 yearly customers", yearly},
	{"dead feed", "nothing is told any more after eight months", deadFeed},
	{"thinning feed", "from the sixth month on seven in ten orders are not told", thinningFeed},
	{"log-ins go on", "those who leave stop ordering and go on logging in", loginsGoOn},
	{"decline", "those who leave halve their pace every thirty days", decline},
	{"growth", "customers come ever more often, and ever more come", growth},
	{"few orders", "a shop: most order once or twice, the others twice a year", fewOrders},
}

func steady(m *maker) *World { return inPace(even)(m) }

// inPace is the steady world at another pace.
func inPace(p pace) func(*maker) *World {
	return func(m *maker) *World {
		for range size {
			m.add(m.usual(), p)
		}
		return m.world()
	}
}

func weekdays(d quiet.Day) float64 {
	if weekend(d) {
		return 0
	}
	return 7.0 / 5
}

func weekend(d quiet.Day) bool {
	w := d.Time().Weekday()
	return w == time.Saturday || w == time.Sunday
}

func christmas(d quiet.Day) float64 {
	_, month, day := d.Time().Date()
	if month == time.December && day > 20 || month == time.January && day < 7 {
		return 0
	}
	return 1
}

func summer(d quiet.Day) float64 {
	if m := d.Time().Month(); m == time.July || m == time.August {
		return 1.0 / 6
	}
	return 1
}

func halfYear(d quiet.Day) float64 {
	if m := d.Time().Month(); m >= time.April && m <= time.September {
		return 1.9
	}
	return 0.1
}

func byContract(m *maker) *World {
	cycles := []float64{7, 30, 91}
	for i := range size {
		h := m.usual()
		h.cycle, h.regularity, h.skips = cycles[i%len(cycles)], 400, 0
		m.add(h, even)
	}
	return m.world()
}

func monthEnd(m *maker) *World {
	for range size {
		h := m.usual()
		h.cycle, h.regularity, h.skips = float64(30*(1+m.rnd.IntN(3))), 40, 0.02
		if c := m.add(h, even); c != nil {
			for i, d := range c.Days {
				c.Days[i] = lastDays(d) - quiet.Day(m.rnd.IntN(3))
			}
			slices.Sort(c.Days)
			c.Days = slices.DeleteFunc(slices.Compact(c.Days), func(d quiet.Day) bool { return d >= min(c.Left, To) })
		}
	}
	return m.world()
}

// lastDays is the last day of the month of d.
func lastDays(d quiet.Day) quiet.Day {
	y, month, _ := d.Time().Date()
	return quiet.DayOf(time.Date(y, month+1, 0, 0, 0, 0, 0, time.UTC))
}

func bursts(m *maker) *World {
	for range size {
		h := m.usual()
		h.regularity = min(max(0.8*math.Exp(0.3*m.rnd.NormFloat64()), 0.4), 2)
		c := m.add(h, even)
		if c == nil {
			continue
		}
		for _, d := range slices.Clone(c.Days) {
			for next := d; m.rnd.IntN(2) == 0; {
				next += quiet.Day(1 + m.rnd.IntN(3))
				if next < min(c.Left, To) {
					c.Days = append(c.Days, next)
				}
			}
		}
		slices.Sort(c.Days)
		c.Days = slices.Compact(c.Days)
	}
	return m.world()
}

func yearly(m *maker) *World {
	for i := range size {
		h := m.usual()
		h.cycle, h.regularity, h.skips = 30, 60, 0.01
		if i%50 == 49 {
			h.cycle, h.regularity, h.skips = 365, 900, 0
			h.joins = begin + quiet.Day(m.rnd.IntN(365))
			h.leaves = leaving(m.rnd, h.joins, 0.1)
		}
		m.add(h, even)
	}
	return m.world()
}

func deadFeed(m *maker) *World {
	w := steady(m)
	w.Deaf = From + 243
	return w
}

func thinningFeed(m *maker) *World {
	w := steady(m)
	for i := range w.Customers {
		c := &w.Customers[i]
		c.Days = slices.DeleteFunc(c.Days, func(d quiet.Day) bool { return d >= From+160 && m.rnd.Float64() < 0.7 })
	}
	return w
}

func loginsGoOn(m *maker) *World {
	for range size {
		h := m.usual()
		c := m.add(h, even)
		if c == nil {
			continue
		}
		logs := habits{cycle: 2 + 5*m.rnd.Float64(), regularity: 1.5, joins: h.joins, leaves: never}
		c.Logins = logs.days(m.rnd, weekdays)
	}
	return m.world()
}

func decline(m *maker) *World {
	for range size {
		h := m.usual()
		left := h.leaves
		h.leaves = min(left+180, To)
		if left == never {
			h.leaves = never
		}
		c := m.add(h, func(d quiet.Day) float64 {
			if d < left {
				return 1
			}
			return math.Exp2(-float64(d-left) / 30)
		})
		if c != nil {
			c.Left = left
		}
	}
	w := m.world()
	w.Slows = true
	return w
}

func growth(m *maker) *World {
	for range size {
		h := m.usual()
		span := float64(history + watched)
		h.joins = begin + quiet.Day(span*math.Pow(m.rnd.Float64(), 0.4))
		h.leaves = leaving(m.rnd, h.joins, 0.12)
		m.add(h, func(d quiet.Day) float64 { return math.Exp2(float64(d-begin) / 730) })
	}
	return m.world()
}

func fewOrders(m *maker) *World {
	for range 3 * size {
		h := m.usual()
		h.cycle, h.regularity, h.skips = min(max(180*math.Exp(0.6*m.rnd.NormFloat64()), 40), 500), 1.5, 0
		h.joins = begin + quiet.Day(m.rnd.IntN(history+watched/2))
		h.leaves = h.joins
		for stays := true; stays; stays = m.rnd.Float64() < 0.45 {
			h.leaves += quiet.Day(h.cycle * gamma(m.rnd, 1.5) * 1.2)
		}
		if h.leaves >= To {
			h.leaves = never
		}
		m.add(h, even)
	}
	return m.world()
}
