package api_test

import (
	"context"
	"net/http"
	"net/url"
	"sync"
	"testing"
	"time"

	"earshot/api"
	"earshot/survey"
)

// letterbox takes mails, or refuses them with the reply.
type letterbox struct {
	mu    sync.Mutex
	sent  []*survey.Message
	reply string
}

func (l *letterbox) Deliver(_ context.Context, m *survey.Message) survey.Outcome {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.reply != "" {
		return survey.Outcome{Delivery: survey.Refused, Reply: l.reply}
	}
	l.sent = append(l.sent, m)
	return survey.Outcome{Delivery: survey.Accepted, Reply: "250 2.0.0 queued as 4F2A"}
}

func (l *letterbox) Check(context.Context) survey.Outcome {
	return survey.Outcome{Delivery: survey.Accepted}
}

// TestMailChecksAreShown on the page and by API, and looked at once a minute.
func TestMailChecksAreShown(t *testing.T) {
	t.Parallel()
	looks := 0
	w := newWorld(t, func(cfg *api.Config) {
		cfg.Mail.Look = func(context.Context) []survey.MailCheck {
			looks++
			return []survey.MailCheck{
				{Name: "SPF", State: survey.CheckFault, Found: "There is no record.", Do: "Publish one.", Publish: []survey.DNSRecord{{Type: "TXT", Name: "example.com", Text: "v=spf1 mx ~all"}}},
				{Name: "DMARC", State: survey.CheckOK, Found: "There is one."},
			}
		}
	})
	ada := adminBrowser(t, w)
	ada.get("/settings").want(http.StatusOK, "Do mails arrive?")
	ada.get("/settings/mail").want(http.StatusOK, "1 thing is wrong", "There is no record.", "Publish one.", "v=spf1 mx ~all", "Good")
	type answer struct {
		CheckedAt time.Time `json:"checked_at"`
		Checks    []struct {
			Name, State, Found, Do string
			Publish                []struct{ Type, Name, Text string }
		}
	}
	read := func() answer {
		return readJSON[answer](t, w, call{method: "GET", path: "/api/v1/mail/preflight", key: w.readKey})
	}
	got := read()
	if !got.CheckedAt.Equal(noon) || len(got.Checks) != 2 || got.Checks[0].State != "fault" || got.Checks[0].Publish[0].Text != "v=spf1 mx ~all" || got.Checks[1].Do != "" {
		t.Errorf("got %+v", got)
	}
	if looks != 1 {
		t.Errorf("got %d looks within a minute, want 1", looks)
	}
	w.at(noon.Add(time.Minute))
	if got := read(); looks != 2 || !got.CheckedAt.Equal(noon.Add(time.Minute)) {
		t.Errorf("got %d looks after a minute, at %v; want another", looks, got.CheckedAt)
	}
	repBrowser(t, w).get("/settings/mail").want(http.StatusForbidden)
}

// TestTestMail sends mails to oneself by the page, and tells what the server said.
func TestTestMail(t *testing.T) {
	t.Parallel()
	post := &letterbox{}
	w := newMailingWorld(t, post)
	ada := adminBrowser(t, w)
	const form = "form[action='/settings/mail/test']"
	ada.get("/settings/mail").submit(form).want(http.StatusOK, "took the test mail to ada@example.com", "queued as 4F2A")
	ada.get("/settings/mail").submit(form, "survey_id", w.survey, "language", "de").want(http.StatusOK, "queued as")
	if len(post.sent) != 2 || post.sent[1].To != "ada@example.com" || post.sent[1].UnsubscribeURL != "https://feedback.example.com/surveys/"+w.survey+"/preview" {
		t.Fatalf("got mails %+v", post.sent)
	}
	if page := ada.get("/surveys/" + w.survey + "/preview?s=3"); page.status != http.StatusOK {
		t.Errorf("the links lead to a page with status %d", page.status)
	}
	post.reply = "554 5.7.1 no"
	ada.get("/settings/mail").submit(form).want(http.StatusOK, "did not take", "554 5.7.1 no")
	ada.get("/settings/mail").submit(form, "to", "nobody").want(http.StatusBadRequest, "Must be an e-mail address")
	ada.get("/settings/mail").submit(form, "to", w.suppressed).want(http.StatusConflict, "must not be mailed")
	ada.post("/settings/mail/test", url.Values{"to": {"ada@example.com"}, "survey_id": {"sur_none"}}).want(http.StatusNotFound)
	ada.get("/settings/mail").submit(form)
	ada.get("/settings/mail").submit(form).want(http.StatusTooManyRequests, "wait a minute")
	repBrowser(t, w).post("/settings/mail/test", url.Values{"to": {"mia@example.com"}}).want(http.StatusForbidden)
}

// TestNoTestMailWithoutAServer offers none.
func TestNoTestMailWithoutAServer(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ada := adminBrowser(t, w)
	if ada.get("/settings/mail").want(http.StatusOK, "Nothing could be looked at").Find("form[action='/settings/mail/test']").Length() != 0 {
		t.Error("a test mail is offered though no mail server is set")
	}
	ada.post("/settings/mail/test", url.Values{"to": {"ada@example.com"}}).want(http.StatusConflict)
}
