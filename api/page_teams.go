package api

import (
	"net/url"

	"github.com/labstack/echo/v4"

	"earshot/frontend"
	"earshot/survey"
	"earshot/survey/access"
)

// teamURL is where a team is changed.
func teamURL(id survey.TeamID) string { return frontend.PathTeams + "/" + string(id) }

// teamOptions are the teams to put somebody into.
func (s *Server) teamOptions(c echo.Context) ([]frontend.Option, error) {
	teams, err := s.teams.Teams(c.Request().Context())
	options := make([]frontend.Option, len(teams))
	for i, t := range teams {
		options[i] = frontend.Option{Value: t.ID, Text: t.Name}
	}
	return options, err
}

// teamNames are the names of all teams.
func (s *Server) teamNames(c echo.Context) (map[survey.TeamID]string, error) {
	options, err := s.teamOptions(c)
	return namesOf(options), err
}

// namesOf are the names of the teams that can be chosen.
func namesOf(teams []frontend.Option) map[survey.TeamID]string {
	names := make(map[survey.TeamID]string, len(teams))
	for _, t := range teams {
		names[survey.TeamID(t.Value)] = t.Text
	}
	return names
}

// teamsPage lists the teams.
func (s *Server) teamsPage(c echo.Context) error {
	return s.showTeams(c, frontend.TeamForm(frontend.PathTeams, url.Values{}, false), nil)
}

// showTeams lists the teams, with the form for another one in some state.
func (s *Server) showTeams(c echo.Context, form frontend.Form, wrong error) error {
	teams, err := s.teams.Teams(c.Request().Context())
	if err != nil {
		return err
	}
	reps, err := s.allReps(c.Request().Context())
	if err != nil {
		return err
	}
	page := frontend.TeamsPage{Shell: s.shell(c, frontend.PathSettings), New: form}
	for _, t := range teams {
		row := frontend.TeamRow{Name: t.Name, URL: teamURL(survey.TeamID(t.ID))}
		for _, r := range reps {
			if r.TeamID == survey.TeamID(t.ID) {
				row.People = append(row.People, r.Name)
			}
		}
		page.Rows = append(page.Rows, row)
	}
	return s.page(c, statusUnless(wrong), page)
}

// addTeam makes a team of the form.
func (s *Server) addTeam(c echo.Context) error {
	form, err := s.form(c)
	if err != nil {
		return err
	}
	_, err = s.teams.CreateTeam(c.Request().Context(), access.NewTeam{Name: form.Get("name")})
	switch {
	case err == nil:
		return seeOther(c, frontend.PathTeams, "saved")
	case tellable(err):
		return s.showTeams(c, frontend.TeamForm(frontend.PathTeams, form, false).Reject(err), err)
	}
	return err
}

// teamPage shows a team with the form of its name.
func (s *Server) teamPage(c echo.Context) error {
	t, err := s.teams.Team(c.Request().Context(), survey.TeamID(c.Param("id")))
	if err != nil {
		return err
	}
	return s.showTeam(c, t, url.Values{"name": {t.Name}}, nil)
}

// showTeam shows a team with what was typed, and what is wrong with it.
func (s *Server) showTeam(c echo.Context, t *access.Team, values url.Values, wrong error) error {
	reps, err := s.allReps(c.Request().Context())
	if err != nil {
		return err
	}
	url := teamURL(survey.TeamID(t.ID))
	page := frontend.TeamPage{
		Shell: s.shell(c, frontend.PathSettings), Name: t.Name, Form: frontend.TeamForm(url, values, true).Reject(wrong),
	}
	for _, r := range reps {
		if r.TeamID == survey.TeamID(t.ID) {
			page.People = append(page.People, frontend.Link{Text: r.Name, URL: repURL(r)})
		}
	}
	if len(page.People) == 0 {
		page.Delete = &frontend.Action{Label: "Remove", URL: url + "/delete", About: t.Name, Look: frontend.Danger}
	}
	return s.page(c, statusUnless(wrong), page)
}

// renameTeam gives a team another name.
func (s *Server) renameTeam(c echo.Context) error {
	form, err := s.form(c)
	if err != nil {
		return err
	}
	ctx, id := c.Request().Context(), survey.TeamID(c.Param("id"))
	t, err := s.teams.Team(ctx, id)
	if err != nil {
		return err
	}
	_, err = s.teams.RenameTeam(ctx, id, access.NewTeam{Name: form.Get("name")})
	switch {
	case err == nil:
		return seeOther(c, frontend.PathTeams, "saved")
	case tellable(err):
		return s.showTeam(c, t, form, err)
	}
	return err
}

// removeTeam deletes a team that nobody is in.
func (s *Server) removeTeam(c echo.Context) error {
	if _, err := s.form(c); err != nil {
		return err
	}
	if err := s.teams.DeleteTeam(c.Request().Context(), survey.TeamID(c.Param("id"))); err != nil {
		return err
	}
	return seeOther(c, frontend.PathTeams, "deleted")
}
