package access

import (
	"cmp"
	"crypto/rand"
	"errors"
	"io"
	"sync/atomic"
	"time"

	"earshot/survey"
	"earshot/survey/store"
)

// Options are what a Service needs. Store is required.
type Options struct {
	Store store.Store
	// Clock tells the time and Random gives randomness; nil means the machine's.
	Clock  func() time.Time
	Random io.Reader
	// RepsSee and RepsWork say whose customers a rep sees, and works on; empty means DefaultRepsSee and DefaultRepsWork. Nobody works
	// on what they do not see.
	RepsSee, RepsWork Sharing
}

// Service is who may come in. Its methods are the use cases; it is safe for concurrent use.
type Service struct {
	clock  func() time.Time
	random io.Reader
	db     database
	// repsSee and repsWork are whose customers reps share.
	repsSee, repsWork Sharing
	// guesses limits wrong passwords; hashing bounds what hashing takes.
	guesses guesses
	hashing gate
	// claimed is set once there is a rep: the first-run link is over for good, without a look at the store.
	claimed atomic.Bool
}

// New returns a Service, or an error that says which option is missing.
func New(o Options) (*Service, error) {
	if o.Store == nil {
		return nil, errors.New("access: no store")
	}
	if o.Clock == nil {
		o.Clock = time.Now
	}
	if o.Random == nil {
		o.Random = rand.Reader
	}
	return &Service{
		clock: o.Clock, random: o.Random, db: openDatabase(o.Store),
		repsSee: cmp.Or(o.RepsSee, DefaultRepsSee), repsWork: cmp.Or(o.RepsWork, DefaultRepsWork),
		guesses: newGuesses(), hashing: newGate(hashesAtOnce, hashesWaiting),
	}, nil
}

// now returns the time as it is stored.
func (s *Service) now() time.Time { return store.Time(s.clock()) }

// newID returns a fresh identifier with that prefix.
func (s *Service) newID(prefix string) string { return survey.NewID(prefix, s.clock(), s.random) }
