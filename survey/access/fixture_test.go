package access_test

import (
	"sync"
	"testing"
	"time"

	"earshot/survey"
	"earshot/survey/access"
	"earshot/survey/store"
	"earshot/survey/store/enginetest"
)

// noon is where the clocks of the tests stand first.
var noon = time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC)

// house is an installation with a clock that tests move.
type house struct {
	*access.Service
	testing.TB
	store store.Store
	// repsSee and repsWork are what reps share, of processes that begin from then on.
	repsSee, repsWork access.Sharing

	mu  sync.Mutex
	now time.Time
}

func newHouse(tb testing.TB) *house {
	tb.Helper()
	db := enginetest.Open(tb, access.Specs()...)
	h := &house{TB: tb, store: db, now: noon}
	h.Service = h.process()
	return h
}

// process returns another process of the same installation.
func (h *house) process() *access.Service {
	h.Helper()
	return h.processWith(access.Options{RepsSee: h.repsSee, RepsWork: h.repsWork})
}

// processWith returns another process of it with those options.
func (h *house) processWith(o access.Options) *access.Service {
	h.Helper()
	o.Store, o.Clock = h.store, h.clock
	s, err := access.New(o)
	return must(h, s, err)
}

func (h *house) clock() time.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.now
}

func (h *house) pass(d time.Duration) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.now = h.now.Add(d)
}

const password = "correct horse battery staple"

// hire makes a rep of that address, whose password is the constant.
func (h *house) hire(email string, level access.Level) survey.RepID {
	h.Helper()
	rep, err := h.CreateRep(h.Context(), access.NewRep{Name: email, Email: email, Access: level, Password: password})
	return survey.RepID(must(h, rep, err).ID)
}

// logIn begins a session.
func (h *house) logIn(email string) string {
	h.Helper()
	entry, err := h.Login(h.Context(), access.Credentials{Email: email, Password: password}, access.Browser{Remote: "192.0.2.1"})
	return must(h, entry, err).Session
}

func must[T any](tb testing.TB, value T, err error) T {
	tb.Helper()
	if err != nil {
		tb.Fatal(err)
	}
	return value
}

// wantKind checks what sort of failure err is; "" is none.
func wantKind(tb testing.TB, what string, err error, want survey.Kind) {
	tb.Helper()
	got := survey.Kind("")
	if err != nil {
		got = survey.KindOf(err)
	}
	if got != want {
		tb.Errorf("%s: got %q (%v), want %q", what, got, err, want)
	}
}
