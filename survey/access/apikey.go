package access

import (
	"cmp"
	"slices"
	"time"

	"earshot/survey"
	"earshot/survey/store"
)

// APIKey lets an integrator's program in. Its id is the hash of the secret that it was made with, which is shown once and
// not stored.
type APIKey struct {
	store.Meta `json:",inline"`
	Name       string `json:"name" validate:"required,max=100"`
	// Prefix is the secret's first characters, so that people can tell keys apart.
	Prefix string `json:"prefix"`
	// Scope is what a key may do that was made when there were two scopes; Granted is what others may. See Scopes.
	Scope   Scope   `json:"scope,omitempty"`
	Granted []Scope `json:"scopes,omitempty"`
	// Test says that nothing that is done with the key is ever mailed.
	Test      bool         `json:"test,omitempty"`
	CreatedBy survey.RepID `json:"created_by"`
	CreatedAt time.Time    `json:"created_at"`
	// ExpiresAt is when the key stops working by itself; zero if it does not.
	ExpiresAt time.Time `json:"expires_at,omitzero"`
	// RevokedAt is when the key stopped working; zero while it works.
	RevokedAt time.Time `json:"revoked_at,omitzero"`
	// SecretHash is the hash of the present secret, once the key was given another than its first; empty before.
	SecretHash string `json:"secret_hash,omitempty"`
	// PreviousHash and PreviousPrefix are of the secret before the present one, which works until PreviousUntil.
	PreviousHash   string    `json:"previous_hash,omitempty"`
	PreviousPrefix string    `json:"previous_prefix,omitempty"`
	PreviousUntil  time.Time `json:"previous_until,omitzero"`
	// LastUsedAt is the hour in which the key was last used, LastUsedFrom the network from which it was in that hour first.
	LastUsedAt   time.Time `json:"last_used_at,omitzero"`
	LastUsedFrom string    `json:"last_used_from,omitempty"`
}

// ExpiryWarning is how long before its end a key warns of it.
const ExpiryWarning = 14 * 24 * time.Hour

// Scopes are what the key may do.
func (k *APIKey) Scopes() []Scope {
	if len(k.Granted) > 0 {
		return k.Granted
	}
	return []Scope{k.Scope}
}

// Allows says whether the key may do what the scope is wanted for.
func (k *APIKey) Allows(wanted Scope) bool {
	return slices.ContainsFunc(k.Scopes(), func(s Scope) bool { return s.Allows(wanted) })
}

// present is the hash of the present secret.
func (k *APIKey) present() string { return cmp.Or(k.SecretHash, k.ID) }

// accepts says whether a secret of that hash opens at that time.
func (k *APIKey) accepts(hash string, now time.Time) bool {
	return hash == k.present() || hash == k.PreviousHash && now.Before(k.PreviousUntil)
}

// ended says whether the key works no more.
func (k *APIKey) ended(now time.Time) bool { return !k.RevokedAt.IsZero() || k.Expired(now) }

// Expired says whether the key has come to its end by itself.
func (k *APIKey) Expired(now time.Time) bool {
	return !k.ExpiresAt.IsZero() && !now.Before(k.ExpiresAt)
}

// EndsSoon says whether the key works, and will stop by itself within ExpiryWarning.
func (k *APIKey) EndsSoon(now time.Time) bool {
	return !k.ended(now) && !k.ExpiresAt.IsZero() && k.ExpiresAt.Before(now.Add(ExpiryWarning))
}

// Indexes of API keys.
const (
	// apiKeysByCreated is over API keys in the order in which they were made.
	apiKeysByCreated = "by_created"
	// apiKeysBySecret and apiKeysByPrevious find a key by a secret that is not its first.
	apiKeysBySecret   = "by_secret"
	apiKeysByPrevious = "by_previous"
)

var apiKeySpec = &store.Spec{
	Name: "api_keys",
	New:  func() store.Doc { return new(APIKey) },
	Indexes: []store.Index{
		{Name: apiKeysByCreated, Fields: []string{"created_at"}},
		{Name: apiKeysBySecret, Fields: []string{"secret_hash"}, Sparse: true},
		{Name: apiKeysByPrevious, Fields: []string{"previous_hash"}, Sparse: true},
	},
}
