package survey

import (
	"time"

	"earshot/survey/store"
)

// AskLog is the ledger of asks of one customer: whoever wants to ask somebody there writes it first, so that two askers
// at once cannot break governance. Its id is the customer's.
type AskLog struct {
	store.Meta `json:",inline"` // owes effectFinishAsks while an ask in it is still to become an invitation
	// Asks are the latest asks, newest first, at least AskLogLength of them.
	Asks []Ask `json:"asks"`
	// Held is why a pulse last did not ask, by pulse, newest first, at most AskLogLength.
	Held []Hold `json:"held,omitempty"`
}

// AskLogLength is how many asks and holds of a customer are kept in its ledger at least; of asks also the latest of each
// contact. Invitations themselves stay for good.
const AskLogLength = 50

// Ask is one decision to ask a contact.
type Ask struct {
	InvitationID InvitationID `json:"invitation_id"`
	ContactID    ContactID    `json:"contact_id"`
	SurveyID     SurveyID     `json:"survey_id"`
	PulseID      PulseID      `json:"pulse_id,omitempty"`
	AskedBy      RepID        `json:"asked_by,omitempty"`
	// Address is the personID behind the contact's address: two contacts with one are one person. Empty where the contact
	// had no address.
	Address   string    `json:"address,omitempty"`
	At        time.Time `json:"at"`
	ExpiresAt time.Time `json:"expires_at"`
	// SendAt is when the mail goes out, where it had to take its turn among those of all pulses; zero where it did not.
	SendAt time.Time `json:"send_at,omitzero"`
	// Silence is when the customer's last sign of life was, or of who drifts the day on which they bought last, for a quiet pulse: it asks
	// once a silence.
	Silence time.Time `json:"silence,omitzero"`
	// Drawn says that the pulse holds some silences out, and that the draw left this one to be asked.
	Drawn bool `json:"drawn,omitempty"`
	// RestDays is how long the person had to be left alone before, at all customers; 0 means HandRestDays.
	RestDays int `json:"rest_days,omitempty"`
	// Owed says that the invitation has still to be made.
	Owed bool `json:"owed,omitempty"`
	// NoMail says that the caller hands out the link; nothing is mailed.
	NoMail bool `json:"no_mail,omitempty"`
	// EndedAt is when it was answered, declined, revoked or otherwise over before it expired; zero while it is open.
	EndedAt time.Time `json:"ended_at,omitzero"`
	// Void says that nothing reached the contact (withheld, refused): it does not count as an ask.
	Void bool `json:"void,omitempty"`
	// Failure is why the mail of a void ask did not get through, e.g. the server's last words; empty where it did not fail
	// but became pointless (revoked, too late).
	Failure string `json:"failure,omitempty"`
}

// Hold is why a pulse did not ask a customer.
type Hold struct {
	PulseID PulseID   `json:"pulse_id"`
	At      time.Time `json:"at"`
	// Reason is a sentence, e.g. "Ana Ruiz was asked 12 days ago; a contact rests for 90 days".
	Reason string `json:"reason"`
	// Until is when the ask can be made; zero if time alone does not help.
	Until time.Time `json:"until,omitzero"`
	// HeldOut tells the silence that is kept out of asking as Ask.Silence does; zero where that is not why.
	HeldOut time.Time `json:"held_out,omitzero"`
}

var askLogSpec = &store.Spec{
	Name:  "ask_logs",
	New:   func() store.Doc { return new(AskLog) },
	Queue: true,
	Shard: "id",
}
