package api_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"earshot"
	"earshot/api"
)

// contract is openapi.yaml, by which all answers are judged.
type contract struct {
	doc        *openapi3.T
	operations []operation
}

// operation is one operation of the contract.
type operation struct {
	*openapi3.Operation
	method, path string
	parameters   openapi3.Parameters
}

// loadContract parses openapi.yaml once. Objects in answers are closed, so that members that it does not tell are found.
var loadContract = sync.OnceValue(func() *contract {
	doc, err := openapi3.NewLoader().LoadFromData(earshot.OpenAPI)
	if err != nil {
		panic(err)
	}
	c := &contract{doc: doc}
	for path, item := range doc.Paths.Map() {
		for method, op := range item.Operations() {
			c.operations = append(c.operations, operation{op, method, path, append(item.Parameters, op.Parameters...)})
		}
	}
	closed := false
	for _, s := range doc.Components.Schemas {
		if v := s.Value; v.Type.Is("object") && v.AdditionalProperties.Has == nil && v.AdditionalProperties.Schema == nil {
			v.AdditionalProperties.Has = &closed
		}
	}
	return c
})

// match returns the operation that a request is for. A path without parameters goes before one with.
func (c *contract) match(method, path string) (operation, bool) {
	var found operation
	for _, op := range c.operations {
		if op.method == method && fits(op.path, path) && (found.Operation == nil || !strings.Contains(op.path, "{")) {
			found = op
		}
	}
	return found, found.Operation != nil
}

func fits(pattern, path string) bool {
	want, got := strings.Split(pattern, "/"), strings.Split(path, "/")
	if len(want) != len(got) {
		return false
	}
	for i := range want {
		if want[i] != got[i] && (!strings.HasPrefix(want[i], "{") || got[i] == "" || strings.HasSuffix(got[i], ".svg") != strings.HasSuffix(want[i], ".svg")) {
			return false
		}
	}
	return true
}

// judge fails the test where an answer is not what the contract tells.
func (c *contract) judge(t testing.TB, req *http.Request, res *httptest.ResponseRecorder) {
	t.Helper()
	op, ok := c.match(req.Method, req.URL.Path)
	if !ok {
		return
	}
	told := op.Responses.Value(fmt.Sprint(res.Code))
	if told == nil {
		t.Errorf("%s answers %d, which the contract does not tell: %s", op.OperationID, res.Code, res.Body)
		return
	}
	for name := range told.Value.Headers {
		if res.Header().Get(name) == "" {
			t.Errorf("%s %d lacks the header %s", op.OperationID, res.Code, name)
		}
	}
	if err := c.judgeBody(told.Value.Content, res); err != nil {
		t.Errorf("%s %d: %v\n%s", op.OperationID, res.Code, err, res.Body)
	}
}

// judgeBody compares a body with what is told of it.
func (c *contract) judgeBody(told openapi3.Content, res *httptest.ResponseRecorder) error {
	if len(told) == 0 {
		if res.Body.Len() > 0 {
			return fmt.Errorf("a body of %d bytes where none is told", res.Body.Len())
		}
		return nil
	}
	media, _, err := mime.ParseMediaType(res.Header().Get("Content-Type"))
	if err != nil || told[media] == nil {
		return fmt.Errorf("Content-Type %q is not told", res.Header().Get("Content-Type"))
	}
	switch {
	case media == "application/x-ndjson":
		return c.judgeLines(res.Body.Bytes())
	case !strings.HasSuffix(media, "json"):
		return nil
	}
	return judgeJSON(told[media].Schema.Value, res.Body.Bytes())
}

// judgeLines compares each line of the answer to a bulk write.
func (c *contract) judgeLines(body []byte) error {
	lines := bytes.Split(bytes.TrimSuffix(body, []byte("\n")), []byte("\n"))
	for i, line := range lines {
		schema := "BulkLine"
		if i == len(lines)-1 {
			schema = "BulkSummary"
		}
		if err := judgeJSON(c.doc.Components.Schemas[schema].Value, line); err != nil {
			return fmt.Errorf("line %d: %w", i+1, err)
		}
	}
	return nil
}

func judgeJSON(schema *openapi3.Schema, body []byte) error {
	var value any
	dec := json.NewDecoder(bytes.NewReader(body))
	if err := dec.Decode(&value); err != nil {
		return err
	}
	if _, err := dec.Token(); err != io.EOF {
		return fmt.Errorf("something follows the JSON")
	}
	return schema.VisitJSON(value, openapi3.EnableJSONSchema2020(), openapi3.EnableFormatValidation(), openapi3.MultiErrors())
}

// TestContractIsSound checks the document itself, its examples included.
func TestContractIsSound(t *testing.T) {
	doc, err := openapi3.NewLoader().LoadFromData(earshot.OpenAPI)
	if err != nil {
		t.Fatal(err)
	}
	if err := doc.Validate(t.Context(), openapi3.EnableExamplesValidation(), openapi3.EnableSchemaFormatValidation()); err != nil {
		t.Error(err)
	}
	for _, op := range loadContract().operations {
		if op.OperationID == "" || op.Summary == "" || op.Description == "" || len(op.Tags) != 1 {
			t.Errorf("%s %s lacks an operationId, a summary, a description or its one tag", op.method, op.path)
		}
	}
}

// TestRoutesAreOperations holds the list of routes against the contract, both ways.
func TestRoutesAreOperations(t *testing.T) {
	t.Parallel()
	routes := map[string]bool{}
	programs, _ := newWorld(t).Handler.(*api.Server).Rows()
	for _, r := range programs {
		routes[r.Method+" "+parameter.ReplaceAllString(r.Path, "{$1}")] = true
	}
	operations := map[string]bool{}
	for _, op := range loadContract().operations {
		operations[op.method+" "+op.path] = true
	}
	for r := range routes {
		if !operations[r] {
			t.Errorf("the route %s is not in openapi.yaml", r)
		}
	}
	for op := range operations {
		if !routes[op] {
			t.Errorf("the operation %s of openapi.yaml has no route", op)
		}
	}
}

// parameter is a parameter in a route's path.
var parameter = regexp.MustCompile(`:([a-z_]+)`)
