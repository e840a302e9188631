package outbox_test

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"
	"time"

	"earshot/survey/outbox"
	"earshot/survey/store"
)

// backlog returns how far the effect is behind.
func (s *shop) backlog(effect string) outbox.Backlog {
	s.Helper()
	list, err := s.runner.Backlogs(context.Background())
	if err != nil {
		s.Fatal(err)
	}
	for _, b := range list {
		if b.Effect == effect {
			return b
		}
	}
	s.Fatalf("there is no effect %s among %+v", effect, list)
	return outbox.Backlog{}
}

// alter writes what an order owes.
func (s *shop) alter(change func(*order), numbers ...int) {
	s.Helper()
	for _, n := range numbers {
		_, err := s.docs.Update(context.Background(), s.order(n).ID, func(o *order) error {
			change(o)
			o.Reckon()
			return nil
		})
		if err != nil {
			s.Fatal(err)
		}
	}
}

// bury sets the packing of orders aside.
func (s *shop) bury(numbers ...int) {
	s.Helper()
	s.alter(func(o *order) {
		owed := o.Owing(pack)
		owed.Tries, owed.Error, owed.Dead = 3, "no box is large enough", store.Time(time.Now())
	}, numbers...)
}

func TestBacklogs(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	s.take(10)
	began := store.Time(time.Now())
	s.bury(0, 1)
	soon := began.Add(time.Hour)
	s.alter(func(o *order) {
		*o.Owing(pack) = store.Owed{Effect: pack, Due: soon, Since: began, Tries: 2, Error: "no tape"}
	}, 2, 3)
	s.alter(func(o *order) {
		*o.Owing(pack) = store.Owed{Effect: pack, Due: soon.Add(time.Hour), Since: began, Tries: 1, Error: "no string"}
	}, 4)
	s.alter(func(o *order) { o.Owing(pack).Due = began.Add(-time.Hour) }, 9)
	if _, err := s.docs.Claim(t.Context(), began.Add(-time.Minute), time.Now().Add(outbox.Lease), 1); err != nil {
		t.Fatal(err)
	}
	s.alter(func(o *order) { o.Owing(pack).Due = began.Add(-time.Minute) }, 8)
	got := s.backlog(pack)
	want := outbox.Backlog{
		Queue: "orders", Effect: pack, Due: 4, Oldest: began.Add(-time.Minute), Working: 1,
		Failing: 3, NextTry: soon, Error: "no tape", Dead: 2,
	}
	if got != want {
		t.Errorf("got\n%+v, want\n%+v", got, want)
	}
	if got := s.backlog(invoice); got.Due != 9 || got.Working != 1 || got.Failing+got.Dead != 0 {
		t.Errorf("got %+v of the other effect", got)
	}
	for queue, want := range map[string]error{"orders": nil, "parcels": store.ErrNotFound} {
		if _, _, err := s.runner.Letters(t.Context(), queue, "", "", 10); !errors.Is(err, want) {
			t.Errorf("letters of %s: %v, want %v", queue, err, want)
		}
	}
	if _, _, err := s.runner.Letters(t.Context(), "orders", "teleport", "", 10); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("letters of an unknown effect: %v", err)
	}
}

// TestALongBacklogIsEstimated has more orders due than are looked at, half of which owe one effect alone.
func TestALongBacklogIsEstimated(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	docs := make([]*order, 2400)
	for i := range docs {
		docs[i] = &order{Meta: store.Meta{ID: fmt.Sprintf("ord-%04d", i)}}
		docs[i].Owe(pack, time.Now())
		if i%2 == 0 {
			docs[i].Owe(invoice, time.Now())
		}
	}
	if err := s.docs.Insert(t.Context(), docs...); err != nil {
		t.Fatal(err)
	}
	if got := s.backlog(pack); got.Due != 2400 || got.Estimated {
		t.Errorf("got %+v, want 2400 exactly, for all that were looked at owe it", got)
	}
	if got := s.backlog(invoice); !got.Estimated || got.Due < 1000 || got.Due > 1400 {
		t.Errorf("got %+v, want about 1200", got)
	}
}

// TestAllAreStartedAgain starts dead letters again from several places at once: each is done once.
func TestAllAreStartedAgain(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	s.take(30)
	s.drain() // invoices are done, orders are packed
	s.alter(func(o *order) { o.Owe(pack, time.Now()) }, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11)
	s.bury(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11)
	var mu sync.Mutex
	var all sync.WaitGroup
	started := 0
	for range 4 {
		all.Go(func() {
			n, err := s.runner.RestartAll(t.Context(), "orders", pack)
			if err != nil {
				t.Error(err)
			}
			mu.Lock()
			defer mu.Unlock()
			started += n
		})
	}
	all.Wait()
	if started != 12 {
		t.Errorf("%d were started, want each of the 12 by one", started)
	}
	s.drain()
	if s.packed["0"] != 2 || s.packed["11"] != 2 || s.packed["12"] != 1 || s.invoiced["0"] != 1 {
		t.Errorf("packed %v", s.packed)
	}
	if b := s.backlog(pack); b.Dead+b.Due+b.Failing+b.Working != 0 {
		t.Errorf("got %+v, want nothing left", b)
	}
	if n, err := s.runner.RestartAll(t.Context(), "orders", pack); n != 0 || err != nil {
		t.Errorf("again: %d, %v", n, err)
	}
	if _, err := s.runner.RestartAll(t.Context(), "orders", "teleport"); !errors.Is(err, store.ErrNotFound) {
		t.Errorf("an unknown effect: %v", err)
	}
}

func TestCounts(t *testing.T) {
	t.Parallel()
	s := newShop(t)
	s.packs = func(_ context.Context, b *outbox.Batch[*order]) error {
		for _, i := range b.Items {
			switch {
			case i.Doc.Name == "0" && i.Owed().Tries == 0:
				i.Fail(errors.New("no tape"))
			case i.Doc.Name == "1":
				i.Again(time.Now().Add(time.Hour))
			}
		}
		return nil
	}
	s.take(3)
	s.drain()
	s.alter(func(o *order) { o.Owing(pack).Due = store.Time(time.Now()) }, 0)
	s.drain()
	got := s.runner.Counts()
	for i := range got {
		if got[i].Took <= 0 {
			t.Errorf("%s took %v", got[i].Effect, got[i].Took)
		}
		got[i].Took = 0
	}
	want := []outbox.Count{
		{Queue: "orders", Effect: pack, Done: 2, Again: 1, Failed: 1, Retried: 1}, {Queue: "orders", Effect: invoice, Done: 3},
	}
	if len(got) != 2 || got[0] != want[0] || got[1] != want[1] {
		t.Errorf("got %+v, want %+v", got, want)
	}
}

// TestOneInTenFailingHoldsNobodyUp has one order in ten fail whenever it is tried, while the runner runs: the others are done
// in one go, in as many batches as if none failed.
func TestOneInTenFailingHoldsNobodyUp(t *testing.T) {
	t.Parallel()
	const orders, within = 1000, 20 * time.Second
	s := newShop(t)
	s.packs = func(_ context.Context, b *outbox.Batch[*order]) error {
		for _, i := range b.Items {
			if i.Doc.Name[len(i.Doc.Name)-1] == '3' {
				i.Fail(errors.New("no box is large enough"))
			}
		}
		return nil
	}
	s.take(orders)
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	began := time.Now()
	var running sync.WaitGroup
	running.Go(func() { s.runner.Run(ctx) })
	for packed := 0; packed < orders*9/10; time.Sleep(10 * time.Millisecond) {
		s.mu.Lock()
		packed = len(s.packed)
		s.mu.Unlock()
		if time.Since(began) > within {
			t.Fatalf("%d of %d were packed within %v", packed, orders, within)
		}
	}
	took := time.Since(began)
	stop()
	running.Wait()
	if b := s.backlog(pack); b.Failing != orders/10 { // some of them are due again by now
		t.Errorf("got %+v, want %d that failed", b, orders/10)
	}
	for name, times := range s.packed {
		if times != 1 {
			t.Errorf("order %s was packed %d times", name, times)
		}
	}
	t.Logf("%d of %d were packed in %v", len(s.packed), orders, took)
}
