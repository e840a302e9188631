package sqlite

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"earshot/survey/store"
)

// Backup writes a copy of the file, as it is at one moment, to a path that does not exist yet, while reads and writes go
// on. The copy is whole or it is not there; Open opens it like any other. Returns store.ErrFull when there is no room.
func (s *Store) Backup(ctx context.Context, path string) error {
	if err := s.enter(ctx); err != nil {
		return err
	}
	defer s.use.RUnlock()
	return BackupFile(ctx, s.path, path)
}

// BackupFile is Backup of a file that another process may have open.
func BackupFile(ctx context.Context, from, path string) error {
	if _, err := os.Stat(from); err != nil {
		return fmt.Errorf("back up: %w", err)
	}
	if _, err := os.Lstat(path); !errors.Is(err, os.ErrNotExist) {
		return fmt.Errorf("back up to %s: %w", path, errors.Join(err, os.ErrExist))
	}
	unfinished := path + ".unfinished"
	if err := errors.Join(os.RemoveAll(unfinished), createPrivate(unfinished)); err != nil {
		return err
	}
	err := copyInto(ctx, from, unfinished)
	if err == nil {
		err = publish(unfinished, path)
	}
	if err != nil {
		return errors.Join(fmt.Errorf("back up to %s: %w", path, err), os.RemoveAll(unfinished))
	}
	return nil
}

// copyInto copies what one read transaction sees.
func copyInto(ctx context.Context, from, path string) error {
	conn, err := openConn(from)
	if err != nil {
		return err
	}
	conn.SetInterrupt(ctx.Done())
	_, err = texts(conn, "VACUUM INTO ?1", path)
	err = errors.Join(err, conn.Close())
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return ctx.Err()
	}
	return writeError(err)
}

// publish makes a finished file durable and gives it its name.
func publish(unfinished, path string) error {
	f, err := os.OpenFile(unfinished, os.O_RDWR, 0)
	if err != nil {
		return err
	}
	if err := errors.Join(f.Sync(), f.Close()); err != nil {
		return fmt.Errorf("%w: %w", store.ErrFull, err)
	}
	if err := os.Rename(unfinished, path); err != nil {
		return err
	}
	return syncFolder(filepath.Dir(path))
}
