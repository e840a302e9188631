package api_test

import (
	"bytes"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"earshot/api"
	"earshot/frontend/gallery"
)

// pageRows are the rows of the list of pages.
func pageRows(w *world) []api.Row {
	_, rows := w.Handler.(*api.Server).Rows()
	return rows
}

// pathOf is the path of a row, about things that are there.
func (w *world) pathOf(t testing.TB, row api.Row) string {
	t.Helper()
	name := parameter.FindString(row.Path)
	value := w.pageValue(row.Path)
	if name != "" && value == "" {
		t.Fatalf("nothing in the world stands for the parameter of %s", row.Path)
	}
	return strings.Replace(row.Path, name, value, 1)
}

// TestPagesChangeNothing reads every page, and some of them filtered, where nothing can be written.
func TestPagesChangeNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := adminBrowser(t, w)
	paths := []string{
		"/?rep=me", "/?rep=all", "/customers?list=probably_leaving&q=nord&status=active&segment=logistics", "/feedback/trend.png?width=400",
		"/feedback/distribution.svg?theme=dark", "/responses?survey=" + w.survey + "&question=satisfaction&answer=5",
		"/surveys/" + w.survey + "?version=1&language=de", "/invitations?state=uncertain", "/gallery/answer-error", "/gallery/sample-wide.svg",
	}
	for _, row := range pageRows(w) {
		// What was never uploaded and set up is not there, what comes behind a link leads away, and styles have tests of their own.
		missing := map[string]bool{
			"/login/second": true, "/login/sso": true, "/login/sso/callback": true, "/logout/sso": true, "/way-in/:token": true, "/account/factors/app": true,
			"/setup/:token": true, "/.well-known/security.txt": true, "/reset/:token": true, "/r/:token/:rest": true, "/static/:name": true, "/logo/:name": true, "/imports/uploads/:id": true,
		}
		if row.Method == http.MethodGet && !missing[row.Path] && row.Path != "/login" {
			paths = append(paths, w.pathOf(t, row))
		}
	}
	w.store.breaks(nil, errBroken, false)
	for _, path := range paths {
		if shown := b.get(path); shown.status != http.StatusOK || shown.redirects > 0 {
			t.Errorf("GET %s where nothing can be written: got status %d after %d redirects, want 200: %.300s",
				path, shown.status, shown.redirects, shown.body)
		}
	}
}

// TestGuardsOfPages asks for every page as those whom its guard keeps out, with a store on which any write fails.
func TestGuardsOfPages(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	mia, elsewhere := repBrowser(t, w), adminBrowser(t, w)
	elsewhere.site = "cross-site"
	w.store.breaks(nil, errBroken, false)
	for _, row := range pageRows(w) {
		if row.Guard == "public" || row.Guard == "token" {
			continue
		}
		path := w.pathOf(t, row)
		form := url.Values{"name": {"Hijacked"}, "version": {"1"}, "confirm": {"on"}}
		wantLogin(t, newBrowser(t, w), row.Method, path)
		if res := elsewhere.once(row.Method, path, form); row.Method == http.MethodPost && res.Code != http.StatusForbidden {
			t.Errorf("POST %s from another site: got %d, want 403", path, res.Code)
		}
		if res := mia.once(row.Method, path, form); row.Guard == "admin" && res.Code != http.StatusForbidden {
			t.Errorf("%s %s as a rep: got %d, want 403", row.Method, path, res.Code)
		}
	}
}

// wantLogin fails unless a stranger is sent to the login, which leads back to a page but never into a form.
func wantLogin(t *testing.T, stranger *browser, method, path string) {
	t.Helper()
	res := stranger.once(method, path, nil)
	to, err := url.Parse(res.Header().Get("Location"))
	must(t, to, err)
	next := path
	if path == "/" || method != http.MethodGet {
		next = "" // Today is where everybody arrives anyway
	}
	if res.Code != http.StatusSeeOther || to.Path != "/login" || to.Query().Get("next") != next {
		t.Errorf("%s %s by a stranger: got %d to %s, want 303 to the login page, back to %q", method, path, res.Code, to, next)
	}
}

// TestLinksLeadToPages follows what stands in the samples of all pages: a link, a picture or a form that leads to no route
// is a slip in a template or in a Path constant.
func TestLinksLeadToPages(t *testing.T) {
	t.Parallel()
	programs, people := newWorld(t).Handler.(*api.Server).Rows()
	rows := slices.Concat(programs, people)
	for _, sample := range gallery.Samples() {
		var page bytes.Buffer
		must(t, 0, pages().Render(&page, sample.Page))
		doc, err := goquery.NewDocumentFromReader(&page)
		eachLink(must(t, doc, err), func(method, path string) {
			if !leads(rows, method, path) {
				t.Errorf("%s: %s %s leads nowhere", sample.ID(), method, path)
			}
		})
	}
}

// eachLink calls visit for every link, picture and form of a page that leads to another path here.
func eachLink(page *goquery.Document, visit func(method, path string)) {
	page.Find("a[href], img[src], source[srcset], iframe[src], link[href], form[action]").Each(func(_ int, s *goquery.Selection) {
		method, to := http.MethodGet, ""
		for _, name := range []string{"href", "src", "srcset", "action"} {
			to += s.AttrOr(name, "")
		}
		if strings.EqualFold(s.AttrOr("method", ""), "post") {
			method = http.MethodPost
		}
		if path, _, _ := strings.Cut(to, "?"); strings.HasPrefix(path, "/") && !strings.HasPrefix(path, "//") {
			visit(method, path)
		}
	})
}

// leads says whether one of the rows answers the path.
func leads(rows []api.Row, method, path string) bool {
	return slices.ContainsFunc(rows, func(row api.Row) bool {
		page, _, _ := strings.Cut(path, "#")
		want, got := strings.Split(row.Path, "/"), strings.Split(page, "/")
		return row.Method == method && slices.EqualFunc(want, got, func(want, got string) bool {
			return want == got || strings.HasPrefix(want, ":") && got != ""
		})
	})
}
