package api_test

import (
	"bytes"
	"context"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"path/filepath"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"earshot/api"
	"earshot/survey/access"
)

// browser is somebody who looks at the pages: it keeps cookies, follows redirects and sends forms as they stand.
type browser struct {
	testing.TB
	handler http.Handler
	cookies map[string]string
	// site is what the browser says of where a form came from.
	site string
}

// newBrowser returns a browser in which nobody is logged in.
func newBrowser(t testing.TB, handler http.Handler) *browser {
	return &browser{TB: t, handler: handler, cookies: map[string]string{}, site: "same-origin"}
}

// repBrowser returns a browser in which Mia Berg is logged in, who is a rep.
func repBrowser(t testing.TB, w *world) *browser {
	t.Helper()
	return newBrowser(t, w).logIn(w, "mia@example.com")
}

// adminBrowser returns a browser in which an admin is logged in.
func adminBrowser(t testing.TB, w *world) *browser {
	t.Helper()
	_, err := w.access.CreateRep(context.Background(), access.NewRep{
		Name: "Ada Admin", Email: "ada@example.com", Access: access.LevelAdmin, Password: testPassword,
	})
	must(t, 0, err)
	return newBrowser(t, w).logIn(w, "ada@example.com")
}

// testPassword is everybody's.
const testPassword = "correct horse battery staple"

// logIn begins a session. It goes by the service, for the form that does the same has tests of its own.
func (b *browser) logIn(w *world, email string) *browser {
	b.Helper()
	entry, err := w.access.Login(context.Background(), access.Credentials{Email: email, Password: testPassword}, access.Browser{Remote: "192.0.2.1"})
	b.cookies["__Host-earshot_session"] = must(b, entry, err).Session
	return b
}

// emptyWorld returns a world with one rep and nothing else.
func emptyWorld(t testing.TB) *world {
	t.Helper()
	w := openWorld(t, filepath.Join(t.TempDir(), "earshot.db"), nil)
	_, err := w.access.CreateRep(context.Background(), access.NewRep{
		Name: "Mia Berg", Email: "mia@example.com", Access: access.LevelRep, Password: testPassword,
	})
	must(t, 0, err)
	w.Handler, err = api.New(api.Config{Service: w.service, Access: w.access, Audit: w.audit, Repeats: w.repeats, Frontend: pages()})
	must(t, 0, err)
	return w
}

// screen is what a browser shows.
type screen struct {
	*goquery.Document
	browser *browser
	status  int
	header  http.Header
	// at is where the browser is after all redirects, path and query; redirects counts them.
	at        string
	redirects int
	body      string
}

// get opens a page.
func (b *browser) get(path string) *screen {
	b.Helper()
	return b.send(http.MethodGet, path, nil)
}

// post sends a form.
func (b *browser) post(path string, form url.Values) *screen {
	b.Helper()
	return b.send(http.MethodPost, path, form)
}

// once sends one request and keeps the cookies of the answer.
func (b *browser) once(method, path string, form url.Values) *httptest.ResponseRecorder {
	b.Helper()
	req := httptest.NewRequest(method, path, strings.NewReader(form.Encode()))
	if method == http.MethodPost {
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		req.Header.Set("Sec-Fetch-Site", b.site)
	}
	for name, value := range b.cookies {
		req.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	res := httptest.NewRecorder()
	b.handler.ServeHTTP(res, req)
	for _, c := range res.Result().Cookies() {
		b.cookies[c.Name] = c.Value
	}
	return res
}

// sendFile sends a form with a file in one of its fields; an empty name is a file that was not chosen.
func (b *browser) sendFile(path string, values map[string]string, field, name string, content []byte) *httptest.ResponseRecorder {
	b.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	for name, value := range values {
		must(b, 0, form.WriteField(name, value))
	}
	part, err := form.CreateFormFile(field, name)
	_, wrote := must(b, part, err).Write(content)
	must(b, 0, wrote)
	must(b, 0, form.Close())
	request := httptest.NewRequest(http.MethodPost, path, &body)
	request.Header.Set("Content-Type", form.FormDataContentType())
	request.Header.Set("Sec-Fetch-Site", b.site)
	for name, value := range b.cookies {
		request.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	res := httptest.NewRecorder()
	b.handler.ServeHTTP(res, request)
	return res
}

func (b *browser) send(method, path string, form url.Values) *screen {
	b.Helper()
	shown := &screen{browser: b, at: path}
	res := b.once(method, path, form)
	for ; res.Code == http.StatusSeeOther; shown.redirects++ {
		if shown.redirects == 5 {
			b.Fatalf("%s %s: got a fifth redirect, to %s", method, path, res.Header().Get("Location"))
		}
		shown.at = res.Header().Get("Location")
		res = b.once(http.MethodGet, shown.at, nil)
	}
	shown.status, shown.header, shown.body = res.Code, res.Header(), res.Body.String()
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(shown.body))
	shown.Document = must(b, doc, err)
	return shown
}

// want fails unless the screen has that status and shows each text.
func (s *screen) want(status int, texts ...string) *screen {
	s.browser.Helper()
	shown := s.words("body")
	if s.status != status {
		s.browser.Fatalf("%s: got status %d, want %d: %.600s", s.at, s.status, status, shown)
	}
	for _, text := range texts {
		if !strings.Contains(shown, text) {
			s.browser.Errorf("%s does not show %q: %.3000s", s.at, text, shown)
		}
	}
	return s
}

// words returns the text of what the selector finds, with single spaces.
func (s *screen) words(selector string) string {
	return strings.Join(strings.Fields(s.Find(selector).Text()), " ")
}

// wantWords fails unless what the selector finds reads so.
func (s *screen) wantWords(selector, want string) {
	s.browser.Helper()
	if got := s.words(selector); got != want {
		s.browser.Errorf("%s: got %q for %s, want %q", s.at, got, selector, want)
	}
}

// link returns where the first link leads that the selector finds.
func (s *screen) link(selector string) string {
	s.browser.Helper()
	href, ok := s.Find(selector).First().Attr("href")
	if !ok {
		s.browser.Fatalf("%s has no link %s: %.2000s", s.at, selector, s.words("body"))
	}
	return href
}

// problem returns what stands beside a field of a form.
func (s *screen) problem(name string) string {
	return strings.TrimSpace(s.Find("[name=" + name + "]").Closest(".field").Find(".problem").First().Text())
}

// value returns what stands in a field.
func (s *screen) value(name string) string {
	field := s.Find("[name=" + name + "]").First()
	switch goquery.NodeName(field) {
	case "select":
		return field.Find("option[selected]").AttrOr("value", field.Find("option").First().AttrOr("value", ""))
	case "textarea":
		return field.Text()
	}
	return field.AttrOr("value", "")
}

// submit sends the first form that the selector finds, with what stands in it, changed by pairs of a field and its value.
func (s *screen) submit(selector string, changes ...string) *screen {
	s.browser.Helper()
	form := s.Find(selector).First()
	if form.Length() == 0 {
		s.browser.Fatalf("%s has no form %s: %.2000s", s.at, selector, s.words("body"))
	}
	values := url.Values{}
	form.Find("input[name], select[name], textarea[name]").Each(func(_ int, field *goquery.Selection) {
		name := field.AttrOr("name", "")
		if kind := field.AttrOr("type", ""); kind == "checkbox" || kind == "radio" {
			if _, on := field.Attr("checked"); on {
				values.Add(name, field.AttrOr("value", "on"))
			}
			return
		}
		inner := &screen{Document: &goquery.Document{Selection: field.Parent()}, browser: s.browser}
		values.Set(name, inner.value(name))
	})
	for i := 0; i+1 < len(changes); i += 2 {
		values.Set(changes[i], changes[i+1])
	}
	action := form.AttrOr("action", s.at)
	if strings.EqualFold(form.AttrOr("method", "get"), "get") {
		return s.browser.get(action + "?" + values.Encode())
	}
	return s.browser.post(action, values)
}

// conditional asks for what it has already under that ETag.
func (b *browser) conditional(path, tag string) *httptest.ResponseRecorder {
	b.Helper()
	req := httptest.NewRequest(http.MethodGet, path, nil)
	req.Header.Set("If-None-Match", tag)
	for name, value := range b.cookies {
		req.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	res := httptest.NewRecorder()
	b.handler.ServeHTTP(res, req)
	return res
}
