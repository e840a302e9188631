package survey_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/iotest"
	"testing/synctest"
	"time"

	"earshot/survey"
	"earshot/survey/store"
	"earshot/survey/store/sqlite"
)

// customerFile is a file of that many customers, C0, C1 and so on.
func customerFile(rows int) string {
	var b strings.Builder
	b.WriteString("id,name,segment\n")
	for i := range rows {
		fmt.Fprintf(&b, "C%d,Firm %d,s%d\n", i, i, i%7)
	}
	return b.String()
}

// twoBatches is a number of customers that is more than what is written together.
const twoBatches = 2600

// uploaded keeps a file.
func uploaded(tb testing.TB, s *survey.Service, kind survey.ImportKind, file io.Reader) *survey.Import {
	tb.Helper()
	up, err := s.Upload(tb.Context(), survey.ImportRequest{Kind: kind, FileName: "f.csv", Reader: file, By: "rep_1"})
	if err != nil {
		tb.Fatalf("upload: %v", err)
	}
	return up
}

// started keeps a file and starts its import.
func started(tb testing.TB, s *survey.Service, kind survey.ImportKind, file io.Reader) *survey.Import {
	tb.Helper()
	i, err := s.StartImport(tb.Context(), uploaded(tb, s, kind, file), survey.ImportOptions{})
	if err != nil {
		tb.Fatalf("start: %v", err)
	}
	return i
}

// importNow returns an import as it is.
func importNow(tb testing.TB, s *survey.Service, id string) *survey.Import {
	tb.Helper()
	i, err := s.Import(tb.Context(), id)
	if err != nil {
		tb.Fatalf("read the import: %v", err)
	}
	return i
}

// count returns how many documents a collection holds.
func count(tb testing.TB, db store.Store, collection string) int {
	tb.Helper()
	groups, err := db.Fold(context.WithoutCancel(tb.Context()), specNamed(tb, collection), store.Fold{Query: store.Query{Index: store.ByID}})
	if err != nil {
		tb.Fatalf("count %s: %v", collection, err)
	}
	if len(groups) == 0 {
		return 0
	}
	return int(groups[0].Count)
}

// wantWhole checks that an import was read to its end, each row counted once, and has left nothing behind.
func wantWhole(tb testing.TB, db store.Store, i *survey.Import, rows int) {
	tb.Helper()
	if i.State != survey.ImportFinished || i.Rows != rows || i.Created+i.Changed+i.Unchanged+i.Failed != rows {
		tb.Errorf("got %s, %d rows: %d created, %d changed, %d unchanged, %d failed (%s); want finished, and %d",
			i.State, i.Rows, i.Created, i.Changed, i.Unchanged, i.Failed, i.Problem, rows)
	}
	if n := count(tb, db, "upload_chunks"); n != 0 || len(i.Owes) != 0 {
		tb.Errorf("%d chunks are left, and the import owes %v", n, i.Owes)
	}
}

// TestAnyProcessGoesOnWithAnImport has one process take the file, another show what would come of it, a third start it, a
// fourth do the work and a fifth tell of it.
func TestAnyProcessGoesOnWithAnImport(t *testing.T) {
	t.Parallel()
	db := newStore(t)
	// Chunks expire by the machine's clock.
	process := func() *survey.Service { return mustService(t, survey.Options{Store: db}) }
	customersNamed(t, process(), 50)
	const rows = 40_000 // some chunks, some batches
	up := uploaded(t, process(), survey.ImportTouchpoints, touchpointFile(rows, 50))
	if up.State != survey.ImportUploaded || up.Chunks < 2 || count(t, db, "upload_chunks") != up.Chunks {
		t.Errorf("uploaded: got %s in %d chunks, want more than one", up.State, up.Chunks)
	}
	seen, err := process().Uploaded(t.Context(), up.ID, "rep_1")
	if err != nil {
		t.Fatal(err)
	}
	p, err := process().PreviewUpload(t.Context(), seen, survey.ImportOptions{})
	if err != nil || !p.Part || p.Rows >= rows || p.Failed != 0 {
		t.Errorf("preview: got %+v, %v; want a part of the rows", p, err)
	}
	if _, err := process().Uploaded(t.Context(), up.ID, "rep_2"); survey.KindOf(err) != survey.NotFound {
		t.Errorf("somebody else's upload: got %v, want not found", err)
	}
	begun, err := process().StartImport(t.Context(), seen, p.Options)
	if err != nil || begun.State != survey.ImportQueued {
		t.Fatalf("start: got %+v, %v; want queued", begun, err)
	}
	if _, err := process().StartImport(t.Context(), seen, p.Options); survey.KindOf(err) != survey.Conflict {
		t.Errorf("start twice: got %v, want a conflict", err)
	}
	effects(t, process(), "imports")
	done := importNow(t, process(), up.ID)
	wantWhole(t, db, done, rows)
	if done.Created != rows || done.BytesRead != done.BytesTotal || done.Attempt != 1 {
		t.Errorf("got %d created, %d of %d bytes, attempt %d", done.Created, done.BytesRead, done.BytesTotal, done.Attempt)
	}
	if n := count(t, db, "touchpoints"); n != rows {
		t.Errorf("got %d touchpoints, want %d", n, rows)
	}
	if _, err := process().CancelImport(t.Context(), up.ID); survey.KindOf(err) != survey.Conflict {
		t.Errorf("cancel what is over: got %v, want a conflict", err)
	}
}

// inBubble runs a test with time of its own, on a store, with a clock that begins at startOfTests.
func inBubble(t *testing.T, test func(t *testing.T, db store.Store, clock func() time.Time)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		db, err := sqlite.Open(t.Context(), filepath.Join(t.TempDir(), "earshot.db"), survey.Specs()...)
		if err != nil {
			t.Fatal(err)
		}
		began := time.Now()
		test(t, db, func() time.Time { return startOfTests.Add(time.Since(began)) })
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
}

// TestAnImportSurvivesEverything kills the worker, or takes its store away, at every write of an import. Another one goes on
// with it, to the end.
func TestAnImportSurvivesEverything(t *testing.T) {
	t.Parallel()
	file := customerFile(twoBatches)
	for _, kind := range everyFault {
		t.Run(string(kind), func(t *testing.T) {
			t.Parallel()
			for n, fired := 1, true; fired; n++ {
				if n > 30 {
					t.Fatal("there is no end of writes")
				}
				inBubble(t, func(t *testing.T, db store.Store, clock func() time.Time) {
					whole := mustService(t, survey.Options{Store: db, Clock: clock})
					begun := started(t, whole, survey.ImportCustomers, strings.NewReader(file))
					fired = breakAt(t, db, clock, kind, n)
					time.Sleep(time.Minute) // leases run out
					effects(t, whole)
					wantWhole(t, db, importNow(t, whole, begun.ID), twoBatches)
					if got := count(t, db, "customers"); got != twoBatches {
						t.Errorf("%s, write %d: got %d customers, want %d", kind, n, got, twoBatches)
					}
				})
			}
		})
	}
}

// breakAt lets a worker work on a store that fails at its nth write, and says whether there were that many. A worker whose
// store is gone for good is dead.
func breakAt(t *testing.T, db store.Store, clock func() time.Time, kind fault, n int) (fired bool) {
	ctx, die := context.WithCancel(t.Context())
	defer die()
	broken := &faulty{Store: db, left: n, kind: kind, died: die}
	err := mustService(t, survey.Options{Store: broken, Clock: clock}).Effects().Drain(ctx, "imports")
	if err != nil && survey.KindOf(err) != survey.Unavailable {
		t.Errorf("%s, write %d: got %v, want the store's being away", kind, n, err)
	}
	return broken.fired
}

// TestAnImportGoesOnBehindWhatIsDone kills the worker after its first batch: the rows of that are not written again, and
// the counts are right.
func TestAnImportGoesOnBehindWhatIsDone(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, db store.Store, clock func() time.Time) {
		s := mustService(t, survey.Options{Store: db, Clock: clock})
		begun := started(t, s, survey.ImportCustomers, strings.NewReader(customerFile(twoBatches)+",,\n"))
		for n := 1; importNow(t, s, begun.ID).Rows == 0; n++ {
			breakAt(t, db, clock, goAfter, n)
			time.Sleep(time.Minute)
		}
		cut := importNow(t, s, begun.ID)
		if cut.State != survey.ImportRunning || !cut.Waits(clock()) || cut.Rows >= twoBatches {
			t.Errorf("cut off: got %s, waiting %v, behind %d rows; want one that runs and waits amid the file", cut.State, cut.Waits(clock()), cut.Rows)
		}
		effects(t, s)
		done := importNow(t, s, begun.ID)
		wantWhole(t, db, done, twoBatches)
		if done.Created+done.Unchanged != twoBatches || done.Created < cut.Created || done.Attempt < 2 {
			t.Errorf("got %d created and %d unchanged in %d attempts, want %d", done.Created, done.Unchanged, done.Attempt, twoBatches)
		}
		if !strings.Contains(strings.Join(done.Notes, "|"), "it was interrupted and went on by itself") {
			t.Errorf("notes: got %q, want one about the interruption", done.Notes)
		}
	})
}

// TestAnImportWaitsForItsStore takes the store away for a while: the import waits, says so, and loses no row.
func TestAnImportWaitsForItsStore(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, db store.Store, clock func() time.Time) {
		frail := &shaky{Store: db}
		s := mustService(t, survey.Options{Store: frail, Clock: clock})
		var waited time.Duration
		done, err := s.RunImport(t.Context(), survey.ImportRequest{Kind: survey.ImportCustomers, Reader: strings.NewReader(customerFile(twoBatches))},
			func(p survey.ImportProgress) {
				if !p.WaitingSince.IsZero() {
					waited = max(waited, time.Since(p.WaitingSince))
				} else if p.Rows == 0 || p.State.Over() {
					return
				}
				frail.away(20 * time.Second)
			})
		if err != nil {
			t.Fatal(err)
		}
		wantWhole(t, db, done, twoBatches)
		if waited < 10*time.Second || count(t, db, "customers") != twoBatches {
			t.Errorf("waited %v, %d customers; want to have waited, and %d", waited, count(t, db, "customers"), twoBatches)
		}
	})
}

// shaky is a store that can be away once.
type shaky struct {
	store.Store
	mu    sync.Mutex
	until time.Time
}

// away takes the store away for a while, once.
func (s *shaky) away(d time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.until.IsZero() {
		s.until = time.Now().Add(d)
	}
}

func (s *shaky) fail() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if time.Now().Before(s.until) {
		return store.ErrUnavailable
	}
	return nil
}

func (s *shaky) Fetch(ctx context.Context, c *store.Spec, ids []string) ([]store.Doc, error) {
	if err := s.fail(); err != nil {
		return nil, err
	}
	return s.Store.Fetch(ctx, c, ids)
}

func (s *shaky) Write(ctx context.Context, c *store.Spec, items []store.Write) ([]error, error) {
	if err := s.fail(); err != nil {
		return nil, err
	}
	return s.Store.Write(ctx, c, items)
}

// TestCancellingAnImport stops imports in every state.
func TestCancellingAnImport(t *testing.T) {
	t.Parallel()
	file := customerFile(twoBatches)
	t.Run("before it began", func(t *testing.T) {
		t.Parallel()
		inBubble(t, func(t *testing.T, db store.Store, clock func() time.Time) {
			s := mustService(t, survey.Options{Store: db, Clock: clock})
			begun := started(t, s, survey.ImportCustomers, strings.NewReader(file))
			for range 2 {
				if i, err := s.CancelImport(t.Context(), begun.ID); err != nil || i.State != survey.ImportCancelled {
					t.Errorf("cancel: got %+v, %v", i, err)
				}
			}
			effects(t, s)
			if count(t, db, "customers")+count(t, db, "upload_chunks") != 0 {
				t.Errorf("%d customers and %d chunks are there, want none", count(t, db, "customers"), count(t, db, "upload_chunks"))
			}
		})
	})
	t.Run("under way", func(t *testing.T) {
		t.Parallel()
		inBubble(t, func(t *testing.T, db store.Store, clock func() time.Time) {
			other := mustService(t, survey.Options{Store: db, Clock: clock})
			begun := started(t, other, survey.ImportCustomers, strings.NewReader(file))
			var asked time.Time
			slow := &slowCustomers{Store: db, at: func() {
				if !asked.IsZero() {
					return
				}
				asked = time.Now()
				if _, err := other.CancelImport(t.Context(), begun.ID); err != nil {
					t.Errorf("cancel: %v", err)
				}
			}}
			effects(t, mustService(t, survey.Options{Store: slow, Clock: clock}), "imports")
			i := importNow(t, other, begun.ID)
			if i.State != survey.ImportCancelled || i.FinishedAt.Sub(i.CancelledAt) > 2*time.Second || i.Rows >= twoBatches || i.Problem == "" {
				t.Errorf("got %s after %v, behind %d rows: %q; want cancelled within 2 s", i.State, i.FinishedAt.Sub(i.CancelledAt), i.Rows, i.Problem)
			}
			if count(t, db, "upload_chunks") != 0 {
				t.Error("its file is still there")
			}
		})
	})
	t.Run("whose worker is dead", func(t *testing.T) {
		t.Parallel()
		inBubble(t, func(t *testing.T, db store.Store, clock func() time.Time) {
			s := mustService(t, survey.Options{Store: db, Clock: clock})
			begun := started(t, s, survey.ImportCustomers, strings.NewReader(file))
			breakAt(t, db, clock, goAfter, 3)
			if i, err := s.CancelImport(t.Context(), begun.ID); err != nil || i.State != survey.ImportRunning {
				t.Errorf("cancel: got %+v, %v; want it running still", i, err)
			}
			time.Sleep(time.Minute)
			effects(t, s)
			if i := importNow(t, s, begun.ID); i.State != survey.ImportCancelled || len(i.Owes) != 0 {
				t.Errorf("got %s, owing %v; want cancelled", i.State, i.Owes)
			}
		})
	})
	t.Run("of a program that reads its file itself", func(t *testing.T) {
		t.Parallel()
		inBubble(t, func(t *testing.T, db store.Store, clock func() time.Time) {
			s := mustService(t, survey.Options{Store: db, Clock: clock})
			done, err := s.RunImport(t.Context(), survey.ImportRequest{Kind: survey.ImportCustomers, Reader: strings.NewReader(file)},
				func(p survey.ImportProgress) {
					if p.State == survey.ImportRunning {
						if _, err := s.CancelImport(t.Context(), p.ID); err != nil {
							t.Errorf("cancel: %v", err)
						}
					}
				})
			if survey.KindOf(err) != survey.Conflict || done.State != survey.ImportCancelled || importNow(t, s, done.ID).State != survey.ImportCancelled {
				t.Errorf("got %+v, %v; want cancelled", done, err)
			}
		})
	})
}

// slowCustomers is a store that takes a minute to write customers.
type slowCustomers struct {
	store.Store
	at func()
}

func (s *slowCustomers) Write(ctx context.Context, c *store.Spec, items []store.Write) ([]error, error) {
	if c.Name == "customers" {
		s.at()
		select {
		case <-time.After(time.Minute):
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
	return s.Store.Write(ctx, c, items)
}

// TestAProcessThatStopsHandsItsImportOver ends a process amid an import: it comes to rest at once, and another goes on.
func TestAProcessThatStopsHandsItsImportOver(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, db store.Store, clock func() time.Time) {
		next := mustService(t, survey.Options{Store: db, Clock: clock})
		begun := started(t, next, survey.ImportCustomers, strings.NewReader(customerFile(twoBatches)))
		ctx, stop := context.WithCancel(t.Context())
		slow := &slowCustomers{Store: db, at: stop}
		stopped := time.Now()
		mustService(t, survey.Options{Store: slow, Clock: clock}).Effects().Run(ctx)
		if took := time.Since(stopped); took > 5*time.Second {
			t.Errorf("the process took %v to end, want a moment", took)
		}
		if i := importNow(t, next, begun.ID); i.State != survey.ImportRunning || i.Due.After(clock()) {
			t.Errorf("handed over: got %s, due %v; want it running and due", i.State, i.Due)
		}
		effects(t, next)
		wantWhole(t, db, importNow(t, next, begun.ID), twoBatches)
	})
}

// TestAProgramThatDiesAmidItsImportIsNoticed kills a program that reads its file itself: nobody can go on with that, and the
// import must not look as if it went on.
func TestAProgramThatDiesAmidItsImportIsNoticed(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, db store.Store, clock func() time.Time) {
		ctx, die := context.WithCancel(t.Context())
		broken := &faulty{Store: db, left: 3, kind: goAfter, died: die}
		_, err := mustService(t, survey.Options{Store: broken, Clock: clock}).RunImport(ctx,
			survey.ImportRequest{Kind: survey.ImportCustomers, Reader: strings.NewReader(customerFile(twoBatches))}, nil)
		if err == nil {
			t.Error("a program without its store ended without an error")
		}
		time.Sleep(time.Minute)
		s := mustService(t, survey.Options{Store: db, Clock: clock})
		effects(t, s)
		page, err := s.Imports(t.Context(), "", 10)
		if err != nil || len(page.Items) != 1 {
			t.Fatalf("imports: got %d, %v", len(page.Items), err)
		}
		if i := page.Items[0]; i.State != survey.ImportFailed || !strings.Contains(i.Problem, "the program that read the file ended") || len(i.Owes) != 0 {
			t.Errorf("got %s: %q; want failed, and why", i.State, i.Problem)
		}
	})
}

func TestUploadsThatComeToNothingLeaveNothing(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		file io.Reader
		want survey.Kind
	}{
		{"empty", strings.NewReader(""), survey.Invalid},
		{"torn", io.MultiReader(bytes.NewReader(make([]byte, 3<<20)), iotest.ErrReader(errors.New("cable cut"))), survey.Internal},
		{"too large", io.MultiReader(bytes.NewReader(make([]byte, 3<<20)), iotest.ErrReader(survey.Errorf(survey.TooLarge, "too large"))), survey.TooLarge},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			db := newStore(t)
			s, _ := newServiceOn(t, db)
			_, err := s.Upload(t.Context(), survey.ImportRequest{Kind: survey.ImportCustomers, Reader: c.file})
			if survey.KindOf(err) != c.want {
				t.Errorf("got %v, want %s", err, c.want)
			}
			if n := count(t, db, "upload_chunks") + count(t, db, "imports"); n != 0 {
				t.Errorf("%d documents are left", n)
			}
		})
	}
}

func TestAnUploadThatNobodyStartsIsThrownAway(t *testing.T) {
	t.Parallel()
	inBubble(t, func(t *testing.T, db store.Store, clock func() time.Time) {
		s := mustService(t, survey.Options{Store: db, Clock: clock})
		up := uploaded(t, s, survey.ImportCustomers, strings.NewReader(customerFile(3)))
		broken := uploaded(t, s, survey.ImportCustomers, strings.NewReader("colour\nred\n"))
		if _, err := s.StartImport(t.Context(), broken, survey.ImportOptions{}); survey.KindOf(err) != survey.Invalid {
			t.Errorf("start without a name: got %v, want invalid", err)
		}
		if err := s.DropUpload(t.Context(), broken); err != nil {
			t.Errorf("drop: %v", err)
		}
		if _, err := s.StartImport(t.Context(), broken, survey.ImportOptions{}); survey.KindOf(err) != survey.Gone && survey.KindOf(err) != survey.NotFound {
			t.Errorf("start what was dropped: got %v, want that it is not there", err)
		}
		effects(t, s)
		if n := count(t, db, "upload_chunks"); n != 1 {
			t.Errorf("before its time: %d chunks, want 1", n)
		}
		time.Sleep(7 * time.Hour)
		effects(t, s)
		if n := count(t, db, "upload_chunks") + count(t, db, "imports"); n != 0 {
			t.Errorf("%d documents are left of %s", n, up.ID)
		}
	})
}

// TestAFileThatExpiredEndsItsImport takes the chunks away before a worker comes to them.
func TestAFileThatExpiredEndsItsImport(t *testing.T) {
	t.Parallel()
	db := newStore(t)
	s := mustService(t, survey.Options{Store: db})
	begun := started(t, s, survey.ImportCustomers, strings.NewReader(customerFile(3)))
	chunks, _, err := db.Find(t.Context(), specNamed(t, "upload_chunks"), store.Query{Index: store.ByID, Limit: 10})
	if err != nil || len(chunks) != 1 {
		t.Fatalf("chunks: %d, %v", len(chunks), err)
	}
	if err := write(t, db, "upload_chunks", store.Delete, chunks[0]); err != nil {
		t.Fatal(err)
	}
	effects(t, s)
	if i := importNow(t, s, begun.ID); i.State != survey.ImportFailed || !strings.Contains(i.Problem, "no longer here") {
		t.Errorf("got %s: %q; want failed, for the file is gone", i.State, i.Problem)
	}
}

// TestAnImportIsStartedThoughTheStoreIsAway starts an import while the store does not take the write, or takes it and does not say so: whoever
// has sent a file in waits a moment rather than send it again, and is never told that it was started by somebody else.
func TestAnImportIsStartedThoughTheStoreIsAway(t *testing.T) {
	t.Parallel()
	for _, kind := range []fault{loseBefore, loseAfter} {
		t.Run(string(kind), func(t *testing.T) {
			t.Parallel()
			inBubble(t, func(t *testing.T, db store.Store, clock func() time.Time) {
				upload := uploaded(t, mustService(t, survey.Options{Store: db, Clock: clock}), survey.ImportCustomers, strings.NewReader(customerFile(1)))
				broken := &faulty{Store: db, left: 1, kind: kind}
				s := mustService(t, survey.Options{Store: broken, Clock: clock})
				started, err := s.StartImport(t.Context(), upload, survey.ImportOptions{})
				if err != nil || started.State != survey.ImportQueued {
					t.Fatalf("got %+v, %v; want it to wait for a worker", started, err)
				}
				effects(t, s)
				wantWhole(t, db, importNow(t, s, upload.ID), 1)
			})
		})
	}
}
