package api

import (
	"encoding/csv"
	"iter"
	"net/http"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"

	"earshot/survey"
	"earshot/survey/table"
)

// writeTable answers with a table as CSV, as its rows are read, so that memory does not grow with it. Where the store fails midway
// the connection is broken off, so that nobody takes a part for the whole.
func writeTable[T any](s *Server, c echo.Context, name string, columns []string, rows iter.Seq2[T, error], cells func(T) []string) error {
	lines, written := csv.NewWriter(c.Response()), 0
	begin := func() {
		header := c.Response().Header()
		header.Set(echo.HeaderContentType, mimeCSV+"; charset=utf-8")
		header.Set(echo.HeaderContentDisposition, `attachment; filename="`+name+`"`)
		c.Response().WriteHeader(http.StatusOK)
		_ = lines.Write(columns)
	}
	for x, err := range rows {
		switch {
		case err != nil && written == 0:
			return err
		case err != nil:
			s.log.WarnContext(c.Request().Context(), "a table could not be written to its end", "request_id", requestID(c), "error", err)
			panic(http.ErrAbortHandler)
		case written == 0:
			begin()
		}
		if written++; written%exportRows == 1 {
			morePatience(c, exportPatience, exportPatience)
		}
		if err := lines.Write(harmless(cells(x))); err != nil {
			return err
		}
	}
	if written == 0 {
		begin()
	}
	lines.Flush()
	return lines.Error()
}

// harmless returns the cells so that no spreadsheet takes one for a formula. It is done here, for all tables alike.
func harmless(cells []string) []string {
	for i, cell := range cells {
		cells[i] = table.Harmless(cell)
	}
	return cells
}

// ledgerColumns are those of the send ledger as CSV, always the same: a new one is added behind them.
var ledgerColumns = []string{
	"id", "created_at", "customer_id", "contact_id", "contact_name", "email", "survey_id", "survey_version", "pulse_id", "asked_by", "standing", "reason", "attempts", "message_id",
	"accepted_at", "bounced_at", "next_try_at", "latest_at", "answered_at", "declined_at", "unsubscribed_at", "revoked_at", "expires_at", "relay",
}

// writeLedger answers with the send ledger as CSV.
func (s *Server) writeLedger(c echo.Context, f survey.InvitationFilter) error {
	return writeTable(s, c, "invitations.csv", ledgerColumns, s.ledger.EachInvitation(c.Request().Context(), f), ledgerCells)
}

// ledgerCells is an invitation as a row.
func ledgerCells(i *survey.Invitation) []string {
	m := i.Foremost()
	return []string{
		i.ID, moment(i.CreatedAt), string(i.CustomerID), string(i.ContactID), i.ContactName, i.Email, string(i.SurveyID), strconv.Itoa(i.SurveyVersion),
		string(i.PulseID), string(i.AskedBy), string(i.Standing()), m.Reason, strconv.Itoa(m.Attempts), m.MessageID,
		moment(m.AcceptedAt), moment(m.BouncedAt), moment(i.NextTry()), moment(m.LatestAt), moment(i.AnsweredAt), moment(i.DeclinedAt), moment(i.UnsubscribedAt),
		moment(i.RevokedAt), moment(i.ExpiresAt), m.Relay,
	}
}

// moment writes a time for a table; zero is empty.
func moment(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}
