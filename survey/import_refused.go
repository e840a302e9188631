package survey

import (
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"earshot/survey/store"
)

// RefusedRows are the rows of one batch of an import that were refused, to be mended and sent again.
type RefusedRows struct {
	store.Meta `json:",inline"`
	// Rows are lines of a CSV file: what is wrong, and then the cells as they were.
	Rows      []byte    `json:"rows"`
	ExpiresAt time.Time `json:"expires_at"`
}

var refusedSpec = &store.Spec{
	Name:    "refused_rows",
	New:     func() store.Doc { return new(RefusedRows) },
	Expires: "expires_at",
}

const (
	// refusedAge is how long refused rows are kept.
	refusedAge = 7 * 24 * time.Hour
	// maxRefused is how many refused rows of an import are kept, maxRefusedBytes how much of one batch: a document has its bounds.
	maxRefused, maxRefusedBytes = 100_000, 8 << 20
	// ProblemHeading is the heading of the column that says why a row was refused; imports pass over it.
	ProblemHeading = "Problem (Earshot)"
)

// refusedID is the id of what was refused of the batch that begins behind that many rows: the batches of an import lie side by side, in their
// order, and what is done again after a crash is written to the same place.
func refusedID(importID string, rows int) string { return fmt.Sprintf("%s.%010d", importID, rows) }

// keepRefused keeps the rows of a batch that were refused, with one write; first is how many rows were done before it.
func (run *importRun) keepRefused(ctx context.Context, first int, failed []failedLine) error {
	if len(failed) == 0 || run.doc.Refused >= maxRefused {
		return nil
	}
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	w.Comma = run.job.comma()
	kept := 0
	for _, f := range failed {
		if run.doc.Refused+kept >= maxRefused || b.Len() > maxRefusedBytes {
			break
		}
		if err := w.Write(run.job.refusedCells(f)); err != nil {
			return err
		}
		w.Flush()
		kept++
	}
	expires := store.Time(run.s.now().Add(refusedAge))
	doc := &RefusedRows{Meta: store.Meta{ID: refusedID(run.doc.ID, first)}, Rows: b.Bytes(), ExpiresAt: expires}
	if err := ignoreTaken(run.s.db.refusedRows.Insert(ctx, doc)); err != nil {
		return err
	}
	run.doc.Refused += kept
	run.doc.RefusedUntil, run.doc.Headings, run.doc.Comma = expires, run.job.csv.Headings, string(run.job.comma())
	return nil
}

// comma divides the columns of what was refused: as in the file, or with commas.
func (j *importJob) comma() rune {
	if j.csv.Delimiter == 0 || j.csv.Sheets != nil {
		return ','
	}
	return rune(j.csv.Delimiter)
}

// refusedCells are the cells of a refused row behind what is wrong with it. What would be reckoned by a spreadsheet is kept from it by an
// apostrophe, which imports take off again.
func (j *importJob) refusedCells(f failedLine) []string {
	problems := j.rowErrors(f.line, f.err)
	said := make([]string, len(problems))
	for i, p := range problems {
		if said[i] = p.Message; p.Column != "" {
			said[i] = p.Column + " " + p.Message
		}
	}
	cells := append([]string{fmt.Sprintf("line %d: %s", f.line, strings.Join(said, "; "))}, f.cells...)
	for i, cell := range cells {
		if cell != "" && strings.IndexByte("=+-@\t\r", cell[0]) >= 0 && !plainNumber(cell) {
			cells[i] = "'" + cell
		}
	}
	return cells
}

// plainNumber says whether a cell is a number, which no spreadsheet reckons with.
func plainNumber(cell string) bool { return strings.Trim(cell, "+-0123456789.,") == "" }

// WriteRefused writes the rows of an import that were refused as a CSV file to be mended and sent again. In front of each row stands what is
// wrong with it. Returns NotFound, or Gone where they are kept no longer.
func (s *Service) WriteRefused(ctx context.Context, id string, w io.Writer) error {
	i, err := s.Import(ctx, id)
	switch {
	case err != nil:
		return err
	case i.Refused == 0:
		return Errorf(NotFound, "no rows of this import were refused")
	case s.now().After(i.RefusedUntil):
		return Errorf(Gone, "the refused rows of this import are kept no longer; take them from the file")
	}
	var head bytes.Buffer
	out := csv.NewWriter(&head)
	out.Comma = ','
	if i.Comma != "" {
		out.Comma = rune(i.Comma[0])
	}
	if err := out.Write(append([]string{ProblemHeading}, i.Headings...)); err != nil {
		return err
	}
	out.Flush()
	if _, err := io.WriteString(w, "\ufeff"+head.String()); err != nil { // the mark has spreadsheets read UTF-8
		return err
	}
	rows := store.Query{Index: store.ByID, From: id + ".", To: id + "/"}
	for part, err := range s.db.refusedRows.All(ctx, rows) {
		if err != nil {
			return err
		}
		if _, err := w.Write(part.Rows); err != nil {
			return errors.Join(err, ctx.Err())
		}
	}
	return nil
}
