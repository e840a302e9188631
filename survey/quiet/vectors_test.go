package quiet_test

import (
	"math"
	"testing"

	"earshot/survey/quiet"
)

// groceryFit and retailFit are parameters fitted on two public data sets; the companion's are not part of the vectors.
func groceryFit() quiet.Params {
	p := quiet.Defaults()
	p.R, p.Alpha, p.A, p.B, p.M, p.SD, p.Eps, p.Rho, p.Delta = 0.97, 3.32, 0.369, 0.748, 2.03, 1.34, 0.063, 4.23, 0.80
	return p
}

func retailFit() quiet.Params {
	p := quiet.Defaults()
	p.R, p.Alpha, p.A, p.B, p.M, p.SD, p.Eps, p.Rho, p.Delta = 0.78, 8.15, 0.208, 4.761, 0.72, 0.44, 0.041, 1.59, 1
	return p
}

// firstDay is where made histories start: 2024-01-01.
const firstDay quiet.Day = 19723

// history turns gaps in days into active days.
func history(gaps ...int) []quiet.Day {
	days := []quiet.Day{firstDay}
	for _, g := range gaps {
		days = append(days, days[len(days)-1]+quiet.Day(g))
	}
	return days
}

func regular() []quiet.Day { return history(12, 12, 11, 13, 12, 12, 14, 11) }

func model(t testing.TB, p quiet.Params) *quiet.Model {
	t.Helper()
	m, err := quiet.NewModel(p)
	if err != nil {
		t.Fatalf("NewModel: %v", err)
	}
	return m
}

// near fails unless got rounds to want at the digits printed.
func near(t *testing.T, name string, got, want, half float64) {
	t.Helper()
	if !(math.Abs(got-want) <= half*1.000001) {
		t.Errorf("%s: got %.7f, want %.7f within %g", name, got, want, half)
	}
}

func TestScoresOfKnownHistories(t *testing.T) {
	t.Parallel()
	type silence struct {
		days             quiet.Day
		tail, gone, none float64
	}
	rows := []struct {
		name     string
		params   quiet.Params
		days     []quiet.Day
		n, g, l  float64
		gaps     int
		silences []silence
	}{
		{"grocery, regular", groceryFit(), regular(), 4.161139, 7.230799, 2.283422, 8, []silence{
			{13, 0.427692, 0.089771, 0.160987}, {20, 0.089113, 0.321271, 0.549192},
			{41, 0.034632, 0.549137, 0.837673}, {90, 0.017245, 0.709803, 0.910159}}},
		{"grocery, two events", groceryFit(), history(12), 1, 1.714286, 0.538997, 1, []silence{
			{13, 0.533347, 0.283565, 0.401798}, {20, 0.267719, 0.440875, 0.594156},
			{41, 0.093404, 0.693258, 0.855443}, {90, 0.038129, 0.847012, 0.958412}}},
		{"grocery, one event", groceryFit(), history(), 0, 0, 0, 0, []silence{
			{13, 0.780198, 0.387366, 0.722359}, {20, 0.657249, 0.428759, 0.763953},
			{41, 0.440022, 0.528550, 0.850244}, {90, 0.250789, 0.662966, 0.931261}}},
		{"retail, regular", retailFit(), regular(), 8, 13.857143, 4.372143, 8, []silence{
			{13, 0.481259, 0.032759, 0.072337}, {20, 0.197842, 0.076116, 0.136101},
			{41, 0.022679, 0.418172, 0.552073}, {90, 0.002865, 0.850510, 0.917655}}},
		{"retail, two events", retailFit(), history(12), 1, 1.714286, 0.538997, 1, []silence{
			{13, 0.765232, 0.045056, 0.459651}, {20, 0.622593, 0.054812, 0.483074},
			{41, 0.348941, 0.093768, 0.572856}, {90, 0.134212, 0.211986, 0.733172}}},
		{"retail, one event", retailFit(), history(), 0, 0, 0, 0, []silence{
			{13, 0.921370, 0.045270, 0.785593}, {20, 0.867461, 0.047949, 0.791270},
			{41, 0.725835, 0.056773, 0.818941}, {90, 0.524273, 0.076921, 0.870839}}},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			m := model(t, row.params)
			s := m.Replay(row.days)
			near(t, "n", s.N, row.n, 5e-7)
			near(t, "G", s.G, row.g, 5e-7)
			near(t, "L", s.L, row.l, 5e-7)
			if s.Gaps() != row.gaps {
				t.Errorf("gaps: got %d, want %d", s.Gaps(), row.gaps)
			}
			for _, q := range row.silences {
				now := s.Last + q.days
				near(t, "S", m.Tail(s, now), q.tail, 5e-7)
				near(t, "P(gone)", m.Gone(s, now), q.gone, 5e-7)
				near(t, "P0(30 days)", m.NoEvent(s, now, 30), q.none, 5e-7)
			}
		})
	}
}

func TestUsualGaps(t *testing.T) {
	t.Parallel()
	rows := []struct {
		name      string
		params    quiet.Params
		days      []quiet.Day
		quantiles [4]float64 // 10, 50, 90, 97 %
	}{
		{"grocery, regular", groceryFit(), regular(), [4]float64{8.1, 12.3, 19.3, 49.8}},
		{"grocery, two events", groceryFit(), history(12), [4]float64{6.1, 13.6, 38.9, 112.0}},
		{"grocery, one event", groceryFit(), history(), [4]float64{7.3, 33.4, 271.1, 1009.7}},
		{"retail, regular", retailFit(), regular(), [4]float64{5.6, 12.7, 25.5, 37.4}},
		{"retail, two events", retailFit(), history(12), [4]float64{6.8, 27.5, 110.7, 239.7}},
		{"retail, one event", retailFit(), history(), [4]float64{15.8, 98.8, 1115.9, 2000.0}},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			m := model(t, row.params)
			s := m.Replay(row.days)
			for i, got := range m.GapQuantiles(s, 0.1, 0.5, 0.9, 0.97) {
				near(t, "quantile", got, row.quantiles[i], 0.05)
			}
		})
	}
}

func TestRegularityWeights(t *testing.T) {
	t.Parallel()
	rows := []struct {
		name   string
		params quiet.Params
		days   []quiet.Day
		want   [12]float64
	}{
		{"grocery, regular", groceryFit(), regular(), [12]float64{0, 0, 0, 0.001, 0.003, 0.010, 0.024, 0.053, 0.102, 0.177, 0.270, 0.359}},
		{"grocery, two events", groceryFit(), history(12), [12]float64{0.004, 0.010, 0.021, 0.039, 0.063, 0.092, 0.120, 0.140, 0.147, 0.141, 0.124, 0.099}},
		{"grocery, one event", groceryFit(), history(), [12]float64{0.008, 0.015, 0.028, 0.045, 0.068, 0.094, 0.118, 0.135, 0.142, 0.135, 0.118, 0.094}},
		{"retail, regular", retailFit(), regular(), [12]float64{0, 0, 0, 0.002, 0.031, 0.160, 0.350, 0.314, 0.121, 0.019, 0.001, 0}},
		{"retail, two events", retailFit(), history(12), [12]float64{0, 0.001, 0.020, 0.124, 0.326, 0.348, 0.151, 0.028, 0.002, 0, 0, 0}},
		{"retail, one event", retailFit(), history(), [12]float64{0, 0.001, 0.015, 0.097, 0.286, 0.361, 0.192, 0.044, 0.004, 0, 0, 0}},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			m := model(t, row.params)
			got := m.Regularity(m.Replay(row.days))
			sum := 0.0
			for i, r := range got {
				near(t, "weight", r.Weight, row.want[i], 0.0005)
				sum += r.Weight
			}
			near(t, "sum", sum, 1, 1e-12)
		})
	}
}

// TestPoissonCustomersAreMBG takes RHYTHM's special case K={1}, eps=0, delta=1 through both formulas: the published
// CDNOW parameters of MBG/NBD, four gaps in 10.5 weeks, 10 weeks of silence. The parameters are
// published to five digits, hence the width.
func TestPoissonCustomersAreMBG(t *testing.T) {
	t.Parallel()
	mbg := quiet.MBG{R: 0.52484, Alpha: 6.18309, A: 0.89136, B: 1.61399}
	p := quiet.Params{R: mbg.R, Alpha: mbg.Alpha, A: mbg.A, B: mbg.B, M: 0, SD: 0.01, Eps: 0, Rho: 2, Delta: 1, MBG: mbg}
	m := model(t, p)
	s := quiet.State{N: 4, G: 10.5, L: 3, Events: 5, First: 0, Last: 74}
	now := s.Last + 70
	near(t, "S closed", mbg.Tail(4, 10.5, 10), 0.119430, 1e-6)
	near(t, "S", m.Tail(s, now), 0.119430, 1e-6)
	near(t, "P(gone) closed", mbg.Gone(4, 10.5, 10), 0.570710, 1e-6)
	near(t, "P(gone)", m.Gone(s, now), 0.570710, 1e-6)
	near(t, "P0(13 weeks)", m.NoEvent(s, now, 91), 0.641964, 1e-6)
}
