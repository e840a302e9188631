package main

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"earshot/cmd/earshot/internal/journey"
	"earshot/frontend"
	"earshot/survey"
	"earshot/survey/mail/mailtest"
)

// prepare fills a store with n people and starts the program on it. invited makes links for all of them before.
func prepare(t *testing.T, where string, n int, invited bool, args ...string) (*journey.Program, *journey.Prepared) {
	t.Helper()
	db := journey.Open(t, where)
	prepared := journey.Prepare(t, db, n)
	if invited {
		prepared.Invite(t, db)
	}
	journey.Close(t, db)
	return journey.Start(t, append([]string{"-store", where}, args...)...), prepared
}

// form is what a contact sends who took ten seconds.
func form(score int, why string) url.Values {
	return url.Values{
		frontend.FieldName("recommend"): {fmt.Sprint(score)}, frontend.FieldName("why"): {why},
		frontend.FieldRenderedAt: {fmt.Sprint(time.Now().Add(-10 * time.Second).UnixMilli())},
	}
}

// TestMailServerDown asks while the mail server is gone: the mail waits, visibly, and goes out once when it is back.
func TestMailServerDown(t *testing.T) {
	t.Parallel()
	sink := mailtest.Start(t)
	where := filepath.Join(t.TempDir(), "earshot.db")
	p, prepared := prepare(t, where, 3, false, "-smtp", sink.URL(), "-mail-from", journey.Sender)
	sink.Stop()
	c := journey.NewClient(t, p.URL, prepared.Key)
	for _, contact := range prepared.Contacts {
		c.Post("/api/v1/invitations", map[string]any{"contact_id": contact, "survey_id": prepared.Survey, "confirm": true}, nil)
	}
	journey.Eventually(t, "the tries are noted", 20*time.Second, func() error {
		for _, l := range journey.All[ledger](c, "/api/v1/invitations") {
			if l.Mail.State != string(survey.MailQueued) || l.Mail.Reason == "" {
				return fmt.Errorf("one is %s because of %q", l.Mail.State, l.Mail.Reason)
			}
		}
		return nil
	})
	p.Stop()
	sink.Restart()
	db := journey.Open(t, where)
	journey.WorkOff(t, db, sink.URL())
	journey.Close(t, db)
	p.Restart()
	c = journey.NewClient(t, p.URL, prepared.Key)
	for _, l := range journey.All[ledger](c, "/api/v1/invitations") {
		if l.Mail.State != string(survey.MailAccepted) {
			t.Errorf("the mail is %s after the server is back: %s", l.Mail.State, l.Mail.Reason)
		}
	}
	if got := len(sink.Messages()); got != len(prepared.Contacts) {
		t.Errorf("the server took %d mails, want %d", got, len(prepared.Contacts))
	}
}

// TestMailServerRefuses asks somebody whose address the server does not know: that is told, and nobody is asked there again.
func TestMailServerRefuses(t *testing.T) {
	t.Parallel()
	sink := mailtest.Start(t)
	sink.Break(mailtest.AtRecipient, mailtest.Fault{Reply: "550 5.1.1 no such user here", Recipient: journey.Address(0)})
	p, prepared := prepare(t, filepath.Join(t.TempDir(), "earshot.db"), 2, false, "-smtp", sink.URL(), "-mail-from", journey.Sender)
	c := journey.NewClient(t, p.URL, prepared.Key)
	ask := map[string]any{"contact_id": prepared.Contacts[0], "survey_id": prepared.Survey, "confirm": true}
	c.Post("/api/v1/invitations", ask, nil)
	journey.Eventually(t, "the refusal is noted", 20*time.Second, func() error {
		l := journey.All[ledger](c, "/api/v1/invitations")[0]
		if l.Mail.State != string(survey.MailRefused) || !strings.Contains(l.Mail.Reason, "no such user here") {
			return fmt.Errorf("it is %s because of %q", l.Mail.State, l.Mail.Reason)
		}
		answer, err := c.Try(http.MethodGet, "/api/v1/suppressions/"+journey.Address(0), nil)
		if err != nil || answer.Status != http.StatusOK {
			return fmt.Errorf("the address is not suppressed: %d, %w", answer.Status, err)
		}
		return nil
	})
	c.Do(http.MethodPost, "/api/v1/invitations", ask, http.StatusConflict)
	c.Post("/api/v1/invitations", map[string]any{"contact_id": prepared.Contacts[1], "survey_id": prepared.Survey, "confirm": true}, nil)
	if to := sink.Wait(1)[0].Recipients[0]; to != journey.Address(1) {
		t.Errorf("a mail went to %s, want %s", to, journey.Address(1))
	}
}

// expiredToken makes an invitation as of last year and returns its token.
func expiredToken(t *testing.T, where string, prepared *journey.Prepared) string {
	t.Helper()
	db := journey.Open(t, where)
	defer journey.Close(t, db)
	lastYear := time.Now().AddDate(-1, 0, 0)
	s, err := survey.NewService(survey.Options{Store: db, BaseURL: "http://x.invalid", Clock: func() time.Time { return lastYear }})
	if err != nil {
		t.Fatal(err)
	}
	asked, err := s.AskNow(context.Background(), survey.AskRequest{ContactID: prepared.Contacts[0], SurveyID: prepared.Survey, NoMail: true, Confirm: true})
	if err != nil {
		t.Fatal(err)
	}
	return token(t, asked.Link)
}

// TestLinksThatAreOver tries links that cannot be used, on both engines: each is explained, and none leaves an answer.
func TestLinksThatAreOver(t *testing.T) {
	t.Parallel()
	journey.OnEach(t, func(t *testing.T, where string) {
		db := journey.Open(t, where)
		prepared := journey.Prepare(t, db, 3)
		journey.Close(t, db)
		expired := expiredToken(t, where, prepared)
		db = journey.Open(t, where)
		prepared.Invite(t, db)
		journey.Close(t, db)
		p := journey.Start(t, "-store", where)
		api, visitor := journey.NewClient(t, p.URL, prepared.Key), journey.NewClient(t, p.URL, "")
		revoked, declined, open := prepared.Tokens[0], prepared.Tokens[1], prepared.Tokens[2]
		api.Do(http.MethodPost, "/api/v1/invitations/"+string(prepared.Invitations[0])+"/revoke", nil, http.StatusOK)
		visitor.Do(http.MethodPost, "/r/"+declined+"/decline", url.Values{
			frontend.FieldSuccessorName: {"Jo Kim"}, frontend.FieldRenderedAt: {strconv.FormatInt(time.Now().Add(-time.Second).UnixMilli(), 10)},
		}, http.StatusOK)
		tampered := "a" + open[1:]
		if tampered == open {
			tampered = "b" + open[1:]
		}
		for name, row := range map[string]struct {
			token, words string
			status       int
		}{
			"expired":         {expired, "The time to answer is over", http.StatusGone},
			"revoked":         {revoked, "taken back", http.StatusGone},
			"declined":        {declined, "not the right person", http.StatusGone},
			"tampered":        {tampered, "not one of ours", http.StatusNotFound},
			"cut off":         {open[:len(open)-1], "not one of ours", http.StatusNotFound},
			"with more":       {open + "a", "not one of ours", http.StatusNotFound},
			"never given out": {strings.Repeat("0", len(open)), "not one of ours", http.StatusNotFound},
		} {
			for _, try := range []journey.Answer{
				visitor.Do(http.MethodGet, "/r/"+row.token, nil, row.status),
				visitor.Do(http.MethodPost, "/r/"+row.token, form(9, "too late"), row.status),
			} {
				if !strings.Contains(string(try.Body), row.words) {
					t.Errorf("%s: the page does not say %q: %.900s", name, row.words, try.Body)
				}
			}
			visitor.Do(http.MethodPost, "/api/v1/answer/"+row.token,
				map[string]any{"answers": []map[string]any{{"question_id": "recommend", "score": 9}}}, row.status)
		}
		if got := journey.All[kept](api, "/api/v1/responses?suspects=true"); len(got) != 0 {
			t.Errorf("links that are over left %d responses, want none", len(got))
		}
	})
}

// TestAnswersAtOnce sends different answers by one link at the same time: one response is left, and it is one of them.
func TestAnswersAtOnce(t *testing.T) {
	t.Parallel()
	journey.OnEach(t, func(t *testing.T, where string) {
		p, prepared := prepare(t, where, 1, true)
		visitor := journey.NewClient(t, p.URL, "")
		var running sync.WaitGroup
		for i := range 16 {
			running.Go(func() {
				answer, err := visitor.Try(http.MethodPost, "/r/"+prepared.Tokens[0], form(i%11, fmt.Sprintf("answer %d", i+1)))
				if err != nil || answer.Status != http.StatusOK {
					t.Errorf("got %d, want 200: %v", answer.Status, err)
				}
			})
		}
		running.Wait()
		got := journey.All[kept](journey.NewClient(t, p.URL, prepared.Key), "/api/v1/responses?suspects=true")
		if len(got) != 1 || got[0].number() < 1 || got[0].number() > 16 {
			t.Errorf("got the responses %+v, want one of the sixteen answers", got)
		}
	})
}

// TestHugeAndBrokenInput sends what is too large, or no file at all, and finds the program well afterwards.
func TestHugeAndBrokenInput(t *testing.T) {
	t.Parallel()
	p, prepared := prepare(t, filepath.Join(t.TempDir(), "earshot.db"), 1, true)
	c := journey.NewClient(t, p.URL, prepared.Key)
	long := strings.Repeat("x", 1<<20)
	const customers = "/api/v1/imports?kind=customers"
	for name, row := range map[string]struct {
		path   string
		body   any
		status int
		words  string
	}{
		"a form of a megabyte":      {"/r/" + prepared.Tokens[0], form(3, long), http.StatusRequestEntityTooLarge, ""},
		"words that are too long":   {"/r/" + prepared.Tokens[0], form(3, long[:3000]), http.StatusBadRequest, "2000"},
		"a document of a megabyte":  {"/api/v1/customers", map[string]any{"name": long}, http.StatusRequestEntityTooLarge, "larger than"},
		"an unknown field":          {"/api/v1/customers", map[string]any{"name": "A", "colour": "red"}, http.StatusBadRequest, "colour"},
		"a wrong type":              {"/api/v1/customers", map[string]any{"name": 7}, http.StatusBadRequest, "name"},
		"an unknown customer":       {"/api/v1/touchpoints", map[string]any{"customer_id": "cus_nobody", "kind": "order", "at": "2026-01-01T00:00:00Z"}, http.StatusBadRequest, "customer"},
		"a day in the future":       {"/api/v1/touchpoints", map[string]any{"customer_external_id": "C-0", "kind": "order", "at": "2199-01-01T00:00:00Z"}, http.StatusBadRequest, "future"},
		"an empty file":             {customers, "", http.StatusBadRequest, ""},
		"a file without the column": {customers, "colour,size\nred,7\n", http.StatusBadRequest, "name"},
		"a file that is none":       {customers, "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00", http.StatusBadRequest, ""},
	} {
		answer := c.Do(http.MethodPost, row.path, row.body, row.status)
		if !strings.Contains(string(answer.Body), row.words) {
			t.Errorf("%s: the answer does not say %q: %.900s", name, row.words, answer.Body)
		}
	}
	wrong := c.Import("kind=touchpoints&default_kind=order", "customer;date;amount\nC-0;soon;1\nC-77;2025-01-01;1\nC-0;2025-01-01;1\n")
	if wrong.Created != 1 || wrong.Failed != 2 || wrong.Errors[0].Line != 2 {
		t.Errorf("rows that are wrong: got %+v, want 2 of 3 refused, the first of line 2", wrong)
	}
	c.Do(http.MethodGet, "/readyz", nil, http.StatusOK)
	if strings.Contains(p.Output(), "panic") {
		t.Error("something panicked")
	}
}

// TestStartsThatCannotWork starts the program where it cannot run: it ends at once and says why.
func TestStartsThatCannotWork(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = taken.Close() })
	inUse := filepath.Join(folder, "used.db")
	journey.Start(t, "-store", inUse)
	garbage := filepath.Join(folder, "garbage.db")
	if err := os.WriteFile(garbage, []byte(strings.Repeat("this is no database ", 1000)), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, row := range map[string]struct {
		args  []string
		words string
	}{
		"the port is taken":        {[]string{"-listen", taken.Addr().String(), "-store", filepath.Join(folder, "a.db")}, "is Earshot running already?"},
		"the folder is missing":    {[]string{"-store", filepath.Join(folder, "no", "such", "a.db")}, "no such file or directory"},
		"the store is a folder":    {[]string{"-store", folder}, "directory"},
		"the file is no database":  {[]string{"-store", garbage}, "not a database"},
		"another process has it":   {[]string{"-store", inUse}, "in use by another process"},
		"nobody is at the address": {[]string{"-store", "mongodb://" + journey.FreeAddress(t) + "/x?serverSelectionTimeoutMS=200"}, "nobody listens at the MongoDB address"},
		"the mail URL is wrong":    {[]string{"-smtp", "http://mail.example", "-mail-from", journey.Sender, "-store", filepath.Join(folder, "b.db")}, "smtp"},
	} {
		t.Run(name, func(t *testing.T) {
			args := row.args
			if args[0] != "-listen" {
				args = append(args, "-listen", "127.0.0.1:0")
			}
			began := time.Now()
			printed, err := runHere(t, args...)
			if err == nil || !strings.Contains(err.Error(), row.words) {
				t.Errorf("got the error %v, want %q in it; it printed %q", err, row.words, printed)
			}
			if took := time.Since(began); took > 15*time.Second {
				t.Errorf("it took %v to say so", took)
			}
		})
	}
}
