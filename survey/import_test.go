package survey_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"earshot/survey"
	"earshot/survey/store"
	"earshot/survey/store/enginetest"

	"golang.org/x/text/encoding/charmap"
)

// take imports a file.
func take(tb testing.TB, s *survey.Service, kind survey.ImportKind, file string) *survey.Import {
	tb.Helper()
	done, err := s.RunImport(tb.Context(), survey.ImportRequest{Kind: kind, FileName: "f.csv", Reader: strings.NewReader(file)}, nil)
	if err != nil {
		tb.Fatalf("import: %v", err)
	}
	if done.Created+done.Changed+done.Unchanged+done.PassedOver+done.Failed != done.Rows {
		tb.Errorf("import: %d + %d + %d + %d rows are not %d", done.Created, done.Changed, done.Unchanged, done.Failed, done.Rows)
	}
	return done
}

// orders returns a customer's touchpoints as text, oldest first.
func orders(tb testing.TB, s *survey.Service, customer string) []string {
	tb.Helper()
	c, err := s.CustomerByExternalID(tb.Context(), customer)
	if err != nil {
		tb.Fatal(err)
	}
	page, err := s.Touchpoints(tb.Context(), survey.TouchpointFilter{CustomerID: survey.CustomerID(c.ID), Limit: survey.MaxPage})
	if err != nil {
		tb.Fatal(err)
	}
	list := make([]string, len(page.Items))
	for i, t := range page.Items {
		list[len(list)-1-i] = strings.TrimSpace(fmt.Sprintf("%s %s %g %s", t.At.Format("2006-01-02T15:04"), t.Kind, t.Value, t.Note))
	}
	return list
}

func TestImportUnderstandsFilesAsTheyCome(t *testing.T) {
	t.Parallel()
	windows := func(s string) string { return encoded(charmap.Windows1252.NewEncoder().String(s)) }
	for _, c := range []struct{ name, file, want string }{
		{"plain", "customer_id,date\nC0,2025-12-31\n", "2025-12-31T00:00 order 0"},
		{"German", "Kundennr;Datum;Betrag;Bemerkung\nC0;31.12.2025;1.234,56;\"a;b\"\n", "2025-12-31T00:00 order 1234.56 a;b"},
		{"French", "No client;Date de commande;Montant\nC0;31/12/2025;1 234,5\n", "2025-12-31T00:00 order 1234.5"},
		{"Spanish", "Código cliente|Fecha|Importe\nC0|31/12/25|12,5\n", "2025-12-31T00:00 order 12.5"},
		{"American", "Customer,Order Date,Total\nC0,12/31/2025,\"$1,234.56\"\n", "2025-12-31T00:00 order 1234.56"},
		{"Windows-1252", windows("customer,date,note\nC0,2025-12-31,Grüße – 5 €\n"), "2025-12-31T00:00 order 0 Grüße – 5 €"},
		{"time and zone", "customer,date,kind\nC0,2025-12-31T23:30:00+01:00,Anmeldung\n", "2025-12-31T22:30 login 0"},
		{"dates by content", "customer,x\nC0,2025-12-31\nC0,2025-12-31\n", "2025-12-31T00:00 order 0"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			s, _ := newService(t)
			customersNamed(t, s, 1)
			done := take(t, s, survey.ImportTouchpoints, c.file)
			if got := strings.Join(orders(t, s, "C0"), "|"); got != c.want || done.Failed > 0 {
				t.Errorf("got %q, %d failed %v; want %q", got, done.Failed, done.Errors, c.want)
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

func TestImportTellsWhatIsWrongWithEachRow(t *testing.T) {
	t.Parallel()
	s, _ := newService(t)
	customersNamed(t, s, 1)
	file := strings.Join([]string{
		"Customer,Date,Kind,Amount,Note", // line 1
		"C0,2025-12-31,order,1,fine",
		"C0,2025-02-30,order,1,",
		"C0,2099-01-01,order,1,",
		"nobody,2025-12-31,order,1,",
		"C0,2025-12-31,party,1,",
		"C0,2025-12-31,order,many,",
		"C0,2025-12-31,order,1,\"two",
		"lines\"",
		"C0,2025-12-31",
		"C0,,order,1,",
		"C0,2025-12-31,order,1,a\x00b",
		"C0,1969-12-31,order,1,",
		",2025-12-31,order,1,",
		"C0,13/13/2025,order,1,",
		"C0,2025-12-31,order,1,\"a\"b",
		"C0,2025-12-31,order,1," + strings.Repeat("n", 2001),
		"C0,2025-12-31,order,1," + strings.Repeat("n", 300_000),
		"C0,2025-12-31,visit,2,last",
		"",
	}, "\n")
	done := take(t, s, survey.ImportTouchpoints, file)
	var got []string
	for _, e := range done.Errors {
		got = append(got, strings.TrimSpace(fmt.Sprintf("%d %s: %s", e.Line, e.Column, e.Message)))
	}
	want := []string{
		`3 Date: must be a date that exists, not "2025-02-30"`,
		`4 Date: must not lie in the future: a touchpoint is something that has happened`,
		`5 Customer: names no customer here: "nobody"; record the customer first`,
		`6 Kind: must be one of order, payment, login, visit, ticket, complaint, call, meeting, email_in, email_out, note, answer, not "party"`,
		`10 : the row has 2 columns where the headings have 5`,
		`11 Date: is required`,
		`13 Date: must not lie before 1970`,
		`14 Customer: is required`,
		`15 Date: must be a date that exists, not "13/13/2025"`,
		`16 : the row has text behind a closing quote; a quote within quotes is written twice`,
		`18 : the row is longer than 262144 characters`,
	}
	if !slices.Equal(got, want) {
		t.Errorf("errors:\n got %s\nwant %s", strings.Join(got, "\n     "), strings.Join(want, "\n     "))
	}
	if done.Rows != 17 || done.Created != 6 || done.Failed != 11 || done.Warned != 3 {
		t.Errorf("got %d rows, %d created, %d failed, %d without a cell; want 17, 6, 11, 3", done.Rows, done.Created, done.Failed, done.Warned)
	}
}

func TestImportRefusesWhatIsNoFileOfRows(t *testing.T) {
	t.Parallel()
	s, _ := newService(t)
	for _, c := range []struct{ name, file, says string }{
		{"empty", "", "the file is empty; its first line must hold the headings of the columns"},
		{"nothing but lines", "\n \n", "the file is empty; its first line must hold the headings of the columns"},
		{"workbook", "PK\x03\x04rest", "the file is an archive and no Excel workbook; unpack it, and import the table that is in it"},
		{"binary", "a,b\x00c", "the file is no text in an encoding that is known; save it as CSV in UTF-8"},
		{"no headings", "C0,2025-12-31\nC1,2025-12-31\n", "the file lacks a column that is needed; its first line must hold the headings"},
		{"no date", "customer,colour\nC0,red\n", "the file lacks a column that is needed; its first line must hold the headings"},
		{"an encoding in doubt", "customer,date,note\nC0,2025-12-31,Ku\xe8era\n", "the input is not valid"},
	} {
		_, err := s.RunImport(t.Context(), survey.ImportRequest{Kind: survey.ImportTouchpoints, Reader: strings.NewReader(c.file)}, nil)
		var own *survey.Error
		if !errors.As(err, &own) || own.Kind != survey.Invalid || own.Message != c.says {
			t.Errorf("%s: got %v, want %q", c.name, err, c.says)
		}
	}
	for _, c := range []struct {
		name, field string
		r           survey.ImportRequest
	}{
		{"kind", "kind", survey.ImportRequest{Kind: "wishes", Reader: strings.NewReader("a")}},
		{"no file", "file", survey.ImportRequest{Kind: survey.ImportCustomers}},
		{"order", "date_order", survey.ImportRequest{Kind: survey.ImportCustomers, Reader: strings.NewReader("a"), Options: survey.ImportOptions{DateOrder: "x"}}},
		{"decimal", "decimal", survey.ImportRequest{Kind: survey.ImportCustomers, Reader: strings.NewReader("a"), Options: survey.ImportOptions{Decimal: ";"}}},
		{"field", "mapping.colour", survey.ImportRequest{Kind: survey.ImportCustomers, Reader: strings.NewReader("a,b"), Options: survey.ImportOptions{Mapping: survey.Mapping{"colour": "a"}}}},
		{"column", "mapping.name", survey.ImportRequest{Kind: survey.ImportCustomers, Reader: strings.NewReader("a,b"), Options: survey.ImportOptions{Mapping: survey.Mapping{"name": "c"}}}},
	} {
		_, err := s.RunImport(t.Context(), c.r, nil)
		if kind, says := problem(err, c.field); kind != survey.Invalid || says == "" {
			t.Errorf("%s: got %v, want one about %s", c.name, err, c.field)
		}
	}
}

func TestImportingAgainChangesNothing(t *testing.T) {
	t.Parallel()
	s, _ := newService(t)
	for _, c := range []struct {
		name string
		kind survey.ImportKind
		file string
		rows int
	}{
		{"customers", survey.ImportCustomers, "id,name,status,arr\nC0,Zero,aktiv,\"1,000\"\nC1,One,churned,5\n,No number,,\n", 3},
		{"contacts", survey.ImportContacts, "id,customer,name,email,role\nP1,C0,Ana,ana@x.example,CFO\n,C0,Bo,bo@x.example,\n,C1,Nameless,,user\n", 3},
		{"touchpoints", survey.ImportTouchpoints, "customer,date,value,order no\nC0,2025-01-02,5,o1\nC0,2025-01-02,5,\nC1,2025-01-02,5,\n", 3},
	} {
		first, second := take(t, s, c.kind, c.file), take(t, s, c.kind, c.file)
		if first.Created != c.rows || first.Failed != 0 {
			t.Errorf("%s: got %d created, errors %v; want %d", c.name, first.Created, first.Errors, c.rows)
		}
		if second.Unchanged != c.rows || second.Failed != 0 {
			t.Errorf("%s again: got %d unchanged, %d changed, errors %v; want %d unchanged", c.name, second.Unchanged, second.Changed, second.Errors, c.rows)
		}
	}
	changed := take(t, s, survey.ImportCustomers, "id,name\nC0,Null\n")
	c, err := s.CustomerByExternalID(t.Context(), "C0")
	if err != nil || changed.Changed != 1 || c.Name != "Null" || c.ValuePerYear != 1000 || c.Status != survey.Active {
		t.Errorf("a file with fewer columns: got %+v, %v; want another name and the rest as it was", c, err)
	}
}

// TestNoSignOfLifeOfADeadImportIsLost kills a program that reads its file itself at one write after the other, and runs the
// file again at the end: every row is in once, and the rhythms know of all.
func TestNoSignOfLifeOfADeadImportIsLost(t *testing.T) {
	t.Parallel()
	const rows = 6000
	file, err := io.ReadAll(touchpointFile(rows, 50))
	if err != nil {
		t.Fatal(err)
	}
	inBubble(t, func(t *testing.T, db store.Store, clock func() time.Time) {
		whole := mustService(t, survey.Options{Store: db, Clock: clock})
		customersNamed(t, whole, 50)
		request := func() survey.ImportRequest {
			return survey.ImportRequest{Kind: survey.ImportTouchpoints, Reader: bytes.NewReader(file)}
		}
		for n, fired := 1, true; fired; n++ {
			ctx, die := context.WithCancel(t.Context())
			broken := &faulty{Store: db, left: n, kind: goAfter, died: die}
			_, err := mustService(t, survey.Options{Store: broken, Clock: clock}).RunImport(ctx, request(), nil)
			if fired = broken.fired; fired == (err == nil) {
				t.Errorf("gone at write %d (%v): got %v", n, fired, err)
			}
			die()
		}
		done, err := whole.RunImport(t.Context(), request(), nil)
		if err != nil || done.Created+done.Unchanged != rows || done.Unchanged == 0 {
			t.Fatalf("at last: got %+v, %v; want %d rows in, some of them before", done, err, rows)
		}
		time.Sleep(10 * time.Minute)
		effects(t, whole)
		for i := range 50 {
			c, err := whole.CustomerByExternalID(t.Context(), fmt.Sprint("C", i))
			if err != nil {
				t.Fatal(err)
			}
			if err := checkRhythm(t, whole, db, c.ID); err != nil {
				t.Errorf("C%d: %v", i, err)
			}
		}
	})
}

func TestImportStopsWhenItsCallerGoesOrItsFileBreaks(t *testing.T) {
	t.Parallel()
	s, _ := newService(t)
	customersNamed(t, s, 5)
	ctx, cancel := context.WithCancel(t.Context())
	done, err := s.RunImport(ctx, survey.ImportRequest{Kind: survey.ImportTouchpoints, Reader: touchpointFile(50_000, 5)}, func(i survey.ImportProgress) {
		if i.Rows > 0 {
			cancel()
		}
	})
	if err == nil || done.State != survey.ImportCancelled || done.Rows == 0 || done.Rows == 50_000 {
		t.Errorf("stopped: got %+v, %v; want cancelled after some rows", done, err)
	}
	if stored, err := s.Import(t.Context(), done.ID); err != nil || stored.State != survey.ImportCancelled || stored.Problem == "" {
		t.Errorf("stored: got %+v, %v; want cancelled, and why", stored, err)
	}
	torn := io.MultiReader(strings.NewReader("customer,date\nC0,2025-01-01\n"), iotest.ErrReader(errors.New("cable cut")))
	done, err = s.RunImport(t.Context(), survey.ImportRequest{Kind: survey.ImportTouchpoints, Reader: torn}, nil)
	if err == nil {
		t.Errorf("torn file: got %+v, want an error", done)
	}
	page, err := s.Imports(t.Context(), "", 10)
	if err != nil || len(page.Items) == 0 {
		t.Errorf("imports: got %d, %v", len(page.Items), err)
	}
}

func TestPreviewShowsAndWritesNothing(t *testing.T) {
	t.Parallel()
	db := newStore(t)
	s, _ := newServiceOn(t, db)
	customersNamed(t, s, 1)
	before := countAll(t, db)
	file := "Kunde;Datum;Betrag;Farbe\nC0;03/04/2025;1.234;rot\nX;03/04/2025;5;blau\nC0;04/05/2025;6;\n"
	p, err := s.PreviewImport(t.Context(), survey.ImportRequest{Kind: survey.ImportTouchpoints, Reader: strings.NewReader(file)})
	if err != nil {
		t.Fatal(err)
	}
	if p.Rows != 3 || p.Failed != 1 || len(p.Errors) != 1 || p.Errors[0].Line != 3 || p.Errors[0].Column != "Kunde" {
		t.Errorf("got %d rows, %d failed, %v; want 3, 1, line 3", p.Rows, p.Failed, p.Errors)
	}
	if !slices.Equal(p.Ignored, []string{"Farbe"}) || p.Delimiter != ";" || p.Encoding != "UTF-8" || len(p.Missing) != 0 {
		t.Errorf("got ignored %q, delimiter %q, encoding %s, missing %q", p.Ignored, p.Delimiter, p.Encoding, p.Missing)
	}
	if got := p.Options.Mapping; got["at"] != "Datum" || got["customer_external_id"] != "Kunde" || got["value"] != "Betrag" || len(got) != 3 {
		t.Errorf("mapping: got %v", got)
	}
	if p.Options.DateOrder != survey.DayFirst || p.Options.Decimal != "," || len(p.Ambiguous) != 4 {
		t.Errorf("got %+v, ambiguous %q; want day first, commas, and four sentences", p.Options, p.Ambiguous)
	}
	if got := p.Sample[0].Values; got["at"] != "2025-04-03T00:00:00Z" || got["value"] != "1234" {
		t.Errorf("first row: got %v; want the third of April and 1234", got)
	}
	if after := countAll(t, db); fmt.Sprint(after) != fmt.Sprint(before) {
		t.Errorf("documents: got %v, want %v as before", after, before)
	}
	p.Options.DateOrder, p.Options.Mapping = survey.MonthFirst, survey.Mapping{"note": "Farbe", "value": ""}
	done, err := s.RunImport(t.Context(), survey.ImportRequest{Kind: survey.ImportTouchpoints, Reader: strings.NewReader(file), Options: p.Options}, nil)
	if err != nil || done.Created != 2 {
		t.Fatalf("import with other options: got %+v, %v", done, err)
	}
	if got := orders(t, s, "C0"); !slices.Equal(got, []string{"2025-03-04T00:00 order 0 rot", "2025-04-05T00:00 order 0"}) {
		t.Errorf("got %q", got)
	}
}

func TestPreviewOfCustomersAndContacts(t *testing.T) {
	t.Parallel()
	s, _ := newService(t)
	p, err := s.PreviewImport(t.Context(), survey.ImportRequest{Kind: survey.ImportCustomers, Reader: strings.NewReader(
		"Kundennummer,Firma,Betreuer,Zustand\n1,Eins,nobody@example.com,aktiv\n2,,,\n3,Drei,,weg\n4,Vier,,\n")})
	if err != nil || p.Rows != 4 || p.Failed != 1 || p.Warned != 2 {
		t.Errorf("customers: got %+v, %v; want 1 of 4 failed, and 2 without a cell", p, err)
	}
	newCustomer(t, s, "C0")
	p, err = s.PreviewImport(t.Context(), survey.ImportRequest{Kind: survey.ImportContacts, Reader: strings.NewReader(
		"Firma,Name,E-Mail,Rolle\nC0,Ana,ana@,CEO\nC1,Bo,bo@x.example,\nC0,Cy,cy@x.example,Chef\nC0,Di,di@x.example,Geschäftsführer\n")})
	if err != nil || p.Rows != 4 || p.Failed != 1 || p.Warned != 2 {
		t.Errorf("contacts: got %+v, %v; want 1 of 4 failed, and 2 without a cell", p, err)
	}
	p, err = s.PreviewImport(t.Context(), survey.ImportRequest{Kind: survey.ImportContacts, Reader: strings.NewReader("a,b\n1,2\n")})
	if err != nil || !slices.Equal(p.Missing, []string{"customer_external_id", "name"}) {
		t.Errorf("without the columns: got %+v, %v; want two fields missing", p, err)
	}
}

// TestImportTakesConstantMemory imports a file that is far larger than what may be in memory at once.
func TestImportTakesConstantMemory(t *testing.T) {
	enginetest.OnlySQLite(t, "how much memory the driver of MongoDB takes is its own business")
	s, _ := newService(t)
	customersNamed(t, s, 200)
	const rows = 100_000
	runtime.GC()
	var before runtime.MemStats
	runtime.ReadMemStats(&before)
	var most [2]int64 // beyond what there was before, while the first and the second half of the rows were taken in
	_, err := s.RunImport(t.Context(), survey.ImportRequest{Kind: survey.ImportTouchpoints, Reader: touchpointFile(rows, 200)}, func(p survey.ImportProgress) {
		var m runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&m)
		half := min(1, p.Created/(rows/2))
		most[half] = max(most[half], int64(m.HeapAlloc)-int64(before.HeapAlloc))
	})
	if err != nil {
		t.Fatal(err)
	}
	// How many batches are under way at once depends on what else the machine does; it is no more at the end than in the middle.
	const slack = 24 << 20
	if most[0] == 0 || most[1] > most[0]+slack || most[1] > 128<<20 {
		t.Errorf("%d rows took %d MB at once in their first half and %d MB in their second, want no more", rows, most[0]>>20, most[1]>>20)
	}
}

func TestImportingALargeFileAgainChangesNothing(t *testing.T) {
	t.Parallel()
	s, _ := newService(t)
	customersNamed(t, s, 20)
	const rows = 17_000 // more than are written together
	for _, want := range []struct{ created, unchanged int }{{rows, 0}, {0, rows}} {
		done, err := s.RunImport(t.Context(), survey.ImportRequest{Kind: survey.ImportTouchpoints, Reader: touchpointFile(rows, 20)}, nil)
		if err != nil || done.Created != want.created || done.Unchanged != want.unchanged {
			t.Fatalf("got %d created, %d unchanged, %v; want %+v", done.Created, done.Unchanged, err, want)
		}
	}
}
