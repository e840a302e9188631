package survey

import (
	"context"
	"io"
	"iter"
	"time"

	"earshot/survey/quiet"
	"earshot/survey/store"
)

type CustomerFields struct {
	ExternalID   *string  `json:"external_id"`
	Name         *string  `json:"name"`
	Status       *Status  `json:"status"`
	Segment      *string  `json:"segment"`
	RepID        *RepID   `json:"rep_id"`
	ValuePerYear *float64 `json:"value_per_year"`
}

func (s *Service) CreateCustomer(ctx context.Context, in CustomerFields) (*Customer, error) {
	panic("soon")
}
func (s *Service) Customer(ctx context.Context, id CustomerID) (*Customer, error) { panic("soon") }
func (s *Service) CustomerByExternalID(ctx context.Context, externalID string) (*Customer, error) {
	panic("soon")
}
func (s *Service) ChangeCustomer(ctx context.Context, id CustomerID, expected int64, in CustomerFields) (*Customer, error) {
	panic("soon")
}
func (s *Service) DeleteCustomer(ctx context.Context, id CustomerID, expected int64) error {
	panic("soon")
}

type CustomerFilter struct {
	RepID      RepID
	Segment    string
	Status     Status
	NamePrefix string
	After      store.Cursor
	Limit      int
}

func (s *Service) Customers(ctx context.Context, f CustomerFilter) (Page[*Customer], error) {
	panic("soon")
}
func (s *Service) PutCustomers(ctx context.Context, rows []CustomerFields) []RowResult { panic("soon") }
func (s *Service) WorkCustomer(ctx context.Context) (bool, error)                      { panic("soon") }

type ContactFields struct {
	ExternalID *string    `json:"external_id"`
	Name       *string    `json:"name"`
	Email      *string    `json:"email"`
	Role       *Role      `json:"role"`
	Language   *string    `json:"language"`
	TimeZone   *string    `json:"time_zone"`
	LeftAt     *time.Time `json:"left_at"`
}

// ContactInput names the customer by CustomerID or by CustomerExternalID.
type ContactInput struct {
	CustomerID         CustomerID `json:"customer_id"`
	CustomerExternalID string     `json:"customer_external_id"`
	ContactFields
}

func (s *Service) CreateContact(ctx context.Context, in ContactInput) (*Contact, error) {
	panic("soon")
}
func (s *Service) Contact(ctx context.Context, id ContactID) (*Contact, error) { panic("soon") }
func (s *Service) ContactByExternalID(ctx context.Context, externalID string) (*Contact, error) {
	panic("soon")
}
func (s *Service) ChangeContact(ctx context.Context, id ContactID, expected int64, in ContactFields) (*Contact, error) {
	panic("soon")
}
func (s *Service) DeleteContact(ctx context.Context, id ContactID, expected int64) error {
	panic("soon")
}

type ContactFilter struct {
	CustomerID CustomerID
	Email      string
	After      store.Cursor
	Limit      int
}

func (s *Service) Contacts(ctx context.Context, f ContactFilter) (Page[*Contact], error) {
	panic("soon")
}
func (s *Service) PutContacts(ctx context.Context, rows []ContactInput) []RowResult { panic("soon") }

// TouchpointInput names customer and contact by our ids or by external ids.
type TouchpointInput struct {
	ExternalID         string         `json:"external_id"`
	CustomerID         CustomerID     `json:"customer_id"`
	CustomerExternalID string         `json:"customer_external_id"`
	ContactID          ContactID      `json:"contact_id"`
	ContactExternalID  string         `json:"contact_external_id"`
	Kind               TouchpointKind `json:"kind"`
	At                 time.Time      `json:"at"`
	Value              float64        `json:"value"`
	Note               string         `json:"note"`
}

type TouchpointFields struct {
	ContactID *ContactID      `json:"contact_id"`
	Kind      *TouchpointKind `json:"kind"`
	At        *time.Time      `json:"at"`
	Value     *float64        `json:"value"`
	Note      *string         `json:"note"`
}

func (s *Service) RecordTouchpoint(ctx context.Context, in TouchpointInput) (*Touchpoint, error) {
	panic("soon")
}
func (s *Service) Touchpoint(ctx context.Context, id TouchpointID) (*Touchpoint, error) {
	panic("soon")
}
func (s *Service) TouchpointByExternalID(ctx context.Context, customer CustomerID, externalID string) (*Touchpoint, error) {
	panic("soon")
}
func (s *Service) ChangeTouchpoint(ctx context.Context, id TouchpointID, expected int64, in TouchpointFields) (*Touchpoint, error) {
	panic("soon")
}
func (s *Service) DeleteTouchpoint(ctx context.Context, id TouchpointID, expected int64) error {
	panic("soon")
}

type TouchpointFilter struct {
	CustomerID CustomerID // required
	Kind       TouchpointKind
	From, To   time.Time
	After      store.Cursor
	Limit      int
}

func (s *Service) Touchpoints(ctx context.Context, f TouchpointFilter) (Page[*Touchpoint], error) {
	panic("soon")
}
func (s *Service) PutTouchpoints(ctx context.Context, rows []TouchpointInput) []RowResult {
	panic("soon")
}

func (s *Service) WorkRhythm(ctx context.Context) (bool, error) { panic("soon") }
func (s *Service) WorkModel(ctx context.Context) (bool, error)  { panic("soon") }

type QuietFilter struct {
	RepID   RepID
	Segment string
	After   store.Cursor
	Limit   int
}

// QuietCustomer is one line of the quiet list.
type QuietCustomer struct {
	Customer *Customer
	Silence
}

// Silence is a customer's present silence, judged now.
type Silence struct {
	Sentence   string         `json:"sentence"`
	Kind       TouchpointKind `json:"kind"` // whose rhythm the sentence is about
	LastAt     time.Time      `json:"last_at,omitzero"`
	Days       int            `json:"days"` // since LastAt
	UsualLow   float64        `json:"usual_low_days"`
	UsualMid   float64        `json:"usual_middle_days"`
	UsualHigh  float64        `json:"usual_high_days"`
	Tail       float64        `json:"tail"`
	Gone       float64        `json:"gone"`
	Quiet      bool           `json:"quiet"`
	QuietSince time.Time      `json:"quiet_since,omitzero"`
	Step       float64        `json:"step"` // the highest of 0.5, 0.8, 0.95 that Gone reached; 0 if none
}

func (s *Service) QuietCustomers(ctx context.Context, f QuietFilter) (Page[QuietCustomer], error) {
	panic("soon")
}

// Gap is one completed gap between two active days.
type Gap struct {
	From time.Time `json:"from"`
	To   time.Time `json:"to"`
	Days int       `json:"days"`
}

// RhythmDetails is what a customer's page shows of their rhythm.
type RhythmDetails struct {
	Silence
	Known        bool          `json:"known"` // false: no sign of life yet
	SnoozedUntil time.Time     `json:"snoozed_until,omitzero"`
	Gaps         []Gap         `json:"gaps"` // of Kind, oldest first, the latest MaxGaps
	Kinds        []KindSilence `json:"kinds"`
	Stale        bool          `json:"stale"`
}

// KindSilence is the silence of one kind of sign of life.
type KindSilence struct {
	Kind   TouchpointKind `json:"kind"`
	Days   int            `json:"days"`
	Events int            `json:"events"`
	Tail   float64        `json:"tail"`
	LastAt time.Time      `json:"last_at"`
}

func (s *Service) Rhythm(ctx context.Context, id CustomerID) (*RhythmDetails, error) { panic("soon") }
func (s *Service) Snooze(ctx context.Context, id CustomerID, until time.Time) error  { panic("soon") }

// TimelineItem is one of a touchpoint, an invitation and a response.
type TimelineItem struct {
	At         time.Time
	Touchpoint *Touchpoint
	Invitation *Invitation
	Response   *Response
}

func (s *Service) Timeline(ctx context.Context, id CustomerID, after store.Cursor, limit int) (Page[TimelineItem], error) {
	panic("soon")
}
func (s *Service) SignsOfLife(ctx context.Context, kind TouchpointKind) iter.Seq2[quiet.Event, error] {
	panic("soon")
}

// Mapping says which column of a file holds which field: field name to the file's heading.
type Mapping map[string]string

type ImportRequest struct {
	Kind     ImportKind
	FileName string
	Size     int64 // 0 where not known
	Reader   io.Reader
	Options  ImportOptions
	By       RepID
}

// ImportOptions override what is guessed about a file; the zero value guesses everything.
type ImportOptions struct {
	Mapping     Mapping        `json:"mapping,omitempty"`
	DateOrder   DateOrder      `json:"date_order,omitempty"`
	Decimal     string         `json:"decimal,omitempty"`      // "." or ","
	DefaultKind TouchpointKind `json:"default_kind,omitempty"` // for touchpoint files without a kind column
}

type DateOrder string

const (
	DayFirst   DateOrder = "day_first"
	MonthFirst DateOrder = "month_first"
)

// ImportPreview is what an import would do.
type ImportPreview struct {
	Kind      ImportKind    `json:"kind"`
	Encoding  string        `json:"encoding"`
	Delimiter string        `json:"delimiter"`
	Headings  []string      `json:"headings"`
	Ignored   []string      `json:"ignored"`   // headings that no field takes
	Missing   []string      `json:"missing"`   // required fields without a column
	Options   ImportOptions `json:"options"`   // what would be used; hand it to RunImport, changed or not
	Ambiguous []string      `json:"ambiguous"` // sentences about what could be read in two ways
	Rows      int           `json:"rows"`
	Failed    int           `json:"failed"`
	Sample    []PreviewRow  `json:"sample"`
	Errors    []RowError    `json:"errors"`
}

// PreviewRow is one of the first rows as it would be understood, by field name.
type PreviewRow struct {
	Line   int               `json:"line"`
	Values map[string]string `json:"values"`
}

func (s *Service) PreviewImport(ctx context.Context, r ImportRequest) (*ImportPreview, error) {
	panic("soon")
}
func (s *Service) RunImport(ctx context.Context, r ImportRequest, progress func(Import)) (*Import, error) {
	panic("soon")
}
func (s *Service) Import(ctx context.Context, id string) (*Import, error) { panic("soon") }
func (s *Service) Imports(ctx context.Context, after store.Cursor, limit int) (Page[*Import], error) {
	panic("soon")
}

// ImportFields lists the fields that a column of such a file can hold.
func ImportFields(k ImportKind) []ImportField { panic("soon") }

// ImportField is one field that a column can hold.
type ImportField struct {
	Name     string
	Required bool
	About    string
}
