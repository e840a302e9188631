package api_test

import (
	"cmp"
	"encoding"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"

	"earshot/api"
)

// TestRequestsAreTold holds what each handler reads, parameter by parameter and member by member, against what the contract
// tells of the operation: both ways, with the defaults and limits that stand beside them.
func TestRequestsAreTold(t *testing.T) {
	t.Parallel()
	programs, _ := newWorld(t).Handler.(*api.Server).Rows()
	for _, row := range programs {
		op, ok := loadContract().match(row.Method, parameter.ReplaceAllString(row.Path, "{$1}"))
		if !ok {
			t.Errorf("%s %s is not in openapi.yaml", row.Method, row.Path)
			continue
		}
		read, told := map[string]string{}, map[string]string{}
		if row.In != nil {
			readsOf(row.In, read)
		}
		if _, table := read["body as text/csv"]; table { // or the workbook that it was written in
			read["body as application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"] = ""
		}
		if row.Repeatable {
			read["header Idempotency-Key"] = ""
		}
		toldOf(op, told)
		for name, limits := range read {
			if want, ok := told[name]; !ok {
				t.Errorf("%s reads the %s, which openapi.yaml does not tell", op.OperationID, name)
			} else if limits != "" && limits != want {
				t.Errorf("%s takes the %s with %q; openapi.yaml tells %q", op.OperationID, name, limits, want)
			}
		}
		for name := range told {
			if _, ok := read[name]; !ok {
				t.Errorf("openapi.yaml tells %s the %s, which no handler reads", op.OperationID, name)
			}
		}
	}
}

// readsOf notes what a request is bound into: "query limit" with its limits, "body questions[].id".
func readsOf(in reflect.Type, found map[string]string) {
	for field := range fieldsOf(in) {
		for _, place := range []string{"path", "query", "header"} {
			if name := field.Tag.Get(place); name != "" {
				found[place+" "+name] = limitsOfTag(field)
			}
		}
		if media := field.Tag.Get("body"); media != "" {
			found["body as "+media] = ""
			body := field.Type
			if row, streamed := api.StreamedType(body); streamed {
				body = row
			}
			membersOf(body, "body", found)
		}
	}
}

// fieldsOf walks the fields of a struct and of those embedded in it.
func fieldsOf(t reflect.Type) func(func(reflect.StructField) bool) {
	return func(yield func(reflect.StructField) bool) {
		for _, field := range reflect.VisibleFields(t) {
			if !field.Anonymous && !yield(field) {
				return
			}
		}
	}
}

// readsText says whether a type reads its own text, such as a time.
func readsText(t reflect.Type) bool {
	return reflect.PointerTo(t).Implements(reflect.TypeFor[encoding.TextUnmarshaler]())
}

// membersOf notes the members that are read of a JSON value of that type.
func membersOf(t reflect.Type, path string, found map[string]string) {
	switch {
	case t.Kind() == reflect.Pointer:
		membersOf(t.Elem(), path, found)
	case api.IsNullable(t):
		membersOf(t.Field(0).Type, path, found)
	case t.Kind() == reflect.Slice:
		membersOf(t.Elem(), path+"[]", found)
	case t.Kind() == reflect.Struct && !readsText(t):
		for field := range fieldsOf(t) {
			name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
			found[path+" "+name] = ""
			membersOf(field.Type, strings.TrimPrefix(path+"."+name, "body."), found)
		}
	}
}

// toldOf notes the same of an operation of the contract. What is only told, and not asked for, is left out.
func toldOf(op operation, found map[string]string) {
	for _, p := range op.parameters {
		found[p.Value.In+" "+p.Value.Name] = limitsOfSchema(p.Value)
	}
	if op.RequestBody == nil {
		return
	}
	for media, content := range op.RequestBody.Value.Content {
		found["body as "+media] = ""
		if ref, ok := content.Extensions["x-item-schema"].(map[string]any); ok {
			name := strings.TrimPrefix(ref["$ref"].(string), "#/components/schemas/")
			toldMembers(loadContract().doc.Components.Schemas[name].Value, "body", found)
		}
		toldMembers(content.Schema.Value, "body", found)
	}
}

func toldMembers(s *openapi3.Schema, path string, found map[string]string) {
	if s.Items != nil {
		toldMembers(s.Items.Value, path+"[]", found)
	}
	for name, member := range s.Properties {
		if !member.Value.ReadOnly {
			found[path+" "+name] = ""
			toldMembers(member.Value, strings.TrimPrefix(path+"."+name, "body."), found)
		}
	}
}

// limitsOfTag are the default and the limits of a parameter as its tags say them. Those of a type that reads its own text
// are tried by TestViolations.
func limitsOfTag(f reflect.StructField) string {
	tag := f.Tag
	if tag.Get("query") == "" || readsText(f.Type) {
		return ""
	}
	fallback := tag.Get("default")
	if f.Type.Kind() == reflect.Bool {
		fallback = cmp.Or(fallback, "false")
	}
	return limits(fallback, tag.Get("min"), tag.Get("max"), strings.Fields(tag.Get("oneof")), tag.Get("required") != "")
}

// limitsOfSchema are the same as the contract says them.
func limitsOfSchema(p *openapi3.Parameter) string {
	s := p.Schema.Value
	var fallback, least, most string
	var choices []string
	if s.Default != nil {
		fallback = fmt.Sprint(s.Default)
	}
	if s.Min != nil {
		least = fmt.Sprint(*s.Min)
	}
	if s.Max != nil {
		most = fmt.Sprint(*s.Max)
	}
	if s.MaxLength != nil {
		most = fmt.Sprint(*s.MaxLength)
	}
	for _, choice := range s.Enum {
		choices = append(choices, fmt.Sprint(choice))
	}
	return limits(fallback, least, most, choices, p.Required)
}

func limits(fallback, least, most string, choices []string, required bool) string {
	slices.Sort(choices)
	return fmt.Sprintf("default %s, from %s to %s, one of %v, required %v",
		cmp.Or(fallback, "none"), cmp.Or(least, "-"), cmp.Or(most, "-"), choices, required)
}

// TestRequestsAreUsed finds what is bound from requests and then looked at by nobody.
func TestRequestsAreUsed(t *testing.T) {
	t.Parallel()
	used := selectedNames(t)
	programs, _ := newWorld(t).Handler.(*api.Server).Rows()
	seen := map[reflect.Type]bool{}
	for _, row := range programs {
		if row.In != nil {
			checkUsed(t, row.In, used, seen)
		}
	}
}

func checkUsed(t *testing.T, in reflect.Type, used map[string]bool, seen map[reflect.Type]bool) {
	t.Helper()
	for in.Kind() == reflect.Pointer || in.Kind() == reflect.Slice {
		in = in.Elem()
	}
	if row, streamed := api.StreamedType(in); streamed {
		in = row
	}
	if in.Kind() != reflect.Struct || seen[in] || readsText(in) || !strings.HasPrefix(in.PkgPath(), "earshot/api") {
		return
	}
	seen[in] = true
	for field := range fieldsOf(in) {
		_, streamed := api.StreamedType(field.Type)
		if !used[field.Name] && !streamed {
			t.Errorf("%s.%s is read from requests and used nowhere", in, field.Name)
		}
		checkUsed(t, field.Type, used, seen)
	}
}

// selectedNames are all names behind a dot in the code of this package.
func selectedNames(t *testing.T) map[string]bool {
	t.Helper()
	found := map[string]bool{}
	files, err := filepath.Glob("*.go")
	must(t, files, err)
	for _, name := range files {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		ast.Inspect(must(t, file, err), func(n ast.Node) bool {
			if s, ok := n.(*ast.SelectorExpr); ok {
				found[s.Sel.Name] = true
			}
			return true
		})
	}
	return found
}
