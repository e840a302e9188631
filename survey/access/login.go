package access

import (
	"context"
	"errors"
	"unicode/utf8"

	"earshot/survey"
	"earshot/survey/address"
	"earshot/survey/store"
)

// Credentials are what somebody types to log in.
type Credentials struct{ Email, Password string }

// Browser is where somebody who logs in comes from, as the request tells it.
type Browser struct {
	// Remote is the network address; Shared says that it is that of a proxy that nobody has told us of, behind which many
	// may be.
	Remote string
	Shared bool
	// Agent is how the browser names itself (User-Agent); anything at all may stand there.
	Agent string
	// Device is the token of the browser's cookie by which it is known where somebody has logged in with it; may be empty.
	Device string
}

// Entry is what somebody gets who was let in: one of Session and Pending.
type Entry struct {
	Rep *Rep
	// Session is the token for the rep's cookie.
	Session string
	// Device is the token for the browser's cookie, by which it is known at the account from now on.
	Device string
	// ByRecovery says that a recovery code let them in, which they should know of if it was not they.
	ByRecovery bool
	// Made says that single sign-on made the rep's account just now, and Was is the role that the rep had before their groups
	// gave them another one; empty where they have the same.
	Made bool
	Was  Level
	// Pending is the token by which the log-in goes on, where the rep has a second factor: see SecondStep. It lets nobody in.
	Pending string
}

// Login checks the password and begins a session, or the second step where the rep has a second factor. A wrong address and a wrong password are told alike, as
// Unauthenticated; a try that comes too early after wrong ones is RateLimited.
func (s *Service) Login(ctx context.Context, typed Credentials, from Browser) (*Entry, error) {
	if err := s.byPassword(); err != nil {
		return nil, err
	}
	if err := checkTyped(typed.Email, typed.Password); err != nil {
		return nil, err
	}
	try, err := s.beginGuess(ctx, address.Key(typed.Email), from)
	if err != nil {
		return nil, err
	}
	rep, err := s.repWith(ctx, typed.Email, typed.Password)
	switch {
	case err == nil:
		try.right()
	case survey.KindOf(err) != survey.Unauthenticated:
		try.void()
	}
	if err != nil {
		return nil, err
	}
	hash := rep.PasswordHash
	if err := s.judgeKnown(ctx, rep, typed.Password); err != nil {
		return nil, err
	}
	entry, err := s.admit(ctx, rep, from)
	if err != nil {
		return nil, err
	}
	if err := s.stillTheirs(ctx, entry, hash); err != nil {
		return nil, err
	}
	return entry, nil
}

// stillTheirs takes back what somebody was let in with whose password, of that hash, was changed while they waited: setting one
// ends the sessions that there are, so this looks after the session has become one.
func (s *Service) stillTheirs(ctx context.Context, entry *Entry, hash string) error {
	rep, err := s.db.reps.Get(ctx, entry.Rep.ID)
	if err == nil && rep.PasswordHash == hash {
		return nil
	}
	if err == nil {
		err = wrongCredentials()
	}
	return errors.Join(err, s.Logout(ctx, entry.Session))
}

// wrongCredentials is said where the address and the password are not those of a rep.
func wrongCredentials() error {
	return survey.Errorf(survey.Unauthenticated, "the e-mail address or the password is wrong")
}

// beginGuess counts a try at an account, by the device where it is known there.
func (s *Service) beginGuess(ctx context.Context, account string, from Browser) (*guess, error) {
	device, err := s.deviceOf(ctx, from.Device, account)
	if err != nil {
		return nil, err
	}
	if device != nil {
		return s.guesses.begin(s.clock(), s.guesses.familiar(device.ID))
	}
	return s.guesses.begin(s.clock(), s.guesses.stranger(account, from))
}

// checkTyped refuses what is longer than any address or password, before anything is done with it.
func checkTyped(email, password string) error {
	if len(email) > address.MaxLength {
		return survey.InvalidField("email", "must have at most %d characters", address.MaxLength)
	}
	if utf8.RuneCountInString(password) > MaxPassword {
		return survey.InvalidField("password", "must have at most %d characters", MaxPassword)
	}
	return nil
}

// repWith returns the rep with that address and password, or Unauthenticated. Where there is none the answer takes as
// long.
func (s *Service) repWith(ctx context.Context, email, password string) (*Rep, error) {
	rep, err := s.db.reps.First(ctx, store.Query{Index: repsByEmail, Equal: []any{address.Key(email)}})
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return nil, err
	}
	known := err == nil && rep.DisabledAt.IsZero() && rep.PasswordHash != ""
	hash := dummyHash
	if known {
		hash = rep.PasswordHash
	}
	right, err := s.passwordMatches(ctx, hash, password)
	if err != nil {
		return nil, err
	}
	if !right || !known {
		return nil, wrongCredentials()
	}
	return rep, nil
}

// ChangePassword gives a rep another password, if they know the present one. All their sessions end. It is Forbidden where
// passwords let nobody in.
func (s *Service) ChangePassword(ctx context.Context, id survey.RepID, current, fresh string) error {
	if err := s.byPassword(); err != nil {
		return err
	}
	rep, err := s.Rep(ctx, id)
	if err != nil {
		return err
	}
	if utf8.RuneCountInString(current) > MaxPassword {
		return wrongPresent()
	}
	try, err := s.guesses.begin(s.clock(), s.guesses.familiar(rep.ID))
	if err != nil {
		return err
	}
	right, err := s.passwordMatches(ctx, rep.PasswordHash, current)
	switch {
	case err != nil:
		try.void()
		return err
	case !right:
		return wrongPresent()
	}
	try.right()
	if err := s.checkPassword("new_password", fresh, rep); err != nil {
		return err
	}
	_, err = s.ChangeRep(ctx, id, RepChange{Password: &fresh})
	return err
}

// wrongPresent is said where the present password is not the one that was typed.
func wrongPresent() error {
	return survey.InvalidField("current_password", "is not your present password")
}
