package api

import (
	"net/http"
	"net/url"
	"strconv"

	"github.com/labstack/echo/v4"

	"earshot/frontend"
	"earshot/survey"
)

// newCustomerPage shows the form of a customer that does not exist yet.
func (s *Server) newCustomerPage(c echo.Context) error {
	return s.showCustomerForm(c, nil, url.Values{"rep_id": {repOf(c).ID}}, nil)
}

// addCustomer adds a customer.
func (s *Server) addCustomer(c echo.Context) error {
	form, err := s.form(c)
	if err != nil {
		return err
	}
	in, err := readCustomerForm(form)
	var made *survey.Customer
	if err == nil {
		made, err = s.customers.CreateCustomer(c.Request().Context(), in)
	}
	if err != nil {
		return s.showCustomerForm(c, nil, form, err)
	}
	return s.backToCustomer(c, made)
}

// backToCustomer leads to a customer that was saved, or to the list where they were given to somebody whose customers are not seen.
func (s *Server) backToCustomer(c echo.Context, x *survey.Customer) error {
	if !seesCustomer(c, x.RepID) {
		return seeOther(c, frontend.PathCustomers, "given")
	}
	return seeOther(c, customerURL(survey.CustomerID(x.ID)), "saved")
}

// editCustomerPage shows the form of a customer.
func (s *Server) editCustomerPage(c echo.Context) error {
	x, err := s.customerOfPath(c)
	if err != nil {
		return err
	}
	return s.showCustomerForm(c, x, customerValues(x), nil)
}

// customerOfPath returns the customer whose id stands in the path.
func (s *Server) customerOfPath(c echo.Context) (*survey.Customer, error) {
	id, err := pathID[survey.CustomerID](c)
	if err != nil {
		return nil, err
	}
	return s.customers.Customer(c.Request().Context(), id)
}

// editCustomer changes a customer.
func (s *Server) editCustomer(c echo.Context) error {
	form, err := s.form(c)
	if err != nil {
		return err
	}
	x, err := s.customerOfPath(c)
	if err != nil {
		return err
	}
	in, err := readCustomerForm(form)
	changed := x
	if err == nil {
		changed, err = s.customers.ChangeCustomer(c.Request().Context(), survey.CustomerID(x.ID), readVersion(form), in)
	}
	if err != nil {
		return s.showCustomerForm(c, x, form, err)
	}
	return s.backToCustomer(c, changed)
}

// showCustomerForm shows the form with what stands or was typed in it, and what is wrong with it. x is nil for a new
// customer.
func (s *Server) showCustomerForm(c echo.Context, x *survey.Customer, values url.Values, wrong error) error {
	if !tellable(wrong) {
		return wrong
	}
	segments, err := s.directory.SegmentsWithin(c.Request().Context(), seenBy(c))
	if err != nil {
		return err
	}
	reps, err := s.ownerOptions(c.Request().Context(), survey.RepID(values.Get("rep_id")))
	if err != nil {
		return err
	}
	page := frontend.CustomerFormPage{
		Shell: s.shell(c, frontend.PathCustomers), Back: frontend.Link{Text: "Customers", URL: frontend.PathCustomers},
		Form: frontend.CustomerForm(frontend.PathCustomers, values, segments, reps).Reject(wrong),
	}
	if x != nil {
		own := customerURL(survey.CustomerID(x.ID))
		page.Name, page.Back, page.Form.Action = x.Name, frontend.Link{Text: x.Name, URL: own}, own
		page.Form = versioned(page.Form, x.Version, values, customerValues(x), wrong)
		if page.User.Admin {
			page.Delete = deleteCustomerAction(x, false)
		}
	}
	return s.page(c, statusUnless(wrong), page)
}

// tellable says whether the failure is told on the form itself; nil is none.
func tellable(err error) bool {
	kind := survey.KindOf(err)
	return err == nil || kind == survey.Invalid || kind == survey.Conflict
}

// customerValues is what stands in the form of a customer.
func customerValues(x *survey.Customer) url.Values {
	return url.Values{
		"name": {x.Name}, "status": {string(x.Status)}, "segment": {x.Segment}, "rep_id": {string(x.RepID)},
		"value_per_year": {strconv.FormatFloat(x.ValuePerYear, 'f', -1, 64)}, "external_id": {x.ExternalID},
		"renews_on": {string(x.RenewsOn)}, "paused_from": {string(x.PausedFrom)}, "paused_until": {string(x.PausedUntil)},
		"paused_by": {x.PausedBy}, versionField: {strconv.FormatInt(x.Version, 10)},
	}
}

// readCustomerForm reads what was typed.
func readCustomerForm(form url.Values) (survey.CustomerFields, error) {
	name, segment, external := typed(form, "name"), typed(form, "segment"), typed(form, "external_id")
	status, owner := survey.Status(typed(form, "status")), survey.RepID(typed(form, "rep_id"))
	from, until, renews := survey.Date(typed(form, "paused_from")), survey.Date(typed(form, "paused_until")), survey.Date(typed(form, "renews_on"))
	by := typed(form, "paused_by")
	value, err := readAmount(form, "value_per_year")
	return survey.CustomerFields{
		Name: &name, Status: &status, Segment: &segment, RepID: &owner, ExternalID: &external, ValuePerYear: &value,
		PausedFrom: &from, PausedUntil: &until, PausedBy: &by, RenewsOn: &renews,
	}, err
}

// readAmount reads an amount; an empty field is 0.
func readAmount(form url.Values, field string) (float64, error) {
	text := typed(form, field)
	if text == "" {
		return 0, nil
	}
	value, err := strconv.ParseFloat(text, 64)
	if err != nil {
		return 0, survey.InvalidField(field, "must be a number, e.g. 1250.50")
	}
	return value, nil
}

// readVersion reads the version of the record that the form was made from; a missing or broken one fits no record.
func readVersion(form url.Values) int64 {
	version, err := strconv.ParseInt(form.Get(versionField), 10, 64)
	if err != nil || version < 1 {
		return -1
	}
	return version
}

// versioned puts the version that was read into the form. After a conflict that is the newest one, with notes of what
// the others changed, so that saving again is a decision and not an accident.
func versioned(form frontend.Form, current int64, values, stored url.Values, wrong error) frontend.Form {
	version := values.Get(versionField)
	if overtaken(wrong) {
		version = strconv.FormatInt(current, 10)
		form.Problem = "Somebody else changed this meanwhile. What you typed still stands here: save again to put it in place of theirs."
		for _, f := range form.Fields {
			if now := stored.Get(f.Name); now != f.Value() {
				form.Notes = append(form.Notes, f.Label+" is now "+said(f, now)+".")
			}
		}
	}
	form.Hidden = append(form.Hidden, frontend.Hidden{Name: versionField, Value: version})
	return form
}

// overtaken says that somebody else was faster, in contrast to a value that is taken.
func overtaken(err error) bool {
	return err != nil && survey.KindOf(err) == survey.Conflict && len(survey.AsError(err).Fields) == 0
}

// said writes a field's value as it is read on the form.
func said(f frontend.Field, value string) string {
	for _, o := range f.Options {
		if o.Value == value {
			value = o.Text
		}
	}
	switch {
	case f.Kind == frontend.CheckField && value != "":
		return "ticked"
	case f.Kind == frontend.CheckField:
		return "not ticked"
	case value == "":
		return "empty"
	}
	return "“" + value + "”"
}

// deleteCustomerAction deletes a customer: the first press asks, the second does it.
func deleteCustomerAction(x *survey.Customer, sure bool) *frontend.Action {
	action := &frontend.Action{
		Label: "Remove", URL: customerURL(survey.CustomerID(x.ID)) + "/delete", Look: frontend.Danger, About: x.Name,
		Hidden: []frontend.Hidden{{Name: versionField, Value: strconv.FormatInt(x.Version, 10)}},
	}
	if sure {
		action.Label = "Yes, remove for good"
		action.Hidden = append(action.Hidden, frontend.Hidden{Name: confirmField, Value: "on"})
	}
	return action
}

// removeCustomer deletes a customer, once it was confirmed.
func (s *Server) removeCustomer(c echo.Context) error {
	form, err := s.form(c)
	if err != nil {
		return err
	}
	x, err := s.customerOfPath(c)
	if err != nil {
		return err
	}
	if form.Get(confirmField) == "" {
		page := frontend.CustomerFormPage{
			Shell: s.shell(c, frontend.PathCustomers), Name: x.Name, Delete: deleteCustomerAction(x, true),
			Back: frontend.Link{Text: x.Name, URL: customerURL(survey.CustomerID(x.ID))},
		}
		page.Notice = frontend.Notice{Tone: frontend.Warning, Text: "Nothing is removed yet. Press the button below if you are sure."}
		return s.page(c, http.StatusOK, page)
	}
	if err := s.customers.DeleteCustomer(c.Request().Context(), survey.CustomerID(x.ID), readVersion(form)); err != nil {
		return err
	}
	return seeOther(c, frontend.PathCustomers, "deleted")
}
