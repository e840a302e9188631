package quiet_test

import (
	"math"
	"math/rand/v2"
	"testing"

	"earshot/survey/quiet"
)

// said are forecasts of one chance, of which that many stayed.
func said(chance float64, stayed, of int) []quiet.Forecast {
	all := make([]quiet.Forecast, of)
	for i := range all {
		all[i] = quiet.Forecast{Said: chance, Stayed: i < stayed}
	}
	return all
}

// TestCheckForecasts holds the test against exact sums of binomial terms, made with whole numbers.
func TestCheckForecasts(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name       string
		chance     float64
		stayed, of int
		want       float64
		wrong      bool
	}{
		{"as said", 0.8, 80, 100, 1, false},
		{"said 80, 61 of 100 stayed", 0.8, 61, 100, 1.936758578485578e-05, true},
		{"all of 20 stayed", 0.95, 20, 20, 0.7169718448170844, false},
		{"12 of 20 stayed", 0.95, 12, 20, 5.713770765637492e-06, true},
		{"none of 30 stayed", 0.5, 0, 30, 1.862645149230957e-09, true},
		{"of a thousand", 0.75, 700, 1000, 0.0003871806438981579, true},
		{"a little more than said", 0.5, 15, 20, 0.04138946533203125, false},
		{"too few to tell", 0.9, 0, 19, 2e-19, false},
		{"none at all", 0.9, 0, 0, 1, false},
		{"sure and right", 1, 30, 30, 1, false},
		{"sure and wrong", 1, 29, 30, 0, true},
		{"impossible and so", 0, 0, 30, 1, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got := quiet.CheckForecasts(said(tt.chance, tt.stayed, tt.of))
			if math.Abs(got.Chance-tt.want) > 1e-9*max(tt.want, 1e-10) && math.Abs(got.Chance-tt.want) > 1e-12 {
				t.Errorf("got chance %v, want %v", got.Chance, tt.want)
			}
			if got.Wrong(false) != tt.wrong || got.Stayed != tt.stayed || got.Of != tt.of {
				t.Errorf("got %+v, wrong %v; want wrong %v", got, got.Wrong(false), tt.wrong)
			}
		})
	}
}

// TestALeastChanceIsNotWrongForBeingLow, as where too little history is there to tell more than 9 in 10, and all stay away.
func TestALeastChanceIsNotWrongForBeingLow(t *testing.T) {
	t.Parallel()
	atLeast := func(stayed int) quiet.Drift {
		all := said(0.93, stayed, 300)
		for i := range all {
			all[i].AtLeast = true
		}
		return quiet.CheckForecasts(all)
	}
	if all := atLeast(300); all.Wrong(false) || all.Of != 300 {
		t.Errorf("all of them stayed: %+v is called wrong", all)
	}
	if few := atLeast(240); !few.Wrong(false) {
		t.Errorf("four in five stayed: %+v is not called wrong", few)
	}
	if plain := quiet.CheckForecasts(said(0.93, 300, 300)); !plain.Wrong(false) {
		t.Errorf("all stayed of whom no more could be told: %+v is not called wrong", plain)
	}
}

// TestWhatIsCalledWrongMends does so later than it was called wrong, so that the notice does not come and go.
func TestWhatIsCalledWrongMends(t *testing.T) {
	t.Parallel()
	between := quiet.CheckForecasts(said(0.8, 70, 100))
	if between.Wrong(false) || !between.Wrong(true) {
		t.Errorf("a chance of %v is called wrong %v before and %v after; want only after", between.Chance, between.Wrong(false), between.Wrong(true))
	}
	if fine := quiet.CheckForecasts(said(0.8, 78, 100)); fine.Wrong(true) {
		t.Errorf("a chance of %v is still called wrong", fine.Chance)
	}
}

// simulate looks once a week, for so many years, at the silences of the last year in four groups, of which five a week settle in each, and
// returns how often a group was newly called wrong, and after how many weeks at first. Who was said to stay away with a chance does so
// with what truth makes of it.
func simulate(random *rand.Rand, years int, truth func(float64) float64) (notices, first int) {
	const groups, weekly, window = 4, 5, 52
	var past [groups][][]quiet.Forecast
	var wrong [groups]bool
	for week := range 52 * years {
		for g := range groups {
			var batch []quiet.Forecast
			for range weekly {
				chance := 0.3 + 0.17*(float64(g)+random.Float64())
				batch = append(batch, quiet.Forecast{Said: chance, Stayed: random.Float64() < truth(chance)})
			}
			past[g] = append(past[g], batch)
			past[g] = past[g][max(0, len(past[g])-window):]
			var all []quiet.Forecast
			for _, b := range past[g] {
				all = append(all, b...)
			}
			now := quiet.CheckForecasts(all).Wrong(wrong[g])
			if now && !wrong[g] {
				if notices++; first == 0 {
					first = week + 1
				}
			}
			wrong[g] = now
		}
	}
	return notices, first
}

// TestDriftIsSeldomCalledForNothing simulates 60 years of an installation whose chances are right, and of ones where they are not.
func TestDriftIsSeldomCalledForNothing(t *testing.T) {
	t.Parallel()
	const years = 60
	notices, _ := simulate(rand.New(rand.NewPCG(1, 2)), years, func(p float64) float64 { return p })
	t.Logf("%d notices in %d years where the chances are right", notices, years)
	if notices > years/3 {
		t.Errorf("%d notices in %d years where the chances are right, want hardly any and at most one a year", notices, years)
	}
	for _, off := range []float64{-0.2, 0.2} {
		_, first := simulate(rand.New(rand.NewPCG(3, 4)), 2, func(p float64) float64 { return p + off })
		t.Logf("off by %v: a notice after %d weeks", off, first)
		if first == 0 || first > 26 {
			t.Errorf("chances that are off by %v are called wrong after %d weeks, want within half a year", off, first)
		}
	}
}
