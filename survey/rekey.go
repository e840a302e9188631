package survey

import "earshot/survey/address"

// What is stored under keys of addresses was keyed by older rules once (lower case and no more). An upgrade brings each
// document to the rules of package address with the functions of this file: they change what they are given and nothing
// else, twice is once, and they say whether there is anything to write.

// Rekey gives the contact the key that its address has now. Where another contact of the customer has that key already
// (the write is refused by the index by_email), keep both with KeepApart.
func (c *Contact) Rekey() bool {
	key := address.Key(c.Email)
	if c.EmailKey == key || c.EmailKey == c.keyApart(key) {
		return false
	}
	c.EmailKey = key
	return true
}

// KeepApart gives the contact a key of its own beside another contact of the customer with the same address, so that
// neither is lost. Governance and suppressions go by the address and take them as one person; whoever changes the address
// of one is told of the other.
func (c *Contact) KeepApart() { c.EmailKey = c.keyApart(address.Key(c.Email)) }

func (c *Contact) keyApart(key string) string { return key + " " + c.ID }

// Rekeyed returns the suppression as it stands on the list now, under another id, or nil if it stands where it belongs.
// Store it (see Merge where its place is taken) before the old one is deleted, so that the address is never off the list.
func (x *Suppression) Rekeyed() *Suppression {
	moved := *x
	moved.ID, moved.Version = suppressionID(x.Email, x.Reason), 0
	moved.rename(x.Email)
	// What bounced as "*@example.com" was a mail to a contact of that name: it says nothing of everybody there.
	if moved.ID == x.ID || moved.ForAll() && x.Reason == HardBounce {
		return nil
	}
	return &moved
}

// Merge adds what another suppression of the same person says: the older date stays, and the person's own word. It says
// whether that changed anything.
func (x *Suppression) Merge(other *Suppression) bool {
	before := *x
	if !x.LiftedAt.IsZero() {
		return x.put(other) != RowUnchanged
	}
	if other.Reason.own() && !x.Reason.own() {
		x.Reason, x.Note = other.Reason, other.Note
	}
	x.CreatedAt = earlier(x.CreatedAt, other.CreatedAt)
	return x.Reason != before.Reason || !x.CreatedAt.Equal(before.CreatedAt)
}

// Rekey gives the asks the persons that they went to. emails are the addresses of their invitations; an ask without one
// stays as it is.
func (l *AskLog) Rekey(emails map[InvitationID]string) bool {
	changed := false
	for i := range l.Asks {
		a := &l.Asks[i]
		email := emails[a.InvitationID]
		person := personID(email, false)
		if person == "" || a.Address == person {
			continue
		}
		a.Address, changed = person, true
	}
	return changed
}
