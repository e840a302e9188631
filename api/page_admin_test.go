package api_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"
)

func TestAdminPagesNotFound(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := adminBrowser(t, w)
	for _, path := range []string{
		"/surveys/svy_none", "/surveys/" + w.survey + "?version=99", "/surveys/" + w.survey + "?version=x", "/pulses/pls_none",
		"/kept-mails/inv_none", "/imports/imp_none", "/imports/uploads/none", "/settings/reps/rep_none", "/gallery/none", "/static/none.css", "/logo/none.png",
	} {
		b.get(path).want(http.StatusNotFound, "Nothing here")
	}
}

func TestSurveyByForm(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := adminBrowser(t, w)
	b.get("/surveys").submit("form[action='/surveys/template']").want(http.StatusOK, "Saved.")
	wrong := b.post("/surveys/new", url.Values{"do": {"save"}, "name": {"Kept name"}, "language": {"en"}, "question.0.kind": {"nps"}})
	if got := wrong.want(http.StatusBadRequest).value("name"); got != "Kept name" {
		t.Errorf("the name is %q after mistakes elsewhere, want what was typed", got)
	}
	made := b.post("/surveys/new", url.Values{
		"do": {"save"}, "name": {"Plant visit"}, "language": {"en"}, "title.en": {"How was the visit?"},
		"question.0.kind": {"csat"}, "question.0.text.en": {"How happy are you with the visit?"}, "question.0.required": {"on"},
	}).want(http.StatusOK, "Plant visit", "How happy are you with the visit?")
	at := made.at[:strings.IndexByte(made.at+"?", '?')]
	edit := b.get(at + "/edit").want(http.StatusOK)
	form := url.Values{
		"do": {"save"}, "name": {"Plant visit"}, "language": {"en"}, "version": {edit.value("version")}, "title.en": {"How was our visit?"},
		"question.0.id": {edit.Find("[name='question.0.id']").AttrOr("value", "")}, "question.0.kind": {"csat"},
		"question.0.text.en": {"How happy are you with the visit?"},
	}
	b.post(at+"/edit", form).want(http.StatusOK, "How was our visit?", "new version")
	form.Set("title.en", "Somebody else's")
	b.post(at+"/edit", form).want(http.StatusConflict)
	b.post(at+"/close", url.Values{}).want(http.StatusOK, "Closed.")
	b.post(at+"/reopen", url.Values{}).want(http.StatusOK, "Open again.")
}

func TestPulseByForm(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := adminBrowser(t, w)
	form := url.Values{
		"name": {"Mondays"}, "survey_id": {w.survey}, "audience": {"quiet"}, "weekdays": {"1"}, "hour": {"9"}, "time_zone": {"Mars/Olympus"},
		"daily_cap": {"many"}, "rest_days": {"90"}, "answer_days": {"14"},
	}
	wrong := b.post("/pulses/new", form).want(http.StatusBadRequest)
	if got := wrong.value("name"); got != "Mondays" {
		t.Errorf("the name is %q after a mistake elsewhere, want what was typed", got)
	}
	if got := wrong.problem("daily_cap"); !strings.Contains(got, "whole number") {
		t.Errorf("beside the daily cap stands %q, want that it must be a whole number", got)
	}
	form.Set("daily_cap", "5")
	if got := b.post("/pulses/new", form).want(http.StatusBadRequest).problem("time_zone"); got == "" {
		t.Error("nothing stands beside a time zone that does not exist")
	}
	form.Set("time_zone", "Europe/Berlin")
	made := b.post("/pulses/new", form).want(http.StatusOK, "Mondays", "Monday at 9:00, Europe/Berlin")
	at := made.at[:strings.IndexByte(made.at+"?", '?')]
	b.post(at+"/pause", url.Values{}).want(http.StatusOK, "Paused.")
	b.post(at+"/resume", url.Values{}).want(http.StatusOK, "Running again.")
	if text := b.post(at+"/run", url.Values{}).want(http.StatusOK, "Started.").Text(); strings.Contains(text, "Nobody was asked") {
		t.Error("nobody is said to be asked before the run is over")
	}
	drain(t, w)
	w.at(noon.Add(time.Minute))
	b.post(at+"/run", url.Values{}).want(http.StatusOK, "Started.")
	drain(t, w)
	b.get(at).want(http.StatusOK, "Nobody was asked of 1 customer: 1 asked in this silence already.", "Who was asked before")
	form.Set("segment", "gone")
	unknown := b.post("/pulses/new", form).want(http.StatusOK, "No customer is in the segment “gone” now")
	gone := unknown.at[:strings.IndexByte(unknown.at+"?", '?')]
	b.post(gone+"/run", url.Values{}).want(http.StatusOK)
	drain(t, w)
	b.get(gone).want(http.StatusOK, "Nobody was asked: no customer is in this segment.")
	b.post(at+"/delete", url.Values{}).want(http.StatusOK, "Deleted.")
	b.get(at).want(http.StatusNotFound)
}

func TestSettingsByForm(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := adminBrowser(t, w)
	wrong := b.post("/settings/reps", url.Values{"name": {"Ben"}, "email": {"mia@example.com"}, "access": {"rep"}, "password": {testPassword}})
	if got := wrong.want(http.StatusConflict).problem("email"); !strings.Contains(got, "taken") {
		t.Errorf("beside an address that another rep has stands %q", got)
	}
	b.post("/settings/reps", url.Values{"name": {"Ben"}, "email": {"ben@example.com"}, "access": {"rep"}, "password": {"short"}}).want(http.StatusBadRequest, "Must have at least 12 characters")
	b.post("/settings/reps", url.Values{"name": {"Ben Ode"}, "email": {"ben@example.com"}, "access": {"rep"}, "password": {testPassword}}).want(http.StatusOK, "Ben Ode")
	made := b.post("/settings/keys", url.Values{"name": {"Shop"}, "scope": {"write"}}).want(http.StatusCreated, "esk_")
	if again := b.get("/settings"); strings.Count(again.words("body"), "esk_") >= strings.Count(made.words("body"), "esk_") {
		t.Error("a fresh key is shown more than once")
	}
	b.post("/suppressions", url.Values{"email": {"nobody"}}).want(http.StatusBadRequest)
	b.post("/suppressions", url.Values{"email": {"no@example.com"}, "note": {"asked by phone"}}).want(http.StatusOK, "no@example.com")
	b.post("/suppressions/lift", url.Values{"email": {"no@example.com"}}).want(http.StatusOK, "Saved.")
}

// upload sends a file as a browser does.
func upload(t *testing.T, b *browser, kind, name, content string) *httptest.ResponseRecorder {
	t.Helper()
	return b.sendFile("/imports", map[string]string{"kind": kind}, "file", name, []byte(content))
}

func TestImportByForm(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := adminBrowser(t, w)
	if res := upload(t, b, "people", "x.csv", "a,b\n"); res.Code != http.StatusBadRequest {
		t.Errorf("a file of unknown kind: got %d, want 400", res.Code)
	}
	if res := upload(t, b, "customers", "", ""); res.Code != http.StatusBadRequest {
		t.Errorf("no file: got %d, want 400", res.Code)
	}
	res := upload(t, b, "customers", `C:\files\firms.csv`, "Nummer;Firma;Branche\n900;Größe & Söhne;Retail\n901;;Retail\n")
	if res.Code != http.StatusSeeOther {
		t.Fatalf("upload: got %d, want 303: %.500s", res.Code, res.Body)
	}
	at := res.Header().Get("Location")
	b.get(at).want(http.StatusOK, "firms.csv", "Größe & Söhne")
	if res := repBrowser(t, w).once(http.MethodGet, at, nil); res.Code != http.StatusForbidden {
		t.Errorf("somebody else's upload: got %d, want 403", res.Code)
	}
	b.get("/imports").want(http.StatusOK, "firms.csv", "Waits for its columns")
	run := b.post(at+"/start", url.Values{}).want(http.StatusOK, "firms.csv", "Waits for its turn")
	b.post(at+"/start", url.Values{}).want(http.StatusOK, "Waits for its turn") // the button pressed twice
	drain(t, w)
	b.get(run.at).want(http.StatusOK, "Finished", "is required")
	b.get(at).want(http.StatusNotFound)
	b.get("/customers?q=gr%C3%B6").want(http.StatusOK, "Größe & Söhne")

	other := upload(t, b, "customers", "again.csv", "external_id,name\n1,One\n").Header().Get("Location")
	b.post(other+"/cancel", url.Values{}).want(http.StatusOK, "Deleted.")
	b.post(other+"/start", url.Values{}).want(http.StatusNotFound)

	long := upload(t, b, "customers", "long.csv", "external_id,name\n1,One\n").Header().Get("Location")
	run = b.post(long+"/start", url.Values{}).want(http.StatusOK, "long.csv")
	run.submit("form[action$='/cancel']").want(http.StatusOK, "It was stopped before it began")
	b.post(run.at+"/cancel", url.Values{}).want(http.StatusOK, "It was stopped")
	if res := upload(t, b, "customers", "none.csv", "colour\nred\n"); res.Code != http.StatusSeeOther {
		t.Errorf("a file without a name: got %d", res.Code)
	} else {
		at := res.Header().Get("Location")
		b.post(at+"/start", url.Values{}).want(http.StatusBadRequest, "No column holds Name")
		b.post(at+"/start", url.Values{"mapping.name": {"colour"}}).want(http.StatusOK, "Waits for its turn")
	}
	for _, bad := range []string{"PK\x03\x04", "\n\n"} {
		at := upload(t, b, "customers", "bad.csv", bad).Header().Get("Location")
		b.get(at).want(http.StatusBadRequest, "Take in a file")
		b.get(at).want(http.StatusNotFound)
	}
}
