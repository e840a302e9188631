package access

import (
	"context"
	"errors"
	"strings"
	"time"

	"earshot/survey"
	"earshot/survey/store"
)

// Team is some reps who look after customers together. A rep is in one at most.
type Team struct {
	store.Meta `json:",inline"`
	Name       string `json:"name" validate:"required,max=100"`
	// NameKey is what names are compared by, so that no two teams are called the same.
	NameKey   string    `json:"name_key"`
	CreatedAt time.Time `json:"created_at"`
}

// teamsByName is the index over the teams.
const teamsByName = "by_name"

var teamSpec = &store.Spec{
	Name:    "teams",
	New:     func() store.Doc { return new(Team) },
	Indexes: []store.Index{{Name: teamsByName, Fields: []string{"name_key"}, Unique: true}},
}

// NewTeam is what is told of a team.
type NewTeam struct {
	Name string `json:"name" validate:"required,max=100"`
}

// CreateTeam adds a team without anybody in it. Returns Conflict where there is one of that name.
func (s *Service) CreateTeam(ctx context.Context, in NewTeam) (*Team, error) {
	t := &Team{Meta: store.Meta{ID: s.newID("team")}, CreatedAt: s.now()}
	if err := t.call(in); err != nil {
		return nil, err
	}
	return t, teamTaken(s.db.teams.Insert(ctx, t))
}

// call gives the team its name.
func (t *Team) call(in NewTeam) error {
	in.Name = survey.Tidy(in.Name)
	t.Name, t.NameKey = in.Name, strings.ToLower(in.Name)
	return survey.Check(in)
}

// teamTaken says that another team has the name; other errors stay.
func teamTaken(err error) error {
	var duplicate *store.DuplicateError
	if errors.As(err, &duplicate) {
		return &survey.Error{Kind: survey.Conflict, Message: "there is such a team already",
			Fields: []survey.FieldError{{Field: "name", Message: "is the name of another team"}}}
	}
	return err
}

// Team returns one team, or NotFound.
func (s *Service) Team(ctx context.Context, id survey.TeamID) (*Team, error) {
	t, err := s.db.teams.Get(ctx, string(id))
	return t, noTeam(id, err)
}

// noTeam says that there is no such team; other errors stay.
func noTeam(id survey.TeamID, err error) error {
	if errors.Is(err, store.ErrNotFound) {
		return survey.Errorf(survey.NotFound, "there is no team %q", id)
	}
	return err
}

// Teams returns all teams by name. They are few, so they are not paged.
func (s *Service) Teams(ctx context.Context) ([]*Team, error) {
	var teams []*Team
	for t, err := range s.db.teams.All(ctx, store.Query{Index: teamsByName}) {
		if err != nil {
			return nil, err
		}
		teams = append(teams, t)
	}
	return teams, nil
}

// RenameTeam gives a team another name. Returns NotFound, Invalid, and Conflict where another one has it.
func (s *Service) RenameTeam(ctx context.Context, id survey.TeamID, in NewTeam) (*Team, error) {
	t, err := s.db.teams.Update(ctx, string(id), func(t *Team) error { return t.call(in) })
	return t, noTeam(id, teamTaken(err))
}

// DeleteTeam removes a team that nobody is in any more. Returns NotFound, and Conflict while somebody is.
func (s *Service) DeleteTeam(ctx context.Context, id survey.TeamID) error {
	t, err := s.Team(ctx, id)
	if err != nil {
		return err
	}
	members, err := s.membersOf(ctx, id)
	if err != nil {
		return err
	}
	if len(members) > 0 {
		return survey.Errorf(survey.Conflict, "%d of our people are in this team; put them into another one first", len(members))
	}
	return noTeam(id, s.db.teams.Delete(ctx, t))
}

// membersOf returns the reps of a team, those too whose access was taken away: their customers are the team's.
func (s *Service) membersOf(ctx context.Context, id survey.TeamID) ([]survey.RepID, error) {
	var members []survey.RepID
	q := store.Query{Index: repsByTeam, Equal: []any{string(id)}, Fields: []string{"name"}}
	for rep, err := range s.db.reps.All(ctx, q) {
		if err != nil {
			return nil, err
		}
		members = append(members, survey.RepID(rep.ID))
	}
	return members, nil
}

// checkTeam says that there is no such team to put somebody into; none is allowed.
func (s *Service) checkTeam(ctx context.Context, id survey.TeamID) error {
	if id == "" {
		return nil
	}
	_, err := s.Team(ctx, id)
	if survey.KindOf(err) == survey.NotFound {
		return survey.InvalidField("team_id", "must be one of our teams")
	}
	return err
}
