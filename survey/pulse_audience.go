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

// audience reads the next page of customers. A place in an index that was given other fields since is none any more: then
// the run begins anew, and passes over those whom it has asked.
func (r *pulseRun) audience(ctx context.Context) ([]visit, store.Cursor, error) {
	visits, next, err := r.audiencePage(ctx)
	if errors.Is(err, store.ErrQuery) && r.pulse.Run.Cursor != "" {
		r.pulse.Run.Cursor = ""
		return r.audiencePage(ctx)
	}
	return visits, next, err
}

func (r *pulseRun) audiencePage(ctx context.Context) ([]visit, store.Cursor, error) {
	if r.pulse.Audience == AudienceQuiet {
		return r.quietOnes(ctx)
	}
	q := store.Query{Index: customersByName, From: firstNameKey, After: r.pulse.Run.Cursor, Limit: cmp.Or(r.atOnce, pulsePage)}
	if r.pulse.Segment != "" {
		q.Index, q.Equal = customersBySegment, []any{r.pulse.Segment}
	}
	customers, next, err := r.db.customers.Find(ctx, q)
	visits := make([]visit, 0, len(customers))
	for _, c := range customers {
		if c.Status.Askable() {
			visits = append(visits, visit{customer: c})
		}
	}
	return visits, next, err
}

// quietOnes reads the next page of quiet customers, those who matter most first.
func (r *pulseRun) quietOnes(ctx context.Context) ([]visit, store.Cursor, error) {
	rhythms, next, err := r.db.rhythms.Find(ctx, store.Query{
		Index: rhythmsByRank, Equal: []any{true}, Descending: true, After: r.pulse.Run.Cursor, Limit: cmp.Or(r.atOnce, pulsePage),
	})
	if err != nil {
		return nil, "", err
	}
	ids := make([]string, len(rhythms))
	for i, rhythm := range rhythms {
		ids[i] = rhythm.ID
	}
	customers, err := r.db.customers.Fetch(ctx, ids)
	if err != nil {
		return nil, "", err
	}
	visits := make([]visit, 0, len(rhythms))
	for _, rhythm := range rhythms {
		c := customers[rhythm.ID]
		if c == nil || !c.DeletedAt.IsZero() || !c.Status.Askable() || !matches(r.pulse.Segment, c.Segment) {
			continue
		}
		visits = append(visits, visit{customer: c, silence: rhythm.LastAt, snoozed: rhythm.SnoozedUntil})
	}
	return visits, next, nil
}

// ledgers reads the ask logs of the customers, at once.
func (r *pulseRun) ledgers(ctx context.Context, visits []visit) (map[string]*AskLog, error) {
	ids := make([]string, len(visits))
	for i, v := range visits {
		ids[i] = v.customer.ID
	}
	logs, err := r.db.askLogs.Fetch(ctx, ids)
	if err != nil {
		return nil, err
	}
	for _, id := range ids {
		if logs[id] == nil {
			logs[id] = newAskLog(CustomerID(id))
		}
	}
	return logs, nil
}
