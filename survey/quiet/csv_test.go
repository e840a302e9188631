package quiet_test

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"

	"earshot/survey/quiet"
)

// read drains the reader: events up to the first error.
func read(text string) (events []string, err error) {
	for e, err := range quiet.ReadEvents(strings.NewReader(text)) {
		if err != nil {
			return events, err
		}
		events = append(events, e.Customer+" "+e.Day.String())
	}
	return events, nil
}

func TestReadEvents(t *testing.T) {
	t.Parallel()
	rows := []struct {
		name, text string
		want       []string
		fails      string
	}{
		{"empty", "", nil, ""},
		{"heading only", "customer_id,date\n", nil, ""},
		{"plain", "customer_id,date\nA,2024-02-29\nB,1997-01-01\n", []string{"A 2024-02-29", "B 1997-01-01"}, ""},
		{"no heading", "A,2024-02-29", []string{"A 2024-02-29"}, ""},
		{"byte order mark", "\xef\xbb\xbfcustomer_id,Date\nA,2024-02-29\n", []string{"A 2024-02-29"}, ""},
		{"more columns", "id,date,value\nA,2024-02-29,3\nA,2024-03-01\n", []string{"A 2024-02-29", "A 2024-03-01"}, ""},
		{"times", "A,2024-02-29T23:59:59Z\nA,2024-03-01 07:00\n", []string{"A 2024-02-29", "A 2024-03-01"}, ""},
		{"CRLF, blanks and quotes", "\"A, Ltd\", 2024-02-29 \r\n\r\nB,2024-03-01\r\n", []string{"A, Ltd 2024-02-29", "B 2024-03-01"}, ""},
		{"wrong date", "id,date\nA,2024-02-29\nA,29.02.2024\n", []string{"A 2024-02-29"}, `line 3: the date "29.02.2024" is not of the form 2006-01-02`},
		{"no such day", "A,2023-02-29\n", nil, "line 1"},
		{"long date", "A," + strings.Repeat("9", 500), nil, strings.Repeat("9", 40) + "…"},
		{"one column", "A,2024-02-29\nB\n", []string{"A 2024-02-29"}, "line 2: found 1 column, want customer_id,date"},
		{"no id", "A,2024-02-29\n,2024-02-29\n", []string{"A 2024-02-29"}, "line 2: the customer_id is empty"},
		{"line after a quoted newline", "\"A\nB\",2024-02-29\nC,x\n", []string{"A\nB 2024-02-29"}, "line 3"},
		{"broken quote", "A,2024-02-29\nB,\"2024", []string{"A 2024-02-29"}, "line 2"},
	}
	for _, row := range rows {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			got, err := read(row.text)
			if !slices.Equal(got, row.want) {
				t.Errorf("events: got %q, want %q", got, row.want)
			}
			if row.fails == "" && err != nil || row.fails != "" && (err == nil || !strings.Contains(err.Error(), row.fails)) {
				t.Errorf("error: got %v, want %q", err, row.fails)
			}
		})
	}
}

type endless struct{ line int }

func (e *endless) Read(p []byte) (int, error) {
	e.line++
	return copy(p, fmt.Sprintf("C%d,2024-01-01\n", e.line%1000)), nil
}

func TestReadEventsStops(t *testing.T) {
	t.Parallel()
	n := 0
	for _, err := range quiet.ReadEvents(io.Reader(&endless{})) {
		if err != nil {
			t.Fatalf("after %d events: %v", n, err)
		}
		if n++; n == 5000 {
			break
		}
	}
	if n != 5000 {
		t.Errorf("events read before stopping: got %d, want 5000", n)
	}
}

func FuzzReadEvents(f *testing.F) {
	f.Add("customer_id,date\nA,2024-02-29\n")
	f.Add("\xef\xbb\xbfA,2024-02-29T00:00:00Z,3\n\"B\n\",1997-01-01")
	f.Add("A,\"2024")
	f.Fuzz(func(t *testing.T, text string) {
		seen := 0
		for e, err := range quiet.ReadEvents(strings.NewReader(text)) {
			if err != nil {
				if !strings.Contains(err.Error(), "line") {
					t.Fatalf("the error %q names no line", err)
				}
				seen = -1
				continue
			}
			if seen < 0 {
				t.Fatal("an event came after the error")
			}
			seen++
			if e.Customer == "" || strings.TrimSpace(e.Customer) != e.Customer {
				t.Fatalf("customer %q", e.Customer)
			}
			if len(e.Day.String()) != len("2006-01-02") {
				t.Fatalf("day %v", e.Day)
			}
		}
	})
}

func TestCollectGroupsSortsAndDropsRepetitions(t *testing.T) {
	t.Parallel()
	text := "B,2024-01-03\nA,2024-01-02\nB,2024-01-01\nB,2024-01-03\nB,2024-01-03\n"
	got, err := quiet.Collect(quiet.ReadEvents(strings.NewReader(text)))
	if err != nil {
		t.Fatalf("Collect: %v", err)
	}
	if s, want := fmt.Sprint(got), "[{A [2024-01-02]} {B [2024-01-01 2024-01-03]}]"; s != want {
		t.Errorf("got %s, want %s", s, want)
	}
	if _, err := quiet.Collect(quiet.ReadEvents(strings.NewReader("A,?"))); err == nil {
		t.Error("Collect of a broken stream: got no error")
	}
}
