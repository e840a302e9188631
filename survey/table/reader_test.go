package table_test

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"earshot/survey/table"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
)

// read returns the headings and the rows of a file as lines of cells; a row that cannot be read is its problem.
func read(tb testing.TB, r io.Reader) ([]string, *table.Reader) {
	tb.Helper()
	file, err := table.NewReader(r, table.Dialect{})
	if err != nil {
		tb.Fatalf("open: %v", err)
	}
	lines := []string{strings.Join(file.Headings, "|")}
	for {
		row, err := file.Next()
		if errors.Is(err, io.EOF) {
			return lines, file
		}
		if err != nil {
			tb.Fatalf("row: %v", err)
		}
		cells := make([]string, len(row.Fields))
		for i, f := range row.Fields {
			cells[i] = string(f)
		}
		line := fmt.Sprint(row.Line, " ", strings.Join(cells, "|"))
		if row.Problem != "" {
			line = fmt.Sprint(row.Line, " ", row.Problem)
		}
		lines = append(lines, line)
	}
}

func TestReaderUnderstandsFilesAsTheyCome(t *testing.T) {
	t.Parallel()
	windows := func(s string) string { return encoded(charmap.Windows1252.NewEncoder().String(s)) }
	utf16 := func(order unicode.Endianness, s string) string {
		return encoded(unicode.UTF16(order, unicode.UseBOM).NewEncoder().String(s))
	}
	for _, c := range []struct{ name, file, want, written string }{
		{"plain", "a,b\n1,2\n", "a|b; 2 1|2", ", UTF-8"},
		{"byte order mark", "\ufeffa,b\n1,2\n", "a|b; 2 1|2", ", UTF-8"},
		{"no last newline", "a,b\n1,2", "a|b; 2 1|2", ", UTF-8"},
		{"Windows lines", "a,b\r\n1,2\r\n", "a|b; 2 1|2", ", UTF-8"},
		{"old Mac lines", "a,b\r1,2\r", "a|b; 2 1|2", ", UTF-8"},
		{"semicolons", "a;b\n1;2,5\n", "a|b; 2 1|2,5", "; UTF-8"},
		{"tabs", "a\tb\n1\t2, 3\n", "a|b; 2 1|2, 3", "\t UTF-8"},
		{"bars", "a|b\n1|2\n", "a|b; 2 1|2", "| UTF-8"},
		{"announced", "sep=;\na;b\n1;2\n", "a|b; 3 1|2", "; UTF-8"},
		{"spaces around cells", "a , b\n 1,2 \n", "a|b; 2 1|2", ", UTF-8"},
		{"quotes", "a,b\n\"1,5\", \"say \"\"no\"\"\" \n", "a|b; 2 1,5|say \"no\"", ", UTF-8"},
		{"empty quotes", "a,b\n\"\",\"2\"\n", "a|b; 2 |2", ", UTF-8"},
		{"quoted newline", "a,b\n1,\"x\ny\"\n3,4\n", "a|b; 2 1|x\ny; 4 3|4", ", UTF-8"},
		{"quoted tabs", "a\tb\n\"1\"\t\"2\"\n\t\"4\"\n", "a|b; 2 1|2; 3 |4", "\t UTF-8"},
		{"blank lines", "\na,b\n\n1,2\n,\n\n", "a|b; 4 1|2", ", UTF-8"},
		{"delimiters at the end of each line", "a,b,\n1,2,\n", "a|b; 2 1|2", ", UTF-8"},
		{"one column", "a\n1\n2\n", "a; 2 1; 3 2", ", UTF-8"},
		{"headings twice, and none", "a,a,,a\n1,2,3,4\n", "a|a (2)|column 3|a (3); 2 1|2|3|4", ", UTF-8"},
		{"heading over two lines", "\"a\nb\",c\n1,2\n", "a b|c; 3 1|2", ", UTF-8"},
		{"Windows-1252", windows("a,b\nGrüße,5 €\n"), "a|b; 2 Grüße|5 €", ", Windows-1252"},
		{"UTF-16, low byte first", utf16(unicode.LittleEndian, "a\tb\r\nGrüße\t2\r\n"), "a|b; 2 Grüße|2", "\t UTF-16LE"},
		{"UTF-16, high byte first", utf16(unicode.BigEndian, "a\tb\r\nGrüße\t2\r\n"), "a|b; 2 Grüße|2", "\t UTF-16BE"},
		{"a row too short", "a,b\n1\n3,4\n", "a|b; 2 has 1 columns where the headings have 2; 3 3|4", ", UTF-8"},
		{"a row too long", "a,b\n1,2,3\n3,4\n", "a|b; 2 has 3 columns where the headings have 2; 3 3|4", ", UTF-8"},
		{"text behind a quote", "a,b\n\"1\"x,2\n3,4\n", "a|b; 2 has text behind a closing quote; a quote within quotes is written twice; 3 3|4", ", UTF-8"},
		{"a line without end", "a,b\n1," + strings.Repeat("n", table.MaxRow) + "\n3,4\n", "a|b; 2 is longer than 262144 characters; 3 3|4", ", UTF-8"},
		{"a line longer than what is looked at", "a,b\n1," + strings.Repeat("n", 70_000) + "\n3,4\n", "a|b; 2 1|" + strings.Repeat("n", 70_000) + "; 3 3|4", ", UTF-8"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			lines, file := read(t, iotest.HalfReader(strings.NewReader(c.file)))
			if got := strings.Join(lines, "; "); got != c.want {
				t.Errorf("got %.200q, want %.200q", got, c.want)
			}
			if got := fmt.Sprintf("%c %s", file.Delimiter, file.Encoding); got != c.written {
				t.Errorf("written: got %q, want %q", got, c.written)
			}
		})
	}
}

func encoded[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

func TestReaderRefusesWhatIsNoTable(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, file, says string }{
		{"empty", "", "the file is empty; its first line must hold the headings of the columns"},
		{"blank", "\n \n", "the file is empty; its first line must hold the headings of the columns"},
		{"delimiters alone", ",,\n,,\n", "the file has no line with the headings of the columns"},
		{"archive", "PK\x03\x04rest", "the file is an archive and no Excel workbook; unpack it, and import the table that is in it"},
		{"workbook cut off", "PK\x03\x04rest[Content_Types].xml", "the workbook is damaged: its end is missing; send it again"},
		{"old workbook", "\xd0\xcf\x11\xe0rest", "the file is an Excel workbook of the old kind (.xls), or a protected one; save it as .xlsx without a password, or as CSV"},
		{"web page", "<html><table>", "the file is a web page or XML, whatever its name says; open it in a spreadsheet and save it as CSV"},
		{"PDF", "%PDF-1.7", "the file is a PDF; export the table as CSV and import that"},
		{"binary", "a,b\x00c", "the file is no text in an encoding that is known; save it as CSV in UTF-8"},
		{"too wide", strings.Repeat("a,", table.MaxColumns) + "a\n", "the file has 5001 columns; 5000 are the most"},
		{"headings damaged", "\"a\"x,b\n1,2\n", "the line of the headings cannot be read: it has text behind a closing quote; a quote within quotes is written twice"},
	} {
		file, err := table.NewReader(strings.NewReader(c.file), table.Dialect{})
		for err == nil {
			_, err = file.Next()
		}
		var format *table.FormatError
		if !errors.As(err, &format) || format.Message != c.says {
			t.Errorf("%s: got %v, want %q", c.name, err, c.says)
		}
	}
}

func TestReaderHandsOnTheErrorOfItsSource(t *testing.T) {
	t.Parallel()
	cut := errors.New("cable cut")
	for _, before := range []string{"", "a,b\n1,2\n", "a,b\n1,\"2\n", "\xff\xfea"} {
		file, err := table.NewReader(io.MultiReader(strings.NewReader(before), iotest.ErrReader(cut)), table.Dialect{})
		for err == nil {
			_, err = file.Next()
		}
		if !errors.Is(err, cut) {
			t.Errorf("behind %q: got %v, want %v", before, err, cut)
		}
	}
}
