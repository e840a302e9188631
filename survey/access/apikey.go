package access

import (
	"time"

	"earshot/survey"
	"earshot/survey/store"
)

// Scope is what an API key may do.
type Scope string

// The scopes of an API key; write includes read.
const (
	ScopeRead  Scope = "read"
	ScopeWrite Scope = "write"
)

// APIKey lets an integrator's program in. Its id is the hash of the key, which is shown once and not stored.
type APIKey struct {
	store.Meta `json:",inline"`
	Name       string `json:"name" validate:"required,max=100"`
	// Prefix is the key's first characters, so that people can tell keys apart.
	Prefix    string       `json:"prefix"`
	Scope     Scope        `json:"scope" validate:"required,oneof=read write"`
	CreatedBy survey.RepID `json:"created_by"`
	CreatedAt time.Time    `json:"created_at"`
	// RevokedAt is when the key stopped working; zero while it works.
	RevokedAt time.Time `json:"revoked_at,omitzero"`
}

// apiKeysByCreated is the index over API keys in the order in which they were made.
const apiKeysByCreated = "by_created"

var apiKeySpec = &store.Spec{
	Name:    "api_keys",
	New:     func() store.Doc { return new(APIKey) },
	Indexes: []store.Index{{Name: apiKeysByCreated, Fields: []string{"created_at"}}},
}
