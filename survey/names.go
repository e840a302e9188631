package survey

import "context"

// CustomerNames returns the names of the customers among ids that exist.
func (s *Service) CustomerNames(ctx context.Context, ids []CustomerID) (map[CustomerID]string, error) {
	found, err := s.db.customers.Fetch(ctx, distinct(ids))
	if err != nil {
		return nil, err
	}
	names := make(map[CustomerID]string, len(found))
	for id, c := range found {
		if c.DeletedAt.IsZero() {
			names[CustomerID(id)] = c.Name
		}
	}
	return names, nil
}

// ContactNames returns the names of the contacts among ids that exist.
func (s *Service) ContactNames(ctx context.Context, ids []ContactID) (map[ContactID]string, error) {
	found, err := s.db.contacts.Fetch(ctx, distinct(ids))
	if err != nil {
		return nil, err
	}
	names := make(map[ContactID]string, len(found))
	for id, c := range found {
		names[ContactID(id)] = c.Name
	}
	return names, nil
}

// distinct returns each id once, as the store takes it.
func distinct[T ~string](ids []T) []string {
	seen := make(map[T]bool, len(ids))
	var once []string
	for _, id := range ids {
		if !seen[id] {
			seen[id] = true
			once = append(once, string(id))
		}
	}
	return once
}
