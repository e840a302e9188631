package store

// Measure is a figure that an engine keeps about itself, for whoever watches it.
type Measure struct {
	// Name and Help are as Prometheus wants them: "mongodb_commands_total".
	Name, Help string
	// Labels are names and values by turns; there are few different ones.
	Labels []string
	Value  float64
	// Total says that it only grows.
	Total bool
}

// Measured is an engine that keeps figures about itself.
type Measured interface{ Measures() []Measure }
