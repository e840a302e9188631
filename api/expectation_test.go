package api_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"earshot/survey"
)

// TestPutsKeepWhatTheyPromise writes by external id under each precondition, where something is there and where nothing is.
func TestPutsKeepWhatTheyPromise(t *testing.T) {
	t.Parallel()
	for _, noun := range []struct{ name, external, body string }{
		{"customers", "C-1001", `{"name":"Changed"}`},
		{"contacts", "P-76", `{"name":"Changed","customer_external_id":"C-1001"}`},
	} {
		t.Run(noun.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			there, missing := "/api/v1/"+noun.name+"/by-external-id/"+noun.external, "/api/v1/"+noun.name+"/by-external-id/new"
			put := func(path, header, value string) int {
				t.Helper()
				r := call{method: "PUT", path: path, key: w.writeKey, body: noun.body}
				if header != "" {
					r.header = map[string]string{header: value}
				}
				return w.send(t, r).Code
			}
			tag := func() string { return w.send(t, call{method: "GET", path: there, key: w.readKey}).Header().Get("ETag") }
			old := tag()
			for _, c := range []struct {
				path, header, value string
				want                int
			}{
				{missing, "If-Match", "*", http.StatusPreconditionFailed},
				{missing, "If-Match", `"1"`, http.StatusPreconditionFailed},
				{there, "If-None-Match", "*", http.StatusPreconditionFailed},
				{there, "If-None-Match", old, http.StatusBadRequest},
				{there, "If-Match", `"999"`, http.StatusPreconditionFailed},
				{there, "If-Match", old, http.StatusOK},
				{there, "If-Match", old, http.StatusPreconditionFailed},
				{there, "If-Match", "*", http.StatusOK},
				{missing, "If-None-Match", "*", http.StatusCreated},
				{missing, "If-None-Match", "*", http.StatusPreconditionFailed},
			} {
				if got := put(c.path, c.header, c.value); got != c.want {
					t.Errorf("PUT %s with %s: %s: got %d, want %d", c.path, c.header, c.value, got, c.want)
				}
			}
			number, _, _ := strings.Cut(strings.Trim(tag(), `"`), "-")
			if got := put(there, "If-Match", `"`+number+`"`); got != http.StatusOK {
				t.Errorf("the version alone: got %d", got)
			}
		})
	}
}

// TestNothingIsSentTwice asks for what the caller has: by its tag, in a list, weakly, and after what is told of a contact changed though
// the contact did not.
func TestNothingIsSentTwice(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	path := "/api/v1/contacts/" + w.contact
	get := func(held string) int {
		return w.send(t, call{method: "GET", path: path, key: w.readKey, header: map[string]string{"If-None-Match": held}}).Code
	}
	first := w.send(t, call{method: "GET", path: path, key: w.readKey})
	tag := first.Header().Get("ETag")
	for held, want := range map[string]int{
		tag: http.StatusNotModified, "W/" + tag: http.StatusNotModified, `"x", ` + tag: http.StatusNotModified, "*": http.StatusNotModified,
		`"x"`: http.StatusOK, strings.Trim(tag, `"`): http.StatusOK,
	} {
		if got := get(held); got != want {
			t.Errorf("If-None-Match: %s: got %d, want %d", held, got, want)
		}
	}
	contact, err := w.service.Contact(t.Context(), survey.ContactID(w.contact))
	must(t, 0, err)
	_, err = w.service.Suppress(t.Context(), survey.SuppressionInput{Email: contact.Email})
	must(t, 0, err)
	if got := get(tag); got != http.StatusOK {
		t.Errorf("after the address was suppressed: got %d, for it is not mailed any more", got)
	}
}

// TestPromisesAreKeptOrRefused sends every operation what it does not read: nothing is overlooked that promises something.
func TestPromisesAreKeptOrRefused(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, op := range loadContract().operations {
		if op.Security != nil && len(*op.Security) == 0 {
			continue
		}
		for _, name := range []string{"If-Match", "If-Unmodified-Since", "Content-Digest", "X-HTTP-Method-Override", "If-None-Match"} {
			if op.parameters.GetByInAndName("header", name) != nil || op.method == http.MethodGet && name == "If-None-Match" || strings.HasPrefix(op.path, "/metrics") {
				continue
			}
			r := w.good(t, op)
			r.header[name] = `"1"`
			if res := w.send(t, r.call(t)); res.Code != http.StatusBadRequest || !strings.Contains(res.Body.String(), fmt.Sprintf(`"field":%q`, name)) {
				t.Errorf("%s with %s: got %d %s", op.OperationID, name, res.Code, res.Body)
			}
		}
	}
}
