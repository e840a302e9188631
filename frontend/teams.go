package frontend

import (
	"net/url"

	"earshot/survey/access"
)

// PathTeams is where teams are kept.
const PathTeams = PathSettings + "/teams"

// TeamsPage is for admins: who looks after customers together.
type TeamsPage struct {
	Shell
	Rows []TeamRow
	// New is the form made by TeamForm.
	New Form
}

// TeamRow is one team, with who is in it.
type TeamRow struct {
	Name, URL string
	People    []string
}

// PageTitle names the page.
func (TeamsPage) PageTitle() string { return "Teams" }

func (TeamsPage) template() string { return "teams" }

// TeamPage renames a team, with the form made by TeamForm.
type TeamPage struct {
	Shell
	Name string
	Form Form
	// People are who is in it, with the way to put them elsewhere.
	People []Link
	// Delete removes the team; nil while somebody is in it.
	Delete *Action
}

// PageTitle names the page.
func (p TeamPage) PageTitle() string { return "Team " + p.Name }

func (TeamPage) template() string { return "team" }

// TeamForm asks for the name of a team.
func TeamForm(action string, values url.Values, existing bool) Form {
	submit := "Add team"
	if existing {
		submit = "Save"
	}
	return Form{ID: "team", Action: action, Submit: submit, Fields: filled(values, limited[access.NewTeam](
		Field{Kind: TextField, Name: "name", Label: "Name", Required: true, Autocomplete: "off", Placeholder: "North"})...)}
}

// levelWords say what each level may.
var levelWords = map[access.Level]string{
	access.LevelAnalyst: "Read", access.LevelRep: "Work with customers", access.LevelManager: "Lead a team", access.LevelAdmin: "Do everything",
}

// May says what the level may.
func (u User) May() string { return levelWords[u.Level] }

// May says what the rep may.
func (r RepRow) May() string { return levelWords[r.Access] }
