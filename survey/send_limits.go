package survey

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
	"time"

	"earshot/survey/address"
)

// How many mails go to a relay and to a recipient's domain is bounded in one document for each (SendLimit), which is written once for all mails of a
// batch. Whatever a mail was let go for and does not use stays unused, so that the bounds hold over all processes, and over those that died.

// passage is a mail that wants to go out.
type passage struct {
	// relays are those that may carry it, the preferred first; there is at least one.
	relays []*carrier
	// domain is the recipient's.
	domain string
	// putOff says that the mail has waited for its turn already; until latest it may go out, where that is not zero.
	putOff bool
	latest time.Time
	// by is the relay that carries it, from at on; nil where it has to wait until then, for the reason why, or where there is room for it that is left
	// until the others have gone. counted says that it counts in limits.
	by      *carrier
	at      time.Time
	why     string
	left    bool
	counted bool
}

// portion is how many mails are let go together, of those that are given to relays at the same time: what was let go must be handed over within letGoFor,
// also by a slow server.
const portion = 4

// anyDomain stands in the limits of domains for each that is not named.
const anyDomain = "*"

const limitOfRelay, limitOfDomain = "relay:", "domain:"

// longestLimitID is how long the id of a limit may be; a longer domain is told by its hash.
const longestLimitID = 120

// limitID is the id of a relay's limit; empty where it has none.
func (c *carrier) limitID() string {
	if c.Limits == (MailLimits{}) && c.WarmUp == nil {
		return ""
	}
	return limitOfRelay + c.Name
}

// domainLimit is the id of a domain's limit; empty where it has none.
func (s *Service) domainLimit(domain string) (id string, most MailLimits) {
	most, named := s.domainLimits[domain]
	if !named {
		most = s.domainLimits[anyDomain]
	}
	if most == (MailLimits{}) || domain == "" {
		return "", most
	}
	if id = limitOfDomain + domain; len(id) > longestLimitID {
		hash := sha256.Sum256([]byte(domain))
		id = limitOfDomain + hex.EncodeToString(hash[:])
	}
	return id, most
}

// round is one try to give mails room: a draft by what is known, and what it takes of each limit.
type round struct {
	*Service
	now   time.Time
	most  map[string]MailLimits
	draft map[string]*SendLimit
	taken map[string][]*taking
	// more is how many more mails are let go.
	more int
}

// taking is what a mail takes of a limit: room at its time, or a turn behind those that were put off.
type taking struct {
	*passage
	waits bool
	// lost says that somebody else was faster, until that a mail that waits has a later turn than the draft knew.
	lost  bool
	until time.Time
}

// takeRoom gives each mail room at one of its relays and at its domain, in their order, or says until when it has to wait.
func (s *Service) takeRoom(ctx context.Context, wanted []*passage) error {
	if !s.bounded() {
		now := s.now()
		for _, p := range wanted {
			p.by, p.at = p.relays[0], now
		}
		return nil
	}
	s.limiting.Lock() // batches of one process need not be faster than each other
	defer s.limiting.Unlock()
	for len(wanted) > 0 {
		most := s.limitsOf(wanted)
		known, err := s.db.sendLimits.Fetch(ctx, keys(most))
		if err != nil {
			return err
		}
		r := &round{Service: s, now: s.now(), most: most, draft: map[string]*SendLimit{}, taken: map[string][]*taking{}, more: portion * s.places()}
		for id := range most {
			if r.draft[id] = newSendLimit(id); known[id] != nil {
				r.draft[id] = known[id].clone()
			}
		}
		for _, p := range wanted {
			r.place(p)
		}
		if _, err := s.db.sendLimits.UpsertAll(ctx, keys(r.taken), known, newSendLimit, r.write); err != nil {
			return err
		}
		wanted = r.settle(wanted)
	}
	return nil
}

// bounded says whether anything is.
func (s *Service) bounded() bool {
	for _, c := range s.carriers {
		if c.limitID() != "" {
			return true
		}
	}
	return len(s.domainLimits) > 0
}

// limitsOf are the limits that concern the mails, by their ids.
func (s *Service) limitsOf(wanted []*passage) map[string]MailLimits {
	most, now := map[string]MailLimits{}, s.now()
	for _, p := range wanted {
		if id, l := s.domainLimit(p.domain); id != "" {
			most[id] = l
		}
		for _, c := range p.relays {
			if id := c.limitID(); id != "" {
				most[id] = c.allowed(now, s.timeZone)
			}
		}
	}
	return most
}

// room is that of a limit, as the draft knows; what has no limit has room.
func (r *round) room(id string, p *passage) (at time.Time, there bool) {
	if id == "" {
		return r.now, true
	}
	return r.draft[id].room(r.most[id], r.now, p.putOff)
}

// place gives a mail room, or a turn, in the draft.
func (r *round) place(p *passage) {
	p.by, p.why, p.left = nil, "", false
	domain, _ := r.domainLimit(p.domain)
	at, free := r.room(domain, p)
	blocked, waits := "", time.Time{} // the relay that has room first, where none has it now
	for _, c := range p.relays {
		id := c.limitID()
		from, there := r.room(id, p)
		if there && free {
			if p.left = r.more == 0; p.left {
				return
			}
			p.by, p.at = c, later(at, from)
			r.more--
			r.take(domain, p)
			r.take(id, p)
			return
		}
		if there {
			blocked = ""
			break
		}
		if turn := r.draft[id].turn(r.most[id], r.now); blocked == "" || turn.Before(waits) {
			blocked, waits = id, turn
		}
	}
	p.at = r.now
	if !free {
		r.wait(domain, p)
	}
	r.wait(blocked, p)
}

// take takes room of a limit.
func (r *round) take(id string, p *passage) {
	if id == "" {
		return
	}
	p.counted = true
	r.draft[id].take(r.most[id], r.now, p.at, p.putOff)
	r.taken[id] = append(r.taken[id], &taking{passage: p})
}

// wait takes a turn of a limit. A mail that would be too late then takes none.
func (r *round) wait(id string, p *passage) {
	if id == "" {
		return
	}
	p.why = r.says(id)
	turn := r.draft[id].turn(r.most[id], r.now)
	if !p.latest.IsZero() && !turn.Before(p.latest) {
		p.at = later(p.at, p.latest)
		return
	}
	p.at = later(p.at, r.draft[id].putOff(r.most[id], r.now))
	r.taken[id] = append(r.taken[id], &taking{passage: p, waits: true})
}

// says says what a limit is.
func (r *round) says(id string) string {
	if name, relay := strings.CutPrefix(id, limitOfRelay); relay {
		return fmt.Sprintf("the mail server %s is given at most %s", name, r.most[id])
	}
	return fmt.Sprintf("%s is sent at most %s", strings.TrimPrefix(id, limitOfDomain), r.most[id])
}

// write takes from the limit as it is stored what the draft took, as far as it is still there.
func (r *round) write(l *SendLimit) bool {
	for _, t := range r.taken[l.ID] {
		if t.waits {
			t.until = l.putOff(r.most[l.ID], r.now)
			continue
		}
		t.lost = !l.take(r.most[l.ID], r.now, t.at, t.putOff)
	}
	return true
}

// settle returns those of the mails that lost what the draft had given them, and notes the turns of those that wait.
func (r *round) settle(wanted []*passage) (again []*passage) {
	lost := map[*passage]bool{}
	for _, list := range r.taken {
		for _, t := range list {
			if t.waits {
				t.at = later(t.at, t.until)
			}
			lost[t.passage] = lost[t.passage] || t.lost
		}
	}
	for _, p := range wanted {
		if lost[p] {
			again = append(again, p)
		}
	}
	return again
}

// roomFor finds a relay that has room for a mail that is about no invitation, or says until when it has to wait. Where no relay is open it takes one all the
// same, for a mail by which to see.
func (s *Service) roomFor(ctx context.Context, f fleet, m *Message) (*passage, error) {
	to, err := address.Parse(m.To)
	if err != nil {
		return nil, err
	}
	p := &passage{relays: f.carriers(m.ID, ""), domain: to.Domain(), putOff: true}
	if len(p.relays) == 0 {
		p.relays = byPreference(m.ID, slices.Clone(s.carriers))
	}
	return p, s.takeRoom(ctx, []*passage{p})
}
