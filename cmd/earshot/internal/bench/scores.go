package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"runtime"
	"time"

	"earshot/survey/quiet"
)

// scoredCustomers is how many customers are scored in one round.
const scoredCustomers = 1_000_000

// scores measures customers scored a second with the alarm score, on all cores. It needs no engine.
func (b *bench) scores(ctx context.Context) error {
	model, err := quiet.NewModel(quiet.Defaults())
	if err != nil {
		return err
	}
	r := rand.New(rand.NewPCG(1, 3))
	states := make([]quiet.State, scoredCustomers)
	variety := make([]quiet.State, 1000)
	for i := range variety {
		var days []quiet.Day
		for day, n := quiet.Day(20_000), 1+r.IntN(30); n > 0; n-- {
			days = append(days, day)
			day += quiet.Day(1 + r.IntN(40))
		}
		variety[i] = model.Replay(days)
	}
	for i := range states {
		states[i] = variety[i%len(variety)]
	}
	out := make([]float64, len(states))
	var speeds []float64
	for range b.rounds {
		began := time.Now()
		if err := model.ScoreAll(ctx, states, 21_500, out); err != nil {
			return err
		}
		speeds = append(speeds, scoredCustomers/time.Since(began).Seconds())
	}
	b.add(figure{fmt.Sprintf("customers scored, on %d cores", runtime.NumCPU()), "–", perSecond(median(speeds)), "", "", "≥ 1,000,000/s"})
	return nil
}
