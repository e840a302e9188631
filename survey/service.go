package survey

import (
	"cmp"
	"context"
	"crypto/rand"
	"errors"
	"io"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/time/rate"

	"earshot/survey/outbox"
	"earshot/survey/quiet"
	"earshot/survey/recent"
	"earshot/survey/store"
	"earshot/survey/workdays"
)

// Options are what a Service needs. Store and BaseURL are required.
type Options struct {
	Store store.Store
	// Relays deliver mails; none keeps them here unsent. DomainLimits bound how many go to a recipient's domain over all of them, by its name as it
	// stands on the envelope; "*" is each other domain by itself.
	Relays       []RelaySetup
	DomainLimits map[string]MailLimits
	// Mailbox is read for what comes back; nil reads none.
	Mailbox MailboxReader
	// MailsAtOnce is how many mails this process gives to a relay at the same time that says nothing else; 0 means 4, as many as the mailer of package
	// mail keeps connections.
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
	// ReturnPath is the address to which mails that cannot be delivered come back, and where Receive takes them in; each invitation has one
	// of its own, with a tag behind a +. Empty leaves that to the Mailer, and nothing comes back.
	ReturnPath string
	// RepliesHere has answers to our mails come to the return path instead of to the rep, who gets them from here. It needs a ReturnPath.
	RepliesHere bool
	// Company is our own name, as contacts know it.
	Company string
	// Language and TimeZone are the installation's, for contacts without their own; "en" and UTC where empty.
	Language string
	TimeZone *time.Location
	// Calendar are the days on which the company works; nil is every day.
	Calendar *workdays.Calendar
	// Hours are those in which mails of pulses and reminders go out, where the contact is; zero means DefaultHours.
	Hours Hours
	// AsksPerDay and AsksPerHour are how many people all pulses together ask in a day of TimeZone and in an hour, by the time for which their
	// mails are planned; 0 means as many as the pulses' own caps allow.
	AsksPerDay, AsksPerHour int
	// Brake says when so many mails end badly that no more go out until an admin lets them go; zero never.
	Brake BrakeLimits
	// Clock tells the time and Random gives randomness; nil means the machine's.
	Clock  func() time.Time
	Random io.Reader
	// Log receives what workers meet; nil discards it.
	Log *slog.Logger
	// Busy says whether this process has its hands full with people who wait for it, to whom effects then give way; nil means
	// never.
	Busy func() bool
}

const defaultMailsAtOnce = 4

// Service is the domain's entrance: its methods are the use cases. It is safe for concurrent use, and several processes
// may run one on the same store.
type Service struct {
	store     store.Store
	mailbox   MailboxReader
	tagsApart bool
	reps      Reps
	composer  Composer
	baseURL   string
	// origin is how mails name the installation.
	origin mailOrigin
	// returnAddress is Options.ReturnPath.
	returnAddress string
	repliesHere   bool
	company       string
	language      string
	timeZone      *time.Location
	calendar      *workdays.Calendar
	hours         Hours
	asksPerDay    int
	asksPerHour   int
	countries     sync.Map // from a country to its *workdays.Calendar
	clock         func() time.Time
	random        io.Reader
	log           *slog.Logger

	db database
	// versions, statuses and zones save reading what hardly changes.
	versions *recent.Cache[string, *SurveyVersion]
	statuses *recent.Cache[SurveyID, SurveyStatus]
	layouts  *recent.Cache[layoutKey, layoutShelf]
	looks    *recent.Cache[string, *Look]
	lastLook atomic.Pointer[Look]
	logos    *recent.Cache[string, *Logo]
	palettes *recent.Cache[string, Palette]
	zones    zoneCache
	// models are the fitted parameters of rhythms, and clocks what those go by.
	models modelCache
	clocks *recent.Cache[clockKey, *quiet.Clock]
	// outbox carries out what documents owe.
	outbox *outbox.Runner
	// carriers are the relays; there is always one, see carrier. ledger writes down that a mail begins and how it ends.
	carriers []*carrier
	// keeper carries the mails of tests: it keeps them.
	keeper *carrier
	// domainLimits is Options.DomainLimits; limiting is held while mails are let go by limits.
	domainLimits map[string]MailLimits
	limiting     sync.Mutex
	// samples bounds the mails that are sent to try the way.
	samples *rate.Limiter
	ledger  *mailLedger
	brake   *brakeWatch
	watch   mailboxWatch
	strays  strays
}

// NewService returns a Service, or an error that says which option is missing.
func NewService(o Options) (*Service, error) {
	if o.Store == nil {
		return nil, errors.New("survey: no store")
	}
	if o.BaseURL == "" {
		return nil, errors.New("survey: no base URL")
	}
	o.fillIn()
	carriers, err := newCarriers(o.Relays, o.MailsAtOnce)
	if err != nil {
		return nil, err
	}
	s := &Service{
		store: o.Store, carriers: carriers, keeper: newCarrier(RelaySetup{Weight: 1, Connections: o.MailsAtOnce}), domainLimits: o.DomainLimits, mailbox: o.Mailbox, tagsApart: o.TagsApart, reps: o.Reps, composer: o.Composer,
		baseURL: o.BaseURL, origin: newMailOrigin(o.BaseURL), returnAddress: o.ReturnPath, repliesHere: o.RepliesHere && o.ReturnPath != "", company: o.Company, language: o.Language, timeZone: o.TimeZone, calendar: o.Calendar, hours: o.Hours, asksPerDay: o.AsksPerDay, asksPerHour: o.AsksPerHour, clock: o.Clock, random: o.Random,
		log: o.Log, db: openDatabase(o.Store),
		versions: recent.New[string, *SurveyVersion](maxCachedVersions, 0),
		layouts:  recent.New[layoutKey, layoutShelf](maxLayouts, layoutsLast),
		looks:    recent.New[string, *Look](1, lookLife),
		logos:    recent.New[string, *Logo](maxCachedLogos, 0),
		palettes: recent.New[string, Palette](maxCachedLogos, 0),
		statuses: recent.New[SurveyID, SurveyStatus](maxCachedVersions, statusLife),
		clocks:   recent.New[clockKey, *quiet.Clock](maxCachedClocks, 0),
		samples:  newSampleLimit(),
	}
	s.ledger = newMailLedger(s)
	s.watch.process, s.watch.check = rand.Text(), watchCheck
	s.brake = &brakeWatch{limits: o.Brake, write: s.writeEnds}
	s.outbox = outbox.NewRunner(o.Store, outbox.Options{Clock: o.Clock, Log: o.Log, Parallel: s.parallel(), Busy: o.Busy}, s.queues()...)
	return s, nil
}

// fillIn sets what may be left out.
func (o *Options) fillIn() {
	o.Language = cmp.Or(o.Language, "en")
	o.TimeZone = cmp.Or(o.TimeZone, time.UTC)
	o.Hours = cmp.Or(o.Hours, DefaultHours)
	o.Log = cmp.Or(o.Log, slog.New(slog.DiscardHandler))
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
}

// BaseURL is where contacts reach this installation, without a slash at the end.
func (s *Service) BaseURL() string { return s.baseURL }

// Company is our own name, as contacts know it.
func (s *Service) Company() string { return s.company }

// Language is the installation's, for contacts without their own.
func (s *Service) Language() string { return s.language }

// TimeZone is the installation's, in which days begin.
func (s *Service) TimeZone() *time.Location { return s.timeZone }

// WorkingDays says in words on which days the company works: "mon-fri, without the public holidays of de-by".
func (s *Service) WorkingDays() string { return s.calendar.String() }

// Sends says whether mails are delivered, and not only kept here.
func (s *Service) Sends() bool { return s.carriers[0].Mailer != nil }

// Ping returns nil if the store answers, ErrUnavailable of package store and the like if not.
func (s *Service) Ping(ctx context.Context) error { return s.store.Ping(ctx) }

// Now returns the time as it is stored.
func (s *Service) Now() time.Time { return s.now() }

func (s *Service) now() time.Time { return store.Time(s.clock()) }

// newID returns a fresh identifier with that prefix.
func (s *Service) newID(prefix string) string { return NewID(prefix, s.clock(), s.random) }
