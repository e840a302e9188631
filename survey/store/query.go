package store

import "time"

// Query asks for documents in the order of one index.
type Query struct {
	// Index is the name of a declared index, or ByID, ByDue, ByDead, ByFailing.
	Index string
	// Equal holds the values of the index's leading fields, at most all of them.
	Equal []any
	// In holds values (at most MaxBatch), one of which the first field behind Equal must have; nil does not narrow. It
	// excludes From and To.
	In []any
	// From and To bound the first field behind Equal: From <= field < To, whatever the direction. Nil leaves an end open.
	From, To any
	// Where are conditions on any top-level fields, which the engine checks on what the index gives: they narrow what is
	// returned, not what is examined.
	Where []Where
	// Fields are the JSON names of the only top-level fields to fill in besides the id and the fields of the index; empty
	// fills in everything. Documents read so have version 0: they are not to be written.
	Fields []string
	// Descending reverses the whole order, the id included.
	Descending bool
	// After resumes behind the place that an earlier Find with the same Index, Equal, In and Descending returned.
	After Cursor
	// Limit is the most documents to return, 1 to MaxLimit.
	Limit int
}

// Where is a condition on one field, which may be a string, a boolean, an integer, a float or a time.
type Where struct {
	// Field is the JSON name of a top-level field.
	Field string
	// Is compares the field with Value: as it stands, or for OneOf and HasWord with each of a slice of values ([]any).
	Is    Comparison
	Value any
}

// Comparison is how a Where compares. The zero value of a nullable field (see Index) equals the zero value, and is neither
// below nor at least anything; NotAtLeast is what AtLeast is not, and so holds for it. HasWord is of texts that are lists of
// words between single spaces: one of the values, which are words, is among them.
type Comparison uint8

// The comparisons of a Where.
const (
	Equals Comparison = iota + 1
	Differs
	AtLeast
	Below
	OneOf
	NotAtLeast
	HasWord
)

// Fold asks for counts and sums: what $group and GROUP BY do.
type Fold struct {
	// Query says what is counted, in no order: Descending, After and Fields are not used, nor is Limit but for Distinct.
	Query
	// By are the JSON names of the top-level fields by which to group (strings, booleans, integers, times); none counts all
	// together, apart from Every.
	By []string
	// At is a time field by whose calendar period (Every, in Zone) to group as well; empty for none.
	At    string
	Every Period
	// Zone is the time zone of the periods, nil for UTC. It must be one that the engine knows: of the IANA database.
	Zone *time.Location
	// Sum are the JSON names of top-level number fields to add up.
	Sum []string
	// Distinct asks only which groups there are: nothing is counted, and nothing can be summed up. Where By is the first field
	// of the index behind Equal, alone, and there are no conditions, the cost grows with the groups then, and not with the
	// documents, and Limit, if it is not 0, is how many groups are told at most: the first ones.
	Distinct bool
}

// Period is a calendar period.
type Period string

// The periods of a Fold. Weeks begin on Monday.
const (
	Day     Period = "day"
	Week    Period = "week"
	Month   Period = "month"
	Quarter Period = "quarter"
	Year    Period = "year"
)

// MaxGroups is the most groups that one Fold returns.
const MaxGroups = 200_000

// Group is what a Fold found in one group.
type Group struct {
	// By are the group's values in the order of Fold.By, of the fields' own kinds: string, bool, int64, float64 or time.Time.
	By []any
	// Period is when the period begins, in Zone; zero without one, and for documents whose At is zero.
	Period time.Time
	// Count is the number of documents, Sums what the fields of Fold.Sum add up to, in their order.
	Count int64
	Sums  []float64
}
