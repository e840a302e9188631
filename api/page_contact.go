package api

import (
	"net/url"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"earshot/frontend"
	"earshot/survey"
)

// pathContactPages is where the pages of contacts are.
const pathContactPages = "/contacts"

// dayWording is how a day is written in a sentence.
const dayWording = "2 Jan 2006"

// fillContacts puts the people on the customer's page.
func (s *Server) fillContacts(v *customerView, works bool) {
	for _, p := range v.Contacts {
		row := frontend.ContactRow{
			Name: p.Name, Edit: pathContactPages + "/" + p.ID, Email: p.Email, Phone: p.Phone, Role: p.Role, Language: p.Language,
			Unreachable: s.unreachable(p, v.Suppressed[survey.ContactID(p.ID)]),
		}
		if !p.UnconfirmedSince.IsZero() {
			row.Confirm = &frontend.Action{Label: "Confirm", URL: row.Edit + "/confirm", About: p.Name}
		}
		if !works {
			row.Edit, row.Confirm = "", nil
		}
		for _, a := range v.Asks.Asks {
			if a.ContactID == survey.ContactID(p.ID) && !a.Void && a.At.After(row.AskedAt) {
				row.AskedAt = a.At
			}
		}
		v.page.Contacts = append(v.page.Contacts, row)
	}
}

// unreachable says why a contact cannot be asked by mail; empty where they can.
func (s *Server) unreachable(p *survey.Contact, suppressed *survey.Suppression) string {
	switch {
	case !p.LeftAt.IsZero():
		return "No longer there"
	case p.Email == "":
		return "No e-mail address"
	case !p.UnconfirmedSince.IsZero():
		return "Named by somebody else on " + s.dayOf(p.UnconfirmedSince) + ", not confirmed yet"
	case !p.BouncedAt.IsZero():
		return "Address refused on " + s.dayOf(p.BouncedAt)
	case p.Unreachable(s.here.Now()) && suppressed == nil:
		return "The last mails came back; the address rests until " + s.dayOf(p.UnreachableUntil)
	case suppressed != nil:
		return "Must not be mailed: " + s.suppression(suppressed)
	}
	return ""
}

// today is the present moment in the installation's time zone.
func (s *Server) today() time.Time { return s.here.Now().In(s.here.TimeZone()) }

// dayOf writes the day of a moment in the installation's time zone.
func (s *Server) dayOf(t time.Time) string { return t.In(s.here.TimeZone()).Format(dayWording) }

// suppression says why an address must not be mailed, and since when.
func (s *Server) suppression(x *survey.Suppression) string {
	if x.ForAll() {
		return "everybody at " + x.Email + " is on the list since " + s.dayOf(x.CreatedAt)
	}
	return suppressionWords[x.Reason] + " on " + s.dayOf(x.CreatedAt)
}

// suppressionWords say what happened.
var suppressionWords = map[survey.SuppressionReason]string{
	survey.Unsubscribed: "they unsubscribed", survey.HardBounce: "their mail server refused the address",
	survey.Complained: "they reported our mail as spam", survey.ByHand: "somebody of us stopped it",
}

// newContactPage shows the form of a contact who is not known yet.
func (s *Server) newContactPage(c echo.Context) error {
	x, err := s.customerOfPath(c)
	if err != nil {
		return err
	}
	return s.showContactForm(c, x, nil, nil, nil)
}

// addContact adds a contact to the customer.
func (s *Server) addContact(c echo.Context) error {
	form, err := s.form(c)
	if err != nil {
		return err
	}
	x, err := s.customerOfPath(c)
	if err != nil {
		return err
	}
	in := survey.ContactInput{CustomerID: survey.CustomerID(x.ID), ContactFields: s.readContactForm(form, nil)}
	if _, err := s.contacts.CreateContact(c.Request().Context(), in); err != nil {
		return s.showContactForm(c, x, nil, form, err)
	}
	return seeOther(c, customerURL(survey.CustomerID(x.ID)), "saved")
}

// contactOfPath returns the contact whose id stands in the path, with the customer.
func (s *Server) contactOfPath(c echo.Context) (*survey.Customer, *survey.Contact, error) {
	id, err := pathID[survey.ContactID](c)
	if err != nil {
		return nil, nil, err
	}
	p, err := s.contacts.Contact(c.Request().Context(), id)
	if err != nil {
		return nil, nil, err
	}
	x, err := s.customers.Customer(c.Request().Context(), p.CustomerID)
	return x, p, err
}

// editContactPage shows the form of a contact.
func (s *Server) editContactPage(c echo.Context) error {
	x, p, err := s.contactOfPath(c)
	if err != nil {
		return err
	}
	return s.showContactForm(c, x, p, contactValues(p), nil)
}

// editContact changes a contact.
func (s *Server) editContact(c echo.Context) error {
	form, err := s.form(c)
	if err != nil {
		return err
	}
	x, p, err := s.contactOfPath(c)
	if err != nil {
		return err
	}
	_, err = s.contacts.ChangeContact(c.Request().Context(), survey.ContactID(p.ID), readVersion(form), s.readContactForm(form, p))
	if err != nil {
		return s.showContactForm(c, x, p, form, err)
	}
	return seeOther(c, customerURL(survey.CustomerID(x.ID)), "saved")
}

// confirmContact says that a person who was named by somebody else may be mailed.
func (s *Server) confirmContact(c echo.Context) error {
	if _, err := s.form(c); err != nil {
		return err
	}
	x, p, err := s.contactOfPath(c)
	if err != nil {
		return err
	}
	yes := true
	if _, err := s.contacts.ChangeContact(c.Request().Context(), survey.ContactID(p.ID), 0, survey.ContactFields{Confirmed: &yes}); err != nil {
		return err
	}
	return seeOther(c, customerURL(survey.CustomerID(x.ID)), "confirmed")
}

// showContactForm shows the form with what stands or was typed in it, and what is wrong with it. p is nil for a new
// contact.
func (s *Server) showContactForm(c echo.Context, x *survey.Customer, p *survey.Contact, values url.Values, wrong error) error {
	if !tellable(wrong) {
		return wrong
	}
	own := customerURL(survey.CustomerID(x.ID))
	page := frontend.ContactFormPage{
		Shell: s.shell(c, frontend.PathCustomers), Customer: frontend.Link{Text: x.Name, URL: own},
		Form: frontend.ContactForm(own+"/contacts", values).Reject(wrong),
	}
	if p != nil {
		page.Name, page.Form.Action = p.Name, pathContactPages+"/"+p.ID
		page.Invitations = ledgerURL("contact", p.ID)
		page.Form = versioned(page.Form, p.Version, values, contactValues(p), wrong)
		page.Delete = &frontend.Action{
			Label: "Remove", URL: page.Form.Action + "/delete", Look: frontend.Danger, About: p.Name,
			Hidden: []frontend.Hidden{{Name: versionField, Value: strconv.FormatInt(p.Version, 10)}},
		}
		told, err := s.contacts.Mailable(c.Request().Context(), p)
		if err != nil {
			return err
		}
		page.Unmailed, page.ByHand = told.Reason, told.ByHand
	}
	return s.page(c, statusUnless(wrong), page)
}

// contactValues is what stands in the form of a contact.
func contactValues(p *survey.Contact) url.Values {
	values := url.Values{
		"name": {p.Name}, "email": {p.Email}, "phone": {p.Phone}, "role": {string(p.Role)}, "language": {p.Language}, "time_zone": {p.TimeZone}, "country": {p.Country},
		"external_id": {p.ExternalID}, versionField: {strconv.FormatInt(p.Version, 10)},
	}
	if !p.LeftAt.IsZero() {
		values.Set("left", "on")
	}
	return values
}

// readContactForm reads what was typed. Who has left, left when it was first said: p is the contact as it stands, or nil.
func (s *Server) readContactForm(form url.Values, p *survey.Contact) survey.ContactFields {
	name, email, phone, role := typed(form, "name"), typed(form, "email"), typed(form, "phone"), survey.Role(typed(form, "role"))
	language, zone, country, external := typed(form, "language"), typed(form, "time_zone"), typed(form, "country"), typed(form, "external_id")
	var left time.Time
	switch {
	case form.Get("left") == "":
	case p != nil && !p.LeftAt.IsZero():
		left = p.LeftAt
	default:
		left = s.here.Now()
	}
	return survey.ContactFields{
		Name: &name, Email: &email, Phone: &phone, Role: &role, Language: &language, TimeZone: &zone, Country: &country, ExternalID: &external, LeftAt: &left,
	}
}

// removeContact deletes a contact.
func (s *Server) removeContact(c echo.Context) error {
	form, err := s.form(c)
	if err != nil {
		return err
	}
	x, p, err := s.contactOfPath(c)
	if err != nil {
		return err
	}
	if err := s.contacts.DeleteContact(c.Request().Context(), survey.ContactID(p.ID), readVersion(form)); err != nil {
		return err
	}
	return seeOther(c, customerURL(survey.CustomerID(x.ID)), "deleted")
}
