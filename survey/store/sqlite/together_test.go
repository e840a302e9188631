package sqlite_test

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"earshot/survey/store"
)

// TestGroupCommit counts the commits in the write-ahead log: one for each of the writes that come one by one, far fewer for
// those that come together.
func TestGroupCommit(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "earshot.db")
	s, c := openWords(t, path, words())
	defer closed(t, s)
	const alone, sides, each = 10, 40, 10
	before := commits(t, path)
	for n := range alone {
		if err := c.Insert(t.Context(), &word{Meta: store.Meta{ID: fmt.Sprint("alone ", n)}}); err != nil {
			t.Fatal(err)
		}
	}
	between := commits(t, path)
	if got := between - before; got != alone {
		t.Errorf("got %d commits for %d writes that waited for each other", got, alone)
	}
	var group sync.WaitGroup
	for side := range sides {
		group.Go(func() {
			for n := range each {
				if err := c.Insert(t.Context(), &word{Meta: store.Meta{ID: fmt.Sprint(side, " ", n)}}); err != nil {
					t.Errorf("insert: %v", err)
				}
			}
		})
	}
	group.Wait()
	// How many meet depends on how fast the disk is and how busy the machine; without groups there is one for each write.
	if got := commits(t, path) - between; got > sides*each*3/4 {
		t.Errorf("got %d commits for %d writes from %d sides", got, sides*each, sides)
	}
}

// commits counts the frames of the write-ahead log that end a transaction (https://www.sqlite.org/fileformat.html#walformat).
func commits(t *testing.T, path string) int {
	t.Helper()
	const walHeader, frameHeader = 32, 24
	wal, err := os.ReadFile(path + "-wal")
	if err != nil {
		t.Fatal(err)
	}
	pageSize := int(binary.BigEndian.Uint32(wal[8:]))
	salts, n := string(wal[16:24]), 0
	for at := walHeader; at+frameHeader <= len(wal); at += frameHeader + pageSize {
		if string(wal[at+8:at+16]) == salts && binary.BigEndian.Uint32(wal[at+4:]) != 0 {
			n++
		}
	}
	return n
}

// TestBackup backs up while others write: the copy is a state that was.
func TestBackup(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	spec := words(store.Index{Name: "by_length", Fields: []string{"length"}})
	s, c := openWords(t, filepath.Join(folder, "earshot.db"), spec)
	defer closed(t, s)
	ctx, stop := context.WithCancel(t.Context())
	var group sync.WaitGroup
	started := make(chan struct{})
	group.Go(func() {
		for n := 0; ctx.Err() == nil; n++ {
			err := c.Insert(t.Context(), &word{Meta: store.Meta{ID: fmt.Sprintf("w%06d", n)}, Length: n})
			if err != nil {
				t.Errorf("insert: %v", err)
				return
			}
			if n == 20 {
				close(started)
			}
		}
	})
	<-started
	copied := filepath.Join(folder, "copy.db")
	if err := s.Backup(t.Context(), copied); err != nil {
		t.Errorf("backup: %v", err)
	}
	stop()
	group.Wait()
	if err := s.Backup(t.Context(), copied); !errors.Is(err, os.ErrExist) {
		t.Errorf("a backup over a file: got %v, want ErrExist", err)
	}
	if err := s.Backup(ctx, filepath.Join(folder, "late.db")); !errors.Is(err, context.Canceled) {
		t.Errorf("with an ended context: got %v, want context.Canceled", err)
	}
	again, d := openWords(t, copied, spec)
	defer closed(t, again)
	n := 0
	for w, err := range d.All(t.Context(), store.Query{Index: "by_length"}) {
		if err != nil || w.Length != n {
			t.Fatalf("got word %+v and %v, want the one of length %d", w, err, n)
		}
		n++
	}
	if n < 20 {
		t.Errorf("got %d words, want those before the backup", n)
	}
}
