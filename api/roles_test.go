package api_test

import (
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"earshot/api"
	"earshot/survey"
	"earshot/survey/access"
)

// house is a world with people of all levels, in which every customer belongs to one of them: Olga.
type house struct {
	*world
	http.Handler
	olga survey.RepID
}

// staffOfHouse are those who look at Olga's customers.
var staffOfHouse = []struct {
	name, team string
	level      access.Level
}{
	{"olga", "North", access.LevelRep},            // whose customers they are
	{"mate", "North", access.LevelRep},            // in her team
	{"other", "South", access.LevelRep},           // in another one
	{"manager", "North", access.LevelManager},     // of her team
	{"elsewhere", "South", access.LevelManager},   // of another one
	{"analyst", "", access.LevelAnalyst},          // in none
	{"teamanalyst", "North", access.LevelAnalyst}, // in hers
	{"admin", "", access.LevelAdmin},
}

// newHouse returns a house where reps share their customers so.
func newHouse(t testing.TB, see, work access.Sharing) *house {
	t.Helper()
	w := newWorld(t)
	h := &house{world: w}
	h.share(t, see, work)
	teams := map[string]survey.TeamID{"": ""}
	for _, name := range []string{"North", "South"} {
		team, err := w.access.CreateTeam(t.Context(), access.NewTeam{Name: name})
		teams[name] = survey.TeamID(must(t, team, err).ID)
	}
	for _, p := range staffOfHouse {
		rep, err := w.access.CreateRep(t.Context(), access.NewRep{
			Name: p.name, Email: p.name + "@example.com", Access: p.level, TeamID: teams[p.team], Password: testPassword,
		})
		if must(t, rep, err); p.name == "olga" {
			h.olga = survey.RepID(rep.ID)
		}
	}
	drain(t, w) // an import waits that brings one more customer
	h.giveAll(t, h.olga)
	return h
}

// share has the reps of a house share their customers so from now on.
func (h *house) share(t testing.TB, see, work access.Sharing) {
	t.Helper()
	people, err := access.New(access.Options{Store: h.store, Clock: h.service.Now, RepsSee: see, RepsWork: work})
	must(t, people, err)
	h.Handler, err = api.New(api.Config{Service: h.service, Access: people, Audit: h.audit, Repeats: h.repeats, Frontend: pages()})
	must(t, 0, err)
}

// giveAll gives all customers to one rep.
func (h *house) giveAll(t testing.TB, to survey.RepID) {
	t.Helper()
	all, err := h.service.Customers(t.Context(), survey.CustomerFilter{Limit: survey.MaxPage})
	for _, x := range must(t, all, err).Items {
		_, err := h.service.ChangeCustomer(t.Context(), survey.CustomerID(x.ID), 0, survey.CustomerFields{RepID: &to})
		must(t, 0, err)
	}
	drain(t, h.world)
}

// as returns a browser in which somebody of the house is logged in.
func (h *house) as(t testing.TB, name string) *browser {
	t.Helper()
	return newBrowser(t, h.Handler).logIn(h.world, name+"@example.com")
}

// How somebody stands to a customer of Olga's.
const (
	hidden = "hidden" // does not know of them
	sees   = "sees"
	works  = "works on"
)

// shares are what installations choose, with how each stands to Olga's customers there.
var shares = []struct {
	see, work access.Sharing
	stands    map[string]string
}{
	{access.ShareAll, access.ShareOwn, map[string]string{
		"olga": works, "mate": sees, "other": sees, "manager": works, "elsewhere": sees, "analyst": sees, "teamanalyst": sees, "admin": works,
	}},
	{access.ShareAll, access.ShareTeam, map[string]string{
		"olga": works, "mate": works, "other": sees, "manager": works, "elsewhere": sees, "analyst": sees, "teamanalyst": sees, "admin": works,
	}},
	{access.ShareAll, access.ShareAll, map[string]string{
		"olga": works, "mate": works, "other": works, "manager": works, "elsewhere": works, "analyst": sees, "teamanalyst": sees, "admin": works,
	}},
	{access.ShareTeam, access.ShareOwn, map[string]string{
		"olga": works, "mate": sees, "other": hidden, "manager": works, "elsewhere": hidden, "analyst": sees, "teamanalyst": sees, "admin": works,
	}},
	{access.ShareTeam, access.ShareTeam, map[string]string{
		"olga": works, "mate": works, "other": hidden, "manager": works, "elsewhere": hidden, "analyst": sees, "teamanalyst": sees, "admin": works,
	}},
	{access.ShareOwn, access.ShareOwn, map[string]string{
		"olga": works, "mate": hidden, "other": hidden, "manager": works, "elsewhere": hidden, "analyst": sees, "teamanalyst": sees, "admin": works,
	}},
}

// lets says by its guard whom a row lets in, whatever it is about. Whole is for who sees everybody's customers, which is said below.
var lets = map[string][]access.Level{
	"rep":    {access.LevelAnalyst, access.LevelRep, access.LevelManager, access.LevelAdmin},
	"see":    {access.LevelAnalyst, access.LevelRep, access.LevelManager, access.LevelAdmin},
	"whole":  {access.LevelAnalyst, access.LevelRep, access.LevelManager, access.LevelAdmin},
	"work":   {access.LevelRep, access.LevelManager, access.LevelAdmin},
	"manage": {access.LevelManager, access.LevelAdmin},
	"admin":  {access.LevelAdmin},
}

// seeAll are who sees everybody's customers, where reps do not.
var seeAll = []string{"analyst", "admin"}

// ofNobody are the rows with a parameter that are about nothing of a customer's.
var ofNobody = []string{"/surveys/", "/pulses/", "/settings/", "/imports/", "/feeds/", "/gallery/"}

// wanted is what comes of a row for somebody who stands so to whom it is about: the status that refuses, or 0 where they are let in.
func wanted(row api.Row, level access.Level, stands string, all bool) int {
	switch {
	case !slices.Contains(lets[row.Guard], level), row.Guard == "whole" && !all:
		return http.StatusForbidden
	case row.Owned && stands == hidden:
		return http.StatusNotFound
	case row.Owned && row.Guard != "see" && stands != works:
		return http.StatusForbidden
	}
	return 0
}

// TestRouteByRoleByOwner is the table of who may do what: every page and form, for a stranger and for each of the house, by what
// reps share. It is made from the list of routes. Nothing can be written meanwhile, so that who is let in changes nothing.
func TestRouteByRoleByOwner(t *testing.T) {
	t.Parallel()
	h := newHouse(t, "", "")
	h.store.breaks(nil, errBroken, false)
	rows := slices.DeleteFunc(pageRows(h.world), func(row api.Row) bool { return row.Guard == "public" || row.Guard == "token" })
	form := url.Values{"name": {"X"}, "version": {"1"}, "confirm": {"on"}, "id": {h.uncertain}, "resend": {"no"}}
	for _, row := range rows {
		path := h.pathOf(t, row)
		classified(t, row)
		wantLogin(t, newBrowser(t, h.Handler), row.Method, path)
	}
	// Sessions cannot begin any more: they are kept from before.
	h.store.breaks(nil, nil, false)
	browsers := map[string]*browser{}
	for _, p := range staffOfHouse {
		browsers[p.name] = h.as(t, p.name)
	}
	h.store.breaks(nil, errBroken, false)
	for n, share := range shares {
		h.share(t, share.see, share.work)
		for _, row := range rows {
			if n > 0 && !row.Owned && row.Guard != "whole" {
				continue // what is shared makes no difference
			}
			path := h.pathOf(t, row)
			for _, p := range staffOfHouse {
				b := browsers[p.name]
				b.handler = h.Handler
				all := share.see == access.ShareAll || slices.Contains(seeAll, p.name)
				want, res := wanted(row, p.level, share.stands[p.name], all), b.once(row.Method, path, form)
				refused := slices.Contains([]int{http.StatusForbidden, http.StatusNotFound}, res.Code)
				if want != 0 && res.Code != want || want == 0 && (res.Code == http.StatusForbidden || row.Owned && refused) {
					t.Errorf("-reps-see=%s -reps-work=%s: %s %s as %s, who %s: got %d, want %d (0 lets in)",
						share.see, share.work, row.Method, row.Path, p.name, share.stands[p.name], res.Code, want)
				}
			}
		}
	}
}

// classified fails for a row of which nobody has decided whom it lets in, or whose it is.
func classified(t *testing.T, row api.Row) {
	t.Helper()
	if _, known := lets[row.Guard]; !known {
		t.Errorf("%s %s has the guard %q, of which this table does not know whom it lets in: %v", row.Method, row.Path, row.Guard, slices.Sorted(maps.Keys(lets)))
	}
	if row.Method != http.MethodGet && (row.Guard == "see" || row.Guard == "whole") {
		t.Errorf("%s %s changes something, and lets analysts in, who only read", row.Method, row.Path)
	}
	about := slices.ContainsFunc(ofNobody, func(prefix string) bool { return strings.HasPrefix(row.Path, prefix) })
	if strings.Contains(row.Path, ":") && row.Owned == about && row.Guard != "admin" {
		t.Errorf("%s %s has a parameter: say whose it is about (route.of), or that it is nobody's (ofNobody)", row.Method, row.Path)
	}
}
