package quiet

import (
	"fmt"
	"math"
	"strings"
)

// Reason holds the numbers of the plain-language explanation, so that a page can show them apart as well.
type Reason struct {
	Verb    string  `json:"verb"`     // third person: "orders", "logs in"
	Missing string  `json:"missing"`  // what has not come where other signs of life have since: "order"; empty where nothing has come
	Here    string  `json:"here"`     // what says that the customer is still here, who has stopped buying alone: "logged in yesterday"
	Low     float64 `json:"low"`      // days within which 10 % of the customer's gaps end
	Middle  float64 `json:"middle"`   // days, median
	High    float64 `json:"high"`     // days, 90 %
	Silence float64 `json:"silence"`  // days of silence so far
	Rest    float64 `json:"rest"`     // days of it on which the clock stood still, as on holidays and in pauses; 0 on the plain calendar
	Due     Day     `json:"due"`      // by the end of this day 90 % of such gaps are over; 0 where that is too far ahead to tell
	Tail    float64 `json:"tail"`     // share of such gaps that get this long
	Gone    float64 `json:"gone"`     // chance that the customer has left, or, who is still here, has stopped buying
	AtLeast bool    `json:"at_least"` // that Gone is the highest chance that there is history enough to tell
	Gaps    int     `json:"gaps"`     // completed gaps that the rhythm was learnt from
}

// rhythmGaps is the number of completed gaps from which on a rhythm is called the customer's own.
const rhythmGaps = 2

// Reason explains the silence of a state on a day. verb is the third person of what the customer does: "orders".
func (m *Model) Reason(s State, now Day, verb string) Reason {
	score := m.Score(s, now)
	q := m.GapQuantiles(s, 0.1, 0.5, 0.9)
	r := Reason{
		Verb: verb, Low: q[0], Middle: q[1], High: q[2],
		Silence: score.Silence, Rest: max(score.Silence-daysPerWeek*m.weeks(s.Last, now), 0),
		Tail: score.Tail, Gone: score.Gone, Gaps: s.Gaps(),
	}
	if due, ok := m.clock.DayAfter(s.Last, q[2]/daysPerWeek); ok && q[2] < gapHorizon {
		r.Due = due
	}
	return r
}

// leastRest is how many days of rest in a silence are told: more than any usual week end makes.
const leastRest = 3

// silent writes how long the silence is, and how much of it does not count.
func (r Reason) silent() string {
	silent := "silent for " + days(r.Silence)
	if r.Missing != "" {
		silent = "no " + r.Missing + " for " + days(r.Silence)
	}
	if rest := math.Round(r.Rest); rest >= leastRest {
		silent += fmt.Sprintf(", %.0f of them at rest", rest)
	}
	return silent
}

// Sentence writes the reason in plain English. It never says that the customer has left.
func (r Reason) Sentence() string {
	if r.Gaps < rhythmGaps {
		return fmt.Sprintf("Too new to know their rhythm; compared with similar customers: %s; %s. %s.",
			r.silent(), frequency(r.Tail), r.worry())
	}
	return fmt.Sprintf("Usually %s every %s (middle %s); %s; %s. %s.",
		r.Verb, interval(r.Low, r.High), whole(r.Middle), r.silent(), frequency(r.Tail), r.worry())
}

// worry writes how worrying the silence is, and what speaks against that.
func (r Reason) worry() string {
	if r.Here == "" {
		return "Chance that they have left: " + chance(r.Gone, r.AtLeast)
	}
	return fmt.Sprintf("Still here: %s. Chance that they have stopped buying: %s", r.Here, chance(r.Gone, r.AtLeast))
}

// interval writes "8-19 days", or "12 days" when both ends round to the same.
func interval(low, high float64) string {
	from, to := whole(low), whole(high)
	if from == to {
		return days(max(1, high))
	}
	if high >= gapHorizon {
		return from + " to " + to + " days"
	}
	return from + "-" + to + " days"
}

// whole rounds a number of days, at least 1, and marks the end of the horizon.
func whole(d float64) string {
	if d >= gapHorizon {
		return fmt.Sprintf("over %d", gapHorizon)
	}
	return fmt.Sprintf("%.0f", max(1, math.Round(d)))
}

// days writes "1 day", "41 days".
func days(d float64) string {
	n := math.Round(d)
	if n == 1 {
		return "1 day"
	}
	return fmt.Sprintf("%.0f days", n)
}

// frequency writes a tail as a number of gaps in a hundred, which readers grasp better than a percentage.
func frequency(tail float64) string {
	n := math.Round(tail * 100)
	switch {
	case tail < 0.01:
		return "fewer than 1 in 100 of such gaps get that long"
	case n >= 100:
		return "nearly all of such gaps get that long"
	case n == 1:
		return "about 1 in 100 of such gaps gets that long"
	}
	return fmt.Sprintf("about %.0f in 100 of such gaps get that long", n)
}

// chance writes a probability without ever claiming certainty: one as high as the history can tell is at least so many in ten.
func chance(p float64, atLeast bool) string {
	const rounding = 1e-9
	switch {
	case p < 0.01:
		return "below 1 %"
	case atLeast && p < 0.95:
		return fmt.Sprintf("at least %.0f in 10", math.Floor(10*p+rounding))
	case atLeast:
		return fmt.Sprintf("at least %.0f in 100", math.Min(99, math.Floor(100*p+rounding)))
	case p > 0.99:
		return "above 99 %"
	}
	return fmt.Sprintf("%.0f %%", math.Round(p*100))
}

// spell writes a usual time between two days, also one of a day or two, of which the half counts.
func spell(d float64) string {
	const short = 3
	if d < short {
		return fmt.Sprintf("%.1f days", d)
	}
	return days(d)
}

// capital begins a sentence with a word.
func capital(word string) string { return strings.ToUpper(word[:1]) + word[1:] }

// counted writes "1 order", "6 orders".
func counted(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
