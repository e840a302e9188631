// Command bench measures the figures that Earshot promises, on this machine, with the program as it is shipped. Each figure is the median of
// several rounds; client and server share the machine. Run it by "make bench".
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"runtime"
	"slices"
	"text/tabwriter"
	"time"
)

// options are how long and how often to measure.
type options struct {
	rounds, clients, flows, touchpoints int
}

func main() {
	var o options
	flag.IntVar(&o.rounds, "rounds", 5, "`times` to measure each figure; the median counts")
	flag.IntVar(&o.clients, "clients", 32, "respondents at the same `time`")
	flag.IntVar(&o.flows, "flows", 20_000, "respondent `flows` in each round")
	flag.IntVar(&o.touchpoints, "touchpoints", 1_000_000, "`rows` of the imported file")
	flag.Parse()
	if err := measure(context.Background(), o); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

// figure is one line of the report.
type figure struct{ name, value, aim string }

// measure runs every measurement and prints the report.
func measure(ctx context.Context, o options) error {
	folder, err := os.MkdirTemp("", "earshot-bench-")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(folder) }()
	program, err := build(ctx, folder)
	if err != nil {
		return err
	}
	b := &bench{options: o, folder: folder, program: program}
	fmt.Printf("%s, %d cores, median of %d rounds, client on the same machine\n\n", runtime.Version(), runtime.NumCPU(), o.rounds)
	out := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	for _, step := range []func(context.Context) ([]figure, error){
		b.startAndRest, b.respondents, b.imports, b.scores,
	} {
		figures, err := step(ctx)
		if err != nil {
			return err
		}
		for _, f := range figures {
			fmt.Fprintf(out, "%s\t%s\t%s\n", f.name, f.value, f.aim)
		}
		if err := out.Flush(); err != nil {
			return err
		}
	}
	return nil
}

// bench is what the measurements share.
type bench struct {
	options
	folder, program string
}

// median returns the middle of the values.
func median[T int | int64 | float64 | time.Duration](values []T) T {
	sorted := slices.Sorted(slices.Values(values))
	return sorted[len(sorted)/2]
}
