package main

import (
	"context"
	"flag"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"earshot/cmd/earshot/internal/journey"
)

// screenshots is where TestScreenshots puts its pictures; empty takes none.
var screenshots = flag.String("screenshots", "", "`folder` for pictures of every page; those of the README into it, all of them into all/ below")

// TestScreenshots takes pictures of every page of the demo, at the widths of a phone and of a laptop.
func TestScreenshots(t *testing.T) {
	if *screenshots == "" {
		t.Skip("takes pictures only where -screenshots names a folder; see make screenshots")
	}
	if err := os.MkdirAll(filepath.Join(*screenshots, "all"), 0o755); err != nil {
		t.Fatal(err)
	}
	browser := journey.OpenBrowser(t)
	demo := journey.Start(t, "demo", "-seed", "1")
	s := &studio{T: t, url: demo.URL, tab: browser.Tab()}
	s.logIn()
	s.repPages()
	s.readme()
	s.importMapping()
	s.contactPages()
	s.doors(browser, journey.Start(t, "-store", filepath.Join(t.TempDir(), "empty.db")))
}

// studio is where pictures are taken.
type studio struct {
	*testing.T
	url string
	tab *journey.Tab
}

// logIn logs the demo's admin in, with a picture of the way in before.
func (s *studio) logIn() {
	s.shoot("login", "/login")
	s.tab.Type("email", demoEmail)
	s.tab.Type("password", demoPassword)
	s.tab.Press("form button")
}

// repPages are the pages of who works with Earshot. Where a page is about one thing, it is the first of its list.
func (s *studio) repPages() {
	for _, page := range []struct{ name, path string }{
		{"today", "/?rep=all"}, {"today-mine", "/?rep=me"}, {"customers", "/customers"}, {"customers-quiet", "/customers?list=probably_leaving"},
		{"customer-new", "/customers/new"}, {"feedback", "/feedback"}, {"responses", "/responses"}, {"surveys", "/surveys"},
		{"survey-new", "/surveys/new"}, {"pulses", "/pulses"}, {"pulse-new", "/pulses/new"}, {"forecast", "/pulses/forecast"}, {"invitations", "/invitations"}, {"received-mails", "/received-mails"}, {"mail-check", "/settings/mail"},
		{"kept-mails", "/kept-mails"}, {"imports", "/imports"}, {"feeds", "/feeds"}, {"capacity", "/quiet/capacity"}, {"report", "/quiet/report"}, {"settings", "/settings"}, {"suppressions", "/suppressions"},
		{"account", "/account"}, {"docs", "/docs"},
	} {
		s.shoot(page.name, page.path)
	}
	s.shootStatus("not-found", "/customers/cus_nobody", http.StatusNotFound)
	customer := s.first("/", ".quiet-list h3 a")
	for _, page := range []struct{ name, path string }{
		{"customer", customer}, {"customer-edit", customer + "/edit"}, {"contact-new", customer + "/contacts/new"},
		{"contact", s.first(customer, ".people a[href^='/contacts']")}, {"response", s.first("/responses", "main ul.quotes a, main table a")},
		{"survey", s.first("/surveys", "main table a")}, {"survey-edit", s.first("/surveys", "main table a") + "/edit"},
		{"survey-preview", s.first("/surveys", "main table a") + "/preview"}, {"pulse", s.first("/pulses", "main a[href^='/pulses/pul']")},
		{"invitation", s.first("/invitations", "main table a[href^='/invitations/inv']")}, {"kept-mail", s.first("/kept-mails", "main table a[href^='/kept-mails/']")}, {"rep", s.first("/settings", "main table a")},
	} {
		s.shoot(page.name, page.path)
	}
	for _, page := range []struct{ name, path string }{{"today", "/?rep=all"}, {"customer", customer}, {"feedback", "/feedback"}} {
		s.dark(page.name, page.path)
	}
}

// first returns where the first link of the selector on a page leads.
func (s *studio) first(path, selector string) string {
	s.Helper()
	s.tab.Open(s.url + path)
	link := journey.Evaluate[string](s.tab, `(document.querySelector(`+"`"+selector+"`"+`)?.getAttribute("href") ?? "")`)
	if !strings.HasPrefix(link, "/") {
		s.Fatalf("%s has no link %s", path, selector)
	}
	return link
}

// importMapping is the page on which the columns of a file are confirmed.
func (s *studio) importMapping() {
	s.tab.Open(s.url + s.first("/?rep=all", ".quiet-list h3 a"))
	number := journey.Evaluate[string](s.tab, `[...document.querySelectorAll("dl.facts div")].find(d => d.innerText.startsWith("Own number")).querySelector("dd").innerText`)
	file := filepath.Join(s.TempDir(), "orders.csv")
	content := "Customer;Order date;Amount;Order number;Notes;Warehouse\n"
	for i := range 14 {
		content += fmt.Sprintf("%s;%s;%d,50;O-%d;Spare parts;North\n", number, time.Now().AddDate(0, 0, -700-11*i).Format("02.01.2006"), 900+37*i, 4100-i)
	}
	content += number + ";yesterday;1.120,00;O-4101;;North\nC-99999;03.02.2026;12,00;O-4102;;South\n"
	if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
		s.Fatal(err)
	}
	s.tab.Open(s.url + "/imports")
	s.tab.Choose("kind", "touchpoints")
	s.tab.Attach("file", file)
	s.tab.Press("form[enctype] button")
	at := journey.Evaluate[string](s.tab, "location.pathname")
	s.shoot("import-mapping", at)
	s.tab.Open(s.url + at)
	journey.Evaluate[string](s.tab, `document.querySelector('[name=default_kind]').value = "order"`)
	s.tab.Press(`form[action$="/start"] button.primary`)
	s.shoot("import", journey.Evaluate[string](s.tab, "location.pathname"))
}

// contactPages are the pages of who is asked, in three languages.
func (s *studio) contactPages() {
	api := journey.NewClient(s, s.url, makeKeyOnPage(s.tab, s.url))
	var customer struct{ ID string }
	api.Post("/api/v1/customers", map[string]any{"name": "Lindqvist AB"}, &customer)
	quiet := ""
	for _, x := range journey.All[struct{ ID, Template string }](api, "/api/v1/surveys") {
		if x.Template == "quiet" {
			quiet = x.ID
		}
	}
	for _, language := range []string{"en", "de", "ar"} {
		var contact struct{ ID string }
		api.Post("/api/v1/contacts", map[string]any{"customer_id": customer.ID, "name": "Pat Lindqvist", "role": "user", "language": language,
			"email": language + "@lindqvist.example"}, &contact)
		var asked struct{ Link string }
		api.Post("/api/v1/invitations", map[string]any{"contact_id": contact.ID, "survey_id": quiet, "delivery": "link", "confirm": true}, &asked)
		path := strings.TrimPrefix(asked.Link, s.url)
		s.shoot("answer-"+language, path+"?s=4")
		if language == "en" {
			s.dark("answer-en", path+"?s=4")
			s.resize(phone, windowHeight)
			s.tab.Open(asked.Link + "?s=4")
			s.picture(fmt.Sprintf("answer-%d.png", phone), phone, greatestHeight)
		}
		s.shoot("unsubscribe-"+language, path+"/unsubscribe")
		s.tab.Open(asked.Link + "?s=4")
		s.tab.Press("main form button")
		s.here("thanks-" + language)
	}
	s.shootStatus("link-unknown", "/r/nothing", http.StatusNotFound)
}

// doors are the pages that a fresh installation shows.
func (s *studio) doors(browser *journey.Browser, empty *journey.Program) {
	fresh := &studio{T: s.T, url: empty.URL, tab: browser.Tab()}
	fresh.shoot("setup", empty.SetupPath())
	fresh.tab.Type("name", "Ada Admin")
	fresh.tab.Type("email", "ada@example.com")
	fresh.tab.Type("password", "correct horse battery staple")
	fresh.tab.Press("form button")
	for _, name := range []string{"customers", "feedback", "responses", "surveys", "pulses", "invitations", "kept-mails"} {
		fresh.shoot("empty-"+name, "/"+name)
	}
	fresh.shoot("empty-today", "/")
}

// The windows of a phone and of a laptop, in CSS pixels. Pictures show the whole page, up to greatestHeight.
const (
	phone, laptop  = 390, 1280
	windowHeight   = 844
	greatestHeight = 12000
)

// shoot takes pictures of a page at both widths.
func (s *studio) shoot(name, path string) { s.Helper(); s.shootStatus(name, path, http.StatusOK) }

func (s *studio) shootStatus(name, path string, status int64) {
	s.Helper()
	for _, width := range []int64{laptop, phone} {
		s.resize(width, windowHeight)
		response, err := chromedp.RunResponse(s.tab.Context, chromedp.Navigate(s.url+path))
		if err != nil || response.Status != status {
			s.Errorf("%s: %s answered %v, want %d: %v", name, path, response, status, err)
			return
		}
		s.picture(fmt.Sprintf("all/%s-%d.png", name, width), width, greatestHeight)
	}
	s.resize(laptop, windowHeight)
}

// here takes pictures of the page that is open.
func (s *studio) here(name string) {
	s.Helper()
	for _, width := range []int64{laptop, phone} {
		s.resize(width, windowHeight)
		s.picture(fmt.Sprintf("all/%s-%d.png", name, width), width, greatestHeight)
	}
	s.resize(laptop, windowHeight)
}

// dark takes the same pictures in the colours for the night.
func (s *studio) dark(name, path string) {
	s.Helper()
	s.scheme("dark")
	s.shoot(name+"-dark", path)
	s.scheme("light")
}

func (s *studio) scheme(colours string) {
	s.Helper()
	media := emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: colours}}}
	if _, err := chromedp.Call(s.tab.Context, emulation.SetEmulatedMedia, media); err != nil {
		s.Fatal(err)
	}
}

func (s *studio) resize(width, height int64) {
	s.Helper()
	if err := chromedp.Do(s.tab.Context, chromedp.EmulateViewport(width, height)); err != nil {
		s.Fatal(err)
	}
}

// picture writes the open page, not higher than that. The window takes the page's height first: a picture beyond the window shifts
// pages that are written from right to left.
func (s *studio) picture(file string, width, highest int64) {
	s.Helper()
	high := journey.Evaluate[int64](s.tab, "document.documentElement.scrollHeight")
	if wide := journey.Evaluate[int64](s.tab, "document.documentElement.scrollWidth"); wide > width {
		s.Errorf("%s scrolls sideways: it is %d pixels wide", file, wide)
	}
	s.resize(width, min(max(high, windowHeight), highest))
	journey.Eventually(s, "the pictures of "+file, 10*time.Second, func() error {
		if !journey.Evaluate[bool](s.tab, `[...document.images].every(i => i.complete && i.naturalWidth > 0)`) {
			return fmt.Errorf("some have not come")
		}
		return nil
	})
	ctx, cancel := context.WithTimeout(s.tab.Context, time.Minute)
	defer cancel()
	png, err := chromedp.Run(ctx, chromedp.CaptureScreenshot())
	if err != nil {
		s.Fatalf("%s: %v", file, err)
	}
	if err := os.WriteFile(filepath.Join(*screenshots, file), png, 0o644); err != nil {
		s.Fatal(err)
	}
}

// readme takes the few pictures that the README and the docs show, but the one of the page to answer on.
func (s *studio) readme() {
	const readmeHeight = 1000
	customer := s.first("/?rep=all", ".quiet-list h3 a")
	for _, page := range []struct{ name, path string }{{"today", "/?rep=all"}, {"customer", customer}, {"feedback", "/feedback"}} {
		s.tab.Open(s.url + page.path)
		s.picture(page.name+".png", laptop, readmeHeight)
		s.resize(laptop, windowHeight)
	}
}
