package quiet_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"math"
	"strings"
	"testing"

	"earshot/survey/quiet"
)

// four customers, looked at on day 100: A and C come back within 50 days, B and D do not; E is not known yet.
func four() []quiet.History {
	return []quiet.History{
		{Customer: "A", Days: []quiet.Day{10, 50, 95, 120}}, {Customer: "B", Days: []quiet.Day{10, 40, 60}},
		{Customer: "C", Days: []quiet.Day{10, 40, 50, 110}}, {Customer: "D", Days: []quiet.Day{10, 20, 30, 151}},
		{Customer: "E", Days: []quiet.Day{151, 152}}, {Customer: "F", Days: []quiet.Day{99, 100}},
	}
}

func TestFiguresByHand(t *testing.T) {
	t.Parallel()
	p := quiet.Defaults()
	report, err := quiet.Backtest(context.Background(), quiet.Events(four()),
		quiet.Options{Rand: random(1), CutOffs: []quiet.Day{100}, Horizon: 50, Params: &p})
	if err != nil {
		t.Fatalf("Backtest: %v", err)
	}
	cut := report.Cuts[0]
	if cut.N != 4 || cut.Base != 0.5 || cut.Date != "1970-04-11" {
		t.Errorf("got %d customers, base %v, date %s; want 4, 0.5, 1970-04-11", cut.N, cut.Base, cut.Date)
	}
	detectors := map[string]quiet.Detector{}
	for _, d := range cut.Detectors {
		detectors[d.Name] = d
	}
	rule := detectors["rule 30 days"] // says A stays and B, C, D are gone: wrong on C
	near(t, "rule AUC", rule.AUC, 0.75, 1e-12)
	near(t, "rule AP", rule.AP, 2.0/3, 1e-12)
	near(t, "rule Brier", rule.Brier, 0.25, 1e-12)
	near(t, "rule log loss", rule.LogLoss, -math.Log(1e-6)/4, 1e-5)
	near(t, "rule ECE", rule.ECE, 0.25, 1e-12)
	near(t, "rule top", rule.Top, 2.0/3, 1e-12)
	recency := detectors[quiet.DetectorRecency] // D, C, B, A
	near(t, "recency AUC", recency.AUC, 0.75, 1e-12)
	near(t, "recency AP", recency.AP, (1+2.0/3)/2, 1e-12)
	near(t, "recency top", recency.Top, 1, 0)
	if !recency.Ranks || rule.Ranks {
		t.Errorf("ranks only: recency %v, rule %v; want true, false", recency.Ranks, rule.Ranks)
	}
	if late := detectors["rule 90 days"]; late.AUC != 0.5 || late.Brier != 0.5 {
		t.Errorf("a rule that nobody meets: AUC %v, Brier %v; want 0.5 and 0.5", late.AUC, late.Brier)
	}
}

func TestBacktestRefusesWhatItCannotCheck(t *testing.T) {
	t.Parallel()
	p := quiet.Defaults()
	base := quiet.Options{Rand: random(1), Horizon: 50, Params: &p}
	at := func(days ...quiet.Day) quiet.Options { o := base; o.CutOffs = days; return o }
	rows := []struct {
		name string
		in   []quiet.History
		opts quiet.Options
		want string
	}{
		{"no events", nil, base, "no events"},
		{"horizon beyond the data", four(), at(103), "needs 50 days of data after it"},
		{"cut-off before the data", four(), at(9), "needs 50 days of data after it"},
		{"nobody known well enough", four(), at(20), "no customer had 3 active days yet"},
		{"too short", []quiet.History{{Customer: "A", Days: []quiet.Day{1, 2}}}, base, "too short"},
		{"no randomness", four(), quiet.Options{}, "randomness"},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			_, err := quiet.Backtest(context.Background(), quiet.Events(row.in), row.opts)
			if err == nil || !strings.Contains(err.Error(), row.want) {
				t.Errorf("got %v, want an error that says %q", err, row.want)
			}
		})
	}
	if _, err := quiet.Backtest(context.Background(), quiet.ReadEvents(strings.NewReader("A,x")), base); err == nil || !strings.Contains(err.Error(), "line 1") {
		t.Errorf("broken stream: got %v, want its error", err)
	}
}

// TestACutOffBeforeAnybodyIsKnownIsSkipped takes one customer who came once, long before all others, and then these.
func TestACutOffBeforeAnybodyIsKnownIsSkipped(t *testing.T) {
	t.Parallel()
	p := quiet.Defaults()
	early := append([]quiet.History{{Customer: "early", Days: []quiet.Day{1}}}, later(four(), 1000)...)
	report, err := quiet.Backtest(context.Background(), quiet.Events(early), quiet.Options{Rand: random(1), Horizon: 10, Params: &p})
	if err != nil {
		t.Fatal(err)
	}
	if len(report.Cuts) == 0 || len(report.Cuts)+len(report.Skipped) != 4 {
		t.Errorf("got %d cut-offs and %v skipped, want some of four", len(report.Cuts), report.Skipped)
	}
	var b strings.Builder
	if err := report.Write(&b); err != nil || !strings.Contains(b.String(), "Skipped, for no customer had 3 active days yet: the cut-offs of "+report.Skipped[0]) {
		t.Errorf("the report does not say what was skipped: %v\n%.600s", err, b.String())
	}
	_, err = quiet.Backtest(context.Background(), quiet.Events(early), quiet.Options{Rand: random(1), Horizon: 10, Params: &p, MinEvents: 99})
	if err == nil || !strings.Contains(err.Error(), "any customer had 99 active days yet") {
		t.Errorf("nobody at any cut-off: got %v, want an error that says so", err)
	}
}

// later are the histories so many days later.
func later(histories []quiet.History, days quiet.Day) []quiet.History {
	for _, h := range histories {
		for i := range h.Days {
			h.Days[i] += days
		}
	}
	return histories
}

// TestBacktestOfACompany runs everything, with fits and cut-offs chosen by itself, on customers who were made with
// rhythms of their own: the model must beat the plain rules there.
func TestBacktestOfACompany(t *testing.T) {
	t.Parallel()
	histories := company(random(12), 300, 700)
	opts := func() quiet.Options {
		return quiet.Options{Rand: random(13), Fit: quiet.FitOptions{Evaluations: 60, Deltas: []float64{1}}}
	}
	report, err := quiet.Backtest(context.Background(), quiet.Events(histories), opts())
	if err != nil {
		t.Fatalf("Backtest: %v", err)
	}
	if len(report.Cuts) != 4 {
		t.Fatalf("cut-offs: got %d, want 4", len(report.Cuts))
	}
	for _, cut := range report.Cuts {
		model, alarm, rule := cut.Detectors[0], cut.Detectors[1], cut.Detectors[3]
		if !cut.Fit.Fitted || cut.Fit.Customers < 100 {
			t.Errorf("%s: fit %+v, want one", cut.Date, cut.Fit)
		}
		if model.AUC < rule.AUC || alarm.AUC < rule.AUC || model.Brier > rule.Brier || model.ECE > 0.12 {
			t.Errorf("%s: rhythm %.3f %.3f (ECE %.3f), alarm score %.3f, against the rule %.3f %.3f", cut.Date,
				model.AUC, model.Brier, model.ECE, alarm.AUC, rule.AUC, rule.Brier)
		}
	}
	again, err := quiet.Backtest(context.Background(), quiet.Events(histories), opts())
	if err != nil {
		t.Fatalf("Backtest again: %v", err)
	}
	if first, second := asJSON(t, report), asJSON(t, again); first != second {
		t.Error("the same data and seed gave two different reports")
	}
}

func asJSON(t *testing.T, r *quiet.Report) string {
	t.Helper()
	text, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func TestReportReadsWell(t *testing.T) {
	t.Parallel()
	p := quiet.Defaults()
	report, err := quiet.Backtest(context.Background(), quiet.Events(four()),
		quiet.Options{Rand: random(1), CutOffs: []quiet.Day{98, 100}, Horizon: 50, Params: &p})
	if err != nil {
		t.Fatalf("Backtest: %v", err)
	}
	var b bytes.Buffer
	if err := report.Write(&b); err != nil {
		t.Fatalf("Write: %v", err)
	}
	for _, want := range []string{
		"Cut-off 1970-04-11: 4 customers judged, 50 % of them stayed silent\n",
		"  rule 30 days  0.750          0.667      0.67  0.250     3.454         0.250\n",
		"Mean of the 2 cut-offs",
		"\nAUC            how often",
	} {
		if !strings.Contains(b.String(), want) {
			t.Errorf("the report lacks %q:\n%s", want, b.String())
		}
	}
	for _, line := range strings.Split(b.String(), "\n") {
		if len(line) > 130 {
			t.Errorf("a line of %d characters: %s", len(line), line)
		}
	}
	if err := report.Write(failing{}); !errors.Is(err, errFull) {
		t.Errorf("Write to a full disk: got %v, want its error", err)
	}
}

var errFull = errors.New("disk full")

type failing struct{}

func (failing) Write([]byte) (int, error) { return 0, errFull }
