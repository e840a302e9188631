package api

import (
	"net/http"
	"slices"
	"strconv"

	"github.com/labstack/echo/v4"

	"earshot/frontend"
	"earshot/survey"
)

// surveyURL is where a survey's page is.
func surveyURL(id survey.SurveyID) string { return frontend.PathSurveys + "/" + string(id) }

// surveysPage lists the surveys and the templates.
func (s *Server) surveysPage(c echo.Context) error {
	surveys, pulses, err := s.surveysAndPulses(c)
	if err != nil {
		return err
	}
	page := frontend.SurveysPage{Shell: s.shell(c, frontend.PathSurveys)}
	for _, x := range surveys {
		row := frontend.SurveyRow{
			Name: x.Name, URL: surveyURL(survey.SurveyID(x.ID)), Status: x.Status, Version: x.Current.Number,
			Questions: len(x.Current.Questions), UpdatedAt: x.UpdatedAt,
		}
		for _, p := range pulses {
			if p.SurveyID == survey.SurveyID(x.ID) {
				row.Pulses = append(row.Pulses, p.Name)
			}
		}
		page.Rows = append(page.Rows, row)
	}
	if page.User.Admin {
		page.New, page.Templates = frontend.PathSurveys+"/new", templateRows()
	}
	return s.page(c, http.StatusOK, page)
}

// surveysAndPulses returns all surveys and pulses by name: there are dozens at most.
func (s *Server) surveysAndPulses(c echo.Context) ([]*survey.Survey, []*survey.Pulse, error) {
	return s.directory.SurveysAndPulses(c.Request().Context())
}

// templateRows describes the built-in templates.
func templateRows() []frontend.SurveyTemplate {
	var rows []frontend.SurveyTemplate
	for _, t := range survey.Templates() {
		rows = append(rows, frontend.SurveyTemplate{
			Name: t.Label, Text: t.Purpose, Questions: len(t.Content.Questions),
			Languages: frontend.DraftOf(t.Label, 0, t.Content, "en").Languages,
			Use: frontend.Action{Label: "Use it", URL: frontend.PathSurveys + "/template", About: t.Label,
				Hidden: []frontend.Hidden{{Name: "template", Value: t.Name}}},
		})
	}
	return rows
}

// useTemplate makes a survey of a built-in template.
func (s *Server) useTemplate(c echo.Context) error {
	form, err := s.form(c)
	if err != nil {
		return err
	}
	name := form.Get("template")
	for _, t := range survey.Templates() {
		if t.Name == name {
			made, err := s.surveys.CreateSurvey(c.Request().Context(), survey.SurveyInput{Name: t.Label, Template: t.Name})
			if err != nil {
				return err
			}
			return seeOther(c, surveyURL(survey.SurveyID(made.ID)), "saved")
		}
	}
	return survey.Errorf(survey.NotFound, "there is no such template")
}

// surveyPage shows a survey in one of its versions and languages.
func (s *Server) surveyPage(c echo.Context) error {
	found, version, err := s.surveyVersion(c)
	if err != nil {
		return err
	}
	madeAt, err := s.surveys.SurveyVersionMadeAt(c.Request().Context(), survey.SurveyID(found.ID), version.Number)
	if err != nil {
		return err
	}
	_, pulses, err := s.surveysAndPulses(c)
	if err != nil {
		return err
	}
	url := surveyURL(survey.SurveyID(found.ID))
	suffix := "?version=" + strconv.Itoa(version.Number)
	draft := frontend.DraftOf(found.Name, found.Version, *version, s.here.Language())
	page := frontend.SurveyPage{
		Shell: s.shell(c, frontend.PathSurveys), Name: found.Name, Status: found.Status, Version: *version, Current: found.Current.Number,
		MadeAt: madeAt, Reminders: found.Reminders, Language: draft.Languages[0], Results: frontend.PathFeedback + "?survey=" + found.ID,
	}
	if wanted := c.QueryParam("language"); slices.Contains(draft.Languages, wanted) {
		page.Language = wanted
	}
	page.Preview = url + "/preview" + suffix + "&language=" + page.Language
	for n := found.Current.Number; n >= 1; n-- {
		page.Versions = append(page.Versions, tab(strconv.Itoa(n), url+"?version="+strconv.Itoa(n), n == version.Number))
	}
	for _, tag := range draft.Languages {
		page.Views = append(page.Views, tab(tag, url+suffix+"&language="+tag, tag == page.Language))
	}
	for _, p := range pulses {
		if p.SurveyID == survey.SurveyID(found.ID) {
			page.Pulses = append(page.Pulses, frontend.Link{Text: p.Name, URL: pulseURL(survey.PulseID(p.ID))})
		}
	}
	if page.User.Admin {
		page.Edit, page.Mails, page.Toggle = url+"/edit", url+"/mail", surveyToggle(found)
	}
	return s.page(c, http.StatusOK, page)
}

// tab is one view of a page.
func tab(text, url string, current bool) frontend.Tab {
	return frontend.Tab{Link: frontend.Link{Text: text, URL: url}, Current: current}
}

// surveyToggle closes or reopens a survey.
func surveyToggle(x *survey.Survey) *frontend.Action {
	url := surveyURL(survey.SurveyID(x.ID))
	if x.Status == survey.Closed {
		return &frontend.Action{Label: "Reopen", URL: url + "/reopen", About: x.Name}
	}
	return &frontend.Action{Label: "Close", URL: url + "/close", About: x.Name, Look: frontend.Danger}
}

// surveyVersion returns the survey of the path and the version that the query names, the current one where it names none.
func (s *Server) surveyVersion(c echo.Context) (*survey.Survey, *survey.SurveyVersion, error) {
	ctx := c.Request().Context()
	found, err := s.surveys.Survey(ctx, survey.SurveyID(c.Param("id")))
	if err != nil {
		return nil, nil, err
	}
	wanted := c.QueryParam("version")
	if wanted == "" {
		return found, &found.Current, nil
	}
	number, err := strconv.Atoi(wanted)
	if err != nil {
		return nil, nil, survey.Errorf(survey.NotFound, "there is no version %q of this survey", wanted)
	}
	version, err := s.surveys.SurveyVersion(ctx, survey.SurveyID(found.ID), number)
	return found, version, err
}

// previewSurvey shows the page as a contact sees it; nothing can be sent from there.
func (s *Server) previewSurvey(c echo.Context) error {
	found, version, err := s.surveyVersion(c)
	if err != nil {
		return err
	}
	return s.contactPage(c, http.StatusOK, &frontend.AnswerPage{
		SurveyID: survey.SurveyID(found.ID), Version: version, Language: version.Language(c.QueryParam("language")),
		RepName: repOf(c).Name, Preview: true,
	})
}

// newSurveyPage shows the form of a survey that does not exist yet.
func (s *Server) newSurveyPage(c echo.Context) error {
	return s.page(c, http.StatusOK, s.newSurveyForm(c, frontend.DraftOf("", 0, survey.SurveyVersion{}, s.here.Language())))
}

// newSurveyForm returns the form with a draft in it.
func (s *Server) newSurveyForm(c echo.Context, draft frontend.SurveyDraft) frontend.SurveyFormPage {
	return frontend.SurveyFormPage{
		Shell: s.shell(c, frontend.PathSurveys), New: true, Action: frontend.PathSurveys + "/new", Draft: draft,
		Back: frontend.Link{Text: "Surveys", URL: frontend.PathSurveys},
	}
}

// editNewSurvey applies a button of the form, or makes the survey.
func (s *Server) editNewSurvey(c echo.Context) error {
	return s.applyDraft(c, s.newSurveyForm, func(d frontend.SurveyDraft) (*survey.Survey, string, error) {
		made, err := s.surveys.CreateSurvey(c.Request().Context(), d.Input())
		return made, "saved", err
	})
}

// editSurveyPage shows the form of a survey.
func (s *Server) editSurveyPage(c echo.Context) error {
	found, err := s.surveys.Survey(c.Request().Context(), survey.SurveyID(c.Param("id")))
	if err != nil {
		return err
	}
	draft := frontend.DraftOf(found.Name, found.Version, found.Current, s.here.Language())
	draft.Template = found.Template
	draft.SetReminders(found.Reminders)
	draft.Mail = found.Mail
	return s.page(c, http.StatusOK, s.surveyForm(c, draft))
}

// surveyForm returns the form of the path's survey with a draft in it.
func (s *Server) surveyForm(c echo.Context, draft frontend.SurveyDraft) frontend.SurveyFormPage {
	url := surveyURL(survey.SurveyID(c.Param("id")))
	return frontend.SurveyFormPage{
		Shell: s.shell(c, frontend.PathSurveys), Action: url + "/edit", Draft: draft, Back: frontend.Link{Text: draft.Name, URL: url},
	}
}

// editSurvey applies a button of the form, or saves the survey.
func (s *Server) editSurvey(c echo.Context) error {
	ctx, id := c.Request().Context(), survey.SurveyID(c.Param("id"))
	return s.applyDraft(c, s.surveyForm, func(d frontend.SurveyDraft) (*survey.Survey, string, error) {
		before, err := s.surveys.Survey(ctx, id)
		if err != nil {
			return nil, "", err
		}
		changed, err := s.surveys.ChangeSurvey(ctx, id, d.Input())
		if err != nil || changed.Current.Number == before.Current.Number {
			return changed, "saved", err
		}
		return changed, "new_version", nil
	})
}

// applyDraft reads the form, applies the button that was pressed and shows the form again, or saves it; save returns what is said then.
func (s *Server) applyDraft(c echo.Context, show func(echo.Context, frontend.SurveyDraft) frontend.SurveyFormPage,
	save func(frontend.SurveyDraft) (*survey.Survey, string, error)) error {
	form, err := s.form(c)
	if err != nil {
		return err
	}
	draft, do := frontend.ParseSurveyDraft(form)
	if !draft.Apply(do) {
		if draft.LanguageProblem != "" {
			return s.page(c, http.StatusBadRequest, show(c, draft).Reject(survey.InvalidField("new_language", "%s", draft.LanguageProblem)))
		}
		return s.page(c, http.StatusOK, show(c, draft))
	}
	if err := s.beginAct(c); err != nil {
		return err
	}
	saved, notice, err := save(draft)
	if kind := survey.KindOf(err); err != nil && (kind == survey.Invalid || kind == survey.Conflict) {
		return s.page(c, statusOf(kind), show(c, draft).Reject(err))
	}
	if err != nil {
		return err
	}
	return seeOther(c, surveyURL(survey.SurveyID(saved.ID)), notice)
}

// closeSurveyPage lets a survey take no more answers.
func (s *Server) closeSurveyPage(c echo.Context) error {
	found, err := s.surveys.CloseSurvey(c.Request().Context(), survey.SurveyID(c.Param("id")))
	if err != nil {
		return err
	}
	return seeOther(c, surveyURL(survey.SurveyID(found.ID)), "closed")
}

// reopenSurveyPage takes that back.
func (s *Server) reopenSurveyPage(c echo.Context) error {
	found, err := s.surveys.ReopenSurvey(c.Request().Context(), survey.SurveyID(c.Param("id")))
	if err != nil {
		return err
	}
	return seeOther(c, surveyURL(survey.SurveyID(found.ID)), "reopened")
}
