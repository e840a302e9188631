package sqlite

import (
	"errors"
	"fmt"

	"zombiezen.com/go/sqlite"
)

// ErrInUse says that another process, or another Store of this one, has the file open. Copy it with Backup, or stop the other.
var ErrInUse = errors.New("the database file is in use by another process")

// fileLock keeps a second process away. It is a lock on an empty file beside the database, and not on the database itself,
// so that ordinary tools can read that. The operating system releases it when the process dies, however it dies.
type fileLock struct{ conn *sqlite.Conn }

func lockFile(path string) (*fileLock, error) {
	c, err := sqlite.OpenConn(path+"-lock", sqlite.OpenReadWrite|sqlite.OpenCreate)
	if err != nil {
		return nil, fmt.Errorf("lock the database file: %w", err)
	}
	c.SetBusyTimeout(0)
	err = exec(c, "BEGIN EXCLUSIVE")
	switch {
	case sqlite.ErrCode(err).ToPrimary() == sqlite.ResultBusy:
		return nil, errors.Join(fmt.Errorf("%w: %s", ErrInUse, path), c.Close())
	case err != nil:
		return nil, errors.Join(fmt.Errorf("lock the database file: %w", err), c.Close())
	}
	return &fileLock{c}, nil
}

func (l *fileLock) close() error { return l.conn.Close() }
