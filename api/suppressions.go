package api

import (
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"earshot/survey"
)

// suppressionRequest names an address that must not be mailed.
type suppressionRequest struct {
	Email  string `json:"email"`
	Reason string `json:"reason"`
	Note   string `json:"note"`
}

// suppressionResponse is an address that must not be mailed.
type suppressionResponse struct {
	Email     string    `json:"email"`
	Reason    string    `json:"reason"`
	Note      string    `json:"note"`
	CreatedAt time.Time `json:"created_at"`
}

func viewSuppression(s *survey.Suppression) suppressionResponse {
	return suppressionResponse{Email: s.Email, Reason: string(s.Reason), Note: s.Note, CreatedAt: s.CreatedAt}
}

// suppressionSearch narrows the list of addresses that must not be mailed.
type suppressionSearch struct {
	Search string `query:"q" max:"254"`
	Reason string `query:"reason" oneof:"unsubscribed complaint hard_bounce by_hand"`
}

func (f suppressionSearch) filter() survey.SuppressionFilter {
	return survey.SuppressionFilter{Search: f.Search, Reason: survey.SuppressionReason(f.Reason)}
}

type listSuppressionsRequest struct {
	paging
	suppressionSearch
}

// listSuppressions answers with the addresses that must not be mailed.
func (s *Server) listSuppressions(c echo.Context, in listSuppressionsRequest) error {
	f := in.filter()
	f.After, f.Limit = in.after(), in.Limit
	page, err := s.mails.Suppressions(c.Request().Context(), f)
	return writePage(c, page, err, viewSuppression)
}

// exportSuppressions answers with the whole list as CSV.
func (s *Server) exportSuppressions(c echo.Context, in suppressionSearch) error {
	return s.writeSuppressions(c, in.filter())
}

type createSuppressionRequest struct {
	Body suppressionRequest `body:"application/json"`
}

// createSuppression forbids mail to an address from now on.
func (s *Server) createSuppression(c echo.Context, in createSuppressionRequest) error {
	made, err := s.mails.Suppress(c.Request().Context(), survey.SuppressionInput{
		Email: in.Body.Email, Reason: survey.SuppressionReason(in.Body.Reason), Note: in.Body.Note,
	})
	if err != nil {
		return err
	}
	return c.JSON(http.StatusCreated, viewSuppression(made))
}

type emailPath struct {
	Email string `path:"email" required:"true" max:"254"`
}

// readSuppression answers whether and why an address must not be mailed.
func (s *Server) readSuppression(c echo.Context, in emailPath) error {
	found, err := s.mails.Suppression(c.Request().Context(), in.Email)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, viewSuppression(found))
}

type deleteSuppressionRequest struct {
	emailPath
	Confirm bool `query:"confirm"`
}

// deleteSuppression lets an address be mailed again.
func (s *Server) deleteSuppression(c echo.Context, in deleteSuppressionRequest) error {
	return nothing(c, s.mails.Unsuppress(c.Request().Context(), in.Email, in.Confirm))
}
