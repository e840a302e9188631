package worlds

import (
	"context"
	"math"
	"slices"

	"earshot/survey/quiet"
)

// Watched is one customer as a detector sees them: what was told by the evening.
type Watched struct {
	// Index is the customer's place, the same every evening.
	Index int
	// Days and Logins are those that were told so far.
	Days, Logins []quiet.Day
}

// Detector decides every evening whom to tell of.
type Detector interface {
	Name() string
	// Learn is called before the first evening and every half a year, with all that was told until then.
	Learn(ctx context.Context, all []Watched, evening quiet.Day) error
	// Evening returns for each customer, of whom at least one day is known, whether they are told of, in told.
	Evening(all []Watched, evening quiet.Day, told []bool)
}

// Sayer is a detector that says how sure it is.
type Sayer interface {
	// Said is the chance, 0 to 1, that a customer who is told of this evening has left. It is called after Evening.
	Said(index int, evening quiet.Day) float64
}

// Slower is a detector that tells of a slowing pace as well.
type Slower interface {
	// Slowing is called after Evening, with those in slow who were told to be slowing the evening before.
	Slowing(all []Watched, evening quiet.Day, slow []bool)
}

// Outcome is how a detector did in a world.
type Outcome struct {
	World, Detector string
	// Alarms are how many silences were told of, False those of customers who were still there.
	Alarms, False int
	// Said is the sum of the chances of having left that a Sayer said of its alarms; NaN of another.
	Said float64
	// PerQuarter is the false alarms for 100 customers and quarter.
	PerQuarter float64
	// Leavers are the customers with three days or more who left early enough to see what follows; Within90 of them were told of
	// within 90 days of their last day, and of those whom three of their own cycles could be waited for, Within3, of Waited.
	Leavers, Within90, Waited, Within3 int
	// MedianDelay is the median time from the last day to being told of, in own cycles; +Inf when half were never told of.
	MedianDelay float64
	// Slow is how a Slower did.
	Slow SlowOutcome
}

// SlowOutcome is how a detector told of a slowing pace.
type SlowOutcome struct {
	// PerQuarter is the notices about customers who had not slowed down, for 100 customers and quarter.
	PerQuarter float64
	// Slowed are those who left, where they come ever more seldom first, early enough to see what follows, and Before those of them who
	// were told of before their silence was. Came and CameBefore are the same of those who showed it: after a gap of slowCycles cycles
	// or more they came once more, before their silence was told of.
	Slowed, Before, Came, CameBefore int
	// MedianDelay is the median time in days from the day on which they began to slow down to being told of, of those of Before.
	MedianDelay float64
}

// SaidShare is the share of all alarms whose customers had left as it was said, and LeftShare as it was; NaN without any.
func (o Outcome) SaidShare() float64 { return o.Said / float64(o.Alarms) }

// LeftShare is the share of all alarms that were right; NaN without any.
func (o Outcome) LeftShare() float64 { return float64(o.Alarms-o.False) / float64(o.Alarms) }

const (
	relearn    = 182
	waitedFor  = 90
	waitCycles = 3
	// slowCycles is the gap, in own cycles, that shows somebody slowing, and slowWait for how many days they are waited for.
	slowCycles = 1.5
	slowWait   = 180
)

// Try watches a world with a detector.
func Try(ctx context.Context, w *World, d Detector) (Outcome, error) {
	n := len(w.Customers)
	t := trial{World: w, told: make([]bool, n), slow: make([]bool, n)}
	t.toldAt, t.alarmAt, t.slowAt = slices.Repeat([]quiet.Day{never}, n), slices.Repeat([]quiet.Day{never}, n), slices.Repeat([]quiet.Day{never}, n)
	t.out = Outcome{World: w.Name, Detector: d.Name()}
	for evening := From; evening < To && ctx.Err() == nil; evening++ {
		all := t.watched(evening)
		if (evening-From)%relearn == 0 {
			if err := d.Learn(ctx, all, evening); err != nil {
				return t.out, err
			}
		}
		now := make([]bool, len(all))
		d.Evening(all, evening, now)
		t.note(all, now, evening, d)
		if s, slows := d.(Slower); slows {
			was := slices.Clone(t.slow)
			s.Slowing(all, evening, t.slow)
			t.noteSlow(now, was, evening)
		}
	}
	t.finish()
	t.finishSlow()
	return t.out, ctx.Err()
}

// trial is a world being watched.
type trial struct {
	*World
	out Outcome
	// told is who is told of at present, toldAt when the present silence was first told of.
	told   []bool
	toldAt []quiet.Day
	// present is the number of days on which customers were here and known.
	present float64
	// slow is who is told to be slowing at present; alarmAt and slowAt are when somebody who is leaving was first told of, the one or the
	// other way, and falseSlow counts the notices about those who are not.
	slow            []bool
	alarmAt, slowAt []quiet.Day
	falseSlow       int
}

func (t *trial) watched(evening quiet.Day) []Watched {
	all := make([]Watched, len(t.Customers))
	for i := range t.Customers {
		c := &t.Customers[i]
		all[i] = Watched{Index: i, Days: t.heard(c.Days, evening), Logins: t.heard(c.Logins, evening)}
	}
	return all
}

func (t *trial) note(all []Watched, now []bool, evening quiet.Day, d Detector) {
	sayer, says := d.(Sayer)
	if !says {
		t.out.Said = math.NaN()
	}
	for i, w := range all {
		if len(w.Days) == 0 {
			continue
		}
		c := &t.Customers[i]
		if c.here(evening) {
			t.present++
		}
		if last := w.Days[len(w.Days)-1]; t.told[i] && t.toldAt[i] <= last {
			t.told[i], t.toldAt[i] = false, never
		}
		if !now[i] || t.told[i] {
			continue
		}
		t.told[i], t.toldAt[i] = true, evening
		if evening == From {
			continue // they were silent before anybody watched
		}
		t.out.Alarms++
		if c.here(evening) {
			t.out.False++
		}
		if says {
			t.out.Said += sayer.Said(i, evening)
		}
	}
}

// finish counts what became of those who left.
func (t *trial) finish() {
	t.out.PerQuarter = 100 * float64(t.out.False) / (t.present / (365.25 / 4))
	var delays []float64
	for i := range t.Customers {
		c := &t.Customers[i]
		if !c.Leaves() || c.Left < From || c.Left >= min(t.Deaf, To)-waitedFor || len(t.heard(c.Days, To)) < quiet.LeastEvents {
			continue
		}
		gone := min(c.Left, c.Days[len(c.Days)-1]) // who goes slowly comes a few times more
		t.out.Leavers++
		delay := math.Inf(1)
		if t.toldAt[i] != never {
			delay = math.Max(0, float64(t.toldAt[i]-gone))
		}
		if delay <= waitedFor {
			t.out.Within90++
		}
		if float64(gone)+waitCycles*c.Cycle < float64(To) {
			t.out.Waited++
			if delay <= waitCycles*c.Cycle {
				t.out.Within3++
			}
		}
		delays = append(delays, delay/c.Cycle)
	}
	slices.Sort(delays)
	t.out.MedianDelay = math.NaN()
	if n := len(delays); n > 0 {
		t.out.MedianDelay = delays[n/2]
	}
}

// noteSlow notes who is told to be slowing, and not silent, and was not the evening before.
func (t *trial) noteSlow(silent, was []bool, evening quiet.Day) {
	for i := range t.Customers {
		c := &t.Customers[i]
		if silent[i] && !c.here(evening) {
			t.alarmAt[i] = min(t.alarmAt[i], evening)
		}
		switch t.slow[i] = t.slow[i] && !silent[i]; {
		case !t.slow[i] || was[i] || evening == From:
		case c.here(evening):
			t.falseSlow++
		default:
			t.slowAt[i] = min(t.slowAt[i], evening)
		}
	}
}

// finishSlow counts what became of those who slowed down.
func (t *trial) finishSlow() {
	out := &t.out.Slow
	out.PerQuarter = 100 * float64(t.falseSlow) / (t.present / (365.25 / 4))
	var delays []float64
	for i := range t.Customers {
		c := &t.Customers[i]
		if !t.Slows || !c.Leaves() || c.Left < From || c.Left >= To-slowWait || len(t.heard(c.Days, To)) < quiet.LeastEvents {
			continue
		}
		before, came := t.slowAt[i] < t.alarmAt[i], c.cameSlowly(t.alarmAt[i])
		out.Slowed++
		if came {
			out.Came++
		}
		if before {
			out.Before++
			delays = append(delays, float64(t.slowAt[i]-c.Left))
			if came {
				out.CameBefore++
			}
		}
	}
	slices.Sort(delays)
	out.MedianDelay = math.NaN()
	if n := len(delays); n > 0 {
		out.MedianDelay = delays[n/2]
	}
}

// cameSlowly says whether somebody who is leaving came once more, after a gap that shows it, before the alarm.
func (c *Customer) cameSlowly(alarm quiet.Day) bool {
	for i, day := range c.Days {
		if i > 0 && day > c.Left && day < alarm && float64(day-c.Days[i-1]) >= slowCycles*c.Cycle {
			return true
		}
	}
	return false
}
