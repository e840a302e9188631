package api

import (
	"net/http"
	"net/url"
	"time"

	"github.com/labstack/echo/v4"

	"earshot/frontend"
	"earshot/survey"
)

// touchpointForm is the form with what was typed in it; nothing typed is a call today.
func (s *Server) touchpointForm(v *customerView, values url.Values) frontend.Form {
	if values == nil {
		values = url.Values{"at": {s.here.Now().In(s.here.TimeZone()).Format(time.DateOnly)}}
	}
	people := make([]frontend.Option, len(v.Contacts))
	for i, p := range v.Contacts {
		people[i] = frontend.Option{Value: p.ID, Text: p.Name}
	}
	return frontend.TouchpointForm(customerURL(survey.CustomerID(v.Customer.ID))+"/touchpoints", values, people)
}

// addTouchpoint records what happened with the customer.
func (s *Server) addTouchpoint(c echo.Context) error {
	form, err := s.form(c)
	if err != nil {
		return err
	}
	x, err := s.customerOfPath(c)
	if err != nil {
		return err
	}
	in, err := s.readTouchpointForm(form, survey.CustomerID(x.ID))
	if err == nil {
		_, err = s.touchpoints.RecordTouchpoint(c.Request().Context(), in)
	}
	if err != nil {
		return s.touchpointAgain(c, form, err)
	}
	return seeOther(c, customerURL(survey.CustomerID(x.ID)), "recorded")
}

// touchpointAgain shows the customer's page with what is wrong with the form.
func (s *Server) touchpointAgain(c echo.Context, values url.Values, wrong error) error {
	if !tellable(wrong) {
		return wrong
	}
	view, err := s.viewCustomerPage(c)
	if err != nil {
		return err
	}
	form := s.touchpointForm(view, values).Reject(wrong)
	view.page.Touchpoint = &form
	view.page.Notice = frontend.Notice{Tone: frontend.Bad, Text: "Nothing was added. " + form.Problem}
	return s.page(c, statusUnless(wrong), view.page)
}

// readTouchpointForm reads what was typed. Of a day that is over nobody says the hour: it is taken as noon.
func (s *Server) readTouchpointForm(form url.Values, customer survey.CustomerID) (survey.TouchpointInput, error) {
	in := survey.TouchpointInput{
		CustomerID: customer, ContactID: survey.ContactID(typed(form, "contact_id")),
		Kind: survey.TouchpointKind(typed(form, "kind")), Note: typed(form, "note"),
		Source: survey.FromReps,
	}
	if in.Kind == survey.Answered {
		return in, survey.InvalidField("kind", "must not be an answer: those come from contacts alone")
	}
	day, err := time.ParseInLocation(time.DateOnly, typed(form, "at"), s.here.TimeZone())
	if err != nil {
		return in, survey.InvalidField("at", "must be a day, e.g. 2026-01-31")
	}
	now := s.here.Now().In(s.here.TimeZone())
	in.At = day.Add(12 * time.Hour)
	if day.Format(time.DateOnly) == now.Format(time.DateOnly) {
		in.At = now
	}
	in.Value, err = readAmount(form, "value")
	return in, err
}

// removeTouchpointAction takes a touchpoint back: the first press asks, the second does it.
func removeTouchpointAction(t *survey.Touchpoint, sure bool) *frontend.Action {
	action := &frontend.Action{Label: "Remove", URL: "/touchpoints/" + t.ID + "/delete", Look: frontend.Quiet, About: string(t.Kind) + " of " + t.At.Format(time.DateOnly)}
	if sure {
		action.Label, action.Look = "Yes, remove for good", frontend.Danger
		action.Hidden = []frontend.Hidden{{Name: confirmField, Value: "on"}}
	}
	return action
}

// sureToRemove shows what is about to be taken back, with the button that does.
func (s *Server) sureToRemove(c echo.Context, t *survey.Touchpoint) error {
	name, err := s.customerName(c, t.CustomerID)
	if err != nil {
		return err
	}
	page := frontend.TouchpointPage{
		Shell: s.shell(c, frontend.PathCustomers), Back: frontend.Link{Text: name, URL: customerURL(t.CustomerID)},
		Item: frontend.TimelineItem{At: t.At, Kind: t.Kind, Text: t.Note, Value: t.Value}, Remove: *removeTouchpointAction(t, true),
	}
	page.Notice = frontend.Notice{Tone: frontend.Warning, Text: "Nothing is removed yet. Press the button below if you are sure."}
	return s.page(c, http.StatusOK, page)
}

// removeTouchpoint takes back what was recorded, once it was confirmed.
func (s *Server) removeTouchpoint(c echo.Context) error {
	form, err := s.form(c)
	if err != nil {
		return err
	}
	id, err := pathID[survey.TouchpointID](c)
	if err != nil {
		return err
	}
	t, err := s.touchpoints.Touchpoint(c.Request().Context(), id)
	if err != nil {
		return err
	}
	if t.Kind == survey.Answered {
		return survey.Errorf(survey.Conflict, "that a contact answered cannot be taken back")
	}
	if form.Get(confirmField) == "" {
		return s.sureToRemove(c, t)
	}
	if err := s.touchpoints.DeleteTouchpoint(c.Request().Context(), id, 0); err != nil {
		return err
	}
	return seeOther(c, customerURL(t.CustomerID), "deleted")
}
