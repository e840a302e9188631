package access

import (
	"context"
	"crypto/rand"
	"errors"
	"io"
	"slices"
	"strings"
	"time"

	"earshot/survey"
	"earshot/survey/address"
	"earshot/survey/internal/secret"
	"earshot/survey/store"
)

// SignOnRules say who may come in by single sign-on, and as what.
type SignOnRules struct {
	// Roles are what groups of the provider's may do; the first that somebody is in holds. Without any, whoever has an
	// account comes in with the role that an admin gave them.
	Roles []GroupRole
	// Create makes an account for whoever has none and is in one of the groups.
	Create bool
	// Only says that nobody comes in otherwise: neither by password nor by passkey.
	Only bool
}

// GroupRole is what the people of a group may do.
type GroupRole struct {
	Group string
	Role  Level
}

// KnownLevel says whether there is such a level.
func KnownLevel(level Level) bool {
	return survey.Check(NewRep{Name: "x", Email: "x@example.com", Access: level}) == nil
}

// Identity is who somebody is at the provider. The subject never changes; everything else there may.
type Identity struct {
	Issuer   string    `json:"issuer"`
	Subject  string    `json:"subject"`
	LinkedAt time.Time `json:"linked_at"`
}

// key is what an identity is found by: the two together, whatever is in them.
func (i Identity) key() string { return secret.Hash(i.Issuer + "\x00" + i.Subject) }

// Person is somebody whom the provider has told us of, in a token that was verified.
type Person struct {
	Issuer, Subject string
	Name, Email     string
	// EmailVerified says that the provider has made sure that the address is theirs.
	EmailVerified bool
	Groups        []string
	// ProvenAt is when they last proved to the provider who they are, which may be long ago; zero where it does not say.
	ProvenAt time.Time
}

// SignOnBegun is what a log-in by the provider must be ended with: it waits in the browser's cookie meanwhile.
type SignOnBegun struct {
	// URL is where the browser goes.
	URL string `json:"-"`
	// State and Nonce tie the answer to this browser and to this try, Verifier the code to us (PKCE).
	State, Nonce, Verifier string
}

// SignOnAnswer is what the provider sends the browser back with.
type SignOnAnswer struct{ Code, State, Issuer, Error, Description string }

// byPassword refuses to let anybody in by what only we know of them, where the installation wants single sign-on alone.
func (s *Service) byPassword() error {
	if s.signOn.Only {
		return survey.Errorf(survey.Forbidden, "this installation lets people in by single sign-on only")
	}
	return nil
}

// SignOnOnly says whether people come in by single sign-on alone.
func (s *Service) SignOnOnly() bool { return s.signOn.Only }

// LoginBySignOn begins the session of a person whom the provider vouches for. They are known by what never changes there,
// the first time by their e-mail address if it is verified. Their role follows their groups each time. It is Forbidden for
// whoever is in none of the groups, is disabled, or has no account and is to get none.
func (s *Service) LoginBySignOn(ctx context.Context, p Person, from Browser) (*Entry, error) {
	role, err := s.roleOf(p)
	if err != nil {
		return nil, err
	}
	rep, made, err := s.repOfPerson(ctx, p, role)
	if err != nil {
		return nil, err
	}
	if !rep.DisabledAt.IsZero() {
		return nil, survey.Errorf(survey.Forbidden, "your access to Earshot was taken away; an admin can give it back, under Settings")
	}
	was := rep.Access
	if rep, err = s.follow(ctx, rep, role); err != nil {
		return nil, err
	}
	entry, err := s.enterSignedOn(ctx, rep, p.ProvenAt, from)
	if err != nil {
		return nil, err
	}
	if entry.Made = made; was != rep.Access {
		entry.Was = was
	}
	return entry, nil
}

// roleOf returns the role of a person's first group that has one; empty where groups say nothing.
func (s *Service) roleOf(p Person) (Level, error) {
	for _, rule := range s.signOn.Roles {
		if slices.Contains(p.Groups, rule.Group) {
			return rule.Role, nil
		}
	}
	if len(s.signOn.Roles) == 0 {
		return "", nil
	}
	told := "the provider told us of no groups of yours"
	if len(p.Groups) > 0 {
		told = "of your groups (" + strings.Join(p.Groups[:min(len(p.Groups), 10)], ", ") + ") none has a role in Earshot"
	}
	return "", survey.Errorf(survey.Forbidden, "you are known, but %s. An admin must put you into one of the groups that -oidc-roles names, or name one of yours there", told)
}

// repOfPerson finds the rep that a person is, ties the two together the first time, or makes a rep of them, which it says.
func (s *Service) repOfPerson(ctx context.Context, p Person, role Level) (rep *Rep, made bool, err error) {
	identity := Identity{Issuer: p.Issuer, Subject: p.Subject, LinkedAt: s.now()}
	rep, err = s.db.reps.First(ctx, store.Query{Index: repsBySignOn, Equal: []any{identity.key()}})
	if !errors.Is(err, store.ErrNotFound) {
		return rep, false, err
	}
	if p.Email == "" || !p.EmailVerified {
		return nil, false, survey.Errorf(survey.Forbidden, "you come for the first time, and the provider does not say that your e-mail address is verified, so we cannot tell which account is yours. An admin of the provider must verify it, or see -oidc-trust-email")
	}
	rep, err = s.db.reps.First(ctx, store.Query{Index: repsByEmail, Equal: []any{address.Key(p.Email)}})
	switch {
	case errors.Is(err, store.ErrNotFound):
		rep, err = s.newcomer(ctx, p, identity, role)
		return rep, err == nil, err
	case err != nil:
		return nil, false, err
	}
	rep, err = s.link(ctx, rep, identity)
	return rep, false, err
}

// link ties a rep to who they are at the provider. One who is tied to somebody else there already is not theirs: addresses
// are handed on when people leave.
func (s *Service) link(ctx context.Context, rep *Rep, identity Identity) (*Rep, error) {
	return s.changeFactors(ctx, survey.RepID(rep.ID), func(rep *Rep) error {
		if rep.SignOn.Issuer == identity.Issuer && rep.SignOn.Subject != identity.Subject {
			return survey.Errorf(survey.Forbidden, "the account with your e-mail address belongs to somebody else at the provider, who had the address before. An admin must give that account another address")
		}
		rep.SignOn, rep.SignOnKey = identity, identity.key()
		return nil
	})
}

// newcomer makes a rep of a person who has no account.
func (s *Service) newcomer(ctx context.Context, p Person, identity Identity, role Level) (*Rep, error) {
	if !s.signOn.Create || role == "" {
		return nil, survey.Errorf(survey.Forbidden, "there is no account with the address %s; an admin can make one, under Settings", p.Email)
	}
	now, name := s.now(), survey.Tidy(p.Name)
	if name == "" {
		name = p.Email
	}
	in := NewRep{Name: name, Email: address.Tidy(p.Email), Access: role}
	if err := survey.Check(in); err != nil {
		return nil, err
	}
	rep := &Rep{
		Meta: store.Meta{ID: s.newID("rep")}, Name: in.Name, Email: in.Email, EmailKey: address.Key(in.Email), Access: role,
		SignOn: identity, SignOnKey: identity.key(), CreatedAt: now, UpdatedAt: now,
	}
	return rep, s.insertRep(ctx, rep)
}

// follow gives a rep the role that their groups say, except that the last admin stays one.
func (s *Service) follow(ctx context.Context, rep *Rep, role Level) (*Rep, error) {
	if role == "" || role == rep.Access {
		return rep, nil
	}
	changed, err := s.ChangeRep(ctx, survey.RepID(rep.ID), RepChange{Access: &role})
	if survey.KindOf(err) == survey.Conflict && rep.Access == LevelAdmin {
		return rep, nil
	}
	return changed, err
}

// enterSignedOn begins a session and remembers that single sign-on let them in, and when they proved there who they are.
func (s *Service) enterSignedOn(ctx context.Context, rep *Rep, proven time.Time, from Browser) (*Entry, error) {
	entry, err := s.Enter(ctx, rep, from)
	if err != nil {
		return nil, err
	}
	_, err = s.db.sessions.Update(ctx, secret.Hash(entry.Session), func(found *Session) error {
		found.SignedOn, found.ProvenAt = true, store.Time(proven)
		return nil
	})
	return entry, err
}

// NewSecret returns a fresh secret, such as a state or a nonce; nil randomness is the machine's.
func NewSecret(random io.Reader) string {
	if random == nil {
		random = rand.Reader
	}
	return secret.New(random)
}
