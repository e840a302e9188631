package access

import (
	"time"

	"earshot/survey"
	"earshot/survey/store"
)

// Session is one login of a rep. Its id is the hash of the token in the rep's cookie; the token itself is not stored.
type Session struct {
	store.Meta `json:",inline"`
	RepID      survey.RepID `json:"rep_id"`
	CreatedAt  time.Time    `json:"created_at"`
	ExpiresAt  time.Time    `json:"expires_at"`
	// ConfirmedAt is when the rep last proved in it anew who they are: what guards the account changes only soon after. Zero
	// if they have not since it began.
	ConfirmedAt time.Time `json:"confirmed_at,omitzero"`
	// SignedOn says that it began by single sign-on.
	SignedOn bool `json:"signed_on,omitempty"`
}

// sessionsByRep is the index over the sessions of a rep.
const sessionsByRep = "by_rep"

var sessionSpec = &store.Spec{
	Name:    "sessions",
	New:     func() store.Doc { return new(Session) },
	Indexes: []store.Index{{Name: sessionsByRep, Fields: []string{"rep_id", "created_at"}}},
	Expires: "expires_at",
}
