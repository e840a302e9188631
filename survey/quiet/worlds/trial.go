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

// Outcome is how a detector did in a world.
type Outcome struct {
	World, Detector string
	// Alarms are how many silences were told of, False those of customers who were still there.
	Alarms, False int
	// PerQuarter is the false alarms for 100 customers and quarter.
	PerQuarter float64
	// Leavers are the customers with three days or more who left early enough to see what follows; Within90 of them were told of
	// within 90 days of their last day, and of those whom three of their own cycles could be waited for, Within3, of Waited.
	Leavers, Within90, Waited, Within3 int
	// MedianDelay is the median time from the last day to being told of, in own cycles; +Inf when half were never told of.
	MedianDelay float64
}

// FalseShare is the share of all alarms that were false; NaN without any.
func (o Outcome) FalseShare() float64 { return float64(o.False) / float64(o.Alarms) }

const (
	relearn    = 182
	waitedFor  = 90
	waitCycles = 3
)

// Try watches a world with a detector.
func Try(ctx context.Context, w *World, d Detector) (Outcome, error) {
	t := trial{World: w, told: make([]bool, len(w.Customers)), toldAt: make([]quiet.Day, len(w.Customers))}
	for i := range t.toldAt {
		t.toldAt[i] = never
	}
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
		t.note(all, now, evening)
	}
	t.finish()
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
}

func (t *trial) watched(evening quiet.Day) []Watched {
	all := make([]Watched, len(t.Customers))
	for i := range t.Customers {
		c := &t.Customers[i]
		all[i] = Watched{Index: i, Days: t.heard(c.Days, evening), Logins: t.heard(c.Logins, evening)}
	}
	return all
}

func (t *trial) note(all []Watched, now []bool, evening quiet.Day) {
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
