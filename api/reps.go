package api

import (
	"github.com/labstack/echo/v4"

	"earshot/survey"
	"earshot/survey/access"
)

// repResponse is a rep as programs read it.
type repResponse struct {
	head
	Name     string `json:"name"`
	Email    string `json:"email"`
	Access   string `json:"access"`
	Disabled bool   `json:"disabled"`
	// CallsPerWeek is how many customers they call in a week; left out where there is no limit.
	CallsPerWeek int `json:"calls_per_week,omitempty"`
}

func viewRep(r *access.Rep) repResponse {
	return repResponse{
		head: head{r.ID, r.Version}, Name: r.Name, Email: r.Email, Access: string(r.Access), Disabled: !r.DisabledAt.IsZero(),
		CallsPerWeek: r.CallsPerWeek,
	}
}

// listReps answers with all reps by name; they are few, so there is one page.
func (s *Server) listReps(c echo.Context, _ struct{}) error {
	found, err := s.staff.Reps(c.Request().Context())
	return writePage(c, survey.Page[*access.Rep]{Items: found}, err, viewRep)
}
