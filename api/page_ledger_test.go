package api_test

import (
	"encoding/csv"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"earshot/survey"
)

// ledgerCounts are the counts by API, by standing, with their total.
func ledgerCounts(t *testing.T, w *world, query string) (map[string]int, int) {
	t.Helper()
	got := readJSON[struct {
		Total     int
		Standings []struct {
			Standing string
			Count    int
		}
	}](t, w, call{method: "GET", key: w.readKey, path: "/api/v1/invitations/counts" + query})
	counts := map[string]int{}
	for _, x := range got.Standings {
		counts[x.Standing] = x.Count
	}
	return counts, got.Total
}

// TestTheLedgerIsOneInAllPlaces: the tabs of the page, the counts and lists by API, and the table tell the same of each standing.
func TestTheLedgerIsOneInAllPlaces(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := repBrowser(t, w)
	counts, total := ledgerCounts(t, w, "")
	page := b.get("/invitations").want(http.StatusOK)
	tabs := map[string]string{}
	page.Find(".tabs a").Each(func(_ int, a *goquery.Selection) { tabs[a.AttrOr("href", "")] = strings.TrimSpace(a.Text()) })
	if got := tabs["/invitations"]; got != fmt.Sprintf("All %d", total) {
		t.Errorf("got the tab %q, want %d in all", got, total)
	}
	sum := 0
	for standing, n := range counts {
		sum += n
		res := w.send(t, call{method: "GET", key: w.readKey, path: "/api/v1/invitations.csv?standing=" + standing})
		rows, err := csv.NewReader(res.Body).ReadAll()
		list := readJSON[struct {
			Items []struct{ ID, Standing string }
		}](t, w, call{method: "GET", key: w.readKey, path: "/api/v1/invitations?limit=200&standing=" + standing})
		if len(must(t, rows, err)) != n+1 || len(list.Items) != n {
			t.Errorf("%s: counts %d, and the table has %d rows, the list %d", standing, n, len(rows)-1, len(list.Items))
		}
		if tab := tabs["/invitations?state="+standing]; n > 0 != strings.HasSuffix(tab, fmt.Sprintf(" %d", n)) {
			t.Errorf("%s: counts %d, and the tab says %q", standing, n, tab)
		}
		shown := b.get("/invitations?state=" + standing).want(http.StatusOK)
		if got := shown.Find("tbody tr").Length(); got != n {
			t.Errorf("%s: counts %d, and the page shows %d", standing, n, got)
		}
	}
	if sum != total || total == 0 {
		t.Errorf("the counts add up to %d, and the total is %d", sum, total)
	}
}

// TestSearchingTheLedger narrows page, API and table alike, and tells what it cannot read.
func TestSearchingTheLedger(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := adminBrowser(t, w)
	name, email := "=HYPERLINK(1)", "Zoë@nordlicht.example"
	contact, err := w.service.ChangeContact(t.Context(), newCompany(t, w, "C-11", "P-11"), 0, survey.ContactFields{Name: &name, Email: &email})
	asked := ask(t, w, survey.AskRequest{ContactID: survey.ContactID(must(t, contact, err).ID), SurveyID: survey.SurveyID(w.survey)}).Invitation
	for _, q := range []string{"zoë@nordlicht.example", asked.ID, "Nordlicht C-11"} {
		query := "?q=" + url.QueryEscape(q)
		page := b.get("/invitations"+query).want(http.StatusOK, "=HYPERLINK(1)")
		if page.Find("tbody tr").Length() != 1 || page.value("q") != q {
			t.Errorf("%q: the page lists %d, with %q in the form", q, page.Find("tbody tr").Length(), page.value("q"))
		}
		if _, total := ledgerCounts(t, w, query); total != 1 {
			t.Errorf("%q: counts %d", q, total)
		}
		link := page.Find("a[download]").AttrOr("href", "")
		rows, err := csv.NewReader(b.once(http.MethodGet, link, nil).Body).ReadAll()
		if len(must(t, rows, err)) != 2 || !slices.Contains(rows[1], "'=HYPERLINK(1)") || rows[1][0] != asked.ID {
			t.Errorf("%s: got %q, want the one, and no formula", link, rows)
		}
	}
	day := noon.Format("2006-01-02")
	for query, want := range map[string]bool{
		"?from=" + day + "&to=" + day: true, "?to=2020-01-01": false, "?contact=" + contact.ID: true, "?contact=con_0": false, "?customer=" + string(contact.CustomerID): true, "?survey=" + w.survey: true, "?survey=srv_0": false,
		"?pulse=" + w.pulse: false,
	} {
		page := b.get("/invitations" + query).want(http.StatusOK)
		if got := strings.Contains(page.Find("tbody").Text(), "=HYPERLINK"); got != want {
			t.Errorf("%s: lists it %v, want %v", query, got, want)
		}
		if !want {
			page.want(http.StatusOK, "Take a longer period, or fewer conditions")
		}
	}
	b.get("/invitations?from=yesterday").want(http.StatusBadRequest, "Must be a day, e.g. 2026-01-31.", "Mend the filter above")
	b.get("/invitations?from=2026-03-02&to=2026-03-01").want(http.StatusBadRequest, "Must not lie before the first day.")
	b.get("/invitations.csv?state=lost").want(http.StatusNotFound)
	b.get("/invitations?state=queued").want(http.StatusOK)
}

// TestThePageOfAnInvitation tells where it stands, what befell it, and what came back, and leads on; it is linked from everywhere.
func TestThePageOfAnInvitation(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := repBrowser(t, w)
	page := b.get("/invitations/"+w.uncertain).want(http.StatusOK, "Uncertain", "nobody knows whether it arrived", "Connection reset after DATA", w.uncertain+"@feedback.example.com", "Satisfaction")
	customer := page.link("dl a[href^='/customers/']")
	for _, want := range []string{"/contacts/", "/surveys/" + w.survey} {
		if page.Find("dl a[href^='"+want+"']").Length() != 1 {
			t.Errorf("the page does not lead to %s", want)
		}
	}
	b.get(customer).want(http.StatusOK).wantLink(t, "/invitations/"+w.uncertain)
	b.get("/invitations").wantLink(t, "/invitations/"+w.uncertain)
	b.get("/kept-mails/"+w.keptMail).wantLink(t, "/invitations/"+w.keptMail)
	b.get("/responses/"+w.response).wantLink(t, "/invitations/"+w.answered)
	b.get("/invitations/"+w.keptMail).want(http.StatusOK, "kept here and not sent", "Kept, not sent").wantLink(t, "/kept-mails/"+w.keptMail)
	b.get("/invitations/"+w.answered).want(http.StatusOK, "The link was handed out").wantLink(t, "/responses/"+w.response)
	b.get("/invitations/inv_0").want(http.StatusNotFound)

	done := b.post("/invitations/"+w.uncertain+"/leave", nil).want(http.StatusOK, "It counts as sent.", "Decided by")
	if !strings.HasPrefix(done.at, "/invitations/"+w.uncertain) {
		t.Errorf("after deciding got to %s", done.at)
	}
	mail := "From: Ana <ana@nordlicht.example>\r\nSubject: Re: How are we doing?\r\nMessage-ID: <x@y>\r\n\r\nAll is well, thank you.\r\n"
	if _, err := w.service.Receive(t.Context(), "", strings.NewReader(mail)); err != nil {
		t.Fatal(err)
	}
	drain(t, w)
	b.get("/received-mails").want(http.StatusOK, "Re: How are we doing?", "No invitation of ours")
	b.get("/received-mails?kind=reply").want(http.StatusOK, "Re: How are we doing?")
	b.get("/received-mails?kind=bounce").want(http.StatusOK, "None of this kind.")
	b.get("/received-mails?kind=love").want(http.StatusNotFound)
}

// wantLink fails unless a link on the screen leads there.
func (s *screen) wantLink(t *testing.T, to string) {
	t.Helper()
	if s.Find("a[href='"+to+"']").Length() == 0 {
		t.Errorf("%s does not lead to %s", s.at, to)
	}
}

// TestDecidingAboutManyOnThePage decides about those that are chosen, or all behind another click, and never guesses.
func TestDecidingAboutManyOnThePage(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := adminBrowser(t, w)
	page := b.get("/invitations").want(http.StatusOK)
	if box := page.Find("section.uncertain input[type=checkbox]"); box.AttrOr("value", "") != w.uncertain || box.AttrOr("form", "") != page.Find("form[action='/invitations/resolve']").First().AttrOr("id", "none") {
		t.Error("there is no box of the form to choose the uncertain mail by")
	}
	b.post("/invitations/resolve", url.Values{"resend": {"no"}}).want(http.StatusOK, "No mail was chosen")
	b.post("/invitations/resolve", url.Values{"id": {w.uncertain}}).want(http.StatusBadRequest)
	stands := func() survey.Standing {
		inv, err := w.service.Invitation(t.Context(), survey.InvitationID(w.uncertain))
		return must(t, inv, err).Standing()
	}
	if got := stands(); got != survey.StandsUncertain {
		t.Fatalf("the mail is %s, though nothing was decided", got)
	}
	b.post("/invitations/resolve", url.Values{"all": {"on"}, "pulse": {w.pulse}, "resend": {"no"}}).want(http.StatusOK, "Decided.")
	if got := stands(); got != survey.StandsUncertain {
		t.Errorf("the mail of no pulse is %s after all of a pulse were decided", got)
	}
	b.post("/invitations/resolve", url.Values{"id": {w.uncertain}, "resend": {"no"}}).want(http.StatusOK, "Decided.")
	if got := stands(); got != survey.StandsAccepted {
		t.Errorf("the mail is %s, want it accepted", got)
	}
}

// TestWithholdingOnThePage is for admins, and for what waits.
func TestWithholdingOnThePage(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	inv := ask(t, w, survey.AskRequest{ContactID: newCompany(t, w, "C-10", "P-10"), SurveyID: survey.SurveyID(w.survey)}).Invitation
	mia := repBrowser(t, w)
	if mia.get("/invitations?state=planned").want(http.StatusOK).Find("form[action='/invitations/withhold']").Length() > 0 {
		t.Error("a rep is shown what only admins may")
	}
	mia.post("/invitations/withhold", nil).want(http.StatusForbidden)
	b := adminBrowser(t, w)
	b.get("/invitations?state=planned&q=nord").want(http.StatusOK)
	page := b.get("/invitations?state=planned").want(http.StatusOK, "1 mail of this list waits to be sent", "Withhold 1 mail")
	page.submit("form[action='/invitations/withhold']").want(http.StatusOK, "What waited is withheld")
	got := readJSON[struct{ Standing string }](t, w, call{method: "GET", key: w.readKey, path: "/api/v1/invitations/" + inv.ID})
	if got.Standing != "withheld" {
		t.Errorf("got %q, want it withheld", got.Standing)
	}
	b.get("/invitations/"+inv.ID).want(http.StatusOK, "It was withheld by hand", "Decided by")
}

// TestHoldsAreShownWhereTheyAreLookedFor: on the customer's page and by API, besides the pulse's.
func TestHoldsAreShownWhereTheyAreLookedFor(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	if _, err := w.service.Suppress(t.Context(), survey.SuppressionInput{Email: "p-76@nordlicht.example"}); err != nil {
		t.Fatal(err)
	}
	newCompany(t, w, "C-12", "P-12")
	pulse, err := w.service.CreatePulse(t.Context(), survey.PulseInput{
		Name: "Ask everyone", SurveyID: survey.SurveyID(w.survey), Audience: survey.AudienceEveryone, Weekdays: []int{2}, Hour: 9, TimeZone: "Europe/Berlin",
	})
	id := must(t, pulse, err).ID
	if _, err := w.service.RunPulseNow(t.Context(), survey.PulseID(id), ""); err != nil {
		t.Fatal(err)
	}
	drain(t, w)
	b := repBrowser(t, w)
	const why = "Ana Ruiz must not be mailed"
	b.get("/customers/"+w.customer).want(http.StatusOK, "Not asked by pulses", why).wantLink(t, "/pulses/"+id)
	asked, total := ledgerCounts(t, w, "?pulse_id="+id)
	b.get("/pulses/"+id).want(http.StatusOK, why, "1 asked in all", "1 kept, not sent")
	if total != 1 || asked["kept"] != 1 {
		t.Errorf("got %d asked, %v; want the one", total, asked)
	}
	type holds struct {
		Items []struct {
			PulseID    string `json:"pulse_id"`
			CustomerID string `json:"customer_id"`
			Reason     string
		}
	}
	own := readJSON[holds](t, w, call{method: "GET", key: w.readKey, path: "/api/v1/customers/" + w.customer + "/holds"})
	if len(own.Items) != 1 || own.Items[0].PulseID != id || !strings.HasPrefix(own.Items[0].Reason, why) {
		t.Errorf("got %+v, want that pulse's reason", own.Items)
	}
	all := readJSON[holds](t, w, call{method: "GET", key: w.readKey, path: "/api/v1/pulses/" + id + "/holds?limit=200"})
	if !slices.Contains(all.Items, own.Items[0]) {
		t.Errorf("got %+v, want that customer among them", all.Items)
	}
}
