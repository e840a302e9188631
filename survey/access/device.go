package access

import (
	"time"

	"earshot/survey"
	"earshot/survey/store"
)

// Device is a browser in which a rep has logged in: others who guess at the account do not make it wait. It proves nothing
// of who sits before it. Its id is the hash of the token in the browser's cookie; the token itself is not stored.
type Device struct {
	store.Meta `json:",inline"`
	RepID      survey.RepID `json:"rep_id"`
	// Account is the rep's EmailKey when they logged in. Under another address the device is a stranger once.
	Account   string    `json:"account"`
	CreatedAt time.Time `json:"created_at"`
	ExpiresAt time.Time `json:"expires_at"`
}

// devicesByRep is the index over the devices of a rep.
const devicesByRep = "by_rep"

var deviceSpec = &store.Spec{
	Name:    "devices",
	New:     func() store.Doc { return new(Device) },
	Indexes: []store.Index{{Name: devicesByRep, Fields: []string{"rep_id", "created_at"}}},
	Expires: "expires_at",
}
