package survey

import (
	"cmp"
	"context"
	"errors"
	"time"

	"earshot/survey/store"
)

// pulsePage is how many customers a worker takes at a time; after each page it writes down how far it is.
const pulsePage = 50

// WorkPulse takes a pulse that is due and asks the next page of its audience. It says whether there was one. A worker that
// dies leaves the page to the next one, which recognises those who were asked already.
func (s *Service) WorkPulse(ctx context.Context) (worked bool, err error) {
	now := s.now()
	pulse, err := claimOne(ctx, s.db.pulses, now, now.Add(lease))
	if errors.Is(err, store.ErrNotFound) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	if !pulse.Run.underWay() {
		pulse.beginRun(now, "")
		// Stored before anybody is asked: whoever takes over tells by StartedAt who was asked in this run.
		if err := s.db.pulses.Replace(ctx, pulse); err != nil {
			return true, ignoreConflict(err)
		}
	}
	run := pulseRun{Service: s, pulse: pulse, now: now}
	if err := run.page(ctx); err != nil {
		return true, err
	}
	s.schedule(pulse, now)
	// Somebody who changed the pulse meanwhile has put it before a worker again, who finds out who was asked.
	return true, ignoreConflict(s.db.pulses.Replace(ctx, pulse))
}

// beginRun starts a run. One through everyone goes on where the cap ended the last.
func (p *Pulse) beginRun(now time.Time, by RepID) {
	cursor := p.Run.Cursor
	if p.Audience != AudienceEveryone || !p.Run.Capped {
		cursor = ""
	}
	p.Run = PulseRun{StartedAt: now, StartedBy: by, Cursor: cursor}
}

// pulseRun is one page of a run.
type pulseRun struct {
	*Service
	pulse  *Pulse
	now    time.Time
	survey *Survey
	// atOnce is how many customers are read at a time; 0 means pulsePage.
	atOnce int
}

// page asks one page of the audience and notes the progress in the pulse.
func (r *pulseRun) page(ctx context.Context) error {
	survey, err := r.Survey(ctx, r.pulse.SurveyID)
	switch {
	case KindOf(err) == NotFound, err == nil && survey.Status == Closed:
		r.end("the survey is closed")
		return nil
	case err != nil:
		return err
	}
	r.survey = survey
	customers, next, err := r.audience(ctx)
	if err != nil {
		return err
	}
	logs, err := r.ledgers(ctx, customers)
	if err != nil {
		return err
	}
	for _, v := range customers {
		if r.pulse.Run.Asked >= r.pulse.DailyCap {
			r.pulse.Run.Capped = true
			r.end("")
			return nil // the cursor stays before this page, of which those who were asked are resting by now
		}
		if err := r.consider(ctx, v, logs[v.customer.ID]); err != nil {
			return err
		}
	}
	r.pulse.Run.Cursor = next
	if next == "" {
		r.end("")
	}
	return nil
}

// end finishes the run.
func (r *pulseRun) end(problem string) { r.pulse.Run.FinishedAt, r.pulse.Run.Problem = r.now, problem }

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

// consider asks somebody at the customer, or holds the ask with a reason, and counts it.
func (r *pulseRun) consider(ctx context.Context, v visit, log *AskLog) error {
	run := &r.pulse.Run
	if log.askedInRun(PulseID(r.pulse.ID), run.StartedAt) != nil { // by a worker that died before it could count
		run.Considered++
		run.Asked++
		return nil
	}
	refused, err := r.tryAsk(ctx, v, log)
	if err != nil {
		return err
	}
	run.Considered++
	if refused == nil {
		run.Asked++
		return nil
	}
	run.Held++
	return r.noteHold(ctx, v.customer, log, refused)
}

// tryAsk asks the customer's next voice, or says why not.
func (r *pulseRun) tryAsk(ctx context.Context, v visit, log *AskLog) (*refusal, error) {
	if v.snoozed.After(r.now) {
		return &refusal{until: v.snoozed, reason: "a rep wants them left alone until " + v.snoozed.Format(dateWording)}, nil
	}
	p := &askPlan{
		governance: governance{now: r.now, restDays: r.pulse.RestDays}, customer: v.customer, survey: r.survey,
		pulse: r.pulse, answerDays: r.pulse.AnswerDays, silence: v.silence, log: log,
	}
	if refused := p.onceASilence(log); refused != nil {
		return refused, nil
	}
	if err := r.findVoices(ctx, p); err != nil {
		return nil, err
	}
	_, err := r.ask(ctx, p)
	var refused refusedError
	if errors.As(err, &refused) {
		return refused.why, nil
	}
	return nil, err
}

// noteHold writes into the customer's ledger why the pulse does not ask, if that is news.
func (r *pulseRun) noteHold(ctx context.Context, c *Customer, log *AskLog, why *refusal) error {
	held := Hold{PulseID: PulseID(r.pulse.ID), At: r.now, Reason: why.reason, Until: store.Time(why.until)}
	for {
		if !log.hold(held) {
			return nil
		}
		err := r.writeAskLog(ctx, log)
		if !errors.Is(err, store.ErrConflict) && !isDuplicate(err) {
			return err
		}
		if log, err = r.askLog(ctx, CustomerID(c.ID)); err != nil {
			return err
		}
	}
}
