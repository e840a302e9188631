package survey

import (
	"slices"
	"strings"
	"time"
	"unicode"

	"earshot/survey/store"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// Status is where a customer stands with us.
type Status string

// The statuses of a customer.
const (
	Prospect Status = "prospect"
	Active   Status = "active"
	Lost     Status = "lost"
	WonBack  Status = "won_back"
)

// Statuses lists the statuses in the order of a customer's life.
func Statuses() []Status { return []Status{Prospect, Active, Lost, WonBack} }

// Customer is a company that buys from us, or may.
type Customer struct {
	store.Meta `json:",inline"` // Due while a deletion is still to be carried out
	// ExternalID is the customer's key in the caller's own systems; unique where it is not empty.
	ExternalID string `json:"external_id" validate:"max=128,printable"`
	Name       string `json:"name" validate:"required,max=200,printable"`
	// NameKey is Name folded for sorting and searching; derived, never set by callers.
	NameKey string `json:"name_key"`
	Status  Status `json:"status" validate:"required,oneof=prospect active lost won_back"`
	// Segment groups customers for charts, e.g. "retail"; empty is none.
	Segment string `json:"segment" validate:"max=80,printable"`
	// RepID is the owner of the relation; empty is nobody.
	RepID RepID `json:"rep_id"`
	// ValuePerYear is what the customer is worth in a year, in the installation's currency; it ranks the quiet.
	ValuePerYear float64 `json:"value_per_year" validate:"gte=0,lte=1e12"`
	// PausedFrom is the first day of a pause that the customer declared, and PausedUntil the day on which it is over; empty is
	// for ever. PausedBy is who said so.
	PausedFrom  Date   `json:"paused_from,omitzero" validate:"omitempty,date"`
	PausedUntil Date   `json:"paused_until,omitzero" validate:"omitempty,date"`
	PausedBy    string `json:"paused_by,omitzero" validate:"max=200,printable"`
	// EarlierPauses are those before, which stay out of the customer's gaps; derived from what was declared.
	EarlierPauses []Pause `json:"earlier_pauses,omitzero"`
	// RenewsOn is when the customer's contract ends or renews; it raises the rank of a silence in the RenewalDays before.
	RenewsOn  Date      `json:"renews_on,omitzero" validate:"omitempty,date"`
	CreatedAt time.Time `json:"created_at"`
	UpdatedAt time.Time `json:"updated_at"`
	// DeletedAt is when it was deleted; zero of a customer that exists. What a deleted one leaves is an empty shell, in no
	// list and without a name, until a worker has removed what belonged to it.
	DeletedAt time.Time `json:"deleted_at,omitzero"`
}

// Indexes of customers.
const (
	customersByExternalID = "by_external_id"
	customersByName       = "by_name"
	customersByRep        = "by_rep"
	customersBySegment    = "by_segment"
	customersByStatus     = "by_status"
)

var customerSpec = &store.Spec{
	Name: "customers",
	New:  func() store.Doc { return new(Customer) },
	Indexes: []store.Index{
		{Name: customersByExternalID, Fields: []string{"external_id"}, Unique: true, Sparse: true},
		{Name: customersByName, Fields: []string{"name_key"}},
		{Name: customersByRep, Fields: []string{"rep_id", "name_key"}},
		{Name: customersBySegment, Fields: []string{"segment", "name_key"}},
		{Name: customersByStatus, Fields: []string{"status", "name_key"}},
	},
	Queue: true,
}

// Askable says whether customers of this status are ever asked by a pulse.
func (s Status) Askable() bool { return s == Active || s == WonBack }

// customerIDOf returns the id that a customer gets who is created with that external id, so that programs that create the
// same customer at once create one.
func customerIDOf(externalID string) CustomerID {
	return CustomerID(derivedID("cus", externalID))
}

// nameKey returns what names are sorted and searched by: without case, accents and repeated space, so that "mull" finds
// "Müller". It is empty only for an empty name.
func nameKey(name string) string {
	name = strings.Join(strings.Fields(name), " ")
	bare := strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) {
			return -1
		}
		return r
	}, norm.NFKD.String(name))
	if key := strings.TrimSpace(cases.Fold().String(bare)); key != "" {
		return key
	}
	return name
}

// weeksPerYear shares a year's value out to weeks.
const weeksPerYear = 365.25 / 7

// lists says whether what Rhythm repeats of the customer is the same in both.
func (c *Customer) lists(other *Customer) bool {
	return c.RepID == other.RepID && c.Segment == other.Segment && c.Status == other.Status && c.ValuePerYear == other.ValuePerYear &&
		c.RenewsOn == other.RenewsOn && slices.Equal(c.pauses(), other.pauses())
}
