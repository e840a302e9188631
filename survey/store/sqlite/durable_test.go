//go:build linux

package sqlite_test

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"sync/atomic"
	"syscall"
	"testing"

	"earshot/survey/store"
	"earshot/survey/store/sqlite"
)

// childVariable names the environment variable that makes this test binary a child process: it holds the part to play.
const (
	childVariable = "EARSHOT_TEST_CHILD"
	pathVariable  = "EARSHOT_TEST_PATH"
)

func TestMain(m *testing.M) {
	parts := map[string]func(path string) error{"insert": insertForever, "full": fillTheDisk}
	part, ok := parts[os.Getenv(childVariable)]
	if !ok {
		os.Exit(m.Run())
	}
	if err := part(os.Getenv(pathVariable)); err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
}

func child(ctx context.Context, part, path string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, os.Args[0])
	cmd.Env = append(os.Environ(), childVariable+"="+part, pathVariable+"="+path)
	cmd.Stderr = os.Stderr
	return cmd
}

type note struct {
	store.Meta `json:",inline"`

	Text string `json:"text"`
}

var notes = &store.Spec{
	Name: "notes", New: func() store.Doc { return new(note) }, Indexes: []store.Index{{Name: "by_text", Fields: []string{"text"}}},
}

func openNotes(ctx context.Context, path string) (*sqlite.Store, store.Collection[note, *note], error) {
	s, err := sqlite.Open(ctx, path, notes)
	return s, store.NewCollection[note](s, notes), err
}

// insertForever inserts from many sides and prints each id after it was acknowledged.
func insertForever(path string) error {
	ctx := context.Background()
	_, c, err := openNotes(ctx, path)
	if err != nil {
		return err
	}
	failed := make(chan error)
	var n atomic.Int64
	for range 8 {
		go func() {
			for {
				id := fmt.Sprintf("%d-%d", os.Getpid(), n.Add(1))
				if err := c.Insert(ctx, &note{Meta: store.Meta{ID: id}, Text: "t"}); err != nil {
					failed <- err
				}
				fmt.Println(id)
			}
		}()
	}
	return <-failed
}

// TestKill kills a process that inserts, again and again: what it has acknowledged is there.
func TestKill(t *testing.T) {
	t.Parallel()
	const kills, each = 10, 40
	path := filepath.Join(t.TempDir(), "earshot.db")
	var acknowledged []string
	for range kills {
		acknowledged = append(acknowledged, killed(t, path, each)...)
		s, c, err := openNotes(t.Context(), path)
		if err != nil {
			t.Fatalf("open after a kill: %v", err)
		}
		found, err := c.Fetch(t.Context(), acknowledged)
		if err != nil || len(found) != len(acknowledged) {
			t.Errorf("got %d of %d acknowledged documents: %v", len(found), len(acknowledged), err)
		}
		if err := s.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	}
	if want := kills * each; len(acknowledged) < want {
		t.Errorf("got %d acknowledgements, want %d at least", len(acknowledged), want)
	}
}

// killed starts a child, kills it after some acknowledgements, and returns all of them.
func killed(t *testing.T, path string, after int) []string {
	t.Helper()
	cmd := child(t.Context(), "insert", path)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	var ids []string
	for lines := bufio.NewReader(out); ; {
		line, err := lines.ReadString('\n')
		if err != nil {
			break
		}
		if ids = append(ids, line[:len(line)-1]); len(ids) == after {
			if err := cmd.Process.Kill(); err != nil {
				t.Error(err)
			}
		}
	}
	if err := cmd.Wait(); err == nil {
		t.Error("the child ended by itself")
	}
	return ids
}

// TestSecondProcess opens a file that another process has open.
func TestSecondProcess(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "earshot.db")
	cmd := child(t.Context(), "insert", path)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if _, err := bufio.NewReader(out).ReadString('\n'); err != nil {
		t.Fatal(err)
	}
	if _, _, err := openNotes(t.Context(), path); !errors.Is(err, sqlite.ErrInUse) {
		t.Errorf("got %v, want ErrInUse", err)
	}
	if err := cmd.Process.Kill(); err != nil {
		t.Error(err)
	}
	_, _ = io.Copy(io.Discard, out)
	_ = cmd.Wait()
	s, _, err := openNotes(t.Context(), path)
	if err != nil {
		t.Fatalf("after its end: %v", err)
	}
	if err := s.Close(); err != nil {
		t.Error(err)
	}
}

// TestDiskFull lets a child meet the end of its disk: a limit of the size of its files.
func TestDiskFull(t *testing.T) {
	t.Parallel()
	out, err := child(t.Context(), "full", filepath.Join(t.TempDir(), "earshot.db")).Output()
	if err != nil {
		t.Errorf("%v: %s", err, out)
	}
}

func fillTheDisk(path string) error {
	signal.Ignore(syscall.SIGXFSZ)
	ctx := context.Background()
	s, c, err := openNotes(ctx, path)
	if err != nil {
		return err
	}
	if err := c.Insert(ctx, &note{Meta: store.Meta{ID: "first"}}); err != nil {
		return err
	}
	const room = 2 << 20
	if err := limitFiles(room); err != nil {
		return err
	}
	refused, err := insertUntilFull(ctx, c)
	if err != nil {
		return err
	}
	if _, err := c.Get(ctx, "first"); err != nil {
		return fmt.Errorf("a read on a full disk: %w", err)
	}
	if err := limitFiles(syscall.RLIM_INFINITY & (1<<63 - 1)); err != nil {
		return err
	}
	if _, err := c.Get(ctx, refused.ID); !errors.Is(err, store.ErrNotFound) {
		return fmt.Errorf("the refused document: got %w, want ErrNotFound", err)
	}
	if err := c.Insert(ctx, refused); err != nil {
		return fmt.Errorf("an insert after there is room again: %w", err)
	}
	return s.Close()
}

// limitFiles lets files of this process grow to so many bytes.
func limitFiles(size uint64) error {
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_FSIZE, &limit); err != nil {
		return err
	}
	limit.Cur = min(size, limit.Max)
	return syscall.Setrlimit(syscall.RLIMIT_FSIZE, &limit)
}

func insertUntilFull(ctx context.Context, c store.Collection[note, *note]) (*note, error) {
	text := string(make([]byte, 20_000))
	for n := range 1000 {
		d := &note{Meta: store.Meta{ID: fmt.Sprint("filler ", n)}, Text: text}
		err := c.Insert(ctx, d)
		if errors.Is(err, store.ErrFull) {
			return d, nil
		}
		if err != nil {
			return nil, fmt.Errorf("got %w, want ErrFull", err)
		}
	}
	return nil, errors.New("the disk was never full")
}
