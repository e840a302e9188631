package quiet_test

import (
	"context"
	"testing"

	"earshot/survey/quiet"
)

// scored returns states of made customers who would be judged every day.
func scored(m *quiet.Model, n int) []quiet.State {
	rnd := random(8)
	out := make([]quiet.State, n)
	for i := range out {
		out[i] = m.Replay(randomDays(rnd, 30))
	}
	return out
}

// BenchmarkScore measures the alarm score by the compressed posterior on one core.
func BenchmarkScore(b *testing.B) {
	m := model(b, quiet.Defaults())
	states := scored(m, 4096)
	b.ResetTimer()
	for i := 0; i < b.N; i++ {
		m.FastAlarm(&states[i%len(states)], firstDay+800)
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "customers/s")
}

// BenchmarkScoreAll measures the same for 100,000 customers at a time on all cores.
func BenchmarkScoreAll(b *testing.B) {
	m := model(b, quiet.Defaults())
	states := scored(m, 100_000)
	out := make([]float64, len(states))
	b.ResetTimer()
	for range b.N {
		if err := m.ScoreAll(context.Background(), states, firstDay+800, out); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(b.N*len(states))/b.Elapsed().Seconds(), "customers/s")
}

// BenchmarkScoreExact measures what a customer's page costs.
func BenchmarkScoreExact(b *testing.B) {
	m := model(b, quiet.Defaults())
	states := scored(m, 4096)
	b.ResetTimer()
	for i := 0; i < b.N; i++ {
		m.Score(states[i%len(states)], firstDay+800)
	}
}

// BenchmarkObserve measures folding one active day in, with the compressed posterior.
func BenchmarkObserve(b *testing.B) {
	m := model(b, quiet.Defaults())
	days := randomDays(random(9), 4000)
	var s quiet.State
	for i := 0; i < b.N; i++ {
		if i%len(days) == 0 {
			s = quiet.State{}
		}
		m.Observe(&s, days[i%len(days)])
	}
}

func BenchmarkAlarmAt(b *testing.B) {
	m := model(b, quiet.Defaults())
	states := scored(m, 4096)
	b.ResetTimer()
	for i := 0; i < b.N; i++ {
		alarmAt(m, states[i%len(states)], 0.5)
	}
}

// BenchmarkFit measures a nightly fit on 1,500 made customers.
func BenchmarkFit(b *testing.B) {
	histories := company(random(10), 1500, 700)
	b.ResetTimer()
	for range b.N {
		if _, err := quiet.Fit(context.Background(), histories, firstDay+700, quiet.FitOptions{Rand: random(11)}); err != nil {
			b.Fatal(err)
		}
	}
}
