package survey

import (
	"slices"
	"time"

	"earshot/survey/store"
)

// Person is whoever is behind an e-mail address, at all customers: where and when we asked them. Governance is per person,
// so whoever asks writes here after the customer's AskLog; how each ask ended stands there. Its id is a personID, from
// which nobody reads the address.
type Person struct {
	store.Meta `json:",inline"`
	// Asks are the latest asks, newest first, at most personAsks.
	Asks []PersonAsk `json:"asks"`
}

// PersonAsk points to an ask in the AskLog of a customer.
type PersonAsk struct {
	InvitationID InvitationID `json:"invitation_id"`
	CustomerID   CustomerID   `json:"customer_id"`
	At           time.Time    `json:"at"`
	ExpiresAt    time.Time    `json:"expires_at"`
}

// personAsks is how many asks are kept of a person: more than can matter, for an ask rests for days at least.
const personAsks = 50

var personSpec = &store.Spec{
	Name:  "people",
	New:   func() store.Doc { return new(Person) },
	Shard: "id",
}

func newPerson(id string) *Person { return &Person{Meta: store.Meta{ID: id}} }

// asked says whether the ask of that invitation is noted.
func (p *Person) asked(id InvitationID) bool {
	return slices.ContainsFunc(p.Asks, func(a PersonAsk) bool { return a.InvitationID == id })
}

// add notes an ask.
func (p *Person) add(a PersonAsk) {
	p.Asks = slices.Insert(p.Asks, 0, a)
	p.Asks = p.Asks[:min(len(p.Asks), personAsks)]
}

// personID names whoever is behind an address, whatever its spelling, at every customer: by the id under which they would
// stand on the list of suppressions. apart takes addresses that differ by their tag (ana+a@, ana+b@) for different people.
// It is empty where there is no address.
func personID(email string, apart bool) string {
	switch {
	case email == "":
		return ""
	case apart:
		return suppressionID(email, HardBounce)
	}
	return suppressionID(email, ByHand)
}
