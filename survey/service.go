package survey

import (
	"crypto/rand"
	"errors"
	"io"
	"log/slog"
	"time"

	"earshot/survey/outbox"
	"earshot/survey/store"
)

// Options are what a Service needs. Store and BaseURL are required.
type Options struct {
	Store store.Store
	// Mailer delivers invitations; nil keeps them here unsent.
	Mailer Mailer
	// MailsAtOnce is how many mails this process sends at the same time; 0 means 4, as many as the mailer of package mail
	// keeps connections.
	MailsAtOnce int
	// TagsApart takes addresses that differ by the tag behind a + (ana+a@, ana+b@) for different people when somebody is to be
	// asked. Who must not be mailed is a person whatever the tag.
	TagsApart bool
	// Reps tells who of ours there is; nil knows nobody.
	Reps Reps
	// Composer lays out invitations; nil sends plain text.
	Composer Composer
	// BaseURL is where contacts reach this installation, without a slash at the end: "https://feedback.example.com".
	BaseURL string
	// Company is our own name, as contacts know it.
	Company string
	// Language and TimeZone are the installation's, for contacts without their own; "en" and UTC where empty.
	Language string
	TimeZone *time.Location
	// Clock tells the time and Random gives randomness; nil means the machine's.
	Clock  func() time.Time
	Random io.Reader
	// Log receives what workers meet; nil discards it.
	Log *slog.Logger
}

const defaultMailsAtOnce = 4

// Service is the domain's entrance: its methods are the use cases. It is safe for concurrent use, and several processes
// may run one on the same store.
type Service struct {
	Options
	db database
	// versions, statuses and zones save reading what hardly changes.
	versions versionCache
	statuses statusCache
	zones    zoneCache
	// models are the fitted parameters of rhythms.
	models modelCache
	// outbox carries out what documents owe.
	outbox *outbox.Runner
	log    *slog.Logger
	// sending holds a place for each mail that this process sends at the same time.
	sending chan struct{}
}

// NewService returns a Service, or an error that says which option is missing.
func NewService(o Options) (*Service, error) {
	if o.Store == nil {
		return nil, errors.New("survey: no store")
	}
	if o.BaseURL == "" {
		return nil, errors.New("survey: no base URL")
	}
	if o.Language == "" {
		o.Language = "en"
	}
	if o.TimeZone == nil {
		o.TimeZone = time.UTC
	}
	if o.MailsAtOnce <= 0 {
		o.MailsAtOnce = defaultMailsAtOnce
	}
	if o.Clock == nil {
		o.Clock = time.Now
	}
	if o.Reps == nil {
		o.Reps = nobody{}
	}
	if o.Random == nil {
		o.Random = rand.Reader
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	s := &Service{Options: o, db: openDatabase(o.Store), sending: make(chan struct{}, o.MailsAtOnce), log: o.Log}
	s.outbox = outbox.NewRunner(outbox.Options{Clock: o.Clock, Log: o.Log, Parallel: s.parallel()}, s.queues()...)
	return s, nil
}

// now returns the time as it is stored.
func (s *Service) now() time.Time { return store.Time(s.Clock()) }

// newID returns a fresh identifier with that prefix.
func (s *Service) newID(prefix string) string { return NewID(prefix, s.Clock(), s.Random) }
