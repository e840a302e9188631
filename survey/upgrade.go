package survey

import (
	"time"

	"earshot/survey/store"
)

// Before schema 1 a document had only the time at which a worker should look at it, and what it owed followed from its
// state. An upgrade has each document name what it owes with the functions of this file: they change what they are given
// and nothing else, twice is once, and they say whether there is anything to write.

// Upgrade has the response name its effects, and repeat what was chosen on scales.
func (r *Response) Upgrade() bool {
	changed := false
	if r.Tally == "" {
		r.SetAnswers(r.Answers)
		changed = true
	}
	if due, owes := nameless(&r.Meta); owes {
		r.oweEffects(due)
		changed = true
	}
	return changed
}

// Upgrade has the rhythm name its next look at the silence. One of which touchpoints were being written is made anew then.
func (r *Rhythm) Upgrade() bool {
	due, owes := nameless(&r.Meta)
	if !owes {
		return false
	}
	r.Owe(effectLook, due)
	if r.Stale {
		r.Stale = false
		for i := range r.Kinds {
			r.Kinds[i].Fit = noFit
		}
	}
	return true
}

// noFit is the number of no fit: a rhythm that was folded under it is outdated.
const noFit = -1

// Upgrade has the model name its next fit, and the walk through all rhythms, which may have been under way.
func (m *RhythmModel) Upgrade() bool {
	due, owes := nameless(&m.Meta)
	if !owes {
		return false
	}
	m.Owe(effectFit, due)
	m.Owe(effectWalk, due)
	return true
}

// Upgrade has a customer that was deleted name its erasure.
func (c *Customer) Upgrade() bool {
	due, owes := nameless(&c.Meta)
	if !owes || c.DeletedAt.IsZero() {
		return false
	}
	c.Owe(effectErase, due)
	return true
}

// nameless returns when the document is due, and whether it owes something that it does not name.
func nameless(m *store.Meta) (time.Time, bool) { return m.Due, !m.Due.IsZero() && len(m.Owes) == 0 }
