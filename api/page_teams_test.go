package api_test

import (
	"net/http"
	"testing"

	"earshot/survey"
	"earshot/survey/access"
)

// TestTeamsOnPages makes a team, puts somebody into it, renames it, and removes it when it is empty.
func TestTeamsOnPages(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	b := adminBrowser(t, w)
	b.get("/settings/teams").submit("form[action='/settings/teams']", "name", "North").want(http.StatusOK, "Saved.", "North")
	b.get("/settings/teams").submit("form[action='/settings/teams']", "name", "north").want(http.StatusConflict, "Is the name of another team")
	url := b.get("/settings/teams").link("td.name a:contains('North')")
	rep := "/settings/reps/" + w.rep
	form := b.get(rep)
	form.submit("form[action='"+rep+"']", "team_id", form.Find("option:contains('North')").AttrOr("value", ""), "access", "manager").want(http.StatusOK, "Saved.", "North", "Lead a team")
	b.get(url).want(http.StatusOK, "Mia Berg")
	if n := b.get(url).Find("form[action='" + url + "/delete']").Length(); n != 0 {
		t.Error("a team can be removed that somebody is in")
	}
	b.get(url).submit("form[action='"+url+"']", "name", "Nordic").want(http.StatusOK, "Nordic")
	got := readJSON[struct {
		Items []struct{ Name, Access, Team string } `json:"items"`
	}](t, w, call{method: "GET", key: w.readKey, path: "/api/v1/reps"}).Items
	if len(got) != 2 || got[1].Access != "manager" || got[1].Team != "Nordic" {
		t.Errorf("got %+v by API, want Mia, who leads Nordic", got)
	}
	b.get(rep).submit("form[action='"+rep+"']", "team_id", "").want(http.StatusOK, "Saved.")
	b.get(url).submit("form[action='"+url+"/delete']").want(http.StatusOK, "Deleted.")
}

// TestCustomersAreNotGivenToAnalysts tries it by each way.
func TestCustomersAreNotGivenToAnalysts(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	made, err := w.access.CreateRep(t.Context(), access.NewRep{Name: "Ana Lyst", Email: "lyst@example.com", Access: access.LevelAnalyst, Password: testPassword})
	id := survey.RepID(must(t, made, err).ID)
	b := adminBrowser(t, w)
	form := b.get("/customers/" + w.customer + "/edit")
	if n := form.Find("option[value='" + string(id) + "']").Length(); n != 0 {
		t.Error("the form offers an analyst")
	}
	form.submit("form[action='/customers/"+w.customer+"']", "rep_id", string(id)).want(http.StatusBadRequest, "Must not be an analyst, who only reads; choose a rep")
	external, name := "C-1", "X"
	rows := w.service.PutCustomers(t.Context(), []survey.CustomerFields{{ExternalID: &external, Name: &name, RepID: &id}})
	if survey.KindOf(rows[0].Err) != survey.Invalid {
		t.Errorf("many at once: got %v, want it refused", rows[0].Err)
	}
}
