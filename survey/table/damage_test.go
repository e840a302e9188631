package table_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"earshot/survey/table"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
)

// TestDamagedRowsCostThemselvesOnly and everything behind them is read.
func TestDamagedRowsCostThemselvesOnly(t *testing.T) {
	t.Parallel()
	many := strings.Repeat("9;Name 9\n", 40_000)
	for _, c := range []struct{ name, file, want string }{
		{"a quote never closed", "id;name\n1;A\n2;\"open\n3;C\n4;D\n", "2 1|A; 3 opens a quote that is not closed; 4 3|C; 5 4|D"},
		{"closed by the quote of a later row", "id;name\n2;\"open\n3;C\n4;\"D\"\n", "2 opens a quote that is not closed; 3 3|C; 4 4|D"},
		{"closed by an inch mark later", "id;name\n2;\"open\n3;C\n4;pipe 5\"\n5;E\n", "2 opens a quote that is not closed; 3 3|C; 4 4|pipe 5\"; 5 5|E"},
		{"in the last row", "id;name\n1;A\n2;\"open", "2 1|A; 3 opens a quote that is not closed"},
		{"two of them", "id;name\n1;\"a\n2;\"b\n3;C\n", "2 opens a quote that is not closed; 3 opens a quote that is not closed; 4 3|C"},
		{"a field of lines stays whole", "id;name\n1;\"a\nb\nc\"\n2;B\n", "2 1|a\nb\nc; 5 2|B"},
		{"lines with delimiters in a field", "id;name\n1;\"a;b\nc;d;e\"\n2;B\n", "2 1|a;b\nc;d;e; 4 2|B"},
		{"text behind a quote", "id;name\n1;\"A\" GmbH\n2;B\n", "2 has text behind a closing quote; a quote within quotes is written twice; 3 2|B"},
		{"a quote within a field", "id;name\n1;5\" pipe\n2;B\n", "2 1|5\" pipe; 3 2|B"},
		{"too few columns", "id;name;x\n1;A\n2;B;y\n", "2 has 2 columns where the headings have 3; 3 2|B|y"},
		{"a line far too long", "id;name\n1;" + strings.Repeat("x", table.MaxRow+10) + "\n2;B\n", fmt.Sprintf("2 is longer than %d characters; 3 2|B", table.MaxRow)},
	} {
		lines, _ := read(t, strings.NewReader(c.file))
		if got := strings.Join(lines[1:], "; "); got != c.want {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
	}
	lines, _ := read(t, strings.NewReader("id;name\n1;\"open\n"+many))
	if got, want := len(lines), 40_002; got != want || !strings.Contains(lines[1], "not closed") {
		t.Errorf("a quote open over %d bytes: got %d rows, %q, want %d", len(many), got, lines[1], want)
	}
}

// TestHeadingsAreFound below titles, and with headings that are fewer than the columns.
func TestHeadingsAreFound(t *testing.T) {
	t.Parallel()
	known := table.Dialect{Known: func(h string) bool { return slices.Contains(strings.Fields("id name note Kundennr. Firma"), h) }}
	for _, c := range []struct {
		name, file string
		d          table.Dialect
		want       string
	}{
		{"titles above", "List of 24.11.2026;;;\nCompany;;;\n;;;\nKundennr.;Firma;Branche;Umsatz\n1;A;Retail;1,5\nSumme;;;1,5\n", known, "4 Kundennr.|Firma|Branche|Umsatz; 5 1|A|Retail|1,5; 6 Summe|||1,5"},
		{"titles without delimiters", "Customers\n\nid,name\n1,A\n2,B\n", known, "3 id|name; 4 1|A; 5 2|B"},
		{"titles, nothing known", "Customers\n\nfoo,bar,baz\n1,A,2\n2,B,3\n", table.Dialect{}, "3 foo|bar|baz; 4 1|A|2; 5 2|B|3"},
		{"one heading fewer than delimiters", "id;name;segment;note\n1;A;a;b;\n2;B;a;b;\n3;C;a;b;\n", known, "1 id|name|segment|note; 2 1|A|a|b; 3 2|B|a|b; 4 3|C|a|b"},
		{"commas within every row", "id;name;note\n1;A, B;1,5\n2;C, D;2,5\n", known, "1 id|name|note; 2 1|A, B|1,5; 3 2|C, D|2,5"},
		{"decimal commas, nothing known", "a;b\n1;2,5\n2;3,5\n3;4,5\n", table.Dialect{}, "1 a|b; 2 1|2,5; 3 2|3,5; 4 3|4,5"},
		{"one column", "name\nA\nB\n", known, "1 name; 2 A; 3 B"},
		{"wide and sparse", "id,name,x,y,z\n1,A,,,\n2,B,,,\n", known, "1 id|name|x|y|z; 2 1|A|||; 3 2|B|||"},
		{"the line by hand", "a,b\nid,name\n1,A\n", table.Dialect{HeadingLine: 2}, "2 id|name; 3 1|A"},
		{"the delimiter by hand", "a,b;c\n1,2;3\n", table.Dialect{Delimiter: ';'}, "1 a,b|c; 2 1,2|3"},
		{"carets", "id^name\n1^A\n", known, "1 id|name; 2 1|A"},
	} {
		file, err := table.NewReader(strings.NewReader(c.file), c.d)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		lines := []string{fmt.Sprint(file.HeadingLine, " ", strings.Join(file.Headings, "|"))}
		for row, err := file.Next(); err == nil; row, err = file.Next() {
			cells := make([]string, len(row.Fields))
			for i, f := range row.Fields {
				cells[i] = string(f)
			}
			lines = append(lines, strings.TrimSpace(fmt.Sprint(row.Line, " ", strings.Join(cells, "|"), row.Problem)))
		}
		if got := strings.Join(lines, "; "); got != c.want {
			t.Errorf("%s: got %q, want %q", c.name, got, c.want)
		}
	}
}

// TestEncodingsAreFoundByTheirWords or doubted, and never garbled.
func TestEncodingsAreFoundByTheirWords(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, text string
		written    encoding.Encoding
	}{
		{"Windows-1250", "Żółć Łódź Příbram", charmap.Windows1250},
		{"Windows-1250", "Dvořák Němec Růžička Šťastný", charmap.Windows1250},
		{"Windows-1250", "Győr Erdős Kerekes Józsefné Tűzoltó", charmap.Windows1250},
		{"Windows-1252", "Müller Société Générale Mère Españolé Grüße – 5 €", charmap.Windows1252},
		{"Windows-1252", "Sørensen Åse Kjær", charmap.Windows1252},
		{"Windows-1252", "Conceição São João", charmap.Windows1252},
		{"Windows-1251", "Иванов Москва Компания", charmap.Windows1251},
		{"KOI8-R", "Иванов Москва Компания Петров", charmap.KOI8R},
		{"Mac Roman", "Müller Größe Société Générale", charmap.Macintosh},
		{"IBM850", "Müller Größe Bäcker Straße", charmap.CodePage850},
		{"ISO-8859-2", "Šťastný Žižka Łódź Šimek", charmap.ISO8859_2},
		{"Windows-1253", "Αθήνα Παπαδόπουλος Εταιρεία", charmap.Windows1253},
		{"UTF-16LE", "Jörg and so on", unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM)},
		{"UTF-16BE", "Jörg and so on", unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM)},
		{"UTF-8", "Żółć Москва", encoding.Nop},
	} {
		file := encoded(c.written.NewEncoder().String("id;name\n1;" + c.text + "\n"))
		lines, r := read(t, strings.NewReader(file))
		if len(lines) < 2 {
			t.Errorf("%s: got %q", c.name, lines)
			continue
		}
		if lines[1] != "2 1|"+c.text || r.Encoding != c.name || r.Doubt {
			t.Errorf("%s: got %q as %s, doubt %t %v, want %q", c.name, lines[1], r.Encoding, r.Doubt, r.Rivals, c.text)
		}
	}
	// One word that is right in both: Kučera of Prague, or Kuèera.
	_, r := read(t, strings.NewReader(encoded(charmap.Windows1250.NewEncoder().String("id;name\n1;Kučera\n"))))
	if !r.Doubt || len(r.Rivals) < 2 {
		t.Errorf("Kučera or Kuèera: got %s, doubt %t %v, want a doubt", r.Encoding, r.Doubt, r.Rivals)
	}
	told, err := table.NewReader(strings.NewReader(encoded(charmap.Windows1250.NewEncoder().String("id;name\n1;Kučera\n"))), table.Dialect{Encoding: "windows-1250"})
	if row, _ := told.Next(); err != nil || string(row.Fields[1]) != "Kučera" || told.Doubt {
		t.Errorf("by hand: got %q %v", row.Fields, err)
	}
	for name, text := range map[string]string{"Shift_JIS": "株式会社テスト", "GBK": "北京软件有限公司"} {
		_, r := read(t, strings.NewReader(encoded(encodingOf(t, name).NewEncoder().String("id,name\n1,"+text+"\n"))))
		if !r.Doubt || !slices.ContainsFunc(r.Rivals, func(v table.Rival) bool { return v.Encoding == name && v.Word == text }) {
			t.Errorf("%s: got %s, doubt %t %v, want a doubt and %q", name, r.Encoding, r.Doubt, r.Rivals, text)
		}
	}
	japanese := encoded(encodingOf(t, "Shift_JIS").NewEncoder().String("id,name\n1,東京商事\n"))
	told, err = table.NewReader(strings.NewReader(japanese), table.Dialect{Encoding: "Shift_JIS"})
	if err != nil {
		t.Fatal(err)
	}
	if row, _ := told.Next(); row.Problem != "" || string(row.Fields[1]) != "東京商事" {
		t.Errorf("Shift_JIS by hand: got %q %v", row.Fields, err)
	}
}
