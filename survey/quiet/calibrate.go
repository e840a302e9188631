package quiet

import (
	"cmp"
	"math"
	"slices"
)

// Calibration tells what alarm scores have come to mean in an installation's own history: of the silences that got as far as a
// score, how many ended in a sign of life after all. A silence is followed along the score as survival analysis follows a patient
// along time: it ends by a return, at the score that it had reached, or is still open (censored); one that was under way when the
// watching began counts from the step behind the one on which it was then, for who had come back before was not seen (delayed entry, Klein
// and Moeschberger 2003, 4.6). The share that never returns is the product-limit estimate at its plateau over its value at the score
// (Kaplan and Meier 1958; on such plateaus, the cured of the books, Maller and Zhou 1996). Where there is little history the scores speak for themselves: each step counts
// calibrationPrior made-up silences more whose chance of having left is their score. The zero Calibration is that alone.
type Calibration struct {
	// Reached are how many silences were seen to get as far as each of the steps of the score, Returned how many of them ended before
	// the next one, and Censored how many stand between the two. Ended are how many of all silences ended there in CustomerYears of
	// watching, of which Open silences are left.
	Reached       []float64 `json:"reached"`
	Returned      []float64 `json:"returned"`
	Censored      []float64 `json:"censored"`
	Ended         []float64 `json:"ended"`
	Open          int       `json:"open"`
	CustomerYears float64   `json:"customer_years"`
}

// Chances are what a Calibration makes of scores. Make them with Calibration.Chances; immutable and safe for concurrent use.
type Chances struct {
	calibration Calibration
	// left are the chances of having left at each step.
	left [calibrationSteps]float64
}

const (
	// calibrationSteps are the scores at which silences are counted, from expit(lowestStep) on in steps of stepSize logits:
	// 0.03 to 0.999.
	calibrationSteps = 56
	lowestStep       = -3.5
	stepSize         = 0.1875
	// calibrationPrior is how many silences the score itself counts for on each step: of 1, 2, 4 and 8 the one with which what was said
	// of those told of came closest to what was true, in the worlds of another seed than that of docs/quiet.md.
	calibrationPrior = 2
	// unseen is how many silences more than were seen it takes for nothing to be surer; see Chances.
	unseen = 10
	// calibrationSpan is for how many days back silences are followed.
	calibrationSpan = 365
	// LeastEvents is how many active days a customer needs before their silence is judged by their rhythm.
	LeastEvents = 3
)

func logit(p float64) float64 { return math.Log(p / (1 - p)) }
func expit(x float64) float64 { return 1 / (1 + math.Exp(-x)) }

// StepScore is the score of step i.
func StepScore(i int) float64 { return expit(lowestStep + stepSize*float64(i)) }

// place is where between the steps a score stands: below 0 before the first.
func place(score float64) float64 {
	const surest = 1e-9
	return (logit(min(max(score, surest), 1-surest)) - lowestStep) / stepSize
}

// stepOf is the last step that a score has got to; negative before the first.
func stepOf(score float64) int { return min(int(math.Floor(place(score))), calibrationSteps-1) }

// Calibrate follows the silences of these customers over the year before the evening of end. pauses are the customers' own, by
// History.Customer.
func (m *Model) Calibrate(histories []History, end Day, pauses map[string][]Pause) Calibration {
	c, _ := m.watch(histories, end, pauses)
	return c
}

// Curve follows the same silences, and tells what lists of them would have brought and cost.
func (m *Model) Curve(histories []History, end Day, pauses map[string][]Pause) Curve {
	_, c := m.watch(histories, end, pauses)
	return c
}

// watch is Calibrate and Curve in one.
func (m *Model) watch(histories []History, end Day, pauses map[string][]Pause) (Calibration, Curve) {
	c, first := newCalibration(), end
	var silences []watched
	for _, h := range histories {
		silences = m.Pausing(pauses[h.Customer]...).follow(&c, silences, h.until(end, 0), end)
		if len(h.Days) > 0 {
			first = min(first, h.Days[0])
		}
	}
	weeks := float64(end-max(first, end-calibrationSpan)) / daysPerWeek
	return c, curve(silences, c.Chances(), len(histories), weeks)
}

// follow adds the silences of one customer, cut off at the end.
func (m *Model) follow(c *Calibration, silences []watched, h History, end Day) []watched {
	from := end - calibrationSpan
	var s State
	for i, day := range h.Days {
		if i+1 < len(h.Days) && h.Days[i+1] <= from {
			m.fold(&s, day)
			continue
		}
		m.Observe(&s, day)
		if s.Events < LeastEvents {
			continue
		}
		next, returned := end, i+1 < len(h.Days)
		if returned {
			next = h.Days[i+1]
		}
		const daysPerYear = 365.25
		c.CustomerYears += float64(next-max(day, from)) / daysPerYear
		w := watched{score: m.FastAlarm(&s, next), returned: returned}
		if day < from {
			w.before = m.FastAlarm(&s, from)
		}
		if !returned {
			w.late, w.part = m.late(&s, end), m.within(&s, from, end)
		}
		c.add(w)
		silences = append(silences, w)
	}
	return silences
}

// add adds a silence, from the step on that it was seen to reach.
func (c *Calibration) add(w watched) {
	before, top := w.steps()
	for i := before + 1; i <= top; i++ {
		c.Reached[i]++
	}
	seen := top > before
	switch {
	case !w.returned:
		c.Open++
		if seen {
			c.Censored[top]++
		}
	case top >= 0:
		c.Ended[top]++
		if seen {
			c.Returned[top]++
		}
	}
}

// Chances computes the chance at each step.
func (c Calibration) Chances() *Chances {
	c = c.completed()
	if slices.ContainsFunc([][]float64{c.Reached, c.Returned, c.Censored, c.Ended}, func(each []float64) bool { return len(each) != calibrationSteps }) {
		c = newCalibration() // none, or one of other steps
	}
	out := &Chances{calibration: c}
	stay := 1.0
	for i := calibrationSteps - 1; i >= 0; i-- {
		// Those who are still silent within the step were watched for half of it; the last step has no end.
		after, unwatched := 1.0, 0.0
		if i+1 < calibrationSteps {
			after, unwatched = StepScore(i+1), c.Censored[i]/2
		}
		prior := 1 - StepScore(i)/after
		stay *= 1 - (c.Returned[i]+calibrationPrior*prior)/(c.Reached[i]-unwatched+calibrationPrior)
		// By Laplace's rule of succession nothing is surer than the silences that have been seen to get so far.
		out.left[i] = min(stay, 1-1/(c.Reached[i]+unseen))
	}
	for i := 1; i < calibrationSteps; i++ {
		out.left[i] = max(out.left[i], out.left[i-1])
	}
	return out
}

// completed is a calibration that was counted before Censored and Ended were, when all silences counted on all steps up to theirs.
func (c Calibration) completed() Calibration {
	if c.Censored != nil || c.Ended != nil || len(c.Reached) != len(c.Returned) {
		return c
	}
	c.Ended, c.Censored = c.Returned, make([]float64, len(c.Reached))
	for i := range c.Reached {
		c.Censored[i] = c.Reached[i] - c.Returned[i]
		if i+1 < len(c.Reached) {
			c.Censored[i] -= c.Reached[i+1]
		}
	}
	return c
}

func newCalibration() Calibration {
	none := func() []float64 { return make([]float64, calibrationSteps) }
	return Calibration{Reached: none(), Returned: none(), Censored: none(), Ended: none()}
}

// Left is the chance that a silence of that alarm score does not end: that the customer has left. It never falls with the score.
func (c *Chances) Left(score float64) float64 {
	x := place(score)
	switch {
	case x <= 0:
		return c.left[0] * score / StepScore(0)
	case x >= calibrationSteps-1:
		return c.left[calibrationSteps-1]
	}
	i := int(x)
	return c.left[i] + (x-float64(i))*(c.left[i+1]-c.left[i])
}

// Most is the highest chance that the history can support.
func (c *Chances) Most() float64 { return c.left[calibrationSteps-1] }

// AtLeast says whether a chance is as high as the history can support, or within half a percent of that, so that it may be higher.
func (c *Chances) AtLeast(chance float64) bool { return chance >= c.Most()-0.005 }

// FalseAlarms is how many silences of 100 customers in a quarter would get as far as step i and end after all; 0 where nothing was
// watched.
func (c *Chances) FalseAlarms(i int) float64 {
	if c.calibration.CustomerYears == 0 {
		return 0
	}
	sum := 0.0
	for _, n := range c.calibration.Ended[i:] {
		sum += n
	}
	return 100 * sum / (4 * c.calibration.CustomerYears)
}

// Limits are what a list of silent customers may cost.
type Limits struct {
	// Wrong is the share of those told of who come back by themselves that is borne, 0 to 1: the declared rate of false discoveries.
	Wrong float64
	// FalseAlarms is how many such alarms are borne for 100 customers in a quarter.
	FalseAlarms float64
	// Least is the lowest alarm score at which the list may begin; 0 is leastAlarm.
	Least float64
}

// leastAlarm is the lowest threshold. Where nearly all customers are as regular as a clock their history would bear one so low that
// who comes once a year is told of before the year is over.
const leastAlarm = 0.15

// Threshold is the lowest alarm score from Limits.Least on at which both limits are kept.
func (c *Chances) Threshold(l Limits) float64 {
	for i := range calibrationSteps {
		if StepScore(i) >= cmp.Or(l.Least, leastAlarm) && c.left[i] >= 1-l.Wrong && c.FalseAlarms(i) <= l.FalseAlarms {
			return StepScore(i)
		}
	}
	return StepScore(calibrationSteps - 1)
}
