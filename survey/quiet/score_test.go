package quiet_test

import (
	"context"
	"errors"
	"math"
	"testing"

	"gonum.org/v1/gonum/mathext"
	"pgregory.net/rapid"

	"earshot/survey/quiet"
)

// anyParams draws parameters from all that are allowed.
func anyParams(t *rapid.T) quiet.Params {
	between := func(name string, low, high float64) float64 { return rapid.Float64Range(low, high).Draw(t, name) }
	return quiet.Params{
		R: between("r", 0.1, 5), Alpha: between("alpha", 0.01, 600), A: between("a", 0.005, 10), B: between("b", 0.05, 500),
		M: between("m", -1.2, 4.6), SD: between("sd", 0.15, 1.6), Eps: between("eps", 0.002, 0.39), Rho: between("rho", 1.2, 8),
		Delta: between("delta", 0.05, 1),
		MBG:   quiet.MBG{R: between("mr", 0.1, 5), Alpha: between("malpha", 0.01, 600), A: between("ma", 0.005, 10), B: between("mb", 0.05, 500)},
	}
}

// anyDays draws a history in order, with gaps from one day to thirty years.
func anyDays(t *rapid.T) []quiet.Day {
	days := []quiet.Day{quiet.Day(rapid.IntRange(-40000, 40000).Draw(t, "first"))}
	for _, g := range rapid.SliceOfN(rapid.OneOf(rapid.IntRange(1, 30), rapid.IntRange(1, 11000)), 0, 90).Draw(t, "gaps") {
		days = append(days, days[len(days)-1]+quiet.Day(g))
	}
	return days
}

func TestScoresAreProbabilitiesAndNeverTurnBack(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		m, err := quiet.NewModel(anyParams(t))
		if err != nil {
			t.Fatalf("NewModel: %v", err)
		}
		s := m.Replay(anyDays(t))
		last := quiet.Score{Tail: 1}
		for c := range quiet.Day(24) {
			day := s.Last + c*c*c // to 33 years
			score := m.Score(s, day)
			probability(t, "tail", score.Tail)
			probability(t, "gone", score.Gone)
			probability(t, "gone by MBG", score.GoneMBG)
			probability(t, "alarm", score.Alarm)
			probability(t, "no event", m.NoEvent(s, day, 30))
			probability(t, "fast alarm", m.FastAlarm(&s, day))
			const slack = 1e-9 // rounding, not a turn
			if score.Tail > last.Tail+slack || score.Gone < last.Gone-slack || score.Alarm < last.Alarm-slack {
				t.Fatalf("after %d days: tail, gone or alarm turned back from %+v to %+v", c*c*c, last, score)
			}
			last = score
		}
		weights := 0.0
		for _, r := range m.Regularity(s) {
			weights += r.Weight
		}
		if math.Abs(weights-1) > 1e-9 {
			t.Fatalf("weights of regularity sum to %v, want 1", weights)
		}
	})
}

func probability(t *rapid.T, name string, p float64) {
	t.Helper()
	if !(p >= 0 && p <= 1) {
		t.Fatalf("%s is %v, want a probability", name, p)
	}
}

func TestObserveOneByOneEqualsReplay(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		m, err := quiet.NewModel(anyParams(t))
		if err != nil {
			t.Fatalf("NewModel: %v", err)
		}
		days := anyDays(t)
		var s quiet.State
		for _, day := range days {
			if got := m.Observe(&s, day); got != quiet.Folded {
				t.Fatalf("Observe(%v) is %v, want Folded", day, got)
			}
			if got := m.Observe(&s, day); got != quiet.SameDay {
				t.Fatalf("Observe(%v) again is %v, want SameDay", day, got)
			}
		}
		shuffled := append(rapid.Permutation(days).Draw(t, "order"), days[0])
		if replayed := m.Replay(shuffled); replayed != s {
			t.Fatalf("Replay: got %+v, want %+v", replayed, s)
		}
	})
}

func TestEarlierDaysAreLeftToTheCaller(t *testing.T) {
	t.Parallel()
	m := model(t, quiet.Defaults())
	s := m.Replay(regular())
	before := s
	if got := m.Observe(&s, s.Last-1); got != quiet.OutOfOrder {
		t.Errorf("Observe of an earlier day: got %v, want OutOfOrder", got)
	}
	if s != before {
		t.Errorf("the state changed from %+v to %+v", before, s)
	}
}

// TestTailAgainstTheTextbook computes the tail once more from the formula, with gonum's incomplete beta function and
// the standard library's gamma.
func TestTailAgainstTheTextbook(t *testing.T) {
	t.Parallel()
	rnd := random(3)
	for range 300 {
		p := retailFit()
		p.SD, p.M, p.R, p.Alpha = 0.3+1.3*rnd.Float64(), 3*rnd.Float64()-1, 0.1+2*rnd.Float64(), 0.1+9*rnd.Float64()
		m := model(t, p)
		s := m.Replay(randomDays(rnd, 60))
		silence := 1 + rnd.IntN(300)
		got := m.Tail(s, s.Last+quiet.Day(silence))
		want := textbookTail(p, m.Regularity(s), s, float64(silence)/7)
		if math.Abs(got-want) > 1e-4 { // shapes of a posterior weight below 1e-5 are left out
			t.Errorf("tail of %+v after %d days: got %v, want %v", s, silence, got, want)
		}
	}
}

func textbookTail(p quiet.Params, shapes []quiet.Regularity, s quiet.State, c float64) float64 {
	sum := 0.0
	for _, shape := range shapes {
		k := shape.K
		rate, weeks := p.R+k*s.N, p.Alpha+k*s.G
		sum += shape.Weight * mathext.RegIncBeta(rate, k, weeks/(weeks+k*c))
	}
	weeks, skips := p.Alpha+s.G, (5*p.Eps+s.Skips)/(5+s.N)
	return (1-skips)*sum + skips*math.Pow(weeks/(weeks+c/p.Rho), p.R+s.N)
}

// TestRegularityAgainstTheTextbook computes posterior weights from the formula with math.Lgamma.
func TestRegularityAgainstTheTextbook(t *testing.T) {
	t.Parallel()
	rnd := random(4)
	for range 200 {
		p := groceryFit()
		m := model(t, p)
		s := m.Replay(randomDays(rnd, 120)) // beyond what the model knows by heart
		got := m.Regularity(s)
		top, sum := math.Inf(-1), 0.0
		want := make([]float64, len(got))
		for i, r := range got {
			k, z := r.K, (math.Log(r.K)-p.M)/p.SD
			rate, weeks := p.R+k*s.N, p.Alpha+k*s.G
			atK, _ := math.Lgamma(k)
			atRate, _ := math.Lgamma(rate)
			want[i] = -z*z/2 + s.N*(k*math.Log(k)-atK) + (k-1)*s.L + atRate - rate*math.Log(weeks)
			top = max(top, want[i])
		}
		for i := range want {
			want[i] = math.Exp(want[i] - top)
			sum += want[i]
		}
		for i := range want {
			if math.Abs(got[i].Weight-want[i]/sum) > 1e-7 {
				t.Fatalf("weight of k=%v for %+v: got %v, want %v", got[i].K, s, got[i].Weight, want[i]/sum)
			}
		}
	}
}

func TestCompressionErrorIsSmall(t *testing.T) {
	t.Parallel()
	for name, p := range map[string]quiet.Params{"grocery": groceryFit(), "retail": retailFit(), "defaults": quiet.Defaults()} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			rnd := random(5)
			p.MBG = quiet.MBG{R: 1, Alpha: 5, A: 0.4, B: 1}
			m := model(t, p)
			worst := 0.0
			for range 3000 {
				s := m.Replay(randomDays(rnd, 40))
				now := s.Last + quiet.Day(rnd.IntN(400))
				worst = max(worst, math.Abs(m.FastAlarm(&s, now)-m.Alarm(s, now)))
			}
			if worst > 0.026 {
				t.Errorf("largest error of the alarm score: got %.4f, want at most 0.026", worst)
			}
		})
	}
}

func TestScoreAllEqualsOneByOne(t *testing.T) {
	t.Parallel()
	m := model(t, groceryFit())
	rnd := random(6)
	states := make([]quiet.State, 10_000)
	for i := range states {
		states[i] = m.Replay(randomDays(rnd, 10))
	}
	now := firstDay + 900
	got := make([]float64, len(states))
	if err := m.ScoreAll(context.Background(), states, now, got); err != nil {
		t.Fatalf("ScoreAll: %v", err)
	}
	for i := range states {
		if want := m.FastAlarm(&states[i], now); got[i] != want {
			t.Fatalf("state %d: got %v, want %v", i, got[i], want)
		}
	}
	ended, end := context.WithCancel(context.Background())
	end()
	if err := m.ScoreAll(ended, states, now, got); !errors.Is(err, context.Canceled) {
		t.Errorf("ScoreAll with an ended context: got %v, want context.Canceled", err)
	}
}

func TestNothingSeenIsNothingSaid(t *testing.T) {
	t.Parallel()
	m := model(t, quiet.Defaults())
	var none quiet.State
	if got := m.Score(none, firstDay); got != (quiet.Score{}) {
		t.Errorf("Score: got %+v, want the zero Score", got)
	}
	if day, found := alarmAt(m, none, 0.5); found {
		t.Errorf("AlarmAt: got %v, want none", day)
	}
	if got, want := m.Sentence(none, firstDay, "orders"), "No sign of life yet."; got != want {
		t.Errorf("Sentence: got %q, want %q", got, want)
	}
	if got := m.Replay(nil); got != none {
		t.Errorf("Replay(nil): got %+v, want the zero State", got)
	}
}
