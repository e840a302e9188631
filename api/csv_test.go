package api_test

import (
	"encoding/csv"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"earshot/api"
	"earshot/survey"
)

// tables are the paths of all tables that can be read as CSV, by programs and by people.
func tables(w *world) (programs, people []string) {
	ofPrograms, ofPeople := w.Handler.(*api.Server).Rows()
	pick := func(rows []api.Row) (paths []string) {
		for _, row := range rows {
			if strings.HasSuffix(row.Path, ".csv") {
				paths = append(paths, row.Path)
			}
		}
		return paths
	}
	return pick(ofPrograms), pick(ofPeople)
}

// wantNoFormulas fails where a cell begins as a formula does, and returns how many were kept from it.
func wantNoFormulas(t *testing.T, path string, res *httptest.ResponseRecorder) (guarded int) {
	t.Helper()
	rows, err := csv.NewReader(res.Body).ReadAll()
	if must(t, rows, err); res.Code != http.StatusOK || len(rows) < 2 {
		t.Fatalf("%s: got %d with %d rows", path, res.Code, len(rows))
	}
	for _, cell := range slices.Concat(rows...) {
		if strings.HasPrefix(cell, "'") {
			guarded++
		}
		if bare := strings.TrimLeft(cell, " \t\r\n\""); bare != "" && strings.ContainsAny(bare[:1], "=+-@") || strings.HasPrefix(bare, "＝") {
			t.Errorf("%s: the cell %q is a formula to some spreadsheet", path, cell)
		}
	}
	return guarded
}

// TestTablesComeBackAsTheyWere takes the suppressions of one installation into another, notes that look like formulas too.
func TestTablesComeBackAsTheyWere(t *testing.T) {
	t.Parallel()
	from, to := newWorld(t), newWorld(t)
	for i, note := range formulas {
		_, err := from.service.Suppress(t.Context(), survey.SuppressionInput{Email: string(rune('a'+i)) + "@round.example", Note: strings.TrimSpace(note)})
		must(t, 0, err)
	}
	table := from.send(t, call{method: "GET", path: "/api/v1/suppressions.csv?q=@round.example", key: from.readKey}).Body.String()
	res := to.send(t, call{method: "POST", path: "/api/v1/imports?kind=suppressions", key: to.writeKey, media: "text/csv", body: table})
	if res.Code >= 300 {
		t.Fatalf("the import: got %d, %s", res.Code, res.Body)
	}
	drain(t, to)
	for i, note := range formulas {
		found, err := to.service.Suppression(t.Context(), string(rune('a'+i))+"@round.example")
		if must(t, found, err); found.Note != strings.TrimSpace(note) {
			t.Errorf("%q came back as %q", note, found.Note)
		}
	}
}
