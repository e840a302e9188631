package table_test

import (
	"archive/zip"
	"bytes"
	"errors"
	"strings"
	"testing"
	"time"

	"earshot/survey/table"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/htmlindex"
)

func encodingOf(tb testing.TB, name string) encoding.Encoding {
	tb.Helper()
	e, err := htmlindex.Get(name)
	if err != nil {
		tb.Fatal(err)
	}
	return e
}

// workbook makes a workbook; each sheet is filled by a function.
func workbook(tb testing.TB, fill func(f *excelize.File, set func(sheet, cell string, value any, format string))) []byte {
	tb.Helper()
	f := excelize.NewFile()
	fill(f, func(sheet, cell string, value any, format string) {
		if err := f.SetCellValue(sheet, cell, value); err != nil {
			tb.Fatal(err)
		}
		if format != "" {
			style, err := f.NewStyle(&excelize.Style{CustomNumFmt: &format})
			if err == nil {
				err = f.SetCellStyle(sheet, cell, cell, style)
			}
			if err != nil {
				tb.Fatal(err)
			}
		}
	})
	var b bytes.Buffer
	if err := f.Write(&b); err != nil {
		tb.Fatal(err)
	}
	return b.Bytes()
}

func TestWorkbooksAreRead(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 11, 2, 18, 0, 0, 0, time.UTC)
	file := workbook(t, func(f *excelize.File, set func(string, string, any, string)) {
		set("Sheet1", "A1", "Customers of 2026", "")
		if err := f.MergeCell("Sheet1", "A1", "F1"); err != nil {
			t.Fatal(err)
		}
		for i, heading := range []string{"id", "name", "date", "amount", "time", "yes"} {
			set("Sheet1", string(rune('A'+i))+"3", heading, "")
		}
		set("Sheet1", "A4", 42, "00000")
		set("Sheet1", "B4", "Ä & Co; \"x\"", "")
		set("Sheet1", "C4", at, "dd.mm.yyyy")
		set("Sheet1", "D4", 1234.56, `#,##0.00 "€"`)
		set("Sheet1", "E4", at, "m/d/yy h:mm AM/PM")
		set("Sheet1", "F4", true, "")
		set("Sheet1", "A6", 123456789012.0, "")
		set("Sheet1", "B6", "two\nlines", "")
		set("Sheet1", "C6", at, "d. mmmm yyyy")
		set("Sheet1", "D6", 0.1+0.2, "0%")
		set("Sheet1", "E6", "2026-11-02", "")
		set("Sheet1", "F6", 5, "")
		if _, err := f.NewSheet("Other"); err != nil {
			t.Fatal(err)
		}
		set("Other", "A1", "name", "")
		set("Other", "A2", "B", "")
	})
	lines, r := read(t, bytes.NewReader(file))
	want := "id|name|date|amount|time|yes; 4 00042|Ä & Co; \"x\"|2026-11-02 18:00:00|1234.56|2026-11-02 18:00:00|TRUE; 6 123456789012|two\nlines|2026-11-02 18:00:00|0.3|2026-11-02|5"
	if got := strings.Join(lines, "; "); got != want || r.Sheet != "Sheet1" || len(r.Sheets) != 2 || r.HeadingLine != 3 {
		t.Errorf("got %q of %q in line %d, want %q", got, r.Sheet, r.HeadingLine, want)
	}
	other, err := table.NewReader(bytes.NewReader(file), table.Dialect{Sheet: "other"})
	if row, _ := other.Next(); err != nil || string(row.Fields[0]) != "B" {
		t.Errorf("a chosen sheet: got %q %v", row.Fields, err)
	}
	_, err = table.NewReader(bytes.NewReader(file), table.Dialect{Sheet: "third"})
	if err == nil || !strings.Contains(err.Error(), "Sheet1, Other") {
		t.Errorf("a sheet that is not there: got %v", err)
	}
}

// TestBombsAreRefused before they are unpacked.
func TestBombsAreRefused(t *testing.T) {
	t.Parallel()
	bomb := func(part string, zeros int) []byte {
		var b bytes.Buffer
		w := zip.NewWriter(&b)
		for _, name := range []string{"[Content_Types].xml", part} {
			f, err := w.Create(name)
			if err == nil && name == part {
				_, err = f.Write(bytes.Repeat([]byte(" "), zeros))
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		return b.Bytes()
	}
	plain := workbook(t, func(*excelize.File, func(string, string, any, string)) {})
	for name, c := range map[string]struct {
		file []byte
		says string
	}{
		"a sheet of blanks": {bomb("xl/worksheets/sheet1.xml", 32<<20), "unpacks to more"},
		"a table of texts":  {bomb("xl/sharedStrings.xml", 130<<20), "unpacks to more"},
		"no workbook":       {bomb("xl/none.xml", 10), "cannot be opened"},
		"nothing in it":     {plain, "no sheet of the workbook holds anything"},
		"cut off":           {plain[:len(plain)-40], "its end is missing"},
	} {
		_, err := table.NewReader(bytes.NewReader(c.file), table.Dialect{})
		var format *table.FormatError
		if !errors.As(err, &format) || !strings.Contains(format.Message, c.says) {
			t.Errorf("%s: got %v, want %q", name, err, c.says)
		}
	}
}
