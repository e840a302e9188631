package mongodb_test

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"earshot/survey/store"
	"earshot/survey/store/mongodb"
	"earshot/survey/store/mongodb/mongotest"

	toxiproxy "github.com/Shopify/toxiproxy/v2"
	"github.com/rs/zerolog"
)

var notes = &store.Spec{Name: "notes", New: func() store.Doc { return new(note) }, Queue: true}

const (
	// faultTimeout bounds the operations in these tests.
	faultTimeout = 2 * time.Second
	// slack is what a busy machine may add.
	slack = 4 * time.Second
	// recovery is how long it may take until a server that is back is used again.
	recovery = 20 * time.Second
)

// throughProxy puts a proxy before the test's database and returns it with the store behind it.
func throughProxy(t *testing.T) (*toxiproxy.Proxy, store.Store) {
	t.Helper()
	u, err := url.Parse(mongotest.Server(t))
	if err != nil {
		t.Fatal(err)
	}
	server := toxiproxy.NewServer(toxiproxy.NewMetricsContainer(nil), zerolog.Nop())
	first, _, _ := strings.Cut(u.Host, ",")
	proxy := toxiproxy.NewProxy(server, t.Name(), "127.0.0.1:0", first)
	if err := proxy.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(proxy.Stop)
	u.Host, u.RawQuery = proxy.Listen, "directConnection=true"
	return proxy, open(t, u.String())
}

func open(t *testing.T, uri string) store.Store {
	t.Helper()
	var s *mongodb.Store
	eventually(t, "open", func() (err error) {
		s, err = mongodb.Open(t.Context(), uri, []*store.Spec{notes}, mongodb.WithTimeout(faultTimeout))
		return err
	})
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	return s
}

// toxic adds a toxin to a proxy, in both directions, and returns what removes it.
func toxic(t *testing.T, proxy *toxiproxy.Proxy, kind, attributes string) (remove func()) {
	t.Helper()
	for _, stream := range []string{"upstream", "downstream"} {
		text := fmt.Sprintf(`{"name": %q, "type": %q, "stream": %q, "attributes": %s}`, stream, kind, stream, attributes)
		if _, err := proxy.Toxics.AddToxicJson(strings.NewReader(text)); err != nil {
			t.Fatalf("toxic %s: %v", text, err)
		}
	}
	return func() { proxy.Toxics.ResetToxics(t.Context()) }
}

func TestFaults(t *testing.T) {
	t.Parallel()
	rows := map[string]func(*testing.T, *toxiproxy.Proxy) (mend func()){
		"cut": func(t *testing.T, p *toxiproxy.Proxy) func() {
			p.Stop()
			return func() {
				if err := p.Start(); err != nil {
					t.Fatal(err)
				}
			}
		},
		"slow": func(t *testing.T, p *toxiproxy.Proxy) func() {
			return toxic(t, p, "latency", `{"latency": 5000}`)
		},
		"half-open": func(t *testing.T, p *toxiproxy.Proxy) func() {
			return toxic(t, p, "timeout", `{"timeout": 0}`)
		},
		"reset": func(t *testing.T, p *toxiproxy.Proxy) func() {
			return toxic(t, p, "reset_peer", `{"timeout": 0}`)
		},
	}
	for name, fault := range rows {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			proxy, s := throughProxy(t)
			c := store.NewCollection[note](s, notes)
			before := &note{Meta: store.Meta{ID: "before"}}
			works(t, c, before.ID)
			before.Version = 1
			mend := fault(t, proxy)
			for operation, err := range unavailable(t, s, before) {
				if !errors.Is(err, store.ErrUnavailable) {
					t.Errorf("%s: got %v, want ErrUnavailable", operation, err)
				}
			}
			mend()
			works(t, c, "after")
			eventually(t, "get what was acknowledged before", func() error { _, err := c.Get(t.Context(), before.ID); return err })
		})
	}
}

// unavailable tries the operations while there is a fault and checks that each comes back in time.
func unavailable(t *testing.T, s store.Store, d *note) map[string]error {
	t.Helper()
	changed := *d
	operations := map[string]func() error{
		"fetch":   func() error { _, err := s.Fetch(t.Context(), notes, []string{d.ID}); return err },
		"insert":  func() error { return write(t, s, store.Insert, &note{Meta: store.Meta{ID: "during"}}) },
		"replace": func() error { return write(t, s, store.Replace, &changed) },
		"claim":   func() error { _, err := s.Claim(t.Context(), notes, time.Now(), time.Now(), 9); return err },
		"ping":    func() error { return s.Ping(t.Context()) },
	}
	var mu sync.Mutex
	var group sync.WaitGroup
	errs := map[string]error{}
	for name, operation := range operations {
		group.Go(func() {
			start := time.Now()
			err := operation()
			if took := time.Since(start); took > faultTimeout+slack {
				t.Errorf("%s took %v, want %v at most", name, took, faultTimeout)
			}
			mu.Lock()
			defer mu.Unlock()
			errs[name] = err
		})
	}
	group.Wait()
	return errs
}

func write(t *testing.T, s store.Store, op store.Op, d *note) error {
	t.Helper()
	_, err := s.Write(t.Context(), notes, []store.Write{{Op: op, Doc: d}})
	return err
}

// works waits until the store takes a document and gives it back.
func works(t *testing.T, c store.Collection[note, *note], id string) {
	t.Helper()
	eventually(t, "insert", func() error {
		err := c.Insert(t.Context(), &note{Meta: store.Meta{ID: id}})
		var duplicate *store.DuplicateError
		if errors.As(err, &duplicate) {
			// An earlier try has happened, though it was not acknowledged.
			return nil
		}
		return err
	})
	eventually(t, "get", func() error { _, err := c.Get(t.Context(), id); return err })
}

// eventually tries again while the store is unavailable, as after a fault or on a busy machine.
func eventually(t *testing.T, what string, try func() error) {
	t.Helper()
	for start := time.Now(); ; time.Sleep(50 * time.Millisecond) {
		err := try()
		if err == nil {
			return
		}
		if !errors.Is(err, store.ErrUnavailable) || time.Since(start) > recovery {
			t.Fatalf("%s: %v", what, err)
		}
	}
}

// TestServerKilled kills the server and starts it again: what was acknowledged is there, and the same store goes on.
func TestServerKilled(t *testing.T) {
	t.Parallel()
	set := mongotest.Single(t)
	s := open(t, set.Database(t))
	c := store.NewCollection[note](s, notes)
	for kill := range 3 {
		id := fmt.Sprint("note ", kill)
		works(t, c, id)
		if err := set.KillAll(); err != nil {
			t.Fatalf("kill: %v", err)
		}
		if _, err := c.Get(t.Context(), id); !errors.Is(err, store.ErrUnavailable) {
			t.Errorf("while the server is gone: got %v, want ErrUnavailable", err)
		}
		if err := set.StartAll(); err != nil {
			t.Fatalf("restart: %v", err)
		}
		works(t, c, id+" again")
		eventually(t, "get what was acknowledged before", func() error { _, err := c.Get(t.Context(), id); return err })
	}
}

func TestOpenRefuses(t *testing.T) {
	t.Parallel()
	rows := map[string]struct {
		uri  string
		spec *store.Spec
		want error
	}{
		"no server":     {"mongodb://127.0.0.1:1/x", notes, store.ErrUnavailable},
		"a wrong index": {"mongodb://127.0.0.1:1/x", &store.Spec{Name: "x", New: notes.New, Indexes: []store.Index{{Name: "i", Fields: []string{"y"}}}}, store.ErrQuery},
	}
	for name, row := range rows {
		if _, err := mongodb.Open(t.Context(), row.uri, []*store.Spec{row.spec}, mongodb.WithTimeout(100*time.Millisecond)); !errors.Is(err, row.want) {
			t.Errorf("%s: got %v, want %v", name, err, row.want)
		}
	}
	for _, uri := range []string{"", "http://127.0.0.1", "mongodb://", "mongodb://h:port/"} {
		if s, err := mongodb.Open(t.Context(), uri, nil); err == nil {
			t.Errorf("%q: got %v, want an error", uri, s)
		}
	}
}

// TestEndedContext ends the context of an operation that waits for the server.
func TestEndedContext(t *testing.T) {
	t.Parallel()
	proxy, s := throughProxy(t)
	works(t, store.NewCollection[note](s, notes), "before")
	toxic(t, proxy, "latency", `{"latency": 5000}`)
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	start := time.Now()
	if _, err := s.Fetch(ctx, notes, []string{"before"}); !errors.Is(err, context.DeadlineExceeded) || errors.Is(err, store.ErrUnavailable) {
		t.Errorf("got %v, want context.DeadlineExceeded", err)
	}
	if took := time.Since(start); took > slack {
		t.Errorf("took %v", took)
	}
}
