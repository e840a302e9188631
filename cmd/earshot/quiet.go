package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"iter"
	"math/rand/v2"
	"os"
	"strconv"
	"strings"
	"time"

	"earshot/survey"
	"earshot/survey/quiet"
	"earshot/survey/workdays"
)

// backtestOptions are the options of "earshot quiet backtest".
type backtestOptions struct {
	store, file, kind  string
	cutOffs, rules     string
	horizon, minEvents int
	window             int
	seed               uint64
	asJSON             bool
	days               workdays.Rules
}

// quietCommand dispatches what comes after "earshot quiet".
func quietCommand(ctx context.Context, c call) error {
	if len(c.args) == 0 || c.args[0] != "backtest" {
		return errors.New("try: earshot quiet backtest -h")
	}
	c.args = c.args[1:]
	return backtest(ctx, c)
}

// backtest measures the detector on the installation's own history, or on a file of events.
func backtest(ctx context.Context, c call) error {
	var o backtestOptions
	fs := newFlags("earshot quiet backtest", c.stderr)
	o.define(fs)
	if err := parseFlags(fs, c.args, c.getenv); err != nil {
		return err
	}
	if fs.NArg() > 0 {
		return fmt.Errorf("%q is not an option; a file of events is given with -file", fs.Arg(0))
	}
	options, err := o.options()
	if err != nil {
		return err
	}
	events, done, err := o.events(ctx, c.stderr)
	if err != nil {
		return err
	}
	report, err := quiet.Backtest(ctx, events, options)
	if err := errors.Join(err, done()); err != nil {
		return err
	}
	if o.asJSON {
		return json.NewEncoder(c.stdout).Encode(report)
	}
	return report.Write(c.stdout)
}

// define declares the options with their defaults.
func (o *backtestOptions) define(fs *flag.FlagSet) {
	defineStore(fs, &o.store)
	fs.StringVar(&o.file, "file", "", "measure on this CSV `file` (customer_id,date) instead of the store")
	fs.StringVar(&o.kind, "kind", "", "measure on one `kind` of touchpoint, such as order; default: every sign of life")
	fs.StringVar(&o.cutOffs, "cut-offs", "", "`dates` to pretend it is, such as 2026-01-31,2026-04-30; default: four, spread over the later data")
	fs.StringVar(&o.rules, "rules", "30,90", "`days` of the plain rules to compare with")
	fs.IntVar(&o.horizon, "horizon", 91, "`days` after a cut-off within which silence is foretold")
	fs.IntVar(&o.minEvents, "min-events", 3, "judge only customers with so many active `days`")
	fs.IntVar(&o.window, "window", 0, "use only so many `days` before a cut-off; 0 uses all")
	fs.Uint64Var(&o.seed, "seed", 1, "`number` that draws the samples that are fitted on")
	defineCalendar(fs, &o.days)
	fs.BoolVar(&o.asJSON, "json", false, "print JSON instead of tables")
}

// options returns what quiet.Backtest is steered with, or what is wrong with the words.
func (o *backtestOptions) options() (quiet.Options, error) {
	options := quiet.Options{
		Rand: rand.New(rand.NewPCG(o.seed, 0)), Horizon: o.horizon, MinEvents: o.minEvents, Window: o.window,
		Limits: survey.QuietLimits(),
	}
	if o.horizon < 1 || o.minEvents < 1 || o.window < 0 {
		return options, errors.New("-horizon and -min-events must be 1 or more, -window 0 or more")
	}
	calendar, err := parseCalendar(o.days)
	if err != nil {
		return options, err
	}
	options.Clock = func(known []quiet.History) *quiet.Clock { return survey.WorkingClock(calendar, known) }
	for _, word := range words(o.cutOffs) {
		day, err := time.Parse(time.DateOnly, word)
		if err != nil {
			return options, fmt.Errorf("-cut-offs: %q is not a date like 2026-01-31", word)
		}
		options.CutOffs = append(options.CutOffs, quiet.DayOf(day))
	}
	for _, word := range words(o.rules) {
		days, err := strconv.Atoi(word)
		if err != nil || days < 1 {
			return options, fmt.Errorf("-rules: %q is not a number of days", word)
		}
		options.Rules = append(options.Rules, days)
	}
	return options, nil
}

// events opens the source of events; done closes it.
func (o *backtestOptions) events(ctx context.Context, stderr io.Writer) (events iter.Seq2[quiet.Event, error], done func() error, err error) {
	if o.file != "" {
		f, err := os.Open(o.file)
		if err != nil {
			return nil, nil, err
		}
		return quiet.ReadEvents(f), f.Close, nil
	}
	db, err := openStoreShowing(ctx, o.store, stderr)
	if err != nil {
		return nil, nil, err
	}
	service, err := survey.NewService(survey.Options{Store: db, BaseURL: "http://localhost"})
	if err != nil {
		return nil, nil, errors.Join(err, db.Close())
	}
	return service.SignsOfLife(ctx, survey.TouchpointKind(o.kind)), db.Close, nil
}

// words splits a comma-separated list; an empty one has no words.
func words(list string) []string {
	return strings.FieldsFunc(list, func(r rune) bool { return r == ',' || r == ' ' })
}
