package main

import (
	_ "embed"
	"encoding/json"
	"html/template"
	"net"
	"net/http"
	"net/mail"
	"net/netip"
	"slices"
	"strconv"
	"time"

	"earshot/survey/mail/sink"
)

// sinkMail is a mail as the sink tells it in JSON.
type sinkMail struct {
	Number     int         `json:"number"`
	At         time.Time   `json:"at"`
	Sender     string      `json:"sender"`     // of the envelope: where it would come back
	Recipients []string    `json:"recipients"` // of the envelope
	From       string      `json:"from"`
	Subject    string      `json:"subject"`
	Links      []string    `json:"links"`
	Problem    string      `json:"problem,omitempty"`
	Header     mail.Header `json:"header,omitempty"` // header, text and html stand in one mail alone, not in the list
	Text       string      `json:"text,omitempty"`
	HTML       string      `json:"html,omitempty"`
}

// newSinkMail returns a mail, with its content where whole says so.
func newSinkMail(m *sink.Mail, whole bool) sinkMail {
	told := sinkMail{Number: m.Number, At: m.At.UTC(), Sender: m.Sender, Recipients: m.Recipients, Subject: m.Subject, Links: m.Links(), Problem: m.Problem}
	if m.From != nil {
		told.From = m.From.String()
	}
	if told.Links == nil {
		told.Links = []string{}
	}
	if whole {
		told.Header, told.Text, told.HTML = m.Header, m.Text, m.HTML
	}
	return told
}

// sinkHandler shows what a sink has.
func sinkHandler(s *sink.Sink) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, r *http.Request) { sinkPage(w, r, s) })
	mux.HandleFunc("GET /mails", func(w http.ResponseWriter, r *http.Request) {
		writeSinkJSON(w, map[string]any{"items": sinkList(r, s), "count": s.Count()})
	})
	mux.HandleFunc("DELETE /mails", func(w http.ResponseWriter, _ *http.Request) {
		s.Clear()
		w.WriteHeader(http.StatusNoContent)
	})
	mux.HandleFunc("GET /mails/{number}", one(s, func(w http.ResponseWriter, m *sink.Mail) { writeSinkJSON(w, newSinkMail(m, true)) }))
	mux.HandleFunc("GET /mails/{number}/raw", one(s, func(w http.ResponseWriter, m *sink.Mail) {
		w.Header().Set("Content-Type", "text/plain; charset=utf-8")
		_, _ = w.Write(m.Raw)
	}))
	mux.HandleFunc("GET /mails/{number}/html", one(s, func(w http.ResponseWriter, m *sink.Mail) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = w.Write([]byte(m.HTML)) // what the mail says runs in a sandbox, see guarded
	}))
	return guarded(mux)
}

// guarded keeps mails from doing anything when they are looked at, and other web sites from looking at them: a name that somebody has pointed
// at this machine is refused.
func guarded(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		host, _, err := net.SplitHostPort(r.Host)
		if err != nil {
			host = r.Host
		}
		if ip, err := netip.ParseAddr(host); host != "localhost" && (err != nil || !ip.IsLoopback()) {
			http.Error(w, "the sink is reached by the loopback's address or as localhost alone", http.StatusMisdirectedRequest)
			return
		}
		w.Header().Set("Content-Security-Policy", "sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:")
		w.Header().Set("X-Content-Type-Options", "nosniff")
		w.Header().Set("Referrer-Policy", "no-referrer")
		next.ServeHTTP(w, r)
	})
}

// one serves the mail whose number stands in the path.
func one(s *sink.Sink, serve func(http.ResponseWriter, *sink.Mail)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		number, err := strconv.Atoi(r.PathValue("number"))
		m := s.Mail(number)
		if err != nil || m == nil {
			http.Error(w, "there is no such mail, or it is not kept any more", http.StatusNotFound)
			return
		}
		serve(w, m)
	}
}

// sinkList returns the mails that are asked for, the latest first: all, or with ?to= those to one address.
func sinkList(r *http.Request, s *sink.Sink) []sinkMail {
	list, to := []sinkMail{}, r.URL.Query().Get("to")
	for _, m := range s.Mails() {
		if to == "" || slices.Contains(m.Recipients, to) {
			list = append(list, newSinkMail(m, false))
		}
	}
	return list
}

func writeSinkJSON(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(v)
}

//go:embed mail_sink.html
var sinkPageText string

// sinkTemplate is the page.
var sinkTemplate = template.Must(template.New("sink").Parse(sinkPageText))

// shownAtOnce is how many mails the page shows.
const shownAtOnce = 200

func sinkPage(w http.ResponseWriter, r *http.Request, s *sink.Sink) {
	list := sinkList(r, s)
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_ = sinkTemplate.Execute(w, struct {
		Mails       []sinkMail
		Count, Kept int
	}{list[:min(len(list), shownAtOnce)], s.Count(), len(list)})
}
