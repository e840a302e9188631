// Package table reads tables as the programs of this world export them: CSV with any usual delimiter, encoding and line
// end, dates and numbers in the spellings of several countries. It knows nothing of what the columns mean, and nothing of
// where the file comes from or goes to. Memory does not grow with the file.
//
// [Reader] finds out how a file is written and reads its rows. A cell is text until somebody who knows what its column
// means reads it with [Dates] or [Numbers].
package table

import "fmt"

// FormatError says in a whole sentence, safe to show, why a file cannot be read as a table, and what to do.
type FormatError struct{ Message string }

// Error returns the sentence.
func (e *FormatError) Error() string { return e.Message }

func malformed(format string, args ...any) error {
	return &FormatError{Message: fmt.Sprintf(format, args...)}
}
