package api

import (
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"earshot/survey"
)

// contactRequest is a contact as programs write it. What is left out stays as it is; an empty text clears, and so does
// null for left_at.
type contactRequest struct {
	ExternalID *string              `json:"external_id"`
	Name       *string              `json:"name"`
	Email      *string              `json:"email"`
	Phone      *string              `json:"phone"`
	Role       *string              `json:"role"`
	Language   *string              `json:"language"`
	TimeZone   *string              `json:"time_zone"`
	Country    *string              `json:"country"`
	LeftAt     *nullable[time.Time] `json:"left_at"`
	Confirmed  *bool                `json:"confirmed"`
}

func (r contactRequest) fields() survey.ContactFields {
	return survey.ContactFields{
		ExternalID: r.ExternalID, Name: r.Name, Email: r.Email, Phone: r.Phone, Role: as[survey.Role](r.Role), Language: r.Language,
		TimeZone: r.TimeZone, Country: r.Country, LeftAt: r.LeftAt.value(), Confirmed: r.Confirmed,
	}
}

// newContactRequest is a contact with its customer, named by our id or by the caller's own key.
type newContactRequest struct {
	CustomerID         string `json:"customer_id"`
	CustomerExternalID string `json:"customer_external_id"`
	contactRequest     `json:",inline"`
}

func (r newContactRequest) input() survey.ContactInput {
	return survey.ContactInput{
		CustomerID: survey.CustomerID(r.CustomerID), CustomerExternalID: r.CustomerExternalID, ContactFields: r.fields(),
	}
}

// contactResponse is a contact as programs read it.
type contactResponse struct {
	head
	ExternalID string `json:"external_id"`
	CustomerID string `json:"customer_id"`
	Name       string `json:"name"`
	Email      string `json:"email"`
	Phone      string `json:"phone"`
	Role       string `json:"role"`
	Language   string `json:"language"`
	TimeZone   string `json:"time_zone"`
	Country    string `json:"country"`
	// Reachable says whether the contact can be asked by e-mail: that nothing is known of them, or their address, that speaks against it for good.
	Reachable bool `json:"reachable"`
	// Mailable is told where one contact is read; nil in lists.
	Mailable *mailableResponse `json:"mailable,omitempty"`
	// Confirmed is false of somebody who was named as a successor, until one of ours has confirmed them.
	Confirmed bool      `json:"confirmed"`
	LeftAt    time.Time `json:"left_at,omitzero"`
	BouncedAt time.Time `json:"bounced_at,omitzero"`
	// UnreachableUntil is until when the address rests whose mails came back several times in a row.
	UnreachableUntil time.Time `json:"unreachable_until,omitzero"`
	CreatedAt        time.Time `json:"created_at"`
	UpdatedAt        time.Time `json:"updated_at"`
}

// mailableResponse is whether a question is mailed to a contact now.
type mailableResponse struct {
	OK     bool      `json:"ok"`
	Reason string    `json:"reason"`
	Until  time.Time `json:"until,omitzero"`
	ByHand bool      `json:"by_hand"`
}

// contactView returns what shows these contacts, or err.
func (s *Server) contactView(c echo.Context, err error, contacts ...*survey.Contact) (func(*survey.Contact) contactResponse, error) {
	if err != nil {
		return nil, err
	}
	suppressed, err := s.contacts.Suppressed(c.Request().Context(), contacts...)
	return func(p *survey.Contact) contactResponse {
		view := viewContact(p)
		if p.Unreachable(s.here.Now()) {
			view.Reachable, view.UnreachableUntil = false, p.UnreachableUntil
		}
		view.Reachable = view.Reachable && suppressed[survey.ContactID(p.ID)] == nil
		return view
	}, err
}

// writeContact answers with one contact and whether they are mailed, or with err.
func (s *Server) writeContact(c echo.Context, found *survey.Contact, err error) error {
	view, err := s.contactView(c, err, found)
	if err != nil {
		return err
	}
	told, err := s.contacts.Mailable(c.Request().Context(), found)
	if err != nil {
		return err
	}
	body := view(found)
	body.Mailable = &mailableResponse{OK: told.OK, Reason: told.Reason, Until: told.Until, ByHand: told.ByHand}
	return writeVersioned(c, http.StatusOK, body)
}

// viewContact shows what the contact itself tells.
func viewContact(c *survey.Contact) contactResponse {
	return contactResponse{
		head: head{c.ID, c.Version}, ExternalID: c.ExternalID, CustomerID: string(c.CustomerID), Name: c.Name,
		Email: c.Email, Phone: c.Phone, Role: string(c.Role), Language: c.Language, TimeZone: c.TimeZone, Country: c.Country, Reachable: c.Reachable(),
		Confirmed: c.UnconfirmedSince.IsZero(), LeftAt: c.LeftAt, BouncedAt: c.BouncedAt, CreatedAt: c.CreatedAt, UpdatedAt: c.UpdatedAt,
	}
}

const pathContacts = "/api/v1/contacts"

type listContactsRequest struct {
	paging
	CustomerID string `query:"customer_id" max:"128"`
	Email      string `query:"email" max:"254"`
}

// listContacts answers with the contacts of a customer or of an address.
func (s *Server) listContacts(c echo.Context, in listContactsRequest) error {
	page, err := s.contacts.Contacts(c.Request().Context(), survey.ContactFilter{
		CustomerID: survey.CustomerID(in.CustomerID), Email: in.Email, After: in.after(), Limit: in.Limit,
	})
	view, err := s.contactView(c, err, page.Items...)
	return writePage(c, page, err, view)
}

type createContactRequest struct {
	Body newContactRequest `body:"application/json"`
}

// createContact adds a contact to a customer.
func (s *Server) createContact(c echo.Context, in createContactRequest) error {
	made, err := s.contacts.CreateContact(c.Request().Context(), in.Body.input())
	view, err := s.contactView(c, err, made)
	return writeCreated(c, pathContacts, made, err, view)
}

// readContact answers with one contact.
func (s *Server) readContact(c echo.Context, in idRead) error {
	found, err := s.contacts.Contact(c.Request().Context(), survey.ContactID(in.ID))
	return s.writeContact(c, found, err)
}

type changeContactRequest struct {
	idVersioned
	Body contactRequest `body:"application/json"`
}

// changeContact changes what is sent of a contact.
func (s *Server) changeContact(c echo.Context, in changeContactRequest) error {
	changed, err := s.contacts.ChangeContact(c.Request().Context(), survey.ContactID(in.ID), int64(in.IfMatch), in.Body.fields())
	view, err := s.contactView(c, err, changed)
	return writeOne(c, changed, err, view)
}

// deleteContact removes a contact.
func (s *Server) deleteContact(c echo.Context, in idVersioned) error {
	return nothing(c, s.contacts.DeleteContact(c.Request().Context(), survey.ContactID(in.ID), int64(in.IfMatch)))
}

// readContactByExternalID answers with the contact that has the caller's own key.
func (s *Server) readContactByExternalID(c echo.Context, in externalIDRead) error {
	found, err := s.contacts.ContactByExternalID(c.Request().Context(), in.ExternalID)
	return s.writeContact(c, found, err)
}

type putContactRequest struct {
	externalIDPath
	expectation
	Body newContactRequest `body:"application/json"`
}

// putContact adds the contact with the caller's own key, or changes the one that is there.
func (s *Server) putContact(c echo.Context, in putContactRequest) error {
	if err := samePath("external_id", in.ExternalID, in.Body.ExternalID); err != nil {
		return err
	}
	in.Body.ExternalID = &in.ExternalID
	if in.expects() {
		return s.putContactAt(c, in)
	}
	row := s.bulk.PutContacts(c.Request().Context(), []survey.ContactInput{in.Body.input()})[0]
	if row.Err != nil {
		return row.Err
	}
	stored, err := s.contacts.Contact(c.Request().Context(), survey.ContactID(row.ID))
	view, err := s.contactView(c, err, stored)
	return writePut(c, row, pathContacts, stored, err, view)
}

// putContactAt is putContact for a caller who says what is there: a version, anything, or nothing.
func (s *Server) putContactAt(c echo.Context, in putContactRequest) error {
	ctx := c.Request().Context()
	if in.wantsNone() {
		made, err := s.contacts.CreateContact(ctx, in.Body.input())
		view, err := s.contactView(c, takenIsMismatch(err), made)
		return writeCreated(c, pathContacts, made, err, view)
	}
	changed, err := s.bulk.PutContactAt(ctx, int64(*in.IfMatch), in.Body.input())
	view, err := s.contactView(c, missingIsMismatch(err), changed)
	return writeOne(c, changed, err, view)
}

// bulkContacts writes many contacts by their external ids.
func (s *Server) bulkContacts(c echo.Context, _ bulkRequest[newContactRequest]) error {
	return streamRows(c, s, newContactRequest.input, s.bulk.PutContacts)
}
