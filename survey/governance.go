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

const day = 24 * time.Hour

// governance is what binds an ask, apart from whom it goes to.
type governance struct {
	now      time.Time
	restDays int
	// noMail says that the link is handed out, so that the address does not matter.
	noMail bool
	// confirmed says that a person wants to go beyond CrowdSize.
	confirmed bool
}

// refusal is why somebody must not be asked.
type refusal struct {
	reason string
	// until is when the ask can be made; zero if time alone does not help.
	until time.Time
	// confirmable says that a person may do it nonetheless.
	confirmable bool
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

// NeedsConfirmation says whether the request that led to err would be carried out with Confirm.
func NeedsConfirmation(err error) bool { return errors.Is(err, errConfirmable) }

// judge returns why the contact must not be asked now, or nil. suppressed is what is known of their address.
func (g governance) judge(c *Contact, suppressed *Suppression, log *AskLog) *refusal {
	if r := g.reach(c, suppressed); r != nil {
		return r
	}
	if r := g.rest(c, log); r != nil {
		return r
	}
	return g.crowd(c, log)
}

// reach says why the contact cannot be asked at all.
func (g governance) reach(c *Contact, suppressed *Suppression) *refusal {
	switch {
	case !c.LeftAt.IsZero():
		return &refusal{reason: c.Name + " is no longer the right person there"}
	case g.noMail:
		return nil
	case c.Email == "":
		return &refusal{reason: c.Name + " has no e-mail address"}
	case suppressed != nil:
		return &refusal{reason: fmt.Sprintf("%s must not be mailed: %s", c.Name, suppressed.Reason.clause())}
	case !c.UnconfirmedSince.IsZero():
		return &refusal{reason: c.Name + " was named by somebody else and is not confirmed yet; confirm the contact first"}
	case !c.BouncedAt.IsZero():
		return &refusal{reason: fmt.Sprintf("the address of %s was refused on %s", c.Name, c.BouncedAt.Format(dateWording))}
	}
	return nil
}

// rest says why the contact has to be left alone for now.
func (g governance) rest(c *Contact, log *AskLog) *refusal {
	var last *Ask
	for i := range log.Asks {
		a := &log.Asks[i]
		if a.Void || !a.concerns(c) {
			continue
		}
		if a.open(g.now) {
			return &refusal{until: a.ExpiresAt, reason: fmt.Sprintf(
				"%s has an open question since %s; one at a time is enough", c.Name, a.At.Format(dateWording))}
		}
		if last == nil || a.At.After(last.At) {
			last = a
		}
	}
	if last == nil {
		return nil
	}
	until := last.At.Add(time.Duration(g.restDays) * day)
	if g.now.Before(until) {
		return &refusal{until: until, reason: fmt.Sprintf(
			"%s was asked on %s; a contact rests for %d days", c.Name, last.At.Format(dateWording), g.restDays)}
	}
	return nil
}

// crowd says why asking one more person of this customer would be too much.
func (g governance) crowd(c *Contact, log *AskLog) *refusal {
	if g.confirmed {
		return nil
	}
	// latest is the latest ask of each other contact.
	latest := make(map[ContactID]time.Time)
	for i := range log.Asks {
		a := &log.Asks[i]
		if !a.Void && !a.concerns(c) && a.At.After(g.now.Add(-CrowdDays*day)) && a.At.After(latest[a.ContactID]) {
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
		until: times[len(times)-CrowdSize].Add(CrowdDays * day), confirmable: true,
		reason: fmt.Sprintf("%d people there were asked within %d days; that is enough for one company", len(latest), CrowdDays),
	}
}

// concerns says whether the ask went to this contact, or to somebody else with their address.
func (a *Ask) concerns(c *Contact) bool {
	return a.ContactID == ContactID(c.ID) || a.isTo(c.Email)
}

// isTo says whether the ask went to whoever is behind that address.
func (a *Ask) isTo(email string) bool {
	return a.Address != "" && email != "" && a.Address == personID(email)
}

// personID names whoever is behind an address, whatever its spelling and tag, at every customer: by the id under which
// they would stand on the list of suppressions.
func personID(email string) string { return suppressionID(email, ByHand) }

// open says whether the ask still waits for its answer.
func (a *Ask) open(now time.Time) bool {
	return !a.Void && a.EndedAt.IsZero() && now.Before(a.ExpiresAt)
}

// clause says why such an address must not be mailed.
func (r SuppressionReason) clause() string {
	switch r {
	case Unsubscribed:
		return "they unsubscribed"
	case HardBounce:
		return "their mail server refused the address"
	case Complained:
		return "they reported our mail as spam"
	}
	return "the address is on the list of those who must not be mailed"
}

// pick returns the contact whom to ask: of those that governance allows the first by role, and within a role whoever was
// asked longest ago. If there is none it says why: the refusal that ends first.
func (g governance) pick(contacts []*Contact, suppressed map[string]*Suppression, log *AskLog) (*Contact, *refusal) {
	if len(contacts) == 0 {
		return nil, &refusal{reason: "no contact is known there"}
	}
	order := slices.Clone(contacts)
	slices.SortStableFunc(order, func(a, b *Contact) int {
		return cmp.Or(cmp.Compare(a.Role.rank(), b.Role.rank()), log.lastAsk(a).Compare(log.lastAsk(b)))
	})
	var first *refusal
	for _, c := range order {
		r := g.judge(c, suppressedIn(suppressed, c.Email), log)
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

// rank is the role's place in the order in which a pulse prefers voices.
func (r Role) rank() int { return slices.Index(Roles(), r) }

// lastAsk returns when the contact was last asked; zero if never.
func (l *AskLog) lastAsk(c *Contact) time.Time {
	var last time.Time
	for i := range l.Asks {
		if a := &l.Asks[i]; !a.Void && a.concerns(c) && a.At.After(last) {
			last = a.At
		}
	}
	return last
}
