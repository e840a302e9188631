package survey

import (
	"context"
	"errors"
	"time"

	"earshot/survey/store"
)

// Relay is how the server stands that takes our mails, as all processes know it; there is one. While it has a fault no mail
// is tried that would fail by it, and none is given up: they wait, are not tried less often for it, and have the time added
// until which they may go out.
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
}

var relaySpec = &store.Spec{
	Name:  "relays",
	New:   func() store.Doc { return new(Relay) },
	Queue: true,
}

// relayID is the id of the one relay.
const relayID = "relay"

func newRelay(id string) *Relay { return &Relay{Meta: store.Meta{ID: id}} }

// Paused says whether mails wait because of the server.
func (r *Relay) Paused() bool { return r.Fault != "" }

// closed says that no mail may be tried.
func (r *Relay) closed() bool { return r.Paused() && !r.Probing }

// relayPauses is how long mails wait after each try in vain; the last one repeats.
var relayPauses = [...]time.Duration{30 * time.Second, time.Minute, 2 * time.Minute, 5 * time.Minute, 10 * time.Minute, 15 * time.Minute}

// relapse is for how long after a pause a fault is the same one again.
const relapse = 15 * time.Minute

// fail notes a try in vain, and says whether there was anything to note: many mails may meet one fault.
func (r *Relay) fail(o Outcome, now time.Time) bool {
	if r.closed() && now.Before(r.NextAt) && r.Fault == o.Fault {
		return false
	}
	if !r.Paused() && (r.EndedAt.IsZero() || now.Sub(r.EndedAt) > relapse) {
		r.Since, r.Tries = now, 0
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
	r.Owe(effectReleaseMails, now)
	return true
}

// relay returns how the server stands.
func (s *Service) relay(ctx context.Context) (*Relay, error) {
	r, err := s.db.relays.Get(ctx, relayID)
	if errors.Is(err, store.ErrNotFound) {
		return newRelay(relayID), nil
	}
	return r, err
}

// changeRelay notes something about the server, and has what follows done.
func (s *Service) changeRelay(ctx context.Context, change func(*Relay) bool) error {
	_, err := s.db.relays.UpsertAll(ctx, []string{relayID}, nil, newRelay, change)
	s.outbox.Wake(relaySpec.Name)
	return err
}

// RelayStatus is what people are told of the server that takes our mails.
type RelayStatus struct {
	*Relay
	// Waiting is how many mails wait because of it.
	Waiting int
}

// RelayStatus tells how the server stands that takes our mails.
func (s *Service) RelayStatus(ctx context.Context) (*RelayStatus, error) {
	r, err := s.relay(ctx)
	if err != nil || !r.Paused() {
		return &RelayStatus{Relay: r}, err
	}
	groups, err := s.db.invitations.Fold(ctx, store.Fold{Query: heldMails()})
	status := &RelayStatus{Relay: r}
	if len(groups) > 0 {
		status.Waiting = int(groups[0].Count)
	}
	return status, err
}

// TryRelay has the server tried now that takes our mails, instead of after its pause. Returns Conflict where mails do not
// wait for it.
func (s *Service) TryRelay(ctx context.Context) (*RelayStatus, error) {
	now, paused := s.now(), false
	err := s.changeRelay(ctx, func(r *Relay) bool {
		if paused = r.Paused(); paused {
			r.NextAt = now
			r.Schedule(effectCheckRelay, now)
		}
		return paused
	})
	if err != nil {
		return nil, err
	}
	if !paused {
		return nil, Errorf(Conflict, "mails do not wait for the mail server: there is nothing to try")
	}
	return s.RelayStatus(ctx)
}
