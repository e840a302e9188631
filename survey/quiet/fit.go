package quiet

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"

	"gonum.org/v1/gonum/optimize"
)

const (
	// minFitCustomers is the number of customers below which nothing is fitted.
	minFitCustomers = 100
	// defaultSample is the most customers to fit on. Those seen once cost little, for they are alike; the bound that
	// counts is the next one.
	defaultSample = 20000
	// defaultMaxGaps bounds the cost of a fit: some five seconds on two cores.
	defaultMaxGaps = 10000
	// defaultEvaluations is where the search over eight parameters hardly gains any more; fewer were seen to cost a
	// hundredth in calibration error on the CDNOW log.
	defaultEvaluations = 400
)

// FitOptions steer Fit. The zero value of a field means its default, but Rand is required.
type FitOptions struct {
	Rand        *rand.Rand // draws the sample
	Fallback    Params     // returned when nothing can be fitted; default Defaults(), better yesterday's parameters
	Sample      int        // most customers to fit on; default 20000
	MaxGaps     int        // most gaps to fit on; default 10000
	Evaluations int        // of the likelihood, per delta; default 400
	Deltas      []float64  // forgetting to try, in order, stopping at the first that is worse; default 1, .95, .9, .8
	Clock       *Clock     // what gaps are measured on; default the plain calendar

	Pauses map[string][]Pause // the customers' own, by History.Customer
}

// FitResult is what Fit found.
type FitResult struct {
	Params        Params   `json:"params"`
	Fitted        bool     `json:"fitted"`              // false: Params is the fallback
	AtBounds      []string `json:"at_bounds,omitempty"` // names of parameters that were stopped by their bounds
	Why           string   `json:"why,omitempty"`       // why nothing was fitted
	Customers     int      `json:"customers"`           // in the sample
	Gaps          int      `json:"gaps"`                // in the sample
	LogLikelihood float64  `json:"log_likelihood"`      // of the sample, with the prior
}

// Fit estimates the parameters of both models from customers' active days up to and including end, by maximum
// likelihood with a weak prior on drop-out. With fewer than 100 customers, or when the search fails, the result holds
// the fallback and says why. The error is only that of the context, or of missing options.
func Fit(ctx context.Context, histories []History, end Day, opts FitOptions) (FitResult, error) {
	if opts.Rand == nil {
		return FitResult{}, errors.New("quiet: Fit needs a source of randomness")
	}
	opts = opts.withDefaults()
	cut := make([]History, 0, len(histories))
	for _, h := range histories {
		if h = h.until(end, 0); len(h.Days) > 0 {
			cut = append(cut, h)
		}
	}
	drawn, gaps := draw(cut, opts)
	result := FitResult{Params: opts.Fallback, Customers: len(drawn), Gaps: gaps}
	if len(drawn) < minFitCustomers {
		result.Why = fmt.Sprintf("only %d customers, %d are needed", len(drawn), minFitCustomers)
		return result, nil
	}
	sample := trainees(drawn, end, opts)
	best, value, err := climb(ctx, sample, opts)
	if ctx.Err() != nil {
		return FitResult{}, ctx.Err()
	}
	switch {
	case err != nil:
		result.Why = err.Error()
	default:
		result.Params, result.LogLikelihood, result.Fitted, result.AtBounds = best, value, true, best.atBounds()
	}
	return result, nil
}

func (o FitOptions) withDefaults() FitOptions {
	if o.Fallback == (Params{}) {
		o.Fallback = Defaults()
	}
	if o.Sample <= 0 {
		o.Sample = defaultSample
	}
	if o.MaxGaps <= 0 {
		o.MaxGaps = defaultMaxGaps
	}
	if o.Evaluations <= 0 {
		o.Evaluations = defaultEvaluations
	}
	if len(o.Deltas) == 0 {
		o.Deltas = []float64{1, 0.95, 0.9, 0.8}
	}
	return o
}

// draw takes a random sample within the bounds of customers and gaps, and counts its gaps.
func draw(histories []History, opts FitOptions) ([]History, int) {
	order := opts.Rand.Perm(len(histories))
	var out []History
	gaps := 0
	for _, i := range order {
		h := histories[i]
		if len(out) >= opts.Sample || len(out) >= minFitCustomers && gaps+len(h.Days)-1 > opts.MaxGaps {
			break
		}
		out = append(out, h)
		gaps += len(h.Days) - 1
	}
	return out, gaps
}

// climb fits the companion and then RHYTHM along the ladder of deltas.
func climb(ctx context.Context, sample []trainee, opts FitOptions) (Params, float64, error) {
	companion, err := fitMBG(ctx, sample, opts.Evaluations)
	if err != nil {
		return Params{}, 0, err
	}
	var best Params
	value := math.Inf(-1)
	start := startVector()
	for _, delta := range opts.Deltas {
		x, v, err := fitRhythm(ctx, sample, delta, start, opts.Evaluations)
		if err != nil && math.IsInf(value, -1) {
			return Params{}, 0, err
		}
		if err != nil || v <= value {
			break
		}
		best, value = rhythmParams(x, delta), v
	}
	best.MBG = companion
	return best, value, best.Validate()
}

// startVector is where the search starts, in the coordinates of rhythmParams.
func startVector() []float64 {
	x := make([]float64, len(bounds))
	for i, v := range []float64{1, 6, priorA, priorB, 0.5, 0.5, 0.06, 2.5} {
		x[i] = bounds[i].coordinate(v)
	}
	return x
}

// rhythmParams maps the search space, which is without bounds, to parameters within theirs.
func rhythmParams(x []float64, delta float64) Params {
	v := make([]float64, len(x))
	for i := range x {
		v[i] = bounds[i].value(x[i])
	}
	return Params{R: v[0], Alpha: v[1], A: v[2], B: v[3], M: v[4], SD: v[5], Eps: v[6], Rho: v[7], Delta: delta, MBG: Defaults().MBG}
}

// fitRhythm climbs from start and returns the best point and its log posterior.
func fitRhythm(ctx context.Context, sample []trainee, delta float64, start []float64, evaluations int) ([]float64, float64, error) {
	return maximise(ctx, start, evaluations, func(x []float64) float64 {
		m, err := NewModel(rhythmParams(x, delta))
		if err != nil {
			return math.Inf(-1)
		}
		return dropOutPrior(m.p.A, m.p.B) + total(sample, m.logLikelihood)
	})
}

func fitMBG(ctx context.Context, sample []trainee, evaluations int) (MBG, error) {
	params := func(x []float64) MBG {
		return MBG{R: bounds[0].value(x[0]), Alpha: bounds[1].value(x[1]), A: bounds[2].value(x[2]), B: bounds[3].value(x[3])}
	}
	x, _, err := maximise(ctx, startVector()[:4], evaluations, func(x []float64) float64 {
		p := params(x)
		return dropOutPrior(p.A, p.B) + total(sample, p.logLikelihood)
	})
	if err != nil {
		return MBG{}, err
	}
	return params(x), nil
}

// total sums a log-likelihood over the sample on all cores, always in the same order.
func total(sample []trainee, of func(*trainee) float64) float64 {
	each := make([]float64, len(sample))
	_ = parallel(context.Background(), len(sample), func(from, to int) {
		for i := from; i < to; i++ {
			each[i] = sample[i].count * of(&sample[i])
		}
	})
	sum := 0.0
	for _, v := range each {
		sum += v
	}
	return sum
}

// searchBound keeps the search where a step still moves the parameters.
const searchBound = 9

// maximise climbs by Nelder-Mead and returns the best point with its value.
func maximise(ctx context.Context, start []float64, evaluations int, value func([]float64) float64) ([]float64, float64, error) {
	problem := optimize.Problem{
		Func: func(x []float64) float64 {
			for _, v := range x {
				if math.Abs(v) > searchBound {
					return math.Inf(1)
				}
			}
			v := value(x)
			if math.IsNaN(v) {
				return math.Inf(1)
			}
			return -v
		},
		Status: func() (optimize.Status, error) {
			if ctx.Err() != nil {
				return optimize.RuntimeLimit, ctx.Err()
			}
			return optimize.NotTerminated, nil
		},
	}
	settings := &optimize.Settings{
		FuncEvaluations: evaluations,
		Converger:       &optimize.FunctionConverge{Absolute: 1e-3, Iterations: 30},
	}
	result, err := optimize.Minimize(problem, start, settings, &optimize.NelderMead{SimplexSize: 0.5})
	switch {
	case ctx.Err() != nil:
		return nil, 0, ctx.Err()
	case result == nil:
		return nil, 0, fmt.Errorf("the search did not start: %w", err)
	case math.IsInf(result.F, 0) || math.IsNaN(result.F):
		return nil, 0, errors.New("the likelihood of these data is nowhere finite")
	}
	return result.X, -result.F, nil
}
