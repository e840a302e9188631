package survey

import (
	"context"
	"sync"
	"time"

	"earshot/survey/store"
)

type zoneCache struct{ sync.Map }
type bells struct{}

func newBells() bells { return bells{} }

// PulseInput is what is told of a pulse: a new one, or one as it shall be from now on.
type PulseInput struct {
	Name       string   `json:"name"`
	SurveyID   SurveyID `json:"survey_id"`
	Audience   Audience `json:"audience"`
	Segment    string   `json:"segment"`
	Weekdays   []int    `json:"weekdays"`
	Hour       int      `json:"hour"`
	TimeZone   string   `json:"time_zone"`
	DailyCap   int      `json:"daily_cap"`
	RestDays   int      `json:"rest_days"`
	AnswerDays int      `json:"answer_days"`
	Version    int64    `json:"version,omitempty"` // of the pulse that was read; 0 does not ask
}

func (s *Service) CreatePulse(ctx context.Context, in PulseInput) (*Pulse, error) { panic("soon") }
func (s *Service) ChangePulse(ctx context.Context, id PulseID, in PulseInput) (*Pulse, error) {
	panic("soon")
}
func (s *Service) PausePulse(ctx context.Context, id PulseID) (*Pulse, error)  { panic("soon") }
func (s *Service) ResumePulse(ctx context.Context, id PulseID) (*Pulse, error) { panic("soon") }
func (s *Service) DeletePulse(ctx context.Context, id PulseID) error           { panic("soon") }
func (s *Service) Pulse(ctx context.Context, id PulseID) (*Pulse, error)       { panic("soon") }
func (s *Service) Pulses(ctx context.Context, after store.Cursor, limit int) (Page[*Pulse], error) {
	panic("soon")
}
func (s *Service) RunPulseNow(ctx context.Context, id PulseID, by RepID) (*Pulse, error) {
	panic("soon")
}
func (s *Service) WorkPulse(ctx context.Context) (bool, error)  { panic("soon") }
func (s *Service) WorkAskLog(ctx context.Context) (bool, error) { panic("soon") }

// AskRequest is one ask by hand or by API.
type AskRequest struct {
	CustomerID CustomerID `json:"customer_id"`
	ContactID  ContactID  `json:"contact_id"` // empty: the one whom a pulse would ask
	SurveyID   SurveyID   `json:"survey_id"`
	NoMail     bool       `json:"no_mail"`     // hands out the link instead of mailing it
	AnswerDays int        `json:"answer_days"` // 0: DefaultAnswerDays
	Confirm    bool       `json:"confirm"`     // asks although NeedsConfirmation
	By         RepID      `json:"-"`
}

// Asked is what an ask led to.
type Asked struct {
	Invitation *Invitation
	Link       string // where the contact answers; only for NoMail
}

func (s *Service) AskNow(ctx context.Context, r AskRequest) (*Asked, error) { panic("soon") }

// NeedsConfirmation says whether the same request with Confirm would be carried out.
func NeedsConfirmation(err error) bool                                         { panic("soon") }
func (s *Service) AskLog(ctx context.Context, id CustomerID) (*AskLog, error) { panic("soon") }

// InvitationFilter narrows a list of invitations; newest first.
type InvitationFilter struct {
	CustomerID CustomerID
	PulseID    PulseID
	SurveyID   SurveyID
	RepID      RepID
	MailState  MailState
	From, To   time.Time
	After      store.Cursor
	Limit      int
}

func (s *Service) Invitation(ctx context.Context, id InvitationID) (*Invitation, error) {
	panic("soon")
}
func (s *Service) Invitations(ctx context.Context, f InvitationFilter) (Page[*Invitation], error) {
	panic("soon")
}
func (s *Service) RevokeInvitation(ctx context.Context, id InvitationID) (*Invitation, error) {
	panic("soon")
}

// NewLink makes another link to an open invitation, to be handed out by hand.
func (s *Service) NewLink(ctx context.Context, id InvitationID) (string, error) { panic("soon") }
func (s *Service) ResolveUncertain(ctx context.Context, id InvitationID, resend bool, by RepID) (*Invitation, error) {
	panic("soon")
}
func (s *Service) WorkMail(ctx context.Context) (bool, error) { panic("soon") }

// SheetState is what a link leads to.
type SheetState string

const (
	SheetOpen     SheetState = "open"
	SheetAnswered SheetState = "answered" // Answers are there and can be changed
	SheetExpired  SheetState = "expired"
	SheetDeclined SheetState = "declined"
	SheetRevoked  SheetState = "revoked"
	SheetClosed   SheetState = "closed"
)

// Sheet is what a respondent is shown.
type Sheet struct {
	State        SheetState
	InvitationID InvitationID
	SurveyID     SurveyID
	Edition      *Edition // shared: do not change it
	Language     string   // the one in which the edition is worded for this contact
	ContactName  string
	Answers      []Answer
	AnsweredAt   time.Time
	ExpiresAt    time.Time
	Unsubscribed bool
}

// Open returns what the link of that token shows; it changes nothing. NotFound: no such link.
func (s *Service) Open(ctx context.Context, token string) (*Sheet, error) { panic("soon") }

// Submission is what was sent in.
type Submission struct {
	Form     map[string][]string // by question id, as a form sends it; ids that are not asked are ignored
	Language string
	Trap     string        // what stood in the field that people do not see
	Elapsed  time.Duration // between page and post; 0 where not known
}

// Receipt says that the answers are stored.
type Receipt struct {
	ResponseID ResponseID
	Edition    *Edition
	Language   string
	At         time.Time // when first submitted
	Changed    bool      // earlier answers were changed
}

func (s *Service) Submit(ctx context.Context, token string, in Submission) (*Receipt, error) {
	panic("soon")
}
func (s *Service) SubmitByAPI(ctx context.Context, token string, answers []Answer, language string) (*Receipt, error) {
	panic("soon")
}
func (s *Service) Decline(ctx context.Context, token string, successor Successor) error {
	panic("soon")
}
func (s *Service) Unsubscribe(ctx context.Context, token string) error { panic("soon") }

// SuppressionInput is what is told of an address that must not be mailed.
type SuppressionInput struct {
	Email  string            `json:"email"`
	Reason SuppressionReason `json:"reason"` // empty: by_hand
	Note   string            `json:"note"`
}

func (s *Service) Suppress(ctx context.Context, in SuppressionInput) (*Suppression, error) {
	panic("soon")
}
func (s *Service) Unsuppress(ctx context.Context, email string, confirm bool) error { panic("soon") }
func (s *Service) Suppression(ctx context.Context, email string) (*Suppression, error) {
	panic("soon")
}
func (s *Service) Suppressions(ctx context.Context, after store.Cursor, limit int) (Page[*Suppression], error) {
	panic("soon")
}

// ResponseFilter narrows a list of responses; newest first.
type ResponseFilter struct {
	SurveyID   SurveyID
	CustomerID CustomerID
	RepID      RepID
	From, To   time.Time
	Suspects   bool // also those that are set aside as a machine's
	After      store.Cursor
	Limit      int
}

func (s *Service) Response(ctx context.Context, id ResponseID) (*Response, error) { panic("soon") }
func (s *Service) Responses(ctx context.Context, f ResponseFilter) (Page[*Response], error) {
	panic("soon")
}

// ResponsesChanged returns responses in the order of ChangedAt, from since on, the set-aside ones too.
func (s *Service) ResponsesChanged(ctx context.Context, since time.Time, after store.Cursor, limit int) (Page[*Response], error) {
	panic("soon")
}
func (s *Service) WorkResponse(ctx context.Context) (bool, error) { panic("soon") }
func (s *Service) OutboxMail(ctx context.Context, id InvitationID) (*OutboxMail, error) {
	panic("soon")
}
func (s *Service) Outbox(ctx context.Context, after store.Cursor, limit int) (Page[*OutboxMail], error) {
	panic("soon")
}

// WorkerOptions tune RunWorkers.
type WorkerOptions struct {
	Idle     time.Duration  // how long an empty queue is left alone; 0: one second
	Parallel map[string]int // goroutines a queue, by its name; 1 where not given
}

// RunWorkers works off what is due until ctx ends, and returns when the items in hand are finished.
func (s *Service) RunWorkers(ctx context.Context, o WorkerOptions) { panic("soon") }

// Links of contacts, below BaseURL: token as in the link.
func AnswerPath(token string) string      { return "/r/" + token }
func UnsubscribePath(token string) string { return "/r/" + token + "/unsubscribe" }
