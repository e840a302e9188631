package api

import (
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"earshot/survey"
)

// wording is a text in several languages, by BCP 47 tag.
type wording map[string]string

// content is what a respondent is shown in one version of a survey; programs read and write it alike.
type content struct {
	// Number counts the versions of a survey from 1. It is told, not asked for.
	Number    int        `json:"number,omitempty"`
	Title     wording    `json:"title"`
	Intro     wording    `json:"intro,omitempty"`
	Thanks    wording    `json:"thanks,omitempty"`
	Subject   wording    `json:"subject,omitempty"`
	Questions []question `json:"questions"`
}

// question is one question of a version.
type question struct {
	// ID may be left out when writing; the question is then given one.
	ID        string   `json:"id"`
	Kind      string   `json:"kind"`
	Text      wording  `json:"text"`
	Help      wording  `json:"help,omitempty"`
	Required  bool     `json:"required"`
	Choices   []choice `json:"choices,omitempty"`
	MaxLength int      `json:"max_length,omitempty"`
}

// choice is one option of a question.
type choice struct {
	ID   string  `json:"id"`
	Text wording `json:"text"`
}

// domain returns the version as the domain has it.
func (c content) domain() survey.SurveyVersion {
	out := survey.SurveyVersion{
		Title: survey.Text(c.Title), Intro: survey.Text(c.Intro), Thanks: survey.Text(c.Thanks), Subject: survey.Text(c.Subject),
	}
	for _, q := range c.Questions {
		asked := survey.Question{
			ID: q.ID, Kind: survey.QuestionKind(q.Kind), Text: survey.Text(q.Text), Help: survey.Text(q.Help),
			Required: q.Required, MaxLength: q.MaxLength,
		}
		for _, ch := range q.Choices {
			asked.Choices = append(asked.Choices, survey.Choice{ID: ch.ID, Text: survey.Text(ch.Text)})
		}
		out.Questions = append(out.Questions, asked)
	}
	return out
}

func viewContent(v *survey.SurveyVersion) content {
	view := content{
		Number: v.Number, Title: wording(v.Title), Intro: wording(v.Intro), Thanks: wording(v.Thanks),
		Subject: wording(v.Subject), Questions: make([]question, len(v.Questions)),
	}
	for i, q := range v.Questions {
		view.Questions[i] = question{
			ID: q.ID, Kind: string(q.Kind), Text: wording(q.Text), Help: wording(q.Help), Required: q.Required,
			MaxLength: q.MaxLength,
		}
		for _, ch := range q.Choices {
			view.Questions[i].Choices = append(view.Questions[i].Choices, choice{ID: ch.ID, Text: wording(ch.Text)})
		}
	}
	return view
}

// reminder is a mail to those who have not answered.
type reminder struct {
	AfterDays int     `json:"after_days"`
	Text      wording `json:"text,omitempty"`
}

func viewReminders(list []survey.Reminder) []reminder {
	view := make([]reminder, len(list))
	for i, r := range list {
		view[i] = reminder{AfterDays: r.AfterDays, Text: wording(r.Text)}
	}
	return view
}

// mailWording is what a survey's mails say in the company's own words.
type mailWording struct {
	Sender   string  `json:"sender,omitempty"`
	Greeting wording `json:"greeting,omitempty"`
	SignOff  wording `json:"sign_off,omitempty"`
	Button   wording `json:"button,omitempty"`
	Foot     wording `json:"foot,omitempty"`
}

// domain returns the wording as the domain has it.
func (w mailWording) domain() survey.MailWording {
	return survey.MailWording{
		Sender: survey.SenderName(w.Sender), Greeting: survey.Text(w.Greeting), SignOff: survey.Text(w.SignOff), Button: survey.Text(w.Button), Foot: survey.Text(w.Foot),
	}
}

func viewMailWording(w survey.MailWording) mailWording {
	return mailWording{Sender: string(w.Sender), Greeting: wording(w.Greeting), SignOff: wording(w.SignOff), Button: wording(w.Button), Foot: wording(w.Foot)}
}

// templateResponse is a built-in questionnaire.
type templateResponse struct {
	Name    string  `json:"name"`
	Label   string  `json:"label"`
	Purpose string  `json:"purpose"`
	Content content `json:"content"`
}

func viewTemplate(t survey.Template) templateResponse {
	return templateResponse{Name: t.Name, Label: t.Label, Purpose: t.Purpose, Content: viewContent(&t.Content)}
}

// listTemplates answers with the built-in questionnaires.
func (s *Server) listTemplates(c echo.Context, _ struct{}) error {
	return writePage(c, survey.Page[survey.Template]{Items: survey.Templates()}, nil, viewTemplate)
}

// surveyRequest is a survey as programs write it.
type surveyRequest struct {
	Name      string      `json:"name"`
	Template  string      `json:"template"`
	Content   content     `json:"content"`
	Reminders []reminder  `json:"reminders"`
	Mail      mailWording `json:"mail"`
}

func (r surveyRequest) input(m ifMatch) survey.SurveyInput {
	in := survey.SurveyInput{Name: r.Name, Template: r.Template, Content: r.Content.domain(), Mail: r.Mail.domain(), Version: int64(m)}
	for _, x := range r.Reminders {
		in.Reminders = append(in.Reminders, survey.Reminder{AfterDays: x.AfterDays, Text: survey.Text(x.Text)})
	}
	return in
}

// surveyResponse is a survey as programs read it.
type surveyResponse struct {
	head
	Name      string      `json:"name"`
	Status    string      `json:"status"`
	Template  string      `json:"template"`
	Content   content     `json:"content"`
	Reminders []reminder  `json:"reminders"`
	Mail      mailWording `json:"mail"`
	CreatedAt time.Time   `json:"created_at"`
	UpdatedAt time.Time   `json:"updated_at"`
}

func viewSurvey(v *survey.Survey) surveyResponse {
	return surveyResponse{
		head: head{v.ID, v.Version}, Name: v.Name, Status: string(v.Status), Template: v.Template,
		Content: viewContent(&v.Current), Reminders: viewReminders(v.Reminders), Mail: viewMailWording(v.Mail), CreatedAt: v.CreatedAt, UpdatedAt: v.UpdatedAt,
	}
}

const pathSurveys = "/api/v1/surveys"

// listSurveys answers with surveys in the order of their names.
func (s *Server) listSurveys(c echo.Context, in paging) error {
	page, err := s.surveys.Surveys(c.Request().Context(), in.after(), in.Limit)
	return writePage(c, page, err, viewSurvey)
}

type createSurveyRequest struct {
	Body surveyRequest `body:"application/json"`
}

// createSurvey adds a survey.
func (s *Server) createSurvey(c echo.Context, in createSurveyRequest) error {
	made, err := s.surveys.CreateSurvey(c.Request().Context(), in.Body.input(0))
	return writeCreated(c, pathSurveys, made, err, viewSurvey)
}

// readSurvey answers with one survey and its present version.
func (s *Server) readSurvey(c echo.Context, in idRead) error {
	found, err := s.surveys.Survey(c.Request().Context(), survey.SurveyID(in.ID))
	return writeOne(c, found, err, viewSurvey)
}

type changeSurveyRequest struct {
	idVersioned
	Body surveyRequest `body:"application/json"`
}

// changeSurvey replaces a survey's name and content; content that differs becomes a new version.
func (s *Server) changeSurvey(c echo.Context, in changeSurveyRequest) error {
	changed, err := s.surveys.ChangeSurvey(c.Request().Context(), survey.SurveyID(in.ID), in.Body.input(in.IfMatch))
	return writeOne(c, changed, err, viewSurvey)
}

// closeSurvey ends a survey.
func (s *Server) closeSurvey(c echo.Context, in idPath) error {
	changed, err := s.surveys.CloseSurvey(c.Request().Context(), survey.SurveyID(in.ID))
	return writeOne(c, changed, err, viewSurvey)
}

// reopenSurvey lets a closed survey go on.
func (s *Server) reopenSurvey(c echo.Context, in idPath) error {
	changed, err := s.surveys.ReopenSurvey(c.Request().Context(), survey.SurveyID(in.ID))
	return writeOne(c, changed, err, viewSurvey)
}

type surveyVersionRequest struct {
	idPath
	Number int `path:"number" min:"1" max:"1000000"`
}

// readSurveyVersion answers with one version of a survey.
func (s *Server) readSurveyVersion(c echo.Context, in surveyVersionRequest) error {
	found, err := s.surveys.SurveyVersion(c.Request().Context(), survey.SurveyID(in.ID), in.Number)
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, viewContent(found))
}
