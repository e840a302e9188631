package api

import (
	"net/url"
	"slices"
	"time"

	"github.com/labstack/echo/v4"

	"earshot/frontend"
	"earshot/survey"
)

// confirmField says that somebody was warned and wants it nonetheless.
const confirmField = "confirm"

// fillAsk puts the form that asks on the page, or why nobody can be asked.
func fillAsk(v *customerView) {
	surveys := askOptions(v.Surveys, v.Pulses)
	reachable := slices.ContainsFunc(v.Contacts, (*survey.Contact).Reachable)
	switch {
	case len(surveys) == 0:
		v.page.AskHeld = "There is no open survey to ask. An admin can make one under Surveys."
	case !reachable:
		v.page.AskHeld = "There is nobody here who can be mailed. Add a contact with an e-mail address first."
	default:
		form := askForm(v, surveys, nil)
		v.page.Ask = &form
	}
}

// askForm is the form with what was typed in it.
func askForm(v *customerView, surveys []frontend.Option, values url.Values) frontend.Form {
	var people []frontend.Option
	for _, p := range v.Contacts {
		if p.Reachable() {
			people = append(people, frontend.Option{Value: p.ID, Text: p.Name})
		}
	}
	return frontend.AskForm(customerURL(survey.CustomerID(v.Customer.ID))+"/ask", values, surveys, people)
}

// askOptions are the open surveys to ask by hand, the most fitting one first.
func askOptions(surveys []*survey.Survey, pulses []*survey.Pulse) []frontend.Option {
	var options []frontend.Option
	for _, x := range surveys {
		if x.Status == survey.Open {
			options = append(options, frontend.Option{Value: x.ID, Text: x.Name})
		}
	}
	first := slices.IndexFunc(options, func(o frontend.Option) bool { return o.Value == fittingSurvey(surveys, pulses) })
	if first > 0 {
		best := options[first]
		options = slices.Insert(slices.Delete(options, first, first+1), 0, best)
	}
	return options
}

// fittingSurvey is what a quiet customer is asked if nobody chooses: what the first running quiet pulse asks, else the
// survey that was made from the quiet template. Empty where there is neither.
func fittingSurvey(surveys []*survey.Survey, pulses []*survey.Pulse) string {
	for _, p := range pulses {
		if p.Audience == survey.AudienceQuiet && !p.Paused {
			return string(p.SurveyID)
		}
	}
	for _, x := range surveys {
		if x.Template == survey.TemplateQuiet && x.Status == survey.Open {
			return x.ID
		}
	}
	return ""
}

// askCustomer asks somebody at the customer now.
func (s *Server) askCustomer(c echo.Context) error {
	form, err := s.form(c)
	if err != nil {
		return err
	}
	id, err := pathID[survey.CustomerID](c)
	if err != nil {
		return err
	}
	_, err = s.asks.AskNow(c.Request().Context(), survey.AskRequest{
		CustomerID: id, ContactID: survey.ContactID(typed(form, "contact_id")), SurveyID: survey.SurveyID(typed(form, "survey_id")),
		Confirm: form.Get(confirmField) != "", By: survey.RepID(repOf(c).ID),
	})
	if err != nil {
		return s.askAgain(c, form, err)
	}
	return s.backOr(c, form, customerURL(id), s.askedNotice())
}

// askedNotice says where the question went.
func (s *Server) askedNotice() string {
	if !s.here.Sends() {
		return "kept"
	}
	return "asked"
}

// backOr leads back to where a button was pressed, else to path.
func (s *Server) backOr(c echo.Context, form url.Values, path, notice string) error {
	if back := form.Get(backField); back != "" {
		path = localPath(back)
	}
	return seeOther(c, path, notice)
}

// askAgain shows the customer's page with why nobody was asked, and the way to do it nonetheless where there is one.
func (s *Server) askAgain(c echo.Context, values url.Values, cause error) error {
	kind := survey.KindOf(cause)
	if kind != survey.Invalid && kind != survey.Conflict && kind != survey.NotFound {
		return cause
	}
	view, err := s.viewCustomerPage(c)
	if err != nil {
		return err
	}
	form := askForm(view, askOptions(view.Surveys, view.Pulses), values).Reject(cause)
	if survey.NeedsConfirmation(cause) {
		form.Submit, form.Look = "Ask nonetheless", frontend.Danger
		form.Hidden = append(form.Hidden, frontend.Hidden{Name: confirmField, Value: "on"})
		form.Cancel = frontend.Link{Text: "Leave it", URL: customerURL(survey.CustomerID(view.Customer.ID))}
	}
	view.page.Ask = &form
	view.page.Notice = frontend.Notice{Tone: frontend.Bad, Text: "Nobody was asked. " + form.Problem}
	return s.page(c, statusOf(kind), view.page)
}

// snoozeCustomer keeps the customer out of the lists of the quiet and the drifting for a while.
func (s *Server) snoozeCustomer(c echo.Context) error {
	return s.setSnooze(c, s.here.Now().AddDate(0, 0, survey.DefaultSnooze), "snoozed")
}

// wakeCustomer ends a snooze.
func (s *Server) wakeCustomer(c echo.Context) error { return s.setSnooze(c, time.Time{}, "awake") }

func (s *Server) setSnooze(c echo.Context, until time.Time, notice string) error {
	form, err := s.form(c)
	if err != nil {
		return err
	}
	id, err := pathID[survey.CustomerID](c)
	if err != nil {
		return err
	}
	if err := s.silences.Snooze(c.Request().Context(), id, until); err != nil {
		return err
	}
	return s.backOr(c, form, customerURL(id), notice)
}
