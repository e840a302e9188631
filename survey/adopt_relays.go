package survey

import (
	"context"

	"earshot/survey/store"
)

// AdoptRelays has what is known of relays dropped that are not configured any more, and mails let go at once that wait for them. Call it at the start.
func (s *Service) AdoptRelays(ctx context.Context) error {
	var gone []string
	for r, err := range s.db.relays.All(ctx, store.Query{Index: store.ByID, Fields: []string{"due"}}) {
		if err != nil {
			return err
		}
		if s.carrier(r.ID) == nil {
			gone = append(gone, r.ID)
		}
	}
	if len(gone) == 0 || !s.Sends() {
		return nil
	}
	now := s.now()
	_, err := s.db.relays.UpdateAll(ctx, gone, func(r *Relay) bool {
		r.Schedule(effectCheckRelay, now)
		return true
	})
	s.outbox.Wake(relaySpec.Name)
	return err
}
