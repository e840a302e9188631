package quiet

import "math"

// posterior is what a state says about one customer's regularity, with the sufficient statistics of the rate beside it.
type posterior struct {
	row  shapeRow            // what depends on the number of gaps alone
	beta [shapeCount]float64 // beta_k = alpha + k G, weeks
	lnB  [shapeCount]float64 // ln beta_k
	w    [shapeCount]float64 // posterior weight of k, sums to 1
}

// shapeRow holds, per regularity, what depends on a state only through n. As n is a function of the number of gaps,
// these are computed once per model and number of gaps, and with them every gamma function.
type shapeRow struct {
	n      float64             // discounted count of gaps
	s      [shapeCount]float64 // s_k = r + k n
	weight [shapeCount]float64 // ln pi_k + n (k ln k - lnGamma(k)) + lnGamma(s_k)
	ahead  [shapeCount]float64 // lnGamma(s_k + k) - lnGamma(s_k) - lnGamma(k)
}

// newShapeRow computes the row of n discounted gaps.
func (m *Model) newShapeRow(n float64) shapeRow {
	row := shapeRow{n: n}
	for i, k := range m.grid.k {
		s := m.p.R + k*n
		atS := lnGamma(s)
		row.s[i] = s
		row.weight[i] = m.grid.prior[i] + n*m.grid.factor[i] + atS
		row.ahead[i] = lnGamma(s+k) - atS - m.grid.lnGam[i]
	}
	return row
}

// newShapeRows computes the rows of 0 to gaps completed gaps.
func (m *Model) newShapeRows(gaps int) []shapeRow {
	rows := make([]shapeRow, gaps+1)
	n := 0.0
	for x := range rows {
		rows[x] = m.newShapeRow(n)
		n = m.p.Delta*n + 1
	}
	return rows
}

// fill computes the posterior of a state in place.
func (p *posterior) fill(m *Model, st *State) {
	if x := st.Gaps(); x < len(m.rows) && m.rows[x].n == st.N {
		p.row = m.rows[x]
	} else {
		p.row = m.newShapeRow(st.N)
	}
	p.weigh(m, st)
}

// weigh computes the weights where the row is already in place.
func (p *posterior) weigh(m *Model, st *State) {
	top := math.Inf(-1)
	for i, k := range m.grid.k {
		p.beta[i] = m.p.Alpha + k*st.G
		p.lnB[i] = math.Log(p.beta[i])
		p.w[i] = p.row.weight[i] + (k-1)*st.L - p.row.s[i]*p.lnB[i]
		top = max(top, p.w[i])
	}
	sum := 0.0
	for i := range p.w {
		p.w[i] = unlikely(p.w[i] - top)
		sum += p.w[i]
	}
	for i := range p.w {
		p.w[i] /= sum
	}
}

// leastLog is the logarithm, relative to the likeliest shape, below which a weight counts as 0: two parts in a billion.
const leastLog = -20

// unlikely is exp(v) for v <= 0 without the cost where it would not matter.
func unlikely(v float64) float64 {
	if v < leastLog {
		return 0
	}
	return math.Exp(v)
}

// density returns (1-eps) f_reg(g) and eps f_skip(g): the predictive densities, per week, of the next gap.
func (m *Model) density(post *posterior, s *State, g float64) (reg, skip float64) {
	lnG := math.Log(g)
	for i, k := range m.grid.k {
		w := post.w[i]
		if w < negligible {
			continue
		}
		// k ln k joins ln g, so that factor's lnGamma(k) is not taken twice.
		total := post.row.s[i] + k
		reg += w * math.Exp(post.row.ahead[i]+k*m.grid.lnK[i]+(k-1)*lnG+
			post.row.s[i]*post.lnB[i]-total*math.Log(post.beta[i]+k*g))
	}
	s1, b1 := m.p.R+s.N, m.p.Alpha+s.G
	skip = s1 / (m.p.Rho * b1) * math.Exp(-(s1+1)*math.Log1p(g/(m.p.Rho*b1)))
	eps := m.skips(s)
	return (1 - eps) * reg, eps * skip
}

// tailOf is S(c) for a silence of c weeks with the posterior at hand.
func (m *Model) tailOf(post *posterior, s *State, c float64) float64 {
	if c <= 0 {
		return 1
	}
	sum := 0.0
	for i, k := range m.grid.k {
		if post.w[i] >= negligible {
			sum += post.w[i] * gammaTail(post.row.s[i], k, post.row.ahead[i], post.beta[i], k*c)
		}
	}
	return clampUnit((1-m.skips(s))*sum + m.skippedTail(s, c))
}
