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

// measures counts what the driver does, without a lock that all commands would share.
type measures struct {
	// commands are *commandCounts by commandKey, and pools *poolCounts by the address of the server.
	commands, pools sync.Map
	// running are the *commandCounts of the commands under way, by the number of their request.
	running sync.Map
}

type commandKey struct{ name, collection string }

type commandCounts struct {
	done, failed, retried atomic.Int64
	took                  atomic.Int64 // nanoseconds
}

// poolCounts are about the connections to one server.
type poolCounts struct {
	open, used     atomic.Int64
	waits, refused atomic.Int64
	waited         atomic.Int64 // nanoseconds
	cleared        atomic.Int64
}

// counts returns what counts for a key, which is made where it is not there.
func counts[T any](m *sync.Map, key any) *T {
	c, ok := m.Load(key)
	if !ok {
		c, _ = m.LoadOrStore(key, new(T))
	}
	return c.(*T)
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
	c := counts[commandCounts](&m.commands, commandKey{e.CommandName, collection})
	m.running.Store(e.RequestID, c)
	if n, ok := ctx.Value(triesKey{}).(*atomic.Int32); ok && e.CommandName != "getMore" && n.Add(1) > 1 {
		c.retried.Add(1)
	}
}

func (m *measures) finished(request int64, took time.Duration, failed bool) {
	running, ok := m.running.LoadAndDelete(request)
	if !ok {
		return
	}
	c := running.(*commandCounts)
	c.took.Add(int64(took))
	if failed {
		c.failed.Add(1)
	} else {
		c.done.Add(1)
	}
}

func (m *measures) poolMonitor() *event.PoolMonitor {
	return &event.PoolMonitor{Event: func(e *event.PoolEvent) { counts[poolCounts](&m.pools, e.Address).count(e) }}
}

func (p *poolCounts) count(e *event.PoolEvent) {
	switch e.Type {
	case event.ConnectionCreated:
		p.open.Add(1)
	case event.ConnectionClosed:
		p.open.Add(-1)
	case event.ConnectionCheckedOut:
		p.used.Add(1)
		p.waits.Add(1)
		p.waited.Add(int64(e.Duration))
	case event.ConnectionCheckedIn:
		p.used.Add(-1)
	case event.ConnectionCheckOutFailed:
		p.refused.Add(1)
	case event.ConnectionPoolCleared:
		p.cleared.Add(1)
	}
}

var _ store.Measured = (*Store)(nil)

// Measures implements store.Measured.
func (s *Store) Measures() []store.Measure {
	var list []store.Measure
	add := func(name, help string, total bool, value float64, labels ...string) {
		list = append(list, store.Measure{Name: "mongodb_" + name, Help: help, Total: total, Value: value, Labels: labels})
	}
	s.measures.commands.Range(func(k, v any) bool {
		key, c := k.(commandKey), v.(*commandCounts)
		of := []string{"command", key.name, "collection", key.collection}
		add("commands_total", "Commands that the server has answered.", true, float64(c.done.Load()), append(slices.Clone(of), "outcome", "done")...)
		add("commands_total", "Commands that the server has answered.", true, float64(c.failed.Load()), append(slices.Clone(of), "outcome", "failed")...)
		add("command_seconds_total", "How long commands took, together.", true, time.Duration(c.took.Load()).Seconds(), of...)
		add("command_retries_total", "Commands that were sent again after an outage or an election.", true, float64(c.retried.Load()), of...)
		return true
	})
	s.measures.pools.Range(func(k, v any) bool {
		server, p := k.(string), v.(*poolCounts)
		add("connections", "Open connections.", false, float64(p.open.Load()), "server", server)
		add("connections_in_use", "Connections with a command under way.", false, float64(p.used.Load()), "server", server)
		add("connection_waits_total", "Commands that were given a connection.", true, float64(p.waits.Load()), "server", server)
		add("connection_wait_seconds_total", "How long they waited for it, together.", true, time.Duration(p.waited.Load()).Seconds(), "server", server)
		add("connection_refusals_total", "Commands that got no connection.", true, float64(p.refused.Load()), "server", server)
		add("pool_clears_total", "How often all connections were given up, after an error.", true, float64(p.cleared.Load()), "server", server)
		return true
	})
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
