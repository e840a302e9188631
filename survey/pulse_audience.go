package survey

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"earshot/survey/store"
)

// visit is a customer whom the run considers.
type visit struct {
	customer *Customer
	// silence tells their silence from the next one, in a quiet pulse.
	silence time.Time
	// snoozed is until when a rep wants them left alone; zero if nobody does.
	snoozed time.Time
	// rhythm is theirs, where it matters.
	rhythm *Rhythm
}

// audience is a page of those whom a pulse may ask.
type audience struct {
	visits []visit
	// logs are their ledgers, by the customer's id.
	logs map[string]*AskLog
	// next is where the audience goes on; empty at its end.
	next store.Cursor
}

// audience reads the next page of customers with their ledgers, and besides, in the same trip as these. A place in an index
// that was given other fields since is none any more: then the run begins anew, and passes over those whom it has asked.
func (r *pulseRun) audience(ctx context.Context, besides ...store.Reading) (*audience, error) {
	a, err := r.audiencePage(ctx, besides)
	if errors.Is(err, store.ErrQuery) && r.pulse.Run.Cursor != "" {
		r.pulse.Run.Cursor, r.pulse.Run.Seen = "", nil
		return r.audiencePage(ctx, besides)
	}
	return a, err
}

func (r *pulseRun) audiencePage(ctx context.Context, besides []store.Reading) (*audience, error) {
	if r.pulse.Audience == AudienceQuiet {
		return r.quietOnes(ctx, besides)
	}
	q := store.Query{Index: customersByName, From: firstNameKey, After: r.pulse.Run.Cursor, Limit: cmp.Or(r.atOnce, pulsePage)}
	if r.pulse.Segment != "" {
		q.Index, q.Equal = customersBySegment, []any{r.pulse.Segment}
	}
	customers, next, err := r.db.customers.Find(ctx, q)
	if err != nil {
		return nil, err
	}
	a := &audience{next: next}
	for _, c := range customers {
		if c.Status.Askable() {
			a.visits = append(a.visits, visit{customer: c})
		}
	}
	ids := make([]string, len(a.visits))
	for i, v := range a.visits {
		ids[i] = v.customer.ID
	}
	logs := r.db.askLogs.Fetching(ids)
	if err := store.Together(ctx, r.store, append(besides, logs)...); err != nil {
		return nil, err
	}
	a.ledgers(logs.ByID())
	return a, nil
}

// quietOnes reads the next page of the customers on the lists that the pulse asks, list by list, those who matter most first.
func (r *pulseRun) quietOnes(ctx context.Context, besides []store.Reading) (*audience, error) {
	lists := r.pulse.AskedLists()
	at, after, err := placeIn(lists, r.pulse.Run.Cursor)
	if err != nil {
		return nil, err
	}
	models, err := r.fittedModels(ctx)
	if err != nil {
		return nil, err
	}
	q := listQuery(models.number, lists[at], "")
	q.After, q.Limit = after, cmp.Or(r.atOnce, pulsePage)
	rhythms, next, err := r.db.rhythms.Find(ctx, q)
	if err != nil {
		return nil, err
	}
	ids := make([]string, len(rhythms))
	for i, rhythm := range rhythms {
		ids[i] = rhythm.ID
	}
	customers, logs := r.db.customers.Fetching(ids), r.db.askLogs.Fetching(ids)
	if err := store.Together(ctx, r.store, append(besides, customers, logs)...); err != nil {
		return nil, err
	}
	a, byID := &audience{next: placeBehind(lists, at, next)}, customers.ByID()
	for _, rhythm := range rhythms {
		c := byID[rhythm.ID]
		if c == nil || !c.DeletedAt.IsZero() || !c.Status.Askable() || !matches(r.pulse.Segment, c.Segment) || !rhythm.on(lists[at], models) {
			continue
		}
		a.visits = append(a.visits, visit{customer: c, silence: r.silentSince(rhythm), snoozed: rhythm.SnoozedUntil, rhythm: rhythm})
	}
	a.ledgers(logs.ByID())
	return a, nil
}

// silentSince tells one silence from the next: by the last sign of life, and of who drifts, and shows up all the time, by the day on which
// they bought last.
func (s *Service) silentSince(r *Rhythm) time.Time {
	if r.List == Drifting {
		return s.startOf(r.lastBought())
	}
	return r.LastAt
}

// placeIn reads how far a run through lists is: in which of them, and how far in that. ErrQuery for one that is none.
func placeIn(lists []List, at store.Cursor) (int, store.Cursor, error) {
	if at == "" {
		return 0, "", nil
	}
	list, after, _ := strings.Cut(string(at), behindList)
	i := slices.Index(lists, List(list))
	if i < 0 {
		return 0, "", store.ErrQuery
	}
	return i, store.Cursor(after), nil
}

// placeBehind is the place behind a page of a list: further in it, or at the beginning of the next; empty at the end.
func placeBehind(lists []List, at int, next store.Cursor) store.Cursor {
	switch {
	case next != "":
		return store.Cursor(lists[at]) + behindList + next
	case at+1 < len(lists):
		return store.Cursor(lists[at+1]) + behindList
	}
	return ""
}

// behindList stands between the name of a list and a place in it.
const behindList = "."

// ledgers gives each customer of the page a ledger, an empty one where none was stored.
func (a *audience) ledgers(stored map[string]*AskLog) {
	a.logs = make(map[string]*AskLog, len(a.visits))
	for _, v := range a.visits {
		id := v.customer.ID
		if a.logs[id] = stored[id]; a.logs[id] == nil {
			a.logs[id] = newAskLog(CustomerID(id))
		}
	}
}
