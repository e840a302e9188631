package api

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"

	"earshot/frontend"
)

// reference turns the contract into what its page shows, everything in the order of the file.
func reference(doc *openapi3.T) frontend.DocsPage {
	page := frontend.DocsPage{Name: doc.Info.Title + " API", Version: doc.Info.Version}
	for _, paragraph := range strings.Split(strings.TrimSpace(doc.Info.Description), "\n\n") {
		page.Intro = append(page.Intro, plain(paragraph))
	}
	for _, tag := range doc.Tags {
		page.Groups = append(page.Groups, frontend.DocsGroup{
			ID: "group-" + strings.ToLower(tag.Name), Name: tag.Name, Text: plain(tag.Description),
			Operations: operationsOf(doc, tag.Name),
		})
	}
	for _, name := range inOrder(doc.Components.Schemas) {
		page.Schemas = append(page.Schemas, frontend.DocsSchema{
			Name: name, Text: plain(doc.Components.Schemas[name].Value.Description),
			Fields: fieldsOf(doc.Components.Schemas[name].Value),
		})
	}
	return page
}

// plain takes the marks of Markdown out of a text.
func plain(text string) string {
	return strings.Join(strings.Fields(strings.NewReplacer("**", "", "`", "").Replace(text)), " ")
}

// lineOf returns the line of the file on which something stands; 0 where that is not known.
func lineOf(o *openapi3.Origin) int {
	if o == nil || o.Key == nil {
		return 0
	}
	return o.Key.Line
}

// inOrder returns the names of schemas in the order of the file.
func inOrder(schemas openapi3.Schemas) []string {
	return slices.SortedFunc(maps.Keys(schemas), func(a, b string) int {
		return cmp.Or(cmp.Compare(schemaLine(schemas[a]), schemaLine(schemas[b])), cmp.Compare(a, b))
	})
}

// schemaLine returns where a schema stands, or the reference to it.
func schemaLine(ref *openapi3.SchemaRef) int {
	if ref.Ref != "" {
		return lineOf(ref.Origin)
	}
	return lineOf(ref.Value.Origin)
}

// operationsOf returns the operations of one group.
func operationsOf(doc *openapi3.T, tag string) []frontend.DocsOperation {
	var found []frontend.DocsOperation
	lines := map[string]int{}
	for path, item := range doc.Paths.Map() {
		for method, op := range item.Operations() {
			if slices.Contains(op.Tags, tag) {
				found = append(found, operationPart(method, path, op))
				lines[op.OperationID] = lineOf(op.Origin)
			}
		}
	}
	slices.SortFunc(found, func(a, b frontend.DocsOperation) int { return cmp.Compare(lines[a.ID], lines[b.ID]) })
	return found
}

// operationPart returns what is shown of an operation.
func operationPart(method, path string, op *openapi3.Operation) frontend.DocsOperation {
	part := frontend.DocsOperation{
		ID: op.OperationID, Method: method, Path: path, Summary: op.Summary, Text: plain(op.Description), Access: accessOf(op),
	}
	for _, p := range op.Parameters {
		part.Parameters = append(part.Parameters, frontend.DocsParameter{
			Name: p.Value.Name, In: p.Value.In, Type: typeWords(p.Value.Schema.Value), Required: p.Value.Required,
			Text: plain(p.Value.Description),
		})
	}
	if op.RequestBody != nil {
		part.Request = contentPart(op.RequestBody.Value.Content)
	}
	codes := op.Responses.Map()
	for _, code := range slices.Sorted(maps.Keys(codes)) {
		answer := frontend.DocsResponse{Status: code, Text: plain(*codes[code].Value.Description)}
		if code < failures {
			answer.Content = contentPart(codes[code].Value.Content)
		}
		part.Responses = append(part.Responses, answer)
	}
	return part
}

// failures is the first status of a failure. All failures look alike and the page tells once how, so their bodies are
// left out.
const failures = "400"

// accessOf says who may call an operation.
func accessOf(op *openapi3.Operation) string {
	switch {
	case op.Security == nil:
		return "API key"
	case len(*op.Security) == 0:
		return "No API key needed"
	}
	return "API key with the scope write"
}

// contentPart returns what is shown of a body, or nil where there is none. The contract tells at most one type of each.
func contentPart(content openapi3.Content) *frontend.DocsContent {
	for media, body := range content {
		return &frontend.DocsContent{Type: media, Schema: schemaName(body.Schema.Ref), Example: exampleText(body)}
	}
	return nil
}

// schemaName returns the name at the end of a reference.
func schemaName(ref string) string { return ref[strings.LastIndex(ref, "/")+1:] }

// fieldsOf returns the members of an object.
func fieldsOf(s *openapi3.Schema) []frontend.DocsField {
	var fields []frontend.DocsField
	for _, name := range inOrder(s.Properties) {
		ref := s.Properties[name]
		field := frontend.DocsField{
			Name: name, Schema: schemaName(ref.Ref), Required: slices.Contains(s.Required, name),
			Type: typeWords(ref.Value), Text: plain(ref.Value.Description),
		}
		if field.Schema == "" && ref.Value.Items != nil {
			field.Schema = schemaName(ref.Value.Items.Ref)
		}
		fields = append(fields, field)
	}
	return fields
}

// typeWords says what a schema takes, with its bounds.
func typeWords(s *openapi3.Schema) string {
	words := strings.Join(s.Type.Slice(), " or ")
	if s.Format != "" {
		words += " (" + s.Format + ")"
	}
	if len(s.Enum) > 0 {
		values := make([]string, len(s.Enum))
		for i, v := range s.Enum {
			values[i] = fmt.Sprint(v)
		}
		words = "one of " + strings.Join(values, ", ")
	}
	if s.Items != nil {
		words += " of " + typeWords(s.Items.Value)
	}
	return words + bounds(s)
}

// bounds says the limits of a schema.
func bounds(s *openapi3.Schema) string {
	var parts []string
	switch {
	case s.Min != nil && s.Max != nil:
		parts = append(parts, fmt.Sprintf("%g to %g", *s.Min, *s.Max))
	case s.Min != nil:
		parts = append(parts, fmt.Sprintf("at least %g", *s.Min))
	}
	if s.MaxLength != nil {
		parts = append(parts, fmt.Sprintf("at most %d characters", *s.MaxLength))
	}
	if s.MaxItems != nil {
		parts = append(parts, fmt.Sprintf("at most %d entries", *s.MaxItems))
	}
	if s.Default != nil {
		parts = append(parts, fmt.Sprintf("default %v", s.Default))
	}
	if len(parts) == 0 {
		return ""
	}
	return ", " + strings.Join(parts, ", ")
}
