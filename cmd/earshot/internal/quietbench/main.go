// Command quietbench measures how the detector of silence does in made-up companies whose truth is known (package worlds), beside
// two plain rules, and prints a table in Markdown. It draws everything from a seed: the same program prints the same figures on
// every machine. Run it by "make bench-quiet".
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"math"
	"os"
	"os/signal"
	"runtime"
	"slices"
	"strings"
	"syscall"

	"golang.org/x/sync/errgroup"

	"earshot/survey"
	"earshot/survey/quiet/worlds"
)

func main() {
	var seed uint64
	var only string
	flag.Uint64Var(&seed, "seed", 1, "`number` that the worlds are drawn from")
	flag.StringVar(&only, "only", "", "`worlds` to watch, separated by commas (default all)")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	if err := run(ctx, os.Stdout, seed, only); err != nil {
		fmt.Fprintln(os.Stderr, "quietbench:", err)
		stop()
		os.Exit(1) //nolint:gocritic // stopped above
	}
}

// run watches the worlds, as many at a time as there are processors, and prints their figures in order.
func run(ctx context.Context, out io.Writer, seed uint64, only string) error {
	all := worlds.All(seed)
	if only != "" {
		names := strings.Split(only, ",")
		all = slices.DeleteFunc(all, func(w *worlds.World) bool { return !slices.Contains(names, w.Name) })
	}
	if len(all) == 0 {
		return fmt.Errorf("there is no world called %s", only)
	}
	rows := make([][]worlds.Outcome, len(all))
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(runtime.GOMAXPROCS(0))
	for i, w := range all {
		group.Go(func() error {
			detectors := []worlds.Detector{
				&worlds.Earshot{Step: "probably leaving", Limits: survey.QuietLimits(), SlowOneIn: survey.SlowOneIn},
				&worlds.Earshot{Step: "unusually silent", Limits: survey.UnusualLimits(), Later: survey.QuietLimits(), Share: survey.UnusualGaps},
				worlds.After(30), worlds.Times(3),
			}
			for _, d := range detectors {
				o, err := worlds.Try(ctx, w, d)
				if err != nil {
					return fmt.Errorf("%s, %s: %w", w.Name, d.Name(), err)
				}
				rows[i] = append(rows[i], o)
			}
			return nil
		})
	}
	if err := group.Wait(); err != nil {
		return err
	}
	return write(out, all, rows)
}

// write prints the table.
func write(out io.Writer, all []*worlds.World, rows [][]worlds.Outcome) error {
	var b strings.Builder
	b.WriteString("| world | detector | false alarms for 100 customers and quarter | of all alarms | said to have left, and had | leavers told within 90 days | within 3 own cycles | median delay in own cycles |\n")
	b.WriteString("|---|---|---|---|---|---|---|---|\n")
	for i, w := range all {
		for k, o := range rows[i] {
			name := ""
			if k == 0 {
				name = fmt.Sprintf("**%s**: %s", w.Name, w.About)
			}
			fmt.Fprintf(&b, "| %s | %s | %.2f | %s | %s | %s | %s | %s |\n", name, o.Detector, o.PerQuarter, percent(o.False, o.Alarms), said(o),
				percent(o.Within90, o.Leavers), percent(o.Within3, o.Waited), delay(o.MedianDelay))
		}
	}
	writeSlowing(&b, all, rows)
	_, err := io.WriteString(out, b.String())
	return err
}

// writeSlowing prints how a slowing pace was told of, by the first detector.
func writeSlowing(b *strings.Builder, all []*worlds.World, rows [][]worlds.Outcome) {
	b.WriteString("\n| world | false notices of slowing for 100 customers and quarter | told before their silence | of those who came once more after a longer gap | median delay in days |\n")
	b.WriteString("|---|---|---|---|---|\n")
	for i, w := range all {
		o := rows[i][0].Slow
		fmt.Fprintf(b, "| %s | %.2f | %s | %s | %s |\n", w.Name, o.PerQuarter, percent(o.Before, o.Slowed), percent(o.CameBefore, o.Came), days(o.MedianDelay))
	}
}

// said is the share who left as it was said of all alarms, and as it was.
func said(o worlds.Outcome) string {
	if math.IsNaN(o.SaidShare()) {
		return "–"
	}
	return fmt.Sprintf("%.0f, %.0f %%", 100*o.SaidShare(), 100*o.LeftShare())
}

func days(n float64) string {
	if math.IsNaN(n) {
		return "–"
	}
	return fmt.Sprintf("%.0f", n)
}

func percent(n, of int) string {
	if of == 0 {
		return "–"
	}
	return fmt.Sprintf("%.0f %%", 100*float64(n)/float64(of))
}

func delay(cycles float64) string {
	switch {
	case math.IsNaN(cycles):
		return "–"
	case math.IsInf(cycles, 1):
		return "never"
	}
	return fmt.Sprintf("%.1f", cycles)
}
