package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"earshot/survey"
	"earshot/survey/store"
)

// ordersOfEach is how many orders each customer has to whom the model is fitted anew.
const ordersOfEach = 10

// refit measures what the weekly fit takes in the background: learning the parameters, and judging all customers by them.
func (b *bench) refit(ctx context.Context, e *engine) error {
	rows := b.touchpoints
	p, err := e.place("refit")
	if err != nil {
		return err
	}
	file, err := b.bigFile(ctx, p, rows/ordersOfEach, rows)
	if err != nil {
		return err
	}
	if _, _, err := run(ctx, b.program, "import", "touchpoints", file, "-store", p.store); err != nil {
		return err
	}
	db, err := p.open(ctx)
	if err != nil {
		return err
	}
	err = b.refitOn(ctx, e, survey.Options{Store: db, BaseURL: "https://bench.example", Company: "Bench"}, rows/ordersOfEach)
	return errors.Join(err, db.Close())
}

// refitOn measures it in this process, whose clock is put forward.
func (b *bench) refitOn(ctx context.Context, e *engine, o survey.Options, customers int) error {
	ahead := time.Duration(0)
	o.Clock = func() time.Time { return time.Now().Add(ahead) }
	s, err := survey.NewService(o)
	if err != nil {
		return err
	}
	var learnt, ranked []time.Duration
	rankings := store.NewCollection[survey.Ranking](o.Store, collection("rankings"))
	for round := range b.rounds {
		ahead += 8 * 24 * time.Hour // the fit comes once a week
		began := time.Now()
		if err := s.Effects().Drain(ctx, "rhythm_models", "rankings"); err != nil {
			return err
		}
		learnt = append(learnt, time.Since(began))
		ahead += 3 * time.Minute // every process knows of it
		began = time.Now()
		if err := s.Effects().Drain(ctx, "rankings"); err != nil {
			return err
		}
		ranked = append(ranked, time.Since(began))
		now, err := rankings.Get(ctx, "ranking")
		if err != nil {
			return err
		}
		if now.Number <= round {
			return fmt.Errorf("fit %d did not come into force: %+v", round+1, now)
		}
	}
	l, r := median(learnt), median(ranked)
	b.add(figure{fmt.Sprintf("a fit with %s customers, in the background: parameters, all judged by them, both", grouped(int64(customers))), e.name,
		fmt.Sprintf("%s, %s, %s", seconds(l.Seconds()), seconds(r.Seconds()), seconds((l + r).Seconds())), "", "", "≤ 30 s"})
	return nil
}
