package api_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
)

// violation is a request that breaks one constraint of the contract.
type violation struct {
	name string
	// field is a name that the refusal must tell.
	field string
	request
}

// TestEveryConstraintHolds breaks each constraint that the contract tells of each request, one at a time. Every answer
// must be a refusal that names the field.
func TestEveryConstraintHolds(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	checked := 0
	for _, op := range loadContract().operations {
		for _, v := range w.violations(t, op) {
			checked++
			res := w.send(t, v.call(t))
			var p struct {
				Errors []struct{ Field, Message string }
			}
			if err := json.Unmarshal(res.Body.Bytes(), &p); err != nil && res.Code != http.StatusNoContent {
				t.Errorf("%s, %s: %v: %s", op.OperationID, v.name, err, res.Body)
				continue
			}
			named := slices.ContainsFunc(p.Errors, func(e struct{ Field, Message string }) bool {
				return strings.Contains(e.Field, v.field) && e.Message != ""
			})
			if res.Code < 400 || res.Code >= 500 || !named {
				t.Errorf("%s, %s: got %d, want a 4xx that names %q: %s", op.OperationID, v.name, res.Code, v.field, res.Body)
			}
		}
	}
	if checked < 500 {
		t.Errorf("only %d constraints were found in the contract; the test has lost sight of them", checked)
	}
	t.Logf("%d constraints were broken", checked)
}

// violations returns every request that breaks one constraint of the operation.
func (w *world) violations(t testing.TB, op operation) []violation {
	var all []violation
	for _, p := range op.parameters {
		all = append(all, w.parameterViolations(t, op, p.Value)...)
	}
	if op.Responses.Value("400") != nil && op.method != http.MethodPost || len(op.parameters) > 0 {
		r := w.good(t, op)
		r.query["unheard_of"] = "1"
		all = append(all, violation{"unknown query parameter", "unheard_of", r})
	}
	if op.OperationID == "unsubscribe" || op.OperationID == "readAnswerForm" || op.Responses.Value("400") == nil {
		all = nil // any token is as good as an unknown one, and these take nothing else
	}
	if op.RequestBody == nil {
		return all
	}
	content := op.RequestBody.Value.Content.Get("application/json")
	if content == nil {
		return all
	}
	whole := w.good(t, op)
	for _, b := range bodyViolations(content.Schema.Value, "body", whole.body) {
		r := whole.clone()
		r.body = b.body
		all = append(all, violation{b.name, b.field, r})
	}
	return all
}

// parameterViolations breaks one parameter.
func (w *world) parameterViolations(t testing.TB, op operation, p *openapi3.Parameter) []violation {
	var all []violation
	add := func(name, value string) {
		r := w.good(t, op)
		map[string]map[string]string{"path": r.path, "query": r.query, "header": r.header}[p.In][p.Name] = value
		all = append(all, violation{fmt.Sprintf("%s %s: %s", p.In, p.Name, name), p.Name, r})
	}
	if p.Required && p.In == "query" {
		r := w.good(t, op)
		delete(r.query, p.Name)
		all = append(all, violation{"missing " + p.Name, p.Name, r})
	}
	for name, bad := range badScalars(p.Schema.Value) {
		if text, ok := bad.(string); ok && (text != "" || p.In != "path") {
			add(name, text)
		} else if !ok && !p.Schema.Value.Type.Is("string") {
			add(name, fmt.Sprint(bad))
		}
	}
	return all
}

// badScalars returns values that break a constraint of a schema without members, by the constraint's name.
func badScalars(s *openapi3.Schema) map[string]any {
	bad := map[string]any{}
	switch {
	case s.Type.Includes("string"):
		bad["wrong type"] = 12.5
	case s.Type.Includes("boolean"), s.Type.Includes("integer"), s.Type.Includes("number"):
		bad["wrong type"] = "neither"
	}
	if s.Type.Includes("integer") {
		bad["no whole number"] = 1.5
	}
	if len(s.Enum) > 0 {
		bad["not one of those listed"] = "nonsense"
	}
	if s.Min != nil {
		bad["too small"] = *s.Min - 1
	}
	if s.Max != nil {
		bad["too large"] = *s.Max * 2
	}
	if s.MinLength > 0 {
		bad["too short"] = ""
	}
	if s.MaxLength != nil {
		bad["too long"] = strings.Repeat("x", int(*s.MaxLength)+1)
	}
	if s.Pattern != "" {
		bad["pattern"] = "? !"
	}
	if s.Format != "" {
		bad["format"] = "neither a time nor an address"
	}
	return bad
}

// badBody is a body that breaks one constraint.
type badBody struct {
	name, field string
	body        any
}

// bodyViolations returns bodies like good, each of which breaks one constraint of the schema. field is the name of the
// member that good is.
func bodyViolations(s *openapi3.Schema, field string, good any) []badBody {
	var all []badBody
	if !s.Type.Includes("null") {
		all = append(all, badBody{field + ": null", field, nil})
	}
	switch {
	case s.Type.Is("object"):
		return append(all, objectViolations(s, field, good)...)
	case s.Type.Is("array"):
		return append(all, arrayViolations(s, field, good)...)
	}
	for name, bad := range badScalars(s) {
		all = append(all, badBody{field + ": " + name, field, bad})
	}
	return all
}

// objectViolations breaks an object and each of its members, also those that good leaves out.
func objectViolations(s *openapi3.Schema, field string, good any) []badBody {
	object, _ := good.(map[string]any)
	with := func(name string, value any) map[string]any {
		changed := maps.Clone(object)
		if changed == nil {
			changed = map[string]any{}
		}
		changed[name] = value
		return changed
	}
	all := []badBody{{field + ": no object", field, []any{}}}
	if s.AdditionalProperties.Has != nil && !*s.AdditionalProperties.Has {
		all = append(all, badBody{field + ": unknown member", "unheard_of", with("unheard_of", 1)})
	}
	for _, name := range s.Required {
		without := maps.Clone(object)
		delete(without, name)
		all = append(all, badBody{"missing " + name, name, without})
	}
	if s.PropertyNames != nil {
		all = append(all, badBody{field + ": name of a member", field, with("? !", "x")})
	}
	if s.MinProps > 0 && !slices.Contains([]string{"intro", "thanks", "subject", "help", "greeting", "sign_off", "button", "foot"}, field) {
		all = append(all, badBody{field + ": empty", field, map[string]any{}})
	}
	if a := s.AdditionalProperties.Schema; a != nil {
		for _, b := range bodyViolations(a.Value, field, "x") {
			all = append(all, badBody{"a wording of " + b.name, field, with("en", b.body)})
		}
	}
	for name, p := range s.Properties {
		for _, b := range bodyViolations(p.Value, name, object[name]) {
			all = append(all, badBody{b.name, b.field, with(name, b.body)})
		}
	}
	return all
}

// arrayViolations breaks a list and its first entry.
func arrayViolations(s *openapi3.Schema, field string, good any) []badBody {
	list, _ := good.([]any)
	all := []badBody{{field + ": no list", field, map[string]any{}}}
	if s.MinItems > 0 {
		all = append(all, badBody{field + ": empty", field, []any{}})
	}
	if len(list) == 0 {
		return all
	}
	if s.MaxItems != nil {
		all = append(all, badBody{field + ": too many", field, slices.Repeat(list[:1], int(*s.MaxItems)+1)})
	}
	if s.UniqueItems {
		all = append(all, badBody{field + ": twice", field, []any{list[0], list[0]}})
	}
	for _, b := range bodyViolations(s.Items.Value, field, list[0]) {
		changed := slices.Clone(list)
		changed[0] = b.body
		name := b.field
		if name == field {
			name = field + "[0]"
		}
		all = append(all, badBody{b.name, strings.TrimSuffix(name, "[0]"), changed})
	}
	return all
}
