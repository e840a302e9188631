package frontend

import (
	"net/url"
	"strings"
	"time"

	"earshot/survey/access"
)

// KeyRow is one API key.
type KeyRow struct {
	Name   string
	Prefix string
	Scopes []access.Scope
	// Test says that nothing is mailed that is done with it.
	Test      bool
	CreatedBy string
	CreatedAt time.Time
	// ExpiresAt is when it stops working by itself; zero if it does not. Expired says that it has, EndsSoon that it will soon.
	ExpiresAt time.Time
	Expired   bool
	EndsSoon  bool
	RevokedAt time.Time
	// LastUsedAt is the hour of its last use, LastUsedFrom the network; zero where it was never used.
	LastUsedAt   time.Time
	LastUsedFrom string
	// PreviousPrefix is how the secret before begins, which works until PreviousUntil; empty where none does.
	PreviousPrefix string
	PreviousUntil  time.Time
	// Rotate gives the key another secret, with the form made by RotateForm, and Revoke makes it stop working; nil if it did already.
	Rotate *Form
	Revoke *Action
}

// May says in words what the key may do.
func (r KeyRow) May() string {
	said := make([]string, len(r.Scopes))
	for i, s := range r.Scopes {
		said[i] = scopeWords(s)
	}
	return capitalWord(strings.Join(said, ", "))
}

// scopeWords is a scope in words.
func scopeWords(s access.Scope) string {
	switch s {
	case access.ScopeRead:
		return "read everything"
	case access.ScopeWrite:
		return "read and write everything"
	}
	area, may, _ := strings.Cut(string(s), ":")
	if may == string(access.ScopeWrite) {
		return "write " + area
	}
	return "read " + area
}

// ScopeSome is the choice of a key that may do only what is ticked.
const ScopeSome = "some"

// KeyForm asks for the name of a new API key, what it may do (scope, and scopes beside it), when it ends and whether it is
// for tests.
func KeyForm(action string, values url.Values) Form {
	var scopes []Option
	for _, s := range access.Scopes() {
		if s != access.ScopeRead && s != access.ScopeWrite {
			scopes = append(scopes, Option{Value: string(s), Text: scopeWords(s)})
		}
	}
	return Form{ID: "key", Action: action, Submit: "Create key", Fields: filled(values, limited[access.NewAPIKey](
		Field{Kind: TextField, Name: "name", Label: "What it is for", Required: true, Placeholder: "Shop system"},
		Field{Kind: RadioField, Name: "scope", Label: "May", Required: true, Values: []string{string(access.ScopeRead)}, Options: []Option{
			{Value: string(access.ScopeRead), Text: "read everything"}, {Value: string(access.ScopeWrite), Text: "read and write everything"},
			{Value: ScopeSome, Text: "only what is ticked below"}}},
		Field{Kind: ChecksField, Name: "scopes", Label: "What it may besides", Help: "Writing includes reading. The audit log is read only where it is ticked.", Options: scopes},
		Field{Kind: DateField, Name: "expires_at", Label: "Works until the end of", Help: "Left empty, it works until you revoke it.", Narrow: true},
		Field{Kind: CheckField, Name: "test", Label: "For tests", Help: "Whatever is asked with it is kept here and never mailed."})...)}
}

// RotateForm asks how long the present secret of a key goes on beside its new one, in hours. key is its id, and n tells it
// from others on the page.
func RotateForm(action, id, key string) Form {
	return Form{ID: id, Action: action, Submit: "Make a new secret", Hidden: []Hidden{{Name: "id", Value: key}}, Fields: []Field{
		{Kind: SelectField, Name: "overlap", Label: "The present one goes on for", Values: []string{"24"}, Options: []Option{
			{Value: "24", Text: "24 hours"}, {Value: "1", Text: "an hour"}, {Value: "168", Text: "a week"}, {Value: "0", Text: "not at all"}}}}}
}
