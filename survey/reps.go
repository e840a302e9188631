package survey

import "context"

// Rep is somebody of ours as the domain knows them: who customers belong to and mails come from. What lets a rep in is
// kept by package access.
type Rep struct {
	ID    RepID
	Name  string
	Email string
	// Disabled says that the rep's access was taken away: mails are no longer signed with the name.
	Disabled bool
	// ReadsOnly says that they read and never work on customers, so that none can be given to them.
	ReadsOnly bool
}

// Reps tells who our reps are.
type Reps interface {
	// RepsByID returns the reps among ids that exist.
	RepsByID(ctx context.Context, ids []RepID) (map[RepID]Rep, error)
	// Admins returns those who may administer, in no particular order.
	Admins(ctx context.Context) ([]Rep, error)
	// RepByEmail returns the rep with that address, or NotFound.
	RepByEmail(ctx context.Context, address string) (Rep, error)
	// RepsNamed returns those who have that name, whatever its case and accents; those who are disabled last.
	RepsNamed(ctx context.Context, name string) ([]Rep, error)
}

// nobody is the Reps of an installation without any.
type nobody struct{}

func (nobody) RepsByID(context.Context, []RepID) (map[RepID]Rep, error) { return nil, nil }

func (nobody) Admins(context.Context) ([]Rep, error) { return nil, nil }

func (nobody) RepByEmail(context.Context, string) (Rep, error) {
	return Rep{}, Errorf(NotFound, "there are no reps")
}

func (nobody) RepsNamed(context.Context, string) ([]Rep, error) { return nil, nil }

// rep returns the rep of that id, and whether there is one.
func (s *Service) rep(ctx context.Context, id RepID) (Rep, bool, error) {
	if id == "" {
		return Rep{}, false, nil
	}
	found, err := s.reps.RepsByID(ctx, []RepID{id})
	rep, there := found[id]
	return rep, there, err
}
