package survey

import (
	"slices"
	"time"

	"earshot/survey/quiet"
)

// A customer may declare a pause: a building site that rests, a school's summer. Their clock stands still in it: it is no
// silence, raises no alarm, and is no part of their gaps, now or later.

// Pause is the days from From until before Until; without Until it has no end.
type Pause struct {
	From  Date `json:"from"`
	Until Date `json:"until,omitzero"`
}

// over says whether the pause has come to an end when another begins on that date.
func (p Pause) over(next Date) bool { return p.From != "" && p.Until != "" && next >= p.Until }

// on says whether the date lies in the pause.
func (p Pause) on(d Date) bool { return p.From != "" && d >= p.From && (p.Until == "" || d < p.Until) }

// quiet returns the pause as rhythms know it.
func (p Pause) quiet() quiet.Pause {
	q := quiet.Pause{From: p.From.day(), Until: quiet.Forever}
	if p.Until != "" {
		q.Until = p.Until.day()
	}
	return q
}

// maxEarlierPauses is how many pauses before the present one are remembered: the latest.
const maxEarlierPauses = 50

// Pause is the latest pause that the customer declared: past, present or to come. Its From is empty where there is none.
func (c *Customer) Pause() Pause { return Pause{c.PausedFrom, c.PausedUntil} }

// PausedOn says whether the customer's clock stands still on the day of t in its own zone.
func (c *Customer) PausedOn(t time.Time) bool { return c.Pause().on(DateOf(t)) }

// setPause declares a pause. One that begins when the one before is over is another one, and the former still explains a gap;
// any other corrects the former.
func (c *Customer) setPause(p Pause) {
	if former := c.Pause(); former.over(p.From) {
		kept := append(slices.Clone(c.EarlierPauses), former)
		c.EarlierPauses = kept[max(0, len(kept)-maxEarlierPauses):]
	}
	c.PausedFrom, c.PausedUntil = p.From, p.Until
}

// pauses are all pauses of the customer, as rhythms know them.
func (c *Customer) pauses() []quiet.Pause {
	var list []quiet.Pause
	for _, p := range c.EarlierPauses {
		list = append(list, p.quiet())
	}
	if c.PausedFrom != "" {
		list = append(list, c.Pause().quiet())
	}
	return list
}

// pausedUntil returns the end of the pause that the rhythm is in on that day.
func (r *Rhythm) pausedUntil(today quiet.Day) (end quiet.Day, paused bool) {
	for _, p := range r.Pauses {
		if p.From <= today && today < p.Until {
			end, paused = max(end, p.Until), true
		}
	}
	return end, paused
}

// pausing sets the pauses of the customer. Gaps that were folded with others have to be made anew.
func (r *Rhythm) pausing(pauses []quiet.Pause) {
	if slices.Equal(r.Pauses, pauses) {
		return
	}
	r.Pauses, r.Kinds = pauses, slices.Clone(r.Kinds)
	for i := range r.Kinds {
		r.Kinds[i].Fit = noFit
	}
	r.Next = nil // whoever makes the rhythm anew makes it, too
}

// afterPause returns when a customer who is paused is looked at again: when the pause is over.
func (s *Service) afterPause(end quiet.Day) time.Time {
	if end == quiet.Forever {
		return time.Time{}
	}
	return s.startOf(end)
}
