package survey

import (
	"time"

	"earshot/survey/store"
	"earshot/survey/table"
)

// ImportKind is what a file holds a row of.
type ImportKind string

// The kinds of import.
const (
	ImportCustomers   ImportKind = "customers"
	ImportContacts    ImportKind = "contacts"
	ImportTouchpoints ImportKind = "touchpoints"
)

// DateOrder says how to read a date such as 03/04/2026.
type DateOrder = table.DateOrder

// The orders of day and month.
const (
	DayFirst   = table.DayFirst
	MonthFirst = table.MonthFirst
)

// ImportState is where an import stands.
type ImportState string

// The states of an import. One whose HeartbeatAt is old while it runs was cut off; running the file again is safe, for
// rows that are in already are recognised.
const (
	ImportRunning  ImportState = "running"
	ImportFinished ImportState = "finished"
	ImportFailed   ImportState = "failed"
)

// Import is one file being taken in, or taken in earlier.
type Import struct {
	store.Meta  `json:",inline"`
	Kind        ImportKind  `json:"kind"`
	FileName    string      `json:"file_name"`
	State       ImportState `json:"state"`
	StartedBy   RepID       `json:"started_by,omitempty"`
	StartedAt   time.Time   `json:"started_at"`
	HeartbeatAt time.Time   `json:"heartbeat_at"`
	FinishedAt  time.Time   `json:"finished_at,omitzero"`
	// BytesRead of BytesTotal is the progress; BytesTotal is 0 where the size is not known.
	BytesRead  int64 `json:"bytes_read"`
	BytesTotal int64 `json:"bytes_total"`
	// Rows counts data rows read; Created, Changed, Unchanged and Failed add up to it.
	Rows      int `json:"rows"`
	Created   int `json:"created"`
	Changed   int `json:"changed"`
	Unchanged int `json:"unchanged"`
	Failed    int `json:"failed"`
	// Errors are the first MaxImportErrors failed rows.
	Errors []RowError `json:"errors,omitempty"`
	// Notes say in words what was assumed about the file, e.g. how its dates are written.
	Notes []string `json:"notes,omitempty"`
	// Problem says in words why it failed as a whole; empty otherwise.
	Problem string `json:"problem,omitempty"`
}

// MaxImportErrors is how many failed rows are told one by one; the rest is counted.
const MaxImportErrors = 200

// RowError says what is wrong with one row of a file.
type RowError struct {
	// Line is the line of the file on which the row begins, from 1.
	Line int `json:"line"`
	// Column is the file's own heading; empty where it is about the whole row.
	Column  string `json:"column,omitempty"`
	Message string `json:"message"`
}

// importsByTime is the index over imports.
const importsByTime = "by_time"

var importSpec = &store.Spec{
	Name:    "imports",
	New:     func() store.Doc { return new(Import) },
	Indexes: []store.Index{{Name: importsByTime, Fields: []string{"started_at"}}},
}
