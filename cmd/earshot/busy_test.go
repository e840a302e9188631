package main

import (
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"earshot/cmd/earshot/internal/journey"
	"earshot/survey/mail/mailtest"
	"earshot/survey/store/mongodb/mongotest"
)

var (
	kills  = flag.Int("kills", 1, "`times` that a program is killed in TestFaults, on each engine")
	faults = flag.Int("faults", 0, "`times` that each other fault is made in TestFaults; with 0 only the primary steps down, once")
	frozen = flag.Duration("frozen", 10*time.Second, "how long TestFaults keeps the primary frozen")
)

// activity is something that goes on with Earshot while faults are made.
type activity interface {
	// begin makes what it needs.
	begin(t *testing.T, c *journey.Client)
	// do does it once, from beginning to end, and returns nil if that was acknowledged. It is called by hands at a time.
	do(c *journey.Client, hand int) error
	hands() int
	// check tells what was lost, what is there twice, and what has not come to its end yet, while nothing is done.
	check(c *journey.Client) error
}

// busy is an installation with much going on.
type busy struct {
	earshot    *journey.Installation
	set        *mongotest.ReplicaSet // nil on SQLite
	sink       *mailtest.Server
	client     *journey.Client
	random     *rand.Rand
	activities []*running
}

// running is an activity and how it goes.
type running struct {
	activity

	name string
	done atomic.Int64

	mu sync.Mutex
	// last is when it was done last, stood for how long at most nothing was done.
	last  time.Time
	stood time.Duration
}

// mark notes that it was done.
func (r *running) mark() {
	r.done.Add(1)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.stood, r.last = max(r.stood, time.Since(r.last)), time.Now()
}

// reset forgets how long it stood still, and returns that.
func (r *running) reset() time.Duration {
	r.mu.Lock()
	defer r.mu.Unlock()
	stood := r.stood
	r.stood = 0
	return stood.Round(10 * time.Millisecond)
}

// TestFaults makes each fault again and again while files come in, people are asked by mail, people answer and what follows from that is done: on SQLite with one
// process, on a MongoDB of three members with two. After each fault everything goes on, and in the end nothing that was
// acknowledged is lost or there twice, and everything that was begun has ended.
func TestFaults(t *testing.T) {
	t.Parallel()
	t.Run("SQLite", func(t *testing.T) {
		t.Parallel()
		testFaults(t, &busy{}, journey.Engines()[0].New(t))
	})
	t.Run("MongoDB", func(t *testing.T) {
		t.Parallel()
		set := mongotest.Set(t)
		testFaults(t, &busy{set: set}, set.Database(t))
	})
}

func testFaults(t *testing.T, b *busy, where string) {
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	b.random = rand.New(rand.NewPCG(seed, 0))
	b.sink = mailtest.Start(t)
	db := journey.Open(t, where)
	prepared := journey.Prepare(t, db, answeringContacts)
	prepared.Invite(t, db)
	journey.Close(t, db)
	b.earshot = journey.Install(t, where, "-smtp", b.sink.URL(), "-mail-from", journey.Sender, "-workers", "3")
	b.client = journey.NewClient(t, b.earshot.URL, prepared.Key)
	b.activities = []*running{
		{name: "importing", activity: new(importing)},
		{name: "asking", activity: &asking{sink: b.sink}},
		{name: "answering", activity: newAnswering(prepared)},
		{name: "effects", activity: new(following)},
	}
	for _, a := range b.activities {
		a.begin(t, b.client)
	}
	for _, f := range b.faults() {
		t.Run(f.name, func(t *testing.T) { b.test(t, f) })
	}
}

// goesOnWithin is how long after a fault everything must go on, and how long after the last one everything must have ended: an
// election, a lease, and a pause before the next try, on a busy machine.
const goesOnWithin = 90 * time.Second

// test makes one fault as often as it is to be made, and checks every activity.
func (b *busy) test(t *testing.T, f fault) {
	rest := sync.OnceFunc(b.goOn(t))
	defer rest()
	b.awaitProgress(t)
	for n := 0; n < f.times && !t.Failed(); n++ {
		for _, a := range b.activities {
			a.reset()
		}
		if err := f.strike(b, n); err != nil {
			t.Errorf("make the fault: %v", err)
		}
		b.awaitProgress(t)
		var stood []string
		for _, a := range b.activities {
			stood = append(stood, fmt.Sprint(a.name, " ", a.reset()))
		}
		t.Log("stood still for at most: ", strings.Join(stood, ", "))
	}
	rest()
	for _, a := range b.activities {
		t.Run(a.name, func(t *testing.T) {
			journey.Eventually(t, "nothing is lost, doubled or unfinished", goesOnWithin, func() error { return a.check(b.client) })
		})
	}
}

// goOn has everything done until rest is called, which returns when all hands rest.
func (b *busy) goOn(t *testing.T) (rest func()) {
	var hands sync.WaitGroup
	var over atomic.Bool
	for _, a := range b.activities {
		a.last = time.Now()
		for hand := range a.hands() {
			hands.Go(func() {
				for !over.Load() {
					switch err := a.do(b.client, hand); {
					case err == nil:
						a.mark()
					case !excused(err):
						t.Errorf("%s: %v", a.name, err)
						return
					}
				}
			})
		}
	}
	return func() {
		over.Store(true)
		hands.Wait()
	}
}

// awaitProgress waits until each activity was done once more from its beginning to its end.
func (b *busy) awaitProgress(t *testing.T) {
	deadline := time.Now().Add(goesOnWithin)
	before := make([]int64, len(b.activities))
	for i, a := range b.activities {
		// What is in hand now has begun already.
		before[i] = a.done.Load() + int64(a.hands())
	}
	for i, a := range b.activities {
		for a.done.Load() <= before[i] && !t.Failed() {
			if time.Now().After(deadline) {
				t.Errorf("%s stands still for %v", a.name, goesOnWithin)
			}
			time.Sleep(5 * time.Millisecond)
		}
	}
}

// unansweredError says that no answer came, or one that there is none to be had now: whether it was done is not known.
type unansweredError struct{ text string }

func (u unansweredError) Error() string { return u.text }

// notYetError says that something has not happened yet.
type notYetError string

func (n notYetError) Error() string { return string(n) }

// excused says whether an error may come while there is a fault.
func excused(err error) bool {
	return errors.As(err, new(unansweredError)) || errors.As(err, new(notYetError))
}

// pause is how long is waited before the next try of what failed.
const pause = 50 * time.Millisecond

// request sends a request and reads the answer into target, which may be nil. Statuses are those that are well. It returns an
// unanswered error, after a pause, where there was no answer or a 503.
func request(c *journey.Client, method, path string, body, target any, statuses ...int) error {
	got, err := c.Try(method, path, body)
	switch {
	case err != nil:
		err = unansweredError{err.Error()}
	case got.Status == http.StatusBadGateway || got.Status == http.StatusServiceUnavailable:
		err = unansweredError{fmt.Sprintf("%s %s: got %d: %.300s", method, path, got.Status, got.Body)}
	case !slices.Contains(statuses, got.Status):
		return fmt.Errorf("%s %s: got %d: %.600s", method, path, got.Status, got.Body)
	case target != nil:
		return got.Decode(target)
	default:
		return nil
	}
	time.Sleep(pause)
	return err
}

// insist tries until it is done, as a program does whose requests may be sent twice.
func insist(what string, try func() error) error {
	deadline := time.Now().Add(goesOnWithin)
	for {
		err := try()
		if err == nil {
			return nil
		}
		if !excused(err) || time.Now().After(deadline) {
			// No excuse any more.
			return fmt.Errorf("%s: %s", what, err.Error())
		}
		time.Sleep(pause)
	}
}

// listAll reads a whole list, page by page.
func listAll[T any](c *journey.Client, path string) ([]T, error) {
	var list []T
	for cursor := ""; ; {
		var page journey.List[T]
		if err := request(c, http.MethodGet, path+"&limit=500&cursor="+cursor, nil, &page, http.StatusOK); err != nil {
			return nil, err
		}
		list = append(list, page.Items...)
		if cursor = page.NextCursor; cursor == "" {
			return list, nil
		}
	}
}

// makeSurvey makes a survey of the NPS and returns its id.
func makeSurvey(t *testing.T, c *journey.Client, name string) string {
	t.Helper()
	var made struct{ ID string }
	c.Post("/api/v1/surveys", map[string]any{"name": name, "template": "nps"}, &made)
	return made.ID
}
