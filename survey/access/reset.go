package access

import (
	"context"
	"errors"
	"slices"
	"time"

	"earshot/survey"
	"earshot/survey/address"
	"earshot/survey/internal/secret"
	"earshot/survey/store"
)

// Reset is one link that is out by which a rep sets a password without the present one. The secret itself is not stored.
type Reset struct {
	Hash      string    `json:"hash"`
	ExpiresAt time.Time `json:"expires_at"`
}

// ResetLength is how long such a link works.
const ResetLength = time.Hour

// resetsOut is how many of them a rep has at a time. None ends an earlier one, or whoever asks in somebody's name could end
// what they have just got.
const resetsOut = 5

// Post carries mails to reps.
type Post interface {
	// Sends says whether there is a mail server.
	Sends() bool
	// SendReset mails a rep the link with that token. TellPasswordChanged mails them that their password was changed, and
	// TellRecoveryUsed that somebody came in by a recovery code of theirs, of which so many are left.
	SendReset(ctx context.Context, to survey.Rep, token string, ends time.Time) error
	TellPasswordChanged(ctx context.Context, to survey.Rep, at time.Time) error
	TellRecoveryUsed(ctx context.Context, to survey.Rep, at time.Time, left int) error
}

// askingForResets are the ladders of asking for links: it costs no wait three times.
var askingForResets = ladders{
	pair:    ladder{free: 3, fades: 20 * time.Minute},
	account: ladder{free: 20, fades: 3 * time.Minute},
	network: ladder{free: 30, fades: 2 * time.Minute},
}

// AskReset has a link by which a new password is set mailed to that address, if it is a rep's. What is looked up and sent is
// so after this returns, so that neither the answer nor its time tells who is a rep. Errors are Invalid for what is no
// address by its length, RateLimited for who asks too often, Unavailable where too many do, and Forbidden where passwords let
// nobody in.
func (s *Service) AskReset(ctx context.Context, email string, from Browser, post Post) error {
	if err := s.byPassword(); err != nil {
		return err
	}
	if len(email) > address.MaxLength {
		return survey.InvalidField("email", "must have at most %d characters", address.MaxLength)
	}
	if _, err := s.resets.begin(s.clock(), s.resets.stranger(address.Key(email), from)); err != nil {
		return err
	}
	return s.behind.do(ctx, func(ctx context.Context) error { return s.mailReset(ctx, email, post) })
}

// mailReset mails the link, if there is such a rep who has not got resetsOut of them. Who came by single sign-on and has no
// password gets none: the mailbox alone must not be a way past the provider.
func (s *Service) mailReset(ctx context.Context, email string, post Post) error {
	rep, token, err := s.newReset(ctx, email, func(rep *Rep) error {
		if rep.PasswordHash == "" {
			return survey.Errorf(survey.Conflict, "this rep has no password, and comes in by single sign-on")
		}
		return nil
	})
	switch survey.KindOf(err) {
	case survey.NotFound, survey.RateLimited, survey.Conflict:
		return nil
	}
	if err != nil {
		return err
	}
	ends := s.now().Add(ResetLength)
	return insist(ctx, func() error { return post.SendReset(ctx, rep, token, ends) })
}

// NewReset returns the token of a fresh link by which the rep with that address sets a password. Errors are NotFound,
// Conflict for a rep whose access was taken away, and RateLimited where enough links are out.
func (s *Service) NewReset(ctx context.Context, email string) (survey.Rep, string, error) {
	return s.newReset(ctx, email, func(*Rep) error { return nil })
}

// newReset is NewReset for the reps whom may lets have one.
func (s *Service) newReset(ctx context.Context, email string, may func(*Rep) error) (survey.Rep, string, error) {
	found, err := s.RepByEmail(ctx, email)
	if err != nil {
		return found, "", err
	}
	token, now := secret.New(s.random), s.now()
	_, err = s.db.reps.Update(ctx, string(found.ID), func(rep *Rep) error {
		if !rep.DisabledAt.IsZero() {
			return survey.Errorf(survey.Conflict, "the access of this rep was taken away; give it back first")
		}
		if err := may(rep); err != nil {
			return err
		}
		rep.Resets = slices.DeleteFunc(rep.Resets, func(r Reset) bool { return !now.Before(r.ExpiresAt) })
		if len(rep.Resets) >= resetsOut {
			full := survey.Errorf(survey.RateLimited, "%d links are out for this rep already; use one of them, or wait an hour", resetsOut)
			full.RetryAfter = rep.Resets[0].ExpiresAt.Sub(now)
			return full
		}
		rep.Resets = append(rep.Resets, Reset{Hash: secret.Hash(token), ExpiresAt: now.Add(ResetLength)})
		return nil
	})
	return found, token + string(found.ID), err
}

// ResetOpen says whether the token is that of a link that works, or returns Gone, or Forbidden where passwords let nobody in. It
// changes nothing, and costs nothing where the token is none of ours by its looks.
func (s *Service) ResetOpen(ctx context.Context, token string) error {
	_, err := s.resetRep(ctx, token)
	return err
}

// errResetOver is said of a link that does not work.
func errResetOver() error {
	return survey.Errorf(survey.Gone, "this link is used up or older than an hour; ask for a new one on the log-in page")
}

// longestID is longer than any id of a rep.
const longestID = 64

// resetRep returns whose link it is.
func (s *Service) resetRep(ctx context.Context, token string) (*Rep, error) {
	if err := s.byPassword(); err != nil {
		return nil, err
	}
	if len(token) <= secret.Length || len(token) > secret.Length+longestID || !plain(token) {
		return nil, errResetOver()
	}
	rep, err := s.db.reps.Get(ctx, token[secret.Length:])
	if errors.Is(err, store.ErrNotFound) {
		return nil, errResetOver()
	}
	if err == nil && !rep.opens(token, s.now()) {
		return nil, errResetOver()
	}
	return rep, err
}

// plain says whether a text is made of what tokens and ids are made of.
func plain(text string) bool {
	return !slices.ContainsFunc([]byte(text), func(b byte) bool {
		return (b < 'a' || b > 'z') && (b < '0' || b > '9') && b != '_'
	})
}

// opens says whether the token is that of a link of the rep's that works.
func (r *Rep) opens(token string, now time.Time) bool {
	return r.DisabledAt.IsZero() && slices.ContainsFunc(r.Resets, func(reset Reset) bool {
		return secret.Matches(reset.Hash, token[:secret.Length]) && now.Before(reset.ExpiresAt)
	})
}

// ResetPassword sets the password by a link, once: of two calls one gets Gone. It ends all the rep's links, sessions and
// devices, and tells them by mail. Nobody is logged in by it; the browser is known at the account from now on, by the entry's
// Device, so that those who guess at the account cannot keep its owner from logging in.
func (s *Service) ResetPassword(ctx context.Context, token, fresh string, from Browser, post Post) (*Entry, error) {
	rep, err := s.resetRep(ctx, token)
	if err != nil {
		return nil, err
	}
	if err := s.checkPassword("new_password", fresh, rep); err != nil {
		return nil, err
	}
	hash, err := s.hashPassword(ctx, fresh)
	if err != nil {
		return nil, err
	}
	rep, err = s.db.reps.Update(ctx, rep.ID, func(rep *Rep) error {
		if !rep.opens(token, s.now()) {
			return errResetOver()
		}
		s.setPassword(rep, hash)
		rep.UpdatedAt = s.now()
		return nil
	})
	if err != nil {
		return nil, err
	}
	if err := s.EndSessions(ctx, survey.RepID(rep.ID), "", ""); err != nil {
		return nil, err
	}
	s.TellChanged(ctx, rep, post)
	device, err := s.trust(ctx, rep, "")
	return &Entry{Rep: rep, Device: device}, err
}

// TellChanged mails a rep that their password was changed, after the answer. Where that cannot be done now the change stands
// all the same.
func (s *Service) TellChanged(ctx context.Context, rep *Rep, post Post) {
	to, at := rep.domain(), s.now()
	s.tell(ctx, post, func(ctx context.Context) error { return post.TellPasswordChanged(ctx, to, at) })
}

// TellRecovery mails a rep that somebody came in by a recovery code of theirs, likewise.
func (s *Service) TellRecovery(ctx context.Context, rep *Rep, post Post) {
	to, at, left := rep.domain(), s.now(), len(rep.Factors.Recovery)
	s.tell(ctx, post, func(ctx context.Context) error { return post.TellRecoveryUsed(ctx, to, at, left) })
}

// tell sends a mail after the answer, if any can be sent.
func (s *Service) tell(ctx context.Context, post Post, send func(context.Context) error) {
	if post.Sends() {
		_ = s.behind.do(ctx, func(ctx context.Context) error { return insist(ctx, func() error { return send(ctx) }) })
	}
}
