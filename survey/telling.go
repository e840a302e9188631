package survey

import (
	"slices"
	"time"

	"earshot/survey/quiet"
)

// Told is what the ledger of alarms is to know of a rhythm whose customer stands on a list, or stood there in the same silence.
type Told struct {
	Telling
	// Written says that the ledger has the alarm, News that there is something of which it does not know yet.
	Written bool `json:"written,omitempty"`
	News    bool `json:"news,omitempty"`
}

// tellingSettles is how long a customer stands on a list before that is written down. Who is on it for a moment alone, as while a
// history comes in order by order, was told to nobody.
const tellingSettles = 15 * time.Minute

// tell notes, after the rhythm was judged, that the customer has come onto a list or that the chance has reached another step, and
// forgets silences that are over, since the ledger finds out by itself what became of them, and those that were off the list again
// before they were written down.
func (s *Service) tell(r *Rhythm, now time.Time) {
	over := func(t Told) bool {
		return r.begun(t.List, s) > t.Begun.day() || !t.Written && t.List != r.List
	}
	if slices.ContainsFunc(r.Told, over) {
		r.Told = slices.DeleteFunc(slices.Clone(r.Told), over)
	}
	if slices.Contains(NotedLists(), r.List) {
		s.tellList(r, now)
	}
	switch news := slices.ContainsFunc(r.Told, func(t Told) bool { return t.News }); {
	case !news:
		r.Schedule(effectNoteAlarms, time.Time{})
	case r.Owing(effectNoteAlarms) == nil:
		r.Schedule(effectNoteAlarms, now.Add(tellingSettles))
	}
}

// tellList notes what is new about the list on which the customer stands.
func (s *Service) tellList(r *Rhythm, now time.Time) {
	at := slices.IndexFunc(r.Told, func(t Told) bool { return t.List == r.List })
	if at < 0 {
		r.Told = append(slices.Clone(r.Told), Told{Telling: s.telling(r, now), News: true})
		return
	}
	if step := stepOf(r.chance()); step > r.Told[at].step() {
		r.Told = slices.Clone(r.Told)
		t := &r.Told[at]
		t.Steps, t.News = append(slices.Clone(t.Steps), AlarmStep{Step: step, Chance: r.chance(), At: now}), true
	}
}

// NotedLists are the lists of which the ledger of alarms knows: those of whom it is said that they may be lost.
func NotedLists() []List { return []List{Leaving, Unusual, Drifting} }

// chance is how likely the customer is lost, as is said of the list on which they stand.
func (r *Rhythm) chance() float64 {
	if r.List == Drifting {
		return r.Stopped
	}
	return r.Gone
}

// begun is the day of the last sign of life that ended a silence on the list; the zero day if there was none.
func (r *Rhythm) begun(list List, s *Service) quiet.Day {
	if list == Drifting {
		return r.lastBought()
	}
	return s.day(r.LastAt)
}

// step is the highest of QuietSteps that was reached; 0 if none.
func (t *Telling) step() float64 {
	if len(t.Steps) == 0 {
		return 0
	}
	return t.Steps[len(t.Steps)-1].Step
}

// telling is what is said of the silence for which the customer has just come onto the rhythm's list, as far as it costs nothing: most
// are over before they are written down, while a history comes in.
func (s *Service) telling(r *Rhythm, now time.Time) Telling {
	t := Telling{
		List: r.List, Begun: dateOn(r.begun(r.List, s)), Since: r.Since, ToldAt: now, Late: now.Sub(r.Since) > lateTelling, Chance: r.chance(),
	}
	if step := stepOf(t.Chance); step > 0 {
		t.Steps = []AlarmStep{{Step: step, Chance: t.Chance, At: now}}
	}
	return t
}

// spell says the rest of what was said when it was told, of a silence that still goes on.
func (s *Service) spell(t *Telling, r *Rhythm, models fittedModels) {
	silence, _ := s.silence(r, models, t.ToldAt)
	t.Kind, t.Days, t.AtLeast = silence.Kind, silence.KindDays, silence.GoneAtLeast
	if t.List == Drifting {
		t.AtLeast = silence.StoppedAtLeast
	}
	t.LeadDays = s.horizons(t, r, models)
	t.MaturesAt = later(t.ToldAt.Add(leastMaturity), t.BeyondDoubt)
	if latest := t.ToldAt.Add(mostMaturity); t.MaturesAt.After(latest) || t.BeyondDoubt.IsZero() {
		t.MaturesAt = latest
	}
}

// horizons sets by when the silence would usually be over and when it is beyond doubt: when that of the kind that is told of is
// beyondDoubt times as long as the customer's own gaps are, and leastBeyond days, and, of who might be leaving, none of the other kinds
// is still within them. It returns how many days after ToldAt that is. Each is told as far as it is known.
func (s *Service) horizons(t *Telling, r *Rhythm, models fittedModels) (lead int) {
	beyond, known := quiet.Day(0), true
	for _, k := range r.Kinds {
		model := models.of(k.Kind).model.Pausing(r.Pauses...)
		over, ok := model.GapEnd(k.State, ownGaps, 1)
		switch {
		case k.Kind == t.Kind:
			if ok {
				t.UsualUntil = s.startOf(over + 1)
			}
			far, ok := model.GapEnd(k.State, ownGaps, beyondDoubt)
			beyond, known = max(beyond, far+1, k.State.Last+leastBeyond), known && ok
		case t.List != Drifting && k.known():
			beyond, known = max(beyond, over+1), known && ok
		}
	}
	if t.UsualUntil.IsZero() || !known {
		return 0
	}
	t.BeyondDoubt = s.startOf(beyond)
	return int(beyond - s.day(t.ToldAt))
}
