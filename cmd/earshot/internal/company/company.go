// Package company makes up a believable company with its customers, for the demo, the screenshots and the benchmarks.
// The same seed and day give the same company on every machine.
package company

import (
	"math"
	"math/rand/v2"
	"slices"
	"time"
)

// Company is what was made up.
type Company struct {
	Name      string
	Reps      []Rep
	Customers []Customer
}

// Rep is a salesperson of the company.
type Rep struct{ Name, Email string }

// Customer is a customer with everything that happened.
type Customer struct {
	ExternalID, Name, Segment, Status string
	// Rep is the owner's place in Company.Reps.
	Rep          int
	ValuePerYear float64
	Contacts     []Contact
	Touchpoints  []Touchpoint
	// Mood is how satisfied they are at heart, on the scale of 1 to 5, and Drift how it moves in a year.
	Mood, Drift float64
	// Growth is how their own business goes, on the same scale.
	Growth float64
}

// Contact is a person at a customer.
type Contact struct{ ExternalID, Name, Email, Role, Language, TimeZone string }

// Touchpoint is one dated event.
type Touchpoint struct {
	Kind  string
	At    time.Time
	Value float64
	Note  string
}

// History is how far back the events reach.
const History = 2 * 365 * 24 * time.Hour

// Make makes up a company with n customers whose history ends at end.
func Make(seed uint64, n int, end time.Time) Company {
	r := rand.New(rand.NewPCG(seed, 0x6561727368_6f74)) // "earshot", so that seeds do not meet those of others
	end = end.UTC().Truncate(time.Hour)
	c := Company{Name: "Northwind Papers", Reps: reps}
	names := companyNames(r, n)
	for i := range n {
		c.Customers = append(c.Customers, makeCustomer(r, i, names[i], end))
	}
	return c
}

// habit is how often a sort of customer does something.
type habit struct {
	kind string
	// every is the usual gap in days, regular how alike the gaps are (the shape of a gamma distribution).
	every, regular float64
	worth          float64 // share of a year's value in one event; 0 for events without a value
}

// sort is a sort of customer.
type sort struct {
	share  float64
	habits []habit
}

// sorts are the sorts of customer; their shares add up to 1.
var sorts = []sort{
	{.22, []habit{{"order", 7, 9, 1. / 52}, {"login", 3, 1.2, 0}}},
	{.26, []habit{{"order", 14, 6, 1. / 26}, {"ticket", 60, .8, 0}}},
	{.22, []habit{{"order", 30, 12, 1. / 12}, {"payment", 30, 14, 0}, {"call", 45, 1.5, 0}}},
	{.16, []habit{{"order", 45, 1, 1. / 8}, {"email_in", 20, .7, 0}}},
	{.14, []habit{{"meeting", 90, 8, 0}, {"order", 91, 10, .25}}},
}

// segment is a group of customers and how content they are.
type segment struct {
	name               string
	mood, drift, value float64
}

var segments = []segment{
	{"Retail", 3.9, .35, 18_000},
	{"Manufacturing", 4.1, .05, 64_000},
	{"Logistics", 4.0, -.55, 41_000},
	{"Public sector", 3.6, .1, 52_000},
	{"Health care", 4.3, .15, 33_000},
}

// makeCustomer makes up one customer.
func makeCustomer(r *rand.Rand, i int, name string, end time.Time) Customer {
	s := segments[r.IntN(len(segments))]
	c := Customer{
		ExternalID: number("C", i+1), Name: name, Segment: s.name, Status: "active", Rep: r.IntN(len(reps)),
		ValuePerYear: math.Round(s.value*math.Exp(r.NormFloat64()*.8)/100) * 100,
		Mood:         clamp(s.mood+r.NormFloat64()*.6, 1, 5), Drift: s.drift + r.NormFloat64()*.2,
		Growth: clamp(3.7+r.NormFloat64()*.7, 1, 5),
	}
	begins, ends := life(r, end, &c)
	for j := range 1 + r.IntN(3) {
		person := makeContact(r, c, i, j)
		for slices.ContainsFunc(c.Contacts, func(other Contact) bool { return other.Email == person.Email }) {
			person = makeContact(r, c, i, j)
		}
		c.Contacts = append(c.Contacts, person)
	}
	for _, h := range pick(r, sorts).habits {
		c.Touchpoints = append(c.Touchpoints, happen(r, h, c.ValuePerYear, begins, ends)...)
	}
	return c
}

// life says from when to when a customer shows up: most all the time, some since lately, some not any more.
func life(r *rand.Rand, end time.Time, c *Customer) (begins, ends time.Time) {
	day := 24 * time.Hour
	begins, ends = end.Add(-History+time.Duration(r.IntN(60))*day), end
	switch p := r.Float64(); {
	case p < .10: // went quiet weeks or months ago, and was less and less content
		ends = end.Add(-time.Duration(25+r.IntN(130)) * day)
		c.Drift -= .6
	case p < .14:
		ends = end.Add(-time.Duration(200+r.IntN(300)) * day)
		c.Status, c.Drift = "lost", c.Drift-1
	case p < .26:
		begins = end.Add(-time.Duration(5+r.IntN(200)) * day)
	case p < .29:
		begins, c.Status = end, "prospect"
	case p < .31:
		c.Status = "won_back"
	}
	return begins, ends
}

// happen makes the events of one habit: gaps are drawn from a gamma distribution, now and then one is skipped, and
// nothing happens on week-ends.
func happen(r *rand.Rand, h habit, yearly float64, begins, ends time.Time) []Touchpoint {
	var events []Touchpoint
	own := h.every * math.Exp(r.NormFloat64()*.35)
	at := begins.Add(time.Duration(r.Float64() * own * 24 * float64(time.Hour)))
	for at.Before(ends) {
		t := at.Truncate(24 * time.Hour).Add(time.Duration(8*60+r.IntN(9*60)) * time.Minute)
		switch t.Weekday() {
		case time.Saturday:
			t = t.AddDate(0, 0, -1)
		case time.Sunday:
			t = t.AddDate(0, 0, 1)
		}
		if t.Before(ends) {
			e := Touchpoint{Kind: h.kind, At: t, Note: remark(r, h.kind)}
			if h.worth > 0 {
				e.Value = math.Round(yearly*h.worth*math.Exp(r.NormFloat64()*.3)/10) * 10
			}
			events = append(events, e)
		}
		gap := own * gamma(r, h.regular) / h.regular
		if r.Float64() < .04 {
			gap += own * (1 + r.Float64())
		}
		at = at.Add(time.Duration(max(gap, 1) * 24 * float64(time.Hour)))
	}
	return events
}

// gamma draws from a gamma distribution of that shape and scale 1. Source: Marsaglia and Tsang, A simple method for
// generating gamma variables, ACM TOMS 26 (2000) 363-372.
func gamma(r *rand.Rand, shape float64) float64 {
	if shape < 1 {
		return gamma(r, shape+1) * math.Pow(r.Float64(), 1/shape)
	}
	d := shape - 1./3
	c := 1 / math.Sqrt(9*d)
	for {
		x := r.NormFloat64()
		v := (1 + c*x) * (1 + c*x) * (1 + c*x)
		if v > 0 && math.Log(r.Float64()) < x*x/2+d-d*v+d*math.Log(v) {
			return d * v
		}
	}
}

// pick draws one of the sorts by their shares.
func pick(r *rand.Rand, from []sort) sort {
	p := r.Float64()
	for _, s := range from {
		if p -= s.share; p < 0 {
			return s
		}
	}
	return from[len(from)-1]
}

// clamp keeps x between low and high.
func clamp(x, low, high float64) float64 { return min(max(x, low), high) }
