package api_test

import (
	"context"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"earshot/api"
	"earshot/survey"
)

// lockedBox is a mailbox that lets nobody in until it is opened.
type lockedBox struct{ open bool }

func (*lockedBox) Name() string { return "bounces@mail.example/INBOX" }

func (b *lockedBox) Read(_ context.Context, from survey.MailboxPlace, _ func(context.Context, io.Reader) (bool, error)) (survey.MailboxPlace, error) {
	if b.open {
		return from, nil
	}
	return from, &survey.MailboxError{Fault: survey.FaultLogin, Reply: "NO [AUTHENTICATIONFAILED]"}
}

// TestFaultOfTheMailboxIsSeen follows a fault of the mailbox over the pages, the API and the metrics until it has passed.
func TestFaultOfTheMailboxIsSeen(t *testing.T) {
	t.Parallel()
	const alarm = "What comes back is not read since"
	box := &lockedBox{}
	w := newWorld(t)
	service, err := survey.NewService(survey.Options{
		Store: w.store, Reps: w.access, Mailbox: box, BaseURL: "https://feedback.example.com", Company: "Brunnen AG", Clock: func() time.Time { return *w.clock.Load() },
	})
	must(t, service, err)
	server, err := api.New(api.Config{Service: service, Access: w.access, Audit: w.audit, Repeats: w.repeats, Frontend: pages()})
	must(t, server, err)
	w.Handler, w.service = server, service
	standing := func() string {
		t.Helper()
		return w.send(t, call{method: "GET", path: "/api/v1/mailbox", key: w.readKey}).Body.String()
	}
	mia := repBrowser(t, w)
	must(t, 0, service.OpenMailbox(t.Context()))
	for try := range 3 {
		if strings.Contains(mia.get("/").want(http.StatusOK).Text(), alarm) {
			t.Errorf("a page raises the alarm after %d tries", try)
		}
		must(t, 0, service.Effects().Drain(t.Context(), "mailboxes"))
		w.at(w.clock.Load().Add(5 * time.Minute))
	}
	mia.get("/customers").want(http.StatusOK, alarm, "does not let Earshot in", "AUTHENTICATIONFAILED")
	if got := standing(); !strings.Contains(got, `"failing":true,"fault":"login"`) {
		t.Errorf("the API tells %s", got)
	}
	if got := w.metric(t, `earshot_mailbox_failing{fault="login"}`); got != "1" {
		t.Errorf("the metrics tell %s", got)
	}
	box.open = true
	w.at(w.clock.Load().Add(20 * time.Minute))
	must(t, 0, service.Effects().Drain(t.Context(), "mailboxes"))
	w.at(w.clock.Load().Add(time.Minute))
	if strings.Contains(mia.get("/").want(http.StatusOK).Text(), alarm) || !strings.Contains(standing(), `"failing":false`) {
		t.Errorf("the alarm stays; the API tells %s", standing())
	}
}
