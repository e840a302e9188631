package survey

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"math"
	"slices"
	"sync"
	"sync/atomic"
)

// lane is a relay as a batch of mails found it.
type lane struct {
	*carrier
	// state is how it stood at the beginning of the batch.
	state *Relay
	// faulty is set when a try has met a fault of it: what else the batch has for it does not go there. told sees that it is written down once.
	faulty atomic.Bool
	told   sync.Once
	// busy counts the portions of the batch that are on their way there.
	busy atomic.Int32
}

// open says that mails may be tried there.
func (l *lane) open() bool { return !l.state.closed() && !l.faulty.Load() }

// working says that mails of the batch are on their way there.
func (l *lane) working() bool { return l.busy.Load() > 0 }

// fleet are all relays as a batch found them; of an installation without any, what keeps mails.
type fleet []*lane

// fleet reads how the relays stand.
func (s *Service) fleet(ctx context.Context) (fleet, error) {
	known := map[string]*Relay{}
	if s.Sends() {
		var err error
		if known, err = s.db.relays.Fetch(ctx, s.relayNames()); err != nil {
			return nil, err
		}
	}
	list := make(fleet, len(s.carriers))
	for i, c := range s.carriers {
		if list[i] = (&lane{carrier: c, state: known[c.Name]}); list[i].state == nil {
			list[i].state = newRelay(c.Name)
		}
	}
	return list, nil
}

// working says whether mails of the batch are on their way to a relay.
func (f fleet) working(c *carrier) bool {
	return slices.ContainsFunc(f, func(l *lane) bool { return l.carrier == c && l.working() })
}

// open says whether any relay takes mails.
func (f fleet) open() bool { return slices.ContainsFunc(f, (*lane).open) }

// carriers returns the relays that may carry a mail: those that are open, and backups only where no other is. last is the relay that the mail was tried at
// and that put it off: a server that does so with whom it does not know (greylisting) wants to see them again, and no other. A relay that is being
// tried with one mail is left out where there are others.
func (f fleet) carriers(id, last string) []*carrier {
	var open []*lane
	for _, l := range f {
		if l.open() {
			open = append(open, l)
		}
	}
	for _, leftOut := range []func(*lane) bool{
		func(l *lane) bool { return l.Backup }, func(l *lane) bool { return l.state.Probing }, func(l *lane) bool { return l.Name != last },
	} {
		if rest := slices.DeleteFunc(slices.Clone(open), leftOut); len(rest) > 0 {
			open = rest
		}
	}
	list := make([]*carrier, len(open))
	for i, l := range open {
		list[i] = l.carrier
	}
	return byPreference(id, list)
}

// byPreference sorts relays by how much the mail prefers them. Each has the first place for so many mails as its weight says, and where one is left out its
// mails go to the others by their weights while all others stay: weighted rendezvous hashing, with the score -w/ln(h) of C. Schindelhauer and
// G. Schomaker, Weighted distributed hash tables, SPAA 2005 (the logarithmic method).
func byPreference(id string, list []*carrier) []*carrier {
	if len(list) < 2 {
		return list
	}
	score := make(map[*carrier]float64, len(list))
	for _, c := range list {
		score[c] = -float64(c.Weight) / math.Log(chanceOf(c.Name, id))
	}
	slices.SortFunc(list, func(a, b *carrier) int {
		if score[a] > score[b] {
			return -1
		}
		return 1
	})
	return list
}

// chanceOf is a number above 0 and below 1 that a relay and a mail have in common, the same in every process.
func chanceOf(relay, id string) float64 {
	hash := sha256.Sum256([]byte(relay + "\x00" + id))
	const bits = 53 // as many as a float64 holds
	return (float64(binary.BigEndian.Uint64(hash[:])>>(64-bits)) + 0.5) / (1 << bits)
}
