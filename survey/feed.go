package survey

import (
	"time"

	"earshot/survey/feed"
	"earshot/survey/store"
)

// FeedSource is where touchpoints come from: FromFiles, FromReps or what FromKey returns. Empty is none that is watched, such
// as the answers that we ask for.
type FeedSource string

// The sources that are no API key.
const (
	// FromFiles are the files that are imported, by whomever.
	FromFiles FeedSource = "files"
	// FromReps is what reps record on a customer's page.
	FromReps FeedSource = "hand"
)

// keySource begins the sources that are API keys.
const keySource = "key:"

// FromKey is the source of what is sent with API keys of that name: one that replaces another goes on with its feed.
func FromKey(name string) FeedSource { return FeedSource(keySource + name) }

// Feed is what comes from one source of one kind of sign of life, counted, so that it is noticed when it stops or thins. It
// owes effectLookAtFeed once a day, and effectHold when the silences that rest on it have to be judged anew.
type Feed struct {
	store.Meta `json:",inline"`
	Source     FeedSource     `json:"source"`
	Kind       TouchpointKind `json:"kind"`
	// History counts the new touchpoints by the days on which they happened. Those that are changed or removed later are not
	// counted anew.
	History feed.History `json:"history"`
	// ArrivedAt is when the last of them arrived.
	ArrivedAt time.Time `json:"arrived_at"`
	// Counted are the ids of the batches that were counted last, so that none is counted again when a process dies between
	// the counting and the end of its effect.
	Counted []string `json:"counted,omitempty"`
	// EndedAt is when somebody said that the feed is over; zero while it is watched. What arrives begins it anew.
	EndedAt time.Time `json:"ended_at,omitzero"`
	// TurnedAt is when an outage last began or ended.
	TurnedAt time.Time `json:"turned_at,omitzero"`
}

var feedSpec = &store.Spec{
	Name:  "feeds",
	New:   func() store.Doc { return new(Feed) },
	Queue: true,
}

// FeedState is how a feed is.
type FeedState string

// The states of a feed.
const (
	FeedLearning FeedState = "learning" // too little is known yet
	FeedLiving   FeedState = "living"
	FeedStopped  FeedState = "stopped" // nothing comes any more
	FeedThinned  FeedState = "thinned" // less than half of the usual comes
	FeedOver     FeedState = "over"    // somebody has said that it is over
)

const (
	// firstLook is how long after the last touchpoints of its first day a feed is first looked at: a history has been taken in
	// by then.
	firstLook = time.Minute
	// lateLook is how long after late touchpoints a feed is looked at: the next batch may bring more.
	lateLook = 2 * time.Second
	// countedBatches is how many batches a feed remembers: as many as two workers can have in hand.
	countedBatches = 2 * batchesAtOnce
)

func feedIDOf(source FeedSource, kind TouchpointKind) string {
	return derivedID("fed", string(source), string(kind))
}

// outage returns the outage that goes on; nil if none does.
func (f *Feed) outage() *feed.Outage {
	if !f.EndedAt.IsZero() {
		return nil
	}
	return f.History.Current()
}

// state returns how the feed is on that day.
func (f *Feed) state(today feed.Day) FeedState {
	_, known := f.History.Usual(today)
	switch o := f.outage(); {
	case !f.EndedAt.IsZero():
		return FeedOver
	case o != nil && o.Stopped:
		return FeedStopped
	case o != nil:
		return FeedThinned
	case !known:
		return FeedLearning
	}
	return FeedLiving
}

// turn notes that outages began or ended, so that the silences are judged anew that rest on the feed.
func (f *Feed) turn(now time.Time) {
	f.TurnedAt = now
	f.Schedule(effectHold, now)
}

// look looks at the feed, beside the others, and sets when it is looked at next. One whose place a new one of the same
// kind has taken is over: a history that was imported, say, before the orders came by the API.
func (f *Feed) look(others []*Feed, today feed.Day, now, tomorrow time.Time) {
	if !f.EndedAt.IsZero() {
		f.Schedule(effectLookAtFeed, time.Time{})
		return
	}
	if f.History.Look(today) {
		f.turn(now)
	}
	if f.History.TakenOver(today, f.sameKind(others)) {
		f.end(now)
		return
	}
	f.Schedule(effectLookAtFeed, tomorrow)
}

// sameKind returns the histories of the other feeds of the same kind that are watched.
func (f *Feed) sameKind(others []*Feed) []*feed.History {
	var same []*feed.History
	for _, other := range others {
		if other.ID != f.ID && other.Kind == f.Kind && other.EndedAt.IsZero() {
			same = append(same, &other.History)
		}
	}
	return same
}

// end notes that the feed is over.
func (f *Feed) end(now time.Time) {
	f.EndedAt = now
	f.Schedule(effectLookAtFeed, time.Time{})
	f.turn(now)
}
