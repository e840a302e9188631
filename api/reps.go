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
	TeamID   string `json:"team_id,omitempty"`
	Team     string `json:"team,omitempty"`
	Disabled bool   `json:"disabled"`
	// CallsPerWeek is how many customers they call in a week; left out where there is no limit.
	CallsPerWeek int `json:"calls_per_week,omitempty"`
}

func viewRep(r *access.Rep, team string) repResponse {
	return repResponse{
		TeamID: string(r.TeamID), Team: team,
		head: head{r.ID, r.Version}, Name: r.Name, Email: r.Email, Access: string(r.Access), Disabled: !r.DisabledAt.IsZero(),
		CallsPerWeek: r.CallsPerWeek,
	}
}

// listReps answers with all reps by name; they are few, so there is one page.
func (s *Server) listReps(c echo.Context, _ struct{}) error {
	teams, err := s.teamNames(c)
	if err != nil {
		return err
	}
	found, err := s.staff.Reps(c.Request().Context())
	return writePage(c, survey.Page[*access.Rep]{Items: found}, err, func(r *access.Rep) repResponse { return viewRep(r, teams[r.TeamID]) })
}
