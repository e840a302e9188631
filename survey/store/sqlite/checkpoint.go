package sqlite

import (
	"fmt"
	"time"

	"zombiezen.com/go/sqlite"
)

const (
	// checkpointPages is the length of the write-ahead log, in pages, at which it is copied into the file: long enough that
	// this costs little per write, short enough that the log stays in the caches.
	checkpointPages = 16000
	// lastPages is how many pages of it may be left to the writer, whom they cost some milliseconds.
	lastPages = 500
	// copies bounds how often the log is copied on before the writer is given what is left: under load it grows meanwhile.
	copies = 4
	// looking is how often the length of the log is looked at while there are writes.
	looking = 50 * time.Millisecond
	// logKept is the size in bytes to which the log is cut after it was longer.
	logKept = 64 << 20
)

// checkpointer copies the write-ahead log into the file beside the writer. SQLite would do it in the commit that finds the log
// too long, and all who wait for the writer would wait for two syncs of thousands of pages more (50 to 80 ms). A log can begin
// anew only when all of it has been copied and nobody reads from it, so the writer itself copies the last pages, between two
// transactions.
type checkpointer struct {
	conn        *sqlite.Conn
	writer      *writer
	stop, ended chan struct{}
}

// noCheckpoints has a connection leave the log alone.
const noCheckpoints = "PRAGMA wal_autocheckpoint=0"

func startCheckpointer(path string, w *writer) (*checkpointer, error) {
	conn, err := openConn(path, "PRAGMA synchronous=FULL", noCheckpoints)
	if err != nil {
		return nil, err
	}
	c := &checkpointer{conn: conn, writer: w, stop: make(chan struct{}), ended: make(chan struct{})}
	go c.loop()
	return c, nil
}

func (c *checkpointer) close() error {
	close(c.stop)
	<-c.ended
	return c.conn.Close()
}

// loop looks at the log while there are writes. That copying fails costs nothing but a longer log; the next look tries again.
func (c *checkpointer) loop() {
	defer close(c.ended)
	ticker := time.NewTicker(looking)
	defer ticker.Stop()
	var seen int64
	for {
		select {
		case <-c.stop:
			return
		case <-ticker.C:
		}
		if commits := c.writer.commits.Load(); commits != seen {
			seen = commits
			c.copy()
		}
	}
}

// copy copies the log if it has become long.
func (c *checkpointer) copy() {
	length, _, err := checkpoint(c.conn, "NOOP")
	if err != nil || length < checkpointPages {
		return
	}
	for range copies {
		var copied int64
		if length, copied, err = checkpoint(c.conn, "PASSIVE"); err != nil || length-copied < lastPages {
			break
		}
	}
	c.writer.finish.Store(err == nil)
}

// checkpoint copies what nobody needs in the log into the file, and returns the length of the log and how many pages of it
// have been copied by now. With mode NOOP it copies nothing.
func checkpoint(conn *sqlite.Conn, mode string) (length, copied int64, err error) {
	stmt, err := conn.Prepare(fmt.Sprintf("PRAGMA wal_checkpoint(%s)", mode))
	if err != nil {
		return 0, 0, failed(err)
	}
	defer reset(stmt)
	if _, err := stmt.Step(); err != nil {
		return 0, 0, failed(err)
	}
	return stmt.ColumnInt64(1), stmt.ColumnInt64(2), nil
}
