package survey

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"earshot/survey/store"
)

// MailLimits bound how many mails go somewhere; 0 does not bound.
type MailLimits struct{ PerSecond, PerHour, PerDay int }

// String says so in words: "20 mails a second, 1000 an hour"; empty where nothing is bounded.
func (l MailLimits) String() string {
	var parts []string
	for _, x := range []struct {
		most int
		each string
	}{{l.PerSecond, "second"}, {l.PerHour, "hour"}, {l.PerDay, "day"}} {
		if x.most == 0 {
			continue
		}
		article := "a "
		if x.each == "hour" {
			article = "an "
		}
		count := fmt.Sprint(x.most)
		if len(parts) == 0 {
			count = plural(x.most, "mail")
		}
		parts = append(parts, count+" "+article+x.each)
	}
	return strings.Join(parts, ", ")
}

// SendLimit is how many mails went to a relay, or to a domain that is bounded, of late: for all processes. Its id says which, see limitOfRelay and
// limitOfDomain.
type SendLimit struct {
	store.Meta `json:",inline"`
	// Sent counts the mails that were let go, Planned these and those that were put off, each at its turn; it counts while some are to come.
	Sent    meter `json:"sent"`
	Planned meter `json:"planned"`
	// PlannedUntil is when the last one has its turn of those that were put off.
	PlannedUntil time.Time `json:"planned_until,omitzero"`
	// ExpiresAt is when nothing of it counts any more.
	ExpiresAt time.Time `json:"expires_at"`
}

var sendLimitSpec = &store.Spec{
	Name:    "send_limits",
	New:     func() store.Doc { return new(SendLimit) },
	Expires: "expires_at",
}

func newSendLimit(id string) *SendLimit { return &SendLimit{Meta: store.Meta{ID: id}} }

const (
	// letGoFor is how long a mail that was let go may take until it is handed over; one that takes longer, for its relay is slow, asks again.
	letGoFor = time.Minute
	// soon is how far ahead of its turn a mail is let go, and waits for that in the hands of its worker.
	soon = 2 * time.Second
	// idle is for how long nothing went where those that were put off have not come, as when they were withheld.
	idle = 10 * time.Second
)

// clone returns a copy that can be changed.
func (l *SendLimit) clone() *SendLimit {
	c := *l
	c.Sent, c.Planned = l.Sent.clone(), l.Planned.clone()
	return &c
}

// room says whether a mail may go, and when: at once or soon. One that was put off goes when there is room; others do not go before those.
func (l *SendLimit) room(most MailLimits, now time.Time, putOff bool) (at time.Time, there bool) {
	if !putOff && l.PlannedUntil.After(now) && !l.Sent.slack(most, now) {
		return now, false
	}
	at = l.Sent.roomAt(most, now)
	return at, !at.After(now.Add(soon))
}

// turn is when it is the turn of a mail that is put off now.
func (l *SendLimit) turn(most MailLimits, now time.Time) time.Time {
	if !l.PlannedUntil.After(now) {
		return l.Sent.roomAt(most, now)
	}
	return l.Planned.roomAt(most, now)
}

// take lets a mail go at that time, and says whether there is room.
func (l *SendLimit) take(most MailLimits, now, at time.Time, putOff bool) bool {
	if first, there := l.room(most, now, putOff); !there || first.After(at) {
		return false
	}
	if l.PlannedUntil.After(now) && !putOff { // there is slack: those that were put off do not come
		l.PlannedUntil = time.Time{}
	}
	l.Sent.take(most, at)
	l.keepFor(most, at)
	return true
}

// putOff gives a mail its turn behind those that were put off before, and returns it.
func (l *SendLimit) putOff(most MailLimits, now time.Time) time.Time {
	at := l.turn(most, now)
	if !l.PlannedUntil.After(now) {
		l.Planned = l.Sent.clone()
	}
	l.Planned.take(most, at)
	if at.After(l.PlannedUntil) {
		l.PlannedUntil = store.Time(at)
	}
	l.keepFor(most, at)
	return at
}

// keepFor has the document stay while what happens at that time counts.
func (l *SendLimit) keepFor(most MailLimits, at time.Time) {
	counts := time.Minute
	if most.PerHour > 0 {
		counts = hourWindow.span()
	}
	if most.PerDay > 0 {
		counts = dayWindow.span()
	}
	if expires := store.Time(at.Add(counts + time.Minute)); expires.After(l.ExpiresAt) {
		l.ExpiresAt = expires
	}
}

// meter counts mails.
type meter struct {
	// Next is when the next mail may go by what goes in a second, in microseconds since 1970: the theoretical arrival time of the generic cell rate
	// algorithm (ITU-T I.371, annex A) without tolerance, so that mails go evenly.
	Next int64 `json:"next,omitempty"`
	// Hour and Day are how many went in each step of their windows, oldest first, and none where nothing did.
	Hour []went `json:"hour,omitempty"`
	Day  []went `json:"day,omitempty"`
}

// went is how many mails went in a step of a window; At numbers the steps since 1970.
type went struct {
	At int64 `json:"at"`
	N  int   `json:"n"`
}

func (m meter) clone() meter {
	m.Hour, m.Day = slices.Clone(m.Hour), slices.Clone(m.Day)
	return m
}

// roomAt is when the next mail may go: now, or later.
func (m *meter) roomAt(most MailLimits, now time.Time) time.Time {
	at := now
	if next := time.UnixMicro(m.Next).UTC(); most.PerSecond > 0 && next.After(at) {
		at = next
	}
	at = hourWindow.roomAt(m.Hour, most.PerHour, at)
	return dayWindow.roomAt(m.Day, most.PerDay, at)
}

// take counts a mail.
func (m *meter) take(most MailLimits, at time.Time) {
	if most.PerSecond > 0 {
		apart := (int64(time.Second/time.Microsecond) + int64(most.PerSecond) - 1) / int64(most.PerSecond)
		m.Next = max(m.Next, at.UnixMicro()) + apart
	}
	m.Hour = hourWindow.add(m.Hour, most.PerHour, at)
	m.Day = dayWindow.add(m.Day, most.PerDay, at)
}

// slack says that a good part of what may go has not gone of late.
func (m *meter) slack(most MailLimits, now time.Time) bool {
	return (most.PerSecond == 0 || m.Next < now.Add(-idle).UnixMicro()) &&
		hourWindow.slack(m.Hour, most.PerHour, now) && dayWindow.slack(m.Day, most.PerDay, now)
}

// window is a sliding window of steps, of which all count that a period can touch. A period of sending begins up to letGoFor before, when its first mails
// were let go.
type window struct {
	step  time.Duration
	steps int64
}

var (
	hourWindow = window{step: time.Minute, steps: windowSteps(time.Hour, time.Minute)}
	dayWindow  = window{step: 15 * time.Minute, steps: windowSteps(day, 15*time.Minute)}
)

// windowSteps is how many steps a period can touch: its whole ones, and parts of two.
func windowSteps(period, step time.Duration) int64 { return int64((period+letGoFor-1)/step) + 2 }

func (w window) span() time.Duration { return time.Duration(w.steps) * w.step }

// number is the step that t is in.
func (w window) number(t time.Time) int64 { return t.Unix() / int64(w.step/time.Second) }

// sum is how many count at that time.
func (w window) sum(list []went, at time.Time) int {
	first, n := w.number(at)-w.steps, 0
	for _, x := range list {
		if x.At > first {
			n += x.N
		}
	}
	return n
}

// roomAt is when fewer than most count: at that time, or when enough of the oldest steps have gone by. 0 is no bound.
func (w window) roomAt(list []went, most int, at time.Time) time.Time {
	over := w.sum(list, at) - most
	if most <= 0 || over < 0 {
		return at
	}
	first := w.number(at) - w.steps
	for _, x := range list {
		if x.At <= first {
			continue
		}
		if over -= x.N; over < 0 {
			return time.Unix((x.At+w.steps)*int64(w.step/time.Second), 0).UTC()
		}
	}
	return at // most is above zero, so that is never reached
}

// add counts a mail, and forgets what does not count any more. Where nothing is bounded nothing is counted.
func (w window) add(list []went, most int, at time.Time) []went {
	if most <= 0 {
		return nil
	}
	step := w.number(at)
	list = slices.DeleteFunc(list, func(x went) bool { return x.At <= step-2*w.steps })
	where, there := slices.BinarySearchFunc(list, step, func(x went, step int64) int { return int(x.At - step) })
	if there {
		list[where].N++
		return list
	}
	return slices.Insert(list, where, went{step, 1})
}

// slack says that at most nine tenths count of what may.
func (w window) slack(list []went, most int, at time.Time) bool {
	return most <= 0 || w.sum(list, at) <= most*9/10
}
