package api

import (
	"time"

	"github.com/labstack/echo/v4"

	"earshot/survey"
)

// holdResponse is why a pulse does not ask a customer.
type holdResponse struct {
	PulseID    string    `json:"pulse_id"`
	CustomerID string    `json:"customer_id"`
	At         time.Time `json:"at"`
	Reason     string    `json:"reason"`
	Until      time.Time `json:"until,omitzero"`
	KeptOut    bool      `json:"kept_out"`
}

func viewHold(customer string, h survey.Hold) holdResponse {
	return holdResponse{PulseID: string(h.PulseID), CustomerID: customer, At: h.At, Reason: h.Reason, Until: h.Until, KeptOut: !h.HeldOut.IsZero()}
}

// listCustomerHolds answers with why pulses do not ask a customer.
func (s *Server) listCustomerHolds(c echo.Context, in idPath) error {
	log, err := s.ledger.AskLog(c.Request().Context(), survey.CustomerID(in.ID))
	if err != nil {
		return err
	}
	return writePage(c, survey.Page[survey.Hold]{Items: log.Holds()}, nil, func(h survey.Hold) holdResponse { return viewHold(string(in.ID), h) })
}

type listPulseHoldsRequest struct {
	idPath
	paging
}

// listPulseHolds answers with whom a pulse holds, and why.
func (s *Server) listPulseHolds(c echo.Context, in listPulseHoldsRequest) error {
	page, err := s.ledger.PulseHolds(c.Request().Context(), survey.PulseID(in.ID), in.after(), in.Limit)
	return writePage(c, page, err, func(h survey.HeldCustomer) holdResponse { return viewHold(h.Customer.ID, h.Hold) })
}
