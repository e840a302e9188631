package api_test

import (
	"bytes"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"earshot/survey/access"
	"earshot/survey/idempotency"
	"earshot/survey/store"
)

// repeatables are the operations that take an Idempotency-Key, by the contract.
func repeatables() []operation {
	return slices.DeleteFunc(slices.Clone(loadContract().operations), func(op operation) bool {
		return op.method != http.MethodPost || op.parameters.GetByInAndName("header", "Idempotency-Key") == nil
	})
}

// under is the call with an Idempotency-Key.
func (r call) under(key string) call {
	r.header = maps.Clone(r.header)
	if r.header == nil {
		r.header = map[string]string{}
	}
	r.header["Idempotency-Key"] = key
	return r
}

// wantSame fails where a repeated request is answered otherwise than the first one was.
func wantSame(t *testing.T, what string, first, again *httptest.ResponseRecorder) {
	t.Helper()
	if again.Code != first.Code || again.Body.String() != first.Body.String() || again.Header().Get("Idempotent-Replayed") != "true" {
		t.Errorf("%s: got %d %v %s, want %d %s as before", what, again.Code, again.Header(), again.Body, first.Code, first.Body)
	}
	for _, name := range []string{"Content-Type", "Location", "ETag"} {
		if got, want := again.Header().Get(name), first.Header().Get(name); got != want {
			t.Errorf("%s: %s is %q, want %q", what, name, got, want)
		}
	}
}

// TestEveryPostMayBeSentAgain sends every request twice under one key: the second time nothing happens, and the answer is that
// of the first, whatever it was.
func TestEveryPostMayBeSentAgain(t *testing.T) {
	t.Parallel()
	ops := repeatables()
	if len(ops) < 25 {
		t.Fatalf("the contract tells of %d operations only", len(ops))
	}
	for _, op := range ops {
		t.Run(op.OperationID, func(t *testing.T) {
			t.Parallel()
			w := worldOf(t, op)
			request := w.good(t, op).call(t).under("a-1")
			first := w.send(t, request)
			if first.Code >= 500 {
				t.Fatalf("got %d: %s", first.Code, first.Body)
			}
			wantSame(t, "sent again", first, w.send(t, request))
			w.at(noon.Add(idempotency.KeptFor - time.Second))
			wantSame(t, "a day later", first, w.send(t, request))
		})
	}
}

// total is how many things a list of the API has.
func (w *world) total(t testing.TB, path string) int {
	t.Helper()
	page := readJSON[struct{ Items []json.RawMessage }](t, w, call{method: "GET", path: path, key: w.writeKey})
	return len(page.Items)
}

// making are requests that make something, with the list where it shows.
func making(w *world) map[string]struct {
	call
	list string
} {
	post := func(path, media, body string) call {
		return call{method: "POST", path: path, key: w.writeKey, media: media, body: body}
	}
	customer := `{"name":"Tide AG"}`
	all := map[string]struct {
		call
		list string
	}{
		"customer":             {post("/api/v1/customers", "", customer), "/api/v1/customers?name_prefix=Tide"},
		"customer with number": {post("/api/v1/customers", "", `{"name":"Tide AG","external_id":"T-1"}`), "/api/v1/customers?name_prefix=Tide"},
		"contact":              {post("/api/v1/contacts", "", `{"customer_id":"`+w.customer+`","name":"Tor Tide","email":"tor@tide.example"}`), "/api/v1/contacts?limit=500"},
		"contact with number":  {post("/api/v1/contacts", "", `{"customer_id":"`+w.customer+`","name":"Tor Tide","external_id":"T-1"}`), "/api/v1/contacts?limit=500"},
		"touchpoint":           {post("/api/v1/touchpoints", "", `{"customer_id":"`+w.customer+`","kind":"call","at":"2026-03-01T10:00:00Z"}`), "/api/v1/touchpoints?limit=500&customer_id=" + w.customer},
		"touchpoint with number": {post("/api/v1/touchpoints", "", `{"customer_id":"`+w.customer+`","kind":"call","at":"2026-03-01T10:00:00Z","external_id":"T-1"}`),
			"/api/v1/touchpoints?limit=500&customer_id=" + w.customer},
		"survey":              {post("/api/v1/surveys", "", `{"name":"Tide","template":"nps"}`), "/api/v1/surveys"},
		"pulse":               {post("/api/v1/pulses", "", `{"name":"Tide","survey_id":"`+w.survey+`","audience":"everyone","weekdays":[1],"hour":9}`), "/api/v1/pulses"},
		"invitation":          {post("/api/v1/invitations", "", `{"customer_id":"`+w.customer+`","survey_id":"`+w.survey+`","confirm":true}`), "/api/v1/invitations?limit=500"},
		"invitation by link":  {post("/api/v1/invitations", "", `{"customer_id":"`+w.customer+`","survey_id":"`+w.survey+`","confirm":true,"delivery":"link"}`), "/api/v1/invitations?limit=500"},
		"suppression":         {post("/api/v1/suppressions", "", `{"email":"tor@tide.example"}`), "/api/v1/suppressions?limit=500"},
		"import":              {post("/api/v1/imports?kind=customers", "text/csv", "external_id,name\nT-1,Tide AG\n"), "/api/v1/imports?limit=500"},
		"customers in bulk":   {post("/api/v1/customers/bulk", "application/x-ndjson", `{"name":"Tide AG","external_id":"T-1"}`), "/api/v1/customers?name_prefix=Tide"},
		"touchpoints in bulk": {post("/api/v1/touchpoints/bulk", "application/x-ndjson", `{"customer_external_id":"C-1001","kind":"call","at":"2026-03-01T10:00:00Z"}`), "/api/v1/touchpoints?limit=500&customer_id=" + w.customer},
	}
	return all
}

// TestRequestsSurviveKills kills the process behind each write in turn that a request makes. Sent again under its key, once
// the claim of the dead has run out, it is carried out, and what it makes is there once.
func TestRequestsSurviveKills(t *testing.T) {
	t.Parallel()
	for name := range making(newWorld(t)) {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			survived := false
			for writes := int64(0); !survived; writes++ {
				w := newWorld(t)
				request := making(w)[name]
				before := w.total(t, request.list)
				w.store.dieAfter(writes)
				first := w.send(t, request.under("k-1"))
				w.store.revive()
				w.at(noon.Add(time.Minute))
				again := w.send(t, request.under("k-1"))
				if again.Code/100 != 2 {
					t.Fatalf("killed after %d writes: got %d, want it done: %s", writes, again.Code, again.Body)
				}
				if got := w.total(t, request.list) - before; got != 1 {
					t.Fatalf("killed after %d writes: it is there %d times", writes, got)
				}
				wantSame(t, fmt.Sprintf("a third time, killed after %d writes", writes), again, w.send(t, request.under("k-1")))
				survived = first.Code/100 == 2 && again.Body.String() == first.Body.String()
				if writes > 30 {
					t.Fatal("it never ends")
				}
			}
		})
	}
}

// TestTwoAtOnce sends the same request many times at once: one works, the others wait for its answer.
func TestTwoAtOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	request := call{method: "POST", path: "/api/v1/customers", key: w.writeKey, body: `{"name":"Tide AG"}`}.under("at-once")
	var all sync.WaitGroup
	answers := make([]*httptest.ResponseRecorder, 20)
	for i := range answers {
		all.Go(func() { answers[i] = w.send(t, request) })
	}
	all.Wait()
	for _, a := range answers {
		if a.Code != http.StatusCreated || a.Body.String() != answers[0].Body.String() {
			t.Errorf("got %d %s, want what the others got: %s", a.Code, a.Body, answers[0].Body)
		}
	}
	if got := w.total(t, "/api/v1/customers?name_prefix=Tide"); got != 1 {
		t.Errorf("the customer is there %d times", got)
	}
}

// TestKeysAreToldApart: a key belongs to who sends it, to one request, and to a day; what may pass is not kept.
func TestKeysAreToldApart(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	request := call{method: "POST", path: "/api/v1/customers", key: w.writeKey, body: `{"name":"Tide AG"}`}
	other := request
	other.body = `{"name":"Tide SE"}`
	for _, wrong := range []string{"with a blank", "ü", strings.Repeat("x", 256), "tab\there"} {
		if res := w.send(t, request.under(wrong)); res.Code != http.StatusBadRequest || !strings.Contains(res.Body.String(), `"field":"Idempotency-Key"`) {
			t.Errorf("key %q: got %d %s", wrong, res.Code, res.Body)
		}
	}
	w.store.breaks(nil, errBroken, false)
	if res := w.send(t, request.under("k")); res.Code != http.StatusInternalServerError {
		t.Errorf("where nothing can be written: got %d %s", res.Code, res.Body)
	}
	w.store.breaks(nil, nil, false)
	first := w.send(t, request.under("k"))
	if first.Code != http.StatusCreated || first.Header().Get("Idempotent-Replayed") != "" {
		t.Errorf("after a failure that has passed: got %d %s", first.Code, first.Body)
	}
	if res := w.send(t, other.under("k")); res.Code != http.StatusUnprocessableEntity {
		t.Errorf("another body under the key: got %d %s", res.Code, res.Body)
	}
	refused := request
	refused.key = w.readKey
	if res := w.send(t, refused.under("k")); res.Code != http.StatusForbidden {
		t.Errorf("a key that may only read: got %d %s, want nothing of what another key was told", res.Code, res.Body)
	}
	w.at(noon.Add(idempotency.KeptFor))
	if res := w.send(t, other.under("k")); res.Code != http.StatusCreated {
		t.Errorf("another body under the key a day later: got %d %s", res.Code, res.Body)
	}
}

// TestLongAnswersAreKept sends a bulk write whose answer fills several parts.
func TestLongAnswersAreKept(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var lines strings.Builder
	for i := range 12_000 {
		fmt.Fprintf(&lines, "{\"external_id\":\"T-%d\",\"name\":\"Tide %x\",\"oops%d\":1}\n", i, i*7919, i*104_729)
	}
	request := call{method: "POST", path: "/api/v1/customers/bulk", key: w.writeKey, media: "application/x-ndjson", body: lines.String()}.under("long")
	first := w.send(t, request)
	wantSame(t, "a long answer", first, w.send(t, request))
}

// TestKeptAnswersTellNobody looks for the link of an invitation in everything that is stored of an answer.
func TestKeptAnswersTellNobody(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	request := call{method: "POST", path: "/api/v1/invitations", key: w.writeKey,
		body: `{"customer_id":"` + w.customer + `","survey_id":"` + w.survey + `","confirm":true,"delivery":"link"}`}.under("secret")
	var asked struct{ Link string }
	first := w.send(t, request)
	if err := json.Unmarshal(first.Body.Bytes(), &asked); err != nil || asked.Link == "" {
		t.Fatalf("got %d %s", first.Code, first.Body)
	}
	wantSame(t, "the link again", first, w.send(t, request))
	kept := 0
	for _, spec := range idempotency.Specs() {
		docs, _, err := w.store.Find(t.Context(), spec, store.Query{Index: store.ByID, Limit: 10})
		for _, doc := range must(t, docs, err) {
			kept++
			body := doc.(*idempotency.Attempt).Body
			if _, err := gzip.NewReader(bytes.NewReader(body)); err == nil || bytes.Contains(body, []byte("/r/")) {
				t.Errorf("the answer can be read in the store: %q", body)
			}
		}
	}
	if kept != 1 {
		t.Errorf("%d answers are kept, want one", kept)
	}
}

// TestRefusedAsksTellTheInvitation repeats an ask without a key: the refusal tells the invitation that is there.
func TestRefusedAsksTellTheInvitation(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ask := call{method: "POST", path: "/api/v1/invitations", key: w.writeKey, body: `{"customer_id":"` + w.customer + `","survey_id":"` + w.survey + `","confirm":true}`}
	var made, refused struct {
		ID         string
		Invitation struct{ ID, Email string }
	}
	first, second := w.send(t, ask), w.send(t, ask)
	must(t, 0, json.Unmarshal(first.Body.Bytes(), &made))
	must(t, 0, json.Unmarshal(second.Body.Bytes(), &refused))
	if second.Code != http.StatusConflict || refused.Invitation.ID != made.ID || refused.Invitation.Email == "" {
		t.Errorf("got %d %s, want the invitation %s", second.Code, second.Body, made.ID)
	}
}

// TestRotationDoesNotRepeat sends a request again with the key's new secret, whose first answer was lost: it is carried out once, and its
// answer is read with the secret of before, until that ends.
func TestRotationDoesNotRepeat(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	before, key, err := w.access.CreateAPIKey(t.Context(), "", access.NewAPIKey{Name: "Shop", Scopes: []access.Scope{access.ScopeWrite}})
	must(t, key, err)
	request := call{method: "POST", path: "/api/v1/surveys", key: before, body: `{"name":"Tide","template":"nps"}`}.under("a-1")
	first, count := w.send(t, request), w.total(t, "/api/v1/surveys")
	after, key, err := w.access.RotateAPIKey(t.Context(), key.ID, time.Hour)
	must(t, key, err)
	acts := len(w.acted(t))
	wantSame(t, "with the secret of before", first, w.send(t, request))
	request.key = after
	if res := w.send(t, request); res.Code != http.StatusUnprocessableEntity || !strings.Contains(res.Body.String(), "carried out already") {
		t.Errorf("with the new secret: got %d %s, want 422 that tells of it", res.Code, res.Body)
	}
	if n := w.total(t, "/api/v1/surveys"); n != count || len(w.acted(t)) != acts {
		t.Errorf("there are %d surveys, want %d, and %d lines of the audit log, want %d", n, count, len(w.acted(t)), acts)
	}
	_, err = w.access.RevokeAPIKey(t.Context(), key.ID)
	must(t, 0, err)
	for _, secret := range []string{before, after} {
		request.key = secret
		if res := w.send(t, request); res.Code != http.StatusUnauthorized || res.Header().Get("Idempotent-Replayed") != "" {
			t.Errorf("after the key was revoked: got %d %s, want 401", res.Code, res.Body)
		}
	}
}
