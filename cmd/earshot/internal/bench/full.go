package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"earshot/survey"
)

// fullPlace is a store with as many customers, touchpoints and answers as a large company has, and its operator.
func (b *bench) fullPlace(ctx context.Context, e *engine) (*place, *operator, error) {
	p, err := e.place("full")
	if err != nil {
		return nil, nil, err
	}
	customers := b.touchpoints / 10
	file, err := b.bigFile(ctx, p, customers, b.touchpoints)
	if err != nil {
		return nil, nil, err
	}
	began := time.Now()
	if _, _, err := run(ctx, b.program, "import", "touchpoints", file, "-store", p.store); err != nil {
		return nil, nil, err
	}
	b.progress("%s: %d touchpoints imported in %v", e.name, b.touchpoints, time.Since(began).Round(time.Millisecond))
	o, id, err := b.withSurvey(ctx, p)
	if err != nil {
		return nil, nil, err
	}
	db, err := p.open(ctx)
	if err != nil {
		return nil, nil, err
	}
	f := &filler{db: db, random: rand.New(rand.NewPCG(1, 2)), survey: id, now: time.Now().UTC()}
	began = time.Now()
	err = errors.Join(f.answers(ctx, b.answers(), customers), db.Close())
	b.progress("%s: %d answers filled in in %v", e.name, b.answers(), time.Since(began).Round(time.Millisecond))
	return p, o, err
}

// answers is how many answers the full store has.
func (b *bench) answers() int { return b.touchpoints / 2 }

// withSurvey makes the first admin and a survey.
func (b *bench) withSurvey(ctx context.Context, p *place) (*operator, survey.SurveyID, error) {
	s, _, err := start(ctx, b.program, p.store, b.folder)
	if err != nil {
		return nil, "", err
	}
	o, err := setUp(ctx, s)
	if err != nil {
		return nil, "", errors.Join(err, s.stop())
	}
	var made struct{ ID string }
	err = o.post(ctx, "/api/v1/surveys", map[string]string{"name": "Bench", "template": survey.TemplateNPS}, &made)
	return o, survey.SurveyID(made.ID), errors.Join(err, s.stop())
}

// views are the pages and lists of a full store: paths, in the order of the report.
func (b *bench) views(ctx context.Context, o *operator) ([]string, error) {
	ids := map[string]string{}
	for _, noun := range []string{"customers", "responses", "surveys"} {
		var list struct{ Items []struct{ ID string } }
		if err := o.read(ctx, "/api/v1/"+noun+"?limit=1", &list); err != nil {
			return nil, err
		}
		if len(list.Items) == 0 {
			return nil, fmt.Errorf("there are no %s", noun)
		}
		ids[noun] = list.Items[0].ID
	}
	day := func(back time.Duration) string { return time.Now().Add(-back).Format(time.DateOnly) }
	customer, all := ids["customers"], "from="+day(asked)+"&to="+day(0)
	return []string{
		"/", "/customers", "/customers?q=customer+7", "/customers?segment=food", "/customers/" + customer, "/customers/" + customer + "/edit",
		"/feedback", "/feedback?" + all, "/responses", "/responses?segment=food", "/responses/" + ids["responses"],
		"/invitations", "/surveys", "/surveys/" + ids["surveys"], "/pulses", "/imports", "/suppressions", "/settings",
		"/api/v1/customers", "/api/v1/customers/" + customer, "/api/v1/customers/" + customer + "/timeline",
		"/api/v1/customers/" + customer + "/rhythm", "/api/v1/quiet", "/api/v1/drifting", "/api/v1/slowing", "/api/v1/newcomers", "/api/v1/contacts?customer_id=" + customer,
		"/api/v1/invitations", "/api/v1/responses", "/api/v1/responses/changed?since=" + time.Now().AddDate(0, -1, 0).UTC().Format(time.RFC3339),
		"/api/v1/feedback/trend?scale=nps&every=month&" + fromTo(asked), "/api/v1/feedback/distribution?scale=nps&" + fromTo(asked),
	}, nil
}

// fromTo are the parameters of the API for the time since then.
func fromTo(back time.Duration) string {
	return "from=" + time.Now().Add(-back).UTC().Format(time.RFC3339) + "&to=" + time.Now().UTC().Format(time.RFC3339)
}
