package table

import (
	"archive/zip"
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"
)

// The bounds of a workbook: it is an archive, of which a few kilobytes can unpack to gigabytes.
const (
	// MaxWorkbook is the longest workbook in bytes; it is held in memory while it is read. CSV files are not bounded so.
	MaxWorkbook = 64 << 20
	// maxUnpacked is how many bytes all its parts may have unpacked, maxShared those of the table of its texts.
	maxUnpacked, maxShared = 1 << 30, 128 << 20
	// maxRatio is how many times as long as packed a part may be, if it is longer than ratioFrom: spreadsheets reach some tens.
	maxRatio, ratioFrom = 300, 4 << 20
	// inMemory is from what length on a part is unpacked to a temporary file, and not in memory.
	inMemory = 16 << 20
	// maxParts is how many parts it may have.
	maxParts = 10_000
)

// workbook is an Excel workbook of which one sheet is read, in two ways at once: the values as they are stored, and as they are shown.
// What is shown tells dates from numbers.
type workbook struct {
	file          *excelize.File
	stored, shown *excelize.Rows
	// from1904 says that its days are counted from 1904, as old Macs did.
	from1904 bool
	line     int
}

// isWorkbook says whether the file begins as a workbook that can be read.
func isWorkbook(head []byte) bool {
	return bytes.HasPrefix(head, []byte("PK\x03\x04")) && (bytes.Contains(head, []byte("[Content_Types].xml")) || bytes.Contains(head, []byte("xl/")))
}

// openWorkbook opens the sheet and reads its headings.
func (c *Reader) openWorkbook(d Dialect) error {
	content, err := io.ReadAll(io.LimitReader(c.src, MaxWorkbook+1))
	if err != nil {
		return err
	}
	if len(content) > MaxWorkbook {
		return malformed("the workbook is longer than %d MB; save the sheet as CSV and import that", MaxWorkbook>>20)
	}
	if err := boundWorkbook(content); err != nil {
		return err
	}
	file, err := excelize.OpenReader(bytes.NewReader(content), excelize.Options{UnzipSizeLimit: maxUnpacked, UnzipXMLSizeLimit: inMemory})
	if err != nil {
		return malformed("the workbook cannot be opened: it is damaged, protected by a password, or none; save it anew, or as CSV")
	}
	c.book = &workbook{file: file}
	c.Encoding, c.Sheets = "Excel workbook", file.GetSheetList()
	if props, err := file.GetWorkbookProps(); err == nil && props.Date1904 != nil {
		c.book.from1904 = *props.Date1904
	}
	if err := c.chooseSheet(d); err != nil {
		return errors.Join(err, c.Close())
	}
	if err := c.readHeadings(d); err != nil {
		_ = c.Close()
		return err
	}
	return nil
}

// boundWorkbook refuses what would unpack to more than is fit; the lengths that the archive tells are held against what comes when it
// is unpacked.
func boundWorkbook(content []byte) error {
	archive, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
	if err != nil {
		return malformed("the workbook is damaged: its end is missing; send it again")
	}
	total := uint64(0)
	for _, part := range archive.File {
		total += part.UncompressedSize64
		shared := strings.HasSuffix(strings.ToLower(part.Name), "sharedstrings.xml") && part.UncompressedSize64 > maxShared
		dense := part.UncompressedSize64 > ratioFrom && part.UncompressedSize64 > maxRatio*max(1, part.CompressedSize64)
		if shared || dense || total > maxUnpacked || part.UncompressedSize64 > maxUnpacked || len(archive.File) > maxParts {
			return malformed("the workbook unpacks to more than is read here; save the sheet as CSV and import that")
		}
	}
	return nil
}

// chooseSheet opens the sheet that is named, or else the first visible one in which anything stands.
func (c *Reader) chooseSheet(d Dialect) error {
	if d.Sheet != "" {
		at := slices.IndexFunc(c.Sheets, func(s string) bool { return strings.EqualFold(s, d.Sheet) })
		if at < 0 {
			return malformed("the workbook has no sheet %q; its sheets are %s", d.Sheet, strings.Join(c.Sheets, ", "))
		}
		return c.book.open(c, c.Sheets[at])
	}
	for _, sheet := range c.Sheets {
		if visible, err := c.book.file.GetSheetVisible(sheet); err != nil || !visible {
			continue
		}
		if err := c.book.open(c, sheet); err != nil {
			return err
		}
		if c.book.stored.Next() {
			return c.book.open(c, sheet)
		}
	}
	return malformed("no sheet of the workbook holds anything; its first line must hold the headings of the columns")
}

// open begins to read a sheet.
func (w *workbook) open(c *Reader, sheet string) (err error) {
	w.closeRows()
	if w.stored, err = w.file.Rows(sheet); err == nil {
		w.shown, err = w.file.Rows(sheet)
	}
	if err != nil {
		return malformed("the sheet %q cannot be read; save it as CSV and import that", sheet)
	}
	w.line, c.Sheet = 0, sheet
	return nil
}

// row returns the next row that is not blank, or io.EOF.
func (w *workbook) row() (Row, error) {
	for w.stored.Next() && w.shown.Next() {
		w.line++
		stored, err := w.stored.Columns(excelize.Options{RawCellValue: true})
		shown, err2 := w.shown.Columns()
		r := Row{Line: w.line}
		if err = errors.Join(err, err2); err != nil {
			r.Problem = "cannot be read"
			return r, nil //nolint:nilerr // the row alone is damaged
		}
		length := 0
		for i, value := range stored {
			text := value
			if i < len(shown) {
				text = w.cell(value, shown[i])
			}
			if length += len(text); len(r.Fields) > MaxColumns || length > MaxRow {
				return Row{Line: w.line, Problem: fmt.Sprintf("is longer than %d characters", MaxRow)}, nil
			}
			r.Fields = append(r.Fields, bytes.TrimSpace([]byte(strings.ReplaceAll(text, "\r\n", "\n"))))
		}
		if !blank(r.Fields) {
			return r, nil
		}
	}
	if err := errors.Join(w.stored.Error(), w.shown.Error()); err != nil {
		return Row{}, malformed("the sheet breaks off behind line %d: the workbook is damaged", w.line)
	}
	return Row{}, io.EOF
}

// cell returns what a cell means: a date as one, a number with all its digits, else what is shown.
func (w *workbook) cell(stored, shown string) string {
	n, err := strconv.ParseFloat(stored, 64)
	switch {
	case stored == shown && !strings.ContainsAny(stored, "eE"), err != nil:
		return stored
	case shown == "TRUE", shown == "FALSE":
		return shown
	case shown != "" && trailingDigits(shown) == len(shown) && shown[0] == '0': // a number of a customer that is shown with zeros in front
		return shown
	}
	if at, err := excelize.ExcelDateToTime(n, w.from1904); err == nil && n >= 1 && showsDate(shown, at) {
		if at = at.Round(time.Second); at.Equal(at.Truncate(dayLength)) {
			return at.Format(time.DateOnly)
		}
		return at.Format(time.DateTime)
	}
	const digits = 15 // as many as Excel keeps
	n, _ = strconv.ParseFloat(strconv.FormatFloat(n, 'g', digits, 64), 64)
	return strconv.FormatFloat(n, 'f', -1, 64)
}

// showsDate says whether a number is shown as that day: its year, and its month or its day.
func showsDate(shown string, at time.Time) bool {
	year, other := false, false
	for _, part := range strings.FieldsFunc(shown, func(r rune) bool { return strings.ContainsRune(" .-/,:T", r) }) {
		n := number(part)
		switch {
		case !year && (n == at.Year() || len(part) == 2 && n == at.Year()%100):
			year = true
		case n == at.Day(), n == int(at.Month()), namedMonth(strings.ToLower(part)) != 0:
			other = true
		}
	}
	return year && other && trailingDigits(shown) < len(shown)
}

func (w *workbook) closeRows() {
	for _, rows := range []*excelize.Rows{w.stored, w.shown} {
		if rows != nil {
			_ = rows.Close()
		}
	}
	w.stored, w.shown = nil, nil
}

// Close removes what a large workbook was unpacked to. A reader of CSV has nothing to close.
func (c *Reader) Close() error {
	if c.book == nil || c.book.file == nil {
		return nil
	}
	c.book.closeRows()
	err := c.book.file.Close()
	c.book.file = nil
	return err
}
