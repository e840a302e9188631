package survey

import (
	"strconv"
	"time"
	"unicode/utf8"

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
	Shard:   "id",
}

// touchpointIDOf returns the id of the touchpoint that has that external id at that customer, so that what is sent twice
// is stored once.
func touchpointIDOf(customer CustomerID, externalID string) string {
	return besideOthers(customer, string(customer), externalID)
}

// spareIDChars is how much shorter these ids are than others: they stand in two indexes, and 80 bits tell the touchpoints
// of one customer apart.
const spareIDChars = 10

// besideOthers returns the id that derives from parts, behind a piece of the customer's id, so that in every index the
// touchpoints of a customer lie side by side: a batch that is sorted by id touches few places of an index.
func besideOthers(customer CustomerID, parts ...string) string {
	const from, to = len("cus_"), len("cus_") + 10
	piece := string(customer)
	if len(piece) >= to {
		piece = piece[from:to]
	}
	id := derivedID("tch_"+piece, parts...)
	return id[:len(id)-spareIDChars]
}

// touchpointIDFor returns the id of a touchpoint that was given without an external id in bulk: it derives from what the
// touchpoint says, so that the same file taken in twice does not double it.
func touchpointIDFor(t *Touchpoint) string {
	return besideOthers(t.CustomerID, string(t.CustomerID), "", string(t.Kind),
		strconv.FormatInt(t.At.UnixMilli(), 10), strconv.FormatFloat(t.Value, 'g', -1, 64), t.Note)
}

// sameLifeAs says whether the two are the same sign of life to a rhythm.
func (t *Touchpoint) sameLifeAs(other *Touchpoint) bool {
	if !t.Kind.SignOfLife() && !other.Kind.SignOfLife() {
		return true
	}
	return t.Kind == other.Kind && t.At.Equal(other.At)
}

const (
	// aheadOfUs is how far in the future a touchpoint may lie: elsewhere it is tomorrow already.
	aheadOfUs = 24 * time.Hour
	// The bounds that the tags of Touchpoint state, for problems.
	maxExternalID, maxTouchpointNote = 128, 2000
	maxTouchpointValue               = 1e12
)

// datingProblem says what is wrong with when a touchpoint happened; empty if nothing is.
func datingProblem(at, now time.Time) string {
	switch {
	case at.IsZero():
		return ""
	case at.Unix() < 0:
		return "must not lie before 1970"
	case at.After(now.Add(aheadOfUs)):
		return "must not lie in the future: a touchpoint is something that has happened"
	}
	return ""
}

// checkTouchpoint holds t against all rules.
func checkTouchpoint(t *Touchpoint, now time.Time) error {
	err := check(t)
	if problem := datingProblem(t.At, now); problem != "" && err == nil {
		err = InvalidField("at", "%s", problem)
	}
	return err
}

// quickProblems says the same as checkTouchpoint, some twenty times faster: imports check a million rows.
func (t *Touchpoint) quickProblems(now time.Time) error {
	var fields []FieldError
	broken := func(field, message string) { fields = append(fields, FieldError{Field: field, Message: message}) }
	if len(t.ExternalID) > maxExternalID && utf8.RuneCountInString(t.ExternalID) > maxExternalID {
		broken("external_id", "must have at most 128 characters")
	} else if !printable(t.ExternalID) {
		broken("external_id", clause("printable", "", 0))
	}
	if t.CustomerID == "" {
		broken("customer_id", clause("required", "", 0))
	}
	if t.Kind == "" {
		broken("kind", clause("required", "", 0))
	} else if !t.Kind.known() {
		broken("kind", kindClause)
	}
	if t.At.IsZero() {
		broken("at", clause("required", "", 0))
	}
	if !(t.Value >= -maxTouchpointValue) {
		broken("value", "must be at least -1e12")
	} else if !(t.Value <= maxTouchpointValue) {
		broken("value", "must be at most 1e12")
	}
	if len(t.Note) > maxTouchpointNote && utf8.RuneCountInString(t.Note) > maxTouchpointNote {
		broken("note", "must have at most 2000 characters")
	} else if !prose(t.Note) {
		broken("note", clause("prose", "", 0))
	}
	if problem := datingProblem(t.At, now); problem != "" && len(fields) == 0 {
		broken("at", problem)
	}
	if len(fields) == 0 {
		return nil
	}
	return invalid(fields...)
}

// kindClause is said of a kind that is none.
const kindClause = "must be one of order, payment, login, visit, ticket, complaint, call, meeting, email_in, email_out, note, answer"

// known says whether k is one of TouchpointKinds.
func (k TouchpointKind) known() bool {
	switch k {
	case Order, Payment, Login, Visit, Ticket, Complaint, Call, Meeting, EmailIn, EmailOut, Note, Answered:
		return true
	}
	return false
}
