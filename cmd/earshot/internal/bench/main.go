// Command bench measures the figures that Earshot promises, on this machine, with the program as it is shipped, on both
// engines, and each beside the engine's bare client doing the same work in the same run (see package bare). Clients share
// the machine with what they measure, so look at the ratios first. Run it by "make bench".
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"os/signal"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"time"
)

// options are what to measure, how long and how often.
type options struct {
	engines, only string
	program, file string
	profiles      string
	short         bool
	rounds        int
	clients       int
	flows         int
	known         int
	touchpoints   int
	minutes       float64
	offered       float64
	mails         int
	connections   int
}

// define declares the options with their defaults.
func (o *options) define(set *flag.FlagSet) {
	set.StringVar(&o.engines, "engines", sqLite+","+mongoDB, "`engines` to measure on")
	set.StringVar(&o.only, "only", "", "`figures` to measure, of: "+strings.Join(stepNames(), ",")+" (default all)")
	set.StringVar(&o.program, "program", "", "measure this `file` instead of what is built from this source")
	set.StringVar(&o.file, "o", "", "`file` to write the table to, in Markdown: docs/figures.md has a place for it")
	set.StringVar(&o.profiles, "profile", "", "`folder` to write CPU profiles of the program to; look at them with go tool pprof")
	set.BoolVar(&o.short, "short", false, "a quick look: a tenth of the sizes")
	set.IntVar(&o.rounds, "rounds", 5, "`times` to measure each figure; the median counts")
	set.IntVar(&o.clients, "clients", 32, "respondents at the same `time`")
	set.IntVar(&o.flows, "flows", 20_000, "respondent `flows` in each round; a quarter of it on MongoDB")
	set.IntVar(&o.touchpoints, "touchpoints", 1_000_000, "`rows` of the large imports, of a fit, and of the full store, which has half as many answers")
	set.Float64Var(&o.minutes, "minutes", 10, "`minutes` for which flows are offered to see whether effects keep up")
	set.Float64Var(&o.offered, "offered", 0, "`flows` a second to offer then (default 80 % of the highest rate)")
	set.IntVar(&o.mails, "mails", 50_000, "`mails` in each round; a quarter of it on MongoDB")
	set.IntVar(&o.connections, "connections", 100, "`number` of connections over which mails are sent")
	set.IntVar(&o.known, "known", 20_000, "`customers` with a known rhythm; two touchpoints are imported for each")
}

func main() {
	var o options
	o.define(flag.CommandLine)
	flag.Parse()
	if o.short {
		o.rounds, o.flows, o.known, o.minutes = min(o.rounds, 3), o.flows/10, o.known/10, o.minutes/40
		o.touchpoints /= 50
		o.mails /= 10
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := measure(ctx, o)
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// bench is what the measurements share.
type bench struct {
	options
	report
	folder string
	// flowRate is the rate of flows on each engine, once measured.
	flowRate map[string]float64
}

// step is one measurement on one engine.
type step struct {
	name    string
	measure func(*bench, context.Context, *engine) error
}

// steps are all measurements, in their order.
func steps() []step {
	return []step{
		{"rest", (*bench).rest},
		{"flows", (*bench).respondents},
		{"keepup", (*bench).keepsUp},
		{"mails", (*bench).mailed},
		{"known", (*bench).knownCustomers},
		{"imports", (*bench).imports},
		{"pages", (*bench).pages},
		{"refit", (*bench).refit},
		{"scores", func(b *bench, ctx context.Context, e *engine) error {
			if e.set != nil && strings.Contains(strings.ToLower(b.engines), strings.ToLower(sqLite)) {
				return nil // it was measured already, and is the same
			}
			return b.scores(ctx)
		}},
	}
}

func stepNames() []string {
	var names []string
	for _, s := range steps() {
		names = append(names, s.name)
	}
	return names
}

// measure runs the measurements and prints the report.
func measure(ctx context.Context, o options) (err error) {
	folder, err := os.MkdirTemp("", "earshot-bench-")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(folder)) }()
	b := &bench{options: o, folder: folder, report: report{out: os.Stdout}, flowRate: map[string]float64{}}
	if b.program == "" {
		if b.program, err = build(ctx, folder, o.profiles); err != nil {
			return err
		}
	}
	engines, err := openEngines(strings.Split(o.engines, ","), folder)
	defer func() {
		for _, e := range engines {
			err = errors.Join(err, e.close())
		}
	}()
	if err != nil {
		return err
	}
	fmt.Printf("%s, %d cores, median of %d rounds, clients on the same machine\n\n", runtime.Version(), runtime.NumCPU(), o.rounds)
	for _, s := range steps() {
		if o.only != "" && !slices.Contains(strings.Split(o.only, ","), s.name) {
			continue
		}
		for _, e := range engines {
			if err := s.measure(b, ctx, e); err != nil {
				return fmt.Errorf("%s on %s: %w", s.name, e.name, err)
			}
			if err := b.write(); err != nil {
				return err
			}
		}
	}
	return nil
}

// write writes the table, as far as it goes, to where it was wanted: a run of an hour may be broken off.
func (b *bench) write() error {
	if b.file == "" {
		return nil
	}
	var table strings.Builder
	fmt.Fprintf(&table, "%s: %s, %d cores, %s, median of %d rounds.\n\n", time.Now().Format(time.DateOnly), runtime.Version(), runtime.NumCPU(), runtime.GOOS, b.rounds)
	if err := b.table(&table); err != nil {
		return err
	}
	text, err := os.ReadFile(b.file)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return os.WriteFile(b.file, []byte(between(string(text), table.String())), 0o600)
}

// The lines between which a file keeps the table.
const (
	tableBegins = "<!-- make bench writes from here -->\n"
	tableEnds   = "<!-- to here -->\n"
)

// between puts the table into a text, or makes it the text where there is no place for it.
func between(text, table string) string {
	before, rest, found := strings.Cut(text, tableBegins)
	_, after, ends := strings.Cut(rest, tableEnds)
	if !found || !ends {
		return table
	}
	return before + tableBegins + "\n" + table + "\n" + tableEnds + after
}

// flowsOn is how many flows a round has on an engine: on MongoDB fewer, for it takes longer.
func (b *bench) flowsOn(e *engine) int {
	if e.set == nil {
		return b.flows
	}
	return b.flows / 4
}

// progress tells whoever waits what has just been measured.
func (b *bench) progress(format string, args ...any) {
	fmt.Fprintf(os.Stderr, time.Now().Format("15:04:05 ")+format+"\n", args...)
}
