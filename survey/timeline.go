package survey

import (
	"cmp"
	"context"
	"encoding/base64"
	"encoding/json"
	"slices"
	"strings"
	"time"

	"earshot/survey/store"
)

// TimelineItem is one thing that happened with a customer: one of its pointers is set.
type TimelineItem struct {
	At         time.Time
	Touchpoint *Touchpoint
	Invitation *Invitation
	Response   *Response
}

// timelinePlace is a place in a timeline: behind the item of that time, rank and id. Its encoding is the cursor.
type timelinePlace struct {
	At   time.Time `json:"t"`
	Rank int       `json:"r"`
	ID   string    `json:"i"`
}

// The ranks of what happened at the same moment; within one, the greater id comes first, as the indexes have it.
const (
	responseRank = iota
	invitationRank
	touchpointRank
)

// place returns where the item stands.
func (i TimelineItem) place() timelinePlace {
	switch {
	case i.Response != nil:
		return timelinePlace{i.At, responseRank, i.Response.ID}
	case i.Invitation != nil:
		return timelinePlace{i.At, invitationRank, i.Invitation.ID}
	}
	return timelinePlace{i.At, touchpointRank, i.Touchpoint.ID}
}

// compare orders places as a timeline does: newest first.
func (p timelinePlace) compare(q timelinePlace) int {
	return cmp.Or(q.At.Compare(p.At), cmp.Compare(p.Rank, q.Rank), strings.Compare(q.ID, p.ID))
}

// Timeline returns a customer's touchpoints, invitations and responses in one list, newest first. limit is at most
// MaxPage; 0 means DefaultLimit. Returns NotFound, or Invalid for a cursor that is not one.
func (s *Service) Timeline(ctx context.Context, id CustomerID, after store.Cursor, limit int) (Page[TimelineItem], error) {
	none := Page[TimelineItem]{}
	from, err := parsePlace(after)
	if err != nil {
		return none, err
	}
	if _, err := s.Customer(ctx, id); err != nil {
		return none, err
	}
	limit = pageLimit(limit)
	responses, err := behind(ctx, s.db.responses, responsesByCustomer, id, from, limit,
		func(r *Response) TimelineItem { return TimelineItem{At: r.SubmittedAt, Response: r} })
	if err != nil {
		return none, err
	}
	invitations, err := behind(ctx, s.db.invitations, invitationsByCustomer, id, from, limit,
		func(i *Invitation) TimelineItem { return TimelineItem{At: i.CreatedAt, Invitation: i} })
	if err != nil {
		return none, err
	}
	touchpoints, err := behind(ctx, s.db.touchpoints, touchpointsByCustomer, id, from, limit,
		func(t *Touchpoint) TimelineItem { return TimelineItem{At: t.At, Touchpoint: t} })
	if err != nil {
		return none, err
	}
	items := slices.Concat(responses, invitations, touchpoints)
	slices.SortFunc(items, func(a, b TimelineItem) int { return a.place().compare(b.place()) })
	page := Page[TimelineItem]{Items: items}
	if len(items) > limit {
		page.Items = items[:limit]
		page.Next = page.Items[limit-1].place().cursor()
	}
	return page, nil
}

// behind returns the first limit+1 items of one source that stand behind a place.
func behind[P any](ctx context.Context, source finder[P], index string, id CustomerID, from *timelinePlace, limit int, item func(P) TimelineItem) ([]TimelineItem, error) {
	q := ofCustomer(index, id, limit+1)
	q.Descending = true
	if from != nil {
		q.To = from.At.Add(time.Millisecond) // what happened at that very moment may stand behind too
	}
	items := []TimelineItem{}
	for {
		found, next, err := source.Find(ctx, q)
		if err != nil {
			return nil, err
		}
		for _, doc := range found {
			i := item(doc)
			if i.hidden() || from != nil && i.place().compare(*from) <= 0 {
				continue
			}
			items = append(items, i)
		}
		if next == "" || len(items) > limit {
			return items, nil
		}
		q.After = next
	}
}

// hidden says whether another item of the timeline tells the same: the touchpoint that an answer leaves.
func (i TimelineItem) hidden() bool {
	return i.Touchpoint != nil && i.Touchpoint.Kind == Answered && strings.HasPrefix(i.Touchpoint.ExternalID, answerTouchpoint)
}

func (p timelinePlace) cursor() store.Cursor {
	text, err := json.Marshal(p)
	if err != nil {
		panic("survey: timeline cursor: " + err.Error())
	}
	return store.Cursor(base64.RawURLEncoding.EncodeToString(text))
}

// parsePlace reads a cursor; nil for the empty one.
func parsePlace(c store.Cursor) (*timelinePlace, error) {
	if c == "" {
		return nil, nil //nolint:nilnil // nil is the start
	}
	var p timelinePlace
	text, err := base64.RawURLEncoding.DecodeString(string(c))
	if err == nil {
		err = json.Unmarshal(text, &p)
	}
	if err != nil || p.At.IsZero() {
		return nil, invalidCursor()
	}
	return &p, nil
}
