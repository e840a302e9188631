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
	// ImportSuppressions: addresses that must not be mailed, or domains.
	ImportSuppressions ImportKind = "suppressions"
)

// ImportKinds lists the kinds.
func ImportKinds() []ImportKind {
	return []ImportKind{ImportCustomers, ImportContacts, ImportTouchpoints, ImportSuppressions}
}

// DateOrder says how to read a date such as 03/04/2026.
type DateOrder = table.DateOrder

// The orders of day and month.
const (
	DayFirst   = table.DayFirst
	MonthFirst = table.MonthFirst
)

// ImportState is where an import stands.
type ImportState string

// The states of an import.
const (
	// ImportUploaded: its file is here and waits for somebody to start it.
	ImportUploaded ImportState = "uploaded"
	// ImportQueued: it was started and waits for a worker.
	ImportQueued ImportState = "queued"
	// ImportRunning: a worker takes it in. One whose HeartbeatAt is old waits for the database, or for another worker to go on
	// with it: see Waits.
	ImportRunning ImportState = "running"
	// ImportFinished: it was read to its end. Failed rows are no failure of the import.
	ImportFinished ImportState = "finished"
	// ImportFailed: Problem says why it broke off.
	ImportFailed ImportState = "failed"
	// ImportCancelled: somebody stopped it. The rows before are in.
	ImportCancelled ImportState = "cancelled"
)

// Over says whether nothing more will happen.
func (s ImportState) Over() bool {
	return s == ImportFinished || s == ImportFailed || s == ImportCancelled
}

// Import is one file being taken in, or taken in earlier. It owes effectTakeIn until it is over.
//
// Its counters tell of the rows that are surely done, from the first to the Rows-th: whoever goes on with it begins
// behind them. Rows that were written behind that place before a worker died are read again and recognised; they count as
// unchanged, so that Created, Changed, Unchanged, PassedOver and Failed always add up to Rows, and no row is counted twice.
type Import struct {
	store.Meta `json:",inline"`
	Kind       ImportKind  `json:"kind"`
	FileName   string      `json:"file_name"`
	State      ImportState `json:"state"`
	// Chunks is how many pieces of the file lie in the store (UploadChunk); 0 where the program that takes it in reads the file
	// itself, so that nobody else can go on with it.
	Chunks int `json:"chunks,omitempty"`
	// Options are how the file is read, decided when it was started.
	Options   ImportOptions `json:"options"`
	StartedBy RepID         `json:"started_by,omitempty"`
	StartedAt time.Time     `json:"started_at"`
	// Attempt counts how often a worker took it up: more than once where one died or was stopped.
	Attempt     int       `json:"attempt,omitempty"`
	HeartbeatAt time.Time `json:"heartbeat_at"`
	FinishedAt  time.Time `json:"finished_at,omitzero"`
	// CancelledAt is when somebody asked that it be stopped; zero if nobody did.
	CancelledAt time.Time `json:"cancelled_at,omitzero"`
	// BytesRead of BytesTotal is the progress; BytesTotal is 0 where the size is not known.
	BytesRead  int64 `json:"bytes_read"`
	BytesTotal int64 `json:"bytes_total"`
	// Rows counts data rows read; Created, Changed, Unchanged, PassedOver and Failed add up to it.
	Rows      int `json:"rows"`
	Created   int `json:"created"`
	Changed   int `json:"changed"`
	Unchanged int `json:"unchanged"`
	Failed    int `json:"failed"`
	// PassedOver counts rows that are no records, with nothing wrong with them, such as payments that failed; Passed says why, and how many.
	PassedOver int            `json:"passed_over,omitempty"`
	Passed     map[string]int `json:"passed,omitempty"`
	// Errors are the first MaxImportErrors failed rows.
	Errors []RowError `json:"errors,omitempty"`
	// Warned counts rows that were taken without a cell that could not be read; Warnings are the first MaxImportErrors of those cells.
	Warned   int        `json:"warned,omitempty"`
	Warnings []RowError `json:"warnings,omitempty"`
	// Refused is how many failed rows are kept for RefusedRows, until RefusedUntil.
	Refused      int       `json:"refused,omitempty"`
	RefusedUntil time.Time `json:"refused_until,omitzero"`
	// Headings and Comma are those of the file, for the refused rows.
	Headings []string `json:"headings,omitempty"`
	Comma    string   `json:"comma,omitempty"`
	// Notes say in words what was assumed about the file, e.g. how its dates are written, and what befell the import.
	Notes []string `json:"notes,omitempty"`
	// Problem says in words why it failed or stopped as a whole; empty otherwise.
	Problem string `json:"problem,omitempty"`
}

// heartbeatLate is after how long without a word from its worker a running import is said to wait: a healthy worker is heard
// behind every batch of rows, some times a second.
const heartbeatLate = 10 * time.Second

// Waits says whether a running import waits for the database, or for another worker in place of one that died.
func (i *Import) Waits(now time.Time) bool {
	return i.State == ImportRunning && now.Sub(i.HeartbeatAt) > heartbeatLate
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
	Queue:   true,
}
