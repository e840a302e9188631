package api

import (
	"context"
	"time"

	"earshot/survey"
	"earshot/survey/access"
)

// doorkeeper lets people in and out. Its errors are of the domain's kinds: Unauthenticated for a wrong password or an
// ended session, RateLimited for too many tries, Gone for a first-run link that is used up.
type doorkeeper interface {
	Login(ctx context.Context, typed access.Credentials, from access.Browser) (*access.Entry, error)
	SessionRep(ctx context.Context, token string) (*access.Rep, error)
	DeviceRep(ctx context.Context, token string) (survey.RepID, error)
	Viewer(ctx context.Context, rep *access.Rep) (survey.Viewer, error)
	Logout(ctx context.Context, token string) error
	Enter(ctx context.Context, rep *access.Rep, from access.Browser) (*access.Entry, error)
	ChangePassword(ctx context.Context, id survey.RepID, current, fresh string) error
	SetupOpen(ctx context.Context, link string) error
	FirstAdmin(ctx context.Context, link string, in access.NewRep) (*access.Rep, error)
}

// resetter lets reps in again who have forgotten their password. Errors are Gone for a link that does not work, Invalid for a
// password that is not taken, and RateLimited and Unavailable for too many asks.
type resetter interface {
	AskReset(ctx context.Context, email string, from access.Browser, post access.Post) error
	ResetOpen(ctx context.Context, token string) error
	ResetPassword(ctx context.Context, token, fresh string, from access.Browser, post access.Post) (*access.Entry, error)
	TellChanged(ctx context.Context, rep *access.Rep, post access.Post)
	TellRecovery(ctx context.Context, rep *access.Rep, post access.Post)
}

// sessionKeeper tells where reps are logged in, and ends it.
type sessionKeeper interface {
	Sessions(ctx context.Context, id survey.RepID, token string) ([]access.Login, error)
	EndSession(ctx context.Context, of survey.RepID, session string) error
	EndSessions(ctx context.Context, id survey.RepID, token, device string) error
}

// keyring lets programs in. An unknown, expired or revoked key is Unauthenticated.
type keyring interface {
	APIKeyOf(ctx context.Context, key string) (*access.APIKey, error)
	APIKeys(ctx context.Context) ([]*access.APIKey, error)
	CreateAPIKey(ctx context.Context, by survey.RepID, in access.NewAPIKey) (string, *access.APIKey, error)
	RevokeAPIKey(ctx context.Context, id string) (*access.APIKey, error)
	RotateAPIKey(ctx context.Context, id string, overlap time.Duration) (string, *access.APIKey, error)
	NoteKeyUse(ctx context.Context, key *access.APIKey, remote string) error
}

// staff is who may log in. Errors are NotFound, Invalid, and Conflict for an address that is taken or the last admin.
type staff interface {
	Rep(ctx context.Context, id survey.RepID) (*access.Rep, error)
	Reps(ctx context.Context) ([]*access.Rep, error)
	CreateRep(ctx context.Context, in access.NewRep) (*access.Rep, error)
	ChangeRep(ctx context.Context, id survey.RepID, change access.RepChange) (*access.Rep, error)
}

// teams are who of the staff looks after customers together. Errors are NotFound, Invalid, and Conflict for a name that is taken or a
// team that somebody is in.
type teams interface {
	Team(ctx context.Context, id survey.TeamID) (*access.Team, error)
	Teams(ctx context.Context) ([]*access.Team, error)
	CreateTeam(ctx context.Context, in access.NewTeam) (*access.Team, error)
	RenameTeam(ctx context.Context, id survey.TeamID, in access.NewTeam) (*access.Team, error)
	DeleteTeam(ctx context.Context, id survey.TeamID) error
}
