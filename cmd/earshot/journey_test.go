package main

import (
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"earshot/cmd/earshot/internal/journey"
	"earshot/survey/mail/mailtest"
)

// TestJourney goes the whole way in a real browser, on both engines: from the first-run link over the import of CSV files
// to the customer that has gone quiet, the mail, the answer given without scripts, and the rep who reads it. After each step
// a process is killed, in turn where there are several: what a person sees must not depend on any one of them.
func TestJourney(t *testing.T) {
	t.Parallel()
	journey.OnEach(t, func(t *testing.T, where string) {
		browser := journey.OpenBrowser(t)
		sink := mailtest.Start(t)
		w := &walk{
			T: t, sink: sink, rep: browser.Tab(), contact: browser.Tab().WithoutScripts(), company: journey.NewCompany(time.Now()),
			earshot: journey.Install(t, where, "-smtp", sink.URL(), "-mail-from", journey.Sender, "-company", "Northwind"),
		}
		for _, step := range []func(){
			w.setUp, w.makeSurvey, w.importFiles, w.findTheSilent, w.askNow, w.makeKey, w.scan, w.answer, w.readAnswer,
			w.answerForOthers, w.readFeedback, w.unsubscribe,
		} {
			step()
			next := w.earshot.Next()
			next.Kill()
			next.Restart()
		}
	})
}

// walk is somebody on the way through the program.
type walk struct {
	*testing.T
	earshot *journey.Installation
	sink    *mailtest.Server
	company journey.Company
	// rep is the window of who works with Earshot, contact that of who is asked.
	rep, contact *journey.Tab
	// letter is the mail that asks.
	letter journey.Letter
	// customer is the path of the silent customer's page.
	customer string
	// api is a client with the key that was made on the page.
	api *journey.Client
}

// see fails the test unless the words can be seen.
func (w *walk) see(tab *journey.Tab, selector string, words ...string) {
	w.Helper()
	text := tab.Text(selector)
	for _, word := range words {
		if !strings.Contains(text, word) {
			w.Fatalf("%s shows %q, want %q in it", selector, text, word)
		}
	}
}

func (w *walk) setUp() {
	w.rep.Open(w.earshot.URL + w.earshot.SetupPath())
	w.rep.Type("name", "Ada Admin")
	w.rep.Type("email", "ada@northwind.example")
	w.rep.Type("password", "correct horse battery staple")
	w.rep.Press(`form button`)
	w.see(w.rep, "main", "Welcome", "First steps")
	w.rep.Open(w.earshot.URL + "/account")
	w.see(w.rep, "header", "Ada Admin")
}

func (w *walk) makeSurvey() {
	w.rep.Open(w.earshot.URL + "/surveys")
	w.rep.Press(`form:has([value="quiet"]) button`)
	w.see(w.rep, "main", "How happy are you with us right now?")
}

func (w *walk) importFiles() {
	for _, file := range []struct {
		kind, content, field, heading string
		rows                          int
	}{
		{"customers", w.company.Customers, "external_id", "Customer no.", 12},
		{"contacts", w.company.Contacts, "customer_external_id", "customer_id", 12},
		{"touchpoints", w.company.Touchpoints, "at", "Order date", w.company.Rows},
	} {
		path := filepath.Join(w.TempDir(), file.kind+".csv")
		if err := os.WriteFile(path, []byte(file.content), 0o600); err != nil {
			w.Fatal(err)
		}
		w.rep.Open(w.earshot.URL + "/imports")
		w.rep.Choose("kind", file.kind)
		w.rep.Attach("file", path)
		w.rep.Press(`form[enctype] button`)
		if got := journey.Evaluate[string](w.rep, `document.querySelector('[name="mapping.`+file.field+`"]').value`); got != file.heading {
			w.Fatalf("%s: the column of %s was guessed as %q, want %q", file.kind, file.field, got, file.heading)
		}
		if file.kind == "touchpoints" {
			journey.Evaluate[string](w.rep, `document.querySelector('[name=default_kind]').value = "order"`)
		}
		w.rep.Press(`form[action$="/start"] button.primary`)
		journey.Eventually(w, "the import ends", 30*time.Second, func() error {
			if text := w.rep.Text("main"); !strings.Contains(text, "Finished in") {
				w.rep.Open(journey.Evaluate[string](w.rep, `location.href`))
				return fmt.Errorf("the page shows %q", text)
			}
			return nil
		})
		if got, want := w.rep.Text("dl.counts .good dd"), fmt.Sprint(file.rows); strings.ReplaceAll(got, ",", "") != want {
			w.Fatalf("%s: %s new rows, want %s: %s", file.kind, got, want, w.rep.Text("main"))
		}
	}
}

// row is the selector of the silent customer's row on Today.
func (w *walk) row() string { return `.quiet-list li:has(h3 a[href="` + w.customer + `"])` }

func (w *walk) findTheSilent() {
	silent := w.company.Silent[0]
	journey.Eventually(w, "the silent customer stands on Today", 30*time.Second, func() error {
		w.rep.Open(w.earshot.URL + "/")
		w.customer = journey.Evaluate[string](w.rep,
			`[...document.querySelectorAll(".quiet-list h3 a")].find(a => a.innerText == "`+silent+`")?.getAttribute("href") ?? ""`)
		if w.customer == "" {
			return fmt.Errorf("Today shows %q", w.rep.Text("main"))
		}
		return nil
	})
	w.see(w.rep, w.row(), "Usually orders every 6-8 days (middle 7)", "Chance that they have left")
	text, days := w.rep.Text(w.row()), 0
	if _, rest, found := strings.Cut(text, "silent for "); found {
		_, _ = fmt.Sscanf(rest, "%d days", &days)
	}
	if !journey.Silent(days) {
		w.Errorf("silent for %d days, want %d: %q", days, journey.SilentDays, text)
	}
	if text := w.rep.Text(".quiet-list"); strings.Contains(text, "Lively") {
		w.Errorf("a lively customer stands among the quiet: %q", text)
	}
}

func (w *walk) askNow() {
	w.rep.Press(w.row() + ` form[action$="/ask"] button`)
	w.see(w.rep, "main", "The question is on its way.")
	letter := journey.ReadLetter(w, w.sink.Wait(1)[0])
	if got := letter.Recipients; len(got) != 1 || got[0] != journey.BuyerAddress(0) {
		w.Errorf("the mail went to %v, want the silent customer's contact", got)
	}
	if len(letter.Scores) != 5 || !strings.Contains(letter.Text, letter.Scores[1]) {
		w.Fatalf("the mail has the score links %v, want five, in both parts; the plain part: %s", letter.Scores, letter.Text)
	}
	if !strings.HasPrefix(letter.Unsubscribe, w.earshot.URL+"/r/") || letter.Header.Get("Message-Id") == "" {
		w.Errorf("List-Unsubscribe is %q and Message-ID %q", letter.Unsubscribe, letter.Header.Get("Message-Id"))
	}
	w.letter = letter
}

func (w *walk) makeKey() {
	w.api = journey.NewClient(w, w.earshot.URL, makeKeyOnPage(w.rep, w.earshot.URL))
	w.see(w.rep, "[aria-labelledby=about]", w.earshot.URL, version())
}

// makeKeyOnPage makes an API key on the settings page.
func makeKeyOnPage(tab *journey.Tab, url string) string {
	tab.Open(url + "/settings")
	journey.Evaluate[bool](tab, `document.querySelector('form[action$="/keys"]').closest("details").open = true`)
	journey.Evaluate[string](tab, `document.querySelector('form[action$="/keys"] [name=name]').value = "Test"`)
	tab.Choose("scope", "write")
	tab.Press(`form[action$="/keys"] button`)
	return tab.Text("code.secret")
}

// scan follows every link of the mail as a mail scanner does, which must change nothing.
func (w *walk) scan() {
	before := invitations(w.api)
	for _, link := range append(w.letter.Links, w.letter.Unsubscribe) {
		w.api.Do(http.MethodGet, strings.TrimPrefix(link, w.earshot.URL), nil, http.StatusOK)
		w.contact.Open(link)
	}
	if after := invitations(w.api); !reflect.DeepEqual(after, before) {
		w.Errorf("opening the links of the mail changed the invitation from %v to %v", before, after)
	}
	w.noAnswers()
}

func (w *walk) noAnswers() {
	w.Helper()
	if got := journey.All[kept](w.api, "/api/v1/responses?suspects=true"); len(got) != 0 {
		w.Errorf("opening links gave %d responses, want none", len(got))
	}
}

// humanTime is about the least in which a person answers three questions; what comes faster is set aside as a machine's.
const humanTime = 1200 * time.Millisecond

// complaint is what the contact has to say.
const complaint = "Invoices come too late, & nobody calls back <soon>"

// answer answers by the link of the second score, without scripts.
func (w *walk) answer() {
	w.contact.Open(`data:text/html,<body>off<script>document.body.textContent="on"</script>`)
	w.see(w.contact, "body", "off")
	w.contact.Open(w.letter.Scores[1])
	if got := journey.Evaluate[string](w.contact, `document.querySelector("[name=q_happy]:checked")?.value ?? ""`); got != "2" {
		w.Fatalf("the page of the second score has %q preselected, want 2", got)
	}
	w.contact.Type("q_better", complaint)
	w.contact.Choose("q_price", "fair")
	time.Sleep(humanTime)
	w.contact.Press(`main form button`)
	w.see(w.contact, "main", "Thank you")
	// It can be looked at and changed; there is still one answer.
	journey.Eventually(w, "the link shows the answer", 10*time.Second, func() error {
		w.contact.Open(w.letter.Scores[4])
		if got := journey.Evaluate[string](w.contact, `document.querySelector("[name=q_better]").value`); got != complaint {
			return fmt.Errorf("it shows %q", got)
		}
		return nil
	})
	if got := journey.All[kept](w.api, "/api/v1/responses"); len(got) != 1 {
		w.Errorf("got %d responses, want 1", len(got))
	}
}

func (w *walk) readAnswer() {
	journey.Eventually(w, "the answer stands on Today", 10*time.Second, func() error {
		w.rep.Open(w.earshot.URL + "/")
		if text := w.rep.Text(".quotes"); !strings.Contains(text, complaint) || !strings.Contains(text, w.company.Silent[0]) {
			return fmt.Errorf("the latest answers are %q", text)
		}
		return nil
	})
	w.rep.Open(w.earshot.URL + w.customer)
	w.see(w.rep, "main", complaint, "Pat 0, Buyer", "Asked so far")
	w.picture("main figure img")
	w.rep.Open(w.earshot.URL + "/")
	w.rep.Press(`.quotes a.strong`)
	w.see(w.rep, "main", complaint, "Invoices", "Fair")
}

// picture fails the test unless the image has come and shows something.
func (w *walk) picture(selector string) {
	w.Helper()
	journey.Eventually(w, "the picture "+selector, 10*time.Second, func() error {
		if wide := journey.Evaluate[int](w.rep, `document.querySelector("`+selector+`")?.naturalWidth ?? 0`); wide < 100 {
			return fmt.Errorf("it is %d pixels wide", wide)
		}
		return nil
	})
}

// answerForOthers asks the other silent customers by API and answers by the form, so that there are figures to show.
func (w *walk) answerForOthers() {
	surveys := journey.All[struct{ ID string }](w.api, "/api/v1/surveys")
	for i := 1; i < len(w.company.Silent); i++ {
		var customer struct{ ID string }
		w.api.Get(fmt.Sprintf("/api/v1/customers/by-external-id/K-%d", i), &customer)
		var asked struct{ Link string }
		w.api.Post("/api/v1/invitations", map[string]any{"customer_id": customer.ID, "survey_id": surveys[0].ID, "delivery": "link"}, &asked)
		w.api.Do(http.MethodPost, strings.TrimPrefix(asked.Link, w.earshot.URL), url.Values{"q_happy": {fmt.Sprint(1 + i)}}, http.StatusOK)
	}
}

// readFeedback looks at the figures: scores 2, 2, 3, 4 and 5.
func (w *walk) readFeedback() {
	journey.Eventually(w, "all answers are counted", 15*time.Second, func() error {
		w.rep.Open(w.earshot.URL + "/feedback")
		if text := w.rep.Text("main"); !strings.Contains(text, "5 answers") {
			return fmt.Errorf("the page shows %q", text)
		}
		return nil
	})
	w.see(w.rep, "main", "How happy are you with us right now?", "95 %")
	w.picture("section[aria-labelledby=trend] img")
	w.picture("section[aria-labelledby=spread] img")
	shares := journey.Evaluate[string](w.rep, `[...document.querySelectorAll("section[aria-labelledby=spread] tbody tr")].map(r => r.cells[1].innerText).join(" ")`)
	if shares != "0 2 1 1 1" && shares != "1 1 1 2 0" {
		w.Errorf("the table of answers counts %q, want 0, 2, 1, 1 and 1 of the scores 1 to 5", shares)
	}
}

// unsubscribe sends what a mail program sends when its button is pressed; nobody is asked there any more.
func (w *walk) unsubscribe() {
	w.api.Do(http.MethodPost, strings.TrimPrefix(w.letter.Unsubscribe, w.earshot.URL), url.Values{"List-Unsubscribe": {"One-Click"}}, http.StatusOK)
	w.rep.Open(w.earshot.URL + w.customer)
	if w.rep.Text("#ask") == "" {
		w.Fatal("the customer's page has no place to ask")
	}
	if journey.Evaluate[bool](w.rep, `!!document.querySelector('form[action$="/ask"] button')`) {
		if status := w.rep.PressRefused(`form[action$="/ask"] button`); status != http.StatusConflict {
			w.Errorf("asking who has unsubscribed got status %d, want 409", status)
		}
	}
	w.see(w.rep, "main", "unsubscribed")
	time.Sleep(200 * time.Millisecond)
	if got := len(w.sink.Messages()); got != 1 {
		w.Errorf("the mail server took %d mails, want 1", got)
	}
}
