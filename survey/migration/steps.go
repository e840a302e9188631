package migration

// table lists all steps, by version.
func table() []Step {
	return []Step{}
}
