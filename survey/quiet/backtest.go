package quiet

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"math/rand/v2"
	"strings"
)

// Options steer Backtest. The zero value of a field means its default, but Rand is required.
type Options struct {
	Rand      *rand.Rand // draws the samples that parameters are fitted on
	CutOffs   []Day      // pretend it is the evening of these days; default: four, spread over the later data
	Horizon   int        // days; what is foretold is silence in (T, T + Horizon]; default 91
	MinEvents int        // judge only customers with so many active days up to T; default 3
	Window    int        // use only the days of the last Window days before T; 0 means all
	Rules     []int      // "N days without a sign" rules to compare with; default 30 and 90
	Fit       FitOptions // Rand and Clock of it are not needed
	Params    *Params    // use these, at an even pace, instead of learning from the days before each cut-off
	Limits    Limits     // what the list may cost, by which it begins in the report's curve
	// Clock returns what everything is measured on, by what is known at a cut-off; nil is the plain calendar.
	Clock func(known []History) *Clock
}

// Names of the detectors in a report; the rules are named "rule 30 days".
const (
	DetectorRhythm  = "rhythm"
	DetectorAlarm   = "alarm score"
	DetectorRecency = "recency"
)

// Report is the outcome of a backtest.
type Report struct {
	Horizon   int   `json:"horizon_days"`
	MinEvents int   `json:"min_events"`
	Cuts      []Cut `json:"cut_offs"`
	// Skipped are the dates of default cut-offs at which no customer had MinEvents active days yet.
	Skipped []string `json:"skipped_cut_offs,omitempty"`
	// Curve is what lists of the silent would have brought and cost in the last year of the data, by what is known at their end; InForce
	// is the point that the limits choose.
	Curve   Curve `json:"curve"`
	InForce Point `json:"in_force"`
}

// Cut is the outcome at one cut-off.
type Cut struct {
	CutOff    Day        `json:"cut_off_day"`
	Date      string     `json:"cut_off"`
	N         int        `json:"customers"` // judged
	Base      float64    `json:"base_rate"` // share of them that stayed silent
	Fit       FitResult  `json:"fit"`
	Detectors []Detector `json:"detectors"`
	// Newcomers is how the comparison with similar customers did for those with too few active days for a rhythm.
	Newcomers *NewcomerCut `json:"newcomers,omitempty"`
}

// Detector is a way to foretell silence, measured. Ranks says that its scores order customers but are not chances of
// silence within the horizon, so that only AUC, AP and Top mean something.
type Detector struct {
	Name  string `json:"name"`
	Ranks bool   `json:"ranks_only"`
	Figures
}

// Backtest pretends at every cut-off that it was that evening: parameters are fitted on what was known, every customer
// gets a chance of staying silent, and the chances are held against what happened. Data must reach a horizon beyond the
// last cut-off. Errors: those of the stream and of the context, and a sentence where the data are too few or short.
func Backtest(ctx context.Context, events iter.Seq2[Event, error], opts Options) (*Report, error) {
	if opts.Rand == nil {
		return nil, errors.New("quiet: Backtest needs a source of randomness")
	}
	histories, err := Collect(events)
	if err != nil {
		return nil, err
	}
	first, last, err := extent(histories)
	if err != nil {
		return nil, err
	}
	chosen := len(opts.CutOffs) > 0
	opts = opts.withDefaults(first, last)
	report := &Report{Horizon: opts.Horizon, MinEvents: opts.MinEvents}
	for _, t := range opts.CutOffs {
		if t < first || t+Day(opts.Horizon) > last {
			return nil, fmt.Errorf("the cut-off %s needs %d days of data after it; the data run from %s to %s", t, opts.Horizon, first, last)
		}
		cut, err := opts.judge(ctx, histories, t)
		switch {
		case err != nil:
			return nil, err
		case cut.N > 0:
			report.Cuts = append(report.Cuts, cut)
		case chosen:
			return nil, fmt.Errorf("at %s no customer had %d active days yet", t, opts.MinEvents)
		default:
			report.Skipped = append(report.Skipped, t.String())
		}
	}
	switch {
	case len(report.Cuts) > 0:
	case len(report.Skipped) > 0:
		return nil, fmt.Errorf("at none of the cut-offs %s any customer had %d active days yet", strings.Join(report.Skipped, ", "), opts.MinEvents)
	default:
		return nil, fmt.Errorf("the data run from %s to %s: too short to foretell %d days and check it", first, last, opts.Horizon)
	}
	return report, opts.draw(ctx, report, histories, last)
}

// draw adds the curve to the report.
func (o Options) draw(ctx context.Context, report *Report, histories []History, last Day) error {
	var known []History
	for _, h := range histories {
		if h = h.until(last, o.Window); len(h.Days) > 0 {
			known = append(known, h)
		}
	}
	m, _, err := o.learn(ctx, known, last)
	if err != nil {
		return err
	}
	calibration, drawn := m.watch(known, last, o.Fit.Pauses)
	report.Curve, report.InForce = drawn, drawn.From(calibration.Chances().Threshold(o.Limits))
	return nil
}

// extent returns the first and the last day of all histories.
func extent(histories []History) (first, last Day, err error) {
	if len(histories) == 0 {
		return 0, 0, errors.New("there are no events to test on")
	}
	first, last = histories[0].Days[0], histories[0].Days[0]
	for _, h := range histories {
		first, last = min(first, h.Days[0]), max(last, h.Days[len(h.Days)-1])
	}
	return first, last, nil
}

// Defaults of a backtest.
const (
	defaultHorizon   = 91
	defaultCuts      = 4
	defaultMinEvents = 3
)

func (o Options) withDefaults(first, last Day) Options {
	if o.Horizon <= 0 {
		o.Horizon = defaultHorizon
	}
	if o.MinEvents <= 0 {
		o.MinEvents = defaultMinEvents
	}
	if len(o.Rules) == 0 {
		o.Rules = []int{30, 90}
	}
	if len(o.CutOffs) == 0 {
		o.CutOffs = spread(first, last-Day(o.Horizon))
	}
	return o
}

// spread places cut-offs evenly over the later two thirds of the days that can be one.
func spread(first, latest Day) []Day {
	from := first + (latest-first)/3
	var out []Day
	for i := range Day(defaultCuts) {
		t := from + (latest-from)*i/(defaultCuts-1)
		if t > first && (len(out) == 0 || t > out[len(out)-1]) {
			out = append(out, t)
		}
	}
	return out
}

// judge measures all detectors at one cut-off; none where nobody had enough active days yet.
func (o Options) judge(ctx context.Context, histories []History, t Day) (Cut, error) {
	known := make([]History, 0, len(histories))
	var judged []History
	var silent []bool
	for _, h := range histories {
		past := h.until(t, o.Window)
		if len(past.Days) == 0 {
			continue
		}
		known = append(known, past)
		if len(past.Days) >= o.MinEvents {
			judged = append(judged, past)
			silent = append(silent, !h.within(t, t+Day(o.Horizon)))
		}
	}
	if len(judged) == 0 {
		return Cut{}, nil
	}
	m, fit, err := o.learn(ctx, known, t)
	if err != nil {
		return Cut{}, err
	}
	cut := Cut{CutOff: t, Date: t.String(), N: len(judged), Fit: fit, Detectors: o.detectors(m, judged, silent, t)}
	for _, s := range silent {
		if s {
			cut.Base += 1 / float64(len(silent))
		}
	}
	cut.Newcomers = o.judgeNewcomers(m, known, histories, t)
	return cut, nil
}

// learn returns the model that would have been used on the evening of t.
func (o Options) learn(ctx context.Context, known []History, t Day) (*Model, FitResult, error) {
	var clock *Clock
	if o.Clock != nil {
		clock = o.Clock(known)
	}
	if o.Params != nil {
		m, err := NewModel(*o.Params)
		if err != nil {
			return nil, FitResult{}, err
		}
		return m.At(clock), FitResult{Params: *o.Params, Why: "parameters were given"}, nil
	}
	opts := o.Fit
	opts.Rand, opts.Clock = o.Rand, clock
	learnt, err := Learn(ctx, known, t, t, opts)
	if err != nil {
		return nil, FitResult{}, err
	}
	m, err := NewModel(learnt.Params)
	if err != nil {
		return nil, FitResult{}, err
	}
	return m.At(learnt.Pace.Clock(clock)), learnt.FitResult, nil
}

// detectors scores every judged customer in every way.
func (o Options) detectors(m *Model, judged []History, silent []bool, t Day) []Detector {
	states := make([]State, len(judged))
	_ = parallel(context.Background(), len(judged), func(from, to int) {
		for i := from; i < to; i++ {
			states[i] = m.Replay(judged[i].Days)
		}
	})
	of := func(name string, ranks bool, score func(s *State) float64) Detector {
		all := make([]forecast, len(states))
		for i := range states {
			all[i] = forecast{chance: score(&states[i]), silent: silent[i]}
		}
		return Detector{Name: name, Ranks: ranks, Figures: measure(all)}
	}
	silence := func(s *State) float64 { return float64(t - s.Last) }
	out := []Detector{
		of(DetectorRhythm, false, func(s *State) float64 { return m.NoEvent(*s, t, o.Horizon) }),
		of(DetectorAlarm, true, func(s *State) float64 { return m.Alarm(*s, t) }),
		of(DetectorRecency, true, func(s *State) float64 { return silence(s) / (1 + silence(s)) }),
	}
	for _, n := range o.Rules {
		out = append(out, of(fmt.Sprintf("rule %d days", n), false, func(s *State) float64 {
			if silence(s) > float64(n) {
				return 1
			}
			return 0
		}))
	}
	return out
}
