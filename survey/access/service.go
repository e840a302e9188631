package access

import (
	"cmp"
	"crypto/rand"
	"errors"
	"io"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/go-webauthn/webauthn/webauthn"
	lru "github.com/hashicorp/golang-lru/v2"

	"earshot/survey"
	"earshot/survey/store"
)

// Options are what a Service needs. Store is required.
type Options struct {
	Store store.Store
	// Company is our own name, which makes no password.
	Company string
	// Log is told what could not be mailed; nil discards it.
	Log *slog.Logger
	// Clock tells the time and Random gives randomness; nil means the machine's.
	Clock  func() time.Time
	Random io.Reader
	// BaseURL is where browsers reach the installation: passkeys are bound to its host. Empty, or one that browsers make no
	// passkeys for, goes without them.
	BaseURL string
	// SecondFactor says who must have a second factor; empty is nobody.
	SecondFactor Requirement
	// SignOn are the rules by which people come in who are known at the provider of single sign-on.
	SignOn SignOnRules
	// RepsSee and RepsWork say whose customers a rep sees, and works on; empty means DefaultRepsSee and DefaultRepsWork. Nobody works
	// on what they do not see.
	RepsSee, RepsWork Sharing
}

// Service is who may come in. Its methods are the use cases; it is safe for concurrent use.
type Service struct {
	clock   func() time.Time
	random  io.Reader
	company string
	db      database
	// repsSee and repsWork are whose customers reps share.
	repsSee, repsWork Sharing
	// guesses makes wrong passwords slow; hashing bounds what hashing takes.
	guesses *slowdown
	hashing gate
	// uses is in which hour this process noted that a key was used.
	uses *lru.Cache[string, time.Time]
	// resets bounds how often a link by mail is asked for; behind is what is done after the answer.
	resets *slowdown
	behind *behind
	// claimed is set once there is a rep: the first-run link is over for good, without a look at the store.
	claimed atomic.Bool
	// passkeys checks passkeys; nil where there are none. seal is the installation's key, once it was read.
	passkeys *webauthn.WebAuthn
	seal     atomic.Pointer[string]
	required Requirement
	signOn   SignOnRules
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
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	passkeys, err := newPasskeys(o.BaseURL)
	if err != nil {
		return nil, err
	}
	return &Service{
		clock: o.Clock, random: o.Random, company: o.Company, db: openDatabase(o.Store),
		guesses: newSlowdown(guessing), hashing: newGate(hashesAtOnce, hashesWaiting),
		resets: newSlowdown(askingForResets), behind: newBehind(o.Log), uses: newUses(),
		passkeys: passkeys, required: o.SecondFactor, signOn: o.SignOn,
		repsSee: cmp.Or(o.RepsSee, DefaultRepsSee), repsWork: cmp.Or(o.RepsWork, DefaultRepsWork),
	}, nil
}

// now returns the time as it is stored.
func (s *Service) now() time.Time { return store.Time(s.clock()) }

// newID returns a fresh identifier with that prefix.
func (s *Service) newID(prefix string) string { return survey.NewID(prefix, s.clock(), s.random) }
