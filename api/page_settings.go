package api

import (
	"context"
	"net/http"
	"net/url"
	"slices"

	"github.com/labstack/echo/v4"

	"earshot/frontend"
	"earshot/survey"
	"earshot/survey/access"
)

// settingsPage shows who may log in, and which programs.
func (s *Server) settingsPage(c echo.Context) error {
	page, err := s.settings(c)
	if err != nil {
		return err
	}
	return s.page(c, http.StatusOK, page)
}

// settings returns the page with empty forms.
func (s *Server) settings(c echo.Context) (frontend.SettingsPage, error) {
	ctx := c.Request().Context()
	page := frontend.SettingsPage{
		Shell:  s.shell(c, frontend.PathSettings),
		NewKey: frontend.KeyForm(frontend.PathSettings+"/keys", url.Values{}),
		Facts:  s.facts(),
	}
	reps, err := s.staff.Reps(ctx)
	if err != nil {
		return page, err
	}
	options, err := s.teamOptions(c)
	if err != nil {
		return page, err
	}
	page.NewRep = frontend.RepForm(frontend.PathSettings+"/reps", url.Values{}, false, options...)
	names, teams := map[survey.RepID]string{}, namesOf(options)
	for _, r := range reps {
		names[survey.RepID(r.ID)] = r.Name
		page.Reps = append(page.Reps, frontend.RepRow{
			Name: r.Name, Edit: repURL(r), Email: r.Email, Access: r.Access, Team: teams[r.TeamID], CallsPerWeek: r.CallsPerWeek,
			DisabledAt: r.DisabledAt, CreatedAt: r.CreatedAt,
		})
	}
	page.Keys, err = s.keyRows(ctx, names)
	return page, err
}

// MailSetup is what admins are told of the mail server. All is empty where none is set.
type MailSetup struct {
	// Server is host and port, Sender the address that mails come from.
	Server, Sender string
	// DKIM are the TXT records that publish the keys by which mails are signed; none where they are not signed.
	DKIM []survey.DNSRecord
	// Look looks at what decides whether mails arrive; nil looks at nothing.
	Look func(context.Context) []survey.MailCheck
}

// facts says how mails leave.
func (m MailSetup) facts() []frontend.Fact {
	if m.Server == "" {
		return []frontend.Fact{{Name: "Mail", Value: "no mail server is set: mails are kept and not sent"}}
	}
	sent := []frontend.Fact{{Name: "Mail server", Value: m.Server}, {Name: "Sender", Value: m.Sender}}
	if len(m.DKIM) == 0 {
		return append(sent, frontend.Fact{Name: "DKIM", Value: "Earshot does not sign (-dkim-key); your mail server may"})
	}
	for _, record := range m.DKIM {
		sent = append(sent, frontend.Fact{Name: "DKIM: publish a TXT record named", Value: record.Name}, frontend.Fact{Name: "with the text", Value: record.Text})
	}
	return sent
}

// facts are what an admin may want to know of the installation.
func (s *Server) facts() []frontend.Fact {
	return slices.Concat(
		[]frontend.Fact{{Name: "Version", Value: s.version}, {Name: "Address", Value: s.here.BaseURL()}},
		s.mail.facts(),
		[]frontend.Fact{{Name: "Language", Value: s.here.Language()}, {Name: "Time zone", Value: s.here.TimeZone().String()}},
		[]frontend.Fact{{Name: "Working days", Value: s.here.WorkingDays()}},
	)
}

// repURL is where a rep is changed.
func repURL(r *access.Rep) string { return frontend.PathSettings + "/reps/" + r.ID }

// addRep makes a rep of the form.
func (s *Server) addRep(c echo.Context) error {
	form, err := s.form(c)
	if err != nil {
		return err
	}
	perWeek, err := readCalls(form)
	if err == nil {
		var made *access.Rep
		made, err = s.staff.CreateRep(c.Request().Context(), access.NewRep{
			Name: form.Get("name"), Email: form.Get("email"), Access: access.Level(form.Get("access")), Password: form.Get("password"),
			CallsPerWeek: perWeek, TeamID: survey.TeamID(form.Get("team_id")),
		})
		if err == nil {
			actAbout(c, made.ID)
		}
		s.calls.Forget("")
	}
	if kind := survey.KindOf(err); err != nil && (kind == survey.Invalid || kind == survey.Conflict) {
		page, broken := s.settings(c)
		if broken != nil {
			return broken
		}
		teams, broken := s.teamOptions(c)
		if broken != nil {
			return broken
		}
		page.NewRep = frontend.RepForm(frontend.PathSettings+"/reps", form, false, teams...).Reject(err)
		return s.page(c, statusOf(kind), page)
	}
	if err != nil {
		return err
	}
	return seeOther(c, frontend.PathSettings, "saved")
}

// repPage shows the form of a rep.
func (s *Server) repPage(c echo.Context) error {
	found, err := s.staff.Rep(c.Request().Context(), survey.RepID(c.Param("id")))
	if err != nil {
		return err
	}
	values := url.Values{
		"name": {found.Name}, "email": {found.Email}, "access": {string(found.Access)}, "calls_per_week": {callsText(found.CallsPerWeek)},
		"team_id": {string(found.TeamID)},
	}
	return s.showRep(c, found, values, nil)
}

// showRep shows the form of a rep with what was typed, and what is wrong with it.
func (s *Server) showRep(c echo.Context, found *access.Rep, values url.Values, wrong error) error {
	teams, err := s.teamOptions(c)
	if err != nil {
		return err
	}
	form := frontend.RepForm(repURL(found), values, true, teams...).Reject(wrong)
	page := s.repFormPage(c, found, form)
	if page.Logins, err = s.logins(c, survey.RepID(found.ID), ""); err != nil {
		return err
	}
	page.EndAll = endAll(found, page.Logins)
	return s.page(c, statusUnless(wrong), page)
}

// repFormPage puts a rep's form on its page.
func (s *Server) repFormPage(c echo.Context, found *access.Rep, form frontend.Form) frontend.RepFormPage {
	page := frontend.RepFormPage{Shell: s.shell(c, frontend.PathSettings), Name: found.Name, Form: form}
	if found.ID == repOf(c).ID {
		return page
	}
	if found.Factors.Any() {
		page.Factors = frontend.FactorsWords(found.Factors)
		page.RemoveFactors = &frontend.Action{Label: "Take the second factor away", URL: repURL(found) + "/factors/remove", About: found.Name, Look: frontend.Danger}
	}
	page.Toggle = &frontend.Action{Label: "Take access away", URL: repURL(found) + "/disable", About: found.Name, Look: frontend.Danger}
	if !found.DisabledAt.IsZero() {
		page.Toggle = &frontend.Action{Label: "Give access back", URL: repURL(found) + "/enable", About: found.Name}
	}
	return page
}

// changeRep changes a rep; an empty password stays as it is.
func (s *Server) changeRep(c echo.Context) error {
	ctx, id := c.Request().Context(), survey.RepID(c.Param("id"))
	found, err := s.staff.Rep(ctx, id)
	if err != nil {
		return err
	}
	form, err := s.form(c)
	if err != nil {
		return err
	}
	name, email, level, password := form.Get("name"), form.Get("email"), access.Level(form.Get("access")), form.Get("password")
	perWeek, err := readCalls(form)
	if err == nil {
		team := survey.TeamID(form.Get("team_id"))
		change := access.RepChange{Name: &name, Email: &email, Access: &level, TeamID: &team, CallsPerWeek: &perWeek}
		if password != "" {
			change.Password = &password
		}
		actChanged(c, "name", found.Name, name)
		actChanged(c, "email", found.Email, email)
		actChanged(c, "access", string(found.Access), string(level))
		_, err = s.staff.ChangeRep(ctx, id, change)
		s.calls.Forget("")
	}
	if kind := survey.KindOf(err); err != nil && (kind == survey.Invalid || kind == survey.Conflict) {
		return s.showRep(c, found, form, err)
	}
	if err != nil {
		return err
	}
	if password != "" {
		s.resets.TellChanged(ctx, found, s.post)
	}
	return seeOther(c, frontend.PathSettings, "saved")
}

// disableRep takes a rep's access away, or gives it back.
func (s *Server) disableRep(disabled bool) echo.HandlerFunc {
	return func(c echo.Context) error {
		if _, err := s.staff.ChangeRep(c.Request().Context(), survey.RepID(c.Param("id")), access.RepChange{Disabled: &disabled}); err != nil {
			return err
		}
		s.calls.Forget("")
		return seeOther(c, frontend.PathSettings, "saved")
	}
}
