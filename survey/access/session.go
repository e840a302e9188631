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
}

// sessionsByRep is the index over the sessions of a rep.
const sessionsByRep = "by_rep"

var sessionSpec = &store.Spec{
	Name:    "sessions",
	New:     func() store.Doc { return new(Session) },
	Indexes: []store.Index{{Name: sessionsByRep, Fields: []string{"rep_id", "created_at"}}},
	Expires: "expires_at",
}
