package idempotency_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"earshot/survey/idempotency"
	"earshot/survey/store"
	"earshot/survey/store/enginetest"
)

// lease is short enough for tests to outlast.
const lease = 200 * time.Millisecond

// process returns one of several that share a store.
func process(t *testing.T, db store.Store) *idempotency.Service {
	t.Helper()
	s, err := idempotency.New(idempotency.Options{Store: db, Lease: lease})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

var request = idempotency.Request{Caller: "esk_secret", Key: "k-1", Fingerprint: "f"}

// begin claims the request, which must be free or answered.
func begin(t *testing.T, s *idempotency.Service, r idempotency.Request) (*idempotency.Try, *idempotency.Answer) {
	t.Helper()
	try, answer, err := s.Begin(t.Context(), r)
	if err != nil {
		t.Fatal(err)
	}
	return try, answer
}

// wantBody checks what an answer says.
func wantBody(t *testing.T, answer *idempotency.Answer, want string) {
	t.Helper()
	var got bytes.Buffer
	if answer == nil {
		t.Fatal("there is no answer")
	}
	if err := answer.WriteTo(t.Context(), &got); err != nil || got.String() != want {
		t.Errorf("got %d bytes, %v; want the %d of the answer", got.Len(), err, len(want))
	}
}

func TestAnswersAreKept(t *testing.T) {
	t.Parallel()
	db := enginetest.Open(t, idempotency.Specs()...)
	s := process(t, db)
	noise := make([]byte, 1<<20)
	random := rand.NewChaCha8([32]byte{})
	random.Read(noise)
	for i, body := range []string{"", "short", strings.Repeat("long ", 1<<20), string(noise[:256<<10]), string(noise)} {
		r := request
		r.Key = fmt.Sprint("k-", i)
		try, _ := begin(t, s, r)
		if err := try.Finish(201, map[string]string{"Location": "/there"}, strings.NewReader(body)); err != nil {
			t.Fatal(err)
		}
		_, answer := begin(t, process(t, db), r)
		wantBody(t, answer, body)
		if answer.Status() != 201 || answer.Header()["Location"] != "/there" {
			t.Errorf("got %d %v", answer.Status(), answer.Header())
		}
		stranger := r
		stranger.Caller = "esk_other"
		if try, answer := begin(t, s, stranger); answer != nil || try == nil {
			t.Error("another caller gets the answer")
		} else {
			try.Release()
		}
	}
}

// TestTheLivingKeepTheirClaim works for several leases: who comes meanwhile waits, and gets the answer.
func TestTheLivingKeepTheirClaim(t *testing.T) {
	t.Parallel()
	db := enginetest.Open(t, idempotency.Specs()...)
	first, second := process(t, db), process(t, db)
	try, _ := begin(t, first, request)
	soon, cancel := context.WithTimeout(t.Context(), lease/2)
	defer cancel()
	if _, _, err := second.Begin(soon, request); !errors.Is(err, idempotency.ErrBusy) {
		t.Errorf("while it is worked on: got %v, want ErrBusy", err)
	}
	other := request
	other.Fingerprint = "another"
	if _, _, err := second.Begin(t.Context(), other); !errors.Is(err, idempotency.ErrReused) {
		t.Errorf("another request: got %v, want ErrReused", err)
	}
	go func() {
		time.Sleep(5 * lease)
		_ = try.Finish(200, nil, strings.NewReader("done"))
	}()
	_, answer := begin(t, second, request)
	wantBody(t, answer, "done")
}

// TestTheDeadLoseTheirClaim: whoever does not extend the claim is taken for dead, and if it lives after all its work ends and its
// answer is not kept.
func TestTheDeadLoseTheirClaim(t *testing.T) {
	t.Parallel()
	db := &numb{Store: enginetest.Open(t, idempotency.Specs()...)}
	try, _ := begin(t, process(t, db), request)
	db.numb.Store(true)
	second, _ := begin(t, process(t, db.Store), request)
	if second == nil || !second.Again() || try.Again() {
		t.Fatal("the claim of the dead is not taken over")
	}
	db.numb.Store(false)
	select {
	case <-try.Context().Done():
	case <-time.After(10 * lease):
		t.Error("who was taken for dead works on")
	}
	if err := try.Finish(200, nil, strings.NewReader("of the dead")); !errors.Is(err, store.ErrConflict) {
		t.Errorf("the dead answers: got %v", err)
	}
	if err := second.Finish(200, nil, strings.NewReader("of the living")); err != nil {
		t.Fatal(err)
	}
	_, answer := begin(t, process(t, db), request)
	wantBody(t, answer, "of the living")
}

func TestReleasedClaimsAreFree(t *testing.T) {
	t.Parallel()
	s := process(t, enginetest.Open(t, idempotency.Specs()...))
	try, _ := begin(t, s, request)
	try.Release()
	again, answer := begin(t, s, request)
	if again == nil || answer != nil || !again.Again() {
		t.Errorf("got %v, %v", again, answer)
	}
	again.Release()
}
