package api_test

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"earshot/api"
	"earshot/survey"
	"earshot/survey/access"
)

// TestPagesOfferOnlyWhatTheyMayDo looks at every page with the eyes of each of the house: no link and no button there leads to what they
// may not.
func TestPagesOfferOnlyWhatTheyMayDo(t *testing.T) {
	t.Parallel()
	h := newHouse(t, "", "")
	rows := pageRows(h.world)
	for _, share := range []int{0, len(shares) - 1} {
		share := shares[share]
		h.share(t, share.see, share.work)
		for _, p := range staffOfHouse {
			all, b := share.see == access.ShareAll || slices.Contains(seeAll, p.name), h.as(t, p.name)
			may := slices.DeleteFunc(slices.Clone(rows), func(row api.Row) bool {
				return lets[row.Guard] != nil && wanted(row, p.level, share.stands[p.name], all) != 0
			})
			for _, row := range may {
				if row.Method != http.MethodGet || lets[row.Guard] == nil || strings.Contains(row.Path, ".") || p.level == access.LevelAdmin && row.Guard == "admin" {
					continue // who may do everything is offered nothing that they may not
				}
				eachLink(b.get(h.pathOf(t, row)).Document, func(method, path string) {
					if !leads(may, method, path) {
						t.Errorf("-reps-see=%s: %s shows %s the way to %s %s", share.see, row.Path, p.name, method, path)
					}
				})
			}
		}
	}
}

// TestNothingOfOthersIsTold searches all that somebody sees, who does not see Olga's customers, for anything of these.
func TestNothingOfOthersIsTold(t *testing.T) {
	t.Parallel()
	h := newHouse(t, access.ShareOwn, access.ShareOwn)
	paths := []string{
		"/?rep=all", "/customers?rep=none", "/customers?q=nord", "/customers?segment=logistics", "/invitations?q=nord", "/invitations?state=uncertain",
		"/quiet/report?rep=all", "/feedback?every=week&survey=" + h.survey, "/responses?low=on", "/pulses/forecast?pulse=" + h.pulse,
		"/suppressions?q=mail", "/received-mails?kind=reply",
	}
	for _, list := range survey.Lists() {
		paths = append(paths, "/customers?list="+string(list))
	}
	for _, row := range pageRows(h.world) {
		if row.Method == http.MethodGet && lets[row.Guard] != nil {
			paths = append(paths, h.pathOf(t, row))
		}
	}
	for _, name := range []string{"mate", "other", "elsewhere"} {
		b := h.as(t, name)
		for _, path := range paths {
			body := b.once(http.MethodGet, path, nil).Body.String()
			for _, told := range []string{"Nordlicht", "nordlicht.example", "Ana Ruiz", h.customer, "Faster replies", h.suppressed, "logistics</option>"} {
				if strings.Contains(body, told) && !strings.Contains(path, strings.TrimSuffix(told, "</option>")) {
					t.Errorf("%s tells %s of %q", path, name, told)
				}
			}
		}
		b.get("/invitations").want(http.StatusOK, "All 0")
		if n := b.get("/customers").Find("tbody tr").Length(); n != 0 {
			t.Errorf("%s sees %d customers, want none", name, n)
		}
		b.get("/feedback").want(http.StatusOK, "Nobody answered this in that time.")
	}
}

// TestFiltersRefuseOthers names what somebody does not see in filters, which are told as if there were none.
func TestFiltersRefuseOthers(t *testing.T) {
	t.Parallel()
	h := newHouse(t, access.ShareOwn, access.ShareOwn)
	b := h.as(t, "other")
	other, err := h.access.RepByEmail(t.Context(), "other@example.com")
	contact, errContact := h.service.Contact(t.Context(), newCompany(t, h.world, "C-95", "P-95"))
	own := string(must(t, contact, errContact).CustomerID)
	_, errGiven := h.service.ChangeCustomer(t.Context(), survey.CustomerID(own), 0, survey.CustomerFields{RepID: &must(t, &other, err).ID})
	must(t, 0, errGiven)
	for _, tt := range []struct {
		path   string
		status int
	}{
		{"/responses?answer=x&question=satisfaction&survey=" + h.survey + "&customer=" + h.customer, http.StatusNotFound},
		{"/invitations?customer=" + own + "&contact=" + h.contact, http.StatusNotFound}, {"/invitations?customer=" + own + "&contact=" + contact.ID, http.StatusOK},
		{"/responses?customer=" + h.customer, http.StatusNotFound}, {"/invitations?customer=" + h.customer, http.StatusNotFound},
		{"/invitations?contact=" + h.contact, http.StatusNotFound}, {"/invitations.csv?customer=" + h.customer, http.StatusNotFound},
		{"/customers?rep=" + string(h.olga), http.StatusBadRequest}, {"/responses?rep=" + string(h.olga), http.StatusBadRequest},
		{"/feedback?rep=" + string(h.olga), http.StatusBadRequest}, {"/feedback/trend.svg?rep=" + string(h.olga), http.StatusBadRequest},
	} {
		if got := b.get(tt.path).status; got != tt.status {
			t.Errorf("%s: got %d, want %d", tt.path, got, tt.status)
		}
	}
	hidden, missing := b.get("/customers/"+h.customer), b.get("/customers/cus_none")
	if hidden.status != missing.status || hidden.words("main p:first-of-type") != missing.words("main p:first-of-type") {
		t.Errorf("a customer who is hidden is told otherwise than one who does not exist: %q and %q", hidden.words("main"), missing.words("main"))
	}
}

// TestNobodyLiftsBlindly has a manager who does not see the list of addresses try to take some off it, of which one is there.
func TestNobodyLiftsBlindly(t *testing.T) {
	t.Parallel()
	h := newHouse(t, access.ShareOwn, access.ShareOwn)
	for _, email := range []string{h.suppressed, "nobody@example.com"} {
		h.as(t, "manager").post("/suppressions/lift", url.Values{"email": {email}}).want(http.StatusForbidden, "you see only some of them")
	}
	h.share(t, access.ShareAll, access.ShareOwn)
	h.as(t, "manager").post("/suppressions/lift", url.Values{"email": {h.suppressed}}).want(http.StatusOK, "Saved")
}

// TestListsShowWhatIsTheirs gives some customers away, and looks at lists, counts and figures of both.
func TestListsShowWhatIsTheirs(t *testing.T) {
	t.Parallel()
	h := newHouse(t, access.ShareTeam, access.ShareOwn)
	answer, err := h.service.Response(t.Context(), survey.ResponseID(h.response))
	customer := must(t, answer, err).CustomerID
	other := must(t, h.access, nil)
	rep, err := other.RepByEmail(t.Context(), "other@example.com")
	_, errGiven := h.service.ChangeCustomer(t.Context(), customer, 0, survey.CustomerFields{RepID: &must(t, &rep, err).ID})
	must(t, 0, errGiven)
	b, olga := h.as(t, "other"), h.as(t, "olga")
	b.get("/customers").want(http.StatusOK, "Nordlicht C-3")
	b.get("/customers/"+string(customer)).want(http.StatusOK, "Faster replies, please.")
	b.get("/responses/"+h.response).want(http.StatusOK, "Nordlicht C-3")
	b.get("/responses?customer="+string(customer)).want(http.StatusOK, "Nordlicht C-3")
	olga.get("/customers/" + string(customer)).want(http.StatusNotFound)
	if rows := olga.get("/customers?q=nordlicht").Find("tbody tr").Length(); rows < 5 {
		t.Errorf("olga sees %d of her customers, want all but the one that was given away", rows)
	}
	if body := olga.get("/customers?q=nordlicht").body; strings.Contains(body, "Nordlicht C-3<") {
		t.Error("olga still sees the customer that was given away")
	}
}

// TestAnalystsSeeNoLinks opens every page as an analyst, to whom customers had belonged before.
func TestAnalystsSeeNoLinks(t *testing.T) {
	t.Parallel()
	h := newHouse(t, "", "")
	level := access.LevelAnalyst
	_, err := h.access.ChangeRep(t.Context(), h.olga, access.RepChange{Access: &level})
	must(t, 0, err)
	b := h.as(t, "olga")
	for _, row := range pageRows(h.world) {
		if row.Method != http.MethodGet || lets[row.Guard] == nil {
			continue
		}
		path := h.pathOf(t, row)
		if leak := secretOfALink.FindString(b.once(http.MethodGet, path, nil).Body.String()); leak != "" {
			t.Errorf("%s shows an analyst the link %s", path, leak)
		}
	}
}
