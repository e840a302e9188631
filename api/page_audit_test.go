package api_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"earshot/survey/audit"
)

func TestAuditPageIsFiltered(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := adminBrowser(t, w)
	b.post("/customers/"+w.customer+"/delete", nil)
	w.at(noon.AddDate(0, 0, 1))
	w.send(t, call{method: "POST", path: "/api/v1/pulses/" + w.pulse + "/pause", key: w.writeKey})
	admin, err := w.access.RepByEmail(t.Context(), "ada@example.com")
	must(t, admin, err)
	for query, want := range map[string]string{
		"":                              "Pulse paused, Customer deleted",
		"who=" + string(admin.ID):       "Customer deleted",
		"act=pulse.paused":              "Pulse paused",
		"document=" + w.customer:        "Customer deleted",
		"from=2026-03-03":               "Pulse paused",
		"to=2026-03-02":                 "Customer deleted",
		"act=key.revoked":               "",
		"from=2026-03-02&to=2026-03-03": "Pulse paused, Customer deleted",
	} {
		shown := b.get("/settings/audit?"+query).want(http.StatusOK, "Audit")
		var acts []string
		for _, cell := range shown.Find("td[data-label=What]").EachIter() {
			text := cell.Contents().First().Text()
			acts = append(acts, strings.TrimSpace(text))
		}
		if got := strings.Join(acts, ", "); got != want {
			t.Errorf("%q: got %s, want %s", query, got, want)
		}
	}
	b.get("/settings/audit?from=2026-03-05&to=2026-03-01").want(http.StatusBadRequest)
	b.get("/settings/audit?from=soon").want(http.StatusBadRequest)
}

// TestAuditPages walks through more acts than a page holds.
func TestAuditPages(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	const acts = 130
	for i := range acts {
		begun, err := w.audit.Begin(t.Context(), audit.Act{Name: "rep.changed", Actor: audit.Actor{Kind: audit.System}, Document: fmt.Sprint("rep_", i)})
		must(t, 0, err)
		must(t, 0, w.audit.End(t.Context(), begun, audit.Result{Outcome: audit.Done}))
	}
	b, seen := adminBrowser(t, w), 0
	for path := "/settings/audit"; path != ""; {
		shown := b.get(path).want(http.StatusOK)
		seen += shown.Find("td[data-label=What]").Length()
		path = shown.Find("a[rel=next]").AttrOr("href", "")
	}
	if seen != acts {
		t.Errorf("the pages show %d acts, want %d", seen, acts)
	}
	// A program reads on behind the last entry that it has.
	var numbers []int64
	for behind, cursor := 250, ""; ; {
		res := w.send(t, call{method: "GET", path: fmt.Sprintf("/api/v1/audit?behind=%d&limit=4&cursor=%s", behind, url.QueryEscape(cursor)), key: w.writeKey})
		var page struct {
			Items []audit.Line
			Next  string `json:"next_cursor"`
		}
		must(t, 0, json.Unmarshal(res.Body.Bytes(), &page))
		for _, e := range page.Items {
			numbers = append(numbers, e.Number)
		}
		if cursor = page.Next; cursor == "" {
			break
		}
	}
	if len(numbers) != 10 || numbers[0] != 251 || numbers[9] != 260 {
		t.Errorf("behind 250: got %v, want 251 to 260", numbers)
	}
}
