package survey

import (
	"slices"
	"time"

	"earshot/survey/address"
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
	Email      string            `json:"email" validate:"required,max=254,mailbox"`
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

// suppressionID returns the id of the suppression of the address, for that reason. A server that refuses an address says
// nothing about other tags of it (ana+news@); all other reasons concern the person, whatever the tag.
func suppressionID(email string, why SuppressionReason) string {
	if why == HardBounce {
		return derivedID("sup", address.Key(email))
	}
	return derivedID("sup", personKey(email))
}

// personKey returns what people are told apart by: the key of their address, without its tag.
func personKey(email string) string {
	if a, err := address.Parse(email); err == nil {
		return a.Person()
	}
	return address.Key(email)
}

// suppressionIDs returns the ids under which the address may stand on the list: as a person, and as this very address.
func suppressionIDs(email string) []string {
	person, own := suppressionID(email, ByHand), suppressionID(email, HardBounce)
	if person == own {
		return []string{own}
	}
	return []string{person, own}
}

// suppressedIn returns what keeps the address from being mailed, out of suppressions by their id; nil if nothing does.
func suppressedIn(list map[string]*Suppression, email string) *Suppression {
	for _, id := range suppressionIDs(email) {
		if x := list[id]; x != nil {
			return x
		}
	}
	return nil
}

// covers says whether the suppression keeps the address from being mailed.
func (x *Suppression) covers(email string) bool { return slices.Contains(suppressionIDs(email), x.ID) }
