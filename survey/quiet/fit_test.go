package quiet_test

import (
	"context"
	"encoding/json"
	"errors"
	"reflect"
	"testing"

	"earshot/survey/quiet"
)

func TestFitFallsBack(t *testing.T) {
	t.Parallel()
	yesterday := groceryFit()
	got, err := quiet.Fit(context.Background(), company(random(14), 99, 700), firstDay+700,
		quiet.FitOptions{Rand: random(15), Fallback: yesterday})
	if err != nil {
		t.Fatalf("Fit: %v", err)
	}
	if got.Fitted || got.Params != yesterday || got.Why != "only 99 customers, 100 are needed" {
		t.Errorf("got %+v, want yesterday's parameters and why", got)
	}
	got, err = quiet.Fit(context.Background(), nil, firstDay, quiet.FitOptions{Rand: random(15)})
	if err != nil || got.Params != quiet.Defaults() {
		t.Errorf("no customers: got %+v, %v, want the defaults", got, err)
	}
}

func TestFitImprovesOnTheDefaults(t *testing.T) {
	t.Parallel()
	histories, end := company(random(16), 200, 700), firstDay+700
	opts := quiet.FitOptions{Rand: random(17), Evaluations: 100, Deltas: []float64{1, 0.9}}
	got, err := quiet.Fit(context.Background(), histories, end, opts)
	if err != nil {
		t.Fatalf("Fit: %v", err)
	}
	if !got.Fitted || got.Customers != 200 {
		t.Fatalf("got %+v, want a fit on 200 customers", got)
	}
	if err := got.Params.Validate(); err != nil {
		t.Errorf("fitted parameters: %v", err)
	}
	// The customers were made with gaps of shape 2, without forgetting and with a drop-out of 1 in 12.
	if got.Params.Delta != 1 {
		t.Errorf("delta: got %v, want 1 for customers who do not change", got.Params.Delta)
	}
	if p := got.Params.A / (got.Params.A + got.Params.B); p < 0.04 || p > 0.16 {
		t.Errorf("mean drop-out: got %.3f, want about 0.083", p)
	}
	again, err := quiet.Fit(context.Background(), histories, end,
		quiet.FitOptions{Rand: random(17), Evaluations: 100, Deltas: []float64{1, 0.9}})
	if err != nil || !reflect.DeepEqual(again, got) {
		t.Errorf("the same data and seed: got %+v, %v, want %+v", again, err, got)
	}
}

// TestFitKnowsOnlyThePast adds events after the end: they must not matter.
func TestFitKnowsOnlyThePast(t *testing.T) {
	t.Parallel()
	past := company(random(18), 120, 500)
	future := make([]quiet.History, len(past))
	end := firstDay + 500
	for i, h := range past {
		future[i] = quiet.History{Customer: h.Customer, Days: append(append([]quiet.Day{}, h.Days...), end+1, end+2, end+90)}
	}
	fit := func(histories []quiet.History) quiet.FitResult {
		got, err := quiet.Fit(context.Background(), histories, end, quiet.FitOptions{Rand: random(19), Evaluations: 40, Deltas: []float64{1}})
		if err != nil {
			t.Fatalf("Fit: %v", err)
		}
		return got
	}
	if got, want := fit(future), fit(past); !reflect.DeepEqual(got, want) {
		t.Errorf("with a future: got %+v, want %+v", got, want)
	}
}

func TestFitStopsAndRefuses(t *testing.T) {
	t.Parallel()
	ended, end := context.WithCancel(context.Background())
	end()
	_, err := quiet.Fit(ended, company(random(20), 120, 500), firstDay+500, quiet.FitOptions{Rand: random(21)})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("ended context: got %v, want context.Canceled", err)
	}
	if _, err := quiet.Fit(context.Background(), nil, firstDay, quiet.FitOptions{}); err == nil {
		t.Error("no randomness: got no error")
	}
}

func TestStateIsSmallAndSurvivesStorage(t *testing.T) {
	t.Parallel()
	s := model(t, groceryFit()).Replay(regular())
	text, err := json.Marshal(s)
	if err != nil {
		t.Fatalf("Marshal: %v", err)
	}
	var back quiet.State
	if err := json.Unmarshal(text, &back); err != nil || back != s {
		t.Errorf("got %+v, %v, want %+v", back, err, s)
	}
	if len(text) > 200 {
		t.Errorf("%d bytes as JSON, want at most 200: %s", len(text), text)
	}
	var fields map[string]any
	if err := json.Unmarshal(text, &fields); err != nil {
		t.Fatalf("Unmarshal: %v", err)
	}
	for _, name := range []string{"n", "g", "l", "events", "first", "last", "shapes"} {
		if _, found := fields[name]; !found {
			t.Errorf("no field %q in %s", name, text)
		}
	}
}

// TestYearlyAmongMonthly: the pace of nearly all must not be taken for everybody's. A customer who has ordered every 365 days comes
// usually every 365 days, and is told of after 400 days at the earliest and 550 at the latest.
func TestYearlyAmongMonthly(t *testing.T) {
	t.Parallel()
	rnd := random(21)
	span := quiet.Day(1500)
	end := firstDay + span
	var histories []quiet.History
	add := func(every, spread, n int) {
		for range n {
			var h quiet.History
			for d := firstDay + quiet.Day(rnd.IntN(every)); d <= end; d += quiet.Day(every + rnd.IntN(2*spread+1) - spread) {
				h.Days = append(h.Days, d)
				if rnd.IntN(90) == 0 {
					break
				}
			}
			histories = append(histories, h)
		}
	}
	add(30, 3, 980)
	add(365, 5, 20)
	got, err := quiet.Learn(t.Context(), histories, end, end, quiet.FitOptions{Rand: random(22), Evaluations: 150, Deltas: []float64{1}})
	if err != nil || !got.Fitted {
		t.Fatalf("got %+v, %v, want a fit", got, err)
	}
	m := model(t, got.Params).At(got.Pace.Clock(nil))
	s := m.Replay([]quiet.Day{end - 3*365, end - 2*365, end - 365, end})
	usual := m.GapQuantiles(s, 0.5)[0]
	near(t, "usual days", usual, 365, 15)
	told, ok := alarmAt(m, s, got.Calibration.Chances().Threshold(quiet.Limits{Wrong: 0.5, FalseAlarms: 2}))
	if after := told - end; !ok || after < 400 || after > 550 {
		t.Errorf("told of after %d days, want 400 to 550", after)
	}
}

func TestWhatLiesAtItsBoundsIsTold(t *testing.T) {
	t.Parallel()
	var histories []quiet.History
	for i := range 150 {
		var h quiet.History
		for d := firstDay + quiet.Day(i%7); d < firstDay+400; d += 7 {
			h.Days = append(h.Days, d)
		}
		histories = append(histories, h)
	}
	got, err := quiet.Fit(t.Context(), histories, firstDay+400, quiet.FitOptions{Rand: random(23), Deltas: []float64{1}})
	if err != nil || !got.Fitted || len(got.AtBounds) == 0 {
		t.Errorf("customers who are all alike: got %+v, %v; want to be told what lies at its bounds", got, err)
	}
}
