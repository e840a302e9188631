package api

import (
	"cmp"
	"net/http"
	"net/url"
	"slices"
	"strconv"

	"github.com/labstack/echo/v4"

	"earshot/frontend"
	"earshot/survey"
)

// pulseURL is where a pulse's page is.
func pulseURL(id survey.PulseID) string { return frontend.PathPulses + "/" + string(id) }

// pulsesPage lists the pulses.
func (s *Server) pulsesPage(c echo.Context) error {
	surveys, pulses, err := s.surveysAndPulses(c)
	if err != nil {
		return err
	}
	page := frontend.PulsesPage{Shell: s.shell(c, frontend.PathPulses)}
	for _, p := range pulses {
		page.Rows = append(page.Rows, pulseRow(p, surveyNames(surveys)))
	}
	if page.User.Admin {
		page.New = frontend.PathPulses + "/new"
	}
	return s.page(c, http.StatusOK, page)
}

// surveyNames are the surveys' names by id.
func surveyNames(surveys []*survey.Survey) map[survey.SurveyID]string {
	names := make(map[survey.SurveyID]string, len(surveys))
	for _, x := range surveys {
		names[survey.SurveyID(x.ID)] = x.Name
	}
	return names
}

// pulseRow shows a pulse in a list.
func pulseRow(p *survey.Pulse, surveys map[survey.SurveyID]string) frontend.PulseRow {
	return frontend.PulseRow{
		Name: p.Name, URL: pulseURL(survey.PulseID(p.ID)), Survey: surveys[p.SurveyID], Lists: p.AskedLists(), Segment: p.Segment,
		Schedule: frontend.Schedule(p.Weekdays, p.Hour, p.TimeZone), Paused: p.Paused, NextAt: p.NextRun(), Run: p.Run,
	}
}

// heldParam and askedParam are the cursors of the two lists on a pulse's page.
const (
	heldParam  = "held"
	askedParam = "asked"
)

// pulsePage shows a pulse with whom it asked and whom it holds, and why.
func (s *Server) pulsePage(c echo.Context) error {
	id := survey.PulseID(c.Param("id"))
	o, err := s.pulses.PulseOverview(c.Request().Context(), id, survey.PulseOverviewSize{
		Asked: pageRows, AfterAsked: survey.Cursor(c.QueryParam(askedParam)), AfterHeld: survey.Cursor(c.QueryParam(heldParam)),
		Within: seenBy(c),
	})
	if err != nil {
		return err
	}
	p := o.Pulse
	page := frontend.PulsePage{
		Shell: s.shell(c, frontend.PathPulses), PulseRow: pulseRow(p, o.Names.Surveys), SurveyURL: surveyURL(p.SurveyID),
		DailyCap: p.DailyCap, RestDays: p.RestDays, AnswerDays: p.AnswerDays, HoldOut: p.HoldOut, Priority: p.Rank(),
	}
	known, err := s.directory.HasSegment(c.Request().Context(), p.Segment)
	if err != nil {
		return err
	}
	page.NoSuchSegment = !known
	if page.Standings, err = s.pulseStandings(c, id); err != nil {
		return err
	}
	s.learnReps(c, askersOf(o.Asked.Items)...)
	page.Asked = s.invitationRows(c, o.Asked.Items, o.Names)
	for _, h := range o.Held.Items {
		page.Held = append(page.Held, frontend.HeldRow{
			Customer: frontend.Link{Text: h.Customer.Name, URL: frontend.PathCustomers + "/" + h.Customer.ID}, At: h.Hold.At, Reason: h.Hold.Reason, Until: h.Hold.Until,
			KeptOut: !h.Hold.HeldOut.IsZero(),
		})
	}
	page.AskedPager, page.HeldPager = pager(c, askedParam, o.Asked.Next), pager(c, heldParam, o.Held.Next)
	if page.User.Admin {
		page.Edit, page.Toggle = pulseURL(id)+"/edit", pulseToggle(p)
		if !p.Paused {
			page.RunNow = &frontend.Action{Label: "Run now", URL: pulseURL(id) + "/run", About: p.Name}
		}
	}
	return s.page(c, http.StatusOK, page)
}

// pageRows is how many rows a list on a page has.
const pageRows = 50

// pager leads on from a list whose cursor stands in that query parameter; the other parameters stay.
func pager(c echo.Context, param string, next survey.Cursor) frontend.Pager {
	var p frontend.Pager
	query := c.QueryParams()
	if query.Has(param) {
		p.First = pathWith(c, query, param, "")
	}
	if next != "" {
		p.Next = pathWith(c, query, param, string(next))
	}
	return p
}

// pathWith returns the present address with one query parameter changed, or taken out where the value is empty.
func pathWith(c echo.Context, query url.Values, param, value string) string {
	changed := make(url.Values, len(query))
	for name, values := range query {
		if name != param && name != noticeParam {
			changed[name] = slices.Clone(values)
		}
	}
	if value != "" {
		changed.Set(param, value)
	}
	if len(changed) == 0 {
		return c.Request().URL.Path
	}
	return c.Request().URL.Path + "?" + changed.Encode()
}

// pulseToggle pauses or resumes a pulse.
func pulseToggle(p *survey.Pulse) *frontend.Action {
	id := survey.PulseID(p.ID)
	if p.Paused {
		return &frontend.Action{Label: "Resume", URL: pulseURL(id) + "/resume", About: p.Name}
	}
	return &frontend.Action{Label: "Pause", URL: pulseURL(id) + "/pause", About: p.Name}
}

// newPulsePage shows the form of a pulse that does not exist yet.
func (s *Server) newPulsePage(c echo.Context) error {
	form, err := s.pulseForm(c, frontend.PathPulses+"/new", url.Values{"time_zone": {s.here.TimeZone().String()}})
	if err != nil {
		return err
	}
	return s.page(c, http.StatusOK, s.pulseFormPage(c, nil, form))
}

// pulseForm returns the form of a pulse with values in it.
func (s *Server) pulseForm(c echo.Context, action string, values url.Values) (frontend.Form, error) {
	surveys, _, err := s.surveysAndPulses(c)
	if err != nil {
		return frontend.Form{}, err
	}
	var options []frontend.Option
	for _, x := range surveys {
		if x.Status == survey.Open || x.ID == values.Get("survey_id") {
			options = append(options, frontend.Option{Value: x.ID, Text: x.Name})
		}
	}
	segments, err := s.directory.Segments(c.Request().Context())
	if err != nil {
		return frontend.Form{}, err
	}
	form := frontend.PulseForm(action, values, options, segments)
	form.Hidden = append(form.Hidden, frontend.Hidden{Name: versionField, Value: values.Get(versionField)})
	return form, nil
}

// versionField carries, through a form, the version of the document that was read.
const versionField = "version"

// pulseFormPage puts the form on its page; p is nil for a new pulse.
func (s *Server) pulseFormPage(c echo.Context, p *survey.Pulse, form frontend.Form) frontend.PulseFormPage {
	page := frontend.PulseFormPage{Shell: s.shell(c, frontend.PathPulses), Form: form, Back: frontend.Link{Text: "Pulses", URL: frontend.PathPulses}}
	if p != nil {
		url := pulseURL(survey.PulseID(p.ID))
		page.Name, page.Back = p.Name, frontend.Link{Text: p.Name, URL: url}
		page.Delete = &frontend.Action{Label: "Delete", URL: url + "/delete", Look: frontend.Danger, About: p.Name}
	}
	return page
}

// makePulse makes a pulse of the form.
func (s *Server) makePulse(c echo.Context) error {
	form, err := s.form(c)
	if err != nil {
		return err
	}
	in, err := readPulse(form)
	var made *survey.Pulse
	if err == nil {
		made, err = s.pulses.CreatePulse(c.Request().Context(), in)
	}
	if err != nil {
		return s.pulseAgain(c, nil, frontend.PathPulses+"/new", form, err)
	}
	return seeOther(c, pulseURL(survey.PulseID(made.ID)), "saved")
}

// pulseAgain shows the form again with what is wrong with it.
func (s *Server) pulseAgain(c echo.Context, p *survey.Pulse, action string, values url.Values, cause error) error {
	kind := survey.KindOf(cause)
	if kind != survey.Invalid && kind != survey.Conflict && kind != survey.NotFound {
		return cause
	}
	form, err := s.pulseForm(c, action, values)
	if err != nil {
		return err
	}
	return s.page(c, statusOf(kind), s.pulseFormPage(c, p, form.Reject(cause)))
}

// readPulse reads the form of a pulse.
func readPulse(form url.Values) (survey.PulseInput, error) {
	in := survey.PulseInput{
		Name: form.Get("name"), SurveyID: survey.SurveyID(form.Get("survey_id")), Audience: survey.Audience(form.Get("audience")),
		Segment: form.Get("segment"), TimeZone: form.Get("time_zone"),
	}
	if in.Audience == survey.AudienceQuiet { // the boxes stand there ticked where everyone is asked, too
		for _, list := range form["lists"] {
			in.Lists = append(in.Lists, survey.List(list))
		}
	}
	in.Priority = survey.Priority(form.Get("priority"))
	var wrong []survey.FieldError
	number := func(name, value string) int {
		n, err := strconv.Atoi(value)
		if err != nil {
			wrong = append(wrong, survey.FieldError{Field: name, Message: "must be a whole number"})
		}
		return n
	}
	for _, day := range form["weekdays"] {
		in.Weekdays = append(in.Weekdays, number("weekdays", day))
	}
	in.Hour, in.DailyCap = number("hour", form.Get("hour")), number("daily_cap", form.Get("daily_cap"))
	in.RestDays, in.AnswerDays = number("rest_days", form.Get("rest_days")), number("answer_days", form.Get("answer_days"))
	if in.Audience == survey.AudienceQuiet { // where everyone is asked, what stands there counts for nothing
		in.HoldOut = number("hold_out", cmp.Or(form.Get("hold_out"), "0"))
	}
	if v := form.Get(versionField); v != "" {
		in.Version = int64(number(versionField, v))
	}
	if len(wrong) > 0 {
		return in, &survey.Error{Kind: survey.Invalid, Message: "some fields need another look", Fields: wrong}
	}
	return in, nil
}

// pulseValues is a pulse as it stands in its form.
func pulseValues(p *survey.Pulse) url.Values {
	values := url.Values{
		"name": {p.Name}, "survey_id": {string(p.SurveyID)}, "audience": {string(p.Audience)}, "segment": {p.Segment},
		"hour": {strconv.Itoa(p.Hour)}, "time_zone": {p.TimeZone}, "daily_cap": {strconv.Itoa(p.DailyCap)}, "weekdays": {},
		"rest_days": {strconv.Itoa(p.RestDays)}, "answer_days": {strconv.Itoa(p.AnswerDays)}, "hold_out": {strconv.Itoa(p.HoldOut)}, "priority": {string(p.Rank())},
		versionField: {strconv.FormatInt(p.Version, 10)},
	}
	for _, day := range p.Weekdays {
		values.Add("weekdays", strconv.Itoa(day))
	}
	lists := p.AskedLists()
	if lists == nil {
		lists = survey.QuietLists() // where everybody is asked these wait for another choice
	}
	for _, list := range lists {
		values.Add("lists", string(list))
	}
	return values
}

// editPulsePage shows the form of a pulse.
func (s *Server) editPulsePage(c echo.Context) error {
	p, err := s.pulses.Pulse(c.Request().Context(), survey.PulseID(c.Param("id")))
	if err != nil {
		return err
	}
	form, err := s.pulseForm(c, pulseURL(survey.PulseID(p.ID))+"/edit", pulseValues(p))
	if err != nil {
		return err
	}
	return s.page(c, http.StatusOK, s.pulseFormPage(c, p, form))
}

// editPulse changes a pulse.
func (s *Server) editPulse(c echo.Context) error {
	id := survey.PulseID(c.Param("id"))
	p, err := s.pulses.Pulse(c.Request().Context(), id)
	if err != nil {
		return err
	}
	form, err := s.form(c)
	if err != nil {
		return err
	}
	in, err := readPulse(form)
	if err == nil {
		_, err = s.pulses.ChangePulse(c.Request().Context(), id, in)
	}
	if err != nil {
		return s.pulseAgain(c, p, pulseURL(id)+"/edit", form, err)
	}
	return seeOther(c, pulseURL(id), "saved")
}

// pulseAction returns a handler that does something to the path's pulse and says so on its page.
func (s *Server) pulseAction(notice string, do func(echo.Context, survey.PulseID) error) echo.HandlerFunc {
	return func(c echo.Context) error {
		id := survey.PulseID(c.Param("id"))
		if err := do(c, id); err != nil {
			return err
		}
		return seeOther(c, pulseURL(id), notice)
	}
}

func (s *Server) pausePulsePage(c echo.Context, id survey.PulseID) error {
	_, err := s.pulses.PausePulse(c.Request().Context(), id)
	return err
}

func (s *Server) resumePulsePage(c echo.Context, id survey.PulseID) error {
	_, err := s.pulses.ResumePulse(c.Request().Context(), id)
	return err
}

func (s *Server) runPulsePage(c echo.Context, id survey.PulseID) error {
	_, err := s.asks.RunPulseNow(c.Request().Context(), id, survey.RepID(repOf(c).ID))
	return err
}

// deletePulsePage removes a pulse; what it asked stays.
func (s *Server) deletePulsePage(c echo.Context) error {
	if err := s.pulses.DeletePulse(c.Request().Context(), survey.PulseID(c.Param("id")), 0); err != nil {
		return err
	}
	return seeOther(c, frontend.PathPulses, "deleted")
}
