package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"regexp"
	"time"
)

// bareSample is the most documents that the bare client writes where Earshot wrote many more.
const bareSample = 100_000

// bigImport is what came of one import of many rows.
type bigImport struct {
	rows, customers int
	file            usage
	// written is how long the program said that the rows took.
	written time.Duration
	// ready is until all rhythms were up to date, the start of the program included.
	ready time.Duration
	again usage
	// againWrites are the writes of documents that the same file caused.
	againWrites int64
	bareRate    float64
}

// imports measures files of many rows for few and for many customers.
func (b *bench) imports(ctx context.Context, e *engine) error {
	for _, share := range []int{100, 10} {
		p, i, err := b.bigImport(ctx, e, b.touchpoints/share, b.touchpoints)
		if err != nil {
			return err
		}
		b.add(i.figures(e)...)
		if err := p.bare.Close(); err != nil {
			return err
		}
	}
	return nil
}

// bigImport takes in a file of touchpoints into a fresh store, and the same once more.
func (b *bench) bigImport(ctx context.Context, e *engine, customers, rows int) (*place, bigImport, error) {
	i := bigImport{rows: rows, customers: customers}
	p, err := e.place(fmt.Sprintf("import%d", customers))
	if err != nil {
		return nil, i, err
	}
	file, err := b.bigFile(ctx, p, customers, rows)
	if err != nil {
		return nil, i, err
	}
	if err := p.bare.Mirror(ctx); err != nil {
		return nil, i, err
	}
	var out string
	if i.file, out, err = run(ctx, b.program, "import", "touchpoints", file, "-store", p.store); err != nil {
		return nil, i, err
	}
	i.written = saidTook(out)
	waited, err := b.upToDate(ctx, p)
	if err != nil {
		return nil, i, err
	}
	i.ready = i.file.took + waited
	b.progress("%s: %d rows for %d customers in %v", e.name, rows, customers, i.ready.Round(time.Millisecond))
	if i.bareRate, err = bareInserts(ctx, p, min(rows, bareSample)); err != nil {
		return nil, i, err
	}
	before, err := p.bare.Writes(ctx)
	if err != nil {
		return nil, i, err
	}
	if i.again, _, err = run(ctx, b.program, "import", "touchpoints", file, "-store", p.store); err != nil {
		return nil, i, err
	}
	after, err := p.bare.Writes(ctx)
	i.againWrites = after - before
	return p, i, err
}

// bigFile imports the customers, and writes the file of their touchpoints: two years in which some come often, some seldom.
func (b *bench) bigFile(ctx context.Context, p *place, customers, rows int) (string, error) {
	file, err := b.customersFile(customers)
	if err != nil {
		return "", err
	}
	if _, _, err := run(ctx, b.program, "import", "customers", file, "-store", p.store); err != nil {
		return "", err
	}
	r := rand.New(rand.NewPCG(1, 2))
	const history = 2 * 365 * 24 * time.Hour
	began := time.Now().Add(-history)
	return b.writeLines("touchpoints.csv", "customer_external_id,kind,at,value,external_id\n", rows, func(i int) string {
		at := began.Add(time.Duration(i) * (history / time.Duration(rows)))
		return fmt.Sprintf("C%d,order,%s,%d.50,O%d\n", r.IntN(customers), at.UTC().Format(time.RFC3339), r.IntN(5000), i)
	})
}

// took finds how long the program says that an import took.
var took = regexp.MustCompile(` in ([0-9.a-zµ]+)\.\s`)

// saidTook returns what the program said, 0 if nothing.
func saidTook(out string) time.Duration {
	if found := took.FindStringSubmatch(out); found != nil {
		if d, err := time.ParseDuration(found[1]); err == nil {
			return d
		}
	}
	return 0
}

// upToDate has the service do what an import left to it, and returns how long that took; no time if nothing was left.
func (b *bench) upToDate(ctx context.Context, p *place) (time.Duration, error) {
	left, err := p.bare.Owing(ctx)
	if err != nil || left == 0 {
		return 0, err
	}
	began := time.Now()
	s, _, err := start(ctx, b.program, p.store, b.folder)
	if err != nil {
		return 0, err
	}
	done, err := drain(ctx, p, s)
	waited := time.Duration(0)
	if !done.IsZero() {
		waited = done.Sub(began)
	}
	return waited, errors.Join(err, s.stop())
}

// bareInserts has the bare client insert touchpoints that Earshot inserted, and returns how many it does in a second.
func bareInserts(ctx context.Context, p *place, rows int) (float64, error) {
	docs, _, err := p.bare.Behind(ctx, "touchpoints", rows)
	if err != nil {
		return 0, err
	}
	// A file is in the order of time, not of ids.
	rand.New(rand.NewPCG(1, 5)).Shuffle(len(docs), func(i, j int) { docs[i], docs[j] = docs[j], docs[i] })
	began := time.Now()
	err = p.bare.InsertMany(ctx, "touchpoints", docs)
	return float64(len(docs)) / time.Since(began).Seconds(), err
}

// figures are the lines of the report.
func (i bigImport) figures(e *engine) []figure {
	what := fmt.Sprintf("%s touchpoints for %s customers", grouped(int64(i.rows)), grouped(int64(i.customers)))
	rate := func(d time.Duration) float64 { return per(float64(i.rows), d.Seconds()) }
	aim, readyAim := "", ""
	if e.set == nil {
		aim, readyAim = "≥ 50,000/s", "≥ 40,000/s"
	}
	list := []figure{
		{what + " from a file, rhythms up to date; bare: bulk inserts", e.name, perSecond(rate(i.ready)), perSecond(i.bareRate), fraction(rate(i.ready), i.bareRate), readyAim},
		{"  memory at most", e.name, megabytes(i.file.memory), "", "", "≤ 250 MB"},
		{"  CPU of the program", e.name, seconds(i.file.cpu.Seconds()), "", "", ""},
		{"  the same file again: time, CPU, writes", e.name, fmt.Sprintf("%s, %s, %s", seconds(i.again.took.Seconds()),
			seconds(i.again.cpu.Seconds()), grouped(i.againWrites)), "", "", "no write"},
	}
	if i.written > 0 {
		rows := figure{what + ", the rows alone", e.name, perSecond(rate(i.written)), perSecond(i.bareRate), fraction(rate(i.written), i.bareRate), aim}
		list = append([]figure{rows}, list...)
	}
	return list
}
