package survey

import (
	"strings"
	"time"

	"earshot/survey/store"
)

// SuppressionReason is why an address must not be mailed.
type SuppressionReason string

// The reasons of a suppression.
const (
	Unsubscribed SuppressionReason = "unsubscribed" // the person said so
	HardBounce   SuppressionReason = "hard_bounce"  // their server refused the address for good
	Complained   SuppressionReason = "complaint"    // the person reported our mail as spam
	ByHand       SuppressionReason = "by_hand"      // a rep or an integrator said so
)

// Suppression says that an address must not be mailed, by any path. Its id derives from the address.
type Suppression struct {
	store.Meta `json:",inline"`
	Email      string            `json:"email" validate:"required,max=254,email"`
	Reason     SuppressionReason `json:"reason" validate:"required,oneof=unsubscribed hard_bounce complaint by_hand"`
	Note       string            `json:"note,omitempty" validate:"max=500"`
	CreatedAt  time.Time         `json:"created_at"`
}

// suppressionsByTime is the index over suppressions.
const suppressionsByTime = "by_created"

var suppressionSpec = &store.Spec{
	Name:    "suppressions",
	New:     func() store.Doc { return new(Suppression) },
	Indexes: []store.Index{{Name: suppressionsByTime, Fields: []string{"created_at"}}},
}

// emailKey returns what addresses are compared by: without surrounding space, in lower case. RFC 5321 lets servers tell
// local parts apart by case; none that matters does, and an opt-out must not be escaped by a capital letter.
func emailKey(address string) string { return strings.ToLower(strings.TrimSpace(address)) }

// suppressionID returns the id of the suppression of that address.
func suppressionID(address string) string { return derivedID("sup", emailKey(address)) }
