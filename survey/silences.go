package survey

import "context"

// Silences returns the present silences of the customers among ids that ever gave a sign of life, for lists.
func (s *Service) Silences(ctx context.Context, ids []CustomerID) (map[CustomerID]Silence, error) {
	found, err := s.db.rhythms.Fetch(ctx, distinct(ids))
	if err != nil {
		return nil, err
	}
	models, err := s.fittedModels(ctx)
	if err != nil {
		return nil, err
	}
	now := s.now()
	silences := make(map[CustomerID]Silence, len(found))
	for id, r := range found {
		silences[CustomerID(id)], _ = s.silence(r, models, now)
	}
	return silences, nil
}
