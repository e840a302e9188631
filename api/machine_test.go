package api_test

import (
	"bytes"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"earshot/survey"
)

// machine is a mail scanner that opens a page and presses its buttons.
type machine struct {
	name string
	// reads is how long it looks at the page.
	reads time.Duration
	// fills is what it puts into every empty field; bare leaves out the hidden fields too.
	fills string
	bare  bool
	// obeyed is whether it should be taken for a person.
	obeyed bool
}

var machines = []machine{
	{"at once", 0, "", false, false},
	{"faster than a person", 399 * time.Millisecond, "", false, false},
	{"fills in every field", time.Minute, "x@y.example", false, false},
	{"without the page", time.Minute, "", true, false},
	{"a person", 2 * time.Second, "", false, true},
}

// press opens the page, presses the button of the form that selector finds, and returns what came.
func (m machine) press(t *testing.T, w *world, path, selector string, fields ...string) *screen {
	t.Helper()
	shown := newBrowser(t, w).get(path)
	w.at(w.clock.Load().Add(m.reads))
	return m.submit(shown, selector, fields...)
}

// submit sends the form on a screen.
func (m machine) submit(shown *screen, selector string, fields ...string) *screen {
	for _, name := range []string{"homepage"} {
		fields = append(fields, name, m.fills)
	}
	if m.bare {
		form := url.Values{}
		for i := 0; i+1 < len(fields); i += 2 {
			form.Set(fields[i], fields[i+1])
		}
		return shown.browser.post(shown.Find(selector).AttrOr("action", ""), form)
	}
	return shown.submit(selector, fields...)
}

// invited returns a fresh link of the world, which a mail went out for.
func invited(t *testing.T, w *world) (path string, id survey.InvitationID) {
	t.Helper()
	asked := ask(t, w, survey.AskRequest{ContactID: newCompany(t, w, "C-80", "P-80"), SurveyID: survey.SurveyID(w.survey), NoMail: true})
	return "/r/" + tokenOf(asked.Link), survey.InvitationID(asked.Invitation.ID)
}

func TestMachinesDeclineNothing(t *testing.T) {
	t.Parallel()
	for _, m := range machines {
		t.Run(m.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			path, id := invited(t, w)
			form := "form[action$='/decline']"
			declined := func() bool {
				inv, err := w.service.Invitation(t.Context(), id)
				return !must(t, inv, err).DeclinedAt.IsZero()
			}
			shown := m.press(t, w, path, form, "successor_name", "Jo Kim", "successor_email", "jo@nordlicht.example")
			if declined() != m.obeyed {
				t.Fatalf("obeyed: %v, want %v", declined(), m.obeyed)
			}
			if m.obeyed {
				shown.want(http.StatusOK, "Thank you for telling us", "Jo Kim")
				return
			}
			shown.want(http.StatusConflict, "Please press the button once more")
			if got := shown.value("successor_name") + " " + shown.value("successor_email"); got != "Jo Kim jo@nordlicht.example" {
				t.Errorf("what was typed is gone: %q", got)
			}
			if again := m.submit(shown, form); declined() || again.status != http.StatusConflict {
				t.Errorf("pressed again at once: got %d, declined %v", again.status, declined())
			}
			w.at(w.clock.Load().Add(time.Second))
			shown.submit(form, "homepage", "").want(http.StatusOK, "Thank you for telling us", "Jo Kim")
			if !declined() {
				t.Error("a person who confirmed was not obeyed")
			}
		})
	}
}

func TestMachinesUnsubscribeNobody(t *testing.T) {
	t.Parallel()
	for _, m := range machines {
		t.Run(m.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			path, _ := invited(t, w)
			suppressed := func() bool {
				_, err := w.service.Suppression(t.Context(), "p-80@nordlicht.example")
				return err == nil
			}
			shown := m.press(t, w, path+"/unsubscribe", "form")
			if suppressed() != m.obeyed {
				t.Fatalf("obeyed: %v, want %v", suppressed(), m.obeyed)
			}
			if m.obeyed {
				shown.want(http.StatusOK, "You are unsubscribed")
				return
			}
			shown.want(http.StatusConflict, "Please press the button once more")
			w.at(w.clock.Load().Add(time.Second))
			shown.submit("form", "homepage", "").want(http.StatusOK, "You are unsubscribed")
			if !suppressed() {
				t.Error("a person who confirmed was not obeyed")
			}
		})
	}
}

// TestOneClickUnsubscribes as RFC 8058 has it: a program sends it at once, in either encoding, and it is obeyed.
func TestOneClickUnsubscribes(t *testing.T) {
	t.Parallel()
	var parts bytes.Buffer
	writer := multipart.NewWriter(&parts)
	must(t, 0, writer.WriteField("List-Unsubscribe", "One-Click"))
	must(t, 0, writer.Close())
	for _, row := range []struct {
		name, media, body string
		obeyed            bool
	}{
		{"as a form", "application/x-www-form-urlencoded", "List-Unsubscribe=One-Click", true},
		{"in parts", writer.FormDataContentType(), parts.String(), true},
		{"something else", "application/x-www-form-urlencoded", "List-Unsubscribe=Maybe", false},
		{"nothing", "application/x-www-form-urlencoded", "", false},
		{"broken", "multipart/form-data; boundary=x", "--x", false},
	} {
		t.Run(row.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			path, _ := invited(t, w)
			req := httptest.NewRequest(http.MethodPost, path+"/unsubscribe", strings.NewReader(row.body))
			req.Header.Set("Content-Type", row.media)
			res := httptest.NewRecorder()
			w.ServeHTTP(res, req)
			_, err := w.service.Suppression(t.Context(), "p-80@nordlicht.example")
			if (err == nil) != row.obeyed || (res.Code == http.StatusOK) != row.obeyed {
				t.Errorf("got %d, suppressed %v; want obeyed: %v", res.Code, err == nil, row.obeyed)
			}
		})
	}
}
