package api

import (
	"time"

	"github.com/labstack/echo/v4"

	"earshot/survey"
)

// exportPatience is how long a client may take to read the next exportRows rows of a table.
const (
	exportPatience = time.Minute
	exportRows     = 1000
)

// writeSuppressions answers with the list as CSV.
func (s *Server) writeSuppressions(c echo.Context, f survey.SuppressionFilter) error {
	columns := []string{"email", "reason", "date", "note"}
	return writeTable(s, c, "suppressions.csv", columns, s.mails.EachSuppression(c.Request().Context(), f), suppressionCells)
}

// suppressionCells is a suppression as a row. Everybody at a domain is written with a * in front, which imports take as well: a cell that
// begins with an @ is a formula to some programs.
func suppressionCells(x *survey.Suppression) []string {
	email := x.Email
	if x.ForAll() {
		email = "*" + email
	}
	return []string{email, string(x.Reason), x.CreatedAt.UTC().Format(time.RFC3339), x.Note}
}
