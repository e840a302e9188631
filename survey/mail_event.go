package survey

import (
	"slices"
	"time"

	"earshot/survey/store"
)

// MailEvent is one step of a mail on its way. A try is one step: how it ended, with when it began; it stands as MailSending alone while nobody
// knows its end.
type MailEvent struct {
	At time.Time `json:"at"`
	// State and Detail are where the mail stands since then.
	State  MailState  `json:"state"`
	Detail MailDetail `json:"detail,omitempty"`
	// BeganAt is when the try began that ended so; zero where it was none.
	BeganAt time.Time `json:"began_at,omitzero"`
	// Reason says in words why: the server's reply, for example.
	Reason string `json:"reason,omitempty"`
	// NextAt is until when the mail waits; zero where it does not wait for a time.
	NextAt time.Time `json:"next_at,omitzero"`
	// Relay is the relay at which it was tried; empty where it was not, and of mails of older versions.
	Relay string `json:"relay,omitempty"`
	// By is the rep who decided so; empty where nobody had to, or by API.
	By RepID `json:"by,omitempty"`
}

// Standing is where the mail stands since then.
func (e *MailEvent) Standing() Standing { return standingOf(e.State, e.Detail) }

// How many events of a mail are kept: the first ones and the latest, so that one which a server puts off for days stays small. What is forgotten stood
// behind the first ones.
const (
	FirstMailEvents = 4
	maxMailEvents   = 20
	// longestReason is how much of a server's words an event repeats, in characters.
	longestReason = 500
)

// step moves the mail that was made last to where the event says: see stepOf.
func (i *Invitation) step(e MailEvent) { i.stepOf(len(i.Reminders), e) }

// stepOf moves the first mail (0), or the reminder of that number, to where the event says and writes that into its history: nothing else changes where
// a mail stands. A step that stands there already is not written twice, and the end of a try takes the place of its beginning. A mail that is not
// queued does not wait for the relay either.
func (i *Invitation) stepOf(number int, e MailEvent) {
	e.At, e.NextAt = store.Time(e.At), store.Time(e.NextAt)
	m := i.editMail(number)
	m.State, m.Detail, m.Reason = e.State, e.Detail, e.Reason
	m.note(e)
	i.stand()
	if number == len(i.Reminders) && e.State != MailQueued {
		i.HeldSince = time.Time{}
	}
}

// stand notes where the mails stand together, for the indexes.
func (i *Invitation) stand() {
	foremost := i.foremost()
	i.MailState, i.StandsAs = foremost.State, foremost.Standing()
}

// note writes an event into the history.
func (m *Mail) note(e MailEvent) {
	e.Reason = firstRunes(e.Reason, longestReason)
	if slices.ContainsFunc(m.History, e.same) {
		return
	}
	list := slices.Clip(m.History) // what is stored of a try that was not written down is taken back, see restore
	if last := len(list) - 1; last >= 0 && list[last].State == MailSending {
		e.BeganAt, e.Relay, list = list[last].At, list[last].Relay, list[:last:last]
	}
	list = append(list, e)
	if len(list) > maxMailEvents {
		list = slices.Delete(list, FirstMailEvents, FirstMailEvents+1)
		m.Forgotten++
	}
	m.History = list
}

// same says whether the other is the same step, told again.
func (e *MailEvent) same(other MailEvent) bool {
	return e.At.Equal(other.At) && e.State == other.State && e.Detail == other.Detail && e.Reason == other.Reason && e.NextAt.Equal(other.NextAt)
}

// wait has the mail wait for a time, if that has not come; besides is what else there is to say of it.
func (i *Invitation) wait(until, now time.Time, zone *time.Location, besides string) {
	e := MailEvent{At: now, State: MailQueued, Detail: i.waiting()}
	if until.After(now) {
		e.NextAt, e.Reason = until, "waits for "+until.In(zone).Format("Monday 15:04")+" in "+zone.String()+besides
	}
	i.step(e)
}

// waiting is the detail of a mail that waits for a time: it is Deferred once it was tried.
func (i *Invitation) waiting() MailDetail {
	if i.current().Attempts > 0 {
		return Deferred
	}
	return ""
}

// MailHistory tells what befell the first mail (0), or the reminder of that number, oldest first. Of one whose beginning no history tells, for it is of
// an older version, what its fields do.
func (i *Invitation) MailHistory(number int) []MailEvent {
	m := i.mail(number)
	if len(m.History) > 0 && (number > 0 || !m.History[0].At.After(i.CreatedAt)) {
		return m.History
	}
	if m.State == MailNone {
		return []MailEvent{{At: i.CreatedAt, State: MailNone}}
	}
	told := []MailEvent{{At: i.CreatedAt, State: MailQueued}}
	if len(m.History) == 0 {
		return append(told, i.fieldsTold(m)...)
	}
	if !m.AcceptedAt.IsZero() && m.AcceptedAt.Before(m.History[0].At) {
		told = append(told, MailEvent{At: m.AcceptedAt, State: MailAccepted})
	}
	return append(told, m.History...)
}

// fieldsTold is the history of a mail of an older version, behind its beginning.
func (i *Invitation) fieldsTold(m *Mail) []MailEvent {
	var told []MailEvent
	if !m.AcceptedAt.IsZero() {
		e := MailEvent{At: m.AcceptedAt, State: MailAccepted, BeganAt: m.SendingSince}
		if m.State == MailAccepted {
			e.Reason = m.Reason
		}
		told = append(told, e)
	}
	switch m.State {
	case MailAccepted:
		if !m.ResolvedAt.IsZero() && m.AcceptedAt.IsZero() {
			told = append(told, MailEvent{At: m.ResolvedAt, State: m.State, Reason: m.Reason, By: m.ResolvedBy})
		}
	case MailQueued:
		if m.Attempts > 0 {
			told = append(told, MailEvent{At: m.SendingSince, State: m.State, Detail: Deferred, Reason: m.Reason, NextAt: i.NextTry()})
		}
	case MailBounced:
		told = append(told, MailEvent{At: m.BouncedAt, State: m.State, Reason: m.Reason})
	default: // what ended a mail stood nowhere but in its reason
		told = append(told, MailEvent{At: m.SendingSince, State: m.State, Detail: m.Detail, Reason: m.Reason})
	}
	return told
}
