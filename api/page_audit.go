package api

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"earshot/frontend"
	"earshot/survey"
	"earshot/survey/audit"
)

// auditRows is how many entries a page of the audit log looks at: an act has two of them.
const auditRows = 2 * pageRows

// commandActs are the acts of the command line, which no route names.
var commandActs = []string{"store.copied", "store.migrated", "store.restored", "import.started", "rep.way_in_made", "password.reset_link_made"}

// readAuditFilter reads the filter in the address.
func (s *Server) readAuditFilter(values url.Values) (audit.Filter, error) {
	f := audit.Filter{Who: typed(values, "who"), Act: typed(values, "act"), Document: typed(values, "document"), Latest: true}
	var err error
	f.From, f.To, err = readDays(typed(values, "from"), typed(values, "to"), s.here.TimeZone())
	return f, err
}

// auditPage shows who administered what.
func (s *Server) auditPage(c echo.Context) error {
	ctx, values := c.Request().Context(), c.QueryParams()
	f, wrong := s.readAuditFilter(values)
	actors, err := s.actorChoices(ctx)
	if err != nil {
		return err
	}
	page := frontend.AuditPage{
		Shell: s.shell(c, frontend.PathSettings), Filter: frontend.AuditFilter(frontend.PathAudit, values, actors, s.actChoices()),
		Filtered: f != audit.Filter{Latest: true}, Table: auditTableURL(values),
	}
	if wrong != nil {
		page.Filter = page.Filter.Reject(wrong)
		return s.page(c, statusUnless(wrong), page)
	}
	head, err := s.audit.Head(ctx)
	if err != nil {
		return err
	}
	if head.Number > 0 {
		page.Head = head.String()
	}
	if err := s.fillAudit(c, f, &page); err != nil {
		return err
	}
	return s.page(c, http.StatusOK, page)
}

// fillAudit fills in the acts among the entries of a page, each with what came of it.
func (s *Server) fillAudit(c echo.Context, f audit.Filter, page *frontend.AuditPage) error {
	ctx := c.Request().Context()
	list, err := s.audit.Page(ctx, f, survey.Cursor(c.QueryParam(cursorParam)), auditRows)
	if err != nil {
		return err
	}
	outcomes, err := s.audit.Outcomes(ctx, list.Items)
	if err != nil {
		return err
	}
	page.Pager = pager(c, cursorParam, list.Next)
	for _, e := range list.Items {
		if e.Of == 0 {
			page.Rows = append(page.Rows, auditRow(e, outcomes[e.Number]))
		}
	}
	return nil
}

// auditRow is an act as the page shows it; ended is what came of it, nil where that is in the same entry or not known.
func auditRow(e, ended *audit.Entry) frontend.AuditRow {
	row := frontend.AuditRow{
		Number: e.Number, At: e.At, Act: e.Act, Actor: e.Actor(), From: e.From, Document: e.Document, Outcome: e.Outcome, Detail: e.Detail,
		Sent: e.Sent, Changed: e.Changed, RequestID: e.RequestID,
	}
	if ended != nil {
		row.Outcome, row.Detail, row.Changed = ended.Outcome, ended.Detail, ended.Changed
		if row.Document == "" {
			row.Document = ended.Document
		}
	}
	if row.Document != "" {
		row.About = frontend.PathAudit + "?" + url.Values{"document": {row.Document}}.Encode()
	}
	return row
}

// auditTable is what the page lists, as CSV.
func (s *Server) auditTable(c echo.Context) error {
	f, err := s.readAuditFilter(c.QueryParams())
	if err != nil {
		return err
	}
	f.Latest = false
	return s.writeAudit(c, f)
}

// auditTableURL is where what the address lets through is as CSV.
func auditTableURL(values url.Values) string {
	return strings.TrimSuffix(frontend.PathAudit+".csv?"+withoutParams(values, cursorParam, noticeParam).Encode(), "?")
}

// actorChoices are the reps and the API keys.
func (s *Server) actorChoices(ctx context.Context) ([]frontend.Option, error) {
	reps, err := s.allReps(ctx)
	if err != nil {
		return nil, err
	}
	keys, err := s.keys.APIKeys(ctx)
	if err != nil {
		return nil, err
	}
	choices := make([]frontend.Option, 0, len(reps)+len(keys))
	for _, r := range reps {
		choices = append(choices, frontend.Option{Value: r.ID, Text: r.Name})
	}
	for _, k := range keys {
		choices = append(choices, frontend.Option{Value: k.ID, Text: "API key: " + k.Name})
	}
	return choices, nil
}

// actChoices are all acts that there are: those of the routes and of the command line.
func (s *Server) actChoices() []frontend.Option {
	names := slices.Clone(commandActs)
	for _, r := range s.routes() {
		if r.act != "" {
			names = append(names, r.act)
		}
	}
	slices.Sort(names)
	var choices []frontend.Option
	for _, name := range slices.Compact(names) {
		choices = append(choices, frontend.ActWords(name))
	}
	return choices
}
