package access

import (
	"context"
	"errors"
	"strings"

	"earshot/survey"
	"earshot/survey/internal/secret"
	"earshot/survey/store"
)

// apiKeyPrefix begins every API key, so that people and secret scanners recognise one.
const apiKeyPrefix = "esk_"

// NewAPIKey is what is told of a new API key.
type NewAPIKey struct {
	Name  string `json:"name" validate:"required,max=100"`
	Scope Scope  `json:"scope" validate:"required,oneof=read write"`
}

// CreateAPIKey makes a key. The key itself is returned this once and not stored.
func (s *Service) CreateAPIKey(ctx context.Context, by survey.RepID, in NewAPIKey) (string, *APIKey, error) {
	in.Name = survey.Tidy(in.Name)
	if err := survey.Check(in); err != nil {
		return "", nil, err
	}
	key := apiKeyPrefix + secret.New(s.random)
	stored := &APIKey{
		Meta: store.Meta{ID: secret.Hash(key)}, Name: in.Name, Prefix: key[:len(apiKeyPrefix)+6],
		Scope: in.Scope, CreatedBy: by, CreatedAt: s.now(),
	}
	return key, stored, s.db.apiKeys.Insert(ctx, stored)
}

// APIKeyOf returns the API key that key is, or Unauthenticated.
func (s *Service) APIKeyOf(ctx context.Context, key string) (*APIKey, error) {
	refusal := survey.Errorf(survey.Unauthenticated, "the API key is unknown or revoked; make one under Settings")
	if !strings.HasPrefix(key, apiKeyPrefix) || len(key) != len(apiKeyPrefix)+secret.Length {
		return nil, refusal
	}
	stored, err := s.db.apiKeys.Get(ctx, secret.Hash(key))
	if errors.Is(err, store.ErrNotFound) {
		return nil, refusal
	}
	if err != nil {
		return nil, err
	}
	if !stored.RevokedAt.IsZero() {
		return nil, refusal
	}
	return stored, nil
}

// Allows says whether the scope covers wanted: write includes read.
func (s Scope) Allows(wanted Scope) bool { return s == ScopeWrite || s == wanted }

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
	key, err := s.db.apiKeys.Update(ctx, id, func(key *APIKey) error {
		if key.RevokedAt.IsZero() {
			key.RevokedAt = s.now()
		}
		return nil
	})
	if errors.Is(err, store.ErrNotFound) {
		return nil, survey.Errorf(survey.NotFound, "there is no such API key")
	}
	return key, err
}
