package survey_test

import (
	"context"
	"sync"
	"time"

	"earshot/survey/store"
)

// fault is how a store fails.
type fault string

const (
	dieBefore  fault = "dies before the write"   // the process ends: nothing of it runs any more
	dieAfter   fault = "dies after the write"    // as above, but the write has happened
	loseBefore fault = "is away for a write"     // one write fails
	loseAfter  fault = "loses an answer"         // one write happens and says that it failed
	goAway     fault = "goes away with a write"  // this write and everything after it fails
	goAfter    fault = "goes away after a write" // this write happens, but it and everything after it says that it failed
)

// everyFault is for what must survive anything, and deaths for what is built of the same parts.
var (
	everyFault = []fault{dieBefore, dieAfter, loseBefore, loseAfter, goAway, goAfter}
	deaths     = []fault{dieBefore, dieAfter, goAfter}
)

// death is the panic by which a process ends in a test.
type death struct{}

// faulty is a store that fails at its nth write.
type faulty struct {
	store.Store
	mu   sync.Mutex
	left int // writes until the fault
	kind fault
	gone bool
	// fired says that the fault has happened.
	fired bool
}

// write counts a write and lets it happen, or not.
func (f *faulty) write(do func() error) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.gone {
		return store.ErrUnavailable
	}
	f.left--
	if f.left != 0 {
		return do()
	}
	f.fired = true
	f.gone = f.kind != loseBefore && f.kind != loseAfter
	if f.kind == dieAfter || f.kind == loseAfter || f.kind == goAfter {
		if err := do(); err != nil {
			return err
		}
	}
	if f.kind == dieBefore || f.kind == dieAfter {
		panic(death{})
	}
	return store.ErrUnavailable
}

func (f *faulty) read() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.gone {
		return store.ErrUnavailable
	}
	return nil
}

func (f *faulty) Insert(ctx context.Context, c *store.Spec, docs []store.Doc) error {
	return f.write(func() error { return f.Store.Insert(ctx, c, docs) })
}

func (f *faulty) Replace(ctx context.Context, c *store.Spec, doc store.Doc) error {
	return f.write(func() error { return f.Store.Replace(ctx, c, doc) })
}

func (f *faulty) Delete(ctx context.Context, c *store.Spec, id string, version int64) error {
	return f.write(func() error { return f.Store.Delete(ctx, c, id, version) })
}

func (f *faulty) Claim(ctx context.Context, c *store.Spec, now, until time.Time) (d store.Doc, err error) {
	err = f.write(func() error {
		var failed error
		d, failed = f.Store.Claim(ctx, c, now, until)
		return failed
	})
	return d, err
}

func (f *faulty) Fetch(ctx context.Context, c *store.Spec, ids []string) ([]store.Doc, error) {
	if err := f.read(); err != nil {
		return nil, err
	}
	return f.Store.Fetch(ctx, c, ids)
}

func (f *faulty) Find(ctx context.Context, c *store.Spec, q store.Query) ([]store.Doc, store.Cursor, error) {
	if err := f.read(); err != nil {
		return nil, "", err
	}
	return f.Store.Find(ctx, c, q)
}

// meddling is a store that lets something happen once, before the first write to a collection.
type meddling struct {
	store.Store
	at *store.Spec
	do func()
}

func (m *meddling) before(c *store.Spec) {
	if c == m.at && m.do != nil {
		do := m.do
		m.do = nil
		do()
	}
}

func (m *meddling) Insert(ctx context.Context, c *store.Spec, docs []store.Doc) error {
	m.before(c)
	return m.Store.Insert(ctx, c, docs)
}

func (m *meddling) Replace(ctx context.Context, c *store.Spec, doc store.Doc) error {
	m.before(c)
	return m.Store.Replace(ctx, c, doc)
}
