package survey

import (
	"context"
	"maps"
	"time"

	"earshot/survey/outbox"
	"earshot/survey/store"
)

// effectRun asks the next page of a pulse's audience; pulses owe it when their calendar says so, and while a run is under
// way.
const effectRun = "run_pulse"

// pulsePage is how many customers a worker takes at a time; after each page it writes down how far it is.
const pulsePage = 500

// pulsesBraked is how soon a run that waits for the brake looks again.
const pulsesBraked = 30 * time.Second

// runPulses is the effect effectRun. A worker that dies leaves the page to the next one, which recognises those who were
// asked already.
func (s *Service) runPulses(ctx context.Context, b *outbox.Batch[*Pulse]) error {
	for _, item := range b.Items {
		if err := s.runPulse(ctx, b, item); err != nil {
			return err
		}
	}
	return nil
}

// runPulse asks the next page of one pulse's audience.
func (s *Service) runPulse(ctx context.Context, b *outbox.Batch[*Pulse], item *outbox.Item[*Pulse]) error {
	now := s.now()
	switch braked, err := s.braked(ctx); {
	case err != nil:
		return err
	case braked: // whoever is asked now waits for a mail whose time runs
		item.Again(now.Add(pulsesBraked))
		return nil
	}
	if !item.Doc.Run.underWay() {
		switch first, err := s.comesFirst(ctx, item.Doc, now); {
		case err != nil:
			return err
		case first:
			item.Again(now.Add(pulsesApart))
			return nil
		}
		item.Doc.beginRun(now, "")
		// Stored before anybody is asked: whoever takes over tells by StartedAt who was asked in this run.
		if err := b.Save(ctx, item); err != nil || item.Lost() {
			return err
		}
	}
	pulse := *item.Doc
	run := pulseRun{Service: s, pulse: &pulse, now: now}
	if err := run.page(ctx); err != nil {
		return err
	}
	before := item.Doc.Run
	item.Then(func(p *Pulse) {
		if p.Run.same(&before) { // else somebody changed the pulse meanwhile, and a worker finds out who was asked
			p.Run = pulse.Run
			if p.DailyCap != pulse.DailyCap || p.TimeZone != pulse.TimeZone { // changed meanwhile: the room is another
				p.Run.Room = 0
			}
		}
	})
	if next := s.nextTurn(&pulse, now); !next.IsZero() {
		item.Again(next)
	}
	return nil
}

// same says whether the two are the same run at the same place.
func (r *PulseRun) same(other *PulseRun) bool {
	return r.StartedAt.Equal(other.StartedAt) && r.FinishedAt.Equal(other.FinishedAt) && r.Cursor == other.Cursor
}

// beginRun starts a run. One through everyone goes on behind whom the last one considered, if the cap ended that: everybody has their turn.
func (p *Pulse) beginRun(now time.Time, by RepID) {
	next := PulseRun{StartedAt: now, StartedBy: by}
	if p.Audience == AudienceEveryone && p.Run.Capped {
		next.Cursor, next.Seen = p.Run.Cursor, p.Run.Seen
	}
	p.Run = next
}

// reopen lets a run go on that the cap has ended today, for a mail of it did not get through: the cap counts people who are
// reached. It says whether there was such a run.
func (p *Pulse) reopen(now time.Time, zone *time.Location) bool {
	if p.Paused || p.Run.underWay() || !p.Run.Capped || !startOfDay(p.Run.FinishedAt, zone).Equal(startOfDay(now, zone)) {
		return false
	}
	p.Run.FinishedAt, p.Run.Capped = time.Time{}, false
	p.Schedule(effectRun, now)
	return true
}

// startOfDay returns when the day of t begins in the zone.
func startOfDay(t time.Time, zone *time.Location) time.Time {
	year, month, date := t.In(zone).Date()
	return time.Date(year, month, date, 0, 0, 0, 0, zone)
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
	a, err := r.audience(ctx)
	if err != nil {
		return err
	}
	rivals, err := r.rivals(ctx)
	if err != nil {
		return err
	}
	if err := r.rhythmsFor(ctx, a.visits, rivals); err != nil {
		return err
	}
	before := r.pulse.Run.Asked
	plans := r.plans(a.visits, a.logs, rivals)
	again := r.pulse.Run.Asked - before // asked by a worker that died before it could count them
	room, err := r.roomFor(ctx, len(plans), again, a.logs)
	if err != nil {
		return err
	}
	done, err := r.ask(ctx, plans, room)
	if err != nil {
		return err
	}
	r.pulse.Run.Room = max(room-(r.pulse.Run.Asked-before-again), 0)
	if err := r.noteHolds(ctx, done); err != nil {
		return err
	}
	if len(done) < len(plans) {
		r.pulse.Run.Capped = true
		r.end("")
		return nil // the cursor stays before this page; who was considered stands in Seen
	}
	r.pulse.Run.Seen, r.pulse.Run.Cursor = nil, a.next
	if a.next == "" {
		r.end("")
	}
	return nil
}

// end finishes the run.
func (r *pulseRun) end(problem string) { r.pulse.Run.FinishedAt, r.pulse.Run.Problem = r.now, problem }

// roomFor returns how many more people the pulse may ask today, at least, if that is enough for so many; else how many exactly. Counting takes
// the longer the more were asked today, so the run remembers what was left: that can only have become more, by mails that did not get through.
func (r *pulseRun) roomFor(ctx context.Context, plans, again int, logs map[string]*AskLog) (int, error) {
	run, today := &r.pulse.Run, startOfDay(r.now, r.zone(r.pulse.TimeZone))
	if left := run.Room - again; left > plans && run.RoomOn.Equal(today) {
		return left, nil
	}
	run.RoomOn = store.Time(today)
	return r.room(ctx, logs)
}

// room returns how many more people the pulse may ask today: the cap less those whom its mails of today have reached, or may
// still reach.
func (r *pulseRun) room(ctx context.Context, logs map[string]*AskLog) (int, error) {
	today := startOfDay(r.now, r.zone(r.pulse.TimeZone))
	groups, err := r.db.invitations.Fold(ctx, store.Fold{Query: store.Query{
		Index: invitationsByPulse, Equal: []any{r.pulse.ID}, From: store.Time(today),
		Where: []store.Where{{Field: "mail_state", Is: store.OneOf, Value: reaching}},
	}})
	if err != nil {
		return 0, err
	}
	room := r.pulse.DailyCap
	if len(groups) > 0 {
		room -= int(groups[0].Count)
	}
	for _, log := range logs { // those of a worker that died before it could make the invitations
		if a := log.askedInRun(PulseID(r.pulse.ID), r.pulse.Run.StartedAt); a != nil && a.Owed {
			room--
		}
	}
	return room, nil
}

// reaching are the states of mails that reach somebody, or may.
var reaching = []any{string(MailQueued), string(MailSending), string(MailAccepted), string(MailUncertain), string(MailNone)}

// plans makes a plan for each customer of the page whom this run has not considered yet. Those who were asked by a worker
// that died before it could count are counted here.
func (r *pulseRun) plans(visits []visit, logs map[string]*AskLog, rivals []rival) []*askPlan {
	seen := make(map[CustomerID]bool, len(r.pulse.Run.Seen))
	for _, id := range r.pulse.Run.Seen {
		seen[id] = true
	}
	var plans []*askPlan
	for _, v := range visits {
		id, log := CustomerID(v.customer.ID), logs[v.customer.ID]
		switch {
		case seen[id]:
		case log.askedInRun(PulseID(r.pulse.ID), r.pulse.Run.StartedAt) != nil:
			r.count(id, true)
		default:
			plans = append(plans, r.plan(v, log, rivals))
		}
	}
	return plans
}

// plan is what is asked of one customer, and why it is not asked where that stands without looking further.
func (r *pulseRun) plan(v visit, log *AskLog, rivals []rival) *askPlan {
	p := &askPlan{
		governance: r.pulse.governance(r.now), customer: v.customer, survey: r.survey,
		pulse: r.pulse, answerDays: r.pulse.AnswerDays, silence: v.silence, rhythm: v.rhythm, rivals: rivals, log: log,
	}
	// First what was decided in this silence, for a draw that gives way to another reason in the ledger is forgotten.
	if p.refused = p.onceASilence(log); p.refused == nil && v.snoozed.After(r.now) {
		p.refused = snoozed(v.snoozed)
	}
	return p
}

// snoozed is why a customer is not asked whom a rep wants left alone.
func snoozed(until time.Time) *refusal {
	return &refusal{kind: HeldSnoozed, until: until, reason: "a rep wants them left alone until " + until.Format(dateWording)}
}

// count counts a customer who was considered.
func (r *pulseRun) count(id CustomerID, asked bool) {
	run := &r.pulse.Run
	run.Seen = append(run.Seen, id)
	run.Considered++
	if asked {
		run.Asked++
	} else {
		run.Held++
	}
}

// countReason counts why a customer was not asked.
func (r *pulseRun) countReason(p *askPlan) {
	run := &r.pulse.Run
	if p.heldOut() {
		run.HeldOut++
	}
	if p.refused != nil {
		run.Reasons = maps.Clone(run.Reasons) // which the pulse that was claimed shares
		if run.Reasons == nil {
			run.Reasons = map[HoldKind]int{}
		}
		run.Reasons[p.refused.kind]++
	}
}

// ask carries the plans out in their order until there is no room for more, and returns those that it came to.
func (r *pulseRun) ask(ctx context.Context, plans []*askPlan, room int) ([]*askPlan, error) {
	if err := r.findContacts(ctx, unrefused(plans)); err != nil {
		return nil, err
	}
	done := 0
	for done < len(plans) && room > 0 {
		part := plans[done:]
		if len(part) > room {
			part = part[:room]
		}
		if err := r.askAll(ctx, unrefused(part)); err != nil {
			return nil, err
		}
		for _, p := range part {
			r.count(CustomerID(p.customer.ID), p.refused == nil)
			r.countReason(p)
			if p.refused == nil {
				room--
			}
		}
		done += len(part)
	}
	return plans[:done], nil
}

// unrefused returns the plans that are not refused yet.
func unrefused(plans []*askPlan) []*askPlan {
	list := make([]*askPlan, 0, len(plans))
	for _, p := range plans {
		if p.refused == nil {
			list = append(list, p)
		}
	}
	return list
}

// noteHolds writes into the customers' ledgers why the pulse does not ask them, where that is news.
func (r *pulseRun) noteHolds(ctx context.Context, plans []*askPlan) error {
	refused, known := map[string]*refusal{}, map[string]*AskLog{}
	for _, p := range plans {
		if p.refused != nil {
			refused[p.customer.ID] = p.refused
		}
		if p.refused != nil && p.log.Version > 0 {
			known[p.customer.ID] = p.log
		}
	}
	fresh := func(id string) *AskLog { return newAskLog(CustomerID(id)) }
	_, err := r.db.askLogs.UpsertAll(ctx, keys(refused), known, fresh, func(l *AskLog) bool {
		why := refused[l.ID]
		return l.hold(Hold{PulseID: PulseID(r.pulse.ID), At: r.now, Reason: why.reason, Until: store.Time(why.until), HeldOut: why.heldOut})
	})
	return err
}

// nextTurn returns when a worker shall look at the pulse: at once while it runs, never while it is paused.
func (s *Service) nextTurn(p *Pulse, now time.Time) time.Time {
	switch {
	case p.Paused:
		return time.Time{}
	case p.Run.underWay():
		return now
	}
	return s.nextRun(p.Weekdays, p.Hour, s.zone(p.TimeZone), now)
}
