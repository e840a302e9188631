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
	goAmid     fault = "goes away amid a write"  // of whose batch a half has happened
	goAfter    fault = "goes away after a write" // which has happened, but nobody heard so
	loseBefore fault = "is away for a write"
	loseAfter  fault = "loses an answer" // the write happens and says that it failed
)

// everyFault is for what must survive anything, and deaths for what is built of the same parts.
var (
	everyFault = []fault{goAway, goAmid, goAfter, loseBefore, loseAfter}
	deaths     = []fault{goAway, goAfter}
)

// happens says of which faults the write happens, and of how many parts the first.
var happens = map[fault]int{goAmid: 2, goAfter: 1, loseAfter: 1}

// faulty is a store that fails at its nth write.
type faulty struct {
	store.Store
	mu   sync.Mutex
	left int // writes until the fault
	kind fault
	gone bool
	// fired says that the fault has happened.
	fired bool
	// died is called when the store goes away for good; nil tells nobody.
	died func()
}

// write counts a write and lets it happen, or not, or a half of it: do is told how many parts to make of the batch, of which
// the first is done.
func (f *faulty) write(do func(parts int) error) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.gone {
		return store.ErrUnavailable
	}
	f.left--
	if f.left != 0 {
		return do(1)
	}
	f.fired = true
	f.gone = f.kind == goAway || f.kind == goAmid || f.kind == goAfter
	if f.gone && f.died != nil {
		defer f.died()
	}
	if parts := happens[f.kind]; parts > 0 {
		if err := do(parts); err != nil {
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

func (f *faulty) Write(ctx context.Context, c *store.Spec, items []store.Write) (outcomes []error, err error) {
	err = f.write(func(part int) error {
		var failed error
		outcomes, failed = f.Store.Write(ctx, c, items[:max(1, len(items)/part)])
		return failed
	})
	return outcomes, err
}

func (f *faulty) Claim(ctx context.Context, c *store.Spec, now, until time.Time, n int) (docs []store.Doc, err error) {
	err = f.write(func(part int) error {
		var failed error
		docs, failed = f.Store.Claim(ctx, c, now, until, max(1, n/part))
		return failed
	})
	return docs, err
}

func (f *faulty) Fetch(ctx context.Context, c *store.Spec, ids []string) ([]store.Doc, error) {
	if err := f.read(); err != nil {
		return nil, err
	}
	return f.Store.Fetch(ctx, c, ids)
}

func (f *faulty) ReadAll(ctx context.Context, reads []store.Read) ([]store.Result, error) {
	if err := f.read(); err != nil {
		return nil, err
	}
	return f.Store.ReadAll(ctx, reads)
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

func (m *meddling) Write(ctx context.Context, c *store.Spec, items []store.Write) ([]error, error) {
	m.before(c)
	return m.Store.Write(ctx, c, items)
}
