package survey

import (
	"context"
	"errors"

	"earshot/survey/outbox"
)

// effectTakeIn takes a file in, or throws it away; imports owe it until they are over.
const effectTakeIn = "take_in_file"

const (
	// takeInWithin is how long one file may take.
	takeInWithin = chunkAge
	// takeInTries is how often a file is tried that makes the program fail in an unforeseen way, before it is set aside.
	takeInTries = 3
	// importsAtOnce is how many files one process takes in at a time: a small one shall not wait for a large one.
	importsAtOnce = 2
)

// takeIn is the effect effectTakeIn.
func (s *Service) takeIn(ctx context.Context, b *outbox.Batch[*Import]) error {
	for _, i := range b.Items {
		w := &importWorker{s: s, batch: b, item: i, doc: i.Doc}
		if err := w.work(ctx); err != nil {
			return err
		}
	}
	return nil
}

// importWorker works on one import whose file lies in the store.
type importWorker struct {
	s     *Service
	batch *outbox.Batch[*Import]
	item  *outbox.Item[*Import]
	doc   *Import
}

// work brings the import as far as it goes. Its file is thrown away in a turn of its own, once it is written down that the
// import is over.
func (w *importWorker) work(ctx context.Context) error {
	switch {
	case w.doc.State == ImportUploaded: // nobody has started it in time
		w.item.Drop()
		return w.s.dropChunks(ctx, w.doc)
	case w.doc.State.Over():
		return w.s.dropChunks(ctx, w.doc)
	case !w.doc.CancelledAt.IsZero():
		w.end(ImportCancelled, stoppedText)
	case w.doc.Chunks == 0:
		w.end(ImportFailed, "the program that read the file ended before the import did. "+runAgainText)
	default:
		return w.run(ctx)
	}
	return nil
}

// run takes the file in, from the place where it was left.
func (w *importWorker) run(ctx context.Context) error {
	w.doc.State, w.doc.HeartbeatAt = ImportRunning, w.s.now()
	w.doc.Attempt++
	if err := w.save(ctx); err != nil {
		return w.leave(err)
	}
	run := &importRun{s: w.s, doc: w.doc, save: w.save}
	writing, release := run.watch(ctx, w.batch.Stopping)
	defer release()
	var err error
	run.job, err = w.s.openImport(ImportRequest{Kind: w.doc.Kind, FileName: w.doc.FileName, Reader: w.s.readUpload(run.reading, w.doc), Options: w.doc.Options})
	if err == nil {
		defer run.job.close()
		err = run.takeIn(writing)
	}
	state, problem := run.ending(err)
	if state == "" {
		return w.leave(run.cause(err))
	}
	w.end(state, problem)
	return nil
}

// save writes down how far the import is. Where somebody else has written it meanwhile it says why: errCancelled or
// errOvertaken.
func (w *importWorker) save(ctx context.Context) error {
	if !w.item.Lost() {
		if err := w.batch.Save(ctx, w.item); err != nil || !w.item.Lost() {
			return err
		}
	}
	now, err := w.s.db.imports.Get(ctx, w.doc.ID)
	switch {
	case err != nil:
		return err
	case now.Attempt == w.doc.Attempt && !now.CancelledAt.IsZero():
		return errCancelled
	}
	return errOvertaken
}

// leave has the import gone on with by whoever is next, from the last place that was written down.
func (w *importWorker) leave(err error) error {
	switch {
	case errors.Is(err, errOvertaken):
		w.item.Again(w.s.now().Add(outbox.Lease)) // whoever has it now shall keep it
	case errors.Is(err, errStopping):
		w.item.Again(w.s.now())
	case errors.Is(err, errCancelled):
		w.end(ImportCancelled, stoppedText)
	default:
		return err
	}
	return nil
}

// end writes down how the import ended, unless somebody else has taken it over.
func (w *importWorker) end(state ImportState, problem string) {
	mine, now := *w.doc, w.s.now()
	w.item.Then(func(i *Import) {
		if i.State.Over() || i.Attempt != mine.Attempt {
			return
		}
		i.progress(&mine)
		i.end(state, problem, now)
	})
	w.item.Again(now)
}

// progress takes over how far another copy of the import is.
func (i *Import) progress(of *Import) {
	i.BytesRead, i.Rows, i.Created, i.Changed, i.Unchanged, i.Failed = of.BytesRead, of.Rows, of.Created, of.Changed, of.Unchanged, of.Failed
	i.Errors, i.Notes, i.HeartbeatAt = of.Errors, of.Notes, of.HeartbeatAt
	i.PassedOver, i.Passed, i.Warned, i.Warnings = of.PassedOver, of.Passed, of.Warned, of.Warnings
	i.Refused, i.RefusedUntil, i.Headings, i.Comma = of.Refused, of.RefusedUntil, of.Headings, of.Comma
}
