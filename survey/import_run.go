package survey

import (
	"context"
	"errors"
	"io"
	"time"

	"earshot/survey/store"

	"golang.org/x/sync/errgroup"
)

const (
	// reportEvery is how often a running import writes down how far it is.
	reportEvery = time.Second
	// writesAtOnce is how many batches are being written at a time, while the next is read.
	writesAtOnce = 2
	// lastWords is how long an import that was stopped may take to write that down.
	lastWords = 10 * time.Second
)

// RunImport takes a file in and returns the Import as it ended. Rows that are in already are recognised, so a file can be
// run again, after a crash too. progress, which may be nil, is told now and then how far it is. Where the file is none, or
// lacks a needed column, the error is of kind Invalid and there is no Import; where it breaks off midway there are both.
func (s *Service) RunImport(ctx context.Context, r ImportRequest, progress func(Import)) (*Import, error) {
	j, err := s.openImport(r)
	if err != nil {
		return nil, err
	}
	if err := j.ready(); err != nil {
		return nil, err
	}
	run, err := s.startImport(ctx, j, r, progress)
	if err != nil {
		return nil, err
	}
	switch r.Kind {
	case ImportCustomers:
		err = runRows(ctx, run, s.customerRules(j))
	case ImportContacts:
		err = runRows(ctx, run, s.contactRules(j))
	case ImportTouchpoints:
		err = runRows(ctx, run, s.touchpointRules(j))
	}
	return run.finish(ctx, err)
}

// importRun is an import under way.
type importRun struct {
	s        *Service
	job      *importJob
	doc      *Import
	progress func(Import)
	reported time.Time
}

// startImport writes down that an import has begun.
func (s *Service) startImport(ctx context.Context, j *importJob, r ImportRequest, progress func(Import)) (*importRun, error) {
	now := s.now()
	doc := &Import{
		Meta: store.Meta{ID: s.newID("imp")}, Kind: r.Kind, FileName: fileName(r.FileName), State: ImportRunning,
		StartedBy: r.By, StartedAt: now, HeartbeatAt: now, BytesTotal: max(r.Size, 0),
	}
	run := &importRun{s: s, job: j, doc: doc, progress: progress, reported: now}
	return run, s.db.imports.Insert(ctx, doc)
}

// fileName returns a name fit to be shown.
func fileName(name string) string {
	const longest = 200
	name = tidy(name)
	if !printable(name) || name == "" {
		return "file.csv"
	}
	if runes := []rune(name); len(runes) > longest {
		return string(runes[:longest])
	}
	return name
}

// runRows reads rows and writes them, both at once.
func runRows[R any](ctx context.Context, run *importRun, rules importRules[R]) error {
	batches := make(chan *importRows[R])
	reading, stop := context.WithCancel(ctx)
	defer stop()
	group, working := errgroup.WithContext(reading)
	group.Go(func() error {
		defer close(batches)
		for {
			b, err := readBatch(run.job, rules)
			if b.read = run.job.read.n; err == nil || errors.Is(err, io.EOF) || len(b.rows)+len(b.failed) > 0 {
				select {
				case batches <- b:
				case <-working.Done():
					return working.Err()
				}
			}
			if errors.Is(err, io.EOF) {
				return nil
			}
			if err != nil {
				return err
			}
		}
	})
	failed := writeRows(ctx, run, rules, batches, stop)
	if err := group.Wait(); failed == nil {
		failed = err
	}
	return errors.Join(failed, rules.finish(context.WithoutCancel(ctx)))
}

// writeRows writes what is read, several batches at a time, and counts their results in order. After an error it calls
// stop and drops the rest.
func writeRows[R any](ctx context.Context, run *importRun, rules importRules[R], batches <-chan *importRows[R], stop func()) error {
	type write struct {
		rows    *importRows[R]
		results func() []RowResult
	}
	var failed error
	var underWay []write
	settle := func() {
		first := underWay[0]
		underWay = underWay[1:]
		results := first.results()
		if failed == nil {
			failed = countBatch(ctx, run, first.rows, results)
		}
	}
	for b := range batches {
		if failed = errors.Join(failed, ctx.Err()); failed != nil {
			stop()
			continue
		}
		underWay = append(underWay, write{b, rules.write(ctx, b.rows)})
		if len(underWay) >= writesAtOnce {
			settle()
		}
	}
	for len(underWay) > 0 {
		settle()
	}
	return failed
}

// countBatch counts what became of the rows of a batch.
func countBatch[R any](ctx context.Context, run *importRun, b *importRows[R], results []RowResult) error {
	run.doc.Rows += len(b.rows) + len(b.failed)
	for i, r := range results {
		switch r.Status {
		case RowCreated:
			run.doc.Created++
		case RowChanged:
			run.doc.Changed++
		case RowUnchanged:
			run.doc.Unchanged++
		case RowFailed:
			if r.Err.Kind != Invalid && r.Err.Kind != Conflict {
				return r.Err // not the row's fault
			}
			b.failed = append(b.failed, failedLine{b.lines[i], r.Err})
		}
	}
	run.doc.Failed += len(b.failed)
	run.doc.Errors = run.job.appendErrors(run.doc.Errors, b.failed)
	run.doc.BytesRead = b.read
	return run.report(ctx)
}

// report tells how far the import is, at most once every reportEvery.
func (run *importRun) report(ctx context.Context) error {
	now := run.s.now()
	if run.progress != nil {
		run.progress(*run.doc)
	}
	if now.Sub(run.reported) < reportEvery {
		return nil
	}
	run.reported, run.doc.HeartbeatAt = now, now
	return run.s.db.imports.Replace(ctx, run.doc)
}

// finish writes down how the import ended, also where the caller has gone away.
func (run *importRun) finish(ctx context.Context, err error) (*Import, error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), lastWords)
	defer cancel()
	doc := run.doc
	doc.State, doc.FinishedAt = ImportFinished, run.s.now()
	doc.HeartbeatAt, doc.Notes = doc.FinishedAt, run.job.notes()
	if err != nil {
		doc.State, doc.Problem = ImportFailed, brokenOff(err)
	}
	stored := run.s.db.imports.Replace(ctx, doc)
	if run.progress != nil {
		run.progress(*doc)
	}
	return doc, errors.Join(err, stored)
}

// brokenOff says why an import ended before its end.
func brokenOff(err error) string {
	why := AsError(err).Error()
	if errors.Is(err, context.Canceled) {
		why = "it was stopped"
	}
	return why + ". The rows before are in; run the file again, and they will be recognised."
}

// Import returns one import, or NotFound.
func (s *Service) Import(ctx context.Context, id string) (*Import, error) {
	i, err := s.db.imports.Get(ctx, id)
	if errors.Is(err, store.ErrNotFound) {
		return nil, Errorf(NotFound, "there is no import %q", id)
	}
	return i, err
}

// Imports lists imports, newest first. limit is at most MaxPage; 0 means DefaultLimit.
func (s *Service) Imports(ctx context.Context, after store.Cursor, limit int) (Page[*Import], error) {
	q := store.Query{Index: importsByTime, Descending: true, After: after, Limit: limit}
	return findPage(ctx, s.db.imports, q)
}
