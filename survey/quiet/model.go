package quiet

import "fmt"

// Model is a set of parameters with all that can be computed from them once. Immutable; safe for concurrent use.
type Model struct {
	p    Params
	grid shapes
	rows []shapeRow // of 0 to cachedGaps gaps, or as many as a fit needs
	// clock is what silences and gaps are measured on; nil is the plain calendar.
	clock *Clock
	// overstated is how many times more often than by the likelihoods steady customers look slow; 0 is 1.
	overstated float64
}

// Formulas is the number of the formulas by which states are folded and chances counted. It counts one more when they change, so that
// what followed from others can be made anew: 4 since a calibration counts silences from where they were first seen.
const Formulas = 4

// NewModel returns the model of the parameters, or an error that says everything wrong with them.
func NewModel(p Params) (*Model, error) {
	if err := p.Validate(); err != nil {
		return nil, fmt.Errorf("quiet: parameters: %w", err)
	}
	return newModel(p, cachedGaps), nil
}

// cachedGaps is the number of gaps up to which a model knows its gamma functions by heart.
const cachedGaps = 64

// newModel takes valid parameters.
func newModel(p Params, gaps int) *Model {
	m := &Model{p: p, grid: newShapes(p.M, p.SD)}
	m.rows = m.newShapeRows(gaps)
	return m
}

// Params returns the parameters of the model.
func (m *Model) Params() Params { return m.p }
