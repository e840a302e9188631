package api

import (
	"time"

	"github.com/labstack/echo/v4"

	"earshot/survey"
)

// customerRequest is a customer as programs write it. What is left out stays as it is; an empty text clears.
type customerRequest struct {
	ExternalID   *string  `json:"external_id"`
	Name         *string  `json:"name"`
	Status       *string  `json:"status"`
	Segment      *string  `json:"segment"`
	RepID        *string  `json:"rep_id"`
	ValuePerYear *float64 `json:"value_per_year"`
	PausedFrom   *string  `json:"paused_from"`
	PausedUntil  *string  `json:"paused_until"`
	PausedBy     *string  `json:"paused_by"`
	RenewsOn     *string  `json:"renews_on"`
}

func (r customerRequest) fields() survey.CustomerFields {
	return survey.CustomerFields{
		ExternalID: r.ExternalID, Name: r.Name, Status: as[survey.Status](r.Status), Segment: r.Segment,
		RepID: as[survey.RepID](r.RepID), ValuePerYear: r.ValuePerYear,
		PausedFrom: as[survey.Date](r.PausedFrom), PausedUntil: as[survey.Date](r.PausedUntil), PausedBy: r.PausedBy,
		RenewsOn: as[survey.Date](r.RenewsOn),
	}
}

// customerResponse is a customer as programs read it.
type customerResponse struct {
	head
	ExternalID   string    `json:"external_id"`
	Name         string    `json:"name"`
	Status       string    `json:"status"`
	Segment      string    `json:"segment"`
	RepID        string    `json:"rep_id"`
	ValuePerYear float64   `json:"value_per_year"`
	PausedFrom   string    `json:"paused_from,omitempty"`
	PausedUntil  string    `json:"paused_until,omitempty"`
	PausedBy     string    `json:"paused_by,omitempty"`
	RenewsOn     string    `json:"renews_on,omitempty"`
	CreatedAt    time.Time `json:"created_at"`
	UpdatedAt    time.Time `json:"updated_at"`
}

func viewCustomer(c *survey.Customer) customerResponse {
	return customerResponse{
		head: head{c.ID, c.Version}, ExternalID: c.ExternalID, Name: c.Name, Status: string(c.Status), Segment: c.Segment,
		RepID: string(c.RepID), ValuePerYear: c.ValuePerYear, CreatedAt: c.CreatedAt, UpdatedAt: c.UpdatedAt,
		PausedFrom: string(c.PausedFrom), PausedUntil: string(c.PausedUntil), PausedBy: c.PausedBy, RenewsOn: string(c.RenewsOn),
	}
}

const pathCustomers = "/api/v1/customers"

type listCustomersRequest struct {
	paging
	RepID      string `query:"rep_id" max:"128"`
	Segment    string `query:"segment" max:"80"`
	Status     string `query:"status" oneof:"prospect active lost won_back"`
	NamePrefix string `query:"name_prefix" max:"200"`
}

// listCustomers answers with customers in the order of their names.
func (s *Server) listCustomers(c echo.Context, in listCustomersRequest) error {
	page, err := s.customers.Customers(c.Request().Context(), survey.CustomerFilter{
		RepID: survey.RepID(in.RepID), Segment: in.Segment, Status: survey.Status(in.Status), NamePrefix: in.NamePrefix,
		After: in.after(), Limit: in.Limit,
	})
	return writePage(c, page, err, viewCustomer)
}

type createCustomerRequest struct {
	Body customerRequest `body:"application/json"`
}

// createCustomer adds a customer.
func (s *Server) createCustomer(c echo.Context, in createCustomerRequest) error {
	made, err := s.customers.CreateCustomer(c.Request().Context(), in.Body.fields())
	return writeCreated(c, pathCustomers, made, err, viewCustomer)
}

// readCustomer answers with one customer.
func (s *Server) readCustomer(c echo.Context, in idRead) error {
	found, err := s.customers.Customer(c.Request().Context(), survey.CustomerID(in.ID))
	return writeOne(c, found, err, viewCustomer)
}

type changeCustomerRequest struct {
	idVersioned
	Body customerRequest `body:"application/json"`
}

// changeCustomer changes what is sent of a customer.
func (s *Server) changeCustomer(c echo.Context, in changeCustomerRequest) error {
	changed, err := s.customers.ChangeCustomer(c.Request().Context(), survey.CustomerID(in.ID), int64(in.IfMatch), in.Body.fields())
	return writeOne(c, changed, err, viewCustomer)
}

// deleteCustomer removes a customer with all that belongs to it.
func (s *Server) deleteCustomer(c echo.Context, in idVersioned) error {
	return nothing(c, s.customers.DeleteCustomer(c.Request().Context(), survey.CustomerID(in.ID), int64(in.IfMatch)))
}

type externalIDPath struct {
	ExternalID string `path:"external_id" required:"true" max:"128"`
}

// readCustomerByExternalID answers with the customer that has the caller's own key.
func (s *Server) readCustomerByExternalID(c echo.Context, in externalIDRead) error {
	found, err := s.customers.CustomerByExternalID(c.Request().Context(), in.ExternalID)
	return writeOne(c, found, err, viewCustomer)
}

// externalIDRead is externalIDPath with what the caller holds already.
type externalIDRead struct {
	externalIDPath
	cached
}

type putCustomerRequest struct {
	externalIDPath
	expectation
	Body customerRequest `body:"application/json"`
}

// putCustomer adds the customer with the caller's own key, or changes the one that is there.
func (s *Server) putCustomer(c echo.Context, in putCustomerRequest) error {
	if err := samePath("external_id", in.ExternalID, in.Body.ExternalID); err != nil {
		return err
	}
	in.Body.ExternalID = &in.ExternalID
	if in.expects() {
		return s.putCustomerAt(c, in)
	}
	row := s.bulk.PutCustomers(c.Request().Context(), []survey.CustomerFields{in.Body.fields()})[0]
	if row.Err != nil {
		return row.Err
	}
	stored, err := s.customers.Customer(c.Request().Context(), survey.CustomerID(row.ID))
	return writePut(c, row, pathCustomers, stored, err, viewCustomer)
}

// putCustomerAt is putCustomer for a caller who says what is there: a version, anything, or nothing.
func (s *Server) putCustomerAt(c echo.Context, in putCustomerRequest) error {
	ctx := c.Request().Context()
	if in.wantsNone() {
		made, err := s.customers.CreateCustomer(ctx, in.Body.fields())
		return writeCreated(c, pathCustomers, made, takenIsMismatch(err), viewCustomer)
	}
	changed, err := s.bulk.PutCustomerAt(ctx, int64(*in.IfMatch), in.Body.fields())
	return writeOne(c, changed, missingIsMismatch(err), viewCustomer)
}

// bulkCustomers writes many customers by their external ids.
func (s *Server) bulkCustomers(c echo.Context, _ bulkRequest[customerRequest]) error {
	return streamRows(c, s, customerRequest.fields, s.bulk.PutCustomers)
}
