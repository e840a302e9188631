package survey_test

import (
	"context"
	"sync"
	"time"

	"earshot/survey/store"
)

// fault is how a store fails. To the others a process that has lost its store for good is as dead as one that was killed:
// nothing that it does can be seen any more.
type fault string

const (
	goAway     fault = "goes away before a write"
	goAfter    fault = "goes away after a write" // which has happened, but nobody heard so
	loseBefore fault = "is away for a write"
	loseAfter  fault = "loses an answer" // the write happens and says that it failed
)

// everyFault is for what must survive anything, and deaths for what is built of the same parts.
var (
	everyFault = []fault{goAway, goAfter, loseBefore, loseAfter}
	deaths     = []fault{goAway, goAfter}
)

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
	f.gone = f.kind == goAway || f.kind == goAfter
	if f.kind == goAfter || f.kind == loseAfter {
		if err := do(); err != nil {
			return err
		}
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
