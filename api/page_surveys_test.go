package api_test

import (
	"net/http"
	"strings"
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

// TestAddALanguage tells which tag is none, and keeps what was typed.
func TestAddALanguage(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := adminBrowser(t, w)
	form := b.get("/surveys/" + w.survey + "/edit").want(http.StatusOK)
	const button = "form[action$='/edit']"
	for typed, want := range map[string]string{"germn": "and is “germn”", "en": "en is there already", "": "Must name the language", "de 100%": "“de 100%”"} {
		wrong := form.submit(button, "do", "language", "new_language", typed, "name", "Renamed").want(http.StatusBadRequest)
		if got := wrong.problem("new_language"); !strings.Contains(got, want) || wrong.value("new_language") != typed || wrong.value("name") != "Renamed" {
			t.Errorf("%q: got %q beside %q, and the name %q", typed, got, wrong.value("new_language"), wrong.value("name"))
		}
	}
	added := form.submit(button, "do", "language", "new_language", " pt-br ").want(http.StatusOK, "Brazilian")
	if got := added.value("new_language"); got != "" {
		t.Errorf("%q stands there still", got)
	}
}
