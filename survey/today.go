package survey

import (
	"context"
	"slices"
	"time"

	"earshot/survey/store"
)

// TodayRequest says what a rep wants to see in the morning.
type TodayRequest struct {
	// Me is the rep. Scope says whose customers it is about.
	Me    RepID
	Scope TodayScope
	// Within is whose customers there are for the rep, where the scope is everybody's; nil is all.
	Within *Reach
	// Calls is how many customers the rep calls in a week, AllCalls how many everybody does; 0 is no limit.
	Calls, AllCalls int
	// Quiet is how many customers of each list are shown, of those to call where there is no limit, and Latest how many answers; the
	// answers are counted from From on.
	Quiet, Latest int
	From          time.Time
}

// TodayScope is whose customers Today is about.
type TodayScope string

// The scopes. Without one it is the rep's own customers if there are any, else everybody's.
const (
	ScopeMine TodayScope = "me"
	ScopeAll  TodayScope = "all"
)

// Today is what a rep sees in the morning.
type Today struct {
	// RepID is whose customers it is about; empty is everybody's.
	RepID RepID
	// Lists are the lists in the order in which they are shown: first always that of the probably leaving, of whom those to be called this
	// week are told, and then the others that have anybody on them. Calls is how the first stands to the week.
	Lists []TodayList
	Calls Calls
	// Asked is the latest ask of the last CrowdDays at each of all these, if there is one, and ToCall whom to call there, if anybody is known.
	Asked  map[CustomerID]*Invitation
	ToCall map[CustomerID]*Contact
	// Latest are the newest answers that count; since From there were Answers, Low of them low.
	Latest       []*Response
	Answers, Low int
	// Names are the names of the customers and contacts of Latest, and of surveys and pulses.
	Names Names
	// Surveys and Pulses are all of them, with what is needed to choose whom to ask what.
	Surveys []*Survey
	Pulses  []*Pulse
	// Feeds are those that have stopped or thinned.
	Feeds []FeedStatus
	// Drifts say how far what was said of silences has come true.
	Drifts []StepDrift
	// Answered says that anybody has ever answered.
	Answered bool
}

// Today returns what a rep sees in the morning, in two trips to the store whatever the number of customers, and one for the models
// where those that are known are too old.
func (s *Service) Today(ctx context.Context, in TodayRequest) (*Today, error) {
	models, err := s.fittedModels(ctx)
	if err != nil {
		return nil, err
	}
	now := s.now()
	r := s.readToday(in, models, now)
	if err := store.Together(ctx, s.store, r.readings()...); err != nil {
		return nil, err
	}
	scope := r.all
	if in.Scope == ScopeMine || in.Scope == "" && len(r.own.Docs) > 0 {
		scope = r.mine
	}
	t := &Today{
		RepID: scope.rep, Latest: scope.latest.Docs, Surveys: r.choice.surveys.Docs, Pulses: r.choice.pulses.Docs,
		Feeds: noticed(r.feeds.statuses(now)), Answered: len(r.ever.Docs) > 0, Asked: map[CustomerID]*Invitation{},
	}
	if w := r.watch.First(); w != nil {
		t.Drifts = w.Drifts
	}
	t.countAnswers(scope)
	return t, s.completeToday(ctx, t, scope, models, now)
}

// todayReading reads what can be read before anything else is known.
type todayReading struct {
	own    *store.Finding[Customer, *Customer]
	ever   *store.Finding[Response, *Response]
	choice *choiceReading
	feeds  *feedReading
	watch  *store.Finding[AlarmWatch, *AlarmWatch]
	// mine and all are both read where the scope is not known yet.
	mine, all *scopeReading
}

func (s *Service) readToday(in TodayRequest, models fittedModels, now time.Time) *todayReading {
	r := &todayReading{
		own:    s.db.customers.Finding(CustomerFilter{RepID: in.Me, Limit: 1}.query()).Only("name"),
		ever:   s.db.responses.Finding(ResponseFilter{Limit: 1}.query()).Only("submitted_at"),
		choice: s.readChoice(), feeds: s.readFeeds(), watch: s.db.alarmWatches.Fetching([]string{alarmWatchID}),
	}
	if in.Scope != ScopeAll {
		r.mine = s.readScope(in.Me, in, models, now)
	}
	if in.Scope != ScopeMine {
		r.all = s.readScope("", in, models, now)
	}
	return r
}

func (r *todayReading) readings() []store.Reading {
	list := append(slices.Concat(r.choice.readings(), r.feeds.readings()), r.own, r.ever, r.watch)
	for _, scope := range []*scopeReading{r.mine, r.all} {
		if scope != nil {
			list = append(list, scope.latest, scope.answers)
			list = append(list, scope.listed()...)
		}
	}
	return list
}

// scopeReading reads what Today tells of the customers of one rep, or of all.
type scopeReading struct {
	rep     RepID
	calls   *callsReading
	lists   []listReading
	latest  *store.Finding[Response, *Response]
	answers *store.Folding
}

func (s *Service) readScope(rep RepID, in TodayRequest, models fittedModels, now time.Time) *scopeReading {
	perWeek := in.AllCalls
	if rep != "" {
		perWeek = in.Calls
	}
	within := in.Within
	if rep != "" {
		within = nil
	}
	answers := ResponseFilter{RepID: rep, Within: within, From: in.From}.query()
	return &scopeReading{
		rep: rep, calls: s.readCalls(QuietFilter{RepID: rep, Within: within}, perWeek, in.Quiet, models, now),
		lists:   s.readLists(QuietFilter{RepID: rep, Within: within, Limit: in.Quiet}, models, now),
		latest:  s.db.responses.Finding(ResponseFilter{RepID: rep, Within: within, Limit: in.Latest}.query()),
		answers: s.db.responses.Folding(store.Fold{Query: answers, By: []string{"low"}}),
	}
}

// countAnswers takes over how many answers there were.
func (t *Today) countAnswers(scope *scopeReading) {
	for _, g := range scope.answers.Groups {
		t.Answers += int(g.Count)
		if g.By[0].(bool) {
			t.Low = int(g.Count)
		}
	}
}

// completeToday reads what the first trip told of.
func (s *Service) completeToday(ctx context.Context, t *Today, scope *scopeReading, models fittedModels, now time.Time) error {
	calls, shown := scope.shown(models)
	t.Calls = calls
	var silent []*Rhythm
	for _, l := range shown {
		silent = append(silent, l.rhythms...)
	}
	var customers []CustomerID
	var contacts []ContactID
	for _, r := range t.Latest {
		customers, contacts = append(customers, r.CustomerID), append(contacts, r.ContactID)
	}
	names, silentOnes := s.readNames(customers, contacts), s.customersOf(silent)
	asked := make([]*store.Finding[Invitation, *Invitation], len(silent))
	people := s.readContactsOf(silent)
	readings := append(append(names.readings(), people.readings()...), silentOnes)
	for i, r := range silent {
		asked[i] = s.db.invitations.Finding(latestAsk(CustomerID(r.ID), now))
		readings = append(readings, asked[i])
	}
	if err := store.Together(ctx, s.store, readings...); err != nil {
		return err
	}
	t.Names = names.names(t.Surveys, t.Pulses)
	for i, r := range silent {
		if inv := asked[i].First(); inv != nil {
			t.Asked[CustomerID(r.ID)] = inv
		}
	}
	t.ToCall = people.toCall()
	for _, l := range shown {
		list := TodayList{List: l.list, Customers: people.mark(s.quietLines(l.list, l.rhythms, silentOnes.ByID(), models, now), now), Total: l.total}
		if l.list == Leaving || len(list.Customers) > 0 {
			t.Lists = append(t.Lists, list)
		}
	}
	return nil
}

// latestAsk asks for the latest ask at a customer within CrowdDays.
func latestAsk(id CustomerID, now time.Time) store.Query {
	q := ofCustomer(invitationsByCustomer, id, 1)
	q.Descending, q.From = true, store.Time(now.AddDate(0, 0, -CrowdDays))
	return q
}
