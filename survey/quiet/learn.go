package quiet

import "context"

// Learnt is what an installation's history teaches of one kind of sign of life.
type Learnt struct {
	FitResult
	Pace        Pace        `json:"pace"`
	Calibration Calibration `json:"calibration"`
	Curve       Curve       `json:"curve"`
	Cohort      Cohort      `json:"cohort"`
	Overstated  float64     `json:"overstated"` // see Model.Overstated
}

// Learn fits the parameters to customers' active days up to and including end, on the clock of the options at the pace of these
// customers, whose weeks are on average as long as the calendar's by what the fitted model sees of it. It looks what the scores have come
// to mean, what lists of the silent would have brought, and how newcomers come back. settled is the last day of which it is known who
// came; behind it the pace is taken for the usual one. Errors are those of Fit.
func Learn(ctx context.Context, histories []History, end, settled Day, opts FitOptions) (Learnt, error) {
	before, err := NewModel(opts.withDefaults().Fallback)
	if err != nil {
		return Learnt{}, err
	}
	base := opts.Clock
	pace := before.Pace(histories, min(settled, end), base, 0).rescaled()
	opts.Clock = pace.Clock(base)
	fit, err := Fit(ctx, histories, end, opts)
	if err != nil {
		return Learnt{}, err
	}
	fitted, err := NewModel(fit.Params)
	if err != nil {
		return Learnt{}, err
	}
	out := Learnt{FitResult: fit, Pace: fitted.Pace(histories, min(settled, end), base, pace.Scale).rescaled()}
	present := fitted.At(out.Pace.Clock(base))
	out.Calibration, out.Curve = present.watch(histories, end, opts.Pauses)
	out.Overstated = present.Overstated(histories, end, opts.Pauses)
	out.Cohort = present.Cohort(histories, min(settled, end), opts.Pauses)
	return out, nil
}
