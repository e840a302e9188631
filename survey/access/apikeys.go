package access

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"earshot/survey"
	"earshot/survey/internal/secret"
	"earshot/survey/store"
)

// apiKeyPrefix begins every API key, so that people and secret scanners recognise one; testKeyPrefix one that never mails.
const (
	apiKeyPrefix  = "esk_"
	testKeyPrefix = "esk_test_"
)

// shownOfSecret is how many characters of the secret itself are shown of a key.
const shownOfSecret = 6

// NewAPIKey is what is told of a new API key.
type NewAPIKey struct {
	Name string `json:"name" validate:"required,max=100"`
	// Scopes are what it may do, at least one of Scopes().
	Scopes []Scope `json:"scopes"`
	// ExpiresAt is when it stops working by itself; zero if it does not.
	ExpiresAt time.Time `json:"expires_at"`
	// Test has nothing mailed that is done with it.
	Test bool `json:"test"`
}

// CreateAPIKey makes a key. The key itself is returned this once and not stored.
func (s *Service) CreateAPIKey(ctx context.Context, by survey.RepID, in NewAPIKey) (string, *APIKey, error) {
	in.Name = survey.Tidy(in.Name)
	if err := survey.Check(in); err != nil {
		return "", nil, err
	}
	if err := checkScopes(in.Scopes); err != nil {
		return "", nil, err
	}
	if !in.ExpiresAt.IsZero() && !in.ExpiresAt.After(s.now()) {
		return "", nil, survey.InvalidField("expires_at", "must lie in the future, or be left out for a key that does not expire")
	}
	key, shown := s.newSecret(in.Test)
	stored := &APIKey{
		Meta: store.Meta{ID: secret.Hash(key)}, Name: in.Name, Prefix: shown, Granted: slices.Compact(slices.Sorted(slices.Values(in.Scopes))),
		Test: in.Test, CreatedBy: by, CreatedAt: s.now(), ExpiresAt: store.Time(in.ExpiresAt),
	}
	return key, stored, s.db.apiKeys.Insert(ctx, stored)
}

// newSecret makes the secret of a key, and what is shown of it.
func (s *Service) newSecret(test bool) (key, shown string) {
	prefix := apiKeyPrefix
	if test {
		prefix = testKeyPrefix
	}
	key = prefix + secret.New(s.random)
	return key, key[:len(prefix)+shownOfSecret]
}

// looksLikeKey says whether it may be a key at all, so that nothing else is looked for in the store.
func looksLikeKey(key string) bool {
	return strings.HasPrefix(key, apiKeyPrefix) && len(key) == len(apiKeyPrefix)+secret.Length ||
		strings.HasPrefix(key, testKeyPrefix) && len(key) == len(testKeyPrefix)+secret.Length
}

// APIKeyOf returns the API key that key is, or Unauthenticated.
func (s *Service) APIKeyOf(ctx context.Context, key string) (*APIKey, error) {
	refusal := survey.Errorf(survey.Unauthenticated, "the API key is unknown or revoked; make one under Settings")
	if !looksLikeKey(key) {
		return nil, refusal
	}
	hash, now := secret.Hash(key), s.now()
	stored, err := s.keyWith(ctx, hash)
	switch {
	case errors.Is(err, store.ErrNotFound):
		return nil, refusal
	case err != nil:
		return nil, err
	case !stored.accepts(hash, now), !stored.RevokedAt.IsZero():
		return nil, refusal
	case stored.Expired(now):
		return nil, survey.Errorf(survey.Unauthenticated, "the API key has expired; make another one under Settings")
	}
	return stored, nil
}

// keyWith returns the key that has, or had, a secret of that hash. A key that kept its first secret is found in one trip.
func (s *Service) keyWith(ctx context.Context, hash string) (*APIKey, error) {
	found, err := s.db.apiKeys.Get(ctx, hash)
	for _, index := range []string{apiKeysBySecret, apiKeysByPrevious} {
		if !errors.Is(err, store.ErrNotFound) {
			break
		}
		found, err = s.db.apiKeys.First(ctx, store.Query{Index: index, Equal: []any{hash}})
	}
	return found, err
}

// APIKeys returns all API keys, oldest first, the revoked ones too. They are few, so they are not paged.
func (s *Service) APIKeys(ctx context.Context) ([]*APIKey, error) {
	var keys []*APIKey
	for key, err := range s.db.apiKeys.All(ctx, store.Query{Index: apiKeysByCreated}) {
		if err != nil {
			return nil, err
		}
		keys = append(keys, key)
	}
	return keys, nil
}

// RevokeAPIKey ends a key from now on, by the id that APIKeys tells. One that is revoked already stays as it was.
func (s *Service) RevokeAPIKey(ctx context.Context, id string) (*APIKey, error) {
	return s.changeKey(ctx, id, func(key *APIKey) error {
		if key.RevokedAt.IsZero() {
			key.RevokedAt = s.now()
		}
		return nil
	})
}

// MaxOverlap is how long the secret before may go on at most beside a new one.
const MaxOverlap = 30 * 24 * time.Hour

// RotateAPIKey gives a key another secret, which is returned this once. The present one goes on for the overlap, and one
// before it ends at once. Returns Conflict for a key that works no more.
func (s *Service) RotateAPIKey(ctx context.Context, id string, overlap time.Duration) (string, *APIKey, error) {
	if overlap < 0 || overlap > MaxOverlap {
		return "", nil, survey.InvalidField("overlap", "must be 0 to %d hours", int(MaxOverlap.Hours()))
	}
	var fresh string
	key, err := s.changeKey(ctx, id, func(key *APIKey) error {
		now := s.now()
		if key.ended(now) {
			return survey.Errorf(survey.Conflict, "the API key works no more; make another one")
		}
		key.PreviousHash, key.PreviousPrefix, key.PreviousUntil = key.present(), key.Prefix, now.Add(overlap)
		fresh, key.Prefix = s.newSecret(key.Test)
		key.SecretHash = secret.Hash(fresh)
		return nil
	})
	return fresh, key, err
}

func (s *Service) changeKey(ctx context.Context, id string, change func(*APIKey) error) (*APIKey, error) {
	key, err := s.db.apiKeys.Update(ctx, id, change)
	if errors.Is(err, store.ErrNotFound) {
		return nil, survey.Errorf(survey.NotFound, "there is no such API key")
	}
	return key, err
}
