package api

import (
	"encoding/csv"
	"net/http"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"earshot/survey"
)

// exportPatience is how long a client may take to read the next exportRows rows of a table.
const (
	exportPatience = time.Minute
	exportRows     = 1000
)

// writeSuppressions answers with the list as CSV, as it is read, so that memory does not grow with it. Where the store fails midway
// the connection is broken off, so that nobody takes a part for the whole.
func (s *Server) writeSuppressions(c echo.Context, f survey.SuppressionFilter) error {
	table, rows := csv.NewWriter(c.Response()), 0
	begin := func() {
		header := c.Response().Header()
		header.Set(echo.HeaderContentType, mimeCSV+"; charset=utf-8")
		header.Set(echo.HeaderContentDisposition, `attachment; filename="suppressions.csv"`)
		c.Response().WriteHeader(http.StatusOK)
		_ = table.Write([]string{"email", "reason", "date", "note"})
	}
	for x, err := range s.mails.EachSuppression(c.Request().Context(), f) {
		switch {
		case err != nil && rows == 0:
			return err
		case err != nil:
			s.log.WarnContext(c.Request().Context(), "a table could not be written to its end", "request_id", requestID(c), "error", err)
			panic(http.ErrAbortHandler)
		case rows == 0:
			begin()
		}
		if rows++; rows%exportRows == 1 {
			morePatience(c, exportPatience, exportPatience)
		}
		if err := table.Write(suppressionCells(x)); err != nil {
			return err
		}
	}
	if rows == 0 {
		begin()
	}
	table.Flush()
	return table.Error()
}

// suppressionCells is a suppression as a row. Everybody at a domain is written with a * in front, which imports take as well: a cell that
// begins with an @ is a formula to some programs.
func suppressionCells(x *survey.Suppression) []string {
	email := x.Email
	if x.ForAll() {
		email = "*" + email
	}
	return []string{harmless(email), string(x.Reason), x.CreatedAt.UTC().Format(time.RFC3339), harmless(x.Note)}
}

// harmless keeps spreadsheets from taking what somebody else wrote for a formula, by an apostrophe in front.
func harmless(cell string) string {
	if cell != "" && strings.ContainsRune("=+-@\t\r", rune(cell[0])) {
		return "'" + cell
	}
	return cell
}
