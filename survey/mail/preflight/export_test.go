package preflight

// ReadStatus is readStatus.
func ReadStatus(out string) (points, limit float64, rules string, err error) { return readStatus(out) }
