package survey

import (
	"context"
	"errors"

	"earshot/survey/store"
)

// CustomerFields is what callers say of a customer. What is nil stays as it is; of a new customer it is empty, and the
// status is active.
type CustomerFields struct {
	ExternalID   *string  `json:"external_id"`
	Name         *string  `json:"name"`
	Status       *Status  `json:"status"`
	Segment      *string  `json:"segment"`
	RepID        *RepID   `json:"rep_id"`
	ValuePerYear *float64 `json:"value_per_year"`
	// PausedFrom and PausedUntil declare one pause; see Customer.
	PausedFrom  *Date   `json:"paused_from"`
	PausedUntil *Date   `json:"paused_until"`
	PausedBy    *string `json:"paused_by"`
	RenewsOn    *Date   `json:"renews_on"`
}

// apply writes what is said onto c.
func (in CustomerFields) apply(c *Customer) {
	set(&c.ExternalID, in.ExternalID, tidy)
	set(&c.Name, in.Name, tidyLine)
	set(&c.Status, in.Status, nil)
	set(&c.Segment, in.Segment, tidyLine)
	set(&c.RepID, in.RepID, nil)
	set(&c.ValuePerYear, in.ValuePerYear, nil)
	set(&c.RenewsOn, in.RenewsOn, tidyDate)
	set(&c.PausedBy, in.PausedBy, tidyLine)
	pause := c.Pause()
	set(&pause.From, in.PausedFrom, tidyDate)
	set(&pause.Until, in.PausedUntil, tidyDate)
	if pause.From != c.PausedFrom && in.PausedBy == nil {
		c.PausedBy = "" // who spoke of another pause
	}
	c.setPause(pause)
	c.NameKey = nameKey(c.Name)
}

// set writes *value, made tidy, where value is not nil.
func set[T any](field *T, value *T, tidy func(T) T) {
	switch {
	case value == nil:
	case tidy == nil:
		*field = *value
	default:
		*field = tidy(*value)
	}
}

// CreateCustomer adds a customer. Returns Invalid, or Conflict if another customer has the external id.
func (s *Service) CreateCustomer(ctx context.Context, in CustomerFields) (*Customer, error) {
	c := s.newCustomer(in)
	if repeats(ctx) {
		c.ID = s.newIDFor(ctx, "cus")
	}
	if err := check(c); err != nil {
		return nil, err
	}
	if err := s.checkRep(ctx, c.RepID); err != nil {
		return nil, err
	}
	return s.insertCustomer(ctx, c)
}

// newCustomer makes a Customer that is not checked and not stored yet.
func (s *Service) newCustomer(in CustomerFields) *Customer {
	now := s.now()
	c := &Customer{Status: Active, CreatedAt: now, UpdatedAt: now}
	in.apply(c)
	c.ID = s.newID("cus")
	if c.ExternalID != "" {
		c.ID = string(customerIDOf(c.ExternalID))
	}
	return c
}

// insertCustomer stores a new customer. The id that belongs to its external id may be taken although the external id is
// free: by a customer who had it once, or by what a deleted one leaves. Then it gets a fresh one.
func (s *Service) insertCustomer(ctx context.Context, c *Customer) (*Customer, error) {
	stored, err := madeOnce(ctx, s.db.customers, c)
	if refusedBy(err, 0) == store.ByID {
		c.ID = s.newID("cus")
		err = s.db.customers.Insert(ctx, c)
	}
	if err != nil {
		return nil, customerTaken(err)
	}
	return stored, nil
}

// customerTaken says in words that an external id is taken; other errors stay.
func customerTaken(err error) error {
	if refusedBy(err, 0) == customersByExternalID {
		return taken(err, "there is such a customer already", "external_id", "is taken by another customer")
	}
	return err
}

// taken returns a Conflict about one field.
func taken(cause error, sentence, field, clause string) *Error {
	return &Error{Kind: Conflict, Message: sentence, Fields: []FieldError{{Field: field, Message: clause}}, cause: cause}
}

// refusedBy returns the name of the index that refused the document at that place of a write, or the only one;
// empty if none did.
func refusedBy(err error, place int) string {
	var duplicate *store.DuplicateError
	var one *store.TakenError
	if place == 0 && errors.As(err, &one) {
		return one.Index
	}
	if errors.As(err, &duplicate) {
		for _, r := range duplicate.Refused {
			if r.Doc == place {
				return r.Index
			}
		}
	}
	return ""
}

// checkRep says why no customer can be given to that rep: there is none, or they only read. Nobody is allowed.
func (s *Service) checkRep(ctx context.Context, id RepID) error {
	rep, there, err := s.rep(ctx, id)
	switch {
	case err != nil || id == "":
		return err
	case !there:
		return InvalidField("rep_id", unknownRep)
	case rep.ReadsOnly:
		return InvalidField("rep_id", readingRep)
	}
	return nil
}

// What is said of a rep_id that belongs to nobody, and of one that belongs to an analyst.
const (
	unknownRep = "must be the id of one of our reps"
	readingRep = "must not be an analyst, who only reads; choose a rep"
)
