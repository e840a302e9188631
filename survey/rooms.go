package survey

// Check holds a struct against its validate tags, for the rooms beside the domain. It returns nil or an Invalid *Error
// that names each field by its path in JSON and says what to do.
func Check(input any) error { return check(input) }

// Tidy returns a line that somebody typed as it is stored: without surrounding space and control characters, and composed (NFC), so that
// what looks equal is equal.
func Tidy(s string) string { return tidyLine(s) }
