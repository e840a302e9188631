package main

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/smtp"
	"strings"
	"testing"
)

// startSink starts "earshot mail sink" and returns where it takes mails, its page, and what it says further.
func startSink(t *testing.T, args ...string) (address, page string, said *bufio.Scanner) {
	t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	out, in := io.Pipe()
	ended := make(chan error, 1)
	go func() {
		err := run(ctx, append([]string{"mail", "sink", "-sink", "127.0.0.1:0", "-sink-page", "127.0.0.1:0"}, args...), noEnv, nil, in, io.Discard)
		_ = in.Close()
		ended <- err
	}()
	t.Cleanup(func() {
		stop()
		_ = out.Close()
		if err := <-ended; err != nil {
			t.Errorf("the sink ended with %v", err)
		}
	})
	said = bufio.NewScanner(out)
	for _, at := range []struct {
		before, behind string
		into           *string
	}{{"Mails are taken at ", ": ", &address}, {"They are shown at ", "/, ", &page}} {
		if !said.Scan() {
			t.Fatal("it did not say where it is")
		}
		*at.into, _, _ = strings.Cut(strings.TrimPrefix(said.Text(), at.before), at.behind)
	}
	return address, page, said
}

func noEnv(string) string { return "" }

func fetchSink(t *testing.T, method, url, host string) (int, http.Header, string) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), method, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Host = host
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, response.Header, string(body)
}

// TestMailSink sends a hostile mail and looks at it in every way.
func TestMailSink(t *testing.T) {
	t.Parallel()
	address, page, said := startSink(t)
	mail := "From: Ana <ana@company.example>\r\nTo: jo@x.example\r\nSubject: <script>alert(1)</script> \x1b[31m\r\n" +
		"Content-Type: text/html; charset=utf-8\r\n\r\n<script>alert(2)</script><a href=\"https://a.example/r/1\">go</a>\r\n"
	sent := make(chan error, 1)
	go func() {
		sent <- smtp.SendMail(address, nil, "back@company.example", []string{"jo@x.example"}, []byte(mail))
	}()
	told := ""
	for range 2 {
		said.Scan()
		told += said.Text() + "\n"
	}
	if err := <-sent; err != nil {
		t.Fatal(err)
	}
	if strings.Contains(told, "\x1b") || !strings.Contains(told, "#1 from <back@company.example>") || !strings.Contains(told, "https://a.example/r/1") {
		t.Errorf("it told of the mail by %q", told)
	}
	if _, _, html := fetchSink(t, http.MethodGet, page+"/", ""); strings.Contains(html, "<script>") || !strings.Contains(html, "&lt;script&gt;alert(1)") {
		t.Errorf("the page does not escape the subject:\n%s", html)
	}
	var list struct {
		Count int
		Items []struct {
			Number int
			Links  []string
		}
	}
	if _, _, body := fetchSink(t, http.MethodGet, page+"/mails?to=jo@x.example", ""); json.Unmarshal([]byte(body), &list) != nil || list.Count != 1 || len(list.Items) != 1 || list.Items[0].Links[0] != "https://a.example/r/1" {
		t.Errorf("got list %s", body)
	}
	if _, _, body := fetchSink(t, http.MethodGet, page+"/mails?to=other@x.example", ""); !strings.Contains(body, `"items":[]`) {
		t.Errorf("got for somebody else %s, want nothing", body)
	}
	for path, want := range map[string]string{"/mails/1": `"html":"<script>`, "/mails/1/raw": "Subject: <script>", "/mails/1/html": "alert(2)"} {
		status, header, body := fetchSink(t, http.MethodGet, page+path, "")
		if status != http.StatusOK || !strings.Contains(body, want) || !strings.HasPrefix(header.Get("Content-Security-Policy"), "sandbox") {
			t.Errorf("%s answered %d %v: %s", path, status, header, body)
		}
	}
	for path, want := range map[string]int{"/mails/2": http.StatusNotFound, "/mails/x": http.StatusNotFound} {
		if status, _, _ := fetchSink(t, http.MethodGet, page+path, ""); status != want {
			t.Errorf("%s answered %d, want %d", path, status, want)
		}
	}
	if status, _, _ := fetchSink(t, http.MethodGet, page+"/mails", "evil.example"); status != http.StatusMisdirectedRequest {
		t.Errorf("by a name of somebody else's it answered %d, want %d", status, http.StatusMisdirectedRequest)
	}
	if status, _, _ := fetchSink(t, http.MethodDelete, page+"/mails", ""); status != http.StatusNoContent {
		t.Errorf("DELETE answered %d", status)
	}
	if status, _, _ := fetchSink(t, http.MethodGet, page+"/mails/1", ""); status != http.StatusNotFound {
		t.Errorf("what was deleted answered %d, want 404", status)
	}
}

func TestMailSinkOptions(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ args, problem string }{
		{"mail", "try: earshot mail sink -h"},
		{"mail sink -sink 0.0.0.0:25 -sink-page :80 -keep 0 -refuse 2 -put-off -1 -delay -1s", "-sink or"},
		{"mail sink -sink 0.0.0.0:25 -sink-page :80 -keep 0 -refuse 2 -put-off -1 -delay -1s", "-put-off or"},
		{"mail sink -refuse NaN", "-refuse or"},
		{"mail sink more", "is not an option"},
	} {
		if err := run(t.Context(), strings.Fields(tt.args), noEnv, nil, io.Discard, io.Discard); err == nil || !strings.Contains(err.Error(), tt.problem) {
			t.Errorf("earshot %s: got %v, want %q in it", tt.args, err, tt.problem)
		}
	}
}
