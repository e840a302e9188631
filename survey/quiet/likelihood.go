package quiet

import "math"

// trainee is a history as the likelihood sees it: completed gaps and the open silence, all in weeks.
type trainee struct {
	count float64 // customers of exactly this history; most of those seen once are not alone
	gaps  []float64
	span  float64 // first to last active day
	open  float64 // last active day to the end of the data
}

// trainees turns histories, none of them empty, into gaps on the clock of the options; days after end must have been cut off.
func trainees(histories []History, end Day, opts FitOptions) []trainee {
	out := make([]trainee, 0, len(histories))
	once := map[Day]int{}
	for _, h := range histories {
		first, last := h.Days[0], h.Days[len(h.Days)-1]
		pauses := opts.Pauses[h.Customer]
		alike := first == last && len(pauses) == 0
		if i, known := once[last]; known && alike {
			out[i].count++
			continue
		}
		if alike {
			once[last] = len(out)
		}
		own := opts.Clock.Pausing(pauses...)
		t := trainee{count: 1, span: own.Weeks(first, last), open: own.Weeks(last, end)}
		for i, day := range h.Days[1:] {
			t.gaps = append(t.gaps, max(own.Weeks(h.Days[i], day), minGap))
		}
		out = append(out, t)
	}
	return out
}

// logLikelihood is the prequential log-likelihood of one customer: every gap is judged by what the gaps before it
// taught, and the open silence by all of them.
func (m *Model) logLikelihood(t *trainee) float64 {
	s := State{Events: 1}
	var post posterior
	sum := 0.0
	for x, g := range t.gaps {
		post.fill(m, &s)
		reg, skip := m.density(&post, &s, g)
		total := reg + skip
		sum += math.Log(total * stayed(m.p.A, m.p.B, x))
		q := 1.0
		if g > (m.p.Alpha+s.G)/(m.p.R+s.N) && total > 0 {
			q = reg / total
		}
		m.add(&s, g, q)
		s.Events++
	}
	tail := 1.0
	if t.open > 0 {
		post.fill(m, &s)
		tail = m.tailOf(&post, &s, t.open)
	}
	return sum + math.Log(silent(m.p.A, m.p.B, len(t.gaps), tail))
}

// logLikelihood is that of MBG/NBD, in closed form.
func (p MBG) logLikelihood(t *trainee) float64 {
	x := float64(len(t.gaps))
	sum := lnGamma(p.R+x) - lnGamma(p.R) - p.R*math.Log1p(t.span/p.Alpha) - x*math.Log(p.Alpha+t.span)
	for i := range t.gaps {
		sum += math.Log(stayed(p.A, p.B, i))
	}
	return sum + math.Log(silent(p.A, p.B, len(t.gaps), p.Tail(len(t.gaps), t.span, t.open)))
}

// stayed is the chance of not dropping out after an event, given x earlier ones survived.
func stayed(a, b float64, x int) float64 {
	return (b + float64(x)) / (a + b + float64(x))
}

// silent is the chance of the open silence: gone with the last event, or here and within a gap of that tail.
func silent(a, b float64, x int, tail float64) float64 {
	return ((b+float64(x))*tail + a) / (a + b + float64(x))
}

// Prior of the drop-out parameters: ln a and ln b normal around these. Without it a tends to 0 on a year of data and
// nobody is ever thought gone.
const (
	priorA      = 0.7
	priorB      = 2.5
	priorSpread = 0.5
)

func dropOutPrior(a, b float64) float64 {
	za, zb := math.Log(a/priorA)/priorSpread, math.Log(b/priorB)/priorSpread
	return -(za*za + zb*zb) / 2
}
