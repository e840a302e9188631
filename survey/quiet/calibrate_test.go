package quiet_test

import (
	"math"
	"testing"

	"pgregory.net/rapid"

	"earshot/survey/quiet"
)

// scoresOf makes a calibration of silences by how far they got and whether they ended.
func scoresOf(years float64, silences ...struct {
	n        int
	step     int
	returned bool
}) quiet.Calibration {
	c := quiet.Calibration{Reached: make([]float64, steps), Returned: make([]float64, steps), Censored: make([]float64, steps), Ended: make([]float64, steps), CustomerYears: years}
	for _, s := range silences {
		for i := range s.step + 1 {
			c.Reached[i] += float64(s.n)
		}
		if s.returned {
			c.Returned[s.step] += float64(s.n)
			c.Ended[s.step] += float64(s.n)
		} else {
			c.Open += s.n
			c.Censored[s.step] += float64(s.n)
		}
	}
	return c
}

// steps is the number of steps of a score.
const steps = 56

type silences = struct {
	n        int
	step     int
	returned bool
}

func TestWithoutAHistoryScoresSpeakForThemselves(t *testing.T) {
	t.Parallel()
	c := quiet.Calibration{}.Chances()
	for _, score := range []float64{0, 0.01, 0.1, 0.3, 0.5, 0.7, 0.85} {
		near(t, "chance", c.Left(score), score, 0.02)
	}
	near(t, "most", c.Most(), 0.9, 1e-12)
	near(t, "surest", c.Left(1), 0.9, 1e-12)
	near(t, "threshold", c.Threshold(quiet.Limits{Wrong: 0.5, FalseAlarms: 2}), 0.5, 0.03)
}

// TestReturnsAreCounted: of a thousand silences that got as far as step 10, half ended there and half went on to the top and
// are still open.
func TestReturnsAreCounted(t *testing.T) {
	t.Parallel()
	c := scoresOf(1000, silences{500, 10, true}, silences{500, 55, false}).Chances()
	near(t, "before they return", c.Left(quiet.StepScore(10)), 0.5, 0.02)
	if got := c.Left(quiet.StepScore(12)); got < 0.96 {
		t.Errorf("behind all that ever returned: got %.3f, want nearly sure", got)
	}
	if got := c.Left(1); got < 0.99 || got >= 1 {
		t.Errorf("at the top: got %v, want what 500 silences can support", got)
	}
	near(t, "false alarms at step 10", c.FalseAlarms(10), 12.5, 1e-9)
	near(t, "false alarms at step 11", c.FalseAlarms(11), 0, 0)
	if got := c.Threshold(quiet.Limits{Wrong: 0.6, FalseAlarms: 2}); got != quiet.StepScore(11) {
		t.Errorf("threshold of at most 2 false alarms: got %v, want %v", got, quiet.StepScore(11))
	}
	if got := c.Threshold(quiet.Limits{Wrong: 0.6, FalseAlarms: 13}); got >= quiet.StepScore(11) {
		t.Errorf("threshold of 13 false alarms: got %v, want one below %v", got, quiet.StepScore(11))
	}
}

// TestWhoComesBackFromEveryScoreIsNeverSure: the scores are wrong here, and must be told so.
func TestWhoComesBackFromEveryScoreIsNeverSure(t *testing.T) {
	t.Parallel()
	c := scoresOf(1000, silences{300, 55, true}, silences{100, 55, false}).Chances()
	near(t, "sure by score", c.Left(0.999), 0.27, 0.03)
	if got := c.Threshold(quiet.Limits{Wrong: 0.5, FalseAlarms: 2}); got != quiet.StepScore(steps-1) {
		t.Errorf("threshold: got %v, want the last step", got)
	}
}

func TestChancesNeverFallWithTheScore(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		var list []silences
		for range rapid.IntRange(0, 30).Draw(t, "silences") {
			list = append(list, silences{
				n: rapid.IntRange(1, 50).Draw(t, "n"), step: rapid.IntRange(0, steps-1).Draw(t, "step"), returned: rapid.Bool().Draw(t, "returned"),
			})
		}
		c := scoresOf(rapid.Float64Range(0, 1e5).Draw(t, "years"), list...).Chances()
		last := 0.0
		for i := range 1001 {
			got := c.Left(float64(i) / 1000)
			probability(t, "chance", got)
			if got < last-1e-12 || got > c.Most() {
				t.Fatalf("score %v: chance %v after %v, at most %v", float64(i)/1000, got, last, c.Most())
			}
			last = got
		}
	})
}

func TestACalibrationOfOtherStepsIsNone(t *testing.T) {
	t.Parallel()
	c := quiet.Calibration{Reached: []float64{9}, Returned: []float64{9}, Censored: []float64{0}, Ended: []float64{9}}.Chances()
	near(t, "chance", c.Left(0.5), 0.5, 0.02)
}

// TestCalibrateFollowsSilences counts by hand: one customer of six orders, some of them long ago, silent at the end.
func TestCalibrateFollowsSilences(t *testing.T) {
	t.Parallel()
	m := model(t, quiet.Defaults())
	end := firstDay + 2000
	days := []quiet.Day{firstDay, firstDay + 30, firstDay + 60, end - 400, end - 300, end - 270}
	c := m.Calibrate([]quiet.History{{Customer: "A", Days: days}, {Customer: "B", Days: []quiet.Day{end - 9, end - 3}}}, end, nil)
	returned := 0.0
	for _, n := range c.Returned {
		returned += n
	}
	if c.Open != 1 || returned > 2 || c.Reached[0] < 1 {
		t.Errorf("got %+v, want one open silence, and two that ended within a year", c)
	}
	// 65 days of the gap before end-300 lie within the year, then 30, then 270.
	near(t, "customer years", c.CustomerYears, (65+30+270)/365.25, 1e-9)
	if later := m.Calibrate([]quiet.History{{Days: append(days, end+1, end+2)}}, end, nil); later.Open != 1 {
		t.Errorf("days behind the end: got %d open silences, want 1", later.Open)
	}
	if math.IsNaN(c.Chances().Left(0.4)) {
		t.Error("no chance")
	}
}

// TestWhoLeftBeforeTheYearTellsNothing: silences that had gone far when the watching began were not seen to pass the steps before. Counted
// there, those who left long ago would make every silence look like leaving.
func TestWhoLeftBeforeTheYearTellsNothing(t *testing.T) {
	t.Parallel()
	m := model(t, quiet.Defaults())
	end := firstDay + 2000
	weekly := func(last quiet.Day) (days []quiet.Day) {
		for n := range quiet.Day(20) {
			days = append(days, last-7*(20-n)+7)
		}
		return days
	}
	present := []quiet.History{{Customer: "A", Days: append(weekly(end-100), end-60, end-10)}}
	gone := append([]quiet.History{}, present...)
	for range 50 {
		gone = append(gone, quiet.History{Days: weekly(end - 900)})
	}
	want, got := m.Calibrate(present, end, nil), m.Calibrate(gone, end, nil)
	if got.Open != want.Open+50 {
		t.Errorf("got %d open silences, want %d", got.Open, want.Open+50)
	}
	for _, score := range []float64{0.1, 0.5, 0.8} {
		near(t, "chance", got.Chances().Left(score), want.Chances().Left(score), 1e-12)
	}
	back := append([]quiet.History{}, present...)
	for range 50 {
		back = append(back, quiet.History{Days: append(weekly(end-900), end-10)})
	}
	ended := func(c quiet.Calibration) (sum float64) {
		for _, n := range c.Ended {
			sum += n
		}
		return sum
	}
	near(t, "false alarms about who comes back after years", ended(m.Calibrate(back, end, nil)), ended(want)+50, 0)
}

// TestACalibrationOfAnEarlierProgram counted what was still silent and what ended with the others.
func TestACalibrationOfAnEarlierProgram(t *testing.T) {
	t.Parallel()
	now := scoresOf(1000, silences{500, 10, true}, silences{300, 20, false}, silences{200, 55, false})
	before := now
	before.Censored, before.Ended = nil, nil
	for _, score := range []float64{0.1, 0.5, 0.9} {
		near(t, "chance", before.Chances().Left(score), now.Chances().Left(score), 1e-12)
	}
	near(t, "false alarms", before.Chances().FalseAlarms(0), now.Chances().FalseAlarms(0), 1e-12)
}
