package outbox_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"earshot/survey/outbox"
	"earshot/survey/store"
	"earshot/survey/store/enginetest"
)

// order is a document that owes a delivery and an invoice.
type order struct {
	store.Meta `json:",inline"`

	Name   string `json:"name"`
	Packed int    `json:"packed"`
}

var orders = &store.Spec{Name: "orders", New: func() store.Doc { return new(order) }, Queue: true}

const (
	pack    = "pack"
	invoice = "invoice"
)

// shop is a store with orders and a runner of two effects.
type shop struct {
	testing.TB
	db     store.Store
	docs   store.Collection[order, *order]
	runner *outbox.Runner

	mu       sync.Mutex
	packed   map[string]int
	invoiced map[string]int
	batches  []int
	// packs does the effect; nil packs everything.
	packs func(ctx context.Context, b *outbox.Batch[*order]) error
}

func newShop(tb testing.TB) *shop {
	tb.Helper()
	db := enginetest.Open(tb, orders)
	s := &shop{TB: tb, db: db, docs: store.NewCollection[order](db, orders), packed: map[string]int{}, invoiced: map[string]int{}}
	s.runner = s.process()
	return s
}

// process returns the runner of another process on the same store.
func (s *shop) process() *outbox.Runner { return s.processThatIs(nil) }

// processThatIs returns one that is busy with other things, or is not.
func (s *shop) processThatIs(busy func() bool) *outbox.Runner {
	return outbox.NewRunner(s.db, outbox.Options{Busy: busy}, outbox.NewQueue("orders", s.docs,
		outbox.Effect[*order]{Name: pack, Do: s.pack, Tries: 3},
		outbox.Effect[*order]{Name: invoice, Do: func(_ context.Context, b *outbox.Batch[*order]) error {
			s.mu.Lock()
			defer s.mu.Unlock()
			for _, i := range b.Items {
				s.invoiced[i.Doc.Name]++
			}
			return nil
		}},
	))
}

func (s *shop) pack(ctx context.Context, b *outbox.Batch[*order]) error {
	s.mu.Lock()
	s.batches = append(s.batches, len(b.Items))
	s.mu.Unlock()
	if s.packs != nil {
		if err := s.packs(ctx, b); err != nil {
			return err
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, i := range b.Items {
		if i.Failed() == nil {
			s.packed[i.Doc.Name]++
		}
	}
	return nil
}

// take inserts n orders that owe both effects now.
func (s *shop) take(n int) {
	s.Helper()
	s.takeAt(n, time.Now(), 0)
}

// takeAt inserts n orders whose effects are due at that time, and were owed for so long before.
func (s *shop) takeAt(n int, due time.Time, owed time.Duration) {
	s.Helper()
	docs := make([]*order, n)
	for i := range docs {
		docs[i] = &order{Meta: store.Meta{ID: fmt.Sprintf("ord-%04d", i)}, Name: fmt.Sprint(i)}
		docs[i].Owe(pack, due)
		docs[i].Owe(invoice, due)
		for k := range docs[i].Owes {
			docs[i].Owes[k].Since = store.Time(due.Add(-owed))
		}
	}
	if err := s.docs.Insert(context.Background(), docs...); err != nil {
		s.Fatal(err)
	}
}

func (s *shop) order(n int) *order {
	s.Helper()
	o, err := s.docs.Get(context.Background(), fmt.Sprintf("ord-%04d", n))
	if err != nil {
		s.Fatal(err)
	}
	return o
}

func (s *shop) drain() {
	s.Helper()
	if err := s.runner.Drain(context.Background()); err != nil {
		s.Fatalf("drain: %v", err)
	}
}

func TestEveryEffectIsDoneOnceInBatches(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	const all = 2*outbox.DefaultSize + 200
	s.take(all)
	s.drain()
	for i := range all {
		if name := fmt.Sprint(i); s.packed[name] != 1 || s.invoiced[name] != 1 {
			t.Fatalf("order %d was packed %d and invoiced %d times, want once", i, s.packed[name], s.invoiced[name])
		}
	}
	if len(s.batches) != 3 {
		t.Errorf("got batches %v, want three", s.batches)
	}
	if o := s.order(7); len(o.Owes) > 0 || !o.Due.IsZero() {
		t.Errorf("got an order that owes %v at %v, want nothing", o.Owes, o.Due)
	}
}

// TestWhatComesInOneByOneIsDoneInBatches has an order come in each millisecond: the first is packed at once, and those behind
// it together, which must not wait long.
func TestWhatComesInOneByOneIsDoneInBatches(t *testing.T) {
	t.Parallel()
	enginetest.Simulated(t, func(t *testing.T) {
		s := newShop(t)
		ctx, stop := context.WithCancel(t.Context())
		var running sync.WaitGroup
		running.Go(func() { s.runner.Run(ctx) })
		synctest.Wait()
		const orders, wait = 900, 350 * time.Millisecond
		for i := range orders {
			o := &order{Meta: store.Meta{ID: fmt.Sprintf("ord-%04d", i)}, Name: fmt.Sprint(i)}
			o.Owe(pack, time.Now())
			if err := s.docs.Insert(ctx, o); err != nil {
				t.Fatal(err)
			}
			s.runner.Wake("orders")
			synctest.Wait()
			if i == 0 && len(s.batches) != 1 {
				t.Error("the first order was not packed at once")
			}
			time.Sleep(time.Millisecond)
		}
		time.Sleep(wait)
		if len(s.packed) != orders {
			t.Errorf("%d of %d orders were packed %v after the last one came in", len(s.packed), orders, wait)
		}
		if len(s.batches) > 5 {
			t.Errorf("got batches %v, want what came in meanwhile to be done together", s.batches)
		}
		stop()
		running.Wait()
	})
}

// TestABusyProcessGivesWay has more to do than one batch: while people wait for the process, it rests between two batches
// unless it is far behind.
func TestABusyProcessGivesWay(t *testing.T) {
	t.Parallel()
	const took = 100 * time.Millisecond
	for name, tt := range map[string]struct {
		busy     bool
		late     time.Duration // how long it has been due
		owed     time.Duration // how long before that it was owed already, as what is tried again or has its day is
		from, to time.Duration
	}{
		"idle":                   {busy: false, from: 2 * took, to: 2*took + took/2},
		"busy":                   {busy: true, from: 3*took - took/10, to: 4 * took},
		"busy, behind":           {busy: true, late: 10 * time.Second, from: 2*took + took/4, to: 3*took - took/5},
		"busy, far behind":       {busy: true, late: time.Minute, from: 2 * took, to: 2*took + took/5},
		"busy, owed for a month": {busy: true, owed: 30 * 24 * time.Hour, from: 3*took - took/10, to: 4 * took},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			enginetest.Simulated(t, func(t *testing.T) {
				s := newShop(t)
				began := time.Now()
				var all time.Duration
				s.packs = func(context.Context, *outbox.Batch[*order]) error {
					time.Sleep(took)
					all = time.Since(began)
					return nil
				}
				s.takeAt(2*outbox.DefaultSize, time.Now().Add(-tt.late), tt.owed)
				s.runner = s.processThatIs(func() bool { return tt.busy })
				ctx, stop := context.WithCancel(t.Context())
				var running sync.WaitGroup
				running.Go(func() { s.runner.Run(ctx) })
				time.Sleep(10 * took)
				stop()
				running.Wait()
				if all < tt.from || all > tt.to {
					t.Errorf("two batches that take %v each were done after %v, want %v to %v", took, all, tt.from, tt.to)
				}
			})
		})
	}
}

// TestTheOthersAreNotHeldUp has every tenth order fail: as an item, as a whole batch, and by a panic.
func TestTheOthersAreNotHeldUp(t *testing.T) {
	t.Parallel()
	bad := func(o *order) bool { return o.Name[len(o.Name)-1] == '3' }
	ways := map[string]func(b *outbox.Batch[*order]) error{
		"item": func(b *outbox.Batch[*order]) error {
			for _, i := range b.Items {
				if bad(i.Doc) {
					i.Fail(errors.New("no box is large enough"))
				}
			}
			return nil
		},
		"batch": func(b *outbox.Batch[*order]) error {
			for _, i := range b.Items {
				if bad(i.Doc) {
					return errors.New("no box is large enough")
				}
			}
			return nil
		},
		"panic": func(b *outbox.Batch[*order]) error {
			for _, i := range b.Items {
				if bad(i.Doc) {
					panic("no box is large enough")
				}
			}
			return nil
		},
	}
	for name, way := range ways {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newShop(t)
			s.packs = func(_ context.Context, b *outbox.Batch[*order]) error { return way(b) }
			s.take(100)
			s.drain()
			for i := range 100 {
				o := s.order(i)
				if want := map[bool]int{true: 0, false: 1}[bad(o)]; s.packed[o.Name] != want || s.invoiced[o.Name] != 1 {
					t.Errorf("order %d was packed %d and invoiced %d times", i, s.packed[o.Name], s.invoiced[o.Name])
				}
				owed := o.Owing(pack)
				if failed := owed != nil && owed.Tries == 1 && owed.Error != ""; failed != bad(o) {
					t.Errorf("order %d owes %+v", i, owed)
				}
			}
		})
	}
}

func TestWhatFailsTooOftenIsSetAsideAndStartedAgain(t *testing.T) {
	t.Parallel()
	enginetest.Simulated(t, func(t *testing.T) {
		s := newShop(t)
		broken := true
		s.packs = func(_ context.Context, b *outbox.Batch[*order]) error {
			if broken {
				return errors.New("the machine stands still")
			}
			return nil
		}
		s.take(2)
		var pauses []time.Duration
		for range 3 {
			s.drain()
			if next := s.order(0).Due; !next.IsZero() {
				pauses = append(pauses, time.Until(next))
				time.Sleep(time.Until(next) + time.Minute)
			}
		}
		if len(pauses) != 2 || pauses[1] < pauses[0]/2 {
			t.Errorf("got pauses %v, want two that grow", pauses)
		}
		letters, _, err := s.runner.Letters(t.Context(), "orders", pack, "", 10)
		if err != nil || len(letters) != 2 || letters[0].Tries != 3 || letters[0].Error != "the machine stands still" || letters[0].Effect != pack {
			t.Fatalf("got dead letters %+v (%v), want two", letters, err)
		}
		if b := s.backlog(pack); b.Dead != 2 || b.Due != 0 || b.Failing != 0 {
			t.Errorf("got backlog %+v, want 2 dead letters", b)
		}
		broken = false
		if err := s.runner.Restart(t.Context(), "orders", letters[0].ID, pack); err != nil {
			t.Fatal(err)
		}
		s.drain()
		if s.packed["0"] != 1 || s.packed["1"] != 0 || !s.order(0).Dead.IsZero() {
			t.Errorf("got %v after one was started again", s.packed)
		}
		if err := s.runner.Restart(t.Context(), "orders", letters[0].ID, pack); !errors.Is(err, store.ErrNotFound) {
			t.Errorf("got %v for what is no dead letter, want ErrNotFound", err)
		}
	})
}

// TestWhatIsOwedAnewMeanwhileStays has somebody write the order while it is being packed.
func TestWhatIsOwedAnewMeanwhileStays(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	s.take(1)
	once := sync.OnceFunc(func() {
		_, err := s.docs.Update(context.Background(), "ord-0000", func(o *order) error {
			o.Owe(pack, time.Now())
			o.Name = "changed"
			return nil
		})
		if err != nil {
			t.Error(err)
		}
	})
	s.packs = func(_ context.Context, b *outbox.Batch[*order]) error {
		once()
		b.Items[0].Then(func(o *order) { o.Packed++ })
		return nil
	}
	s.drain()
	if s.packed["0"] != 1 || s.packed["changed"] != 1 || s.order(0).Packed != 2 || s.invoiced["0"] != 1 {
		t.Errorf("packed %v, invoiced %v, stored %+v", s.packed, s.invoiced, s.order(0))
	}
}

// TestADeadProcessIsInherited kills a process in the middle: its documents are done by another within 15 seconds.
func TestADeadProcessIsInherited(t *testing.T) {
	t.Parallel()
	enginetest.Simulated(t, func(t *testing.T) {
		s := newShop(t)
		s.take(3)
		if claimed, err := s.docs.Claim(t.Context(), time.Now(), time.Now().Add(outbox.Lease), 10); err != nil || len(claimed) != 3 {
			t.Fatalf("claimed %d (%v)", len(claimed), err)
		}
		ctx, stop := context.WithCancel(t.Context())
		var running sync.WaitGroup
		running.Go(func() { s.runner.Run(ctx) })
		time.Sleep(15 * time.Second)
		s.mu.Lock()
		got := len(s.packed)
		s.mu.Unlock()
		stop()
		running.Wait()
		if got != 3 {
			t.Errorf("%d of 3 were packed within 15 seconds", got)
		}
	})
}

// TestALongEffectKeepsItsLease has packing take a minute while another process looks for work.
func TestALongEffectKeepsItsLease(t *testing.T) {
	t.Parallel()
	enginetest.Simulated(t, func(t *testing.T) {
		s := newShop(t)
		s.take(1)
		s.packs = func(context.Context, *outbox.Batch[*order]) error {
			time.Sleep(time.Minute)
			return nil
		}
		ctx, stop := context.WithTimeout(t.Context(), 90*time.Second)
		defer stop()
		var running sync.WaitGroup
		for range 2 {
			running.Go(func() { s.process().Run(ctx) })
		}
		running.Wait()
		if s.packed["0"] != 1 || len(s.batches) != 1 {
			t.Errorf("packed %v in batches %v, want once", s.packed, s.batches)
		}
	})
}

// TestSaveTellsWhoLost saves in the middle, which somebody else's write forbids.
func TestSaveTellsWhoLost(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	s.take(2)
	first := true
	s.packs = func(ctx context.Context, b *outbox.Batch[*order]) error {
		if first {
			first = false
			if _, err := s.docs.Update(ctx, "ord-0001", func(o *order) error { o.Packed = 40; return nil }); err != nil {
				return err
			}
		}
		for _, i := range b.Items {
			i.Doc.Packed++
		}
		if err := b.Save(ctx, b.Items...); err != nil {
			return err
		}
		for _, i := range b.Items {
			if i.Lost() && i.Doc.ID != "ord-0001" {
				t.Errorf("%s is lost", i.Doc.ID)
			}
		}
		return nil
	}
	s.drain()
	if a, b := s.order(0).Packed, s.order(1).Packed; a != 1 || b != 41 {
		t.Errorf("got %d and %d, want 1 and 41", a, b)
	}
}

// TestALostItemStaysWithWhoeverHasIt has another worker claim an order in the middle, as one does whose store was away for the
// lease of the first: the first must not take it away again, or the two would do so for ever.
func TestALostItemStaysWithWhoeverHasIt(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	o := &order{Meta: store.Meta{ID: "ord-0000"}, Name: "0"}
	o.Owe(pack, time.Now())
	if err := s.docs.Insert(t.Context(), o); err != nil {
		t.Fatal(err)
	}
	hour := store.Time(time.Now().Add(time.Hour))
	var theirs []*order
	s.packs = func(ctx context.Context, b *outbox.Batch[*order]) (err error) {
		if theirs, err = s.docs.Claim(ctx, hour, hour, 1); err != nil {
			return err
		}
		if err := b.Save(ctx, b.Items...); err != nil || !b.Items[0].Lost() {
			t.Errorf("save: %v, lost %v; want it lost", err, b.Items[0].Lost())
		}
		return nil
	}
	s.drain()
	if now := s.order(0); now.Version != theirs[0].Version || !now.Due.Equal(hour) || now.Owing(pack) == nil {
		t.Errorf("got version %d, due %v, owing %v; want it as the other has claimed it: version %d, due %v", now.Version, now.Due, now.Owes, theirs[0].Version, hour)
	}
}

// TestEffectsOfANewerProgramAreLeft lets an order owe what this program does not know.
func TestEffectsOfANewerProgramAreLeft(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	o := &order{Meta: store.Meta{ID: "ord-0000"}, Name: "0"}
	o.Owe("teleport", time.Now())
	o.Owe(pack, time.Now())
	if err := s.docs.Insert(t.Context(), o); err != nil {
		t.Fatal(err)
	}
	s.drain()
	left := s.order(0)
	if owed := left.Owing("teleport"); s.packed["0"] != 1 || owed == nil || owed.Tries != 0 || !left.Due.After(time.Now()) {
		t.Errorf("packed %v, left %+v", s.packed, left)
	}
}
