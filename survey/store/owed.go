package store

import (
	"iter"
	"slices"
	"strings"
	"time"
)

// Owed is one effect that a document owes: something to be done elsewhere after the document was written.
type Owed struct {
	// Effect is its name in the table of effects.
	Effect string `json:"effect"`
	// Due is when it shall be tried (again).
	Due time.Time `json:"due"`
	// Since is when it was first owed, and Count how often it has been owed since, so that what is owed anew while the effect
	// is being done is not struck with it.
	Since time.Time `json:"since"`
	Count int       `json:"count,omitempty"`
	// Tries counts the tries that failed, and Error tells of the last of them.
	Tries int    `json:"tries,omitempty"`
	Error string `json:"error,omitempty"`
	// Dead is since when it is a dead letter: set aside after too many tries, until somebody starts it again; zero if not.
	Dead time.Time `json:"dead,omitzero"`
}

// Owe notes that the document owes the effect, from at on. What it owes already it owes again: at the earlier time, with
// its tries forgotten.
func (m *Meta) Owe(effect string, at time.Time) {
	at = Time(at)
	m.Owes = slices.Clone(m.Owes) // for several documents in memory may share the list
	if o := m.Owing(effect); o != nil {
		if o.Dead.IsZero() && o.Due.Before(at) {
			at = o.Due
		}
		o.reset(at)
	} else {
		m.Owes = append(m.Owes, Owed{Effect: effect, Due: at, Since: at})
	}
	m.Reckon()
}

// Owing returns the entry of the effect, or nil.
func (m *Meta) Owing(effect string) *Owed {
	if i := m.owed(effect); i >= 0 {
		return &m.Owes[i]
	}
	return nil
}

// Strike removes what is done: the effect, if it has not been owed again since done was read.
func (m *Meta) Strike(done Owed) {
	if i := m.owed(done.Effect); i >= 0 && m.Owes[i].Since.Equal(done.Since) && m.Owes[i].Count == done.Count {
		m.Owes = slices.Delete(slices.Clone(m.Owes), i, i+1)
		if len(m.Owes) == 0 {
			m.Owes = nil
		}
	}
	m.Reckon()
}

// Schedule has the document owe the effect from at on, neither earlier nor later; zero strikes it. Use it for what is looked
// at again and again.
func (m *Meta) Schedule(effect string, at time.Time) {
	o := m.Owing(effect)
	switch {
	case o == nil && !at.IsZero():
		m.Owe(effect, at)
		return
	case o != nil && at.IsZero():
		m.Strike(*o)
		return
	case o != nil:
		m.Owes = slices.Clone(m.Owes)
		m.Owing(effect).reset(Time(at))
	}
	m.Reckon()
}

// reset owes it anew: its tries are forgotten.
func (o *Owed) reset(due time.Time) {
	*o = Owed{Effect: o.Effect, Due: due, Since: o.Since, Count: o.Count + 1}
}

func (m *Meta) owed(effect string) int {
	return slices.IndexFunc(m.Owes, func(o Owed) bool { return o.Effect == effect })
}

// Reckon brings Due, Dead, Failing and Troubled to what Owes says. Call it after changing an entry.
func (m *Meta) Reckon() {
	m.Due, m.Dead, m.Failing, m.Troubled = time.Time{}, time.Time{}, time.Time{}, ""
	var troubles []string
	for _, o := range m.Owes {
		if trouble := o.Trouble(); trouble != "" {
			troubles = append(troubles, trouble)
		}
		switch {
		case !o.Dead.IsZero():
			m.Dead = earlier(m.Dead, o.Dead)
			continue
		case o.Tries > 0:
			m.Failing = earlier(m.Failing, o.Due)
		}
		m.Due = earlier(m.Due, o.Due)
	}
	if troubles != nil {
		slices.Sort(troubles) // so that the same troubles are the same text
		m.Troubled = strings.Join(troubles, " ")
	}
}

// Trouble is the entry's word in Meta.Troubled: DeadWord for a dead letter, FailingWord where it has failed and will be tried
// again, else empty.
func (o Owed) Trouble() string {
	switch {
	case !o.Dead.IsZero():
		return DeadWord(o.Effect)
	case o.Tries > 0:
		return FailingWord(o.Effect)
	}
	return ""
}

// Troubles goes through the words of Meta.Troubled: each effect, and whether it is a dead letter.
func Troubles(troubled string) iter.Seq2[string, bool] {
	return func(yield func(string, bool) bool) {
		for word := range strings.FieldsSeq(troubled) {
			effect, kind, _ := strings.Cut(word, ":")
			if !yield(effect, kind == deadKind) {
				return
			}
		}
	}
}

// The kinds of troubles.
const (
	deadKind    = "dead"
	failingKind = "failing"
)

// DeadWord stands in Meta.Troubled for a dead letter of that effect.
func DeadWord(effect string) string { return effect + ":" + deadKind }

// FailingWord stands in Meta.Troubled for an effect that has failed and will be tried again.
func FailingWord(effect string) string { return effect + ":" + failingKind }

// earlier returns the earlier of two times, of which zero is never.
func earlier(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}
