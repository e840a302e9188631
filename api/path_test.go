package api_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
)

// spelt returns a path parameter with every byte percent-encoded, as some clients send it.
func spelt(value string) string {
	var b strings.Builder
	for _, c := range []byte(value) {
		fmt.Fprintf(&b, "%%%02X", c)
	}
	return b.String()
}

// TestPathParametersAreDecodedOnce writes and reads by keys that look otherwise in an address.
func TestPathParametersAreDecodedOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, key := range []string{"A/1", "A%2F1", "100%", "a@b", "a+b", "a b", "a&b=c", "a;b,c:d", "..", ".", "?#", "Süd/3", "%", "%25", "bulk"} {
		for collection, body := range map[string]string{
			"customers": `{"name":"Slash"}`, "contacts": `{"customer_external_id":"C-1001","name":"Slash","role":"user"}`,
		} {
			for i, path := range []string{url.PathEscape(key), spelt(key)} {
				path = "/api/v1/" + collection + "/by-external-id/" + path
				res := w.send(t, call{method: "PUT", path: path, key: w.writeKey, body: body})
				if want := []int{http.StatusCreated, http.StatusOK}[i]; res.Code != want {
					t.Errorf("PUT %s: got %d, want %d: %s", path, res.Code, want, res.Body)
				}
				var got struct {
					ExternalID string `json:"external_id"`
				}
				res = w.send(t, call{method: "GET", path: path, key: w.readKey})
				if err := json.Unmarshal(res.Body.Bytes(), &got); err != nil || got.ExternalID != key {
					t.Errorf("GET %s: got %d with the key %q, want %q", path, res.Code, got.ExternalID, key)
				}
			}
		}
	}
}

// TestSuppressionsAreFoundInEverySpelling of their address in the path: what is missed would be called mailable.
func TestSuppressionsAreFoundInEverySpelling(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, email := range []string{"x@alder.example", "x+y@alder.example", "o'brien@alder.example", "a/b@alder.example", "a%40@alder.example", "@birch.example", "*@cedar.example"} {
		body, err := json.Marshal(map[string]string{"email": email, "reason": "by_hand"})
		must(t, body, err)
		if res := w.send(t, call{method: "POST", path: "/api/v1/suppressions", key: w.writeKey, body: string(body)}); res.Code != http.StatusCreated {
			t.Fatalf("suppress %s: got %d: %s", email, res.Code, res.Body)
		}
		for _, path := range []string{url.PathEscape(email), spelt(email), strings.ReplaceAll(url.PathEscape(email), "@", "%40")} {
			path = "/api/v1/suppressions/" + path
			if res := w.send(t, call{method: "GET", path: path, key: w.readKey}); res.Code != http.StatusOK {
				t.Errorf("GET %s: got %d, want 200", path, res.Code)
			}
		}
		path := "/api/v1/suppressions/" + spelt(email) + "?confirm=true"
		if res := w.send(t, call{method: "DELETE", path: path, key: w.writeKey}); res.Code != http.StatusNoContent {
			t.Errorf("DELETE %s: got %d, want 204", path, res.Code)
		}
	}
}

// TestEveryOperationTakesEncodedParameters sends each operation's good request with its parameters spelt in full.
func TestEveryOperationTakesEncodedParameters(t *testing.T) {
	t.Parallel()
	for _, op := range loadContract().operations {
		if !strings.Contains(op.path, "{") {
			continue
		}
		t.Run(op.OperationID, func(t *testing.T) {
			t.Parallel()
			answers := make([]*httptest.ResponseRecorder, 2)
			for i := range answers {
				w := newWorld(t)
				r := w.good(t, op)
				c := r.call(t)
				if i == 1 {
					for name, value := range r.path {
						op.path = strings.ReplaceAll(op.path, "{"+name+"}", spelt(value))
					}
					_, query, asks := strings.Cut(c.path, "?")
					c.path = op.path
					if asks {
						c.path += "?" + query
					}
				}
				answers[i] = w.send(t, c)
			}
			if plain, encoded := answers[0], answers[1]; plain.Code != encoded.Code || plain.Code >= 400 {
				t.Errorf("got %d written plainly and %d encoded: %s", plain.Code, encoded.Code, encoded.Body)
			}
		})
	}
}

// pageValue returns what stands for the parameter in a page's path.
func (w *world) pageValue(path string) string {
	for prefix, value := range map[string]string{
		"/r/": w.link, "/setup/": "none", "/way-in/": "none", "/reset/": "none", "/static/": "none.css", "/logo/": "none.png", "/gallery/": "today-normal", "/imports/uploads/": "none",
		"/customers/": w.customer, "/contacts/": w.contact, "/touchpoints/": w.touchpoint, "/responses/": w.response,
		"/surveys/": w.survey, "/pulses/": w.pulse, "/invitations/": w.uncertain, "/kept-mails/": w.keptMail,
		"/imports/": w.importation, "/settings/reps/": w.rep, "/settings/teams/": w.team, "/feeds/": w.feed,
	} {
		if rest, ok := strings.CutPrefix(path, prefix); ok && strings.HasPrefix(rest, ":") {
			return value
		}
	}
	return ""
}

// TestEveryPageTakesEncodedParameters opens and posts to each page with its parameters spelt in full.
func TestEveryPageTakesEncodedParameters(t *testing.T) {
	t.Parallel()
	for _, r := range pageRows(newWorld(t)) {
		method, path := r.Method, r.Path
		name := parameter.FindString(path)
		if name == "" {
			continue
		}
		t.Run(method+" "+path, func(t *testing.T) {
			t.Parallel()
			var codes []int
			for _, spell := range []func(string) string{url.PathEscape, spelt} {
				w := newWorld(t)
				value := w.pageValue(path)
				if value == "" {
					t.Fatal("nothing in the world stands for the parameter")
				}
				codes = append(codes, adminBrowser(t, w).once(method, strings.ReplaceAll(path, name, spell(value)), url.Values{}).Code)
			}
			if codes[0] != codes[1] {
				t.Errorf("got %d written plainly and %d encoded", codes[0], codes[1])
			}
		})
	}
}
