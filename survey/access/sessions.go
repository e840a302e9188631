package access

import (
	"context"
	"errors"
	"net/netip"
	"time"

	"earshot/survey"
	"earshot/survey/internal/secret"
	"earshot/survey/store"
)

// How long a login lasts: at most, and while nobody uses it. The second is more than a long week-end.
const (
	SessionLength = 14 * 24 * time.Hour
	SessionIdle   = 7 * 24 * time.Hour
)

const (
	// usedNoted is how exactly it is noted when a session was last used: a write an hour at most.
	usedNoted = time.Hour
	// longestAgent is how much is kept of what a browser calls itself, in bytes; theirs have some 120.
	longestAgent = 300
	// sessionsShown is how many sessions of a rep are listed.
	sessionsShown = 50
)

// Enter lets a rep in who has proven who they are: it begins a session, and makes the browser known at the account.
func (s *Service) Enter(ctx context.Context, rep *Rep, from Browser) (*Entry, error) {
	device, err := s.trust(ctx, rep, from.Device)
	if err != nil {
		return nil, err
	}
	token, now := secret.New(s.random), s.now()
	if now.Before(rep.SessionsSince) { // by the clock of another process
		now = rep.SessionsSince
	}
	return &Entry{Rep: rep, Session: token, Device: device}, s.db.sessions.Insert(ctx, &Session{
		Meta: store.Meta{ID: secret.Hash(token)}, RepID: survey.RepID(rep.ID), Agent: shortAgent(from.Agent),
		Network: coarse(from.Remote), CreatedAt: now, ExpiresAt: now.Add(SessionLength),
	})
}

// shortAgent is what is kept of what a browser calls itself.
func shortAgent(agent string) string {
	return store.ValidText(agent[:min(len(agent), longestAgent)])
}

// coarse returns the network that an address lies in, so coarsely that it does not name a person.
func coarse(remote string) string {
	address, err := netip.ParseAddr(remote)
	if err != nil {
		return ""
	}
	address = address.Unmap().WithZone("")
	bits := 48
	if address.Is4() {
		bits = 24
	}
	network, err := address.Prefix(bits)
	if err != nil {
		return ""
	}
	return network.String()
}

// SessionRep returns who is logged in with that token, or Unauthenticated.
func (s *Service) SessionRep(ctx context.Context, token string) (*Rep, error) {
	refusal := survey.Errorf(survey.Unauthenticated, "you are not logged in, or your login has ended; log in again")
	if len(token) != secret.Length {
		return nil, refusal
	}
	session, err := s.db.sessions.Get(ctx, secret.Hash(token))
	if errors.Is(err, store.ErrNotFound) {
		return nil, refusal
	}
	if err != nil {
		return nil, err
	}
	rep, err := s.db.reps.Get(ctx, string(session.RepID))
	switch {
	case err != nil && !errors.Is(err, store.ErrNotFound):
		return nil, err
	case err != nil, !rep.DisabledAt.IsZero(), session.over(s.now(), rep):
		return nil, refusal
	}
	s.noteUse(ctx, session)
	return rep, nil
}

// noteUse notes that a session is used, once an hour. A store that cannot write now, or somebody who was faster, must not
// keep anybody from reading.
func (s *Service) noteUse(ctx context.Context, session *Session) {
	if now := s.now(); now.Sub(session.LastUsed()) >= usedNoted {
		session.UsedAt = now
		_ = s.db.sessions.Replace(ctx, session)
	}
}

// Login is one session as its rep sees it.
type Login struct {
	*Session
	// Here says that it is the one of whoever asks.
	Here bool
}

// Sessions returns where a rep is logged in, the latest first and at most sessionsShown; token is the one of whoever asks,
// or empty.
func (s *Service) Sessions(ctx context.Context, id survey.RepID, token string) ([]Login, error) {
	rep, err := s.Rep(ctx, id)
	if err != nil {
		return nil, err
	}
	found, _, err := s.db.sessions.Find(ctx, store.Query{
		Index: sessionsByRep, Equal: []any{string(id)}, Descending: true, Limit: sessionsShown,
	})
	if err != nil {
		return nil, err
	}
	here, now := secret.Hash(token), s.now()
	var logins []Login
	for _, session := range found {
		if !session.over(now, rep) {
			logins = append(logins, Login{Session: session, Here: session.ID == here})
		}
	}
	return logins, nil
}

// Logout ends the session of that token; one that has ended already is as good.
func (s *Service) Logout(ctx context.Context, token string) error {
	return s.endSession(ctx, secret.Hash(token), "")
}

// EndSession ends one session of a rep; one that has ended already, or is not theirs, is as good.
func (s *Service) EndSession(ctx context.Context, of survey.RepID, session string) error {
	if len(session) != len(secret.Hash("")) {
		return nil
	}
	return s.endSession(ctx, session, of)
}

// endSession ends a session, if it is of that rep; empty is any.
func (s *Service) endSession(ctx context.Context, id string, of survey.RepID) error {
	session, err := s.db.sessions.Get(ctx, id)
	if err == nil && (of == "" || session.RepID == of) {
		err = s.db.sessions.Delete(ctx, session)
		if errors.Is(err, store.ErrConflict) { // it was ended, or its use was noted a moment ago
			return s.endSession(ctx, id, of)
		}
	}
	if errors.Is(err, store.ErrNotFound) {
		return nil
	}
	return err
}

// EndSessions logs a rep out everywhere but where token is from, and forgets all devices but that of device; empty keeps
// none.
func (s *Service) EndSessions(ctx context.Context, id survey.RepID, token, device string) error {
	keep := secret.Hash(token)
	for session, err := range s.db.sessions.All(ctx, store.Query{Index: sessionsByRep, Equal: []any{string(id)}}) {
		if err != nil {
			return err
		}
		if session.ID == keep {
			continue
		}
		if err := s.endSession(ctx, session.ID, id); err != nil {
			return err
		}
	}
	var others []*Device
	for d, err := range s.db.devices.All(ctx, store.Query{Index: devicesByRep, Equal: []any{string(id)}}) {
		if err != nil {
			return err
		}
		if d.ID != secret.Hash(device) {
			others = append(others, d)
		}
	}
	return s.dropDevices(ctx, others)
}
