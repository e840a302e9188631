package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"earshot/cmd/earshot/internal/journey"
	"earshot/survey"
	"earshot/survey/mail/mailtest"
)

// nothing is a DNS in which nothing is.
type nothing struct{}

var errNothing = &net.DNSError{Err: "no such host", IsNotFound: true}

func (nothing) LookupTXT(context.Context, string) ([]string, error)        { return nil, errNothing }
func (nothing) LookupMX(context.Context, string) ([]*net.MX, error)        { return nil, errNothing }
func (nothing) LookupIPAddr(context.Context, string) ([]net.IPAddr, error) { return nil, errNothing }
func (nothing) LookupAddr(context.Context, string) ([]string, error)       { return nil, errNothing }

// preflightCall looks with those options and returns what is printed.
func preflightCall(t *testing.T, sample survey.SampleRequest, asJSON bool, args ...string) (string, error) {
	t.Helper()
	t.Setenv("PATH", "") // no spam filter, which takes seconds
	cfg, err := loadConfig(args, environment(nil), io.Discard)
	if err != nil {
		t.Fatal(err)
	}
	cfg.dns = nothing{}
	var out bytes.Buffer
	err = fly(t.Context(), call{stdout: &out, stderr: io.Discard}, cfg, sample, asJSON)
	return out.String(), err
}

// TestPreflight prints what it found, what to publish, and fails where something is wrong.
func TestPreflight(t *testing.T) {
	sink := mailtest.Start(t)
	args := []string{"-smtp", sink.URL(), "-mail-from", "ask@company.example", "-base-url", "https://feedback.company.example", "-outgoing", "203.0.113.5"}
	out, err := preflightCall(t, survey.SampleRequest{}, false, args...)
	if err == nil || !strings.Contains(err.Error(), "something is wrong") {
		t.Errorf("got error %v, want one that says so", err)
	}
	for _, must := range []string{
		"ok       Mail server", "fault    SPF", "unknown  Spam score", "> Publish one.\n", "  Text  v=spf1 ip4:203.0.113.5 ~all\n",
		`company.example. 3600 IN TXT ( "v=spf1 ip4:203.0.113.5 ~all" )`, "For Reverse DNS publish this PTR record:\n  Name  203.0.113.5\n",
	} {
		if !strings.Contains(out, must) {
			t.Errorf("%q is not told:\n%s", must, out)
		}
	}
	if len(sink.Messages()) > 0 {
		t.Error("a mail was sent")
	}
	out, err = preflightCall(t, survey.SampleRequest{}, true, args...)
	var told struct {
		Checks []struct{ Name, State, Found string }
	}
	if errJSON := json.Unmarshal([]byte(out), &told); errJSON != nil || err == nil || len(told.Checks) < 10 || told.Checks[0].State != "ok" {
		t.Errorf("got JSON %s (%v) and error %v", out, errJSON, err)
	}
}

// TestPreflightSends a test mail to whom may be mailed, and makes no store to find that out.
func TestPreflightSends(t *testing.T) {
	sink, where := mailtest.Start(t), filepath.Join(t.TempDir(), "earshot.db")
	args := []string{"-smtp", sink.URL(), "-mail-from", "ask@company.example", "-base-url", "https://feedback.company.example", "-store", where}
	if _, err := preflightCall(t, survey.SampleRequest{To: "ana@company.example"}, false, args...); err == nil || !strings.Contains(err.Error(), "there is no store") {
		t.Errorf("without a store: got error %v", err)
	}
	if _, err := os.Stat(where); err == nil {
		t.Error("a store was made")
	}
	db := journey.Open(t, where)
	prepared := journey.Prepare(t, db, 1)
	journey.Close(t, db)
	out, _ := preflightCall(t, survey.SampleRequest{To: "ana@company.example", SurveyID: prepared.Survey, Language: "fr"}, false, args...)
	if !strings.Contains(out, "took the test mail to ana@company.example: 250") {
		t.Errorf("got %s", out)
	}
	if got := sink.To("ana@company.example"); len(got) != 1 || !strings.HasPrefix(got[0].Subject, "[Test] ") {
		t.Errorf("got mails %+v, want one test", got)
	}
	sink.Break(mailtest.AtRecipient, mailtest.Fault{Reply: "550 5.1.1 no such user"})
	if _, err := preflightCall(t, survey.SampleRequest{To: "ana@company.example"}, false, args...); err == nil || !strings.Contains(err.Error(), "no such user") {
		t.Errorf("of a mail that was refused: got error %v", err)
	}
}

// TestPreflightWithoutAnything says what to set, and what is wrong with the options.
func TestPreflightWithoutAnything(t *testing.T) {
	out, err := preflightCall(t, survey.SampleRequest{To: "ana@company.example"}, false)
	if err == nil || !strings.Contains(err.Error(), "-smtp") || !strings.Contains(out, "No mail server is set") {
		t.Errorf("got %s and error %v", out, err)
	}
	if _, err := loadConfig([]string{"-outgoing", "203.0.113.5, mail.company.example"}, environment(nil), io.Discard); err == nil || !strings.Contains(err.Error(), `"mail.company.example" is no IP address`) {
		t.Errorf("got error %v, want that -outgoing is wrong", err)
	}
	err = run(t.Context(), []string{"preflight", "now"}, environment(nil), strings.NewReader(""), io.Discard, io.Discard)
	if err == nil || !strings.Contains(err.Error(), `"now" is no option`) {
		t.Errorf("got error %v", err)
	}
}

// TestPreflightLooksAtEachMailServer and names it.
func TestPreflightLooksAtEachMailServer(t *testing.T) {
	well, away := mailtest.Start(t), mailtest.Start(t)
	args := []string{"-smtp", well.URL() + "&name=main " + away.URL() + "&name=spare&backup=yes", "-mail-from", "ask@company.example", "-base-url", "https://feedback.company.example"}
	away.Break(mailtest.AtMail, mailtest.Fault{Reply: "550 5.7.1 sender address rejected"})
	out, err := preflightCall(t, survey.SampleRequest{}, false, args...)
	if err == nil || !strings.Contains(out, "ok       Mail server main") || !strings.Contains(out, "fault    Mail server spare") {
		t.Errorf("got error %v and\n%s", err, out)
	}
}
