package survey_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"earshot/survey"
	"earshot/survey/quiet"
	"earshot/survey/store"
)

// standing is one line of the quiet list, as a rep sees it.
type standing struct {
	id, sentence string
	gone, rank   float64
}

// quietList returns all lines of the quiet list.
func quietList(tb testing.TB, s *survey.Service) []standing {
	tb.Helper()
	var list []standing
	f := survey.QuietFilter{Limit: 50}
	for {
		page, err := s.QuietCustomers(tb.Context(), f)
		if err != nil {
			tb.Fatal(err)
		}
		for _, q := range page.Items {
			list = append(list, standing{q.Customer.ID, q.Sentence, q.Gone, q.Rank})
		}
		if f.After = page.Next; f.After == "" {
			return list
		}
	}
}

// TestAFitRanksAllCustomersAtOnceOrNotAtAll holds the list of the quiet still between a fit and the moment in which it comes into force,
// whatever part of the customers has been judged by it already; and then it is all of the new models.
func TestAFitRanksAllCustomersAtOnceOrNotAtAll(t *testing.T) {
	t.Parallel()
	s, clock, db := readyToFit(t, 120)
	effects(t, s, "rhythms")
	before := quietList(t, s)
	effects(t, s, "rhythm_models", "rankings")
	if got := quietList(t, s); len(before) == 0 || !slices.Equal(got, before) {
		t.Fatalf("fitted: got %d quiet, want the %d as they were", len(got), len(before))
	}
	ranking := storedRanking(t, db)
	if ranking.Number != 0 || ranking.Coming[survey.Order] == nil || ranking.Coming[survey.Order].Fit != 1 {
		t.Fatalf("got ranking %+v, want number 0 in force and the first fit coming", ranking)
	}

	clock.Advance(3 * time.Minute)
	if err := s.PrepareSome(t.Context(), 60); err != nil {
		t.Fatal(err)
	}
	prepared := 0
	for i := range 120 {
		if r := rawRhythm(t, db, customerOf(t, s, fmt.Sprint("C", i))); r.Next != nil {
			prepared++
		}
	}
	if got := quietList(t, s); prepared != 60 || !slices.Equal(got, before) {
		t.Fatalf("%d judged by the coming models: got %d quiet, want the %d as they were", prepared, len(got), len(before))
	}

	// Who is seen meanwhile is off the list by both.
	seen := before[0].id
	recordBy(t, s, survey.CustomerID(seen), survey.Order, clock.Now())
	if got := quietList(t, s); len(got) != len(before)-1 || slices.ContainsFunc(got, func(x standing) bool { return x.id == seen }) {
		t.Fatalf("after an order: got %d quiet, want one fewer than %d", len(got), len(before))
	}
	effects(t, s, "rankings")
	ranking = storedRanking(t, db)
	if ranking.Number != 1 || ranking.Coming != nil || ranking.Models[survey.Order].Fit != 1 {
		t.Fatalf("got ranking %+v, want number 1 with the first fit in force", ranking)
	}
	after := quietList(t, s)
	for _, x := range after {
		r := storedRhythm(t, db, x.id)
		if r.Kinds[0].Fit != 1 || r.List != survey.Leaving || r.Rank != x.rank || r.Gone != x.gone {
			t.Errorf("%+v: stored %+v, want the rank and the chance of the first fit", x, r.Verdict)
		}
		if x.id == seen {
			t.Errorf("who has just ordered is quiet")
		}
	}
	if len(after) == 0 || slices.Equal(after, before[1:]) || !slices.IsSortedFunc(after, func(a, b standing) int { return -int((a.rank - b.rank) * 1e9) }) {
		t.Errorf("after it came into force: got %d quiet, want others than before, the highest rank first", len(after))
	}

	// Looked at since, they stand as they stood.
	clock.Advance(24 * time.Hour)
	effects(t, s, "rhythms", "rankings")
	if r := rawRhythm(t, db, after[0].id); r.Under != 1 || r.Next != nil || r.OddList != survey.Leaving {
		t.Errorf("looked at since: got %+v, want the verdict of number 1 in its place", r)
	}
}

// TestAProcessThatIsBehindDoesNotWriteByOldModels has one process bring models into force behind the back of another, which
// remembers the former for a minute.
func TestAProcessThatIsBehindDoesNotWriteByOldModels(t *testing.T) {
	t.Parallel()
	s, clock, db := readyToFit(t, 120)
	effects(t, s, "rhythm_models", "rankings")
	clock.Advance(3 * time.Minute)
	other := mustService(t, survey.Options{Store: db, Clock: clock.Now})
	known, err := other.QuietCustomers(t.Context(), survey.QuietFilter{}) // now it remembers
	if err != nil || len(known.Items) < 2 {
		t.Fatalf("got %d quiet, %v; want some", len(known.Items), err)
	}
	effects(t, s, "rankings")
	id := known.Items[0].Customer.ID
	recordBy(t, s, survey.CustomerID(id), survey.Call, clock.Now().Add(-time.Minute)) // the rhythm is of number 1 now
	recordBy(t, other, survey.CustomerID(id), survey.Order, clock.Now())
	r := rawRhythm(t, db, id)
	if r.Under != 1 || r.Next != nil || len(r.Kinds) != 2 || r.Kinds[1].Kind != survey.Order || r.Kinds[1].Fit != 1 || !r.LastAt.Equal(clock.Now()) {
		t.Errorf("told by a process that was behind: got %+v, want the state of the models in force", r)
	}
	want, _ := s.Rhythm(t.Context(), survey.CustomerID(id))
	got, err := other.Rhythm(t.Context(), survey.CustomerID(id))
	if err != nil || got.Sentence != want.Sentence {
		t.Errorf("the other process tells %+v, %v; want what all tell, %+v", got, err, want)
	}
}

// rawRhythm returns a rhythm as it is stored.
func rawRhythm(tb testing.TB, db store.Store, customer string) *survey.Rhythm {
	tb.Helper()
	docs, err := db.Fetch(tb.Context(), specNamed(tb, "rhythms"), []string{customer})
	if err != nil || len(docs) != 1 {
		tb.Fatalf("fetch the rhythm: %d, %v", len(docs), err)
	}
	return docs[0].(*survey.Rhythm)
}

// customerOf returns the id of the customer with that external id.
func customerOf(tb testing.TB, s *survey.Service, external string) string {
	tb.Helper()
	c, err := s.CustomerByExternalID(tb.Context(), external)
	if err != nil {
		tb.Fatal(err)
	}
	return c.ID
}

// recordBy records a touchpoint of a customer.
func recordBy(tb testing.TB, s *survey.Service, id survey.CustomerID, kind survey.TouchpointKind, at time.Time) {
	tb.Helper()
	if _, err := s.RecordTouchpoint(tb.Context(), survey.TouchpointInput{CustomerID: id, Kind: kind, At: at}); err != nil {
		tb.Fatalf("record a touchpoint: %v", err)
	}
}

// learnAnew has the orders of a shop be learnt anew under another number, to this effect.
func (x *shop) learnAnew(effect func(*survey.RhythmModel)) {
	x.t.Helper()
	m := storedModel(x.t, x.db)
	effect(m)
	m.Fit++
	m.Owe("walk_rhythms", x.clock.Now())
	if err := write(x.t, x.db, "rhythm_models", store.Replace, m); err != nil {
		x.t.Fatal(err)
	}
	effects(x.t, x.s, "rhythm_models", "rankings")
}

// TestAnOutageHoldsTheVerdictToCome as it does the one in force, where both are by the same parameters.
func TestAnOutageHoldsTheVerdictToCome(t *testing.T) {
	t.Parallel()
	x, _ := stoppedShop(t)
	x.learnAnew(func(*survey.RhythmModel) {})
	x.clock.Advance(3 * time.Minute)
	if err := x.s.PrepareSome(t.Context(), len(x.firms)); err != nil {
		t.Fatal(err)
	}
	held := 0
	for _, firm := range x.firms {
		r := rawRhythm(t, x.db, firm.ID)
		if r.HeldBy != "" {
			held++
		}
		if n := r.Next; n == nil || n.Under != 1 || n.HeldBy != r.HeldBy || !n.HeldSince.Equal(r.HeldSince) || n.Gone != r.Gone || !n.ScoredAt.Equal(r.ScoredAt) {
			t.Fatalf("%s: coming is %+v, in force %+v; want one as the other", firm.Name, n, r.Verdict)
		}
	}
	if held == 0 {
		t.Error("nobody is held, want most")
	}
}

// TestASnoozeEndsWhenOtherModelsSayMore of the customer, as it does when the days do: who was snoozed as unusually silent and is quiet by
// the models that come into force is told of; who is as silent as before is left alone.
func TestASnoozeEndsWhenOtherModelsSayMore(t *testing.T) {
	t.Parallel()
	for want, score := range map[survey.List]float64{survey.Leaving: 0.01, survey.Unusual: 0.99} {
		x := weekly(t, 1)
		id := x.firms[0].ID
		for rawRhythm(t, x.db, id).List == "" {
			x.wait(day)
		}
		if err := x.s.Snooze(t.Context(), survey.CustomerID(id), x.clock.Now().AddDate(0, 0, 100)); err != nil {
			t.Fatal(err)
		}
		before := rawRhythm(t, x.db, id)
		x.learnAnew(func(m *survey.RhythmModel) {
			m.PerWeek, m.Curve.Points = 1, []quiet.Point{{Score: score, PerWeek: 1}} // the list begins at that score
		})
		x.wait(3 * time.Minute)
		if before.List != survey.Unusual {
			t.Fatalf("got %+v; want who is unusually silent", before.Verdict)
		}
		if got := len(x.on(want)); got != 1 && want == survey.Leaving || got != 0 && want == survey.Unusual {
			t.Errorf("%d are on the list %q at once, want who is not snoozed", got, want)
		}
		x.wait(day)
		if r := rawRhythm(t, x.db, id); r.List != want || r.SnoozedUntil.IsZero() != (want == survey.Leaving) {
			t.Errorf("on the list %q, snoozed until %v; want the list %q, and a snooze if it is no more than that", r.List, r.SnoozedUntil, want)
		}
	}
}

// TestASnoozeIsOfWhatTheModelsInForceSay: who is snoozed after other models came into force stays so, though the silence was stored as less
// before that, and nobody has looked at it since.
func TestASnoozeIsOfWhatTheModelsInForceSay(t *testing.T) {
	t.Parallel()
	x := weekly(t, 1)
	id := survey.CustomerID(x.firms[0].ID)
	for rawRhythm(t, x.db, string(id)).List == "" {
		x.wait(day)
	}
	x.learnAnew(func(m *survey.RhythmModel) {
		m.PerWeek, m.Curve.Points = 1, []quiet.Point{{Score: 0.01, PerWeek: 1}}
	})
	x.wait(3 * time.Minute)
	if r := rawRhythm(t, x.db, string(id)); r.List != survey.Unusual || r.Next == nil || len(x.on(survey.Leaving)) != 1 {
		t.Fatalf("got %+v; want one who is told to be leaving, and stored as unusually silent", r.Verdict)
	}
	until := x.clock.Now().AddDate(0, 0, 14)
	if err := x.s.Snooze(t.Context(), id, until); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if r, err := x.s.Rhythm(t.Context(), id); err != nil || !r.SnoozedUntil.Equal(store.Time(until)) || len(x.on(survey.Leaving)) != 0 {
			t.Errorf("got %+v, %v; want one who is snoozed", r, err)
		}
		x.wait(day)
	}
}

// TestABatchOfTheRankingThatIsDoneAgain changes nothing: neither does it bring models into force twice, nor those that nobody was judged by.
func TestABatchOfTheRankingThatIsDoneAgain(t *testing.T) {
	t.Parallel()
	first, second := map[survey.TouchpointKind]*survey.Law{survey.Order: {Fit: 1}}, map[survey.TouchpointKind]*survey.Law{survey.Order: {Fit: 2}}
	was := survey.Ranking{Number: 3}
	r := was
	for range 2 {
		r.TakeUp(&was, first, startOfTests)
	}
	if r.Number != 3 || r.Models != nil || r.Coming[survey.Order].Fit != 1 || !r.From.Equal(startOfTests) {
		t.Fatalf("got %+v, want the first models coming", r)
	}
	begun := r
	for range 2 {
		r.Reach(&begun, "half way")
	}
	half := r
	r.TakeUp(&was, second, startOfTests.Add(day))
	r.Reach(&begun, "less") // of a worker that was slow
	if r.Walked != "half way" || r.Coming[survey.Order].Fit != 1 || r.Number != 3 {
		t.Errorf("got %+v, want one that is half way", r)
	}
	for range 2 {
		r.Reach(&half, "")
	}
	if r.Number != 4 || r.Coming != nil || r.Models[survey.Order].Fit != 1 || r.Walked != "" {
		t.Fatalf("got %+v, want the first models in force as number 4", r)
	}
	r.TakeUp(&was, first, startOfTests)
	r.Reach(&begun, "")
	if r.Number != 4 || r.Coming != nil {
		t.Errorf("got %+v, want nothing coming that is in force", r)
	}
	in := r
	r.TakeUp(&in, second, startOfTests)
	if r.Reach(&begun, ""); r.Number != 4 || r.Coming[survey.Order].Fit != 2 {
		t.Errorf("got %+v, want the second models coming", r)
	}
}

// TestFitsDoneTwice before the first is in force come into force one after the other, each of all customers; and a worker that was slow
// does nothing again that others have done.
func TestFitsDoneTwice(t *testing.T) {
	t.Parallel()
	x := weekly(t, 10)
	x.learnAnew(func(*survey.RhythmModel) {})
	x.clock.Advance(3 * time.Minute)
	if err := x.s.PrepareSome(t.Context(), 5); err != nil {
		t.Fatal(err)
	}
	slow := storedRanking(t, x.db)
	x.learnAnew(func(*survey.RhythmModel) {})
	if r := storedRanking(t, x.db); r.Number != 1 || r.Models[survey.Order].Fit != 1 || r.Coming[survey.Order].Fit != 2 {
		t.Fatalf("got %+v, want the first fit in force and the second coming", r)
	}
	if err := x.s.RankFurther(t.Context(), slow); err != nil {
		t.Fatal(err)
	}
	for _, firm := range x.firms {
		if r := rawRhythm(t, x.db, firm.ID); r.Under != 0 || r.Next == nil || r.Next.Under != 1 {
			t.Fatalf("%s is under %d, and %+v is to come; want it judged by the first fit alone", firm.Name, r.Under, r.Next)
		}
	}
	x.clock.Advance(3 * time.Minute)
	effects(t, x.s, "rankings")
	if r := storedRanking(t, x.db); r.Number != 2 || r.Models[survey.Order].Fit != 2 || r.Coming != nil {
		t.Fatalf("got %+v, want the second fit in force", r)
	}
	for _, firm := range x.firms {
		if r := storedRhythm(t, x.db, firm.ID); r.Kinds[0].Fit != 2 {
			t.Errorf("%s is of fit %d, want the second", firm.Name, r.Kinds[0].Fit)
		}
	}
}

// TestAKindThatNothingIsLearntOfYet is no reason to judge all rhythms by other models: they are the built-in ones.
func TestAKindThatNothingIsLearntOfYet(t *testing.T) {
	t.Parallel()
	x := weekly(t, 3)
	x.learnAnew(func(*survey.RhythmModel) {})
	x.wait(3 * time.Minute)
	record(t, x.s, x.firms[0], survey.Login, x.clock.Now())
	x.learnAnew(func(m *survey.RhythmModel) { m.Fit-- }) // nothing
	if r := storedRanking(t, x.db); r.Number != 1 || r.Coming != nil {
		t.Errorf("got %+v, want number 1 and nothing to come", r)
	}
}

// TestWhatScoresCameToMeanComesIntoForceAtOnce as other parameters do, also where there were too few customers to fit any: until then the
// list stands as it stood.
func TestWhatScoresCameToMeanComesIntoForceAtOnce(t *testing.T) {
	t.Parallel()
	s, clock, db := readyToFit(t, 40)
	effects(t, s, "rhythms")
	before := quietList(t, s)
	effects(t, s, "rhythm_models", "rankings")
	m := storedModel(t, db)
	if m.Why == "" || m.Params != quiet.Defaults() || m.Calibration.CustomerYears == 0 || m.Fit != 1 {
		t.Fatalf("got %+v, want no parameters but a calibration, as the first change", m)
	}
	clock.Advance(2 * time.Minute) // no process remembers the former
	if got := quietList(t, s); len(before) == 0 || !slices.Equal(got, before) {
		t.Errorf("calibrated: got %+v, want the %+v as they were", got, before)
	}
	clock.Advance(2 * time.Minute)
	effects(t, s, "rankings")
	after := quietList(t, s)
	if r := storedRanking(t, db); r.Number != 1 || slices.Equal(after, before) {
		t.Errorf("got ranking %+v and %+v, want the calibration in force, by which chances are others", r, after)
	}
	for _, x := range after {
		if r := storedRhythm(t, db, x.id); r.Kinds[0].Fit != 1 || r.Rank != x.rank || r.Gone != x.gone {
			t.Errorf("%+v: stored %+v, want the rank and the chance of the calibration", x, r.Verdict)
		}
	}

	m = storedModel(t, db)
	m.Schedule("fit_model", clock.Now())
	if err := write(t, db, "rhythm_models", store.Replace, m); err != nil {
		t.Fatal(err)
	}
	effects(t, s, "rhythm_models")
	if again := storedModel(t, db); !again.TriedAt.After(m.TriedAt) || again.Fit != 1 {
		t.Errorf("learnt on the same day again: got fit %d at %v, want that to change nothing", again.Fit, again.TriedAt)
	}
}

// TestACursorIsOfOneRanking: by the one after the next the list stands in the same index again, at other places.
func TestACursorIsOfOneRanking(t *testing.T) {
	t.Parallel()
	x := weekly(t, 3)
	for len(x.on(survey.Leaving)) < 3 {
		x.wait(day)
	}
	f := survey.QuietFilter{List: survey.Leaving, Limit: 1}
	first, err := x.s.QuietCustomers(t.Context(), f)
	if err != nil || first.Next == "" {
		t.Fatalf("got %+v, %v; want more than a page", first, err)
	}
	f.After = first.Next
	if _, err := x.s.QuietCustomers(t.Context(), f); err != nil {
		t.Errorf("the next page: %v", err)
	}
	for n := range 2 {
		x.learnAnew(func(*survey.RhythmModel) {})
		x.wait(3 * time.Minute)
		if _, err := x.s.QuietCustomers(t.Context(), f); survey.KindOf(err) != survey.Invalid {
			t.Errorf("%d rankings later: got %v, want that it is another list's", n+1, err)
		}
	}
}
