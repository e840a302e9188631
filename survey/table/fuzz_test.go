package table_test

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"earshot/survey/table"

	"pgregory.net/rapid"
)

// FuzzReader reads anything as a file: it must end, number its rows rightly, and fail only in ways that are the file's fault.
func FuzzReader(f *testing.F) {
	for _, seed := range []string{
		"customer,date\nC0,2025-12-31\n", "\xff\xfea\x00,\x00b\x00\n\x00", "sep=;\na;b\n", "a,\"b\nc\"\n\"\",\"\"\"\"", "\"", "a\r\rb",
		"Kunde\tDatum\tBetrag\nC0\t1.2.99\t-1.000,5\n", ",,,\n,,,", "x\n" + strings.Repeat("y", 70_000),
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, file []byte) {
		r, err := table.NewReader(bytes.NewReader(file), table.Dialect{})
		lines, last := bytes.Count(file, []byte("\n"))+bytes.Count(file, []byte("\r"))+1, 0
		for err == nil {
			var row table.Row
			if row, err = r.Next(); err != nil {
				break
			}
			if row.Line <= last || row.Line > lines {
				t.Fatalf("a row at line %d of %d, behind %d", row.Line, lines, last)
			}
			if last = row.Line; row.Problem == "" && len(row.Fields) != len(r.Headings) {
				t.Fatalf("line %d: %d cells below %d headings, and no problem", row.Line, len(row.Fields), len(r.Headings))
			}
			for _, cell := range row.Fields {
				if row.Problem == "" && !utf8.Valid(cell) {
					t.Fatalf("line %d: %q is not UTF-8", row.Line, cell)
				}
			}
		}
		var format *table.FormatError
		if !errors.Is(err, io.EOF) && !errors.As(err, &format) {
			t.Fatalf("got %v, want the end or a *FormatError", err)
		}
	})
}

// TestReaderReadsWhatTheStandardLibraryWrites writes random tables with encoding/csv and reads them.
func TestReaderReadsWhatTheStandardLibraryWrites(t *testing.T) {
	t.Parallel()
	letters := rapid.OneOf(rapid.SampledFrom([]rune("\"\";,|\t\n ab")), rapid.Rune())
	rapid.Check(t, func(rt *rapid.T) {
		rows := rapid.SliceOfN(rapid.SliceOfN(rapid.StringOfN(letters, 0, 20, -1), 2, 2), 1, 5).Draw(rt, "rows")
		var file bytes.Buffer
		w := csv.NewWriter(&file)
		w.Comma = rapid.SampledFrom([]rune(",;\t|")).Draw(rt, "delimiter")
		w.UseCRLF = rapid.Bool().Draw(rt, "CRLF")
		written := [][]string{{"first", "second", "third"}}
		want := []string{"first|second|third"}
		for _, cells := range rows {
			for i, cell := range cells {
				cells[i] = strings.TrimSpace(strings.ReplaceAll(cell, "\r", ""))
			}
			cells = append(cells, "x") // no row is blank
			written = append(written, cells)
			want = append(want, strings.Join(cells, "|"))
		}
		if err := w.WriteAll(written); err != nil {
			rt.Fatal(err)
		}
		got := readCells(rt, &file)
		if !slices.Equal(got, want) {
			rt.Errorf("got %q, want %q, from %q", got, want, file.String())
		}
	})
}

// readCells returns the headings and rows as lines of cells, with every line break as a newline.
func readCells(tb interface{ Fatalf(string, ...any) }, r io.Reader) []string {
	file, err := table.NewReader(r, table.Dialect{})
	if err != nil {
		tb.Fatalf("open: %v", err)
	}
	lines := []string{strings.Join(file.Headings, "|")}
	for {
		row, err := file.Next()
		if errors.Is(err, io.EOF) {
			return lines
		}
		if err != nil || row.Problem != "" {
			tb.Fatalf("row: %v %s", err, row.Problem)
		}
		lines = append(lines, strings.ReplaceAll(fmt.Sprintf("%s|%s|%s", row.Fields[0], row.Fields[1], row.Fields[2]), "\r\n", "\n"))
	}
}
