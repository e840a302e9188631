package api_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
)

// sendFile sends a file for an import, or for its preview.
func (w *world) sendFile(t testing.TB, path string, query url.Values, media, body string) *httptest.ResponseRecorder {
	t.Helper()
	return w.send(t, call{method: http.MethodPost, path: path + "?" + query.Encode(), key: w.writeKey, media: media, body: body})
}

// TestAFileIsMappedByHand by API: its columns, its words and how it is written; what is refused comes back as a file.
func TestAFileIsMappedByHand(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	const file = "A list\nNr^Person^Wer^Rolle\nC-1001^Jo Test^jo.test@example.com^Hausmeister\nC-1001^Mo Test^mo.test@example.com^Einkauf\nC-none^Bo^bo.test@example.com^\n"
	query := url.Values{"kind": {"contacts"}, "mapping": {`{"customer_external_id":"Nr","email":"Wer"}`}, "delimiter": {"caret"}, "heading_line": {"2"}}
	var p struct {
		Values  []struct{ Field, Value, Meaning string }
		Columns []struct{ Field, Confidence string }
		Failed  int
	}
	res := w.sendFile(t, "/api/v1/imports/preview", query, "text/csv", file)
	if err := json.Unmarshal(res.Body.Bytes(), &p); err != nil || len(p.Values) != 2 || p.Values[0].Value != "Hausmeister" || p.Values[1].Meaning != "decision_maker" || p.Failed != 1 {
		t.Errorf("preview: got %s, %v", res.Body, err)
	}
	query.Set("values", `{"role":{"Hausmeister":"user"}}`)
	var made struct {
		ID                               string
		Created, Failed, Warned, Refused int
	}
	res = w.sendFile(t, "/api/v1/imports", query, "text/csv", file)
	if err := json.Unmarshal(res.Body.Bytes(), &made); err != nil || res.Code != http.StatusAccepted {
		t.Fatalf("import: got %d %s", res.Code, res.Body)
	}
	drain(t, w)
	res = w.send(t, call{method: http.MethodGet, path: "/api/v1/imports/" + made.ID, key: w.writeKey})
	if err := json.Unmarshal(res.Body.Bytes(), &made); err != nil || made.Created != 2 || made.Failed != 1 || made.Warned != 0 || made.Refused != 1 {
		t.Errorf("import: got %s, %v", res.Body, err)
	}
	res = w.send(t, call{method: http.MethodGet, path: "/api/v1/imports/" + made.ID + "/refused", key: w.writeKey})
	if !strings.Contains(res.Body.String(), "C-none^Bo^bo.test@example.com") || res.Code != http.StatusOK {
		t.Errorf("refused rows: got %d %q", res.Code, res.Body)
	}
	for _, wrong := range []url.Values{{"mapping": {"name=Firm"}}, {"values": {`{"role":{"x":"boss"}}`}}, {"encoding": {"morse"}}, {"sheet": {strings.Repeat("x", 101)}}} {
		wrong.Set("kind", "contacts")
		if res := w.sendFile(t, "/api/v1/imports/preview", wrong, "text/csv", file); res.Code != http.StatusBadRequest {
			t.Errorf("%v: got %d, want 400", wrong, res.Code)
		}
	}
}

// TestAWorkbookIsImported by API as it is.
func TestAWorkbookIsImported(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	book := excelize.NewFile()
	for cell, value := range map[string]any{"A1": "id", "B1": "name", "A2": "X-1", "B2": "Workbook & Söhne"} {
		if err := book.SetCellValue("Sheet1", cell, value); err != nil {
			t.Fatal(err)
		}
	}
	var b bytes.Buffer
	if err := book.Write(&b); err != nil {
		t.Fatal(err)
	}
	const xlsx = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	res := w.sendFile(t, "/api/v1/imports", url.Values{"kind": {"customers"}, "file_name": {"a.xlsx"}}, xlsx, b.String())
	if res.Code != http.StatusAccepted {
		t.Fatalf("got %d %s", res.Code, res.Body)
	}
	drain(t, w)
	if res := w.send(t, call{method: http.MethodGet, path: "/api/v1/customers/by-external-id/X-1", key: w.writeKey}); !strings.Contains(res.Body.String(), "Workbook & Söhne") && !strings.Contains(res.Body.String(), `Workbook \u0026 Söhne`) {
		t.Errorf("got %s", res.Body)
	}
}

// TestValuesAreMappedInTheBrowser and the file is read as is chosen there.
func TestValuesAreMappedInTheBrowser(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := adminBrowser(t, w)
	at := upload(t, b, "contacts", "people.csv", "Kundennr.;Name;E-Mail;Rolle;Telefon\nC-1001;Jo Tester;jo.tester@example.com;Hausmeister;+49 30 77\nC-none;Bo;;;\n").Header().Get("Location")
	b.get(at).want(http.StatusOK, "Hausmeister", "in 1 row", "Not known: taken without it", "E.g. Jo Tester", "Columns are divided by")
	chosen := url.Values{"value.role.Hausmeister": {"sponsor"}, "delimiter": {";"}}
	b.post(at, chosen).want(http.StatusOK, "Sponsor")
	run := b.post(at+"/start", chosen).want(http.StatusOK, "people.csv")
	drain(t, w)
	b.get(run.at).want(http.StatusOK, "Finished", "Download the refused rows")
	refused := b.once(http.MethodGet, run.at+"/refused", nil)
	if refused.Code != http.StatusOK || !strings.Contains(refused.Body.String(), "C-none;Bo") {
		t.Errorf("refused rows: got %d %q", refused.Code, refused.Body)
	}
	res := w.send(t, call{method: http.MethodGet, path: "/api/v1/contacts?email=jo.tester@example.com", key: w.writeKey})
	if body := res.Body.String(); !strings.Contains(body, `"sponsor"`) || !strings.Contains(body, "+49 30 77") {
		t.Errorf("got %s", body)
	}
	doubtful := upload(t, b, "customers", "doubt.csv", "id;name\n1;Ku\xe8era\n").Header().Get("Location")
	b.post(doubtful+"/start", url.Values{}).want(http.StatusBadRequest, "Windows-1250", "Kučera", "Kuèera")
	b.post(doubtful, url.Values{"encoding": {"Windows-1250"}}).want(http.StatusOK, "Kučera")
}
