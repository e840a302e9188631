package api

import (
	"net/http"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"earshot/survey"
)

// securityTxtPath is where RFC 9116 has researchers look for whom to tell of a weakness.
const securityTxtPath = "/.well-known/security.txt"

// securityTxtValid is how long the file says that it is good for. RFC 9116 recommends less than a year; it is counted from the
// day on which it is read, so that it never expires while somebody answers for the installation.
const securityTxtValid = 90 * 24 * time.Hour

// securityTxt tells whom to tell of a weakness, in the form of RFC 9116; where the operator has not said there is no such file.
func (s *Server) securityTxt(c echo.Context) error {
	if s.securityContact == "" {
		return survey.Errorf(survey.NotFound, "there is nothing at this address")
	}
	expires := s.here.Now().UTC().Truncate(24 * time.Hour).Add(securityTxtValid)
	lines := []string{
		"Contact: " + s.securityContact,
		"Expires: " + expires.Format(time.RFC3339),
		"Preferred-Languages: " + s.here.Language(),
		"Canonical: " + strings.TrimSuffix(s.here.BaseURL(), "/") + securityTxtPath,
	}
	return c.String(http.StatusOK, strings.Join(lines, "\n")+"\n")
}
