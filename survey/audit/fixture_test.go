package audit_test

import (
	"sync"
	"testing"
	"time"

	"earshot/survey/audit"
	"earshot/survey/store"
	"earshot/survey/store/enginetest"
)

// noon is when the logs of the tests begin.
var noon = time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC)

// auditLog is audit.Log, under a name that leaves room for testing.TB's.
type auditLog = audit.Log

// book is a log whose store tests lay hands on, with a clock that they move.
type book struct {
	*auditLog
	testing.TB
	store   store.Store
	entries store.Collection[audit.Entry, *audit.Entry]

	mu  sync.Mutex
	now time.Time
}

func newBook(tb testing.TB) *book {
	tb.Helper()
	db := enginetest.Open(tb, audit.Specs()...)
	b := &book{TB: tb, store: db, entries: store.NewCollection[audit.Entry](db, audit.Specs()[0]), now: noon}
	b.auditLog = b.process()
	return b
}

// process is another process that writes to the same log.
func (b *book) process() *audit.Log { return audit.New(b.store, b.clock) }

func (b *book) clock() time.Time {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.now
}

func (b *book) pass(d time.Duration) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.now = b.now.Add(d)
}

// ana is who acts where it does not matter.
var ana = audit.Actor{Kind: audit.Rep, ID: "rep_1", Name: "Ana Lind"}

// done writes an act that was begun and done, by ana.
func (b *book) done(name, document string) *audit.Entry {
	b.Helper()
	begun, err := b.Begin(b.Context(), audit.Act{Name: name, Actor: ana, From: "192.0.2.7", Document: document,
		Sent: []audit.Field{{Name: "name", Value: "Brunnen"}}, RequestID: "request-1"})
	must(b, 0, err)
	must(b, 0, b.End(b.Context(), begun, audit.Result{Outcome: audit.Done, Changed: []audit.Change{{Field: "name", Was: "Born", Is: "Brunnen"}}}))
	return begun
}

// entry reads the entry of that number as it is stored.
func (b *book) entry(number int64) *audit.Entry {
	b.Helper()
	for e, err := range b.All(b.Context()) {
		if must(b, e, err).Number == number {
			return e
		}
	}
	b.Fatalf("there is no entry %d", number)
	return nil
}

func must[T any](tb testing.TB, value T, err error) T {
	tb.Helper()
	if err != nil {
		tb.Fatal(err)
	}
	return value
}
