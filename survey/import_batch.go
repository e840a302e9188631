package survey

import (
	"bytes"
	"cmp"
	"fmt"
	"maps"
	"slices"

	"earshot/survey/table"
)

// importRows is a number of rows that were read.
type importRows[R any] struct {
	rows  []R
	lines []int // of rows
	cells cellStore
	read  int64 // bytes of the file up to here
	// failed are rows that cannot be taken in, warned cells without which rows are, passed how many rows are passed over, by the reason.
	failed, warned []failedLine
	passed         map[string]int
}

// count is how many rows were read.
func (b *importRows[R]) count() int { return len(b.rows) + len(b.failed) + b.passedOver() }

// passedOver is how many rows are no records.
func (b *importRows[R]) passedOver() int {
	n := 0
	for _, times := range b.passed {
		n += times
	}
	return n
}

// failedLine is a row that cannot be taken in, or a cell without which it is.
type failedLine struct {
	line  int
	err   error
	cells []string
}

// linesOf counts lines that are told of.
func linesOf(list []failedLine) int {
	lines := map[int]struct{}{}
	for _, f := range list {
		lines[f.line] = struct{}{}
	}
	return len(lines)
}

// addCounts adds counts to others, which are not changed.
func addCounts(all, more map[string]int) map[string]int {
	if len(more) == 0 {
		return all
	}
	sum := make(map[string]int, len(all)+len(more))
	for _, counts := range []map[string]int{all, more} {
		for reason, n := range counts {
			sum[reason] += n
		}
	}
	return sum
}

// PassedNotes says how many rows were passed over, and why, the commonest reason first.
func PassedNotes(passed map[string]int) []string {
	reasons := slices.SortedFunc(maps.Keys(passed), func(a, b string) int { return cmp.Or(cmp.Compare(passed[b], passed[a]), cmp.Compare(a, b)) })
	notes := make([]string, len(reasons))
	for i, reason := range reasons {
		rows := "rows were"
		if passed[reason] == 1 {
			rows = "row was"
		}
		notes[i] = fmt.Sprintf("%d %s passed over: %s", passed[reason], rows, reason)
	}
	return notes
}

// cellStore keeps what rows hold, as the file has it, in one piece of memory: most rows are never asked for it.
type cellStore struct {
	text []byte
	ends []int
}

// betweenCells divides the cells of a row in a cellStore: a character that no text holds.
const betweenCells = 0x1f

// add keeps a row.
func (c *cellStore) add(fields [][]byte) {
	for i, f := range fields {
		if i > 0 {
			c.text = append(c.text, betweenCells)
		}
		c.text = append(c.text, f...)
	}
	c.ends = append(c.ends, len(c.text))
}

// row returns the cells of the row at a place.
func (c *cellStore) row(at int) []string {
	begin := 0
	if at > 0 {
		begin = c.ends[at-1]
	}
	return cellsOf(bytes.Split(c.text[begin:c.ends[at]], []byte{betweenCells}))
}

// cellsOf copies fields.
func cellsOf(fields [][]byte) []string {
	cells := make([]string, len(fields))
	for i, f := range fields {
		cells[i] = string(f)
	}
	return cells
}

// readBatch reads as many rows as are written together; the error is io.EOF behind the last.
func readBatch[R any](j *importJob, rules importRules[R]) (*importRows[R], error) {
	b := &importRows[R]{passed: map[string]int{}}
	for b.count() < rules.batch {
		r, err := j.next()
		if err != nil {
			return b, err
		}
		row, err := parseRow(j, rules, r)
		switch reason := passedFor(err); {
		case reason != "":
			b.passed[reason]++
		case err != nil:
			b.failed = append(b.failed, failedLine{r.Line, err, cellsOf(r.Fields)})
		default:
			b.rows, b.lines = append(b.rows, row), append(b.lines, r.Line)
			b.cells.add(r.Fields)
			for _, w := range j.warned {
				b.warned = append(b.warned, failedLine{r.Line, w, nil})
			}
		}
	}
	return b, nil
}

// parseRow reads one row.
func parseRow[R any](j *importJob, rules importRules[R], r table.Row) (row R, err error) {
	j.warned = j.warned[:0]
	if r.Problem != "" {
		return row, Errorf(Invalid, "the row %s", r.Problem)
	}
	if err := j.repeated(r); err != nil {
		return row, err
	}
	row, err = rules.parse(r)
	if err != nil && passedFor(err) == "" && j.isSum(r) {
		err = passOver(outcomeSum)
	}
	if j.kind != ImportSuppressions && err == nil && j.summedUp(r) {
		err = passOver(outcomeSum)
	}
	return row, err
}

// summedUp says whether a row that has no number and a word such as Total for a name adds up the others.
func (j *importJob) summedUp(r table.Row) bool {
	return j.kind == ImportCustomers && sumWords[headingKey(j.cell(r, fieldName))] && j.cell(r, fieldExternalID) == "" && j.isSum(r)
}

// appendErrors adds what is wrong with rows, in the order of their lines, as far as MaxImportErrors goes.
func (j *importJob) appendErrors(list []RowError, failed []failedLine) []RowError {
	slices.SortStableFunc(failed, func(a, b failedLine) int { return a.line - b.line })
	for _, f := range failed {
		if len(list) >= MaxImportErrors {
			return list
		}
		list = append(list, j.rowErrors(f.line, f.err)...)
	}
	return list[:min(len(list), MaxImportErrors)]
}
