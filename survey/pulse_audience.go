package survey

import (
	"cmp"
	"context"
	"errors"
	"time"

	"earshot/survey/store"
)

// visit is a customer whom the run considers.
type visit struct {
	customer *Customer
	// silence is when their last sign of life was, in a quiet pulse.
	silence time.Time
	// snoozed is until when a rep wants them left alone; zero if nobody does.
	snoozed time.Time
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
		r.pulse.Run.Cursor = ""
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

// quietOnes reads the next page of quiet customers, those who matter most first.
func (r *pulseRun) quietOnes(ctx context.Context, besides []store.Reading) (*audience, error) {
	rhythms, next, err := r.db.rhythms.Find(ctx, store.Query{
		Index: rhythmsByList, Equal: []any{string(Leaving)}, Descending: true, After: r.pulse.Run.Cursor, Limit: cmp.Or(r.atOnce, pulsePage),
	})
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
	a, byID := &audience{next: next}, customers.ByID()
	for _, rhythm := range rhythms {
		c := byID[rhythm.ID]
		if c == nil || !c.DeletedAt.IsZero() || !c.Status.Askable() || !matches(r.pulse.Segment, c.Segment) {
			continue
		}
		a.visits = append(a.visits, visit{customer: c, silence: rhythm.LastAt, snoozed: rhythm.SnoozedUntil})
	}
	a.ledgers(logs.ByID())
	return a, nil
}

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
