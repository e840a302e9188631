package idempotency

import (
	"cmp"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"time"

	"earshot/survey/store"
)

// Options are what a Service needs. Store is required.
type Options struct {
	Store store.Store
	// Clock tells the time and Random gives randomness; nil means the machine's. Log nil discards.
	Clock  func() time.Time
	Random io.Reader
	Log    *slog.Logger
	// Lease is how long a claim holds that is not extended; 0 means DefaultLease.
	Lease time.Duration
}

// DefaultLease is how long the work of a process that died keeps others waiting.
const DefaultLease = 10 * time.Second

// Service keeps keys and answers. It is safe for concurrent use, and several processes may run one on the same store.
type Service struct {
	clock    func() time.Time
	random   io.Reader
	log      *slog.Logger
	lease    time.Duration
	attempts store.Collection[Attempt, *Attempt]
	parts    store.Collection[Part, *Part]
}

// New returns a Service, or an error that says which option is missing.
func New(o Options) (*Service, error) {
	if o.Store == nil {
		return nil, errors.New("idempotency: no store")
	}
	s := &Service{clock: o.Clock, random: o.Random, log: o.Log, lease: o.Lease,
		attempts: store.NewCollection[Attempt](o.Store, attemptSpec), parts: store.NewCollection[Part](o.Store, partSpec)}
	if s.clock == nil {
		s.clock = time.Now
	}
	if s.random == nil {
		s.random = rand.Reader
	}
	if s.log == nil {
		s.log = slog.New(slog.DiscardHandler)
	}
	if s.lease == 0 {
		s.lease = DefaultLease
	}
	return s, nil
}

func (s *Service) now() time.Time { return store.Time(s.clock()) }

// Request is what is claimed.
type Request struct {
	// Of is who the caller is, whatever secret they show; empty is known by the secret alone.
	Of string
	// Caller is the secret by which the caller was let in. It is not stored: answers, in which there may be links, are
	// encrypted by it.
	Caller string
	// Key is the caller's name for the request.
	Key string
	// Fingerprint is the hash of all that was sent.
	Fingerprint string
}

// id is where the attempt at the request stands.
func (r Request) id() string {
	of := cmp.Or(r.Of, r.Caller)
	sum := sha256.Sum256(fmt.Appendf(nil, "%d:%s\n%s", len(of), of, r.Key))
	return "idk_" + hex.EncodeToString(sum[:20])
}

// sealer tells by whose secret an answer is encrypted, and not what the secret is.
func (r Request) sealer() string {
	sum := sha256.Sum256([]byte("sealed by " + r.Caller))
	return hex.EncodeToString(sum[:8])
}

// ErrReused says that the key was used for another request.
var ErrReused = errors.New("idempotency: the key was used for another request")

// ErrSealed says that the request was carried out, and that its answer is encrypted by another secret of the same caller.
var ErrSealed = errors.New("idempotency: the answer is sealed by another secret")

// ErrBusy says that the first request under the key was still being worked on when the caller's time ended.
var ErrBusy = errors.New("idempotency: still being worked on")

// Begin claims the key for the request. It returns the try that is now the caller's to work on, or the answer that there is
// already. While somebody else works on it, it waits, until there is an answer or they are taken for dead. Returns
// ErrReused, ErrSealed, or ErrBusy where ctx ends before that.
func (s *Service) Begin(ctx context.Context, r Request) (*Try, *Answer, error) {
	for pause := firstLook; ; pause = min(2*pause, longestLook) {
		try, answer, err := s.claim(ctx, r)
		if try != nil || answer != nil || err != nil {
			return try, answer, err
		}
		if !sleep(ctx, pause) {
			return nil, nil, ErrBusy
		}
	}
}

// How often somebody who waits looks again.
const (
	firstLook   = 20 * time.Millisecond
	longestLook = 500 * time.Millisecond
)

// sleep waits, and says whether ctx goes on.
func sleep(ctx context.Context, pause time.Duration) bool {
	timer := time.NewTimer(pause)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// claim claims the key once: all results are nil while somebody else works on it.
func (s *Service) claim(ctx context.Context, r Request) (*Try, *Answer, error) {
	fresh := s.fresh(r)
	err := s.attempts.Insert(ctx, fresh)
	var taken *store.DuplicateError
	switch {
	case err == nil:
		return s.begin(ctx, r, fresh), nil, nil
	case !errors.As(err, &taken):
		return nil, nil, err
	}
	found, err := s.attempts.Get(ctx, fresh.ID)
	now := s.now()
	switch {
	case errors.Is(err, store.ErrNotFound): // it has just expired
		return nil, nil, nil
	case err != nil:
		return nil, nil, err
	case !now.Before(found.ExpiresAt):
		fresh.Meta = found.Meta
		return s.takeOver(ctx, r, fresh)
	case found.Fingerprint != r.Fingerprint:
		return nil, nil, ErrReused
	case !found.DoneAt.IsZero() && found.SealedBy != r.sealer():
		return nil, nil, ErrSealed
	case !found.DoneAt.IsZero():
		return nil, &Answer{s: s, attempt: found, request: r}, nil
	case now.Before(found.HeldUntil):
		return nil, nil, nil
	}
	found.Holder, found.HeldUntil, found.Tries = fresh.Holder, fresh.HeldUntil, found.Tries+1
	return s.takeOver(ctx, r, found)
}

// takeOver goes on with an attempt, unless somebody else was faster.
func (s *Service) takeOver(ctx context.Context, r Request, a *Attempt) (*Try, *Answer, error) {
	err := s.attempts.Replace(ctx, a)
	switch {
	case errors.Is(err, store.ErrConflict):
		return nil, nil, nil
	case err != nil:
		return nil, nil, err
	}
	return s.begin(ctx, r, a), nil, nil
}

// fresh is the first try at a request.
func (s *Service) fresh(r Request) *Attempt {
	now := s.now()
	holder := make([]byte, 8)
	if _, err := io.ReadFull(s.random, holder); err != nil {
		panic("idempotency: no randomness: " + err.Error())
	}
	return &Attempt{
		Meta: store.Meta{ID: r.id()}, Fingerprint: r.Fingerprint, BegunAt: now, Holder: hex.EncodeToString(holder),
		HeldUntil: store.Time(now.Add(s.lease)), Tries: 1, ExpiresAt: store.Time(now.Add(KeptFor)),
	}
}
