package access

import (
	"time"

	"earshot/survey/store"
)

// Installation is the one document about this installation itself. Its id is installationID.
type Installation struct {
	store.Meta `json:",inline"`
	// SetupHash is the hash of the secret in the first-run link; empty once an admin exists.
	SetupHash string    `json:"setup_hash,omitempty"`
	CreatedAt time.Time `json:"created_at"`
	// Seal is the key that challenges are sealed with, so that every process knows those of all; empty until the first.
	Seal string `json:"seal,omitempty"`
}

// installationID is the id of the one Installation.
const installationID = "installation"

var installationSpec = &store.Spec{
	Name: "installations",
	New:  func() store.Doc { return new(Installation) },
}
