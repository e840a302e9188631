package survey

import (
	"context"
	"time"

	"earshot/survey/store"
)

// Relay is how a server stands that takes our mails, as all processes know it; its id is the relay's name. While it has a fault no mail is tried that would
// fail by it: others carry its mails. Where none does they wait, and none is given up: they are not tried less often for it, and have the time added until
// which they may go out.
type Relay struct {
	store.Meta `json:",inline"`
	// Fault is what is wrong; empty while mails go out.
	Fault Fault `json:"fault,omitempty"`
	// Reply is its last words, or what went wrong on the way: for people to read.
	Reply string `json:"reply,omitempty"`
	// Since is when the pause began, TriedAt when the server was last tried in vain, NextAt when it will be tried next, and
	// Tries how often it was in this pause.
	Since   time.Time `json:"since,omitzero"`
	TriedAt time.Time `json:"tried_at,omitzero"`
	NextAt  time.Time `json:"next_at,omitzero"`
	Tries   int       `json:"tries,omitempty"`
	// Probing says that the way to the server was found clear, and that one of the mails that wait was let go, to see.
	Probing bool `json:"probing,omitempty"`
	// EndedAt is when the last pause ended.
	EndedAt time.Time `json:"ended_at,omitzero"`
	// Told are the admins to whom a mail about the pause went, through another relay.
	Told []RepID `json:"told,omitempty"`
}

var relaySpec = &store.Spec{
	Name:  "relays",
	New:   func() store.Doc { return new(Relay) },
	Queue: true,
}

func newRelay(id string) *Relay { return &Relay{Meta: store.Meta{ID: id}} }

// Paused says whether the server has a fault.
func (r *Relay) Paused() bool { return r.Fault != "" }

// closed says that no mail may be tried.
func (r *Relay) closed() bool { return r.Paused() && !r.Probing }

// relayPauses is how long mails wait after each try in vain; the last one repeats.
var relayPauses = [...]time.Duration{30 * time.Second, time.Minute, 2 * time.Minute, 5 * time.Minute, 10 * time.Minute, 15 * time.Minute}

// relapse is for how long after a pause a fault is the same one again.
const relapse = 15 * time.Minute

// fail notes a try in vain, and says whether there was anything to note: many mails may meet one fault. alone says that there is no other relay through
// which admins could be told.
func (r *Relay) fail(o Outcome, now time.Time, alone bool) bool {
	if r.closed() && now.Before(r.NextAt) && r.Fault == o.Fault {
		return false
	}
	if !r.Paused() && (r.EndedAt.IsZero() || now.Sub(r.EndedAt) > relapse) {
		r.Since, r.Tries, r.Told = now, 0, nil
	}
	if !r.Paused() && !alone {
		r.Schedule(effectTellAdmins, r.Since.Add(tellAdminsAfter))
	}
	r.Fault, r.Reply, r.Probing = o.Fault, o.Reply, false
	r.TriedAt, r.NextAt = now, now.Add(relayPauses[min(r.Tries, len(relayPauses)-1)])
	r.Tries++
	r.Schedule(effectCheckRelay, r.NextAt)
	return true
}

// probe notes that one mail was let go.
func (r *Relay) probe(now time.Time) {
	r.Probing, r.NextAt = true, now.Add(probeTime)
	r.Schedule(effectCheckRelay, r.NextAt)
}

// end ends the pause, and says whether there was one.
func (r *Relay) end(now time.Time) bool {
	if !r.Paused() {
		return false
	}
	r.Fault, r.Reply, r.Probing, r.NextAt, r.EndedAt = "", "", false, time.Time{}, now
	r.Schedule(effectCheckRelay, time.Time{})
	r.Schedule(effectTellAdmins, time.Time{})
	r.Owe(effectReleaseMails, now)
	return true
}

// changeRelay notes something about a relay, and has what follows done.
func (s *Service) changeRelay(ctx context.Context, name string, change func(*Relay) bool) error {
	return s.changeRelays(ctx, []string{name}, change)
}

func (s *Service) changeRelays(ctx context.Context, names []string, change func(*Relay) bool) error {
	_, err := s.db.relays.UpsertAll(ctx, names, nil, newRelay, change)
	s.outbox.Wake(relaySpec.Name)
	return err
}

// alone says that there is one relay at most.
func (s *Service) alone() bool { return len(s.carriers) == 1 }
