package survey_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"earshot/survey"
	"earshot/survey/store"
	"earshot/survey/store/mongodb"
	"earshot/survey/store/mongodb/mongotest"
)

// imported is the size of the file that faults are made amid.
const importedRows, importedCustomers = 45_000, 50

// openMongoDB opens a database of a replica set as a server does, but not so patient that a fault takes minutes.
func openMongoDB(t *testing.T, uri string) store.Store {
	t.Helper()
	db, err := mongodb.Open(t.Context(), uri, survey.Specs())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	return db
}

// TestImportsSurviveMongoDB has a replica set of three lose its primary in every way while two processes work on an import. It
// is taken in to its end each time, without anybody's doing.
func TestImportsSurviveMongoDB(t *testing.T) {
	t.Parallel()
	set := mongotest.Set(t)
	for _, fault := range []struct {
		name string
		make func(ctx context.Context) (mend func() error, err error)
	}{
		{"step-down", func(ctx context.Context) (func() error, error) { return nothing, set.StepDown(ctx) }},
		{"primary killed", func(ctx context.Context) (func() error, error) {
			m, err := set.KillPrimary(ctx)
			if err != nil {
				return nothing, err
			}
			return m.Start, nil
		}},
		{"primary frozen", func(ctx context.Context) (func() error, error) {
			m, err := set.FreezePrimary(ctx)
			if err != nil {
				return nothing, err
			}
			time.Sleep(20 * time.Second) // as an operator's machine that swaps; there is nothing to wait for
			return m.Thaw, nil
		}},
		{"all gone", func(context.Context) (func() error, error) { return set.StartAll, set.KillAll() }},
	} {
		t.Run(fault.name, func(t *testing.T) {
			db := openMongoDB(t, set.Database(t))
			s := mustService(t, survey.Options{Store: db})
			customersNamed(t, s, importedCustomers)
			begun := started(t, s, survey.ImportTouchpoints, touchpointFile(importedRows, importedCustomers))
			workers := processes(t, db, 2)
			defer workers()
			await(t, s, begun.ID, func(i *survey.Import) bool { return i.Rows > 0 })
			ctx, cancel := context.WithTimeout(context.WithoutCancel(t.Context()), time.Minute)
			defer cancel()
			mend, err := fault.make(ctx)
			if err == nil {
				err = mend()
			}
			if err != nil {
				t.Fatal(err)
			}
			done := await(t, s, begun.ID, func(i *survey.Import) bool { return i.State.Over() && len(i.Owes) == 0 })
			wantWhole(t, db, done, importedRows)
			if n := count(t, db, "touchpoints"); done.Failed != 0 || n != importedRows {
				t.Errorf("%d failed (%v), %d touchpoints; want %d", done.Failed, done.Errors, n, importedRows)
			}
			if err := set.AwaitHealthy(ctx); err != nil {
				t.Fatal(err)
			}
		})
	}
}

func nothing() error { return nil }

// processes runs workers as that many processes do, until the returned function is called.
func processes(t *testing.T, db store.Store, n int) (stop func()) {
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	var running sync.WaitGroup
	for range n {
		s := mustService(t, survey.Options{Store: db})
		running.Go(func() { s.Effects().Run(ctx) })
	}
	return func() {
		cancel()
		running.Wait()
	}
}

// await reads an import until it is as wanted. While the store is away it asks again.
func await(t *testing.T, s *survey.Service, id string, wanted func(*survey.Import) bool) *survey.Import {
	t.Helper()
	var last string
	for began := time.Now(); time.Since(began) < 3*time.Minute; time.Sleep(50 * time.Millisecond) {
		i, err := s.Import(t.Context(), id)
		if err == nil && wanted(i) {
			return i
		}
		last = fmt.Sprintf("%+v, %v", i, err)
	}
	t.Fatalf("the import does not come to it: %s", last)
	return nil
}

// TestRunImportSurvivesAStepDown has the primary step down while a program takes a file in that it reads itself.
func TestRunImportSurvivesAStepDown(t *testing.T) {
	t.Parallel()
	set := mongotest.Set(t)
	db := openMongoDB(t, set.Database(t))
	s := mustService(t, survey.Options{Store: db})
	customersNamed(t, s, importedCustomers)
	var once sync.Once
	var fault sync.WaitGroup
	done, err := s.RunImport(t.Context(), survey.ImportRequest{
		Kind: survey.ImportTouchpoints, FileName: "orders.csv", Reader: touchpointFile(importedRows, importedCustomers),
	}, func(survey.ImportProgress) {
		once.Do(func() {
			fault.Go(func() {
				ctx, cancel := context.WithTimeout(context.WithoutCancel(t.Context()), time.Minute)
				defer cancel()
				if err := set.StepDown(ctx); err != nil {
					t.Error(err)
				}
			})
		})
	})
	fault.Wait()
	if err != nil {
		t.Fatalf("got %+v, %v; want it finished", done, err)
	}
	wantWhole(t, db, done, importedRows)
}
