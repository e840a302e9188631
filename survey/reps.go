package survey

import (
	"context"
	"errors"
	"time"

	"earshot/survey/store"
)

// NewRep is what is told of a new rep.
type NewRep struct {
	Name     string `json:"name" validate:"required,max=200"`
	Email    string `json:"email" validate:"required,max=254,email"`
	Access   Access `json:"access" validate:"required,oneof=rep admin"`
	Password string `json:"password"`
}

// CreateRep adds a rep, who can log in at once. Returns Conflict if another rep has the address.
func (s *Service) CreateRep(ctx context.Context, in NewRep) (*Rep, error) {
	rep, err := s.newRep(in)
	if err != nil {
		return nil, err
	}
	return rep, s.insertRep(ctx, rep)
}

// newRep makes a Rep out of what was told of it, or says what is wrong.
func (s *Service) newRep(in NewRep) (*Rep, error) {
	in.Name, in.Email = tidy(in.Name), tidy(in.Email)
	if err := check(in); err != nil {
		return nil, err
	}
	if err := checkPassword(in.Password); err != nil {
		return nil, err
	}
	now := s.now()
	return &Rep{
		Meta: store.Meta{ID: s.newID("rep")}, Name: in.Name, Email: in.Email, EmailKey: emailKey(in.Email),
		Access: in.Access, PasswordHash: hashPassword(in.Password, s.Random), CreatedAt: now, UpdatedAt: now,
	}, nil
}

// insertRep stores a new rep.
func (s *Service) insertRep(ctx context.Context, rep *Rep) error {
	return repTaken(s.db.reps.Insert(ctx, rep))
}

// repTaken says which field a refused write of a rep is about.
func repTaken(err error) error {
	var duplicate *store.DuplicateError
	if errors.As(err, &duplicate) {
		return &Error{Kind: Conflict, Message: "there is such a rep already", cause: err,
			Fields: []FieldError{{Field: "email", Message: "is taken by another rep; change that one instead"}}}
	}
	return err
}

// Rep returns one rep.
func (s *Service) Rep(ctx context.Context, id RepID) (*Rep, error) {
	rep, err := s.db.reps.Get(ctx, string(id))
	if errors.Is(err, store.ErrNotFound) {
		return nil, Errorf(NotFound, "there is no rep %q", id)
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
	Name     *string
	Email    *string
	Access   *Access
	Password *string
	Disabled *bool
}

// ChangeRep changes a rep. Whoever is disabled, or gets another password, is logged out everywhere. The last admin
// cannot be disabled or made a rep.
func (s *Service) ChangeRep(ctx context.Context, id RepID, change RepChange) (*Rep, error) {
	if change.Password != nil {
		if err := checkPassword(*change.Password); err != nil {
			return nil, err
		}
	}
	if err := s.keepAnAdmin(ctx, id, change); err != nil {
		return nil, err
	}
	rep, err := s.db.reps.Update(ctx, string(id), func(rep *Rep) error { return s.applyRepChange(rep, change) })
	if errors.Is(err, store.ErrNotFound) {
		return nil, Errorf(NotFound, "there is no rep %q", id)
	}
	if err != nil {
		return nil, repTaken(err)
	}
	if change.Password != nil || !rep.DisabledAt.IsZero() {
		return rep, s.endSessions(ctx, id)
	}
	return rep, nil
}

// applyRepChange writes change into rep, or says what is wrong with it.
func (s *Service) applyRepChange(rep *Rep, change RepChange) error {
	if change.Name != nil {
		rep.Name = tidy(*change.Name)
	}
	if change.Email != nil {
		rep.Email = tidy(*change.Email)
		rep.EmailKey = emailKey(rep.Email)
	}
	if change.Access != nil {
		rep.Access = *change.Access
	}
	if change.Password != nil {
		rep.PasswordHash = hashPassword(*change.Password, s.Random)
	}
	switch {
	case change.Disabled == nil:
	case !*change.Disabled:
		rep.DisabledAt = time.Time{}
	case rep.DisabledAt.IsZero():
		rep.DisabledAt = s.now()
	}
	rep.UpdatedAt = s.now()
	return check(NewRep{Name: rep.Name, Email: rep.Email, Access: rep.Access})
}

// keepAnAdmin refuses a change that would leave nobody who may administer.
func (s *Service) keepAnAdmin(ctx context.Context, id RepID, change RepChange) error {
	demotes := change.Access != nil && *change.Access != AccessAdmin
	disables := change.Disabled != nil && *change.Disabled
	if !demotes && !disables {
		return nil
	}
	reps, err := s.Reps(ctx)
	if err != nil {
		return err
	}
	for _, rep := range reps {
		if rep.ID != string(id) && rep.Access == AccessAdmin && rep.DisabledAt.IsZero() {
			return nil
		}
	}
	return Errorf(Conflict, "this is the last admin; make somebody else an admin first")
}
