package survey

import (
	"context"
	"fmt"
	"maps"
	"time"

	"earshot/survey/store"
)

// How many people all pulses together ask in a day and in an hour is bounded by slots: whoever wants to ask takes one for the mail first, in the
// first hour that has room and in which the contact works. One that is taken and not used in the end stays empty, so that the bounds hold
// however many ask at once.

// SlotDay is how many slots of a day are taken. Its id is the date in the installation's time zone.
type SlotDay struct {
	store.Meta `json:",inline"`
	// Taken is how many of the day are, Hours how many of each hour (see hourName).
	Taken int            `json:"taken"`
	Hours map[string]int `json:"hours"`
	// ExpiresAt is when nobody needs to know any more.
	ExpiresAt time.Time `json:"expires_at"`
}

var slotDaySpec = &store.Spec{
	Name:    "slot_days",
	New:     func() store.Doc { return new(SlotDay) },
	Expires: "expires_at",
}

// slotDaysKept is for how long the slots of a day that is over are remembered.
const slotDaysKept = 30 * day

// farthestSlot is how far ahead a slot is looked for, behind the hour at which a mail could go out first. It is less than the time in which a
// pulse's mail may go out.
const farthestSlot = 5 * day

// slot is the turn of one mail.
type slot struct {
	at place
	// next is when the mail could go out first, as far as is known; until is when that is too late.
	next, until time.Time
	// granted says that it goes out at next.
	granted bool
}

// limited says that there are slots at all.
func (s *Service) limited() bool { return s.asksPerDay > 0 || s.asksPerHour > 0 }

// roomOf says in words how much room there is.
func (s *Service) roomOf() string {
	switch {
	case s.asksPerHour == 0:
		return fmt.Sprintf("%s a day", plural(s.asksPerDay, "mail"))
	case s.asksPerDay == 0:
		return fmt.Sprintf("%s an hour", plural(s.asksPerHour, "mail"))
	}
	return fmt.Sprintf("%s a day and %d an hour", plural(s.asksPerDay, "mail"), s.asksPerHour)
}

func plural(n int, one string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %ss", n, one)
}

// takeSlots gives each mail a turn, in their order, as far as there is room.
func (s *Service) takeSlots(ctx context.Context, wanted []*slot) error {
	for {
		known, err := s.db.slotDays.Fetch(ctx, s.daysFor(wanted))
		if err != nil {
			return err
		}
		draft, open := map[string]*SlotDay{}, map[string][]*slot{}
		for _, w := range wanted {
			if w.granted || w.next.After(w.until) {
				continue
			}
			id := s.findTurn(w, func(id string) *SlotDay {
				if draft[id] == nil {
					draft[id] = s.newSlotDay(id)
					if d := known[id]; d != nil {
						draft[id].Taken, draft[id].Hours = d.Taken, maps.Clone(d.Hours)
					}
				}
				return draft[id]
			})
			if id != "" {
				open[id] = append(open[id], w)
			}
		}
		if len(open) == 0 {
			return nil
		}
		_, err = s.db.slotDays.UpsertAll(ctx, keys(open), known, s.newSlotDay, func(d *SlotDay) bool {
			changed := false
			for _, w := range open[d.ID] { // who was faster has left less room than the draft knew
				w.next, w.granted = s.grant(d, w.next, w.at)
				changed = changed || w.granted
			}
			return changed
		})
		if err != nil {
			return err
		}
	}
}

// daysFor are the days in which the mails may find a turn.
func (s *Service) daysFor(wanted []*slot) []string {
	days := map[string]bool{}
	for _, w := range wanted {
		for at := w.next; !w.granted && !at.After(w.until.Add(day)); at = at.Add(day) {
			days[s.slotDay(at)] = true
		}
	}
	return keys(days)
}

// findTurn finds the mail its turn among days, takes it there, and returns its day; none where there is no room.
func (s *Service) findTurn(w *slot, days func(id string) *SlotDay) string {
	for !w.next.After(w.until) {
		id := s.slotDay(w.next)
		at, granted := s.grant(days(id), w.next, w.at)
		if w.next = at; granted {
			return id
		}
	}
	return ""
}

// takesTurns says whether the plan's mail has to take its turn.
func (p *askPlan) takesTurns(s *Service) bool { return s.limited() && p.pulse != nil && !p.noMail }

// takeTurns takes a turn for the mail of each plan, as things stand. A plan that has one keeps it, if it still asks the same contact.
func (s *Service) takeTurns(ctx context.Context, plans []*askPlan) error {
	var wanted []*slot
	for _, p := range plans {
		if !p.takesTurns(s) {
			continue
		}
		p.weigh(s)
		if p.refused != nil || p.turn != nil && p.turnOf.ID == p.contact.ID {
			continue
		}
		at := s.placeOf(p.contact)
		first := s.decentTime(p.now, at)
		p.turn, p.turnOf = &slot{at: at, next: first, until: first.Add(farthestSlot)}, p.contact
		wanted = append(wanted, p.turn)
	}
	return s.takeSlots(ctx, wanted)
}

// outOfTurn is why the plan's mail cannot go out, or nil.
func (p *askPlan) outOfTurn(s *Service) *refusal {
	switch {
	case p.turn == nil || p.turnOf.ID != p.contact.ID:
		return &refusal{kind: HeldNoRoom, passing: true, reason: "somebody else there was asked at the same moment"}
	case !p.turn.granted:
		return &refusal{kind: HeldNoRoom, passing: true, reason: fmt.Sprintf("there is no room within %s: pulses send at most %s", plural(int(farthestSlot/day), "day"), s.roomOf())}
	}
	return nil
}

// grant takes the first slot of the day from a decent hour on, and says when the mail goes out; where the day has none left, it returns the first
// decent time of a later day instead, and false.
func (s *Service) grant(d *SlotDay, from time.Time, at place) (time.Time, bool) {
	for s.slotDay(from) == d.ID {
		hour := s.hourOf(from)
		switch {
		case s.asksPerDay > 0 && d.Taken >= s.asksPerDay:
			from = s.decentTime(s.nextDay(from), at)
		case s.asksPerHour > 0 && d.Hours[hourName(hour)] >= s.asksPerHour:
			from = s.decentTime(hour.Add(time.Hour), at)
		default:
			if d.Hours == nil {
				d.Hours = map[string]int{}
			}
			d.Taken++
			d.Hours[hourName(hour)]++
			return from, true
		}
	}
	return from, false
}

// hourOf is when the hour of the installation's time zone begins that t is in, so that no hour is in two days where midnight is at half past of UTC.
func (s *Service) hourOf(t time.Time) time.Time {
	_, seconds := t.In(s.timeZone).Zone()
	shift := time.Duration(seconds) * time.Second
	return t.UTC().Add(shift).Truncate(time.Hour).Add(-shift)
}

// hourName names an hour by its beginning in UTC, which no change of the clocks repeats.
func hourName(hour time.Time) string { return hour.Format("2006-01-02T15:04") }

// slotDay is the id of the day that t is in.
func (s *Service) slotDay(t time.Time) string { return t.In(s.timeZone).Format(time.DateOnly) }

// nextDay is when the day behind that of t begins, also where the clocks skip its midnight, which would be the evening before.
func (s *Service) nextDay(t time.Time) time.Time {
	year, month, date := t.In(s.timeZone).Date()
	next := time.Date(year, month, date+1, 0, 0, 0, 0, s.timeZone)
	for s.slotDay(next) == s.slotDay(t) {
		next = next.Add(time.Hour)
	}
	return next
}

func (s *Service) newSlotDay(id string) *SlotDay {
	begins, err := time.ParseInLocation(time.DateOnly, id, s.timeZone)
	if err != nil {
		begins = s.now()
	}
	return &SlotDay{Meta: store.Meta{ID: id}, ExpiresAt: store.Time(begins.Add(slotDaysKept))}
}
