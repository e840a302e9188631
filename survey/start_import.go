package survey

import (
	"context"
	"errors"
	"time"

	"earshot/survey/store"
)

// StartImport has an uploaded file taken in with these options, laid over what is guessed about the file, by whichever
// worker is free. Errors are of kind Invalid where the file is no table or lacks a needed column, so that it can be tried
// again with other options, Conflict where it was started already, and Gone where the file has expired.
func (s *Service) StartImport(ctx context.Context, upload *Import, o ImportOptions) (*Import, error) {
	j, err := s.openImport(ImportRequest{Kind: upload.Kind, FileName: upload.FileName, Reader: s.readUpload(ctx, upload), Options: o})
	if err != nil {
		return nil, err
	}
	defer j.close()
	if err := j.ready(); err != nil {
		return nil, err
	}
	started, err := s.startImport(ctx, upload.ID, j)
	if errors.Is(err, store.ErrNotFound) {
		return nil, Errorf(NotFound, "this upload is not here any more; send the file again, nothing was taken in")
	}
	s.outbox.Wake(importSpec.Name)
	return started, err
}

// startImport notes that the import is to begin. Like its upload it waits for a store that is away; and what was started at this
// very time was so by a try whose answer was lost.
func (s *Service) startImport(ctx context.Context, id string, j *importJob) (started *Import, err error) {
	now, lost := s.now(), false
	err = s.patiently(ctx, func(ctx context.Context) error {
		started, err = s.db.imports.Update(ctx, id, func(i *Import) error {
			if i.State != ImportUploaded {
				return Errorf(Conflict, "this import was started already")
			}
			i.State, i.Options, i.Notes = ImportQueued, j.options, j.notes()
			i.StartedAt, i.HeartbeatAt = now, now
			i.Schedule(effectTakeIn, now)
			return nil
		})
		if lost && KindOf(err) == Conflict {
			if i, again := s.Import(ctx, id); again != nil || i.StartedAt.Equal(store.Time(now)) {
				started, err = i, again
			}
		}
		lost = lost || KindOf(err) == Unavailable
		return err
	})
	return started, err
}

// CancelImport asks an import to stop, which it does within moments; what was taken in before stays. Cancelling twice is
// no mistake. Returns NotFound, or Conflict where it is over already.
func (s *Service) CancelImport(ctx context.Context, id string) (*Import, error) {
	now := s.now()
	i, err := s.db.imports.Update(ctx, id, func(i *Import) error {
		switch {
		case i.State == ImportCancelled, i.State == ImportRunning && !i.CancelledAt.IsZero():
		case i.State.Over():
			return Errorf(Conflict, "this import is over already: it has %s", i.State)
		case i.State == ImportRunning:
			i.CancelledAt = now // its worker looks for this; if it has died, the next one finds it
		default:
			i.CancelledAt = now
			i.end(ImportCancelled, "it was stopped before it began; nothing was taken in", now)
			i.Schedule(effectTakeIn, now) // to throw the file away
		}
		return nil
	})
	if errors.Is(err, store.ErrNotFound) {
		return nil, noImport(id)
	}
	s.outbox.Wake(importSpec.Name)
	return i, err
}

// end notes how it ended.
func (i *Import) end(state ImportState, problem string, now time.Time) {
	i.State, i.Problem, i.FinishedAt, i.HeartbeatAt = state, problem, now, now
}
