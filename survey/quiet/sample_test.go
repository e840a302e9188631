package quiet_test

import (
	"math"
	"math/rand/v2"

	"earshot/survey/quiet"
)

// random returns a source that gives the same numbers on every run.
func random(seed uint64) *rand.Rand { return rand.New(rand.NewPCG(seed, 7)) }

// randomDays draws a history of up to gaps gaps with a rate and a regularity of its own.
func randomDays(rnd *rand.Rand, gaps int) []quiet.Day {
	mean := math.Exp(1 + 3.5*rnd.Float64()) // 2.7 to 90 days
	shape := 1 + rnd.IntN(6)
	days := []quiet.Day{firstDay + quiet.Day(rnd.IntN(200))}
	for range rnd.IntN(gaps + 1) {
		g := 0.0
		for range shape {
			g += rnd.ExpFloat64() / float64(shape)
		}
		days = append(days, days[len(days)-1]+quiet.Day(max(1, math.Round(g*mean))))
	}
	return days
}

// company draws customers who come over years days and drop out after an event with a chance of 1 in 12.
func company(rnd *rand.Rand, customers, span int) []quiet.History {
	out := make([]quiet.History, customers)
	for i := range out {
		mean := math.Exp(1.5 + 2.5*rnd.Float64())
		day := float64(firstDay) + rnd.Float64()*float64(span)*0.6
		h := quiet.History{Customer: string(rune('A'+i%26)) + string(rune('0'+i/26%10)) + string(rune('a'+i/260))}
		for day < float64(firstDay)+float64(span) {
			if d := quiet.Day(day); len(h.Days) == 0 || h.Days[len(h.Days)-1] < d {
				h.Days = append(h.Days, d)
			}
			if rnd.Float64() < 1.0/12 {
				break
			}
			day += (rnd.ExpFloat64() + rnd.ExpFloat64()) / 2 * mean
		}
		out[i] = h
	}
	return out
}

// gammaDraw draws from a gamma distribution of that shape and rate 1 (Marsaglia and Tsang 2000).
func gammaDraw(rnd *rand.Rand, shape float64) float64 {
	if shape < 1 {
		return gammaDraw(rnd, shape+1) * math.Pow(rnd.Float64(), 1/shape)
	}
	d := shape - 1.0/3
	for {
		x := rnd.NormFloat64()
		v := math.Pow(1+x/math.Sqrt(9*d), 3)
		if v > 0 && math.Log(1-rnd.Float64()) < x*x/2+d-d*v+d*math.Log(v) {
			return d * v
		}
	}
}
