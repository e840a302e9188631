package api_test

import (
	"net/http"
	"testing"

	"earshot/survey"
)

// TestAVersionKeepsItsDay closes a survey long after it was made: the day of its version stays.
func TestAVersionKeepsItsDay(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	made := w.clock.Load().Format("2 Jan 2006")
	w.at(w.clock.Load().AddDate(0, 2, 0))
	closed, err := w.service.CloseSurvey(t.Context(), survey.SurveyID(w.survey))
	must(t, closed, err)
	repBrowser(t, w).get("/surveys/"+w.survey).want(http.StatusOK, "Version 1, made "+made)
}
