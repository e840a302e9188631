package worlds

import (
	"math"
	"reflect"
	"slices"
	"testing"

	"earshot/survey/quiet"
)

func TestTheSameSeedMakesTheSameWorlds(t *testing.T) {
	t.Parallel()
	first, again, other := All(7), All(7), All(8)
	for i, w := range first {
		if !reflect.DeepEqual(w, again[i]) {
			t.Errorf("%s: two worlds of one seed differ", w.Name)
		}
		if reflect.DeepEqual(w.Customers, other[i].Customers) {
			t.Errorf("%s: two seeds make one world", w.Name)
		}
	}
}

func TestWorldsAreWhatTheySay(t *testing.T) {
	t.Parallel()
	for _, w := range All(1) {
		left := 0
		for _, c := range w.Customers {
			if !slices.IsSorted(c.Days) || len(slices.Compact(slices.Clone(c.Days))) != len(c.Days) {
				t.Fatalf("%s: the days of %s are not in order, or twice", w.Name, c.Name)
			}
			last := c.Days[len(c.Days)-1]
			if c.Days[0] < begin || last >= To || c.Left != never && last > c.Left+180 {
				t.Fatalf("%s: %s comes from %s to %s and leaves on %s", w.Name, c.Name, c.Days[0], last, c.Left)
			}
			if c.Leaves() && c.Left >= From {
				left++
			}
		}
		if share := float64(left) / float64(len(w.Customers)); share < 0.04 || share > 0.5 {
			t.Errorf("%s: %.2f of the customers leave while they are watched", w.Name, share)
		}
	}
}

// TestTry counts by hand: of three customers who come every ten days, one leaves in the second month, one takes a pause of forty days
// and comes back, and one left long before anybody watched.
func TestTry(t *testing.T) {
	t.Parallel()
	every := func(from, to quiet.Day) (days []quiet.Day) {
		for d := from; d < to; d += 10 {
			days = append(days, d)
		}
		return days
	}
	w := &World{Name: "by hand", Deaf: never, Customers: []Customer{
		{Name: "leaves", Days: every(From-100, From+50), Left: From + 50, Cycle: 10},
		{Name: "pauses", Days: append(every(From-100, From+100), every(From+140, To)...), Left: never, Cycle: 10},
		{Name: "left", Days: every(From-500, From-200), Left: From - 200, Cycle: 10},
	}}
	got, err := Try(t.Context(), w, After(30))
	if err != nil {
		t.Fatal(err)
	}
	if got.Alarms != 2 || got.False != 1 || got.LeftShare() != 0.5 || got.Leavers != 1 || got.Within90 != 1 || got.Within3 != 0 || got.Waited != 1 {
		t.Errorf("got %+v, want one leaver, who is told of within 90 days and not within three cycles, and one false alarm", got)
	}
	// Two customers were there for a year and 50 days, the third for none of it.
	if want := 100 / ((365.0 + 50) / (365.25 / 4)); math.Abs(got.PerQuarter-want) > 1e-9 {
		t.Errorf("false alarms for 100 customers and quarter: got %v, want %v", got.PerQuarter, want)
	}
	if got.MedianDelay != 3.1 {
		t.Errorf("median delay: got %v cycles, want 3.1", got.MedianDelay)
	}
	got, err = Try(t.Context(), w, Times(3))
	if err != nil || got.Alarms != 2 || got.MedianDelay != 3.1 {
		t.Errorf("three times the own median gap: got %+v, %v", got, err)
	}
}

// TestEarshotInAWorld watches one world with few evaluations of the fit: it must do better than both plain rules at once.
func TestEarshotInAWorld(t *testing.T) {
	t.Parallel()
	all := All(3)
	w := all[slices.IndexFunc(all, func(w *World) bool { return w.Name == "summer" })]
	w.Customers = w.Customers[:400]
	quick := quiet.FitOptions{Evaluations: 60, Deltas: []float64{1}, MaxGaps: 2000}
	calls := quiet.Limits{Wrong: 0.5, FalseAlarms: 2}
	got, err := Try(t.Context(), w, &Earshot{Step: "calls", Limits: calls, Fit: quick})
	if err != nil {
		t.Fatal(err)
	}
	before, err := Try(t.Context(), w, &Earshot{Step: "questions", Limits: quiet.Limits{Wrong: 0.75, FalseAlarms: 6, Least: 0.1}, Later: calls, Fit: quick})
	if err != nil {
		t.Fatal(err)
	}
	if before.Within3 < got.Within3 || before.MedianDelay >= got.MedianDelay || before.PerQuarter > 8 {
		t.Errorf("the step before: got %+v, want it sooner than %+v, and at most 8 false alarms", before, got)
	}
	rule, err := Try(t.Context(), w, After(30))
	if err != nil {
		t.Fatal(err)
	}
	if got.PerQuarter > 3 || got.PerQuarter > rule.PerQuarter/10 || got.Leavers == 0 || got.MedianDelay > 4 {
		t.Errorf("got %+v, want at most 3 false alarms for 100 customers and quarter, and half of the leavers told of within four cycles; the rule of 30 days: %+v", got, rule)
	}
}
