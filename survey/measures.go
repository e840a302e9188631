package survey

import "earshot/survey/store"

// Measure is a figure about the machinery below, for whoever watches it.
type Measure = store.Measure

// Measures returns the figures that the store keeps about itself; none if it keeps none.
func (s *Service) Measures() []Measure {
	if m, ok := s.store.(store.Measured); ok {
		return m.Measures()
	}
	return nil
}
