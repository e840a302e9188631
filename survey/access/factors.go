package access

import (
	"context"
	"errors"
	"slices"
	"time"

	"earshot/survey"
	"earshot/survey/store"
)

// Factors are what a rep shows beside the password. They lie in the rep's own document, so that what is used up or tried in
// vain holds in every process with one write.
//
// The secret of an authenticator app lies there as it is: the key to it would have to lie beside it, and whoever can write
// to the store can let themselves in anyway. Recovery codes are hashed, and of passkeys only what is public is here.
type Factors struct {
	// App is the authenticator app; zero if there is none. Offered is one that was shown and not confirmed yet.
	App     App `json:"app,omitzero"`
	Offered App `json:"offered,omitzero"`
	// Passkeys are the rep's passkeys, oldest first.
	Passkeys []Passkey `json:"passkeys,omitempty"`
	// Recovery are the hashes of the recovery codes that are not used yet, and RecoveryAt is when they were made.
	Recovery   []string  `json:"recovery,omitempty"`
	RecoveryAt time.Time `json:"recovery_at,omitzero"`
	// Wrong is how many codes in a row were wrong, WrongAt when the last one was.
	Wrong   int       `json:"wrong,omitempty"`
	WrongAt time.Time `json:"wrong_at,omitzero"`
}

// App is an authenticator app that makes time-based codes.
type App struct {
	// Secret is in base 32, as apps take it.
	Secret string `json:"secret"`
	// Since is when it was confirmed, or offered.
	Since time.Time `json:"since"`
	// Step is the time step of the code that was used last: it and those before are not taken again.
	Step int64 `json:"step,omitempty"`
}

// Passkey is one passkey of a rep.
type Passkey struct {
	// ID is the credential's, in unpadded base64url.
	ID   string `json:"id"`
	Name string `json:"name"`
	// Record is the credential with its public key and counter, as the library keeps it in JSON.
	Record string `json:"record"`
	// Challenge is when the challenge was made that it signed last: that one and older ones are not taken again.
	Challenge time.Time `json:"challenge,omitzero"`
	CreatedAt time.Time `json:"created_at"`
	UsedAt    time.Time `json:"used_at,omitzero"`
}

// Any says whether there is a second factor. Recovery codes alone are none: they stand in for one.
func (f Factors) Any() bool { return f.HasApp() || len(f.Passkeys) > 0 }

// HasApp says whether an authenticator app was confirmed.
func (f Factors) HasApp() bool { return f.App.Secret != "" }

// Requirement says who must have a second factor.
type Requirement string

// Who must have one.
const (
	RequiredOfNobody Requirement = "none"
	RequiredOfAdmins Requirement = "admins"
	RequiredOfAll    Requirement = "all"
)

// requires says whether the installation wants the rep to have a second factor.
func (s *Service) requires(rep *Rep) bool {
	return s.required == RequiredOfAll || s.required == RequiredOfAdmins && rep.Access == LevelAdmin
}

// MustEnrol says whether the rep of that session has to set up a second factor before anything else. Whoever came by single
// sign-on need not: what they show is their provider's to ask.
func (s *Service) MustEnrol(ctx context.Context, rep *Rep, session string) (bool, error) {
	if rep.Factors.Any() || !s.requires(rep) {
		return false, nil
	}
	found, err := s.session(ctx, session)
	return err == nil && !found.SignedOn, err
}

// changeFactors changes a rep's factors, again from the start when somebody else was faster.
func (s *Service) changeFactors(ctx context.Context, id survey.RepID, change func(*Rep) error) (*Rep, error) {
	rep, err := s.db.reps.Update(ctx, string(id), change)
	if errors.Is(err, store.ErrNotFound) {
		return nil, survey.Errorf(survey.NotFound, "there is no rep %q", id)
	}
	return rep, err
}

// RemoveApp takes the authenticator app away.
func (s *Service) RemoveApp(ctx context.Context, id survey.RepID) error {
	_, err := s.changeFactors(ctx, id, func(rep *Rep) error {
		rep.Factors.App = App{}
		return s.mayRest(rep)
	})
	return err
}

// RemovePasskey takes a passkey away, by its id.
func (s *Service) RemovePasskey(ctx context.Context, id survey.RepID, passkey string) error {
	_, err := s.changeFactors(ctx, id, func(rep *Rep) error {
		left := slices.DeleteFunc(slices.Clone(rep.Factors.Passkeys), func(p Passkey) bool { return p.ID == passkey })
		if len(left) == len(rep.Factors.Passkeys) {
			return survey.Errorf(survey.NotFound, "there is no such passkey; it may have been removed already")
		}
		rep.Factors.Passkeys = left
		return s.mayRest(rep)
	})
	return err
}

// mayRest ends the recovery codes with the last factor, and refuses that where the installation wants one.
func (s *Service) mayRest(rep *Rep) error {
	if rep.Factors.Any() {
		return nil
	}
	if s.requires(rep) {
		return survey.Errorf(survey.Conflict, "this installation wants a second factor of you; set up another one first")
	}
	rep.Factors.Recovery, rep.Factors.RecoveryAt = nil, time.Time{}
	return nil
}

// RemoveFactors takes all factors of a rep away who has lost them, and logs them out everywhere. It is for admins.
func (s *Service) RemoveFactors(ctx context.Context, id survey.RepID) error {
	_, err := s.changeFactors(ctx, id, func(rep *Rep) error {
		rep.Factors = Factors{}
		return nil
	})
	if err != nil {
		return err
	}
	return s.EndSessions(ctx, id, "", "")
}
