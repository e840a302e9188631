package worlds

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"

	"earshot/survey/feed"
	"earshot/survey/quiet"
)

// After is the rule that a silence of more than so many days is told of.
type After int

// Name is how the rule is called.
func (r After) Name() string { return fmt.Sprintf("%d days", int(r)) }

// Learn learns nothing.
func (After) Learn(context.Context, []Watched, quiet.Day) error { return nil }

// Evening tells of who is silent for longer.
func (r After) Evening(all []Watched, evening quiet.Day, told []bool) {
	for i, w := range all {
		told[i] = len(w.Days) > 0 && int(evening-w.Days[len(w.Days)-1]) > int(r)
	}
}

// Times is the rule that a silence of so many own median gaps is told of, of who has three days or more.
type Times float64

// Name is how the rule is called.
func (r Times) Name() string { return fmt.Sprintf("%g × own median gap", float64(r)) }

// Learn learns nothing.
func (Times) Learn(context.Context, []Watched, quiet.Day) error { return nil }

// Evening tells of who is silent for longer.
func (r Times) Evening(all []Watched, evening quiet.Day, told []bool) {
	for i, w := range all {
		n := len(w.Days)
		if n < quiet.LeastEvents {
			continue
		}
		told[i] = float64(evening-w.Days[n-1]) > float64(r)*medianGap(w.Days)
	}
}

func medianGap(days []quiet.Day) float64 {
	gaps := make([]quiet.Day, len(days)-1)
	for i := range gaps {
		gaps[i] = days[i+1] - days[i]
	}
	slices.Sort(gaps)
	n := len(gaps)
	return float64(gaps[(n-1)/2]+gaps[n/2]) / 2
}

// Earshot is the detector as the product has it: it learns from what was told, follows the pace every evening, and tells of those
// whose alarm score has reached what both limits allow, unless what they may have done is missing because the feed has stopped or thinned.
type Earshot struct {
	// Step says which of its lists it is.
	Step   string
	Limits quiet.Limits
	// Later are the limits of the step behind it, than which it never begins later; the zero value is none.
	Later quiet.Limits
	// Share is that of the customer's gaps that may get as long, at most; 0 is any.
	Share float64
	// SlowOneIn is how rare a slowing is that is told of: one in so many steady customers looks so in a quarter.
	SlowOneIn float64
	// Fit steers the fits; the zero value is what the product does.
	Fit     quiet.FitOptions
	learnt  quiet.Learnt
	fitted  *quiet.Model
	present *quiet.Model // fitted, on the clock of this evening
	pacer   *quiet.Pacer
	seen    []int // how many days of each customer the pacer knows
	feed    feed.History
	fed     quiet.Day // the last day that the feed knows
	// since is from when on each customer's present silence is an alarm; never for one that is none.
	since   []quiet.Day
	states  []quiet.State
	chances *quiet.Chances
	theta   float64
}

// Name is how the detector is called.
func (d *Earshot) Name() string { return "Earshot: " + d.Step }

// Learn fits the model.
func (d *Earshot) Learn(ctx context.Context, all []Watched, evening quiet.Day) error {
	options := d.Fit
	options.Rand, options.Sample = rand.New(rand.NewPCG(1, 1)), sample
	if d.fitted != nil {
		options.Fallback = d.fitted.Params()
	}
	var err error
	if d.learnt, err = quiet.Learn(ctx, histories(all), evening, evening, options); err != nil {
		return err
	}
	if d.fitted, err = quiet.NewModel(d.learnt.Params); err != nil {
		return err
	}
	d.fitted = d.fitted.Overstating(d.learnt.Overstated)
	d.states, d.seen = make([]quiet.State, len(all)), make([]int, len(all))
	if d.since == nil {
		d.since = slices.Repeat([]quiet.Day{never}, len(all))
	}
	d.pacer = quiet.NewPacer(d.fitted, len(all), d.learnt.Pace.First, nil, d.learnt.Pace.Scale)
	for day := begin; day < evening; day++ {
		d.follow(all, day)
	}
	d.chances = d.learnt.Calibration.Chances()
	d.theta = d.chances.Threshold(d.Limits)
	if d.Later != (quiet.Limits{}) {
		d.theta = min(d.theta, d.chances.Threshold(d.Later))
	}
	return nil
}

// follow tells the pacer who came on a day.
func (d *Earshot) follow(all []Watched, day quiet.Day) {
	var came []int
	for i, w := range all {
		if n := d.seen[i]; n < len(w.Days) && w.Days[n] <= day {
			came = append(came, i)
			d.seen[i]++
		}
	}
	d.pacer.Next(day, came)
	if day > d.fed {
		d.fed = day
		d.feed.Add(map[feed.Day]int{feed.Day(day): len(came)}, feed.Day(day))
		d.feed.Look(feed.Day(day) + 1) // early on the next day, before anybody is told
	}
}

// hidden says whether an alarm may be owed to what the feed misses.
func (d *Earshot) hidden(i int, evening quiet.Day) bool {
	return slices.ContainsFunc(d.feed.Outages, func(o feed.Outage) bool {
		missing := quiet.Missing{From: quiet.Day(o.From), To: quiet.Day(o.To), Stopped: o.Stopped}
		return d.present.Hides(missing, d.states[i], d.since[i], evening)
	})
}

// sample is how many customers a fit looks at.
const sample = 2000

func histories(all []Watched) []quiet.History {
	list := make([]quiet.History, 0, len(all))
	for _, w := range all {
		if len(w.Days) > 0 {
			list = append(list, quiet.History{Days: w.Days})
		}
	}
	return list
}

// Evening tells of those whose alarm score is high enough.
func (d *Earshot) Evening(all []Watched, evening quiet.Day, told []bool) {
	d.follow(all, evening)
	d.present = d.fitted.At(d.pacer.Pace().Clock(nil))
	for i, w := range all {
		n := len(w.Days)
		if n < quiet.LeastEvents {
			continue
		}
		if s := &d.states[i]; s.Last != w.Days[n-1] || int(s.Events) != n {
			*s = d.present.Replay(w.Days)
		}
		if d.present.FastAlarm(&d.states[i], evening) < d.theta || d.Share > 0 && d.present.Score(d.states[i], evening).Tail > d.Share {
			d.since[i] = never
			continue
		}
		d.since[i] = min(d.since[i], evening)
		told[i] = !d.hidden(i, evening)
	}
}

// Said is what the list says of them.
func (d *Earshot) Said(index int, evening quiet.Day) float64 {
	return d.chances.Left(d.present.FastAlarm(&d.states[index], evening))
}

// Slowing tells of those whose pace has slowed, from the evening on which that is rare enough until that is over.
func (d *Earshot) Slowing(all []Watched, evening quiet.Day, slow []bool) {
	if d.SlowOneIn == 0 {
		return
	}
	for i := range all {
		verdict := d.present.Slowing(&d.states[i], evening)
		slow[i] = verdict.OneIn >= d.SlowOneIn || slow[i] && verdict.Lasts()
	}
}
