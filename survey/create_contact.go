package survey

import (
	"context"
	"time"

	"earshot/survey/address"
	"earshot/survey/locale"
	"earshot/survey/store"
	"earshot/survey/workdays"
)

// ContactFields is what callers say of a contact. What is nil stays as it is; of a new contact it is empty, and the role
// is other.
type ContactFields struct {
	ExternalID *string `json:"external_id"`
	Name       *string `json:"name"`
	Email      *string `json:"email"`
	Phone      *string `json:"phone"`
	Role       *Role   `json:"role"`
	Language   *string `json:"language"`
	TimeZone   *string `json:"time_zone"`
	// Country is a code or a name (see workdays.Country).
	Country *string `json:"country"`
	// LeftAt says that they no longer work there; the zero time says that they do.
	LeftAt *time.Time `json:"left_at"`
	// Confirmed says that they may be mailed, or not before somebody of ours has said so.
	Confirmed *bool `json:"confirmed"`
}

// ContactInput is a contact with the customer, by our id or by its external id.
type ContactInput struct {
	CustomerID         CustomerID `json:"customer_id"`
	CustomerExternalID string     `json:"customer_external_id"`
	// CustomerName names the customer in a file that has no number of theirs.
	CustomerName string `json:"-"`
	ContactFields
}

// customer returns whom the input names.
func (in ContactInput) customer() customerRef {
	return customerRef{id: in.CustomerID, external: tidy(in.CustomerExternalID), name: tidyLine(in.CustomerName)}
}

// ofOurs returns the fields as our own systems say them: whom they know is confirmed.
func (in ContactFields) ofOurs() ContactFields {
	if in.Confirmed == nil {
		yes := true
		in.Confirmed = &yes
	}
	return in
}

// apply writes what is said at that time onto c. A new address has not bounced yet, and what came back from the old one says nothing of it.
func (in ContactFields) apply(c *Contact, now time.Time) {
	set(&c.ExternalID, in.ExternalID, tidy)
	set(&c.Name, in.Name, tidyLine)
	set(&c.Role, in.Role, nil)
	set(&c.Language, in.Language, languageTag)
	set(&c.TimeZone, in.TimeZone, zoneName)
	set(&c.Phone, in.Phone, tidyLine)
	set(&c.Country, in.Country, countryCode)
	set(&c.LeftAt, in.LeftAt, store.Time)
	set(&c.Email, in.Email, address.Tidy)
	if key := address.Key(c.Email); in.Email != nil && key != c.EmailKey {
		if c.EmailKey != "" {
			c.seenAlive(now)
		}
		c.EmailKey, c.BouncedAt = key, time.Time{}
	}
	switch {
	case in.Confirmed == nil:
	case *in.Confirmed:
		c.UnconfirmedSince = time.Time{}
	case c.UnconfirmedSince.IsZero():
		c.UnconfirmedSince = now
	}
}

// languageTag is the language as it is stored, whatever the program that wrote it; what is none stays, to be refused.
func languageTag(written string) string {
	if tag, known := locale.Language(written); known {
		return tag
	}
	return tidy(written)
}

// zoneName is likewise the time zone.
func zoneName(written string) string {
	if name, known := locale.Zone(written); known {
		return name
	}
	return tidy(written)
}

// countryCode is the country as it is stored; what is none stays, to be refused.
func countryCode(written string) string {
	if code, known := workdays.Country(written); known {
		return code
	}
	return tidy(written)
}

// CreateContact adds a contact. Returns Invalid, also where the customer does not exist, or Conflict if another contact
// has the external id, or another one at that customer the e-mail address.
func (s *Service) CreateContact(ctx context.Context, in ContactInput) (*Contact, error) {
	c := s.newContact(in.ContactFields)
	if repeats(ctx) {
		c.ID = s.newIDFor(ctx, "con")
	}
	c.CustomerID = in.CustomerID
	if in.CustomerID == "" && in.CustomerExternalID != "" {
		c.CustomerID = unresolved
	}
	if err := check(c); err != nil {
		return nil, err
	}
	customer, err := s.referredCustomer(ctx, customerRef{id: in.CustomerID, external: tidy(in.CustomerExternalID)})
	if err != nil {
		return nil, err
	}
	c.CustomerID = customer
	stored, err := madeOnce(ctx, s.db.contacts, c)
	if refusedBy(err, 0) == store.ByID {
		c.ID = s.newID("con")
		err = s.db.contacts.Insert(ctx, c)
	}
	if err != nil {
		return nil, contactTaken(err)
	}
	return stored, nil
}

// newContact makes a Contact that is not checked and not stored yet.
func (s *Service) newContact(in ContactFields) *Contact {
	now := s.now()
	c := &Contact{Role: OtherRole, CreatedAt: now, UpdatedAt: now}
	in.apply(c, now)
	c.ID = s.newID("con")
	if c.ExternalID != "" {
		c.ID = string(contactIDOf(c.ExternalID))
	}
	return c
}

// contactTaken says in words what is taken; other errors stay.
func contactTaken(err error) error {
	const sentence = "there is such a contact already"
	switch refusedBy(err, 0) {
	case contactsByExternalID:
		return taken(err, sentence, "external_id", "is taken by another contact")
	case contactsByEmail:
		return taken(err, sentence, "email", "is the address of another contact of this customer")
	}
	return err
}

// referredCustomer returns the id of the customer that ref names.
func (s *Service) referredCustomer(ctx context.Context, ref customerRef) (CustomerID, error) {
	row := touchpointRow{customer: ref}
	if err := row.ambiguous(); err != nil {
		return "", err
	}
	var c *Customer
	var err error
	if ref.id != "" {
		c, err = s.Customer(ctx, ref.id)
	} else {
		c, err = s.CustomerByExternalID(ctx, ref.external)
	}
	if KindOf(err) == NotFound && err != nil {
		return "", unknownCustomer(ref)
	}
	if err != nil {
		return "", err
	}
	return CustomerID(c.ID), nil
}
