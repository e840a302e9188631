package survey

import (
	"context"

	"earshot/survey/store"
)

// MailStatus is what people are told of the servers that take our mails.
type MailStatus struct {
	// Relays are all of them, in the order of the configuration; none where no mail server is set.
	Relays []RelayStatus
	// Waiting is how many mails wait because none takes any.
	Waiting int
}

// RelayStatus is what people are told of one of them.
type RelayStatus struct {
	*Relay
	Name string
	// Share is the part of the mails that it gets by weight as things stand, from 0 to 1; Backup says that it gets none while another one is open.
	Share  float64
	Backup bool
	// Limits are how many mails it takes today, and Used how many it was given in the last hour and day, where that is bounded: a little more than
	// these, for what is bounded is any hour and any day.
	Limits MailLimits
	Used   MailLimits
	// WarmUpDay is which day of its warm-up it is, from 1 on; 0 where it is warm.
	WarmUpDay int
}

// Paused says that no relay takes mails, so that they wait.
func (m *MailStatus) Paused() bool { return len(m.Relays) > 0 && m.Faulty() == len(m.Relays) }

// Faulty is how many relays have a fault.
func (m *MailStatus) Faulty() int {
	n := 0
	for _, r := range m.Relays {
		if r.Paused() {
			n++
		}
	}
	return n
}

// MailStatus tells how the servers stand that take our mails.
func (s *Service) MailStatus(ctx context.Context) (*MailStatus, error) {
	f, err := s.fleet(ctx)
	if err != nil || !s.Sends() {
		return &MailStatus{}, err
	}
	used, err := s.used(ctx)
	if err != nil {
		return nil, err
	}
	status, now := &MailStatus{}, s.now()
	shares := f.shares()
	for _, l := range f {
		r := RelayStatus{Relay: l.state, Name: l.Name, Backup: l.Backup, Share: shares[l.carrier], Limits: l.allowed(now, s.timeZone)}
		r.WarmUpDay = l.WarmUp.Day(now, s.timeZone, l.Limits.PerDay)
		if u := used[l.limitID()]; u != nil {
			r.Used = MailLimits{PerHour: hourWindow.sum(u.Sent.Hour, now), PerDay: dayWindow.sum(u.Sent.Day, now)}
		}
		status.Relays = append(status.Relays, r)
	}
	if !status.Paused() {
		return status, nil
	}
	groups, err := s.db.invitations.Fold(ctx, store.Fold{Query: heldMails()})
	if len(groups) > 0 {
		status.Waiting = int(groups[0].Count)
	}
	return status, err
}

// used reads how many mails the relays were given that are bounded, by the ids of their limits.
func (s *Service) used(ctx context.Context) (map[string]*SendLimit, error) {
	var ids []string
	for _, c := range s.carriers {
		if id := c.limitID(); id != "" {
			ids = append(ids, id)
		}
	}
	if len(ids) == 0 {
		return nil, nil
	}
	return s.db.sendLimits.Fetch(ctx, ids)
}

// shares are the parts of the mails that the relays get by weight.
func (f fleet) shares() map[*carrier]float64 {
	part, sum := map[*carrier]float64{}, 0.0
	for _, c := range f.carriers("", "") {
		part[c] = float64(c.Weight)
		sum += part[c]
	}
	for c := range part {
		part[c] /= sum
	}
	return part
}

// TryRelays has the servers tried now that have a fault, instead of after their pauses. Returns Conflict where none has.
func (s *Service) TryRelays(ctx context.Context) (*MailStatus, error) {
	before, err := s.MailStatus(ctx)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, r := range before.Relays {
		if r.Paused() {
			names = append(names, r.Name)
		}
	}
	now, paused := s.now(), false
	err = s.changeRelays(ctx, names, func(r *Relay) bool {
		if !r.Paused() {
			return false
		}
		paused, r.NextAt = true, now
		r.Schedule(effectCheckRelay, now)
		return true
	})
	if err != nil {
		return nil, err
	}
	if !paused {
		return nil, Errorf(Conflict, "no mail server has a fault: there is nothing to try")
	}
	return s.MailStatus(ctx)
}
