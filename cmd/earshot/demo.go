package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"earshot/cmd/earshot/internal/company"
	"earshot/frontend"
	"earshot/survey"
	"earshot/survey/access"
	"earshot/survey/store"
)

// How to log in to the demo, which is printed and holds nothing that is worth protecting.
const (
	demoEmail    = "demo@northwind.example"
	demoPassword = "show me around"
)

// demo runs the service on a made-up company in a temporary database, which is removed at the end.
func demo(ctx context.Context, c call) error {
	var cfg config
	fs := newFlags("earshot demo", c.stderr)
	seed := fs.Uint64("seed", 1, "`number` that the company is made from; the same number gives the same company")
	customers := fs.Int("customers", 300, "`number` of customers")
	day := fs.String("day", "", "`date` on which the company's history ends, such as 2026-11-20 (default: today)")
	fs.StringVar(&cfg.listen, "listen", "127.0.0.1:8080", "`address` to listen on")
	if err := parseFlags(fs, c.args, c.getenv); err != nil {
		return err
	}
	end, err := demoEnd(*day)
	if err != nil {
		return err
	}
	if *customers < 1 || *customers > 100_000 {
		return fmt.Errorf("-customers: %d is not between 1 and 100,000", *customers)
	}
	folder, err := os.MkdirTemp("", "earshot-demo-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(folder) }()
	made := company.Make(*seed, *customers, end)
	cfg.store, cfg.company, cfg.language, cfg.timeZone = filepath.Join(folder, "earshot.db"), made.Name, "en", "UTC"
	cfg.logFormat, cfg.workers, cfg.replies = "text", 1, "rep"
	usual := flag.NewFlagSet("", flag.ContinueOnError)
	cfg.asking.define(usual)
	cfg.defineBrake(usual)
	if err := cfg.check(); err != nil {
		return err
	}
	return runService(ctx, &cfg, c, func(ctx context.Context, db store.Store) error {
		began := time.Now()
		if _, err := fmt.Fprintf(c.stdout, "Making up %s and learning its customers’ rhythms: some ten seconds.\n", made.Name); err != nil {
			return err
		}
		pages, err := frontend.New(frontend.Config{Company: cfg.company, BaseURL: cfg.baseURL})
		if err != nil {
			return err
		}
		if err := fill(ctx, &filling{db: db, made: made, seed: *seed, end: end, composer: pages, baseURL: cfg.baseURL}); err != nil {
			return err
		}
		_, err = fmt.Fprintf(c.stdout, "%s, a made-up company with %d customers, is ready after %.1f s.\nLog in as %s with the password: %s\n",
			made.Name, len(made.Customers), time.Since(began).Seconds(), demoEmail, demoPassword)
		return err
	})
}

// demoEnd returns when the history ends: now, or the end of a working day.
func demoEnd(day string) (time.Time, error) {
	if day == "" {
		return time.Now(), nil
	}
	end, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return time.Time{}, fmt.Errorf("-day: %q is not a date like 2026-11-20", day)
	}
	return end.Add(18 * time.Hour), nil
}

// fill stores the made-up company: people and events first, then the asks and answers of two years, each by the use case
// and at the time at which it would have happened.
func fill(ctx context.Context, f *filling) error {
	for _, step := range []func(context.Context) error{
		f.hire, f.record, f.writeSurveys, f.askAll, f.learn, f.judge, f.plan,
	} {
		if err := step(ctx); err != nil {
			return fmt.Errorf("making up the company: %w", err)
		}
	}
	return nil
}

// hire adds the admin of the demo and the company's reps.
func (f *filling) hire(ctx context.Context) error {
	s, err := f.access("reps", f.end)
	if err != nil {
		return err
	}
	if _, err := s.CreateRep(ctx, access.NewRep{
		Name: "Demo Admin", Email: demoEmail, Access: access.LevelAdmin, Password: demoPassword,
	}); err != nil {
		return err
	}
	const demoCalls = 3 // fewer than are probably leaving, to show what becomes of the others
	for _, r := range f.made.Reps {
		rep, err := s.CreateRep(ctx, access.NewRep{
			Name: r.Name, Email: r.Email, Access: access.LevelRep, Password: demoPassword, CallsPerWeek: demoCalls,
		})
		if err != nil {
			return err
		}
		f.reps = append(f.reps, survey.RepID(rep.ID))
	}
	return nil
}
