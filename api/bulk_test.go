package api_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"testing"

	"earshot/api"
	"earshot/survey/store"
)

// bulkLine is a line of the answer to a bulk write: a row's or the summary.
type bulkLine struct {
	Line    int
	Status  string
	ID      string
	Detail  string
	Errors  []struct{ Field, Message string }
	Summary *struct {
		Rows, Created, Changed, Unchanged, Failed int
		Stopped                                   string
	}
}

// bulk sends lines and returns the lines of the answer.
func (w *world) bulk(t testing.TB, noun, body string) []bulkLine {
	t.Helper()
	res := w.send(t, call{
		method: "POST", path: "/api/v1/" + noun + "/bulk", key: w.writeKey, media: "application/x-ndjson", body: body,
	})
	if res.Code != http.StatusOK {
		t.Fatalf("got %d: %s", res.Code, res.Body)
	}
	var lines []bulkLine
	for text := range strings.Lines(res.Body.String()) {
		var line bulkLine
		err := json.Unmarshal([]byte(text), &line)
		lines = append(lines, must(t, line, err))
	}
	return lines
}

// TestBulkTellsEachLine sends good and bad lines in one stream.
func TestBulkTellsEachLine(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	body := strings.Join([]string{
		`{"external_id":"B-1","name":"One"}`,
		``,
		`{"external_id":"B-2","name":"Two","segment":"x","value_per_year":-1}`,
		`not JSON`,
		`{"external_id":"B-3","name":"Three","nonsense":1}`,
		`{"external_id":"B-4","name":"` + strings.Repeat("x", 80<<10) + `"}`,
		`  {"external_id":"B-5","name":"Five"}  `,
		`{"external_id":"B-1","name":"One"}`,
		`{"external_id":"B-6","name":"Six"}`,
	}, "\n")
	got := w.bulk(t, "customers", body)
	for i, want := range []struct {
		line          int
		status, field string
	}{
		{1, "created", ""}, {3, "failed", "value_per_year"}, {4, "failed", "body"}, {5, "failed", "nonsense"},
		{6, "failed", ""}, {7, "created", ""}, {8, "unchanged", ""}, {9, "created", ""},
	} {
		found := findLine(got, want.line)
		if found.Status != want.status || want.field != "" && (len(found.Errors) == 0 || found.Errors[0].Field != want.field) {
			t.Errorf("line %d (place %d): got %+v, want %s about %q", want.line, i, found, want.status, want.field)
		}
		if want.status == "failed" && found.Detail == "" {
			t.Errorf("line %d failed without a reason", want.line)
		}
	}
	sum := got[len(got)-1].Summary
	if sum == nil || sum.Rows != 8 || sum.Created != 3 || sum.Unchanged != 1 || sum.Failed != 4 || sum.Stopped != "" {
		t.Errorf("got the summary %+v, want 8 rows: 3 created, 1 unchanged, 4 failed", sum)
	}
}

// findLine returns what is told of a line.
func findLine(lines []bulkLine, number int) bulkLine {
	for _, l := range lines {
		if l.Line == number {
			return l
		}
	}
	return bulkLine{}
}

// TestBulkTwiceIsOnce sends the same stream again.
func TestBulkTwiceIsOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var body strings.Builder
	for i := range 2500 {
		fmt.Fprintf(&body, `{"external_id":"T-%d","customer_external_id":"C-1001","kind":"login","at":"2026-02-%02dT08:00:00Z"}`+"\n", i, i%28+1)
	}
	first, second := w.bulk(t, "touchpoints", body.String()), w.bulk(t, "touchpoints", body.String())
	if got := first[len(first)-1].Summary; got.Created != 2500 {
		t.Errorf("first: got %+v, want 2500 created", got)
	}
	if got := second[len(second)-1].Summary; got.Unchanged != 2500 {
		t.Errorf("second: got %+v, want 2500 unchanged", got)
	}
}

// TestBulkNamesCustomersByTheirOwnKeys writes contacts of customers that exist and that do not.
func TestBulkNamesCustomersByTheirOwnKeys(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	got := w.bulk(t, "contacts", `{"external_id":"Q-1","customer_external_id":"C-1001","name":"Kim","role":"user"}
{"external_id":"Q-2","customer_external_id":"C-unknown","name":"Lee","role":"user"}
`)
	if findLine(got, 1).Status != "created" || findLine(got, 2).Status != "failed" {
		t.Errorf("got %+v, want the first created and the second failed", got)
	}
}

// TestBulkStopsWhenTheStoreIsGone loses the store after the first batch: what is stored is told, and so is the end.
func TestBulkStopsWhenTheStoreIsGone(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var rows strings.Builder
	for i := range 3000 {
		fmt.Fprintf(&rows, `{"external_id":"S-%d","name":"Customer %d"}`+"\n", i, i)
	}
	body := &cutting{Reader: strings.NewReader(rows.String()), after: 100 << 10, cut: func() {
		w.store.breaks(store.ErrUnavailable, store.ErrUnavailable, false)
	}}
	req := httptest.NewRequest("POST", "/api/v1/customers/bulk", body)
	req.Header.Set("Authorization", "Bearer "+w.writeKey)
	req.Header.Set("Content-Type", "application/x-ndjson")
	res := httptest.NewRecorder()
	w.ServeHTTP(res, req)
	loadContract().judge(t, req, res)
	last := bulkLine{}
	text := res.Body.Bytes()
	err := json.Unmarshal(text[bytes.LastIndexByte(text[:len(text)-1], '\n')+1:], &last)
	sum := must(t, last, err).Summary
	if res.Code != http.StatusOK || sum == nil || sum.Created == 0 || sum.Stopped == "" || sum.Rows == 3000 {
		t.Errorf("got %d with the summary %+v, want some created and the reason of the end", res.Code, sum)
	}
}

// cutting calls cut once, after so many bytes were read.
type cutting struct {
	io.Reader
	after int
	cut   func()
}

func (c *cutting) Read(p []byte) (int, error) {
	n, err := c.Reader.Read(p)
	if c.after -= n; c.after < 0 && c.cut != nil {
		c.cut()
		c.cut = nil
	}
	return n, err
}

// rowsOnTheFly makes a stream of rows without ever holding it.
type rowsOnTheFly struct {
	next, end int
	rest      []byte
}

func (r *rowsOnTheFly) Read(p []byte) (int, error) {
	if len(r.rest) == 0 {
		if r.next == r.end {
			return 0, io.EOF
		}
		r.rest = fmt.Appendf(nil, `{"external_id":"M-%d","customer_external_id":"C-1001","kind":"note","at":"2026-02-01T08:00:00Z","note":"%d"}`+"\n", r.next, r.next)
		r.next++
	}
	n := copy(p, r.rest)
	r.rest = r.rest[n:]
	return n, nil
}

// TestBulkMemoryIsConstant streams far more than is kept in memory.
func TestBulkMemoryIsConstant(t *testing.T) {
	if testing.Short() {
		t.Skip("NOT RUN with -short: streams 60,000 rows")
	}
	w := newWorld(t, func(c *api.Config) { c.MaxUpload = 1 << 30 })
	const rows, allowed = 60_000, 24 << 20
	var before, during runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	req := httptest.NewRequest("POST", "/api/v1/touchpoints/bulk", &rowsOnTheFly{end: rows})
	req.Header.Set("Authorization", "Bearer "+w.writeKey)
	req.Header.Set("Content-Type", "application/x-ndjson")
	res := &counting{header: http.Header{}, at: func() {
		runtime.GC()
		runtime.ReadMemStats(&during)
	}}
	w.ServeHTTP(res, req)
	if res.lines != rows+1 {
		t.Errorf("got %d lines, want one for each of %d rows and a summary", res.lines, rows)
	}
	if grown := int64(during.HeapAlloc) - int64(before.HeapAlloc); grown > allowed {
		t.Errorf("the heap grew by %d MB, want at most %d", grown>>20, allowed>>20)
	}
}

// counting counts the lines of an answer and forgets them. It calls at when the answer begins.
type counting struct {
	header http.Header
	lines  int
	at     func()
}

func (c *counting) Header() http.Header { return c.header }
func (c *counting) WriteHeader(int)     { c.at() }
func (c *counting) Write(p []byte) (int, error) {
	c.lines += bytes.Count(p, []byte("\n"))
	return len(p), nil
}

// TestBulkServesCallersThatDoNotReadWhileTheySend talks over a real connection as simple clients do: it sends all, then
// reads. The answer is longer than what connections hold.
func TestBulkServesCallersThatDoNotReadWhileTheySend(t *testing.T) {
	t.Parallel()
	const rows = 60_000
	w := newWorld(t)
	server := httptest.NewServer(w)
	defer server.Close()
	conn, err := net.Dial("tcp", server.Listener.Addr().String())
	defer must(t, conn, err).Close()
	body := strings.Repeat("not JSON\n", rows)
	_, err = fmt.Fprintf(conn, "POST /api/v1/customers/bulk HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\n"+
		"Content-Type: application/x-ndjson\r\nContent-Length: %d\r\n\r\n%s", w.writeKey, len(body), body)
	must(t, 0, err)
	res, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	answer, err := io.ReadAll(res.Body)
	if got := bytes.Count(must(t, answer, err), []byte("\n")); got != rows+1 || len(answer) < 6<<20 {
		t.Errorf("got %d lines in %d bytes, want %d lines in more than 6 MB", got, len(answer), rows+1)
	}
}
