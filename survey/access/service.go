package access

import (
	"crypto/rand"
	"errors"
	"io"
	"sync/atomic"
	"time"

	"github.com/go-webauthn/webauthn/webauthn"

	"earshot/survey"
	"earshot/survey/store"
)

// Options are what a Service needs. Store is required.
type Options struct {
	Store store.Store
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
}

// Service is who may come in. Its methods are the use cases; it is safe for concurrent use.
type Service struct {
	clock  func() time.Time
	random io.Reader
	db     database
	// guesses limits wrong passwords; hashing bounds what hashing takes.
	guesses guesses
	hashing gate
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
	passkeys, err := newPasskeys(o.BaseURL)
	if err != nil {
		return nil, err
	}
	return &Service{
		clock: o.Clock, random: o.Random, db: openDatabase(o.Store),
		guesses: newGuesses(), hashing: newGate(hashesAtOnce, hashesWaiting),
		passkeys: passkeys, required: o.SecondFactor, signOn: o.SignOn,
	}, nil
}

// now returns the time as it is stored.
func (s *Service) now() time.Time { return store.Time(s.clock()) }

// newID returns a fresh identifier with that prefix.
func (s *Service) newID(prefix string) string { return survey.NewID(prefix, s.clock(), s.random) }
