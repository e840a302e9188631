package sqlite

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"earshot/survey/store"

	"golang.org/x/sync/errgroup"
	"zombiezen.com/go/sqlite"
)

// page is a document that fills about one page of the file.
type page struct {
	store.Meta `json:",inline"`

	Text string `json:"text"`
}

var pages = &store.Spec{Name: "pages", New: func() store.Doc { return new(page) }}

// TestTheLogStaysShort writes several times what the log may hold, while others read, and sees that it begins anew meanwhile,
// without the writer having copied it in a commit, and that nothing is missing afterwards.
func TestTheLogStaysShort(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "log.db")
	s, err := Open(t.Context(), path, pages)
	if err != nil {
		t.Fatal(err)
	}
	c := store.NewCollection[page](s, pages)
	const batches, each = 45, 1000
	reading, stop := context.WithCancel(t.Context())
	var others errgroup.Group
	for range 4 {
		others.Go(func() error {
			for reading.Err() == nil {
				if _, err := c.Fetch(t.Context(), []string{"pag-0000000"}); err != nil {
					return err
				}
			}
			return nil
		})
	}
	for b := range batches {
		docs := make([]*page, each)
		for i := range docs {
			docs[i] = &page{Meta: store.Meta{ID: fmt.Sprintf("pag-%07d", b*each+i)}, Text: strings.Repeat("x", 3900)}
		}
		if err := c.Insert(t.Context(), docs...); err != nil {
			t.Fatal(err)
		}
		if b%20 == 0 {
			time.Sleep(looking) // somebody else's turn, on machines where nobody else has had it
		}
	}
	stop()
	if err := others.Wait(); err != nil {
		t.Error(err)
	}
	if log, err := os.Stat(path + "-wal"); err != nil || log.Size() > 2*checkpointPages*4096 {
		t.Errorf("the log has %d MB (%v) after %d MB were written, want it to begin anew at %d", log.Size()>>20, err, batches*each*4096>>20, checkpointPages*4096>>20)
	}
	if n := written(t, path); n == 0 {
		t.Error("the file is empty, want what was copied from the log in it")
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if s, err = Open(t.Context(), path, pages); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	err = s.read(t.Context(), func(conn *sqlite.Conn) error {
		if n, err := scalar(conn, "SELECT count(*) FROM pages"); err != nil || n != batches*each {
			t.Errorf("%d documents are there (%v), want %d", n, err, batches*each)
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}

// written returns the size of the file itself, in bytes.
func written(t *testing.T, path string) int64 {
	t.Helper()
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	return info.Size()
}

// TestNoCommitCopiesTheLog holds the connections against SQLite's own habit of copying the log in the commit that finds it long.
func TestNoCommitCopiesTheLog(t *testing.T) {
	t.Parallel()
	s, err := Open(t.Context(), filepath.Join(t.TempDir(), "log.db"), pages)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	err = s.write(t.Context(), func(conn *sqlite.Conn) error {
		if n, err := scalar(conn, "PRAGMA wal_autocheckpoint"); err != nil || n != 0 {
			t.Errorf("the writer copies the log after %d pages (%v), want never", n, err)
		}
		return nil
	})
	if err != nil {
		t.Error(err)
	}
}
