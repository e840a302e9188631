package survey

import (
	"context"
	"slices"
	"strings"
	"time"

	"earshot/survey/address"
)

// SuppressionEvent is one change of a line of the list of those who must not be mailed: it was put on, or its reason became a stronger one, or
// it was taken off.
type SuppressionEvent struct {
	At     time.Time         `json:"at"`
	Lifted bool              `json:"lifted,omitempty"` // taken off; else Reason and Note say why it was put on
	Reason SuppressionReason `json:"reason,omitempty"`
	Note   string            `json:"note,omitempty"`
	By     SuppressedBy      `json:"by"`
}

// SuppressedBy is who changed the list, and by what. The zero value is not known: an older version did not write it down.
type SuppressedBy struct {
	Means SuppressionMeans `json:"means,omitempty"`
	// ID is the rep's, the key's, the import's or the invitation's, as Means says.
	ID string `json:"id,omitempty"`
	// Name is that of the key or of the imported file at the time.
	Name string `json:"name,omitempty"`
}

// SuppressionMeans is by what the list was changed.
type SuppressionMeans string

// The means.
const (
	ByRep    SuppressionMeans = "rep"
	ByKey    SuppressionMeans = "api_key"
	ByImport SuppressionMeans = "import"
	ByBounce SuppressionMeans = "bounce" // of the mail of an invitation
	ByLink   SuppressionMeans = "link"   // the person, by the link of an invitation
	ByMail   SuppressionMeans = "mail"   // the person or their provider, by a mail that came back
)

// suppressionEvents is how many changes of a line are kept, the latest.
const suppressionEvents = 50

// toldBy notes in a suppression that is about to be stored who tells of it, and returns it.
func (x *Suppression) toldBy(by SuppressedBy) *Suppression {
	x.History[0].By = by
	return x
}

// put brings what is told into a line of the list, which may be new or was taken off, and says what became of it: the person's own word
// replaces other reasons, and else a line stays as it is.
func (x *Suppression) put(told *Suppression) RowStatus {
	status := RowCreated
	switch {
	case x.Email == "", !x.LiftedAt.IsZero():
	case told.Reason.own() && !x.Reason.own():
		status = RowChanged
	default:
		return RowUnchanged
	}
	x.remember()
	x.Email, x.Domain, x.Reason, x.Note = told.Email, told.Domain, told.Reason, told.Note
	x.CreatedAt, x.LiftedAt = told.CreatedAt, time.Time{}
	x.note(told.History...)
	return status
}

// lift takes the line off the list; it stays for its history.
func (x *Suppression) lift(by SuppressedBy, now time.Time) {
	x.remember()
	x.LiftedAt = now
	x.note(SuppressionEvent{At: now, Lifted: true, By: by})
}

// bounced says whether the line was ever put on the list because a server refused the address, whatever its reason is now.
func (x *Suppression) bounced() bool {
	return x.Reason == HardBounce || slices.ContainsFunc(x.History, func(e SuppressionEvent) bool { return e.Reason == HardBounce })
}

// remember has a line that an older version stored begin its history with what it tells, and says whether it did not. That version wrote the
// person's link into the note, by the invitation's id.
func (x *Suppression) remember() bool {
	if x.Email == "" || len(x.History) > 0 {
		return false
	}
	first := SuppressionEvent{At: x.CreatedAt, Reason: x.Reason, Note: x.Note}
	if id, ok := strings.CutPrefix(x.Note, linkNote); ok {
		first.Note, first.By, x.Note = "", SuppressedBy{Means: ByLink, ID: id}, ""
	}
	x.History = []SuppressionEvent{first}
	return true
}

// linkNote began the note of whoever unsubscribed by a link.
const linkNote = "by the link of invitation "

func (x *Suppression) note(events ...SuppressionEvent) {
	x.History = slices.Concat(x.History, events)
	x.History = x.History[max(0, len(x.History)-suppressionEvents):]
}

// SuppressionHistory returns all that befell an address, as a person, as this very address and with its domain, or a rule for a domain: the
// lines of the list, those that were taken off (LiftedAt) among them, with their History. Returns NotFound where it was never on the list.
func (s *Service) SuppressionHistory(ctx context.Context, email string) ([]*Suppression, error) {
	found, err := s.suppressionsOf(ctx, []string{email})
	if err != nil {
		return nil, err
	}
	var lines []*Suppression
	for _, id := range suppressionIDs(email) {
		if x := found[id]; x != nil {
			x.remember()
			lines = append(lines, x)
		}
	}
	if lines == nil {
		return nil, Errorf(NotFound, "%q was never on the list", tidyRule(address.Key(email)))
	}
	return lines, nil
}
