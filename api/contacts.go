package api

import (
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
	Role       *string              `json:"role"`
	Language   *string              `json:"language"`
	TimeZone   *string              `json:"time_zone"`
	LeftAt     *nullable[time.Time] `json:"left_at"`
	Confirmed  *bool                `json:"confirmed"`
}

func (r contactRequest) fields() survey.ContactFields {
	return survey.ContactFields{
		ExternalID: r.ExternalID, Name: r.Name, Email: r.Email, Role: as[survey.Role](r.Role), Language: r.Language,
		TimeZone: r.TimeZone, LeftAt: r.LeftAt.value(), Confirmed: r.Confirmed,
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
	Role       string `json:"role"`
	Language   string `json:"language"`
	TimeZone   string `json:"time_zone"`
	// Reachable says whether the contact can be asked by e-mail, as far as the contact itself tells.
	Reachable bool `json:"reachable"`
	// Confirmed is false of somebody who was named as a successor, until one of ours has confirmed them.
	Confirmed bool      `json:"confirmed"`
	LeftAt    time.Time `json:"left_at,omitzero"`
	BouncedAt time.Time `json:"bounced_at,omitzero"`
	CreatedAt time.Time `json:"created_at"`
	UpdatedAt time.Time `json:"updated_at"`
}

func viewContact(c *survey.Contact) contactResponse {
	return contactResponse{
		head: head{c.ID, c.Version}, ExternalID: c.ExternalID, CustomerID: string(c.CustomerID), Name: c.Name,
		Email: c.Email, Role: string(c.Role), Language: c.Language, TimeZone: c.TimeZone, Reachable: c.Reachable(),
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
	return writePage(c, page, err, viewContact)
}

type createContactRequest struct {
	Body newContactRequest `body:"application/json"`
}

// createContact adds a contact to a customer.
func (s *Server) createContact(c echo.Context, in createContactRequest) error {
	made, err := s.contacts.CreateContact(c.Request().Context(), in.Body.input())
	return writeCreated(c, pathContacts, made, err, viewContact)
}

// readContact answers with one contact.
func (s *Server) readContact(c echo.Context, in idPath) error {
	found, err := s.contacts.Contact(c.Request().Context(), survey.ContactID(in.ID))
	return writeOne(c, found, err, viewContact)
}

type changeContactRequest struct {
	idVersioned
	Body contactRequest `body:"application/json"`
}

// changeContact changes what is sent of a contact.
func (s *Server) changeContact(c echo.Context, in changeContactRequest) error {
	changed, err := s.contacts.ChangeContact(c.Request().Context(), survey.ContactID(in.ID), int64(in.IfMatch), in.Body.fields())
	return writeOne(c, changed, err, viewContact)
}

// deleteContact removes a contact.
func (s *Server) deleteContact(c echo.Context, in idVersioned) error {
	return nothing(c, s.contacts.DeleteContact(c.Request().Context(), survey.ContactID(in.ID), int64(in.IfMatch)))
}

// readContactByExternalID answers with the contact that has the caller's own key.
func (s *Server) readContactByExternalID(c echo.Context, in externalIDPath) error {
	found, err := s.contacts.ContactByExternalID(c.Request().Context(), in.ExternalID)
	return writeOne(c, found, err, viewContact)
}

type putContactRequest struct {
	externalIDPath
	Body newContactRequest `body:"application/json"`
}

// putContact adds the contact with the caller's own key, or changes the one that is there.
func (s *Server) putContact(c echo.Context, in putContactRequest) error {
	if err := samePath("external_id", in.ExternalID, in.Body.ExternalID); err != nil {
		return err
	}
	in.Body.ExternalID = &in.ExternalID
	row := s.bulk.PutContacts(c.Request().Context(), []survey.ContactInput{in.Body.input()})[0]
	if row.Err != nil {
		return row.Err
	}
	stored, err := s.contacts.Contact(c.Request().Context(), survey.ContactID(row.ID))
	return writePut(c, row, pathContacts, stored, err, viewContact)
}

// bulkContacts writes many contacts by their external ids.
func (s *Server) bulkContacts(c echo.Context, _ bulkRequest[newContactRequest]) error {
	return streamRows(c, s, newContactRequest.input, s.bulk.PutContacts)
}
