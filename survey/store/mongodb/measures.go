package mongodb

import (
	"cmp"
	"context"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"earshot/survey/store"

	"go.mongodb.org/mongo-driver/v2/event"
)

// measures counts what the driver does.
type measures struct {
	mu       sync.Mutex
	commands map[commandKey]*commandCounts
	pools    map[string]*poolCounts
	// running are the commands under way, by the number of their request.
	running map[int64]commandKey
}

type commandKey struct{ name, collection string }

type commandCounts struct {
	done, failed, retried int
	took                  time.Duration
}

// poolCounts are about the connections to one server.
type poolCounts struct {
	open, used     int
	waits, refused int
	waited         time.Duration
	cleared        int
}

func newMeasures() *measures {
	return &measures{commands: map[commandKey]*commandCounts{}, pools: map[string]*poolCounts{}, running: map[int64]commandKey{}}
}

// triesKey is for a context that counts how often the driver sends the one command that is sent under it.
type triesKey struct{}

// tries returns a context for one command of the driver, so that its retries are counted.
func tries(ctx context.Context) context.Context {
	return context.WithValue(ctx, triesKey{}, new(atomic.Int32))
}

// unobserved are commands of the driver's own.
var unobserved = []string{"hello", "isMaster", "ismaster", "saslStart", "saslContinue", "authenticate", "endSessions", "killCursors"}

func (m *measures) commandMonitor() *event.CommandMonitor {
	return &event.CommandMonitor{
		Started:   m.started,
		Succeeded: func(_ context.Context, e *event.CommandSucceededEvent) { m.finished(e.RequestID, e.Duration, false) },
		Failed:    func(_ context.Context, e *event.CommandFailedEvent) { m.finished(e.RequestID, e.Duration, true) },
	}
}

func (m *measures) started(ctx context.Context, e *event.CommandStartedEvent) {
	if slices.Contains(unobserved, e.CommandName) {
		return
	}
	name := e.CommandName
	if name == "getMore" {
		name = "collection"
	}
	collection, _ := e.Command.Lookup(name).StringValueOK()
	key := commandKey{e.CommandName, collection}
	again := false
	if n, ok := ctx.Value(triesKey{}).(*atomic.Int32); ok && e.CommandName != "getMore" {
		again = n.Add(1) > 1
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	m.running[e.RequestID] = key
	counts := m.commands[key]
	if counts == nil {
		counts = new(commandCounts)
		m.commands[key] = counts
	}
	if again {
		counts.retried++
	}
}

func (m *measures) finished(request int64, took time.Duration, failed bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	key, ok := m.running[request]
	if !ok {
		return
	}
	delete(m.running, request)
	counts := m.commands[key]
	counts.took += took
	if failed {
		counts.failed++
	} else {
		counts.done++
	}
}

func (m *measures) poolMonitor() *event.PoolMonitor {
	return &event.PoolMonitor{Event: func(e *event.PoolEvent) {
		m.mu.Lock()
		defer m.mu.Unlock()
		p := m.pools[e.Address]
		if p == nil {
			p = new(poolCounts)
			m.pools[e.Address] = p
		}
		p.count(e)
	}}
}

func (p *poolCounts) count(e *event.PoolEvent) {
	switch e.Type {
	case event.ConnectionCreated:
		p.open++
	case event.ConnectionClosed:
		p.open--
	case event.ConnectionCheckedOut:
		p.used++
		p.waits++
		p.waited += e.Duration
	case event.ConnectionCheckedIn:
		p.used--
	case event.ConnectionCheckOutFailed:
		p.refused++
	case event.ConnectionPoolCleared:
		p.cleared++
	}
}

var _ store.Measured = (*Store)(nil)

// Measures implements store.Measured.
func (s *Store) Measures() []store.Measure {
	m := s.measures
	m.mu.Lock()
	defer m.mu.Unlock()
	var list []store.Measure
	add := func(name, help string, total bool, value float64, labels ...string) {
		list = append(list, store.Measure{Name: "mongodb_" + name, Help: help, Total: total, Value: value, Labels: labels})
	}
	for key, c := range m.commands {
		of := []string{"command", key.name, "collection", key.collection}
		add("commands_total", "Commands that the server has answered.", true, float64(c.done), append(slices.Clone(of), "outcome", "done")...)
		add("commands_total", "Commands that the server has answered.", true, float64(c.failed), append(slices.Clone(of), "outcome", "failed")...)
		add("command_seconds_total", "How long commands took, together.", true, c.took.Seconds(), of...)
		add("command_retries_total", "Commands that were sent again after an outage or an election.", true, float64(c.retried), of...)
	}
	for server, p := range m.pools {
		add("connections", "Open connections.", false, float64(p.open), "server", server)
		add("connections_in_use", "Connections with a command under way.", false, float64(p.used), "server", server)
		add("connection_waits_total", "Commands that were given a connection.", true, float64(p.waits), "server", server)
		add("connection_wait_seconds_total", "How long they waited for it, together.", true, p.waited.Seconds(), "server", server)
		add("connection_refusals_total", "Commands that got no connection.", true, float64(p.refused), "server", server)
		add("pool_clears_total", "How often all connections were given up, after an error.", true, float64(p.cleared), "server", server)
	}
	slices.SortFunc(list, func(a, b store.Measure) int {
		return cmp.Or(cmp.Compare(a.Name, b.Name), slices.Compare(a.Labels, b.Labels))
	})
	return list
}

// together tells several monitors of everything.
func together(monitors []*event.CommandMonitor) *event.CommandMonitor {
	return &event.CommandMonitor{
		Started: func(ctx context.Context, e *event.CommandStartedEvent) {
			for _, m := range monitors {
				m.Started(ctx, e)
			}
		},
		Succeeded: func(ctx context.Context, e *event.CommandSucceededEvent) {
			for _, m := range monitors {
				if m.Succeeded != nil {
					m.Succeeded(ctx, e)
				}
			}
		},
		Failed: func(ctx context.Context, e *event.CommandFailedEvent) {
			for _, m := range monitors {
				if m.Failed != nil {
					m.Failed(ctx, e)
				}
			}
		},
	}
}
