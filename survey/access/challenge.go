package access

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"time"

	"earshot/survey"
	"earshot/survey/internal/secret"
	"earshot/survey/store"
)

// A challenge for a passkey proves itself: it is random, says when it was made, and is sealed with the installation's key
// for one purpose and one rep. So a stranger who opens the log-in page costs no write, and any process takes the answer.
// That it is used once is seen to at the passkey (Passkey.Challenge).
const (
	challengeRandom = 16
	challengeTime   = 8
	challengeLasts  = 10 * time.Minute
)

// purpose is what a challenge is for.
type purpose string

// The purposes.
const (
	toEnter   purpose = "enter"   // instead of a password
	toFollow  purpose = "follow"  // as the second step
	toConfirm purpose = "confirm" // before something that guards the account is changed
	toEnrol   purpose = "enrol"   // a new passkey
)

// sealKey returns the installation's key, and makes it where there is none yet.
func (s *Service) sealKey(ctx context.Context) ([]byte, error) {
	if known := s.seal.Load(); known != nil {
		return []byte(*known), nil
	}
	fresh := secret.New(s.random)
	err := s.db.installations.Insert(ctx, &Installation{Meta: store.Meta{ID: installationID}, Seal: fresh, CreatedAt: s.now()})
	var duplicate *store.DuplicateError
	if errors.As(err, &duplicate) {
		fresh, err = s.sealOfInstallation(ctx, fresh)
	}
	if err != nil {
		return nil, err
	}
	s.seal.Store(&fresh)
	return []byte(fresh), nil
}

// sealOfInstallation returns the key of the installation that there is; it becomes fresh where that has none.
func (s *Service) sealOfInstallation(ctx context.Context, fresh string) (string, error) {
	i, err := s.db.installations.Get(ctx, installationID)
	if err != nil || i.Seal != "" {
		return i.sealOr(""), err
	}
	i, err = s.db.installations.Update(ctx, installationID, func(i *Installation) error {
		i.Seal = i.sealOr(fresh)
		return nil
	})
	return i.sealOr(""), err
}

// sealOr returns the key, or another where there is none.
func (i *Installation) sealOr(other string) string {
	if i == nil || i.Seal == "" {
		return other
	}
	return i.Seal
}

// newChallenge returns a challenge for that purpose and rep; empty is whoever answers.
func (s *Service) newChallenge(ctx context.Context, purpose purpose, rep survey.RepID) ([]byte, error) {
	key, err := s.sealKey(ctx)
	if err != nil {
		return nil, err
	}
	head := make([]byte, challengeRandom, challengeRandom+challengeTime)
	secret.Read(s.random, head)
	head = binary.BigEndian.AppendUint64(head, uint64(s.now().UnixMilli()))
	return append(head, sealOf(key, head, purpose, rep)...), nil
}

// sealOf is the seal of a challenge's head.
func sealOf(key, head []byte, purpose purpose, rep survey.RepID) []byte {
	mac := hmac.New(sha256.New, key)
	mac.Write(head)
	mac.Write([]byte(string(purpose) + "\x00" + string(rep)))
	return mac.Sum(nil)
}

// openChallenge returns when a challenge was made, which is in base64url as browsers send it back. It is Unauthenticated if
// it is not ours, was for something else, or is too old.
func (s *Service) openChallenge(ctx context.Context, sent string, purpose purpose, rep survey.RepID) (time.Time, error) {
	stale := survey.Errorf(survey.Unauthenticated, "that took too long, or was begun on another page; try again")
	raw, err := base64.RawURLEncoding.DecodeString(sent)
	if err != nil || len(raw) != challengeRandom+challengeTime+sha256.Size {
		return time.Time{}, stale
	}
	key, err := s.sealKey(ctx)
	if err != nil {
		return time.Time{}, err
	}
	head, seal := raw[:challengeRandom+challengeTime], raw[challengeRandom+challengeTime:]
	made := time.UnixMilli(int64(binary.BigEndian.Uint64(head[challengeRandom:]))).UTC()
	if !hmac.Equal(seal, sealOf(key, head, purpose, rep)) || !s.now().Before(made.Add(challengeLasts)) {
		return time.Time{}, stale
	}
	return made, nil
}
