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
	// Agent is how the browser named itself, cut to longestAgent.
	Agent string `json:"agent,omitempty"`
	// Network is where it began, as coarsely as is enough to recognise it: a /24, or a /48 of IPv6.
	Network   string    `json:"network,omitempty"`
	CreatedAt time.Time `json:"created_at"`
	// UsedAt is when it was last used, to the hour; zero until it is an hour old.
	UsedAt    time.Time `json:"used_at,omitzero"`
	ExpiresAt time.Time `json:"expires_at"`
	// ConfirmedAt is when the rep last proved in it anew who they are: what guards the account changes only soon after. Zero
	// if they have not since it began.
	ConfirmedAt time.Time `json:"confirmed_at,omitzero"`
	// SignedOn says that it began by single sign-on.
	SignedOn bool `json:"signed_on,omitempty"`
	// ProvenAt is when, by the provider's word, they proved there who they are: it lets people in without a question who did
	// so long ago. Zero where it does not say.
	ProvenAt time.Time `json:"proven_at,omitzero"`
}

// LastUsed is when the session was last known to be used, to the hour.
func (s *Session) LastUsed() time.Time {
	if s.UsedAt.IsZero() {
		return s.CreatedAt
	}
	return s.UsedAt
}

// over says whether the session has ended: by its age, by not being used, or since the rep ended all that they had then.
func (s *Session) over(now time.Time, rep *Rep) bool {
	return !now.Before(s.ExpiresAt) || now.Sub(s.LastUsed()) > SessionIdle || s.CreatedAt.Before(rep.SessionsSince)
}

// sessionsByRep is the index over the sessions of a rep.
const sessionsByRep = "by_rep"

var sessionSpec = &store.Spec{
	Name:    "sessions",
	New:     func() store.Doc { return new(Session) },
	Indexes: []store.Index{{Name: sessionsByRep, Fields: []string{"rep_id", "created_at"}}},
	Expires: "expires_at",
}
