package survey_test

import (
	"math"
	"strings"
	"testing"
	"time"

	"earshot/survey"
)

// TestTheLengthOfTheListIsChosen fits the orders of a made-up company, and has its list be as long as was chosen.
func TestTheLengthOfTheListIsChosen(t *testing.T) {
	t.Parallel()
	db := newStore(t)
	s, clock := newServiceOn(t, db)
	s.SetRandom(sameRandom())
	capacity := func(kind survey.TouchpointKind) *survey.Capacity {
		t.Helper()
		c, err := s.Capacity(t.Context(), kind)
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	if c := capacity(""); c.Kind != "" || len(c.Curve.Points) > 0 || len(c.Kinds) > 0 {
		t.Errorf("without a history: got %+v, want nothing", c)
	}
	if err := s.ChooseCapacity(t.Context(), survey.Order, 1); survey.KindOf(err) != survey.NotFound {
		t.Errorf("a choice without a curve: got %v, want NotFound", err)
	}

	customersOrdering(t, s, 120)
	clock.Advance(25 * time.Hour)
	effects(t, s, "rhythm_models")
	bringIntoForce(t, s, clock)
	before := capacity("")
	if before.Kind != survey.Order || before.Chosen != 0 || before.Curve.Customers != 120 || len(before.Curve.Points) == 0 {
		t.Fatalf("after the fit: got %+v, want the curve of orders", before)
	}
	if c := capacity(survey.Payment); c.Kind != survey.Payment || len(c.Curve.Points) > 0 || !c.Curve.LittleHistory {
		t.Errorf("payments: got %+v, want an empty curve of little history", c)
	}
	most := before.Curve.Most()
	for _, wrong := range []float64{-1, 0.001, most + 1, math.NaN(), math.Inf(1)} {
		if err := s.ChooseCapacity(t.Context(), survey.Order, wrong); survey.KindOf(err) != survey.Invalid {
			t.Errorf("a choice of %v: got %v, want Invalid", wrong, err)
		}
	}

	fit := storedModel(t, db).Fit
	if err := s.ChooseCapacity(t.Context(), survey.Order, most); err != nil {
		t.Fatal(err)
	}
	longest := capacity("")
	if longest.Chosen != most || longest.Coming == nil || *longest.Coming != before.Curve.Points[0] || longest.InForce != before.InForce {
		t.Errorf("chosen the most: got %v a week and %+v to come, want the first point %+v while %+v is in force", longest.Chosen, longest.Coming, before.Curve.Points[0], before.InForce)
	}
	if m := storedModel(t, db); m.Fit != fit+1 || m.Owing("walk_rhythms") == nil {
		t.Errorf("after the choice: got fit %d and %v, want %d and a walk", m.Fit, m.Owes, fit+1)
	}

	// quiet is how many are on the list once everybody was judged anew.
	quiet := func() int {
		t.Helper()
		bringIntoForce(t, s, clock)
		page, err := s.QuietCustomers(t.Context(), survey.QuietFilter{Limit: 200})
		if err != nil {
			t.Fatal(err)
		}
		return len(page.Items)
	}
	long := quiet()
	if now := capacity(""); now.InForce != before.Curve.Points[0] || now.Coming != nil || now.Own != before.Own {
		t.Errorf("once all were judged anew: got %+v in force and %+v to come, want the first point and nothing", now.InForce, now.Coming)
	}
	least, _ := before.Curve.Range()
	if err := s.ChooseCapacity(t.Context(), survey.Order, least); err != nil {
		t.Fatal(err)
	}
	if short := quiet(); short >= long {
		t.Errorf("on the shortest list: got %d customers, want fewer than the %d on the longest", short, long)
	}

	// Of those whom a list of the usual length would have had called, a question is not said to be enough.
	step, err := s.QuietCustomers(t.Context(), survey.QuietFilter{List: survey.Unusual, Limit: 200})
	if err != nil {
		t.Fatal(err)
	}
	sure := 0
	for _, q := range step.Items {
		if enough := strings.HasSuffix(q.Sentence, "A question may be enough."); enough != (q.Gone < 0.5) {
			t.Errorf("with a chance of %.2f: %s", q.Gone, q.Sentence)
		}
		if q.Gone >= 0.5 {
			sure++
		}
	}
	if sure == 0 {
		t.Error("on the shortest list: nobody of high chance is left to the step before, want some")
	}

	if err := s.ChooseCapacity(t.Context(), survey.Order, 0); err != nil {
		t.Fatal(err)
	}
	bringIntoForce(t, s, clock)
	if again := capacity(""); again.Chosen != 0 || again.Coming != nil || again.InForce != again.Own {
		t.Errorf("left to the limits again: got %+v and %+v to come, want %+v", again.InForce, again.Coming, again.Own)
	}
}
