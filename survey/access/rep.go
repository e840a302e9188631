package access

import (
	"time"

	"earshot/survey"
	"earshot/survey/address"
	"earshot/survey/store"
)

// Rep is somebody of ours who logs in: a salesperson, a manager, an operator.
type Rep struct {
	store.Meta `json:",inline"`
	Name       string `json:"name" validate:"required,max=200"`
	Email      string `json:"email" validate:"required,max=254,mailbox"`
	// EmailKey is what addresses are compared by; see package address.
	EmailKey string `json:"email_key"`
	Access   Level  `json:"access" validate:"required,oneof=analyst rep manager admin"`
	// TeamID is the team that they are in; empty is none.
	TeamID survey.TeamID `json:"team_id,omitempty"`
	// PasswordHash is an argon2id string in PHC format; empty: cannot log in yet.
	PasswordHash string `json:"password_hash"`
	// PasswordWeak says that it would not be taken today; it is looked at when they log in.
	PasswordWeak bool `json:"password_weak,omitempty"`
	// SessionsSince ends all sessions that began before; zero ends none.
	SessionsSince time.Time `json:"sessions_since,omitzero"`
	// Resets are the links by mail that are out.
	Resets []Reset `json:"resets,omitempty"`
	// Factors are what the rep shows beside the password, or instead of it.
	Factors Factors `json:"factors,omitzero"`
	// SignOn is who the rep is at the provider of single sign-on, and SignOnKey what that is found by; empty where they never came by it.
	SignOn    Identity `json:"sign_on,omitzero"`
	SignOnKey string   `json:"sign_on_key,omitempty"`
	// CallsPerWeek is how many customers the rep calls in a week; 0: nobody has said, so there is no limit.
	CallsPerWeek int `json:"calls_per_week,omitempty" validate:"gte=0,lte=500"`
	// DisabledAt is when the rep's access was taken away; zero while it stands.
	DisabledAt time.Time `json:"disabled_at,omitzero"`
	CreatedAt  time.Time `json:"created_at"`
	UpdatedAt  time.Time `json:"updated_at"`
}

// Indexes of reps.
const (
	repsByEmail  = "by_email"
	repsByName   = "by_name"
	repsBySignOn = "by_sign_on"
	repsByTeam   = "by_team"
)

var repSpec = &store.Spec{
	Name: "reps",
	New:  func() store.Doc { return new(Rep) },
	Indexes: []store.Index{
		{Name: repsByEmail, Fields: []string{"email_key"}, Unique: true},
		{Name: repsByName, Fields: []string{"name"}},
		{Name: repsBySignOn, Fields: []string{"sign_on_key"}, Unique: true, Sparse: true},
		{Name: repsByTeam, Fields: []string{"team_id", "name"}, Sparse: true},
	},
}

// Rekey gives the rep the key that their address has now, and says whether it is another one: an upgrade brings reps whose
// address was keyed by older rules up to date. Where another rep has that key already (the write is refused), the rep
// keeps the old one and cannot log in until an admin gives them an address of their own.
func (r *Rep) Rekey() bool {
	key := address.Key(r.Email)
	changed := r.EmailKey != key
	r.EmailKey = key
	return changed
}
