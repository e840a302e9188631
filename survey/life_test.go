package survey_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"earshot/survey"
	"earshot/survey/quiet"
	"earshot/survey/store"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// specNamed returns the declaration of a collection.
func specNamed(tb testing.TB, name string) *store.Spec {
	tb.Helper()
	for _, spec := range survey.Specs() {
		if spec.Name == name {
			return spec
		}
	}
	tb.Fatalf("there is no collection %q", name)
	return nil
}

// storedRhythm returns a customer's rhythm as it is stored; nil if there is none.
func storedRhythm(tb testing.TB, db store.Store, customer string) *survey.Rhythm {
	tb.Helper()
	docs, err := db.Fetch(context.Background(), specNamed(tb, "rhythms"), []string{customer})
	if err != nil {
		tb.Fatalf("fetch the rhythm: %v", err)
	}
	if len(docs) == 0 {
		return nil
	}
	r := docs[0].(*survey.Rhythm)
	if r.Next != nil && r.Next.Under == storedRanking(tb, db).Number {
		r.Verdict, r.Next = r.Next.Verdict, nil
	}
	return r
}

// replayed returns the states that a customer's stored touchpoints make, by the plain model and nothing else.
func replayed(tb testing.TB, s *survey.Service, customer string) ([]survey.KindRhythm, time.Time) {
	tb.Helper()
	model, err := quiet.NewModel(quiet.Defaults())
	if err != nil {
		tb.Fatal(err)
	}
	days := map[survey.TouchpointKind][]quiet.Day{}
	var last time.Time
	for after := store.Cursor(""); ; {
		page, err := s.Touchpoints(context.Background(), survey.TouchpointFilter{CustomerID: survey.CustomerID(customer), After: after, Limit: survey.MaxPage})
		if err != nil {
			tb.Fatal(err)
		}
		for _, t := range page.Items {
			if !t.Kind.SignOfLife() {
				continue
			}
			y, m, d := t.At.In(s.TimeZone()).Date()
			days[t.Kind] = append(days[t.Kind], quiet.DayOf(time.Date(y, m, d, 0, 0, 0, 0, time.UTC)))
			if t.At.After(last) {
				last = t.At
			}
		}
		if after = page.Next; after == "" {
			break
		}
	}
	kinds := []survey.KindRhythm{}
	for kind, list := range days {
		kinds = append(kinds, survey.KindRhythm{Kind: kind, State: model.Replay(list)})
	}
	slices.SortFunc(kinds, func(a, b survey.KindRhythm) int { return cmpStrings(string(a.Kind), string(b.Kind)) })
	return kinds, last
}

func cmpStrings(a, b string) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	return 0
}

// checkRhythm says where a customer's stored rhythm is not what the stored touchpoints make.
func checkRhythm(tb testing.TB, s *survey.Service, db store.Store, customer string) error {
	tb.Helper()
	kinds, last := replayed(tb, s, customer)
	r := storedRhythm(tb, db, customer)
	if r == nil {
		if len(kinds) == 0 {
			return nil
		}
		return fmt.Errorf("no rhythm, want one of %d kinds", len(kinds))
	}
	if len(kinds) == 0 && len(r.Kinds) == 0 {
		return nil
	}
	if diff := cmp.Diff(kinds, r.Kinds); diff != "" {
		return fmt.Errorf("states differ from a replay (-want +got):\n%s", diff)
	}
	if !r.LastAt.Equal(last) {
		return fmt.Errorf("last sign of life: got %v, want %v", r.LastAt, last)
	}
	return nil
}

// TestNoCrashLosesASignOfLife lets the store fail at every write of recording touchpoints, in every way, and looks whether
// the workers of the next process bring the rhythms right.
func TestNoCrashLosesASignOfLife(t *testing.T) {
	t.Parallel()
	for _, kind := range everyFault {
		for n := 1; ; n++ {
			if !crashAt(t, kind, n) {
				if n < 5 {
					t.Fatalf("%s: recording took %d writes only", kind, n-1)
				}
				break
			}
		}
	}
}

// crashAt records touchpoints of two customers with a fault at the nth write; it returns false if there were fewer writes.
func crashAt(t *testing.T, kind fault, n int) bool {
	t.Helper()
	db := newStore(t)
	before, clock := newServiceOn(t, db)
	old, fresh := newCustomer(t, before, "Old"), newCustomer(t, before, "Fresh")
	everyDays(t, before, old, 7, 5, 14)
	broken := &faulty{Store: db, left: n, kind: kind}
	s := mustService(t, survey.Options{Store: broken, Clock: clock.Now})
	var rows []survey.TouchpointInput
	for i, c := range []*survey.Customer{old, fresh, old} {
		rows = append(rows, survey.TouchpointInput{
			CustomerID: survey.CustomerID(c.ID), ExternalID: fmt.Sprint("new", i), Kind: survey.Order, At: clock.Now().AddDate(0, 0, i-4),
			Source: survey.FromKey("shop"),
		})
	}
	results := s.PutTouchpoints(t.Context(), rows)

	after := mustService(t, survey.Options{Store: db, Clock: clock.Now})
	effects(t, after)
	clock.Advance(10 * time.Minute)
	effects(t, after)
	for i, r := range results {
		_, err := after.TouchpointByExternalID(t.Context(), rows[i].CustomerID, rows[i].ExternalID)
		if r.Err == nil && err != nil {
			t.Errorf("%s, write %d: touchpoint %d was acknowledged and is gone: %v", kind, n, i, err)
		}
		if r.Err != nil && r.Err.Kind != survey.Unavailable {
			t.Errorf("%s, write %d: touchpoint %d failed with %v, want unavailable", kind, n, i, r.Err)
		}
	}
	for _, c := range []*survey.Customer{old, fresh} {
		if err := checkRhythm(t, after, db, c.ID); err != nil {
			t.Errorf("%s, write %d, %s: %v", kind, n, c.Name, err)
		}
	}
	for i, r := range after.PutTouchpoints(t.Context(), rows) {
		if r.Err != nil {
			t.Errorf("%s, write %d: repeating row %d: %v", kind, n, i, r.Err)
		}
	}
	effects(t, after)
	for _, c := range []*survey.Customer{old, fresh} {
		if kinds, _ := replayed(t, after, c.ID); len(kinds) != 1 {
			t.Errorf("%s, write %d: %s has %d kinds after repeating, want 1", kind, n, c.Name, len(kinds))
		}
		if err := checkRhythm(t, after, db, c.ID); err != nil {
			t.Errorf("%s, write %d, %s, after repeating: %v", kind, n, c.Name, err)
		}
	}
	return broken.fired
}

// TestAnyOrderOfTouchpointsGivesTheSameRhythm records, changes, deletes and works in any order, and holds the rhythm
// against a replay of what is stored in the end.
func TestAnyOrderOfTouchpointsGivesTheSameRhythm(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		db := newStore(t)
		s, clock := newServiceOn(t, db)
		s.SetTimeZone(time.FixedZone("far east", 11*60*60))
		c := newCustomer(t, s, "C")
		id := survey.CustomerID(c.ID)
		days := rapid.SliceOfN(rapid.IntRange(0, 200), 1, 12).Draw(rt, "days")
		for i, day := range days {
			kind := rapid.SampledFrom([]survey.TouchpointKind{survey.Order, survey.Login, survey.Note}).Draw(rt, "kind")
			at := clock.Now().AddDate(0, 0, -day).Add(-time.Duration(i) * time.Hour)
			switch rapid.IntRange(0, 4).Draw(rt, "how") {
			case 0:
				in := []survey.TouchpointInput{{CustomerID: id, ExternalID: fmt.Sprint(day), Kind: kind, At: at}}
				if r := s.PutTouchpoints(rt.Context(), in)[0]; r.Err != nil {
					rt.Fatalf("put: %v", r.Err)
				}
			case 1:
				effects(t, s)
			case 2:
				if err := alterOne(rt.Context(), s, id, kind, at); err != nil {
					rt.Fatal(err)
				}
			default:
				if _, err := s.RecordTouchpoint(rt.Context(), survey.TouchpointInput{CustomerID: id, Kind: kind, At: at}); err != nil {
					rt.Fatalf("record: %v", err)
				}
			}
		}
		effects(t, s)
		if err := checkRhythm(t, s, db, c.ID); err != nil {
			rt.Error(err)
		}
	})
}

// alterOne changes the newest touchpoint of a customer and deletes the one before it, as far as there are any.
func alterOne(ctx context.Context, s *survey.Service, id survey.CustomerID, kind survey.TouchpointKind, at time.Time) error {
	page, err := s.Touchpoints(ctx, survey.TouchpointFilter{CustomerID: id, Limit: 2})
	if err != nil || len(page.Items) == 0 {
		return err
	}
	_, err = s.ChangeTouchpoint(ctx, survey.TouchpointID(page.Items[0].ID), 0, survey.TouchpointFields{Kind: &kind, At: &at})
	if len(page.Items) == 2 {
		err = errors.Join(err, s.DeleteTouchpoint(ctx, survey.TouchpointID(page.Items[1].ID), page.Items[1].Version))
	}
	return err
}

// TestWritersAtOnceLoseNoSignOfLife records touchpoints of one customer from many goroutines while workers run.
func TestWritersAtOnceLoseNoSignOfLife(t *testing.T) {
	t.Parallel()
	db := newStore(t)
	s, clock := newServiceOn(t, db)
	c := newCustomer(t, s, "C")
	const writers, each = 8, 10
	errs := make(chan error, writers)
	stop := make(chan struct{})
	worker := make(chan error, 1)
	go func() {
		for {
			select {
			case <-stop:
				worker <- nil
				return
			default:
				if err := s.Effects().Drain(t.Context(), "rhythms", "touchpoint_batches"); err != nil {
					worker <- err
					return
				}
			}
		}
	}()
	for w := range writers {
		go func() {
			var err error
			for i := range each {
				_, one := s.RecordTouchpoint(t.Context(), survey.TouchpointInput{
					CustomerID: survey.CustomerID(c.ID), Kind: survey.Order, At: clock.Now().AddDate(0, 0, -(w + i*writers)),
				})
				err = errors.Join(err, one)
			}
			errs <- err
		}()
	}
	for range writers {
		if err := <-errs; err != nil {
			t.Errorf("record: %v", err)
		}
	}
	close(stop)
	if err := <-worker; err != nil {
		t.Errorf("work: %v", err)
	}
	effects(t, s)
	if err := checkRhythm(t, s, db, c.ID); err != nil {
		t.Error(err)
	}
	if r := storedRhythm(t, db, c.ID); r.Kinds[0].State.Events != writers*each {
		t.Errorf("days with orders: got %d, want %d", r.Kinds[0].State.Events, writers*each)
	}
}

// TestManyTouchpointsWriteARhythmOnce sends touchpoints of one customer in two large batches: its rhythm is written once, by
// the queue.
func TestManyTouchpointsWriteARhythmOnce(t *testing.T) {
	t.Parallel()
	const each = 1000
	db := newStore(t)
	s, clock := newServiceOn(t, db)
	c := newCustomer(t, s, "Busy")
	for batch := range 2 {
		rows := make([]survey.TouchpointInput, each)
		for i := range rows {
			at := clock.Now().Add(-time.Duration(3*each-batch*each-i) * time.Hour)
			rows[i] = survey.TouchpointInput{CustomerID: survey.CustomerID(c.ID), Kind: survey.Order, At: at, ExternalID: fmt.Sprint(batch, "-", i)}
		}
		for i, r := range s.PutTouchpoints(t.Context(), rows) {
			if r.Status != survey.RowCreated {
				t.Fatalf("touchpoint %d: %s, %v", i, r.Status, r.Err)
			}
		}
	}
	effects(t, s, "touchpoint_batches")
	if r := storedRhythm(t, db, c.ID); r == nil || r.Version != 1 {
		t.Errorf("the rhythm is %+v, want it written once", r)
	}
	if err := checkRhythm(t, s, db, c.ID); err != nil {
		t.Error(err)
	}
}
