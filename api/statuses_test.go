package api_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"sort"
	"strconv"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"earshot/survey"
	"earshot/survey/store"
)

// idOf says which thing of the world an operation on one thing is about.
func (w *world) idOf(op operation) string {
	special := map[string]string{
		"resolveInvitation": w.uncertain, "readKeptMail": w.keptMail, "cancelImport": w.queued,
	}
	if id, ok := special[op.OperationID]; ok {
		return id
	}
	for prefix, id := range map[string]string{
		"/api/v1/customers/": w.customer, "/api/v1/contacts/": w.contact, "/api/v1/touchpoints/": w.touchpoint,
		"/api/v1/imports/": w.importation, "/api/v1/feeds/": w.feed, "/api/v1/surveys/": w.survey, "/api/v1/pulses/": w.pulse,
		"/api/v1/reps/": w.rep, "/api/v1/invitations/": w.invitation, "/api/v1/responses/": w.response,
	} {
		if strings.HasPrefix(op.path, prefix) {
			return id
		}
	}
	return ""
}

// pathValues are the path parameters of an operation's good request.
func (w *world) pathValues(op operation) map[string]string {
	external := "C-1001"
	if strings.Contains(op.path, "/contacts/") {
		external = "P-76"
	}
	return map[string]string{
		"id": w.idOf(op), "external_id": external, "token": w.link, "number": "1", "email": w.suppressed, "service": "postmark",
	}
}

// good returns a request that the contract's own examples make.
func (w *world) good(t testing.TB, op operation) request {
	t.Helper()
	r := request{op: op, path: w.pathValues(op), query: map[string]string{}, header: map[string]string{}}
	for _, p := range op.parameters {
		if p.Value.In == "query" && p.Value.Required {
			r.query[p.Value.Name] = fmt.Sprint(p.Value.Example)
		}
	}
	if _, ok := r.query["customer_id"]; ok {
		r.query["customer_id"] = w.customer
	}
	if op.Security == nil || len(*op.Security) > 0 {
		r.key = w.writeKey
	}
	if op.OperationID == "mailHook" {
		r.header["Authorization"] = "Basic " + base64.StdEncoding.EncodeToString([]byte("postmark:"+hookSecret))
	}
	if op.RequestBody != nil {
		for media, content := range op.RequestBody.Value.Content {
			if exampleOf(content) == nil {
				continue // a workbook, say, in place of a file of text
			}
			r.media, r.body = media, w.local(exampleOf(content))
		}
	}
	return r
}

// request is a request for an operation, in parts that tests can spoil.
type request struct {
	op                  operation
	path, query, header map[string]string
	key, media          string
	// body is the body: a value to be written as JSON, or a string as it is.
	body any
}

// clone returns a copy whose maps may be changed.
func (r request) clone() request {
	r.path, r.query, r.header = maps.Clone(r.path), maps.Clone(r.query), maps.Clone(r.header)
	return r
}

// call returns the request as it is sent.
func (r request) call(t testing.TB) call {
	t.Helper()
	path := r.op.path
	for name, value := range r.path {
		path = strings.ReplaceAll(path, "{"+name+"}", url.PathEscape(value))
	}
	query := url.Values{}
	for name, value := range r.query {
		query.Set(name, value)
	}
	if len(query) > 0 {
		path += "?" + query.Encode()
	}
	body, isText := r.body.(string)
	if r.body != nil && !isText {
		encoded, err := json.Marshal(r.body)
		body = string(must(t, encoded, err))
	}
	return call{method: r.op.method, path: path, key: r.key, media: r.media, body: body, header: r.header}
}

func exampleOf(content *openapi3.MediaType) any {
	for _, e := range content.Examples {
		return e.Value.Value
	}
	return content.Example
}

// local returns a copy of an example that speaks of the things in the world.
func (w *world) local(example any) any {
	raw, err := json.Marshal(example)
	if err != nil {
		panic(err)
	}
	const same = "_1c5bk2q3n4p5r6s7t8v9w0x1y2"
	text := strings.NewReplacer(
		"cus"+same, w.customer, "con"+same, w.contact, "srv"+same, w.survey, "inv"+same, w.invitation,
	).Replace(string(raw))
	var value any
	if err := json.Unmarshal([]byte(text), &value); err != nil {
		panic(err)
	}
	return value
}

// TestEveryDocumentedStatus answers every operation in every way that the contract tells of it.
func TestEveryDocumentedStatus(t *testing.T) {
	t.Parallel()
	c := loadContract()
	ops := slices.Clone(c.operations)
	sort.Slice(ops, func(i, j int) bool { return ops[i].OperationID < ops[j].OperationID })
	for _, op := range ops {
		t.Run(op.OperationID, func(t *testing.T) {
			t.Parallel()
			w := worldOf(t, op)
			for _, code := range told(op) {
				w.provoke(t, op, code)
			}
		})
	}
}

// told lists the statuses that the contract tells of an operation: refusals first, then what changes the world.
func told(op operation) []int {
	var codes []int
	for code := range op.Responses.Map() {
		n, err := strconv.Atoi(code)
		if err != nil {
			panic("status " + code)
		}
		codes = append(codes, n)
	}
	sort.Sort(sort.Reverse(sort.IntSlice(codes)))
	return codes
}

// worldOf is a world for the operation: where a mail server is tried there is one.
func worldOf(t *testing.T, op operation) *world {
	t.Helper()
	if op.OperationID == "tryRelay" {
		return newMailingWorld(t, &letterbox{})
	}
	return newWorld(t)
}

// provoke makes the operation answer with that status.
func (w *world) provoke(t *testing.T, op operation, code int) {
	t.Helper()
	if special, ok := specials[fmt.Sprintf("%s %d", op.OperationID, code)]; ok {
		w = worldOf(t, op) // what it does must not show later
		w.expect(t, op, code, special)
		return
	}
	w.expect(t, op, code, spoils[code])
}

// expect sends a good request that spoil has altered.
func (w *world) expect(t *testing.T, op operation, code int, spoil func(*testing.T, *world, *request)) {
	t.Helper()
	r := w.good(t, op)
	defer w.store.breaks(nil, nil, false)
	if spoil != nil {
		spoil(t, w, &r)
	}
	res := w.send(t, r.call(t))
	if res.Code != code && code >= 500 { // what reads nothing but the key
		w.store.breaks(w.store.reads, w.store.writes, true)
		res = w.send(t, r.call(t))
	}
	if res.Code != code {
		t.Errorf("%s: got %d, want %d: %s", op.OperationID, res.Code, code, res.Body)
	}
}

// narrowKey is a key that may not do the operation.
func (w *world) narrowKey(op operation) string {
	if strings.HasPrefix(op.path, "/api/v1/reps") {
		return w.auditKey
	}
	return w.repsKey
}

// spoils say how a good request is made to be answered with a status, for most operations.
var spoils = map[int]func(*testing.T, *world, *request){
	http.StatusBadRequest:   func(_ *testing.T, _ *world, r *request) { r.query["nonsense"] = "1" },
	http.StatusUnauthorized: func(_ *testing.T, _ *world, r *request) { r.key = "" },
	http.StatusForbidden:    func(_ *testing.T, w *world, r *request) { r.key = w.narrowKey(r.op) },
	http.StatusNotFound: func(_ *testing.T, _ *world, r *request) {
		for _, name := range []string{"id", "external_id", "token"} {
			r.path[name] = "missing_0"
		}
		r.path["email"] = "nobody@example.com"
	},
	http.StatusPreconditionFailed: func(_ *testing.T, _ *world, r *request) { r.header["If-Match"] = `"999"` },
	http.StatusRequestEntityTooLarge: func(_ *testing.T, _ *world, r *request) {
		r.body = `{"name":"` + strings.Repeat("x", 2<<20) + `"}`
		switch r.media {
		case "application/x-ndjson":
			r.body = strings.Repeat("\n", 2<<20)
		case "message/rfc822":
			r.body = strings.Repeat("x", survey.MaxReceivedMail+1)
		}
	},
	http.StatusUnprocessableEntity: func(t *testing.T, w *world, r *request) {
		r.header["Idempotency-Key"] = "used"
		w.send(t, call{method: "POST", path: "/api/v1/customers", key: w.writeKey, header: r.header, body: `{"name":"Another request"}`})
	},
	http.StatusUnsupportedMediaType: func(_ *testing.T, _ *world, r *request) { r.media = "text/plain" },
	http.StatusInternalServerError:  func(_ *testing.T, w *world, _ *request) { w.store.breaks(errBroken, errBroken, false) },
	http.StatusServiceUnavailable: func(_ *testing.T, w *world, _ *request) {
		w.store.breaks(store.ErrUnavailable, store.ErrUnavailable, false)
	},
	http.StatusInsufficientStorage: func(_ *testing.T, w *world, _ *request) { w.store.breaks(nil, store.ErrFull, false) },
	http.StatusNotModified: func(t *testing.T, w *world, r *request) {
		r.header["If-None-Match"] = w.send(t, r.call(t)).Header().Get("ETag")
	},
}

// member sets a member of a request's body.
func (r *request) member(name string, value any) {
	body := maps.Clone(r.body.(map[string]any))
	body[name] = value
	r.body = body
}

// before sends the request once, so that what it does is done already.
func before(t *testing.T, w *world, r *request) { w.send(t, r.call(t)) }

// specials say how an operation is made to answer with a status that needs something of its own.
var specials = map[string]func(*testing.T, *world, *request){
	"createCustomer 409": before,
	"createContact 409":  before,
	"changeCustomer 409": func(_ *testing.T, _ *world, r *request) { r.member("external_id", "C-2") },
	"changeContact 409":  func(_ *testing.T, _ *world, r *request) { r.member("external_id", "P-2") },
	"putContact 409": func(_ *testing.T, _ *world, r *request) {
		r.path["external_id"] = "P-new"
		r.member("email", "p-76@nordlicht.example")
	},
	"createTouchpoint 409": func(t *testing.T, w *world, r *request) {
		before(t, w, r)
		r.member("note", "Something else")
	},
	"createInvitation 404":  func(_ *testing.T, _ *world, r *request) { r.member("contact_id", "con_0") },
	"createInvitation 409":  before,
	"createLink 409":        func(_ *testing.T, w *world, r *request) { r.path["id"] = w.answered },
	"revokeInvitation 409":  func(_ *testing.T, w *world, r *request) { r.path["id"] = w.answered },
	"resolveInvitation 409": func(_ *testing.T, w *world, r *request) { r.path["id"] = w.answered },
	"withholdInvitations 507": func(t *testing.T, w *world, r *request) {
		ask(t, w, survey.AskRequest{ContactID: newCompany(t, w, "C-10", "P-10"), SurveyID: survey.SurveyID(w.survey)})
		spoils[http.StatusInsufficientStorage](t, w, r)
	},
	"runPulse 409":           before,
	"restartDeadLetters 404": func(_ *testing.T, _ *world, r *request) { r.member("document", "inv_0") },
	"acceptFeed 409":         before,
	"chooseQuietLength 200":  func(t *testing.T, w *world, _ *request) { measured(t, w) },
	"chooseQuietLength 404":  func(_ *testing.T, _ *world, r *request) { r.query["kind"] = "visit" },
	"chooseQuietLength 507": func(t *testing.T, w *world, r *request) {
		measured(t, w)
		spoils[http.StatusInsufficientStorage](t, w, r)
	},
	"readRefusedRows 410":   func(_ *testing.T, w *world, _ *request) { w.at(noon.AddDate(0, 0, 8)) },
	"cancelImport 409":      func(_ *testing.T, w *world, r *request) { r.path["id"] = w.importation },
	"deleteSuppression 409": func(_ *testing.T, w *world, r *request) { r.path["email"] = w.suppressedBySelf },
	"submitAnswers 410":     func(_ *testing.T, w *world, r *request) { r.path["token"] = w.revokedLink },
	"declineInvitation 410": func(_ *testing.T, w *world, r *request) { r.path["token"] = w.revokedLink },
	"putCustomer 201":       func(_ *testing.T, _ *world, r *request) { r.path["external_id"] = "C-new" },
	"putContact 201":        func(_ *testing.T, _ *world, r *request) { r.path["external_id"] = "P-new" },
	"mailHook 401":          func(_ *testing.T, _ *world, r *request) { delete(r.header, "Authorization") },
	"mailHook 404":          func(_ *testing.T, _ *world, r *request) { r.path["service"] = "mailgun" },
	"releaseMailBrake 200":  func(t *testing.T, w *world, _ *request) { w.brake(t) },
	"releaseMailBrake 507": func(t *testing.T, w *world, r *request) {
		w.brake(t)
		spoils[http.StatusInsufficientStorage](t, w, r)
	},
	"tryRelay 200": func(t *testing.T, w *world, _ *request) { w.refuse(t) },
	"tryRelay 507": func(t *testing.T, w *world, r *request) {
		w.refuse(t)
		spoils[http.StatusInsufficientStorage](t, w, r)
	},
}
