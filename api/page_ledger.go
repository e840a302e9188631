package api

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"earshot/frontend"
	"earshot/survey"
)

// The parameters of the send ledger's page, besides q, from and to.
const (
	stateParam   = "state"
	contactParam = "contact"
	pulseParam   = "pulse"
	surveyParam  = "survey"
)

// invitationURL is where all about an invitation is told.
func invitationURL(id string) string { return frontend.PathInvitations + "/" + id }

// ledgerURL is where the ledger is, narrowed by pairs of a parameter and its value.
func ledgerURL(pairs ...string) string {
	values := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		values.Set(pairs[i], pairs[i+1])
	}
	return strings.TrimSuffix(frontend.PathInvitations+"?"+values.Encode(), "?")
}

// readLedger reads the filter in the address. Returns NotFound for a state that is none, and Invalid for what the form can mend.
func (s *Server) readLedger(values url.Values) (survey.InvitationFilter, error) {
	f := survey.InvitationFilter{
		Search: typed(values, "q"), CustomerID: survey.CustomerID(typed(values, customerParam)), ContactID: survey.ContactID(typed(values, contactParam)),
		PulseID: survey.PulseID(typed(values, pulseParam)), SurveyID: survey.SurveyID(typed(values, surveyParam)),
	}
	switch state := typed(values, stateParam); {
	case slices.Contains(survey.Standings(), survey.Standing(state)):
		f.Standing = survey.Standing(state)
	case state == string(survey.MailQueued) || state == string(survey.MailNone): // as links of before say
		f.MailState = survey.MailState(state)
	case state != "":
		return f, survey.Errorf(survey.NotFound, "no invitation can be in such a state")
	}
	var err error
	f.From, f.To, err = readDays(typed(values, "from"), typed(values, "to"), s.here.TimeZone())
	return f, err
}

// readDays reads two days, both included, as the moments between which they lie; an empty one is open.
func readDays(first, last string, zone *time.Location) (from, to time.Time, err error) {
	for _, end := range []struct {
		name, text string
		into       *time.Time
		later      int
	}{{"from", first, &from, 0}, {"to", last, &to, 1}} {
		if end.text == "" {
			continue
		}
		day, err := time.Parse(time.DateOnly, end.text)
		if err != nil {
			return from, to, survey.InvalidField(end.name, "must be a day, e.g. 2026-01-31")
		}
		*end.into = time.Date(day.Year(), day.Month(), day.Day()+end.later, 0, 0, 0, 0, zone)
	}
	if !from.IsZero() && !to.IsZero() && !from.Before(to) {
		err = survey.InvalidField("to", "must not lie before the first day")
	}
	return from, to, err
}

// keepToSeen narrows the ledger to what the logged-in rep sees: all of a customer of theirs, else what was asked at customers who were
// theirs then. Returns NotFound for a customer, or a contact, whom they do not see.
func (s *Server) keepToSeen(c echo.Context, f *survey.InvitationFilter) error {
	if viewerOf(c).See.All() {
		return nil
	}
	if f.ContactID != "" {
		contact, err := s.contacts.Contact(c.Request().Context(), f.ContactID)
		if err != nil {
			return err
		}
		if f.CustomerID == "" {
			f.CustomerID = contact.CustomerID
		}
		if contact.CustomerID != f.CustomerID {
			return survey.Errorf(survey.NotFound, "there is no contact %q at this customer", f.ContactID)
		}
	}
	if f.CustomerID == "" {
		f.Within = seenBy(c)
	}
	return s.checkSeen(c, f.CustomerID)
}

// invitationsPage is the send ledger.
func (s *Server) invitationsPage(c echo.Context) error {
	values := c.QueryParams()
	f, wrong := s.readLedger(values)
	if wrong != nil && survey.KindOf(wrong) != survey.Invalid {
		return wrong
	}
	filtered := f != survey.InvitationFilter{}
	if err := s.keepToSeen(c, &f); err != nil {
		return err
	}
	surveys, pulses, err := s.surveysAndPulses(c)
	if err != nil {
		return err
	}
	page := frontend.InvitationsPage{
		Shell: s.shell(c, frontend.PathInvitations), Filter: frontend.LedgerFilter(frontend.PathInvitations, values, pulseOptions(pulses), surveyChoice(surveys)),
		Filtered: filtered, Table: tableURL(withoutParams(values, cursorParam, noticeParam)),
	}
	if wrong != nil {
		page.Filter = page.Filter.Reject(wrong)
		return s.page(c, statusUnless(wrong), page)
	}
	if page.Scope, err = s.ledgerScopeOf(c, f); err != nil {
		return err
	}
	if err := s.fillLedger(c, f, &page); err != nil {
		return err
	}
	return s.page(c, http.StatusOK, page)
}

// fillLedger puts the list, the counts, and what can be done about many, on the page.
func (s *Server) fillLedger(c echo.Context, f survey.InvitationFilter, page *frontend.InvitationsPage) error {
	ctx, after := c.Request().Context(), survey.Cursor(c.QueryParam(cursorParam))
	f.After, f.Limit = after, pageRows
	list, err := s.asks.Invitations(ctx, f)
	if err != nil {
		return err
	}
	counts, err := s.ledger.CountInvitations(ctx, f)
	if err != nil {
		return err
	}
	var uncertain survey.Page[*survey.Invitation]
	if !page.Filtered && after == "" && counts.Of(survey.StandsUncertain) > 0 {
		if uncertain, err = s.asks.Invitations(ctx, survey.InvitationFilter{Standing: survey.StandsUncertain, Within: f.Within, Limit: pageRows}); err != nil {
			return err
		}
	}
	names, err := s.namesFor(c, slices.Concat(list.Items, uncertain.Items))
	if err != nil {
		return err
	}
	page.Pager, page.Tabs = pager(c, cursorParam, list.Next), ledgerTabs(c, f, counts)
	page.Rows, page.Uncertain = s.invitationRows(c, list.Items, names), s.invitationRows(c, uncertain.Items, names)
	s.offerDecision(c, f, counts, page)
	offerWithholding(f, counts, page)
	return nil
}

// ledgerTabs lead to where mails stand, with how many there are. Where none stands has no tab, unless it is shown.
func ledgerTabs(c echo.Context, f survey.InvitationFilter, counts *survey.InvitationCounts) []frontend.Tab {
	query := withoutParams(c.QueryParams(), cursorParam, noticeParam)
	to := func(state survey.Standing) string { return pathWith(c, query, stateParam, string(state)) }
	tabs := []frontend.Tab{tab("All "+frontend.Number(counts.Total), to(""), f.Standing == "" && f.MailState == "")}
	for _, x := range counts.Standings {
		if x.Count > 0 || x.Standing == f.Standing {
			tabs = append(tabs, tab(frontend.StandingName(x.Standing)+" "+frontend.Number(x.Count), to(x.Standing), x.Standing == f.Standing))
		}
	}
	return tabs
}

// withoutParams returns the values without those of these names.
func withoutParams(values url.Values, without ...string) url.Values {
	kept := url.Values{}
	for name, list := range values {
		if !slices.Contains(without, name) {
			kept[name] = list
		}
	}
	return kept
}

// offerDecision lets many uncertain mails be decided about: those that are chosen, and all where the list holds all of them, or all of a pulse.
func (s *Server) offerDecision(c echo.Context, f survey.InvitationFilter, counts *survey.InvitationCounts, page *frontend.InvitationsPage) {
	rows := page.Uncertain
	if f.Standing == survey.StandsUncertain {
		rows = page.Rows
	}
	if len(rows) == 0 || !page.User.Manages {
		return
	}
	for i := range rows {
		if rows[i].Resend == nil { // they do not work there
			continue
		}
		rows[i].Choose = strings.TrimPrefix(rows[i].URL, frontend.PathInvitations+"/")
	}
	page.Decide = &frontend.DecideUncertain{URL: frontend.PathInvitations + "/resolve"}
	whole := f
	whole.After, whole.Limit, whole.Standing, whole.PulseID, whole.Within = "", 0, "", "", nil
	if whole == (survey.InvitationFilter{}) && viewerOf(c).Work.All() {
		page.Decide.All = counts.Of(survey.StandsUncertain)
		if f.PulseID != "" {
			page.Decide.Whose, page.Decide.Hidden = s.pulseName(c, f.PulseID), []frontend.Hidden{{Name: pulseParam, Value: string(f.PulseID)}}
		}
	}
}

// offerWithholding lets an admin withhold all that waits, where the list holds what waits of all, or of a pulse.
func offerWithholding(f survey.InvitationFilter, counts *survey.InvitationCounts, page *frontend.InvitationsPage) {
	page.Waiting = counts.Of(survey.StandsPlanned) + counts.Of(survey.StandsDeferred) + counts.Of(survey.StandsHeld) + counts.Of(survey.StandsBraked) + counts.Of(survey.StandsPaced)
	waits := slices.Contains([]survey.Standing{survey.StandsPlanned, survey.StandsDeferred, survey.StandsHeld, survey.StandsBraked, survey.StandsPaced}, f.Standing) || f.MailState == survey.MailQueued
	whole := f
	whole.After, whole.Limit, whole.Standing, whole.MailState, whole.PulseID = "", 0, "", "", ""
	if !page.User.Admin || page.Waiting == 0 || !waits || whole != (survey.InvitationFilter{}) {
		return
	}
	page.Withhold = &frontend.Action{
		Label: fmt.Sprintf("Withhold %s", frontend.Plural(page.Waiting, "mail")), URL: frontend.PathInvitations + "/withhold", Look: frontend.Danger,
		Hidden: []frontend.Hidden{{Name: pulseParam, Value: string(f.PulseID)}},
	}
}

// ledgerScopeOf names whom alone the list is about.
func (s *Server) ledgerScopeOf(c echo.Context, f survey.InvitationFilter) (frontend.Link, error) {
	switch {
	case f.ContactID != "":
		contact, err := s.contacts.Contact(c.Request().Context(), f.ContactID)
		if survey.KindOf(err) == survey.NotFound {
			return frontend.Link{Text: formerContact}, nil
		}
		if err != nil {
			return frontend.Link{}, err
		}
		return frontend.Link{Text: contact.Name, URL: pathContactPages + "/" + contact.ID}, nil
	case f.CustomerID != "":
		name, err := s.customerName(c, f.CustomerID)
		link := frontend.Link{Text: name, URL: customerURL(f.CustomerID)}
		if name == deletedCustomer {
			link.URL = ""
		}
		return link, err
	}
	return frontend.Link{}, nil
}

// pulseName is the name of a pulse, or what stands for one that was deleted.
func (s *Server) pulseName(c echo.Context, id survey.PulseID) string {
	_, pulses, err := s.surveysAndPulses(c)
	at := slices.IndexFunc(pulses, func(p *survey.Pulse) bool { return p.ID == string(id) })
	if err != nil || at < 0 {
		return "a pulse that was deleted"
	}
	return pulses[at].Name
}

func pulseOptions(pulses []*survey.Pulse) []frontend.Option {
	options := make([]frontend.Option, len(pulses))
	for i, p := range pulses {
		options[i] = frontend.Option{Value: p.ID, Text: p.Name}
	}
	return options
}

func surveyChoice(surveys []*survey.Survey) []frontend.Option {
	options := make([]frontend.Option, len(surveys))
	for i, x := range surveys {
		options[i] = frontend.Option{Value: x.ID, Text: x.Name}
	}
	return options
}

// pulseStandings tell how many mails of a pulse stand where.
func (s *Server) pulseStandings(c echo.Context, id survey.PulseID) ([]frontend.Link, error) {
	counts, err := s.ledger.CountInvitations(c.Request().Context(), survey.InvitationFilter{PulseID: id, Within: seenBy(c)})
	if err != nil || counts.Total == 0 {
		return nil, err
	}
	links := []frontend.Link{{Text: frontend.Number(counts.Total) + " asked in all", URL: ledgerURL(pulseParam, string(id))}}
	for _, x := range counts.Standings {
		if x.Count > 0 {
			name := strings.ToLower(frontend.StandingName(x.Standing))
			links = append(links, frontend.Link{Text: frontend.Number(x.Count) + " " + name, URL: ledgerURL(pulseParam, string(id), stateParam, string(x.Standing))})
		}
	}
	return links, nil
}

// pulseHolds shows why pulses do not ask a customer.
func pulseHolds(holds []survey.Hold, names survey.Names) []frontend.PulseHold {
	var rows []frontend.PulseHold
	for _, h := range holds {
		if name := names.Pulses[h.PulseID]; name != "" {
			rows = append(rows, frontend.PulseHold{
				Pulse: frontend.Link{Text: name, URL: pulseURL(h.PulseID)}, HeldRow: frontend.HeldRow{At: h.At, Reason: h.Reason, Until: h.Until, KeptOut: !h.HeldOut.IsZero()},
			})
		}
	}
	return rows
}

// tableURL is where what the filter lets through is as CSV.
func tableURL(values url.Values) string {
	return strings.TrimSuffix(frontend.PathInvitations+".csv?"+values.Encode(), "?")
}

// invitationsTable is what the page lists, as CSV.
func (s *Server) invitationsTable(c echo.Context) error {
	f, err := s.readLedger(c.QueryParams())
	if err != nil {
		return err
	}
	if err := s.keepToSeen(c, &f); err != nil {
		return err
	}
	return s.writeLedger(c, f)
}
