package survey

import (
	"cmp"
	"context"
	"errors"
	"slices"
	"time"

	"earshot/survey/feed"
	"earshot/survey/quiet"
	"earshot/survey/store"
)

// FeedStatus is how a feed is, as people are told.
type FeedStatus struct {
	ID      string
	Version int64
	Source  FeedSource
	Kind    TouchpointKind
	State   FeedState
	// Rate is how many touchpoints a day are usual; 0 where too little is known.
	Rate float64
	// ArrivedAt is when something last arrived, and LatestOn the start of the latest day of which something is known.
	ArrivedAt time.Time
	LatestOn  time.Time
	// Since is the start of the first day of which data are missing, while the feed has stopped or thinned.
	Since time.Time
	// Sentence says what is missing and what is usual; empty while nothing is missing.
	Sentence string
	// Held is how many alarms are held that rest on it.
	Held int
	// Pauses are the days on which nothing is expected, as somebody has declared, those that are over too.
	Pauses []FeedPause
	// Days are the counts of the last FeedDays days, oldest first; the last is today's.
	Days []int
}

// FeedPause is days on which nothing is expected, from the start of the first to the start of the last.
type FeedPause struct{ From, To time.Time }

// FeedDays is how many days FeedStatus counts.
const FeedDays = 60

// Noticed says that people should see to it.
func (f FeedStatus) Noticed() bool { return f.State == FeedStopped || f.State == FeedThinned }

// feedReading reads all feeds, which are few, and how many alarms they hold.
type feedReading struct {
	service *Service
	feeds   *store.Finding[Feed, *Feed]
	held    *store.Folding
}

func (s *Service) readFeeds() *feedReading {
	return &feedReading{
		service: s,
		feeds:   s.db.feeds.Finding(store.Query{Index: store.ByID, Limit: store.MaxLimit}),
		held:    s.db.rhythms.Folding(store.Fold{Query: store.Query{Index: rhythmsByHeld}, By: []string{"held_by"}}),
	}
}

func (r *feedReading) readings() []store.Reading { return []store.Reading{r.feeds, r.held} }

// statuses are the feeds, those first that need somebody, and then by their sources and kinds.
func (r *feedReading) statuses(now time.Time) []FeedStatus {
	held := map[string]int{}
	for _, g := range r.held.Groups {
		held[g.By[0].(string)] = int(g.Count)
	}
	list := make([]FeedStatus, 0, len(r.feeds.Docs))
	for _, f := range r.feeds.Docs {
		status := r.service.feedStatus(f, now)
		status.Held = held[f.ID]
		list = append(list, status)
	}
	slices.SortFunc(list, func(a, b FeedStatus) int {
		return cmp.Or(order(b.Noticed(), a.Noticed()), cmp.Compare(a.Source, b.Source), cmp.Compare(a.Kind, b.Kind))
	})
	return list
}

// order compares false before true.
func order(a, b bool) int {
	switch {
	case a == b:
		return 0
	case b:
		return -1
	}
	return 1
}

// feedStatus tells how a feed is, apart from what it holds.
func (s *Service) feedStatus(f *Feed, now time.Time) FeedStatus {
	today := s.feedDay(now)
	status := FeedStatus{
		ID: f.ID, Version: f.Version, Source: f.Source, Kind: f.Kind, State: f.state(today), ArrivedAt: f.ArrivedAt,
		Days: f.History.Last(FeedDays, today), Pauses: make([]FeedPause, 0, len(f.History.Pauses)),
	}
	if rate, known := f.History.Usual(today); known {
		status.Rate = rate
	}
	if latest, known := f.History.Latest(); known {
		status.LatestOn = s.startOfFeedDay(latest)
	}
	if o := f.outage(); o != nil {
		status.Since, status.Sentence = s.startOfFeedDay(o.From), f.outageSentence(o)
	}
	for _, p := range f.History.Pauses {
		status.Pauses = append(status.Pauses, FeedPause{s.startOfFeedDay(p.From), s.startOfFeedDay(p.To)})
	}
	return status
}

// Feeds tells how all feeds are, those first that need somebody.
func (s *Service) Feeds(ctx context.Context) ([]FeedStatus, error) {
	r := s.readFeeds()
	if err := store.Together(ctx, s.store, r.readings()...); err != nil {
		return nil, err
	}
	return r.statuses(s.now()), nil
}

// FeedNotices tells of the feeds that have stopped or thinned.
func (s *Service) FeedNotices(ctx context.Context) ([]FeedStatus, error) {
	list, err := s.Feeds(ctx)
	return noticed(list), err
}

func noticed(list []FeedStatus) []FeedStatus {
	return slices.DeleteFunc(list, func(f FeedStatus) bool { return !f.Noticed() })
}

// Feed tells how a feed is, or NotFound.
func (s *Service) Feed(ctx context.Context, id string) (*FeedStatus, error) {
	f, err := s.db.feeds.Get(ctx, id)
	if errors.Is(err, store.ErrNotFound) {
		return nil, noFeed(id)
	}
	if err != nil {
		return nil, err
	}
	groups, err := s.db.rhythms.Fold(ctx, store.Fold{Query: store.Query{Index: rhythmsByHeld, Equal: []any{id}}})
	status := s.feedStatus(f, s.now())
	for _, g := range groups {
		status.Held = int(g.Count)
	}
	return &status, err
}

func noFeed(id string) error { return Errorf(NotFound, "there is no feed %q", id) }

// AcceptFeed takes what a feed brings now as right: nothing is missing, its rate is learnt anew, and the alarms that are
// held for it are let go. Returns NotFound, or Conflict where it has neither stopped nor thinned.
func (s *Service) AcceptFeed(ctx context.Context, id string) (*FeedStatus, error) {
	return s.changeFeed(ctx, id, func(f *Feed, now time.Time) error {
		if f.outage() == nil {
			return Errorf(Conflict, "this feed has neither stopped nor thinned")
		}
		f.History.Accept()
		f.turn(now)
		return nil
	})
}

// EndFeed says that a feed is over: it is not watched any more, until something arrives, and the alarms that are held for it
// are let go. Twice is no mistake. Returns NotFound.
func (s *Service) EndFeed(ctx context.Context, id string) (*FeedStatus, error) {
	return s.changeFeed(ctx, id, func(f *Feed, now time.Time) error {
		if f.EndedAt.IsZero() {
			f.end(now)
		}
		return nil
	})
}

// longestPause is how many days a pause can take: longer, and the feed is over.
const longestPause = 92

// PauseFeed declares that nothing is expected of a feed from one day to another, which may lie ahead. Returns NotFound, and
// Invalid for days in the wrong order, too many of them, or some that lie too far away.
func (s *Service) PauseFeed(ctx context.Context, id string, from, to time.Time) (*FeedStatus, error) {
	first, last, today := s.feedDay(from), s.feedDay(to), s.feedDay(s.now())
	switch {
	case from.IsZero():
		return nil, InvalidField("from", "is required")
	case to.IsZero():
		return nil, InvalidField("to", "is required")
	case last < first:
		return nil, InvalidField("to", "must not lie before the first day")
	case last-first >= longestPause:
		return nil, InvalidField("to", "must lie within %d days from the first day; say that the feed is over instead", longestPause)
	case first < today-366 || last > today+2*366:
		return nil, InvalidField("from", "must lie between a year ago and two years from now")
	}
	return s.changeFeed(ctx, id, func(f *Feed, now time.Time) error {
		f.History.Pause(feed.Span{From: first, To: last})
		f.Owe(effectLookAtFeed, now)
		return nil
	})
}

// changeFeed changes a feed and has what follows done.
func (s *Service) changeFeed(ctx context.Context, id string, change func(*Feed, time.Time) error) (*FeedStatus, error) {
	now := s.now()
	_, err := s.db.feeds.Update(ctx, id, func(f *Feed) error { return change(f, now) })
	if errors.Is(err, store.ErrNotFound) {
		return nil, noFeed(id)
	}
	if err != nil {
		return nil, err
	}
	s.outbox.Wake(feedSpec.Name)
	return s.Feed(ctx, id)
}

// startOfFeedDay returns when a day begins in the installation's time zone.
func (s *Service) startOfFeedDay(d feed.Day) time.Time { return s.startOf(quiet.Day(d)) }
