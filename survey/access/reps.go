package access

import (
	"context"
	"errors"
	"time"

	"earshot/survey"
	"earshot/survey/address"
	"earshot/survey/store"
)

// NewRep is what is told of a new rep.
type NewRep struct {
	Name     string `json:"name" validate:"required,max=200"`
	Email    string `json:"email" validate:"required,max=254,mailbox"`
	Access   Level  `json:"access" validate:"required,oneof=analyst rep manager admin"`
	Password string `json:"password"`
	// TeamID is the team that they are in; empty is none.
	TeamID survey.TeamID `json:"team_id"`
	// CallsPerWeek is how many customers they call in a week; 0 is no limit.
	CallsPerWeek int `json:"calls_per_week" validate:"gte=0,lte=500"`
}

// CreateRep adds a rep, who can log in at once. Returns Conflict if another rep has the address.
func (s *Service) CreateRep(ctx context.Context, in NewRep) (*Rep, error) {
	rep, err := s.newRep(ctx, in)
	if err != nil {
		return nil, err
	}
	return rep, s.insertRep(ctx, rep)
}

// newRep makes a Rep out of what was told of it, or says what is wrong.
func (s *Service) newRep(ctx context.Context, in NewRep) (*Rep, error) {
	in.Name, in.Email = survey.Tidy(in.Name), address.Tidy(in.Email)
	if err := survey.Check(in); err != nil {
		return nil, err
	}
	if err := s.checkTeam(ctx, in.TeamID); err != nil {
		return nil, err
	}
	if err := s.checkPassword("password", in.Password, &Rep{Name: in.Name, Email: in.Email}); err != nil {
		return nil, err
	}
	hash, err := s.hashPassword(ctx, in.Password)
	if err != nil {
		return nil, err
	}
	now := s.now()
	return &Rep{
		Meta: store.Meta{ID: s.newID("rep")}, Name: in.Name, Email: in.Email, EmailKey: address.Key(in.Email),
		Access: in.Access, TeamID: in.TeamID, PasswordHash: hash, CallsPerWeek: in.CallsPerWeek, CreatedAt: now, UpdatedAt: now,
	}, nil
}

// insertRep stores a new rep.
func (s *Service) insertRep(ctx context.Context, rep *Rep) error {
	if err := s.db.reps.Insert(ctx, rep); err != nil {
		return repTaken(err)
	}
	s.claimed.Store(true)
	return nil
}

// repTaken says which field a refused write of a rep is about.
func repTaken(err error) error {
	var duplicate *store.DuplicateError
	if errors.As(err, &duplicate) {
		return &survey.Error{Kind: survey.Conflict, Message: "there is such a rep already",
			Fields: []survey.FieldError{{Field: "email", Message: "is taken by another rep; change that one instead"}}}
	}
	return err
}

// Rep returns one rep.
func (s *Service) Rep(ctx context.Context, id survey.RepID) (*Rep, error) {
	rep, err := s.db.reps.Get(ctx, string(id))
	if errors.Is(err, store.ErrNotFound) {
		return nil, survey.Errorf(survey.NotFound, "there is no rep %q", id)
	}
	return rep, err
}

// Reps returns all reps by name. Their number is that of a company's salespeople, so they are not paged.
func (s *Service) Reps(ctx context.Context) ([]*Rep, error) {
	var reps []*Rep
	for rep, err := range s.db.reps.All(ctx, store.Query{Index: repsByName}) {
		if err != nil {
			return nil, err
		}
		reps = append(reps, rep)
	}
	return reps, nil
}

// RepChange is what to change of a rep; what is nil stays.
type RepChange struct {
	Name         *string
	Email        *string
	Access       *Level
	TeamID       *survey.TeamID
	Password     *string
	Disabled     *bool
	CallsPerWeek *int
}

// ChangeRep changes a rep. Whoever is disabled, or gets another password, is logged out everywhere. The last admin
// cannot be disabled or made a rep.
func (s *Service) ChangeRep(ctx context.Context, id survey.RepID, change RepChange) (*Rep, error) {
	if err := s.keepAnAdmin(ctx, id, change); err != nil {
		return nil, err
	}
	if change.TeamID != nil {
		if err := s.checkTeam(ctx, *change.TeamID); err != nil {
			return nil, err
		}
	}
	hash, err := s.hashOfNew(ctx, id, change)
	if err != nil {
		return nil, err
	}
	rep, err := s.db.reps.Update(ctx, string(id), func(rep *Rep) error { return s.applyRepChange(rep, change, hash) })
	if errors.Is(err, store.ErrNotFound) {
		return nil, survey.Errorf(survey.NotFound, "there is no rep %q", id)
	}
	if err != nil {
		return nil, repTaken(err)
	}
	if change.Password != nil || !rep.DisabledAt.IsZero() {
		return rep, s.EndSessions(ctx, id, "", "")
	}
	return rep, nil
}

// hashOfNew returns the hash of a new password; empty where there is none.
func (s *Service) hashOfNew(ctx context.Context, id survey.RepID, change RepChange) (string, error) {
	if change.Password == nil {
		return "", nil
	}
	rep, err := s.Rep(ctx, id)
	if err != nil {
		return "", err
	}
	if err := s.checkPassword("password", *change.Password, rep); err != nil {
		return "", err
	}
	return s.hashPassword(ctx, *change.Password)
}

// applyRepChange writes change into rep, with the hash of the new password if there is one, or says what is wrong.
func (s *Service) applyRepChange(rep *Rep, change RepChange, hash string) error {
	if change.Name != nil {
		rep.Name = survey.Tidy(*change.Name)
	}
	if change.Email != nil {
		rep.Email = address.Tidy(*change.Email)
		if key := address.Key(rep.Email); key != rep.EmailKey { // links that are out lie in a mailbox that is not theirs any more
			rep.EmailKey, rep.Resets = key, nil
		}
	}
	if change.Access != nil {
		rep.Access = *change.Access
	}
	if change.TeamID != nil {
		rep.TeamID = *change.TeamID
	}
	if change.CallsPerWeek != nil {
		rep.CallsPerWeek = *change.CallsPerWeek
	}
	if hash != "" {
		s.setPassword(rep, hash)
	}
	switch {
	case change.Disabled == nil:
	case !*change.Disabled:
		rep.DisabledAt = time.Time{}
	case rep.DisabledAt.IsZero():
		rep.DisabledAt, rep.Resets = s.now(), nil
	}
	rep.UpdatedAt = s.now()
	return survey.Check(NewRep{Name: rep.Name, Email: rep.Email, Access: rep.Access, CallsPerWeek: rep.CallsPerWeek})
}

// keepAnAdmin refuses a change that would leave nobody who may administer.
func (s *Service) keepAnAdmin(ctx context.Context, id survey.RepID, change RepChange) error {
	demotes := change.Access != nil && *change.Access != LevelAdmin
	disables := change.Disabled != nil && *change.Disabled
	if !demotes && !disables {
		return nil
	}
	reps, err := s.Reps(ctx)
	if err != nil {
		return err
	}
	for _, rep := range reps {
		if rep.ID != string(id) && rep.Access == LevelAdmin && rep.DisabledAt.IsZero() {
			return nil
		}
	}
	return survey.Errorf(survey.Conflict, "this is the last admin; make somebody else an admin first")
}

// RepsByID returns the reps among ids that exist, as the domain knows them.
func (s *Service) RepsByID(ctx context.Context, ids []survey.RepID) (map[survey.RepID]survey.Rep, error) {
	keys := make([]string, len(ids))
	for i, id := range ids {
		keys[i] = string(id)
	}
	found, err := s.db.reps.Fetch(ctx, keys)
	if err != nil {
		return nil, err
	}
	reps := make(map[survey.RepID]survey.Rep, len(found))
	for id, rep := range found {
		reps[survey.RepID(id)] = rep.domain()
	}
	return reps, nil
}

// RepByEmail returns the rep with that address as the domain knows them, or NotFound.
func (s *Service) RepByEmail(ctx context.Context, email string) (survey.Rep, error) {
	rep, err := s.db.reps.First(ctx, store.Query{Index: repsByEmail, Equal: []any{address.Key(email)}})
	if errors.Is(err, store.ErrNotFound) {
		return survey.Rep{}, survey.Errorf(survey.NotFound, "there is no rep with that address")
	}
	if err != nil {
		return survey.Rep{}, err
	}
	return rep.domain(), nil
}

// Admins returns those who may administer and whose access was not taken away, as the domain knows them.
func (s *Service) Admins(ctx context.Context) ([]survey.Rep, error) {
	all, err := s.Reps(ctx)
	var admins []survey.Rep
	for _, rep := range all {
		if rep.Access == LevelAdmin && rep.DisabledAt.IsZero() {
			admins = append(admins, rep.domain())
		}
	}
	return admins, err
}

// domain returns what the domain knows of the rep.
func (r *Rep) domain() survey.Rep {
	return survey.Rep{ID: survey.RepID(r.ID), Name: r.Name, Email: r.Email, Disabled: !r.DisabledAt.IsZero(), ReadsOnly: r.Access == LevelAnalyst}
}
