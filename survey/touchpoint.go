package survey

import (
	"time"

	"earshot/survey/store"
)

// TouchpointKind is what sort of sign of life a touchpoint is.
type TouchpointKind string

// The kinds of touchpoint.
const (
	Order     TouchpointKind = "order"
	Payment   TouchpointKind = "payment"
	Login     TouchpointKind = "login"
	Visit     TouchpointKind = "visit"
	Ticket    TouchpointKind = "ticket"
	Complaint TouchpointKind = "complaint"
	Call      TouchpointKind = "call"
	Meeting   TouchpointKind = "meeting"
	EmailIn   TouchpointKind = "email_in"
	EmailOut  TouchpointKind = "email_out"
	Note      TouchpointKind = "note"
	Answered  TouchpointKind = "answer"
)

// TouchpointKinds lists the kinds.
func TouchpointKinds() []TouchpointKind {
	return []TouchpointKind{Order, Payment, Login, Visit, Ticket, Complaint, Call, Meeting, EmailIn, EmailOut, Note, Answered}
}

// SignOfLife says whether touchpoints of this kind come from the customer. What we send or write down ourselves does
// not show that anybody is there.
func (k TouchpointKind) SignOfLife() bool { return k != EmailOut && k != Note }

// Touchpoint is a dated sign of life, or a note of what we did.
type Touchpoint struct {
	store.Meta `json:",inline"`
	// ExternalID makes a touchpoint idempotent: sent twice, it is stored once. May be empty.
	ExternalID string         `json:"external_id,omitempty" validate:"max=128,printable"`
	CustomerID CustomerID     `json:"customer_id" validate:"required"`
	ContactID  ContactID      `json:"contact_id,omitempty"`
	Kind       TouchpointKind `json:"kind" validate:"required,oneof=order payment login visit ticket complaint call meeting email_in email_out note answer"`
	At         time.Time      `json:"at" validate:"required"`
	// Value is in the installation's currency, e.g. an order's worth.
	Value float64 `json:"value,omitempty" validate:"gte=-1e12,lte=1e12"`
	Note  string  `json:"note,omitempty" validate:"max=2000,prose"`
	// RecordedAt is when we learnt of it.
	RecordedAt time.Time `json:"recorded_at"`
}

// touchpointsByCustomer is the index over a customer's history.
const touchpointsByCustomer = "by_customer"

var touchpointSpec = &store.Spec{
	Name:    "touchpoints",
	New:     func() store.Doc { return new(Touchpoint) },
	Indexes: []store.Index{{Name: touchpointsByCustomer, Fields: []string{"customer_id", "at"}}},
}
