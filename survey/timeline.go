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
	t, err := s.readTimeline(id, after, limit)
	if err != nil {
		return Page[TimelineItem]{}, err
	}
	customer := s.db.customers.Fetching([]string{string(id)})
	if err := store.Together(ctx, s.store, append(t.readings(), customer)...); err != nil {
		return Page[TimelineItem]{}, err
	}
	if _, err := existing(id, customer.First()); err != nil {
		return Page[TimelineItem]{}, err
	}
	return t.page(), nil
}

// timeline reads a page of a customer's timeline, together with other things.
type timeline struct {
	limit       int
	responses   []*store.Finding[Response, *Response]
	invitations []*store.Finding[Invitation, *Invitation]
	touchpoints []*store.Finding[Touchpoint, *Touchpoint]
}

func (s *Service) readTimeline(id CustomerID, after store.Cursor, limit int) (*timeline, error) {
	from, err := parsePlace(after)
	if err != nil {
		return nil, err
	}
	t := &timeline{limit: pageLimit(limit)}
	source := func(index string, where ...store.Where) store.Query {
		q := ofCustomer(index, id, t.limit+1)
		q.Descending, q.Where = true, where
		return q
	}
	for _, q := range behind(source(responsesByCustomer), from, responseRank) {
		t.responses = append(t.responses, s.db.responses.Finding(q))
	}
	for _, q := range behind(source(invitationsByCustomer), from, invitationRank) {
		t.invitations = append(t.invitations, s.db.invitations.Finding(q))
	}
	for _, shown := range shownTouchpoints() {
		for _, q := range behind(source(touchpointsByCustomer, shown...), from, touchpointRank) {
			t.touchpoints = append(t.touchpoints, s.db.touchpoints.Finding(q))
		}
	}
	return t, nil
}

// shownTouchpoints are conditions of which those touchpoints fulfil all of one, that tell what nothing else in the timeline
// tells: all but those that our own answers leave.
func shownTouchpoints() [][]store.Where {
	answer := store.Where{Field: "kind", Is: store.Equals, Value: string(Answered)}
	return [][]store.Where{
		{{Field: "kind", Is: store.Differs, Value: string(Answered)}},
		{answer, {Field: "external_id", Is: store.Below, Value: answerTouchpoint}},
		{answer, {Field: "external_id", Is: store.AtLeast, Value: answerTouchpoint + lastRune}},
	}
}

// behind asks one source for what stands behind a place: what happened at the same moment and stands behind it there, and
// what happened before.
func behind(q store.Query, from *timelinePlace, rank int) []store.Query {
	if from == nil {
		return []store.Query{q}
	}
	before, same := q, q
	before.To, same.Equal = from.At, append(slices.Clone(q.Equal), from.At)
	switch {
	case rank < from.Rank:
		return []store.Query{before}
	case rank == from.Rank:
		same.To = from.ID
	}
	return []store.Query{same, before}
}

func (t *timeline) readings() []store.Reading {
	var list []store.Reading
	for _, f := range t.responses {
		list = append(list, f)
	}
	for _, f := range t.invitations {
		list = append(list, f)
	}
	for _, f := range t.touchpoints {
		list = append(list, f)
	}
	return list
}

// page puts what was read in order.
func (t *timeline) page() Page[TimelineItem] {
	items := []TimelineItem{}
	for _, f := range t.responses {
		for _, r := range f.Docs {
			items = append(items, TimelineItem{At: r.SubmittedAt, Response: r})
		}
	}
	for _, f := range t.invitations {
		for _, i := range f.Docs {
			items = append(items, TimelineItem{At: i.CreatedAt, Invitation: i})
		}
	}
	for _, f := range t.touchpoints {
		for _, x := range f.Docs {
			items = append(items, TimelineItem{At: x.At, Touchpoint: x})
		}
	}
	slices.SortFunc(items, func(a, b TimelineItem) int { return a.place().compare(b.place()) })
	page := Page[TimelineItem]{Items: items}
	if len(items) > t.limit {
		page.Items = items[:t.limit]
		page.Next = page.Items[t.limit-1].place().cursor()
	}
	return page
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
