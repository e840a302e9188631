package quiet_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"earshot/survey/quiet"
)

// The vectors were computed by a program of its own in another language, from the formulas of docs/quiet.md with the incomplete beta
// function of SciPy. Eight gaps of some twelve days come before those of the row.
func TestSlowingOfKnownHistories(t *testing.T) {
	t.Parallel()
	type open struct {
		days                 quiet.Day
		oneIn, now, expected float64
	}
	rows := []struct {
		name       string
		params     quiet.Params
		gaps       []int
		sum, usual float64
		run        int32
		open       []open
	}{
		{"grocery, one longer gap", groceryFit(), []int{26}, 3.404746, 12.163878, 1,
			[]open{{5, 0, 26, 2.1375}, {30, 42.7826, 28, 4.6038}, {60, 35.2917, 43, 7.0701}}},
		{"grocery, three longer gaps", groceryFit(), []int{20, 26, 35}, 4.186575, 12.163878, 3,
			[]open{{5, 8.7649, 27, 6.6591}, {30, 35.2166, 27.75, 9.1254}, {60, 94.5873, 35.25, 11.5917}}},
		{"grocery, half back", groceryFit(), []int{26, 12}, 0.642345, 12.163878, 2, []open{{5, 0.2532, 19, 3.1240}}},
		{"grocery, back", groceryFit(), []int{26, 12, 10, 12}, 0, 0, 0, nil},
		{"retail, one longer gap", retailFit(), []int{26}, 0.616411, 12.125, 1,
			[]open{{5, 0, 26, 2.1443}, {30, 2.0022, 28, 4.6186}, {60, 10.9005, 43, 7.0928}}},
		{"retail, a somewhat longer gap begins no run", retailFit(), []int{20, 26, 35}, 1.627868, 12.991646, 2,
			[]open{{5, 0.7246, 30.5, 4.6953}, {30, 3.9769, 30.3333, 7.0045}, {60, 25.0730, 40.3333, 9.3137}}},
		{"retail, back", retailFit(), []int{26, 30, 12}, 0, 0, 0, nil},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			m := model(t, row.params)
			s := m.Replay(history(append([]int{12, 12, 11, 13, 12, 12, 14, 11}, row.gaps...)...))
			near(t, "sum", float64(s.Slow.Sum), row.sum, 5e-5) // hardly likely shapes are left out of sums
			near(t, "usual gap", float64(s.Slow.Usual), row.usual, 1e-5)
			if s.Slow.Gaps != row.run {
				t.Fatalf("gaps of the run: got %d, want %d", s.Slow.Gaps, row.run)
			}
			for _, o := range row.open {
				got := m.Slowing(&s, s.Last+o.days)
				near(t, "one in", got.OneIn, o.oneIn, 1e-3*max(o.oneIn, 1))
				near(t, "mean gap", got.Now, o.now, 1e-4)
				near(t, "expected", got.Expected, o.expected, 1e-4)
			}
		})
	}
}

// TestSlowingDayIsTheFirst holds the day against every day of the open gap.
func TestSlowingDayIsTheFirst(t *testing.T) {
	t.Parallel()
	m := model(t, groceryFit())
	for _, gaps := range [][]int{{26}, {20, 26, 35}, {40, 44}, {12}} {
		s := m.Replay(history(append([]int{12, 12, 11, 13, 12, 12, 14, 11}, gaps...)...))
		for _, oneIn := range []float64{2, 20, 40, 80, 1e6} {
			want, found := quiet.Day(0), false
			for d := s.Last; d <= s.Last+200 && !found; d++ {
				want, found = d, m.Slowing(&s, d).OneIn >= oneIn
			}
			got, ok := m.SlowingDay(&s, oneIn)
			if ok != found || ok && got != want {
				t.Errorf("after gaps of %v days, one in %v: got day %d, %v, want day %d, %v", gaps, oneIn, got-s.Last, ok, want-s.Last, found)
			}
		}
	}
}

// TestFewSteadyCustomersAreCalledSlow draws customers who are what the model takes them for: at most one in a hundred looks like one in a
// hundred in a quarter.
func TestFewSteadyCustomersAreCalledSlow(t *testing.T) {
	t.Parallel()
	for _, p := range []quiet.Params{groceryFit(), retailFit(), quiet.Defaults()} {
		m, rnd := model(t, p), random(5)
		const customers, years, oneIn = 800, 3, 100
		notices, quarters := 0, 0.0
		for range customers {
			days := steadyDays(rnd, p, years*365)
			var s quiet.State
			told := false
			for i, day := range days {
				m.Observe(&s, day)
				next := firstDay + years*365
				if i+1 < len(days) {
					next = days[i+1]
				}
				if s.Slow.Gaps == 0 {
					told = false
				}
				if d, ok := m.SlowingDay(&s, oneIn); ok && d <= next && !told {
					told = true
					notices++
				}
			}
			quarters += years * 4
		}
		if rate := 100 * float64(notices) / quarters; rate > 1 || notices == 0 {
			t.Errorf("%d notices, %.2f for 100 steady customers and quarter; want some, and at most 1", notices, rate)
		}
	}
}

// steadyDays draws a customer of the model who never leaves.
func steadyDays(rnd *rand.Rand, p quiet.Params, span int) []quiet.Day {
	shape := math.Exp(p.M + p.SD*rnd.NormFloat64())
	rate := max(gammaDraw(rnd, p.R)/p.Alpha, 1.0/26)
	days, at := []quiet.Day{firstDay}, 0.0
	for {
		gap := gammaDraw(rnd, shape) / shape / rate
		if rnd.Float64() < p.Eps {
			gap = p.Rho * rnd.ExpFloat64() / rate
		}
		at += max(gap*7, 1)
		if at > float64(span) {
			return days
		}
		days = append(days, firstDay+quiet.Day(at))
	}
}

func TestSentencesOfSlowing(t *testing.T) {
	t.Parallel()
	for _, row := range []struct {
		s    quiet.Slowing
		want string
	}{
		{quiet.Slowing{Since: firstDay, Usual: 8.2, Now: 19.1, Came: 6, Expected: 14, OneIn: 547},
			"Ordered every 8 days until 1 Jan 2024, every 19 days since; 6 orders instead of 14. Of steady customers at most 1 in 540 looks so in a quarter."},
		{quiet.Slowing{Since: firstDay, Usual: 1.2, Now: 2.6, Came: 1, Expected: 1.4, OneIn: 1e7},
			"Ordered every 1.2 days until 1 Jan 2024, every 2.6 days since; 1 order instead of 2. Of steady customers fewer than 1 in 10,000 looks so in a quarter."},
		{quiet.Slowing{Since: firstDay, Usual: 30, Now: 66, Came: 2, Expected: 4.4, OneIn: 12.4},
			"Ordered every 30 days until 1 Jan 2024, every 66 days since; 2 orders instead of 4. Of steady customers at most 1 in 12 looks so in a quarter."},
	} {
		if got := row.s.Sentence("ordered", "order"); got != row.want {
			t.Errorf("got  %s\nwant %s", got, row.want)
		}
	}
}

// TestOverstatedIsWhatRunsCameTo holds it against a company whose customers come in a way that the model does not know: of ten
// gaps, otherwise even ones, the last three are four times as long.
func TestOverstatedIsWhatRunsCameTo(t *testing.T) {
	t.Parallel()
	m := model(t, groceryFit())
	var odd, even []quiet.History
	for i := range 100 {
		var gaps []int
		for j := range 60 {
			gaps = append(gaps, []int{12, 12, 12, 12, 12, 12, 12, 48, 48, 48}[j%10])
		}
		odd = append(odd, quiet.History{Customer: string(rune('A' + i)), Days: history(gaps...)})
		even = append(even, quiet.History{Customer: string(rune('A' + i)), Days: history(12, 11, 13, 12, 12, 12, 14, 10, 12, 13, 11)})
	}
	end := odd[0].Days[60]
	times := m.Overstated(odd, end, nil)
	if times <= 1 {
		t.Fatalf("got %v, want more than 1", times)
	}
	if got := m.Overstated(even, end, nil); got != 1 {
		t.Errorf("of even customers: got %v, want 1", got)
	}
	s := m.Replay(odd[0].Days)
	plain, corrected := m.Slowing(&s, s.Last), m.Overstating(times).Slowing(&s, s.Last)
	if plain.OneIn == 0 || math.Abs(corrected.OneIn*times/plain.OneIn-1) > 1e-9 {
		t.Errorf("one in %v, corrected %v; want it %v times as common", plain.OneIn, corrected.OneIn, times)
	}
	// By the corrected model hardly anybody is told of for what has been usual in the last three years.
	const years = 1096
	notices, quarters := 0, years/91.3*float64(len(odd))
	for _, h := range odd {
		var s quiet.State
		for _, day := range h.Days {
			m.Observe(&s, day)
			if day > end-years && m.Overstating(times).Slowing(&s, day).OneIn > 100*(1+1e-9) { // all customers are alike
				notices++
			}
		}
	}
	if rate := 100 * float64(notices) / quarters; rate > 1.1 {
		t.Errorf("%.2f notices for 100 customers and quarter, want at most 1", rate)
	}
}
