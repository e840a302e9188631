package api

import (
	"net/http"
	"slices"
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
		Email: in.Body.Email, Reason: survey.SuppressionReason(in.Body.Reason), Note: in.Body.Note, By: byKey(c),
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
	return nothing(c, s.mails.Unsuppress(c.Request().Context(), in.Email, in.Confirm, byKey(c)))
}

// byKey tells the list who changes it by API.
func byKey(c echo.Context) survey.SuppressedBy {
	key := apiKeyOf(c)
	return survey.SuppressedBy{Means: survey.ByKey, ID: key.ID, Name: key.Name}
}

// suppressionEventResponse is one change of the list.
type suppressionEventResponse struct {
	At     time.Time            `json:"at"`
	Email  string               `json:"email"`
	Change string               `json:"change"`
	Reason string               `json:"reason,omitempty"`
	Note   string               `json:"note"`
	By     suppressedByResponse `json:"by"`
}

// suppressedByResponse is who changed the list; an empty means is not known.
type suppressedByResponse struct {
	Means string `json:"means"`
	ID    string `json:"id"`
	Name  string `json:"name"`
}

// suppressionHistoryResponse is all that befell an address.
type suppressionHistoryResponse struct {
	Suppressed bool                       `json:"suppressed"`
	History    []suppressionEventResponse `json:"history"`
}

// readSuppressionHistory answers with what befell an address, also one that was taken off the list.
func (s *Server) readSuppressionHistory(c echo.Context, in emailPath) error {
	lines, err := s.mails.SuppressionHistory(c.Request().Context(), in.Email)
	if err != nil {
		return err
	}
	var view suppressionHistoryResponse
	for _, x := range lines {
		view.Suppressed = view.Suppressed || x.LiftedAt.IsZero()
		for _, e := range x.History {
			told := suppressionEventResponse{
				At: e.At, Email: x.Email, Change: "listed", Reason: string(e.Reason), Note: e.Note,
				By: suppressedByResponse{Means: string(e.By.Means), ID: e.By.ID, Name: e.By.Name},
			}
			if e.Lifted {
				told.Change = "lifted"
			}
			view.History = append(view.History, told)
		}
	}
	slices.SortStableFunc(view.History, func(a, b suppressionEventResponse) int { return a.At.Compare(b.At) })
	return c.JSON(http.StatusOK, view)
}
