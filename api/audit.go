package api

import (
	"context"
	"iter"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"earshot/survey"
	"earshot/survey/audit"
)

// auditReader reads the audit log. Page returns Invalid for a cursor of another list.
type auditReader interface {
	Page(ctx context.Context, f audit.Filter, after survey.Cursor, limit int) (survey.Page[*audit.Entry], error)
	Each(ctx context.Context, f audit.Filter) iter.Seq2[*audit.Entry, error]
	Outcomes(ctx context.Context, begun []*audit.Entry) (map[int64]*audit.Entry, error)
	Head(ctx context.Context) (audit.Head, error)
}

// auditFilter narrows the audit log.
type auditFilter struct {
	Who      string     `query:"who" max:"300"`
	Act      string     `query:"act" max:"300"`
	Document string     `query:"document" max:"300"`
	Since    *time.Time `query:"since"`
	Until    *time.Time `query:"until"`
	Behind   int        `query:"behind" default:"0" min:"0"`
}

// filter is what is asked of the log.
func (f auditFilter) filter() audit.Filter {
	asked := audit.Filter{Who: f.Who, Act: f.Act, Document: f.Document, Behind: int64(f.Behind)}
	if f.Since != nil {
		asked.From = *f.Since
	}
	if f.Until != nil {
		asked.To = *f.Until
	}
	return asked
}

// auditEntry is an entry as it is told: as it is exported, so that its hash can be computed again.
type auditEntry = audit.Line

// listAudit tells of the entries in the order of their numbers.
func (s *Server) listAudit(c echo.Context, in struct {
	auditFilter
	paging
}) error {
	page, err := s.audit.Page(c.Request().Context(), in.filter(), in.after(), in.Limit)
	return writePage(c, page, err, func(e *audit.Entry) auditEntry { return e.Line() })
}

// exportAudit answers with the entries as CSV.
func (s *Server) exportAudit(c echo.Context, in struct{ auditFilter }) error {
	return s.writeAudit(c, in.filter())
}

// auditColumns are those of the audit log as CSV, always the same: a new one is added behind them.
var auditColumns = []string{
	"number", "at", "act", "outcome", "detail", "of", "actor_kind", "actor_id", "actor_name", "from", "document", "sent", "changed", "request_id",
	"previous", "hash",
}

// writeAudit answers with the log as CSV.
func (s *Server) writeAudit(c echo.Context, f audit.Filter) error {
	return writeTable(s, c, "audit.csv", auditColumns, s.audit.Each(c.Request().Context(), f), auditCells)
}

// auditCells is an entry as a row.
func auditCells(e *audit.Entry) []string {
	of, sent, changed := "", make([]string, len(e.Sent)), make([]string, len(e.Changed))
	if e.Of > 0 {
		of = strconv.FormatInt(e.Of, 10)
	}
	for i, f := range e.Sent {
		sent[i] = f.Name + "=" + f.Value
	}
	for i, f := range e.Changed {
		changed[i] = f.Field + ": " + f.Was + " → " + f.Is
	}
	return []string{
		strconv.FormatInt(e.Number, 10), e.At.UTC().Format(time.RFC3339Nano), e.Act, string(e.Outcome), e.Detail, of, string(e.WhoKind), e.Who, e.WhoName,
		e.From, e.Document, strings.Join(sent, "\n"), strings.Join(changed, "\n"), e.RequestID, e.Previous, e.Hash,
	}
}
