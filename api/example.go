package api

import (
	"bytes"
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"github.com/getkin/kin-openapi/openapi3"
)

// exampleText returns the example of a body as it is shown: JSON with its members in the order of the contract, anything
// else as it stands.
func exampleText(body *openapi3.MediaType) string {
	value := body.Example
	for _, e := range body.Examples {
		value = e.Value.Value
	}
	if text, ok := value.(string); ok || value == nil {
		return text
	}
	var out bytes.Buffer
	writeExample(&out, body.Schema.Value, value, "")
	return out.String()
}

// writeExample writes a value as indented JSON. schema may be nil.
func writeExample(out *bytes.Buffer, schema *openapi3.Schema, value any, indent string) {
	switch v := value.(type) {
	case map[string]any:
		writeObject(out, schema, v, indent)
	case []any:
		writeArray(out, schema, v, indent)
	default:
		encoder := json.NewEncoder(out)
		encoder.SetEscapeHTML(false)
		if encoder.Encode(v) == nil {
			out.Truncate(out.Len() - 1) // the line break that Encode adds
		}
	}
}

const exampleIndent = "  "

func writeObject(out *bytes.Buffer, schema *openapi3.Schema, object map[string]any, indent string) {
	out.WriteString("{")
	separator := "\n"
	for _, name := range exampleOrder(schema, object) {
		out.WriteString(separator + indent + exampleIndent + `"` + name + `": `)
		writeExample(out, memberSchema(schema, name), object[name], indent+exampleIndent)
		separator = ",\n"
	}
	out.WriteString("\n" + indent + "}")
}

func writeArray(out *bytes.Buffer, schema *openapi3.Schema, list []any, indent string) {
	if len(list) == 0 {
		out.WriteString("[]")
		return
	}
	var items *openapi3.Schema
	if schema != nil && schema.Items != nil {
		items = schema.Items.Value
	}
	out.WriteString("[")
	for i, item := range list {
		out.WriteString(strings.Repeat(",", min(i, 1)) + "\n" + indent + exampleIndent)
		writeExample(out, items, item, indent+exampleIndent)
	}
	out.WriteString("\n" + indent + "]")
}

// exampleOrder returns the names of an object's members, those that the schema tells first, in its order.
func exampleOrder(schema *openapi3.Schema, object map[string]any) []string {
	names := slices.Sorted(maps.Keys(object))
	if schema == nil {
		return names
	}
	told := inOrder(schema.Properties)
	slices.SortStableFunc(names, func(a, b string) int { return place(told, a) - place(told, b) })
	return names
}

// place returns where name stands in the list; behind its end if it is not there.
func place(list []string, name string) int {
	if i := slices.Index(list, name); i >= 0 {
		return i
	}
	return len(list)
}

// memberSchema returns the schema of a member; nil if there is none.
func memberSchema(schema *openapi3.Schema, name string) *openapi3.Schema {
	if schema == nil || schema.Properties[name] == nil {
		return nil
	}
	return schema.Properties[name].Value
}
