package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"time"

	"earshot/cmd/earshot/internal/bench/bare"
)

// perCustomer is how many touchpoints each file holds of each customer whose rhythm is known.
const perCustomer = 2

// knownRound is one round of imports for customers whose rhythms are known.
type knownRound struct {
	rows int
	// cli is the program taking in a file, again the same file once more, api the bulk API, drained until the rhythms
	// were up to date.
	cli, again usage
	api        spent
	drained    time.Duration
	// againWrites are the writes of documents that the same file caused, but those of the record of the import.
	againWrites int64
	// database is the processor time of the database during cli.
	database time.Duration
	// inserts and replaces are the bare client writing the same touchpoints, rest the other documents in bulk.
	inserts, replaces, rest spent
	restDocs                int
}

// knownCustomers measures touchpoints taken in for customers whose rhythms are known.
func (b *bench) knownCustomers(ctx context.Context, e *engine) error {
	p, o, err := b.knownPlace(ctx, e)
	if err != nil {
		return err
	}
	defer func() { _ = p.bare.Close() }()
	if err := p.bare.Mirror(ctx); err != nil {
		return err
	}
	var rounds []knownRound
	for i := range b.rounds {
		r, err := b.knownRound(ctx, p, o, i)
		if err != nil {
			return err
		}
		rounds = append(rounds, r)
		b.progress("%s: round %d of imports: %.0f rows/s, bare inserts %.0f/s, API %.0f/s", e.name, i+1,
			float64(r.rows)/r.cli.took.Seconds(), float64(r.rows)/r.inserts.took.Seconds(), float64(r.rows)/r.api.took.Seconds())
	}
	b.add(knownFigures(e, b.known, rounds)...)
	return nil
}

// knownPlace prepares a store with customers and their rhythms.
func (b *bench) knownPlace(ctx context.Context, e *engine) (*place, *operator, error) {
	p, err := e.place("known")
	if err != nil {
		return nil, nil, err
	}
	o, _, err := b.withSurvey(ctx, p)
	if err != nil {
		return nil, nil, err
	}
	customers, err := b.customersFile(b.known)
	if err != nil {
		return nil, nil, err
	}
	first, err := b.eventsFile("first", events("first", b.known, perCustomer, time.Now().AddDate(0, -6, 0), time.Now().AddDate(0, -3, 0)))
	if err != nil {
		return nil, nil, err
	}
	if _, _, err := run(ctx, b.program, "import", "customers", customers, "-store", p.store); err != nil {
		return nil, nil, err
	}
	_, _, err = run(ctx, b.program, "import", "touchpoints", first, "-store", p.store)
	return p, o, err
}

// knownRound imports a file, the same again, and as many rows by the API.
func (b *bench) knownRound(ctx context.Context, p *place, o *operator, i int) (knownRound, error) {
	r := knownRound{rows: b.known * perCustomer}
	slice := 80 * 24 * time.Hour / time.Duration(2*b.rounds)
	began := time.Now().AddDate(0, 0, -85).Add(time.Duration(2*i) * slice)
	list := events(fmt.Sprintf("cli%d", i), b.known, perCustomer, began, began.Add(slice))
	file, err := b.eventsFile("known", list)
	if err != nil {
		return r, err
	}
	before, err := p.cpu()
	if err != nil {
		return r, err
	}
	if r.cli, _, err = run(ctx, b.program, "import", "touchpoints", file, "-store", p.store); err != nil {
		return r, err
	}
	// What the program left to the service belongs to it.
	waited, err := b.upToDate(ctx, p)
	if err != nil {
		return r, err
	}
	r.cli.took += waited
	after, err := p.cpu()
	if err != nil {
		return r, err
	}
	r.database = after - before
	if err := b.bareImport(ctx, p, &r); err != nil {
		return r, err
	}
	if err := b.unchanged(ctx, p, file, &r); err != nil {
		return r, err
	}
	if err := b.byAPI(ctx, p, o, &r, events(fmt.Sprintf("api%d", i), b.known, perCustomer, began.Add(slice), began.Add(2*slice))); err != nil {
		return r, err
	}
	_, _, err = catchUp(ctx, p, nil)
	return r, err
}

// bareImport has the bare client insert the same touchpoints in bulk, replace them once more, and write what else changed.
func (b *bench) bareImport(ctx context.Context, p *place, r *knownRound) error {
	docs, _, err := p.bare.Behind(ctx, "touchpoints", r.rows)
	if err != nil {
		return err
	}
	if len(docs) != r.rows {
		return fmt.Errorf("%d rows left %d touchpoints", r.rows, len(docs))
	}
	// A file is in the order of time, not of ids.
	rand.New(rand.NewPCG(1, 5)).Shuffle(len(docs), func(i, j int) { docs[i], docs[j] = docs[j], docs[i] })
	m, err := newMeter(ctx, p, own)
	if err != nil {
		return err
	}
	for _, step := range []struct {
		write func(context.Context, string, []bare.Doc) error
		spent *spent
	}{{p.bare.InsertMany, &r.inserts}, {p.bare.ReplaceMany, &r.replaces}} {
		if err := step.write(ctx, "touchpoints", docs); err != nil {
			return err
		}
		if *step.spent, err = m.lap(ctx); err != nil {
			return err
		}
	}
	r.rest, r.restDocs, err = catchUp(ctx, p, nil)
	return err
}

// unchanged imports the file that was imported just now.
func (b *bench) unchanged(ctx context.Context, p *place, file string, r *knownRound) error {
	before, err := p.bare.Writes(ctx, "imports")
	if err != nil {
		return err
	}
	if r.again, _, err = run(ctx, b.program, "import", "touchpoints", file, "-store", p.store); err != nil {
		return err
	}
	after, err := p.bare.Writes(ctx, "imports")
	r.againWrites = after - before
	return err
}

// byAPI sends the rows to the bulk API.
func (b *bench) byAPI(ctx context.Context, p *place, o *operator, r *knownRound, list []event) error {
	body, err := eventsBody(list)
	if err != nil {
		return err
	}
	s, _, err := start(ctx, b.program, p.store, b.folder)
	if err != nil {
		return err
	}
	m, err := newMeter(ctx, p, s.cpu)
	if err != nil {
		return err
	}
	answer, err := o.at(s).do(ctx, http.MethodPost, "/api/v1/touchpoints/bulk", "application/x-ndjson", body)
	if err != nil {
		return err
	}
	if r.api, err = m.lap(ctx); err != nil {
		return err
	}
	if err := allCreated(answer, len(list)); err != nil {
		return err
	}
	began := time.Now()
	done, err := drain(ctx, p, s)
	if !done.IsZero() {
		r.drained = done.Sub(began)
	}
	return errors.Join(err, s.stop())
}

// allCreated says what is wrong if not all rows of a bulk write were made.
func allCreated(answer []byte, rows int) error {
	lines := bytes.Split(bytes.TrimSpace(answer), []byte("\n"))
	var last struct {
		Summary struct {
			Created int
			Stopped string
		}
	}
	if err := json.Unmarshal(lines[len(lines)-1], &last); err != nil {
		return err
	}
	if last.Summary.Created != rows {
		return fmt.Errorf("of %d rows %d were made: %s", rows, last.Summary.Created, last.Summary.Stopped)
	}
	return nil
}

// knownFigures turns rounds into lines of the report.
func knownFigures(e *engine, customers int, rounds []knownRound) []figure {
	median := func(of func(knownRound) float64) float64 { return medianOf(rounds, of) }
	rate := func(took func(knownRound) time.Duration) float64 {
		return median(func(r knownRound) float64 { return per(float64(r.rows), took(r).Seconds()) })
	}
	cli := rate(func(r knownRound) time.Duration { return r.cli.took })
	api := rate(func(r knownRound) time.Duration { return r.api.took })
	inserts := rate(func(r knownRound) time.Duration { return r.inserts.took })
	replaces := rate(func(r knownRound) time.Duration { return r.replaces.took })
	all := rate(func(r knownRound) time.Duration { return r.inserts.took + r.rest.took })
	rows := rounds[0].rows
	into := fmt.Sprintf("%s touchpoints into %s customers whose rhythms are known", grouped(int64(rows)), grouped(int64(customers)))
	cliAim, apiAim := "≥ 0.33", ""
	if e.set == nil {
		cliAim, apiAim = "≥ 30,000/s", "≥ half of the file's"
	}
	list := []figure{
		{into + ", from a file; bare: bulk inserts of them", e.name, perSecond(cli), perSecond(inserts), fraction(cli, inserts), cliAim},
		{"the same; bare: bulk replaces of them", e.name, perSecond(cli), perSecond(replaces), fraction(cli, replaces), ""},
		{fmt.Sprintf("the same; bare: bulk inserts, and bulk writes of %s other documents", grouped(int64(rounds[0].restDocs))), e.name,
			perSecond(cli), perSecond(all), fraction(cli, all), ""},
		{"CPU of the client for that", e.name, seconds(median(func(r knownRound) float64 { return r.cli.cpu.Seconds() })),
			seconds(median(func(r knownRound) float64 { return (r.inserts.plus(r.rest)).earshot.Seconds() })), "", ""},
		{"the same file again: time, CPU, writes but those of the import's own record", e.name, fmt.Sprintf("%s, %s, %s",
			seconds(median(func(r knownRound) float64 { return r.again.took.Seconds() })),
			seconds(median(func(r knownRound) float64 { return r.again.cpu.Seconds() })),
			grouped(int64(median(func(r knownRound) float64 { return float64(r.againWrites) })))), "", "", "no write"},
		{"as many by the bulk API", e.name, perSecond(api), perSecond(inserts), fraction(api, inserts), apiAim},
		{"until all rhythms are up to date after that", e.name, seconds(median(func(r knownRound) float64 { return r.drained.Seconds() })), "", "", ""},
	}
	if e.set == nil {
		return list
	}
	return append(list, figure{"CPU of the three mongod for the file", e.name, seconds(median(func(r knownRound) float64 { return r.database.Seconds() })),
		seconds(median(func(r knownRound) float64 { return (r.inserts.plus(r.rest)).database.Seconds() })), "", ""})
}
