package survey

import (
	"context"
	"errors"
	"io"
	"slices"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"
)

const (
	// writesAtOnce is how many batches are being written at a time, while the next is read.
	writesAtOnce = 2
	// cancelPoll is how often is looked whether somebody has cancelled a running import, and lastBatches how long it may go
	// on then with the rows in hand: together with the writing down they stay below two seconds.
	cancelPoll  = 500 * time.Millisecond
	lastBatches = time.Second
)

// What stops an import before the end of its file, apart from an error.
var (
	// errCancelled: somebody has asked that it be stopped.
	errCancelled = &Error{Kind: Conflict, Message: "the import was cancelled"}
	// errStopping: this process is about to end; another one goes on.
	errStopping = errors.New("this process is stopping")
	// errOvertaken: the store was away for so long that another worker has taken the import over.
	errOvertaken = errors.New("another worker has taken the import over")
)

// What is said of imports that did not come to the end of their file.
const (
	runAgainText = "The rows before are in; import the file again, and they will be recognised."
	stoppedText  = "it was stopped. " + runAgainText
)

// ImportProgress is how far a running import is.
type ImportProgress struct {
	Import
	// WaitingSince is since when the store has been away, so that the import waits for it; zero while it goes on.
	WaitingSince time.Time
}

// importRun is an import under way.
type importRun struct {
	s   *Service
	job *importJob
	// doc tells how far it is; it belongs to whoever finishes batches.
	doc *Import
	// save writes doc down.
	save func(context.Context) error
	// reading ends when no more rows are to be read; its cause says why.
	reading context.Context

	// mu guards what is shown.
	mu    sync.Mutex
	shown ImportProgress
	show  func(ImportProgress)
}

// watch looks for what stops the import: the end of ctx, of this process, or somebody who has cancelled it. Then
// run.reading ends, and a little later the returned context, in which rows are written. release ends both.
func (run *importRun) watch(ctx context.Context, stopping <-chan struct{}) (writing context.Context, release func()) {
	reading, halt := context.WithCancelCause(ctx)
	writing, abort := context.WithCancel(context.WithoutCancel(ctx))
	run.reading = reading
	context.AfterFunc(reading, func() { time.AfterFunc(lastBatches, abort) })
	go func() {
		ticker := time.NewTicker(cancelPoll)
		defer ticker.Stop()
		for {
			select {
			case <-reading.Done():
				return
			case <-stopping:
				halt(errStopping)
			case <-ticker.C:
				if run.cancelled(reading) {
					halt(errCancelled)
				}
			}
		}
	}()
	return writing, func() {
		halt(nil)
		abort()
	}
}

// cancelled says whether somebody has asked that the import be stopped. Where that cannot be found out now, it is later.
func (run *importRun) cancelled(ctx context.Context) bool {
	i, err := run.s.db.imports.Get(ctx, run.doc.ID)
	return err == nil && !i.CancelledAt.IsZero()
}

// cause returns why the import did not come to the end of its file: what stopped it, or else err.
func (run *importRun) cause(err error) error {
	if err != nil && run.reading.Err() != nil {
		return context.Cause(run.reading)
	}
	return err
}

// takeIn takes the rows in that are not done yet.
func (run *importRun) takeIn(ctx context.Context) error {
	by := SuppressedBy{Means: ByImport, ID: run.doc.ID, Name: run.doc.FileName}
	switch run.doc.Kind {
	case ImportCustomers:
		return runRows(ctx, run, run.s.customerRules(run.job))
	case ImportContacts:
		return runRows(ctx, run, run.s.contactRules(run.job, by))
	case ImportSuppressions:
		return runRows(ctx, run, run.s.suppressionRules(run.job, by))
	default:
		return runRows(ctx, run, run.s.touchpointRules(run.job))
	}
}

// ending returns the state in which the import ends, and what is said of that; none where somebody else goes on with it.
func (run *importRun) ending(err error) (ImportState, string) {
	if run.job != nil {
		run.note(run.job.notes()...)
	}
	run.note(PassedNotes(run.doc.Passed)...)
	if run.doc.Attempt > 1 {
		run.note("it was interrupted and went on by itself; rows that were in already by then are counted as unchanged")
	}
	switch cause := run.cause(err); {
	case cause == nil:
		return ImportFinished, ""
	case errors.Is(cause, errCancelled), errors.Is(cause, context.Canceled):
		return ImportCancelled, stoppedText
	case errors.Is(cause, errStopping), errors.Is(cause, errOvertaken), KindOf(cause) == Unavailable:
		return "", ""
	default:
		return ImportFailed, AsError(cause).Error() + ". " + runAgainText
	}
}

// note adds sentences to what is told of the import, each once.
func (run *importRun) note(sentences ...string) {
	for _, s := range sentences {
		if !slices.Contains(run.doc.Notes, s) {
			run.doc.Notes = append(slices.Clone(run.doc.Notes), s)
		}
	}
}

// runRows reads rows and writes them, both at once.
func runRows[R any](ctx context.Context, run *importRun, rules importRules[R]) error {
	batches := make(chan *importRows[R])
	reading, stop := context.WithCancel(run.reading)
	defer stop()
	group, reading := errgroup.WithContext(reading)
	group.Go(func() error {
		defer close(batches)
		if err := run.skip(reading); err != nil {
			return err
		}
		return readRows(reading, run, rules, batches)
	})
	failed := writeRows(ctx, run, rules, batches, stop)
	if err := group.Wait(); failed == nil {
		failed = err
	}
	return failed
}

// skip passes over the rows that were done by an earlier attempt. They are read again, for where a row ends is known only
// by reading: a million of them take a second.
func (run *importRun) skip(ctx context.Context) error {
	for range run.doc.Rows {
		if err := ctx.Err(); err != nil {
			return err
		}
		r, err := run.job.next()
		if err != nil {
			return err
		}
		if r.Problem == "" {
			_ = run.job.repeated(r) // it was told when the row was done
		}
	}
	return nil
}

// readRows hands the rows out in batches, until the end of the file.
func readRows[R any](ctx context.Context, run *importRun, rules importRules[R], batches chan<- *importRows[R]) error {
	for {
		b, err := readBatch(run.job, rules)
		if b.read = run.job.read.n; err == nil || errors.Is(err, io.EOF) || b.count() > 0 {
			select {
			case batches <- b:
			case <-ctx.Done():
				return ctx.Err()
			}
		}
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
	}
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
	finish := func() {
		first := underWay[0]
		underWay = underWay[1:]
		results, err := insist(ctx, run, rules, first.rows, first.results)
		if failed == nil {
			failed = err
		}
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
			finish()
		}
	}
	for len(underWay) > 0 {
		finish()
	}
	return failed
}

// insist waits for the results of a batch, and writes it again as long as the store is away: what of it was written is
// recognised.
func insist[R any](ctx context.Context, run *importRun, rules importRules[R], b *importRows[R], try func() []RowResult) (results []RowResult, err error) {
	err = persist(ctx, run.waits, func() error {
		results = try()
		try = func() []RowResult { return rules.write(ctx, b.rows)() }
		for _, r := range results {
			if r.Err != nil && r.Err.Kind != Invalid && r.Err.Kind != Conflict {
				return r.Err // not the row's fault
			}
		}
		return nil
	})
	return results, err
}

// countBatch counts what became of the rows of a batch, and keeps those that were refused.
func countBatch[R any](ctx context.Context, run *importRun, b *importRows[R], results []RowResult) error {
	first := run.doc.Rows
	run.doc.Rows += b.count()
	for i, r := range results {
		if r.warned != nil && r.Status != RowFailed {
			b.warned = append(b.warned, failedLine{line: b.lines[i], err: r.warned})
		}
		switch r.Status {
		case RowCreated:
			run.doc.Created++
		case RowChanged:
			run.doc.Changed++
		case RowUnchanged:
			run.doc.Unchanged++
		case RowFailed:
			b.failed = append(b.failed, failedLine{b.lines[i], r.Err, b.cells.row(i)})
		}
	}
	if err := persist(ctx, run.waits, func() error { return run.keepRefused(ctx, first, b.failed) }); err != nil {
		return err
	}
	run.doc.Failed += len(b.failed)
	run.doc.PassedOver += b.passedOver()
	run.doc.Passed = addCounts(run.doc.Passed, b.passed)
	run.doc.Warned += linesOf(b.warned)
	run.doc.Errors = run.job.appendErrors(run.doc.Errors, b.failed)
	run.doc.Warnings = run.job.appendErrors(run.doc.Warnings, b.warned)
	run.doc.BytesRead = b.read
	return run.report(ctx)
}

// report tells how far the import is, and writes it down: behind every batch, so that little is read again after a fault.
func (run *importRun) report(ctx context.Context) error {
	run.display(func(p *ImportProgress) { p.Import = *run.doc })
	run.doc.HeartbeatAt = run.s.now()
	return persist(ctx, run.waits, func() error { return run.save(ctx) })
}

// waits tells that the store is away, or back again.
func (run *importRun) waits(since time.Time) {
	run.display(func(p *ImportProgress) { p.WaitingSince = since })
}

// display changes what is shown and shows it.
func (run *importRun) display(change func(*ImportProgress)) {
	if run.show == nil {
		return
	}
	run.mu.Lock()
	defer run.mu.Unlock()
	change(&run.shown)
	run.show(run.shown)
}
