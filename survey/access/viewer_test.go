package access_test

import (
	"strings"
	"testing"

	"earshot/survey"
	"earshot/survey/access"
)

// TestWhoseCustomersTheyReach holds each level against what installations share: whose customers it sees, and on whose it works.
func TestWhoseCustomersTheyReach(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	north, err := h.CreateTeam(t.Context(), access.NewTeam{Name: " North "})
	must(t, north, err)
	team := survey.TeamID(north.ID)
	people := map[string]*access.Rep{}
	for _, p := range []struct {
		name  string
		level access.Level
		team  survey.TeamID
	}{
		{"admin", access.LevelAdmin, ""}, {"rep", access.LevelRep, team}, {"mate", access.LevelRep, team}, {"other", access.LevelRep, ""},
		{"manager", access.LevelManager, team}, {"head", access.LevelManager, ""}, {"analyst", access.LevelAnalyst, ""}, {"team analyst", access.LevelAnalyst, team},
	} {
		rep, err := h.CreateRep(t.Context(), access.NewRep{
			Name: p.name, Email: strings.ReplaceAll(p.name, " ", "") + "@example.com", Access: p.level, TeamID: p.team, Password: password,
		})
		people[p.name] = must(t, rep, err)
	}
	owners := []string{"nobody", "rep", "mate", "other"}
	reached := func(r survey.Reach) string {
		var names []string
		for _, name := range owners {
			var id survey.RepID
			if p := people[name]; p != nil {
				id = survey.RepID(p.ID)
			}
			if r.Has(id) {
				names = append(names, name)
			}
		}
		return strings.Join(names, " ")
	}
	const everybody, teams = "nobody rep mate other", "nobody rep mate"
	for _, tt := range []struct {
		see, work       access.Sharing
		who, sees, does string
	}{
		{"", "", "admin", everybody, everybody},
		{"", "", "rep", everybody, "nobody rep"},
		{"", "", "manager", everybody, teams},
		{"", "", "head", everybody, everybody},
		{"", "", "analyst", everybody, ""},
		{"", "", "team analyst", everybody, ""},
		{access.ShareAll, access.ShareAll, "rep", everybody, everybody},
		{access.ShareAll, access.ShareAll, "manager", everybody, everybody},
		{access.ShareAll, access.ShareTeam, "rep", everybody, teams},
		{access.ShareAll, access.ShareTeam, "other", everybody, "nobody other"},
		{access.ShareTeam, access.ShareOwn, "rep", teams, "nobody rep"},
		{access.ShareTeam, access.ShareTeam, "other", "nobody other", "nobody other"},
		{access.ShareOwn, access.ShareOwn, "rep", "nobody rep", "nobody rep"},
		{access.ShareOwn, access.ShareOwn, "manager", teams, teams},
		{access.ShareOwn, access.ShareOwn, "head", everybody, everybody},
		{access.ShareOwn, access.ShareOwn, "analyst", everybody, ""},
		{access.ShareOwn, access.ShareOwn, "team analyst", teams, ""},
		{access.ShareOwn, access.ShareOwn, "admin", everybody, everybody},
	} {
		h.repsSee, h.repsWork = tt.see, tt.work
		v, err := h.process().Viewer(t.Context(), people[tt.who])
		must(t, v, err)
		if sees, does := reached(v.See), reached(v.Work); sees != tt.sees || does != tt.does {
			t.Errorf("-reps-see=%s -reps-work=%s, %s: sees %q and works on %q, want %q and %q", tt.see, tt.work, tt.who, sees, does, tt.sees, tt.does)
		}
	}
}

// TestTeams makes, renames and removes teams.
func TestTeams(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	ctx := t.Context()
	team, err := h.CreateTeam(ctx, access.NewTeam{Name: " North "})
	id := survey.TeamID(must(t, team, err).ID)
	if team.Name != "North" {
		t.Errorf("got the name %q, want North", team.Name)
	}
	create := func(name string) error { _, err := h.CreateTeam(ctx, access.NewTeam{Name: name}); return err }
	rename := func(id survey.TeamID, name string) error {
		_, err := h.RenameTeam(ctx, id, access.NewTeam{Name: name})
		return err
	}
	wantKind(t, "a name twice", create("NORTH"), survey.Conflict)
	wantKind(t, "no name", create(" "), survey.Invalid)
	wantKind(t, "another team", create("South"), "")
	wantKind(t, "another name", rename(id, "Nordic"), "")
	wantKind(t, "the name of another", rename(id, "south"), survey.Conflict)
	wantKind(t, "rename none", rename("team_none", "X"), survey.NotFound)
	mia := h.hire("mia@example.com", access.LevelRep)
	put := func(team survey.TeamID) error {
		_, err := h.ChangeRep(ctx, mia, access.RepChange{TeamID: &team})
		return err
	}
	wantKind(t, "into none", put("team_none"), survey.Invalid)
	wantKind(t, "into the team", put(id), "")
	wantKind(t, "delete with somebody in it", h.DeleteTeam(ctx, id), survey.Conflict)
	wantKind(t, "out again", put(""), "")
	wantKind(t, "delete", h.DeleteTeam(ctx, id), "")
	wantKind(t, "delete again", h.DeleteTeam(ctx, id), survey.NotFound)
	teams, err := h.Teams(ctx)
	if must(t, teams, err); len(teams) != 1 || teams[0].Name != "South" {
		t.Errorf("got %d teams, want South alone", len(teams))
	}
}
