package survey

import (
	"hash/maphash"
	"slices"

	"earshot/survey/table"
)

// maxSeen is how many numbers of a file are remembered to find those that stand in it twice: some 60 MB of them.
const maxSeen = 1_500_000

// numbersSeen are the numbers that were met in a file, by their hashes.
type numbersSeen struct {
	seed maphash.Seed
	rows map[uint64]seenRow
}

// seenRow is where a number stands first, and a hash of that row.
type seenRow struct{ line, row uint32 }

func newNumbersSeen() *numbersSeen {
	return &numbersSeen{seed: maphash.MakeSeed(), rows: map[uint64]seenRow{}}
}

// repeated says that the row's number stands in an earlier row, which says something else: which of them is right nobody knows, so the first one
// counts. Further lines of one order, which tell no date or no worth, are passed over.
func (j *importJob) repeated(r table.Row) error {
	i := j.columns[fieldExternalID]
	if i < 0 || len(r.Fields[i]) == 0 {
		return nil
	}
	if j.furtherLine(r, string(r.Fields[i])) {
		return passOver(outcomeLine)
	}
	var number, row maphash.Hash
	number.SetSeed(j.seen.seed)
	row.SetSeed(j.seen.seed)
	_, _ = number.Write(r.Fields[i])
	if j.kind == ImportTouchpoints {
		// Two customers may have one, and an order and its invoice.
		for _, field := range []string{fieldKind, fieldCustomerExternalID, fieldCustomerName, fieldContactEmail} {
			_, _ = number.WriteString("\x1f" + j.cell(r, field))
		}
	}
	for _, f := range r.Fields {
		_, _ = row.Write(f)
		_ = row.WriteByte(0)
	}
	key, sum := number.Sum64(), uint32(row.Sum64())
	first, known := j.seen.rows[key]
	switch {
	case !known && len(j.seen.rows) < maxSeen:
		j.seen.rows[key] = seenRow{uint32(r.Line), sum}
		return nil
	case !known, first.row == sum: // the very same row is recognised, and counts as unchanged
		return nil
	case j.kind == ImportTouchpoints && j.cell(r, fieldAt) == "":
		return passOver(outcomeLine)
	}
	return InvalidField(fieldExternalID, "%s stands in line %d already, where the row says something else; the first one counts", quoted(j.cell(r, fieldExternalID)), first.line)
}

// sameOrder are the fields in which a further line of an order says nothing, or what the line above says.
var sameOrder = []string{fieldAt, fieldKind, fieldCustomerExternalID, fieldCustomerName, fieldContactEmail}

// furtherLine says whether the row is a further line of what stands in a row above, as shops write a row for each thing in an order: it has
// the number of one that told its worth, no worth of its own, and says nothing else.
func (j *importJob) furtherLine(r table.Row, number string) bool {
	if j.kind != ImportTouchpoints || j.columns[fieldValue] < 0 {
		return false
	}
	if j.cell(r, fieldValue) == "" {
		return number == j.above[fieldExternalID] && !slices.ContainsFunc(sameOrder, func(field string) bool {
			cell := j.cell(r, field)
			return cell != "" && cell != j.above[field]
		})
	}
	j.above = map[string]string{fieldExternalID: number}
	for _, field := range sameOrder {
		j.above[field] = j.cell(r, field)
	}
	return false
}
