package main

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// spent is what a stretch of work took of everybody who worked.
type spent struct {
	took time.Duration
	// earshot and database are processor time; SQLite's is Earshot's.
	earshot, database time.Duration
	// commands were served by the database.
	commands int64
}

// plus adds two stretches.
func (s spent) plus(o spent) spent {
	return spent{s.took + o.took, s.earshot + o.earshot, s.database + o.database, s.commands + o.commands}
}

// meter measures stretches of a server's work on its database.
type meter struct {
	at     time.Time
	before spent
	place  *place
	cpu    func() (time.Duration, error)
}

// newMeter begins a stretch; cpu is the processor time of whoever works on the place.
func newMeter(ctx context.Context, p *place, cpu func() (time.Duration, error)) (*meter, error) {
	m := &meter{place: p, cpu: cpu}
	_, err := m.lap(ctx)
	return m, err
}

// lap ends a stretch and begins the next.
func (m *meter) lap(ctx context.Context) (spent, error) {
	at := time.Now()
	earshot, err1 := m.cpu()
	database, err2 := m.place.cpu()
	commands, err3 := m.place.commands(ctx)
	now := spent{earshot: earshot, database: database, commands: commands}
	s := spent{at.Sub(m.at), now.earshot - m.before.earshot, now.database - m.before.database, now.commands - m.before.commands}
	m.at, m.before = time.Now(), now
	return s, errors.Join(err1, err2, err3)
}

// own is the processor time of the benchmark itself, as a meter takes it.
func own() (time.Duration, error) { return ownCPU(), nil }

// How long a server is waited for that has something to do.
const (
	pollEvery = 100 * time.Millisecond
	// quietPolls is how many polls in a row must find nothing, for a document that a worker has in hand is not owing.
	quietPolls = 5
	// drainWithin bounds the wait: what takes longer is told as it is then.
	drainWithin = 20 * time.Minute
)

// drain waits until nothing is owed, and returns when that was so first.
func drain(ctx context.Context, p *place, s *server) (time.Time, error) {
	var since time.Time
	last, err := s.cpu()
	for began, quiet := time.Now(), 0; quiet < quietPolls; {
		if err != nil {
			return since, err
		}
		if time.Since(began) > drainWithin {
			return since, fmt.Errorf("what is owed was not done within %v", drainWithin)
		}
		var left int
		if left, err = p.bare.Owing(ctx); err != nil {
			return since, err
		}
		var now time.Duration
		now, err = s.cpu()
		if quiet++; left > 0 || now-last > 2*clockTick {
			quiet, since = 0, time.Now()
		}
		last = now
		time.Sleep(pollEvery)
	}
	return since, err
}
