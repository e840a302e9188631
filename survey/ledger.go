package survey

import (
	"slices"
	"time"
)

// add puts an ask on top of the ledger and drops what governance does not need any more.
func (l *AskLog) add(a Ask) {
	l.Asks = slices.Insert(l.Asks, 0, a)
	if len(l.Asks) <= AskLogLength {
		return
	}
	seen := make(map[ContactID]bool)
	kept := l.Asks[:0]
	for i, a := range l.Asks {
		latest := !a.Void && !seen[a.ContactID]
		if i < AskLogLength || a.Owed || latest {
			kept = append(kept, a)
		}
		seen[a.ContactID] = seen[a.ContactID] || !a.Void
	}
	l.Asks = kept
}

// find returns the ask that led to the invitation, or nil.
func (l *AskLog) find(id InvitationID) *Ask {
	for i := range l.Asks {
		if l.Asks[i].InvitationID == id {
			return &l.Asks[i]
		}
	}
	return nil
}

// strike says that the ask has become an invitation, and that nothing is owed when there is no other.
func (l *AskLog) strike(id InvitationID) {
	if a := l.find(id); a != nil {
		a.Owed = false
	}
	l.reckon()
}

// remove takes out an ask that was noted and could not be made: nobody was asked.
func (l *AskLog) remove(id InvitationID) {
	l.Asks = slices.DeleteFunc(slices.Clone(l.Asks), func(a Ask) bool { return a.InvitationID == id })
	l.reckon()
}

// reckon strikes the effect when no ask is to be finished.
func (l *AskLog) reckon() {
	if !slices.ContainsFunc(l.Asks, func(a Ask) bool { return a.Owed }) {
		l.Schedule(effectFinishAsks, time.Time{})
	}
}

// end notes that an ask is over, and says whether that is news; void says that nothing reached the contact, and failure why
// the mail did not get through.
func (l *AskLog) end(id InvitationID, now time.Time, void bool, failure string) bool {
	a := l.find(id)
	if a == nil || !a.Owed && !a.EndedAt.IsZero() && a.Void == void && a.Failure == failure {
		return false
	}
	if a.EndedAt.IsZero() {
		a.EndedAt = now
	}
	a.Void, a.Failure = void, failure
	l.strike(id)
	return true
}

// hold notes why a pulse does not ask, and says whether that is news. One hold of each pulse is kept.
func (l *AskLog) hold(h Hold) bool {
	at := slices.IndexFunc(l.Held, func(old Hold) bool { return old.PulseID == h.PulseID })
	if at >= 0 {
		if old := l.Held[at]; old.Reason == h.Reason && old.Until.Equal(h.Until) && old.HeldOut.Equal(h.HeldOut) {
			return false
		}
		l.Held = slices.Delete(l.Held, at, at+1)
	}
	l.Held = slices.Insert(l.Held, 0, h)
	l.Held = l.Held[:min(len(l.Held), AskLogLength)]
	return true
}

// askedInSilence returns a quiet pulse's ask in the silence that began then, or nil.
func (l *AskLog) askedInSilence(last time.Time) *Ask {
	for i := range l.Asks {
		if a := &l.Asks[i]; !a.Void && !a.Silence.IsZero() && a.Silence.Equal(last) {
			return a
		}
	}
	return nil
}

// askedInRun returns the ask that this run of the pulse made, or nil.
func (l *AskLog) askedInRun(id PulseID, started time.Time) *Ask {
	for i := range l.Asks {
		if a := &l.Asks[i]; a.PulseID == id && !a.At.Before(started) {
			return a
		}
	}
	return nil
}
