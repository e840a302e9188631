package access

import (
	"cmp"
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
	i, err := s.db.installations.Get(ctx, installationID)
	if errors.Is(err, store.ErrNotFound) || err == nil && i.Seal == "" {
		i, err = s.makeSeal(ctx)
	}
	if err != nil {
		return nil, err
	}
	s.seal.Store(&i.Seal)
	return []byte(i.Seal), nil
}

// makeSeal makes the key, unless another process has just done so, and returns the installation with it.
func (s *Service) makeSeal(ctx context.Context) (*Installation, error) {
	fresh := secret.New(s.random)
	made := &Installation{Meta: store.Meta{ID: installationID}, Seal: fresh, CreatedAt: s.now()}
	err := s.db.installations.Insert(ctx, made)
	var duplicate *store.DuplicateError
	if !errors.As(err, &duplicate) {
		return made, err
	}
	return s.db.installations.Update(ctx, installationID, func(i *Installation) error {
		i.Seal = cmp.Or(i.Seal, fresh)
		return nil
	})
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
