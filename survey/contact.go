package survey

import (
	"time"

	"earshot/survey/store"
)

// Role is what a contact decides or does at their company.
type Role string

// The roles of a contact, in the order in which a pulse prefers them.
const (
	DecisionMaker Role = "decision_maker"
	Sponsor       Role = "sponsor"
	User          Role = "user"
	Finance       Role = "finance"
	OtherRole     Role = "other"
)

// Roles lists the roles, whom to ask rather first.
func Roles() []Role { return []Role{DecisionMaker, Sponsor, User, Finance, OtherRole} }

// Contact is a person at a customer.
type Contact struct {
	store.Meta `json:",inline"`
	// ExternalID is the contact's key in the caller's own systems; unique where it is not empty.
	ExternalID string     `json:"external_id" validate:"max=128,printable"`
	CustomerID CustomerID `json:"customer_id" validate:"required"`
	Name       string     `json:"name" validate:"required,max=200,printable"`
	// Email is where invitations go, as people read it; EmailKey is what addresses are compared by (see package address).
	// Empty: cannot be mailed.
	Email    string `json:"email" validate:"omitempty,max=254,mailbox"`
	EmailKey string `json:"email_key"`
	// Phone is kept as it was written: people dial it.
	Phone string `json:"phone,omitempty" validate:"max=80,printable"`
	Role  Role   `json:"role" validate:"required,oneof=decision_maker sponsor user finance other"`
	// Language is a BCP 47 tag such as "de" or "pt-BR"; empty means the installation's language.
	Language string `json:"language" validate:"omitempty,max=35,bcp47_language_tag"`
	// TimeZone is an IANA name such as "Europe/Berlin"; empty means the installation's zone.
	TimeZone string `json:"time_zone" validate:"omitempty,timezone"`
	// Country is where they work, as workdays.Country writes it: "DE", "DE-BY"; its week and public holidays are kept. Empty means the company's.
	Country string `json:"country,omitempty" validate:"omitempty,max=80,country"`
	// LeftAt is when we learnt that they no longer work there, or are not the right person; zero while they are.
	LeftAt time.Time `json:"left_at,omitzero"`
	// BouncedAt is when their address was last refused for good; zero if it never was.
	BouncedAt time.Time `json:"bounced_at,omitzero"`
	// UnreachableUntil is until when the address rests whose mails came back several times in a row; zero where they did not. MailboxSeenAt is
	// when the mailbox last answered, by itself or by a person, or became theirs: what did not get through before counts no more.
	UnreachableUntil time.Time `json:"unreachable_until,omitzero"`
	MailboxSeenAt    time.Time `json:"mailbox_seen_at,omitzero"`
	// UnconfirmedSince is when somebody who is not one of ours named this person, as a successor; zero once one of ours has
	// confirmed them. Until then they are not mailed: else whoever has a link, or invents one, could have us mail anybody.
	UnconfirmedSince time.Time `json:"unconfirmed_since,omitzero"`
	CreatedAt        time.Time `json:"created_at"`
	UpdatedAt        time.Time `json:"updated_at"`
}

// Indexes of contacts.
const (
	contactsByExternalID = "by_external_id"
	contactsByCustomer   = "by_customer"
	contactsByEmail      = "by_email"
)

var contactSpec = &store.Spec{
	Name: "contacts",
	New:  func() store.Doc { return new(Contact) },
	Indexes: []store.Index{
		{Name: contactsByExternalID, Fields: []string{"external_id"}, Unique: true, Sparse: true},
		{Name: contactsByCustomer, Fields: []string{"customer_id", "created_at"}},
		// Unique, for two contacts of one customer with one address would be asked twice.
		{Name: contactsByEmail, Fields: []string{"email_key", "customer_id"}, Unique: true, Sparse: true},
	},
}

// Reachable says whether the contact can be asked by e-mail, as far as the contact itself tells; a suppressed address
// is a matter of Suppression.
func (c *Contact) Reachable() bool {
	return c.Email != "" && c.LeftAt.IsZero() && c.BouncedAt.IsZero() && c.UnconfirmedSince.IsZero()
}

// contactIDOf returns the id that a contact gets who is created with that external id.
func contactIDOf(externalID string) ContactID {
	return ContactID(derivedID("con", externalID))
}
