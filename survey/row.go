package survey

// RowStatus is what became of one row of a bulk write.
type RowStatus string

// What can become of a row.
const (
	RowCreated   RowStatus = "created"
	RowChanged   RowStatus = "changed"
	RowUnchanged RowStatus = "unchanged"
	RowFailed    RowStatus = "failed"
)

// RowResult says what became of one row of a bulk write, which stands at the same place.
type RowResult struct {
	Status RowStatus
	// ID is the record's; empty where the row failed before it was known.
	ID string
	// Err is why the row failed; nil otherwise. One of kind Unavailable says that the row may have been written: repeat it.
	Err *Error
	// warned says without what a row of a file was taken; nil if it was taken whole.
	warned *Error
}

// failedRow returns the result of a row that err stopped.
func failedRow(err error) RowResult { return RowResult{Status: RowFailed, Err: AsError(err)} }
