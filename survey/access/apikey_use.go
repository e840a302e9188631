package access

import (
	"context"
	"errors"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"

	"earshot/survey/store"
)

// Of a key's use the hour is noted, and the network: by these whoever looks after keys finds those that nobody uses and
// those that are used from where they should not be.
const (
	usePeriod = time.Hour
	// usesKept is how many keys a process remembers to have noted, so that it does so once a period even where the store
	// cannot be written.
	usesKept = 1024
)

// newUses returns what a process remembers to have noted.
func newUses() *lru.Cache[string, time.Time] {
	uses, err := lru.New[string, time.Time](usesKept)
	if err != nil {
		panic("access: " + err.Error()) // only for a size below 1
	}
	return uses
}

// NoteKeyUse notes that the key was used from a network address: once an hour, whatever the number of requests and of
// processes. One that is changed by somebody else at that moment is noted by a later request.
func (s *Service) NoteKeyUse(ctx context.Context, key *APIKey, remote string) error {
	hour := s.now().Truncate(usePeriod)
	if last, known := s.uses.Get(key.ID); known && !hour.After(last) || !hour.After(key.LastUsedAt) {
		return nil
	}
	s.uses.Add(key.ID, hour)
	used := *key
	used.LastUsedAt, used.LastUsedFrom = hour, coarse(remote)
	if err := s.db.apiKeys.Replace(ctx, &used); err != nil && !errors.Is(err, store.ErrConflict) {
		return err
	}
	return nil
}
