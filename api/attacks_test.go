package api_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/PuerkitoBio/goquery"

	"earshot/survey"
	"earshot/survey/access"
)

// TestForeignOrigins posts every form as another site's page has a logged-in admin's browser do it, by each of the two headers
// that tell. What a contact does by a link is exempt, for the link itself is the permission and mail programs send it.
func TestForeignOrigins(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := adminBrowser(t, w)
	for _, row := range pageRows(w) {
		if row.Method != http.MethodPost || strings.HasPrefix(row.Path, "/r/") || strings.HasPrefix(row.Path, "/setup/") {
			continue
		}
		for name, header := range map[string][2]string{
			"Sec-Fetch-Site": {"Sec-Fetch-Site", "cross-site"}, "same site": {"Sec-Fetch-Site", "same-site"}, "Origin": {"Origin", "https://evil.example"},
		} {
			req := httptest.NewRequest(http.MethodPost, w.pathOf(t, row), strings.NewReader("name=x&confirm=on"))
			req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
			req.Header.Set(header[0], header[1])
			req.AddCookie(&http.Cookie{Name: "earshot_session", Value: b.cookies["earshot_session"]})
			res := httptest.NewRecorder()
			w.ServeHTTP(res, req)
			if res.Code != http.StatusForbidden {
				t.Errorf("POST %s from elsewhere, by %s: got %d, want 403", row.Path, name, res.Code)
			}
		}
	}
	if got := w.acted(t); len(got) > 0 {
		t.Errorf("they were begun all the same: %v", got)
	}
}

// markup breaks out of text, attributes, scripts and styles.
const markup = `"'></script></style></textarea><img src=x onerror=alert(1)><script>alert(1)</script><svg/onload=alert(1)>`

// TestNoMarkupOfOthers puts markup into every text of a world, and looks for it on all pages and in all kept mails.
func TestNoMarkupOfOthers(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.poison(t)
	b := adminBrowser(t, w)
	shown := 0
	paths := []string{"/customers?q=" + url.QueryEscape(markup), "/suppressions?q=" + url.QueryEscape(markup), "/invitations?q=" + url.QueryEscape(markup), "/login?next=" + url.QueryEscape(markup)}
	for _, row := range pageRows(w) {
		if row.Method == http.MethodGet && !strings.HasPrefix(row.Path, "/static/") {
			paths = append(paths, strings.Replace(row.Path, parameter.FindString(row.Path), w.pageValue(row.Path), 1))
		}
	}
	for _, path := range paths {
		res := b.once(http.MethodGet, path, nil)
		if !strings.HasPrefix(res.Header().Get("Content-Type"), "text/html") {
			continue
		}
		shown += strings.Count(res.Body.String(), "alert(1)")
		wantNoMarkup(t, path, res.Body.String())
	}
	if shown < 20 {
		t.Errorf("the markup is shown %d times on all pages, so this test proves little", shown)
	}
}

// poison writes markup into the texts of the things in the world, and has a mail kept that names them.
func (w *world) poison(t testing.TB) {
	t.Helper()
	w.write(t, "PATCH", "/api/v1/customers/"+w.customer, map[string]any{"name": markup, "segment": markup[:70]})
	w.write(t, "PATCH", "/api/v1/contacts/"+w.contact, map[string]any{"name": markup})
	w.write(t, "POST", "/api/v1/touchpoints", map[string]any{"customer_id": w.customer, "kind": "call", "at": noon.Add(-time.Hour), "note": markup})
	w.write(t, "POST", "/api/v1/suppressions", map[string]any{"email": "m@example.com", "note": markup})
	_, _, err := w.access.CreateAPIKey(t.Context(), "", access.NewAPIKey{Name: markup[:90], Scopes: []access.Scope{access.ScopeRead}})
	must(t, 0, err)
	_, err = w.access.CreateRep(t.Context(), access.NewRep{Name: markup, Email: "eve@example.com", Access: access.LevelAdmin, Password: testPassword})
	must(t, 0, err)
	contact := newCompany(t, w, "M-1", "M-1")
	w.write(t, "PATCH", "/api/v1/contacts/"+string(contact), map[string]any{"name": markup})
	w.keptMail = ask(t, w, survey.AskRequest{ContactID: contact, SurveyID: survey.SurveyID(w.survey)}).Invitation.ID
	drain(t, w)
	// What the log of acts is told, a name among it, stands on its page.
	newBrowser(t, w).logIn(w, "eve@example.com").post("/settings/look", url.Values{"sender_name": {markup}})
}

// write sends a change that must be taken.
func (w *world) write(t testing.TB, method, path string, body any) {
	t.Helper()
	text, err := json.Marshal(body)
	must(t, text, err)
	if res := w.knock(call{method: method, path: path, key: w.writeKey, body: string(text)}); res.Code >= 300 {
		t.Fatalf("%s %s: got %d, %s", method, path, res.Code, res.Body)
	}
}

// wantNoMarkup fails where a document has an element that nobody of ours wrote.
func wantNoMarkup(t *testing.T, where, body string) {
	t.Helper()
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(body))
	must(t, doc, err)
	if n := doc.Find("[onerror], [onload], img[src=x]").Length(); n > 0 {
		t.Errorf("%s: %d elements run what somebody wrote", where, n)
	}
	doc.Find("script").Each(func(_ int, s *goquery.Selection) {
		if strings.Contains(s.Text(), "alert(1)") {
			t.Errorf("%s: a script holds what somebody wrote", where)
		}
	})
}

// TestNobodyIsSentElsewhere logs in by links that try to lead away, or to write headers.
func TestNobodyIsSentElsewhere(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, next := range []string{
		"https://evil.example/", "//evil.example/", `/\evil.example`, "javascript:alert(1)", "/customers\r\nSet-Cookie: x=1", "\t//evil.example",
		"/%0d%0aSet-Cookie:x=1", "https:evil.example", "///evil.example",
	} {
		form := url.Values{"email": {"mia@example.com"}, "password": {testPassword}, "next": {next}}
		res := newBrowser(t, w).once(http.MethodPost, "/login", form)
		to, err := url.Parse(res.Header().Get("Location"))
		if err != nil || res.Code != http.StatusSeeOther || to.Host != "" || to.Scheme != "" || !strings.HasPrefix(to.String(), "/") || strings.HasPrefix(to.String(), "//") {
			t.Errorf("next=%q leads to %q (%d)", next, res.Header().Get("Location"), res.Code)
		}
		if set := res.Result().Cookies(); len(set) != 2 { // the session, and that the browser is known
			t.Errorf("next=%q sets %v", next, set)
		}
	}
}

// bomb is a request that is small and would be large, or slow, once it is looked at.
type bomb struct {
	name string
	call call
	want int
}

// TestBombs sends what is meant to exhaust memory or time. It is not parallel, for it measures.
func TestBombs(t *testing.T) {
	w := newWorld(t)
	const size = 1 << 19
	imports := func(name, body string) bomb {
		return bomb{name, call{method: "POST", path: "/api/v1/imports/preview?kind=customers", key: w.writeKey, media: "text/csv", body: body}, 0}
	}
	customer := func(name, body string) bomb {
		return bomb{name, call{method: "POST", path: "/api/v1/customers", key: w.writeKey, body: body}, http.StatusBadRequest}
	}
	lines := func(name, body string) bomb {
		return bomb{name, call{method: "POST", path: "/api/v1/customers/bulk", key: w.writeKey, media: "application/x-ndjson", body: body}, 0}
	}
	packed := customer("a compressed body", "\x1f\x8b\x08\x00")
	packed.call.header, packed.want = map[string]string{"Content-Encoding": "gzip"}, http.StatusUnsupportedMediaType
	for _, b := range []bomb{
		packed,
		customer("deep JSON", `{"name":`+strings.Repeat("[", 30_000)),
		customer("deep objects", strings.Repeat(`{"name":`, 8_000)),
		customer("a huge number", `{"name":"x","value_per_year":1e999999999}`),
		customer("many digits", `{"name":"x","value_per_year":`+strings.Repeat("9", 60_000)+`}`),
		customer("a member given twice", `{"name":"x","name":"y"}`),
		customer("many members", `{"name":"x"`+strings.Repeat(`,"a":1`, 10_000)+`}`),
		imports("a single line", strings.Repeat("x", size)),
		imports("a million columns", strings.Repeat(",", size)),
		imports("a quote that never ends", "name,id\n\""+strings.Repeat("x\n", size/2)),
		imports("nothing but quotes", strings.Repeat(`"`, size)),
		imports("nothing but line ends", strings.Repeat("\n", size)),
		imports("rows far wider than the headings", "name\n"+strings.Repeat(strings.Repeat(",", 5_000)+"\n", 100)),
		lines("a line without an end", `{"name":"`+strings.Repeat("x", size)),
		lines("deep lines", strings.Repeat(strings.Repeat("[", 9_000)+"\n", 50)),
	} {
		t.Run(b.name, func(t *testing.T) {
			var before, after runtime.MemStats
			runtime.ReadMemStats(&before)
			began := time.Now()
			res := w.knock(b.call)
			took := time.Since(began)
			runtime.ReadMemStats(&after)
			if allocated := (after.TotalAlloc - before.TotalAlloc) >> 20; allocated > 300 || took > 5*time.Second {
				t.Errorf("it took %s and %d MiB for %d bytes", took, allocated, len(b.call.body))
			}
			if res.Code >= 500 || b.want != 0 && res.Code != b.want {
				t.Errorf("got %d, want %d: %.300s", res.Code, b.want, res.Body)
			}
		})
	}
}

// TestFormsOfManyParts uploads a form of very many fields instead of a file.
func TestFormsOfManyParts(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := adminBrowser(t, w)
	values := map[string]string{}
	for i := range 2_000 {
		values[fmt.Sprint("field", i)] = "x"
	}
	if res := b.sendFile("/imports", values, "file", "x.csv", []byte("name\nx\n")); res.Code != http.StatusBadRequest {
		t.Errorf("got %d, want 400: %.300s", res.Code, res.Body)
	}
}

// formulas are names that spreadsheets would run, and a number and a phone number that are none.
var formulas = []string{`=HYPERLINK("http://evil.example","x")`, "+1+1", "-1+1", "@SUM(A1)", "\t=1", "＝1+1", ` "=1`, "+49 30 1234567"}

// TestNoFormulasInTables puts formulas into what people outside can write, and reads every table that there is.
func TestNoFormulasInTables(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := adminBrowser(t, w)
	for i, formula := range formulas {
		contact := newCompany(t, w, fmt.Sprint("F-", i), fmt.Sprint("F-", i))
		w.write(t, "PATCH", "/api/v1/contacts/"+string(contact), map[string]any{"name": formula})
		ask(t, w, survey.AskRequest{ContactID: contact, SurveyID: survey.SurveyID(w.survey), NoMail: true})
		b.post("/suppressions", url.Values{"email": {fmt.Sprintf("f%d@example.com", i)}, "note": {formula}})
		b.post("/settings/keys", url.Values{"name": {formula}, "scope": {"read"}})
	}
	programs, people := tables(w)
	if len(programs) < 3 || len(people) < 3 {
		t.Fatalf("found the tables %v and %v only", programs, people)
	}
	guarded := 0
	for _, path := range programs {
		guarded += wantNoFormulas(t, path, w.knock(call{method: "GET", path: path, key: w.writeKey}))
	}
	for _, path := range people {
		guarded += wantNoFormulas(t, path, b.once(http.MethodGet, path, nil))
	}
	if guarded < 3*len(formulas) {
		t.Errorf("%d cells are guarded, so this test proves little", guarded)
	}
}
