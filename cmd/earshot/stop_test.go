package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"earshot/cmd/earshot/internal/journey"
	"earshot/survey"
	"earshot/survey/mail/mailtest"
)

// TestStopWhileBusy asks the program to end while contacts answer, a file comes in and a mail is on its way: it takes no
// new requests, finishes what it has in hand, and ends well within seconds.
func TestStopWhileBusy(t *testing.T) {
	t.Parallel()
	journey.OnEach(t, stopWhileBusy)
}

func stopWhileBusy(t *testing.T, where string) {
	sink := mailtest.Start(t)
	p, prepared := prepare(t, where, 30, true, "-smtp", sink.URL(), "-mail-from", journey.Sender)
	people := answerers(prepared)
	c := journey.NewClient(t, p.URL, prepared.Key)
	mailed := askNewcomer(t, c, prepared, sink)
	upload := beginUpload(t, p.URL, prepared.Key)
	signalled := make(chan time.Time, 1)
	time.AfterFunc(200*time.Millisecond, func() {
		_ = p.Signal()
		signalled <- time.Now()
	})
	answerUntilGone(t, c, people)
	if conn, err := net.DialTimeout("tcp", strings.TrimPrefix(p.URL, "http://"), time.Second); err == nil {
		_ = conn.Close()
		t.Error("the program takes connections while it stops")
	}
	// What it has in hand goes on: the mail server says yes now, and the rest of the file comes.
	sink.Mend()
	id := upload()
	if err := p.Wait(15 * time.Second); err != nil {
		t.Fatalf("the program ended badly: %v", err)
	}
	if took := time.Since(<-signalled); took > 10*time.Second {
		t.Errorf("it took %v to end", took)
	}
	p.Restart()
	c = journey.NewClient(t, p.URL, prepared.Key)
	checkKept(t, c, people)
	if done := c.AwaitImport(id); done.State != "finished" || done.Created+done.Unchanged != uploadedRows {
		t.Errorf("the import ended as %+v, want all %d rows in", done, uploadedRows)
	}
	if found := journey.All[struct{}](c, "/api/v1/touchpoints?kind=order&customer_id="+string(prepared.Customers[0])); len(found) != uploadedRows {
		t.Errorf("%d rows of the file are there, want %d", len(found), uploadedRows)
	}
	for _, l := range journey.All[ledger](c, "/api/v1/invitations") {
		if l.ID == mailed && l.Mail.State != string(survey.MailAccepted) {
			t.Errorf("the mail that was on its way is %s (%s), want accepted", l.Mail.State, l.Mail.Reason)
		}
	}
	if got := len(sink.Messages()); got != 1 {
		t.Errorf("the server took %d mails, want 1", got)
	}
}

// askNewcomer asks somebody by mail and returns the invitation when the mail server has the mail but has not said so yet.
func askNewcomer(t *testing.T, c *journey.Client, prepared *journey.Prepared, sink *mailtest.Server) string {
	t.Helper()
	var contact, asked struct{ ID string }
	c.Post("/api/v1/contacts", map[string]any{"customer_id": prepared.Customers[0], "name": "Newcomer", "role": "user", "email": "new@customer.example"}, &contact)
	sink.Break(mailtest.AtEnd, mailtest.Fault{Stall: true})
	c.Post("/api/v1/invitations", map[string]any{"contact_id": contact.ID, "survey_id": prepared.Survey, "confirm": true}, &asked)
	journey.Eventually(t, "the mail is on its way", 10*time.Second, func() error {
		var l ledger
		c.Get("/api/v1/invitations/"+asked.ID, &l)
		if l.Mail.State != string(survey.MailSending) || sink.Sessions() == 0 {
			return fmt.Errorf("it is %s", l.Mail.State)
		}
		return nil
	})
	return asked.ID
}

// uploadedRows is how long the file of beginUpload is.
const uploadedRows = 3000

// beginUpload begins to send a file and returns what sends the rest, waits for the answer and returns the import's id.
func beginUpload(t *testing.T, at, key string) (finish func() string) {
	t.Helper()
	in, out := io.Pipe()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, at+"/api/v1/imports?kind=touchpoints&default_kind=order", in)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "text/csv")
	c := journey.NewClient(t, at, key)
	request.Header.Set("Authorization", "Bearer "+key)
	type outcome struct {
		answer journey.Answer
		err    error
	}
	answered := make(chan outcome, 1)
	go func() {
		answer, err := c.Send(request)
		answered <- outcome{answer, err}
	}()
	write := func(from, to int) {
		for i := from; i < to; i++ {
			fmt.Fprintf(out, "C-0,%s,O-%d\n", time.Date(2020, 1, 1, 0, i, 0, 0, time.UTC).Format(time.RFC3339), i)
		}
	}
	fmt.Fprintln(out, "customer,at,number")
	write(0, uploadedRows/2)
	return func() string {
		write(uploadedRows/2, uploadedRows)
		_ = out.Close()
		got := <-answered
		if got.err != nil || got.answer.Status != http.StatusAccepted {
			t.Fatalf("the upload was answered with %d, %v: %s", got.answer.Status, got.err, got.answer.Body)
		}
		var begun journey.Import
		got.answer.Into(t, &begun)
		return begun.ID
	}
}

// answerUntilGone lets contacts answer until the program takes no more requests.
func answerUntilGone(t *testing.T, c *journey.Client, people []*answerer) {
	t.Helper()
	var running sync.WaitGroup
	const clients = 3
	for i := range clients {
		running.Go(func() {
			for n := i; ; n += clients {
				a := people[n%len(people)]
				if err := a.answerNumber(c); err != nil {
					return
				}
			}
		})
	}
	running.Wait()
}

// TestRunEndsWithItsContext runs the program in this process: it serves, and ends when it is told to.
func TestRunEndsWithItsContext(t *testing.T) {
	t.Parallel()
	ctx, stop := context.WithCancel(t.Context())
	out, said := io.Pipe()
	ended := make(chan error, 1)
	var log bytes.Buffer
	go func() {
		ended <- run(ctx, []string{"-listen", "127.0.0.1:0", "-store", filepath.Join(t.TempDir(), "earshot.db")}, environment(nil), strings.NewReader(""), said, &log)
	}()
	buffer := make([]byte, 4096)
	n, err := out.Read(buffer)
	if err != nil {
		t.Fatal(err)
	}
	greeting := string(buffer[:n])
	match := regexp.MustCompile(`Earshot is at (\S+)\nCreate the first account: (\S+)\n`).FindStringSubmatch(greeting)
	if match == nil || !strings.HasPrefix(match[2], match[1]+"/setup/") {
		t.Fatalf("it said %q, want where it is and the first-run link", greeting)
	}
	journey.NewClient(t, match[1], "").Do(http.MethodGet, "/login", nil, http.StatusOK)
	stop()
	select {
	case err := <-ended:
		if err != nil {
			t.Errorf("it ended with %v, want nil", err)
		}
	case <-time.After(10 * time.Second):
		t.Fatal("it does not end")
	}
	if _, secret, _ := strings.Cut(match[2], "/setup/"); strings.Contains(log.String(), secret) {
		t.Error("the log holds the secret of the first-run link")
	}
}
