package survey

import (
	"strings"
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

// SuppressionReasons lists the reasons.
func SuppressionReasons() []SuppressionReason {
	return []SuppressionReason{Unsubscribed, Complained, HardBounce, ByHand}
}

// Suppression says that an address must not be mailed, by any path, or nobody at a domain. Its id derives from either.
type Suppression struct {
	store.Meta `json:",inline"`
	// Email is the address as people read it, or "@" and the domain: everybody there, and nobody at a domain below it.
	Email string `json:"email" validate:"required,max=254,mailrule"`
	// Domain is what stands behind the @ of Email.
	Domain    string            `json:"domain"`
	Reason    SuppressionReason `json:"reason" validate:"required,oneof=unsubscribed hard_bounce complaint by_hand"`
	Note      string            `json:"note,omitempty" validate:"max=500"`
	CreatedAt time.Time         `json:"created_at"`
	// LiftedAt is when it was taken off the list; zero while it is on it. What was taken off is kept for its History, oldest first.
	LiftedAt time.Time          `json:"lifted_at,omitzero"`
	History  []SuppressionEvent `json:"history,omitempty"`
}

// Indexes of suppressions.
const (
	suppressionsByTime   = "by_created"
	suppressionsByReason = "by_reason"
	suppressionsByEmail  = "by_email"
	suppressionsByDomain = "by_domain"
)

var suppressionSpec = &store.Spec{
	Name: "suppressions",
	New:  func() store.Doc { return new(Suppression) },
	Indexes: []store.Index{
		{Name: suppressionsByTime, Fields: []string{"created_at"}},
		{Name: suppressionsByReason, Fields: []string{"reason", "created_at"}},
		{Name: suppressionsByEmail, Fields: []string{"email"}},
		{Name: suppressionsByDomain, Fields: []string{"domain", "email"}},
	},
}

// suppressionID returns the id of the suppression of the address, or of a domain, for that reason. A server that refuses an
// address says nothing about other tags of it (ana+news@); all other reasons concern the person, whatever the tag.
func suppressionID(email string, why SuppressionReason) string {
	a, err := address.ParseRule(email)
	switch {
	case err != nil:
		return derivedID("sup", address.Key(email))
	case why == HardBounce:
		return derivedID("sup", a.Key())
	}
	return derivedID("sup", a.Person())
}

// suppressionIDs returns the ids under which addresses may stand on the list, each once: as a person, as this very address, and with
// everybody at the domain.
func suppressionIDs(emails ...string) []string {
	ids, seen := make([]string, 0, 2*len(emails)), make(map[string]bool, 2*len(emails))
	for _, email := range emails {
		keys := []string{address.Key(email)}
		if a, err := address.ParseRule(email); err == nil {
			keys = []string{a.Person(), a.Key(), a.Everybody().Key()}
		}
		for _, key := range keys {
			if !seen[key] {
				seen[key] = true
				ids = append(ids, derivedID("sup", key))
			}
		}
	}
	return ids
}

// suppressedIn returns what keeps the address from being mailed, out of suppressions by their id; nil if nothing does.
func suppressedIn(list map[string]*Suppression, email string) *Suppression {
	for _, id := range suppressionIDs(email) {
		if x := list[id]; x != nil && x.LiftedAt.IsZero() {
			return x
		}
	}
	return nil
}

// rename gives the suppression the address or the domain that it is of, as the list is searched.
func (x *Suppression) rename(email string) {
	x.Email = tidyRule(address.Key(email))
	x.Domain = x.Email[strings.LastIndexByte(x.Email, '@')+1:]
}

// Upgrade has a suppression of an older version name its domain and begin its history, and says whether it did not.
func (x *Suppression) Upgrade() bool {
	before := x.Domain
	x.rename(x.Email)
	return x.remember() || x.Domain != before
}

// ForAll says whether the suppression is of everybody at a domain.
func (x *Suppression) ForAll() bool { return isRuleForAll(x.Email) }

func isRuleForAll(email string) bool {
	a, err := address.ParseRule(email)
	return err == nil && a.IsEverybody()
}

// tidyRule returns an address, or "@" and a domain, as people read it, and s itself if it is neither.
func tidyRule(s string) string {
	if a, err := address.ParseRule(s); err == nil {
		return a.String()
	}
	return address.Tidy(s)
}

// clause says why such an address must not be mailed.
func (x *Suppression) clause() string {
	if x.ForAll() {
		return "everybody at " + x.Email + " is on the list"
	}
	switch x.Reason {
	case Unsubscribed:
		return "they unsubscribed"
	case HardBounce:
		return "their mail server refused the address"
	case Complained:
		return "they reported our mail as spam"
	}
	return "the address is on the list"
}
