package survey

import (
	"context"
	"maps"
	"slices"
	"time"

	"earshot/survey/feed"
	"earshot/survey/store"
)

// feedCounts are new signs of life, by the feeds that they came by.
type feedCounts map[string]*feedCount

// feedCount is what came by one feed.
type feedCount struct {
	source  FeedSource
	kind    TouchpointKind
	batches []countedBatch
}

// countedBatch is what one batch brought of it.
type countedBatch struct {
	id   string
	at   time.Time
	days map[feed.Day]int
}

// add counts a batch. Of one that was not written to its end nobody knows what was new. It is counted as if all was: whoever
// wrote it sends the rows again that are missing, which count twice then. That is better than too few: data that are here are
// not to be taken for missing.
func (c feedCounts) add(b *TouchpointBatch) {
	kinds := map[TouchpointKind]map[feed.Day]int{}
	for _, count := range b.Counts {
		if kinds[count.Kind] == nil {
			kinds[count.Kind] = map[feed.Day]int{}
		}
		kinds[count.Kind][count.Day] += count.N
	}
	for kind, days := range kinds {
		id := feedIDOf(b.Source, kind)
		if c[id] == nil {
			c[id] = &feedCount{source: b.Source, kind: kind}
		}
		c[id].batches = append(c[id].batches, countedBatch{b.ID, b.At, days})
	}
}

// countFeeds adds what came to its feeds, with two operations of the store whatever the number of batches. Done again it
// counts nothing twice as long as a feed remembers the batch (countedBatches): what is forgotten by then is a moment of a
// feed in which many batches come.
func (s *Service) countFeeds(ctx context.Context, counts feedCounts) error {
	if len(counts) == 0 {
		return nil
	}
	ids := slices.Sorted(maps.Keys(counts))
	known, err := s.db.feeds.Fetch(ctx, ids)
	if err != nil {
		return err
	}
	now := s.now()
	fresh := func(id string) *Feed {
		return &Feed{Meta: store.Meta{ID: id}, Source: counts[id].source, Kind: counts[id].kind}
	}
	_, err = s.db.feeds.UpsertAll(ctx, ids, known, fresh, func(f *Feed) bool {
		return f.count(counts[f.ID].batches, now, s.feedDay)
	})
	return err
}

// count adds batches, and says whether any was new.
func (f *Feed) count(batches []countedBatch, now time.Time, day func(time.Time) feed.Day) bool {
	seen, concerns := slices.Clone(f.Counted), false
	for _, b := range batches {
		if slices.Contains(seen, b.id) {
			continue
		}
		seen = append(seen, b.id)
		if !f.EndedAt.IsZero() { // it has begun anew
			f.EndedAt, f.History.Since, f.History.Outages = time.Time{}, day(b.at), nil
			f.Schedule(effectLookAtFeed, now.Add(firstLook))
		}
		f.History.Add(b.days, day(b.at))
		concerns = concerns || f.History.Concerns(b.days)
		f.ArrivedAt = later(f.ArrivedAt, b.at)
	}
	if len(seen) == len(f.Counted) {
		return false
	}
	f.Counted = seen[max(0, len(seen)-countedBatches):]
	switch {
	case len(f.History.Arrivals) <= 1:
		f.Schedule(effectLookAtFeed, now.Add(firstLook))
	case concerns:
		f.Owe(effectLookAtFeed, now.Add(lateLook))
	}
	return true
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// feedDay returns the calendar day of t in the installation's time zone.
func (s *Service) feedDay(t time.Time) feed.Day { return feed.Day(s.day(t)) }
