package api_test

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"earshot/api"
	"earshot/frontend"
	"earshot/survey"
	"earshot/survey/access"
	"earshot/survey/audit"
	"earshot/survey/idempotency"
	"earshot/survey/mailhook"
	"earshot/survey/store"
	"earshot/survey/store/sqlite"
)

// noon is when the worlds of the tests begin.
var noon = time.Date(2026, 3, 2, 12, 0, 0, 0, time.UTC)

// world is a Server on a store of its own, with something of everything in it.
type world struct {
	http.Handler
	service *survey.Service
	access  *access.Service
	repeats *idempotency.Service
	audit   *audit.Log
	store   *brittleStore
	log     *syncBuffer
	// clock is the time in the world.
	clock atomic.Pointer[time.Time]
	things
}

// things are the identifiers of what is in a world.
type things struct {
	readKey, writeKey, rep, team string
	// repsKey may read of reps alone, auditKey the audit log; testKey may write, and mails nothing.
	repsKey, auditKey, testKey                 string
	customer, contact, touchpoint              string
	survey, pulse                              string
	invitation, link, answered, answeredLink   string
	uncertain, revokedLink, response, keptMail string
	suppressed, suppressedBySelf, importation  string
	// queued is an import that waits for a worker.
	queued string
	// feed is one that has stopped.
	feed string
}

// newWorld returns a world. The first one is made by use cases; all are copies of its database.
func newWorld(t testing.TB, change ...func(*api.Config)) *world {
	t.Helper()
	return newMailingWorld(t, nil, change...)
}

// newMailingWorld is newWorld with a mail server; nil is none.
func newMailingWorld(t testing.TB, mailer survey.Mailer, change ...func(*api.Config)) *world {
	t.Helper()
	return newRelayedWorld(t, survey.OneRelay(mailer), change...)
}

// newRelayedWorld is newWorld with those mail servers.
func newRelayedWorld(t testing.TB, relays []survey.RelaySetup, change ...func(*api.Config)) *world {
	t.Helper()
	first, things := firstWorld()
	path := filepath.Join(t.TempDir(), "earshot.db")
	if err := os.WriteFile(path, first, 0o600); err != nil {
		t.Fatal(err)
	}
	w := openWorld(t, path, relays)
	w.things = things
	cfg := api.Config{
		Service: w.service, Access: w.access, Audit: w.audit, Repeats: w.repeats, Frontend: pages(), Log: slog.New(slog.NewTextHandler(w.log, nil)), Version: "test", MaxUpload: 1 << 20,
		Hooks: hooks(t, mailhook.Options{PostmarkSecret: hookSecret}),
	}
	for _, c := range change {
		c(&cfg)
	}
	server, err := api.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	w.Handler = server
	return w
}

// pages are the pages that all worlds share.
var pages = sync.OnceValue(func() *frontend.Frontend {
	made, err := frontend.New(frontend.Config{Company: "Brunnen AG", BaseURL: "https://feedback.example.com"})
	if err != nil {
		panic(err)
	}
	return made
})

// openWorld returns a world without a Server on the database at path.
func openWorld(t testing.TB, path string, relays []survey.RelaySetup) *world {
	t.Helper()
	db, err := sqlite.Open(context.Background(), path, slices.Concat(survey.Specs(), access.Specs(), audit.Specs(), idempotency.Specs())...)
	if err != nil {
		t.Fatal(err)
	}
	w := &world{store: &brittleStore{Store: db}, log: &syncBuffer{}}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	w.clock.Store(&noon)
	now := func() time.Time { return *w.clock.Load() }
	w.access, err = access.New(access.Options{Store: w.store, Clock: now, BaseURL: "https://feedback.example.com"})
	must(t, 0, err)
	w.repeats, err = idempotency.New(idempotency.Options{Store: w.store, Clock: now, Lease: time.Second})
	must(t, 0, err)
	w.audit = audit.New(w.store, now)
	w.service, err = survey.NewService(survey.Options{
		Store: w.store, Reps: w.access, Relays: relays, Composer: pages(), BaseURL: "https://feedback.example.com", Company: "Brunnen AG",
		Clock: now,
	})
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// at moves the world's clock.
func (w *world) at(now time.Time) { w.clock.Store(&now) }

// brittleStore is a store that fails when it is told to.
type brittleStore struct {
	store.Store
	mu sync.Mutex
	// reads and writes are what they return; nil works. Keys says that looking up API keys fails as well.
	reads, writes error
	keys          bool
	// united counts the calls of ReadAll.
	united atomic.Int64
	// lives, where it is not negative, is how many writes it does before it dies: neither reads nor writes do anything then.
	lives atomic.Int64
	// audit is what writing the audit log returns; auditLeft, where it is not 0, after how many entries it fails.
	audit     error
	auditLeft int
	// wrote counts the writes that were asked for.
	wrote atomic.Int64
	// panics makes it panic instead.
	panics atomic.Bool
}

// breaks makes reads and writes fail from now on; nil mends.
func (b *brittleStore) breaks(reads, writes error, keys bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.reads, b.writes, b.keys = reads, writes, keys
}

// breaksAudit makes the audit log take no entry from now on; nil mends.
func (b *brittleStore) breaksAudit(err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.audit = err
}

// auditFault is what writing the audit log returns.
func (b *brittleStore) auditFault() error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.auditLeft == 0 {
		return b.audit
	}
	if b.auditLeft--; b.auditLeft == 0 {
		b.audit = errBroken
	}
	return nil
}

func (b *brittleStore) fault(c *store.Spec, write bool) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if c != nil && c.Name == "api_keys" && !b.keys {
		return nil
	}
	if b.dead(write) {
		return errDead
	}
	if b.panics.Load() {
		panic("the store panics")
	}
	if write {
		return b.writes
	}
	return b.reads
}

// errDead is what a process sees that is killed: nothing at all. Here it is what everything returns from then on.
var errDead = errors.New("the process is dead")

// dieAfter lets the store do so many writes before it dies; revive brings it back.
func (b *brittleStore) dieAfter(writes int64) { b.lives.Store(writes + 1) }

func (b *brittleStore) revive() { b.lives.Store(0) }

// dead says whether the store has died, of which this may be the moment.
func (b *brittleStore) dead(write bool) bool {
	switch left := b.lives.Load(); {
	case left == 0:
		return false
	case left < 0:
		return true
	case write && b.lives.Add(-1) == 0:
		b.lives.Store(-1)
		return true
	}
	return false
}

func (b *brittleStore) Fetch(ctx context.Context, c *store.Spec, ids []string) ([]store.Doc, error) {
	if err := b.fault(c, false); err != nil {
		return nil, err
	}
	return b.Store.Fetch(ctx, c, ids)
}

func (b *brittleStore) ReadAll(ctx context.Context, reads []store.Read) ([]store.Result, error) {
	b.united.Add(1)
	if err := b.fault(nil, false); err != nil {
		return nil, err
	}
	return b.Store.ReadAll(ctx, reads)
}

func (b *brittleStore) Find(ctx context.Context, c *store.Spec, q store.Query) ([]store.Doc, store.Cursor, error) {
	if err := b.fault(c, false); err != nil {
		return nil, "", err
	}
	return b.Store.Find(ctx, c, q)
}

func (b *brittleStore) Fold(ctx context.Context, c *store.Spec, f store.Fold) ([]store.Group, error) {
	if err := b.fault(c, false); err != nil {
		return nil, err
	}
	return b.Store.Fold(ctx, c, f)
}

func (b *brittleStore) Write(ctx context.Context, c *store.Spec, items []store.Write) ([]error, error) {
	b.wrote.Add(1)
	if err := b.fault(c, true); err != nil {
		return nil, err
	}
	if c.Name == "audit" {
		if err := b.auditFault(); err != nil {
			return nil, err
		}
	}
	return b.Store.Write(ctx, c, items)
}

func (b *brittleStore) Ping(ctx context.Context) error {
	if err := b.fault(nil, false); err != nil {
		return err
	}
	return b.Store.Ping(ctx)
}

// errBroken is a failure that nobody foresaw.
var errBroken = errors.New("the flux capacitor broke")

// syncBuffer is a log that tests read.
type syncBuffer struct {
	mu  sync.Mutex
	all strings.Builder
}

func (b *syncBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.all.Write(p)
}

func (b *syncBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.all.String()
}

// call is a request that a test sends.
type call struct {
	method, path string
	// key is shown; empty shows none. media is the body's type: JSON where it is empty and there is a body.
	key, media, body string
	header           map[string]string
}

// send sends a request and holds the answer against the contract.
func (w *world) send(t testing.TB, r call) *httptest.ResponseRecorder {
	t.Helper()
	req := r.request()
	res := httptest.NewRecorder()
	w.ServeHTTP(res, req)
	loadContract().judge(t, req, res)
	return res
}

// knock sends a request that the contract does not foresee.
func (w *world) knock(r call) *httptest.ResponseRecorder {
	res := httptest.NewRecorder()
	w.ServeHTTP(res, r.request())
	return res
}

// request is the call as it is sent.
func (r call) request() *http.Request {
	var body io.Reader
	if r.body != "" {
		body = strings.NewReader(r.body)
	}
	req := httptest.NewRequest(r.method, r.path, body)
	if r.key != "" {
		req.Header.Set("Authorization", "Bearer "+r.key)
	}
	if r.media == "" && r.body != "" {
		r.media = "application/json"
	}
	if r.media != "" {
		req.Header.Set("Content-Type", r.media)
	}
	for name, value := range r.header {
		req.Header.Set(name, value)
	}
	return req
}
