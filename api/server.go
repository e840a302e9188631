package api

import (
	"errors"
	"log/slog"
	"net/http"
	"net/netip"
	"strings"
	"sync"

	"github.com/labstack/echo/v4"
	"golang.org/x/time/rate"

	"earshot/analytics"
	"earshot/frontend"
	"earshot/survey"
	"earshot/survey/access"
	"earshot/survey/audit"
	"earshot/survey/idempotency"
	"earshot/survey/mailhook"
	"earshot/survey/recent"
)

// Config is what a Server needs. Service, Access, Audit, Repeats and Frontend are required.
type Config struct {
	Service *survey.Service
	// Access is who may come in.
	Access   *access.Service
	Frontend *frontend.Frontend
	// Repeats keeps the answers of requests that may be sent again.
	Repeats *idempotency.Service
	// Audit is where acts of administration are written.
	Audit *audit.Log
	// Log receives one line a request and every failure of ours; nil discards them.
	Log *slog.Logger
	// Version is shown on the docs page and by the metrics.
	Version string
	// SignOn is the provider of single sign-on; nil is none.
	SignOn SignOn
	// TrustedProxies are the networks of the reverse proxies in front, whose X-Forwarded-For is believed.
	TrustedProxies []netip.Prefix
	// Mail is what the settings page tells of the mail server.
	Mail MailSetup
	// Hooks read what mail services tell of our mails; nil knows of none.
	Hooks *mailhook.Hooks
	// SecurityContact is whom to tell of a weakness, as a URI; empty names nobody.
	SecurityContact string
	// MaxUpload is the largest file or stream of lines in bytes; 0 means DefaultMaxUpload.
	MaxUpload int64
}

// DefaultMaxUpload takes a file of a few million touchpoints. What is uploaded is read row by row.
const DefaultMaxUpload = 256 << 20

// Server answers HTTP requests. It is an http.Handler, safe for concurrent use.
type Server struct {
	domain
	figures  *analytics.Figures
	doors    doorkeeper
	resets   resetter
	sessions sessionKeeper
	steps    stepper
	guardian guardian
	factors  factorKeeper
	signOn   SignOn
	keys     keyring
	staff    staff
	teams    teams
	repeats  *idempotency.Service
	audit    auditLog
	heldOff  *rate.Limiter
	// securityContact is whom to tell of a weakness; empty names nobody.
	securityContact string
	frontend        *frontend.Frontend
	log             *slog.Logger
	version         string
	// secure says that the installation is reached by HTTPS, so that cookies may insist on it.
	secure    bool
	maxUpload int64
	echo      *echo.Echo
	metrics   *metrics
	docs      *documentation
	origin    *http.CrossOriginProtection
	remotes   *remotes
	post      access.Post
	mail      MailSetup
	looks     *mailLooks
	hooks     *mailhook.Hooks
	// buffers are what pages are rendered into; the names are those of a moment ago.
	buffers       *sync.Pool
	repNames      *recent.Cache[survey.RepID, string]
	customerNames *recent.Cache[survey.CustomerID, string]
	// backlogs is how far effects were behind a moment ago, under the one key there is.
	backlogs *recent.Cache[string, []survey.Backlog]
	// relays is how the mail servers stood a moment ago, under the one key there is.
	relays *recent.Cache[string, *survey.MailStatus]
	// brakes is how mails ended of late as of a moment ago, likewise.
	brakes *recent.Cache[string, *survey.BrakeStatus]
	// mailboxes is how the mailbox stood a moment ago, likewise.
	mailboxes *recent.Cache[string, *survey.Mailbox]
	// stopped are the feeds that had stopped or thinned a moment ago, for the metrics, under the one key there is.
	stopped *recent.Cache[string, []survey.FeedStatus]
	// calls is how many customers all reps called in a week a moment ago, under the one key there is.
	calls *recent.Cache[string, int]
	// watch is how far what was said of silences has come true, likewise.
	watch *recent.Cache[string, *survey.AlarmWatch]
	// secretPrefixes are the beginnings of the paths that go on with a secret, for masking.
	secretPrefixes []string
}

// New returns a Server, or an error that says which setting is missing.
func New(cfg Config) (*Server, error) {
	if cfg.Service == nil {
		return nil, errors.New("api: no service")
	}
	if cfg.Access == nil {
		return nil, errors.New("api: no access")
	}
	if cfg.Audit == nil {
		return nil, errors.New("api: no audit log")
	}
	if cfg.Frontend == nil {
		return nil, errors.New("api: no frontend")
	}
	if cfg.Repeats == nil {
		return nil, errors.New("api: no repeats")
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	if cfg.MaxUpload == 0 {
		cfg.MaxUpload = DefaultMaxUpload
	}
	s := &Server{
		domain: newDomain(cfg.Service), doors: cfg.Access, resets: cfg.Access, sessions: cfg.Access, steps: cfg.Access, guardian: cfg.Access, factors: cfg.Access, signOn: cfg.SignOn, keys: cfg.Access, staff: cfg.Access, teams: cfg.Access, repeats: cfg.Repeats, audit: cfg.Audit, heldOff: newHeldOff(), securityContact: cfg.SecurityContact, frontend: cfg.Frontend,
		figures: analytics.NewFigures(cfg.Service), buffers: newBuffers(), log: cfg.Log, version: cfg.Version,
		maxUpload: cfg.MaxUpload, mail: cfg.Mail, hooks: cfg.Hooks, looks: &mailLooks{look: cfg.Mail.Look}, echo: echo.New(),
		secure: strings.HasPrefix(cfg.Service.BaseURL(), "https://"),
		docs:   &documentation{}, remotes: &remotes{trusted: cfg.TrustedProxies, log: cfg.Log}, post: cfg.Service,
		repNames:      recent.New[survey.RepID, string](memorySize, memoryTime),
		customerNames: recent.New[survey.CustomerID, string](memorySize, memoryTime),
		backlogs:      recent.New[string, []survey.Backlog](1, memoryTime),
		relays:        recent.New[string, *survey.MailStatus](1, memoryTime),
		brakes:        recent.New[string, *survey.BrakeStatus](1, memoryTime),
		mailboxes:     recent.New[string, *survey.Mailbox](1, memoryTime),
		stopped:       recent.New[string, []survey.FeedStatus](1, memoryTime),
		calls:         recent.New[string, int](1, memoryTime),
		watch:         recent.New[string, *survey.AlarmWatch](1, memoryTime),
	}
	var err error
	if s.origin, err = ownOrigin(cfg.Service.BaseURL()); err != nil {
		return nil, err
	}
	s.metrics = newMetrics(cfg.Version, cfg.Service.Measures, effectMetrics{s})
	s.echo.HTTPErrorHandler = s.writeError
	s.echo.IPExtractor = s.remotes.of
	s.echo.Use(pace, s.identify, s.harden, s.observe, s.survivePanics, compress())
	for _, r := range s.routes() {
		s.register(r)
	}
	return s, nil
}

// ServeHTTP answers one request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.echo.ServeHTTP(w, r) }
