package survey

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"time"
)

// The rules of asking that no pulse can loosen.
const (
	// HandRestDays is the least number of days between two asks of a contact by hand or by API; a pulse has its own.
	HandRestDays = 14
	// CrowdSize people of a customer may be asked within CrowdDays; more would talk to each other about it. A rep may go
	// beyond, with Confirm.
	CrowdSize = 2
	CrowdDays = 30
)

// RestSlack is how much earlier than to the second a rest, and the time of an open question, ends for a pulse: a run that begins some seconds earlier than
// that of a week ago, or an hour, since the clocks have changed or the mails had to wait for their turn, would pass everybody by for another week. It is less
// than half of a day, which is the shortest time between two runs, so that no run asks a day too early. Of a short rest it is less: see RestSlackOf.
const RestSlack = 11 * time.Hour

// RestSlackOf is RestSlack for a rest of that many days, of which it is an eighth at most: who rests for a day is not asked twice on one.
func RestSlackOf(days int) time.Duration { return min(RestSlack, time.Duration(days)*day/8) }

const day = 24 * time.Hour

// governance is what binds an ask, apart from whom it goes to.
type governance struct {
	now      time.Time
	restDays int
	// slack is how much earlier a rest ends: RestSlack for pulses.
	slack time.Duration
	// noMail says that the link is handed out, so that the address does not matter.
	noMail bool
	// confirmed says that a person wants to go beyond CrowdSize.
	confirmed bool
}

// governance is what binds the asks of the pulse.
func (p *Pulse) governance(now time.Time) governance {
	return governance{now: now, restDays: p.RestDays, slack: RestSlack}
}

// refusal is why somebody must not be asked.
type refusal struct {
	// kind says so in a word, where that is counted.
	kind   HoldKind
	reason string
	// until is when the ask can be made; zero if time alone does not help.
	until time.Time
	// confirmable says that a person may do it nonetheless.
	confirmable bool
	// invitation is the one that is why; empty where none is.
	invitation InvitationID
	// passing says that each run has to look anew, whatever until says.
	passing bool
	// heldOut is when the last sign of life was before a silence that is held out; zero where that is not why.
	heldOut time.Time
}

// errConfirmable is the cause of a refusal that Confirm overrides.
var errConfirmable = errors.New("survey: needs confirmation")

// refusedError is the cause of an ask that governance refuses.
type refusedError struct{ why *refusal }

func (e refusedError) Error() string { return "survey: " + e.why.reason }

// Unwrap tells refusals that Confirm overrides.
func (e refusedError) Unwrap() error {
	if e.why.confirmable {
		return errConfirmable
	}
	return nil
}

// asError returns the refusal as what a caller is told.
func (r *refusal) asError() error {
	return &Error{Kind: Conflict, Message: r.reason, cause: refusedError{why: r}}
}

// BehindRefusal returns the invitation for which an ask was refused, such as the one that is still open; empty where err is something else.
func BehindRefusal(err error) InvitationID {
	var refused refusedError
	if errors.As(err, &refused) {
		return refused.why.invitation
	}
	return ""
}

// NeedsConfirmation says whether the request that led to err would be carried out with Confirm.
func NeedsConfirmation(err error) bool { return errors.Is(err, errConfirmable) }

// judge returns why the contact must not be asked now, or nil. suppressed is what is known of their address.
func (g governance) judge(c *Contact, suppressed *Suppression, h *history) *refusal {
	if r := g.reach(c, suppressed); r != nil {
		return r
	}
	if r := g.rest(c.Name, h.asksOf(c)); r != nil {
		return r
	}
	return g.crowd(c, h)
}

// reach says why the contact cannot be asked at all.
func (g governance) reach(c *Contact, suppressed *Suppression) *refusal {
	switch {
	case !c.LeftAt.IsZero():
		return &refusal{kind: HeldUnreachable, reason: c.Name + " is no longer the right person there"}
	case g.noMail:
		return nil
	case c.Email == "":
		return &refusal{kind: HeldUnreachable, reason: c.Name + " has no e-mail address"}
	case suppressed != nil:
		return &refusal{kind: HeldUnreachable, reason: fmt.Sprintf("%s must not be mailed: %s, since %s", c.Name, suppressed.clause(), suppressed.CreatedAt.Format(dateWording))}
	case !c.UnconfirmedSince.IsZero():
		return &refusal{kind: HeldUnreachable, reason: c.Name + " was named by somebody else and is not confirmed yet; confirm the contact first"}
	case !c.BouncedAt.IsZero():
		return &refusal{kind: HeldUnreachable, reason: fmt.Sprintf("the address of %s was refused on %s", c.Name, c.BouncedAt.Format(dateWording))}
	}
	return nil
}

// rest says why somebody has to be left alone for now, whom these asks went to.
func (g governance) rest(name string, asks []pastAsk) *refusal {
	var last *pastAsk
	for i := range asks {
		a := &asks[i]
		if a.Void {
			continue
		}
		if a.open(g.now.Add(g.slack)) {
			return &refusal{kind: HeldOpen, invitation: a.InvitationID, until: a.ExpiresAt.Add(-g.slack), reason: fmt.Sprintf(
				"%s has an open question%s since %s; one at a time is enough", name, a.place(), a.At.Format(dateWording))}
		}
		if last == nil || a.sent().After(last.sent()) {
			last = a
		}
	}
	if last == nil {
		return g.afterFailure(name, asks)
	}
	until := last.sent().Add(time.Duration(g.restDays)*day - min(g.slack, RestSlackOf(g.restDays)))
	if g.now.Before(until) {
		return &refusal{kind: HeldRest, invitation: last.InvitationID, until: until, reason: fmt.Sprintf(
			"%s was asked%s on %s; a contact rests for %d days", name, last.place(), last.At.Format(dateWording), g.restDays)}
	}
	return g.afterFailure(name, asks)
}

// sent is when the mail of the ask was to go out: the rest begins with it, and not where it had to wait for its turn.
func (a *Ask) sent() time.Time {
	if a.SendAt.After(a.At) {
		return a.SendAt
	}
	return a.At
}

// place says in words where an ask was.
func (a *pastAsk) place() string {
	if a.elsewhere {
		return " as a contact of another customer"
	}
	return ""
}

// afterFailure says that a mail did not reach them lately. A person may try all the same.
func (g governance) afterFailure(name string, asks []pastAsk) *refusal {
	if g.confirmed || g.noMail {
		return nil
	}
	row := failuresOf(asks)
	if row.last == nil || !g.now.Before(row.until()) {
		return nil
	}
	reason := fmt.Sprintf("the mail to %s%s of %s did not get through: %s", name, row.last.place(), row.last.At.Format(dateWording), row.last.Failure)
	if row.n >= unreachableAfter {
		reason = fmt.Sprintf("the last %d mails to %s came back, so the address rests; of %s%s: %s", row.n, name, row.last.At.Format(dateWording), row.last.place(), row.last.Failure)
	}
	return &refusal{kind: HeldFailed, invitation: row.last.InvitationID, until: row.until(), confirmable: true, reason: reason}
}

// crowd says why asking one more person of this customer would be too much.
func (g governance) crowd(c *Contact, h *history) *refusal {
	if g.confirmed {
		return nil
	}
	// latest is the latest ask of each other contact.
	latest, person := make(map[ContactID]time.Time), personID(c.Email, h.tagsApart)
	for i := range h.log.Asks {
		a := &h.log.Asks[i]
		if !a.Void && !a.concerns(c, person) && a.At.After(g.now.Add(-CrowdDays*day)) && a.At.After(latest[a.ContactID]) {
			latest[a.ContactID] = a.At
		}
	}
	if len(latest) < CrowdSize {
		return nil
	}
	times := make([]time.Time, 0, len(latest))
	for _, at := range latest {
		times = append(times, at)
	}
	slices.SortFunc(times, time.Time.Compare)
	return &refusal{
		kind: HeldCrowd, until: times[len(times)-CrowdSize].Add(CrowdDays * day), confirmable: true,
		reason: fmt.Sprintf("%d people there were asked within %d days; that is enough for one company", len(latest), CrowdDays),
	}
}

// open says whether the ask still waits for its answer.
func (a *Ask) open(now time.Time) bool {
	return !a.Void && a.EndedAt.IsZero() && now.Before(a.ExpiresAt)
}

// pick returns the contact whom to ask: of those that governance allows the first by role, and within a role whoever was
// asked longest ago. If there is none it says why: the refusal that ends first.
func (g governance) pick(contacts []*Contact, suppressed map[string]*Suppression, h *history) (*Contact, *refusal) {
	if len(contacts) == 0 {
		return nil, &refusal{kind: HeldUnreachable, reason: "no contact is known there"}
	}
	order, asked := slices.Clone(contacts), make(map[*Contact]time.Time, len(contacts))
	for _, c := range contacts {
		asked[c] = h.lastAsk(c)
	}
	slices.SortStableFunc(order, func(a, b *Contact) int {
		return cmp.Or(cmp.Compare(a.Role.rank(), b.Role.rank()), asked[a].Compare(asked[b]))
	})
	var first *refusal
	for _, c := range order {
		r := g.judge(c, suppressedIn(suppressed, c.Email), h)
		if r == nil {
			return c, nil
		}
		if first == nil || r.sooner(first) {
			first = r
		}
	}
	return nil, first
}

// sooner says whether r ends before other does.
func (r *refusal) sooner(other *refusal) bool {
	return !r.until.IsZero() && (other.until.IsZero() || r.until.Before(other.until))
}

// rank is the role's place in the order in which a pulse prefers contacts.
func (r Role) rank() int { return slices.Index(Roles(), r) }
