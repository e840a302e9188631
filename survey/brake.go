package survey

import (
	"math"
	"slices"
	"time"

	"earshot/survey/quiet"
	"earshot/survey/store"
)

// Brake counts how mails ended of late and says whether that has become too bad to go on: whoever mails a list that is old or bought is taken for a
// spammer by all providers within the hour. There is one. While it holds no invitation and no reminder goes out; they wait, as they do for the mail
// server, until an admin lets them go. Nothing lets go by itself. It is an estimate of a rate, not a ledger: what a process had counted in the last
// seconds before it died is missing.
type Brake struct {
	store.Meta `json:",inline"`
	// Days are the ends of mails by the day on which they went out, oldest first: the window. While the brake holds no day is forgotten.
	Days []BrakeDay `json:"days,omitempty"`
	// Since is when mails were first counted, or counted anew since the brake was let go. Of those that went out before nothing is counted.
	Since time.Time `json:"since,omitzero"`
	// HeldAt is since when it holds; zero while mails go out. Reason is why.
	HeldAt time.Time   `json:"held_at,omitzero"`
	Reason BrakeReason `json:"reason,omitempty"`
	// ReleasedAt is when it was last let go, and ReleasedBy who did; empty: by API.
	ReleasedAt time.Time `json:"released_at,omitzero"`
	ReleasedBy RepID     `json:"released_by,omitempty"`
}

// BrakeDay is how the mails of one day ended that far.
type BrakeDay struct {
	Day quiet.Day `json:"day"`
	MailEnds
}

// MailEnds counts mails by how they ended. One that came back was accepted before, and one that somebody complained of likewise.
type MailEnds struct {
	Accepted   int `json:"accepted,omitempty"`
	Refused    int `json:"refused,omitempty"`
	Bounced    int `json:"bounced,omitempty"`
	Complained int `json:"complained,omitempty"`
}

// BrakeReason is why mails are held.
type BrakeReason string

// The reasons.
const (
	BrakeBounces    BrakeReason = "bounces"    // too many were refused for good, or came back so
	BrakeComplaints BrakeReason = "complaints" // too many were reported as spam
)

// BrakeLimits are the shares at which the brake takes hold, in percent; 0 switches that one off.
type BrakeLimits struct {
	// Bounces is of what was accepted or refused, Complaints of what was accepted.
	Bounces, Complaints float64
}

// Off says that no share holds mails.
func (l BrakeLimits) Off() bool { return l.Bounces <= 0 && l.Complaints <= 0 }

// The limits where nobody says. Amazon SES looks at who has 5 % of bounces and pauses them at 10 %; Gmail and Yahoo want less than 0.3 % of complaints.
const (
	DefaultBrakeBounces    = 10
	DefaultBrakeComplaints = 0.3
)

// BrakeDays is how many days the window has. FewestBounces and FewestComplaints are how many there must be, for a share of few mails says nothing.
const (
	BrakeDays        = 7
	FewestBounces    = 10
	FewestComplaints = 3
)

var brakeSpec = &store.Spec{
	Name:  "mail_brakes",
	New:   func() store.Doc { return new(Brake) },
	Queue: true,
}

// clocksDiffer is by how much those of processes differ at most.
const clocksDiffer = time.Hour

// brakeID is the id of the one brake.
const brakeID = "brake"

// Holds says whether mails wait because of it.
func (b *Brake) Holds() bool { return !b.HeldAt.IsZero() }

// Ends are the ends of the window, as it was when they were last counted.
func (b *Brake) Ends() MailEnds { return b.endsFrom(0) }

// ends are the ends of the window on that day.
func (b *Brake) ends(today quiet.Day) MailEnds {
	if b.Holds() {
		return b.Ends()
	}
	return b.endsFrom(today - BrakeDays + 1)
}

func (b *Brake) endsFrom(oldest quiet.Day) MailEnds {
	var sum MailEnds
	for _, d := range b.Days {
		if d.Day < oldest {
			continue
		}
		sum.Accepted, sum.Refused = sum.Accepted+d.Accepted, sum.Refused+d.Refused
		sum.Bounced, sum.Complained = sum.Bounced+d.Bounced, sum.Complained+d.Complained
	}
	return sum
}

// tooMany says which share is too high; empty if none is.
func (l BrakeLimits) tooMany(e MailEnds) BrakeReason {
	bad := e.Refused + e.Bounced
	switch {
	case l.Bounces > 0 && bad >= FewestBounces && e.BadShare() >= l.Bounces:
		return BrakeBounces
	case l.Complaints > 0 && e.Complained >= FewestComplaints && e.ComplaintShare() >= l.Complaints:
		return BrakeComplaints
	}
	return ""
}

// Sent is how many mails were handed to a server that took or refused them.
func (e MailEnds) Sent() int { return e.Accepted + e.Refused }

// BadShare is how many percent of the mails were refused or came back, to the hundredth.
func (e MailEnds) BadShare() float64 { return share(e.Refused+e.Bounced, e.Sent()) }

// ComplaintShare is how many percent of the accepted mails were complained of, to the hundredth.
func (e MailEnds) ComplaintShare() float64 { return share(e.Complained, e.Accepted) }

// share is n of so many, in percent. What came back of a mail of which nobody knows whether it was accepted is one of itself.
func share(n, of int) float64 {
	if n == 0 {
		return 0
	}
	return math.Round(1e4*float64(n)/float64(max(n, of))) / 100
}

// mailEnd is one end of a mail, and when the try began that it is about.
type mailEnd struct {
	began time.Time
	what  mailEnding
}

// mailEnding says how a mail ended.
type mailEnding int

const (
	endAccepted mailEnding = iota
	endRefused
	endBounced
	endComplained
)

// add counts one end.
func (e *MailEnds) add(what mailEnding) {
	switch what {
	case endAccepted:
		e.Accepted++
	case endRefused:
		e.Refused++
	case endBounced:
		e.Bounced++
	case endComplained:
		e.Complained++
	}
}

// count adds ends of mails, takes hold if there are too many bad ones, and says whether anything is to be written.
func (b *Brake) count(ends []mailEnd, limits BrakeLimits, day func(time.Time) quiet.Day, now time.Time) bool {
	if len(ends) == 0 {
		return false
	}
	if b.Since.IsZero() || b.Since.After(now.Add(clocksDiffer)) { // by a clock that was ahead: nothing would be counted until then
		b.Since = firstBegan(ends, now)
	}
	oldest, counted := day(now)-BrakeDays+1, false
	for _, e := range ends {
		if on := day(e.began); !e.began.Before(b.Since) && (on >= oldest || b.Holds()) {
			b.on(on).add(e.what)
			counted = true
		}
	}
	if b.Holds() {
		return counted
	}
	newest := day(now.Add(clocksDiffer))
	b.Days = slices.DeleteFunc(b.Days, func(d BrakeDay) bool { return d.Day < oldest || d.Day > newest })
	if reason := limits.tooMany(b.Ends()); reason != "" && counted {
		b.HeldAt, b.Reason = now, reason
	}
	return counted
}

// firstBegan is when the first of the tries began, by which the counting begins. Bounces of mails that went out before anything was counted say nothing
// without those that arrived.
func firstBegan(ends []mailEnd, now time.Time) time.Time {
	first := now
	for _, e := range ends {
		if (e.what == endAccepted || e.what == endRefused) && e.began.Before(first) {
			first = e.began
		}
	}
	return first
}

// on is the count of a day.
func (b *Brake) on(day quiet.Day) *MailEnds {
	at, found := slices.BinarySearchFunc(b.Days, day, func(d BrakeDay, day quiet.Day) int { return int(d.Day - day) })
	if !found {
		b.Days = slices.Insert(slices.Clone(b.Days), at, BrakeDay{Day: day})
	}
	return &b.Days[at].MailEnds
}

// release lets mails go, and says whether they were held. The window begins anew.
func (b *Brake) release(now time.Time, by RepID) bool {
	if !b.Holds() {
		return false
	}
	b.Days, b.Since, b.HeldAt, b.Reason = nil, now, time.Time{}, ""
	b.ReleasedAt, b.ReleasedBy = now, by
	b.Owe(effectReleaseBraked, now)
	return true
}
