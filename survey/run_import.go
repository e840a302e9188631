package survey

import (
	"context"
	"errors"
	"time"

	"earshot/survey/store"
)

// localGrace is how long the import of a program that reads its file itself may be silent before it counts as dead. It is
// told to the others by the time at which the import is due.
const localGrace = 30 * time.Second

// RunImport takes a file in that this program reads itself, and returns the Import as it ended. Rows that are in already
// are recognised, so a file can be run again, after a crash too. While the store is away it waits. show, which may be
// nil, is told now and then how far it is. Where the file is none, or lacks a needed column, the error is of kind Invalid
// and there is no Import; where it breaks off midway, or somebody cancels it, there are both.
func (s *Service) RunImport(ctx context.Context, r ImportRequest, show func(ImportProgress)) (*Import, error) {
	j, err := s.openImport(r)
	if err != nil {
		return nil, err
	}
	defer j.close()
	if err := j.ready(); err != nil {
		return nil, err
	}
	now := s.now()
	doc := &Import{
		Meta: store.Meta{ID: s.newID("imp")}, Kind: r.Kind, FileName: fileName(r.FileName), State: ImportRunning, Options: j.options,
		StartedBy: r.By, StartedAt: now, HeartbeatAt: now, Attempt: 1, BytesTotal: max(r.Size, 0),
	}
	run := &importRun{s: s, job: j, doc: doc, show: show}
	run.save = run.saveLocal
	doc.Owe(effectTakeIn, now.Add(localGrace))
	writing, release := run.watch(ctx, nil)
	defer release()
	err = persist(ctx, run.waits, func() error { return ignoreTaken(s.db.imports.Insert(ctx, doc)) })
	if err != nil {
		return nil, err
	}
	return run.finish(ctx, run.takeIn(writing))
}

// saveLocal writes the import down, and that its program is alive; errCancelled says that it is to stop. Whatever others
// have written meanwhile because they took the program for dead is overwritten: it lives.
func (run *importRun) saveLocal(ctx context.Context) error {
	stored, err := run.s.db.imports.Update(ctx, run.doc.ID, func(i *Import) error {
		if !i.CancelledAt.IsZero() && !run.doc.State.Over() {
			return errCancelled
		}
		meta, cancelled := i.Meta, i.CancelledAt
		*i = *run.doc
		i.Meta, i.CancelledAt = meta, cancelled
		if i.State.Over() {
			i.Schedule(effectTakeIn, time.Time{})
		} else {
			i.Schedule(effectTakeIn, run.s.now().Add(localGrace))
		}
		return nil
	})
	if err == nil {
		run.doc.Meta = stored.Meta
	}
	return err
}

// finish writes down how the import ended, also where the caller has gone away.
func (run *importRun) finish(ctx context.Context, err error) (*Import, error) {
	err = run.cause(err)
	state, problem := run.ending(err)
	if state == "" { // nobody else can go on with it
		state, problem = ImportFailed, AsError(err).Error()+". "+runAgainText
	}
	run.doc.end(state, problem, run.s.now())
	stored := persist(ctx, run.waits, func() error { return run.saveLocal(ctx) })
	if ctx.Err() != nil {
		last, cancel := context.WithTimeout(context.WithoutCancel(ctx), lastWords)
		defer cancel()
		stored = persist(last, nil, func() error { return run.saveLocal(last) })
	}
	run.display(func(p *ImportProgress) { p.Import = *run.doc })
	return run.doc, errors.Join(err, stored)
}

// CatchUp folds what was taken in into the customers' rhythms, as workers do, until nothing is left. While the store is away
// it waits; waiting, which may be nil, is told since when.
func (s *Service) CatchUp(ctx context.Context, waiting func(since time.Time)) error {
	return persist(ctx, waiting, func() error { return s.outbox.Drain(ctx, touchpointBatchSpec.Name, rhythmSpec.Name) })
}

// lastWords is how long what was stopped may take to write that down.
const lastWords = 10 * time.Second
