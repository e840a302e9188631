package audit

// Digest is the hash that a line must have.
func Digest(l Line) (string, error) { return l.digest() }
