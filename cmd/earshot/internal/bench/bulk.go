package main

import (
	"bufio"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"syscall"
	"time"

	"earshot/survey/quiet"
)

// customersInFile is how many customers the imported touchpoints belong to.
const customersInFile = 10_000

// imports measures touchpoints taken in from a CSV file by "earshot import", the start of the program included, and the
// most memory that took.
func (b *bench) imports(ctx context.Context) ([]figure, error) {
	customers, touchpoints := filepath.Join(b.folder, "customers.csv"), filepath.Join(b.folder, "touchpoints.csv")
	if err := writeLines(customers, "external_id,name\n", customersInFile, func(i int) string {
		return fmt.Sprintf("C%d,Customer %d\n", i, i)
	}); err != nil {
		return nil, err
	}
	r := rand.New(rand.NewPCG(1, 2))
	began := time.Now().AddDate(-2, 0, 0)
	if err := writeLines(touchpoints, "customer_external_id,kind,at,value,external_id\n", b.touchpoints, func(i int) string {
		at := began.Add(time.Duration(i) * 2 * 365 * 24 * time.Hour / time.Duration(b.touchpoints))
		return fmt.Sprintf("C%d,order,%s,%d.50,O%d\n", r.IntN(customersInFile), at.Format(time.RFC3339), r.IntN(5000), i)
	}); err != nil {
		return nil, err
	}
	var speeds []float64
	var memories []int64
	for i := range min(b.rounds, 3) {
		db := filepath.Join(b.folder, "import"+strconv.Itoa(i)+".db")
		if _, _, err := b.importFile(ctx, db, "customers", customers); err != nil {
			return nil, err
		}
		took, memory, err := b.importFile(ctx, db, "touchpoints", touchpoints)
		if err != nil {
			return nil, err
		}
		speeds, memories = append(speeds, float64(b.touchpoints)/took.Seconds()), append(memories, memory)
	}
	return []figure{
		{fmt.Sprintf("touchpoints imported from CSV (%d rows), rhythms included", b.touchpoints), fmt.Sprintf("%.0f/s", median(speeds)), "≥ 50,000/s"},
		{"  memory at most", fmt.Sprintf("%.0f MB", float64(median(memories))/1e6), "constant"},
	}, nil
}

// importFile runs the program and returns how long it took and its largest resident memory.
func (b *bench) importFile(ctx context.Context, db, kind, file string) (time.Duration, int64, error) {
	cmd := exec.CommandContext(ctx, b.program, "import", kind, file, "-store", db)
	began := time.Now()
	out, err := cmd.CombinedOutput()
	if err != nil {
		return 0, 0, fmt.Errorf("import: %w: %s", err, out)
	}
	return time.Since(began), maxMemory(cmd.ProcessState), nil
}

// writeLines writes a file of n lines below a heading.
func writeLines(file, heading string, n int, line func(int) string) error {
	f, err := os.Create(file)
	if err != nil {
		return err
	}
	w := bufio.NewWriter(f)
	_, _ = w.WriteString(heading)
	for i := range n {
		_, _ = w.WriteString(line(i))
	}
	if err := w.Flush(); err != nil {
		return err
	}
	return f.Close()
}

// scoredCustomers is how many customers are scored in one round.
const scoredCustomers = 1_000_000

// scores measures customers scored a second with the alarm score, on all cores.
func (b *bench) scores(ctx context.Context) ([]figure, error) {
	model, err := quiet.NewModel(quiet.Defaults())
	if err != nil {
		return nil, err
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
			return nil, err
		}
		speeds = append(speeds, scoredCustomers/time.Since(began).Seconds())
	}
	return []figure{{fmt.Sprintf("customers scored, on %d cores", runtime.NumCPU()), fmt.Sprintf("%.0f/s", median(speeds)), "≥ 1,000,000/s"}}, nil
}

// maxMemory returns the largest resident memory of a program that has ended (getrusage(2), ru_maxrss in kilobytes).
func maxMemory(state *os.ProcessState) int64 {
	usage, ok := state.SysUsage().(*syscall.Rusage)
	if !ok {
		return 0
	}
	return usage.Maxrss << 10
}
