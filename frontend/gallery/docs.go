package gallery

import (
	"strconv"

	"earshot/frontend"
)

func itoa(n int) string { return strconv.Itoa(n) }

func docsSamples() []Sample {
	customer := &frontend.DocsContent{Type: "application/json", Schema: "Customer", Example: "{\n  \"id\": \"cus_01jq8m3x5v\",\n  \"name\": \"Lindqvist Industri AB\",\n  \"value_per_year\": 186000\n}"}
	problem := &frontend.DocsContent{Type: "application/problem+json", Schema: "Problem"}
	page := frontend.DocsPage{Shell: shell(""), Name: "Earshot API", Version: "0.1.0", Intro: []string{"Push customers, contacts and touchpoints; pull answers and figures.", "Every request carries a key: Authorization: Bearer ear_…"},
		BaseURL: "https://feedback.norwind.example", Contract: "/openapi.yaml",
		Groups: []frontend.DocsGroup{{ID: "customers", Name: "Customers", Text: "Companies that buy from you, or may.", Operations: []frontend.DocsOperation{
			{ID: "list-customers", Method: "GET", Path: "/api/v1/customers", Summary: "List customers", Text: "In the order of their names.", Access: "API key with scope read", Parameters: []frontend.DocsParameter{{Name: "after", In: "query", Type: "string", Text: "Resumes behind an earlier page."}, {Name: "limit", In: "query", Type: "integer, 1 to 500", Required: true, Text: longWord}},
				Responses: []frontend.DocsResponse{{Status: "200", Text: "A page of customers.", Content: &frontend.DocsContent{Type: "application/json", Schema: "Customer", Array: true}}, {Status: "401", Text: "No key, or an unknown one.", Content: problem}}},
			{ID: "create-customer", Method: "POST", Path: "/api/v1/customers", Summary: "Create a customer", Access: "API key with scope write", Request: customer, Responses: []frontend.DocsResponse{{Status: "201", Text: "Created.", Content: customer}, {Status: "204", Text: "Nothing."}}},
			{ID: "delete-customer", Method: "DELETE", Path: "/api/v1/customers/{id}", Summary: "Delete a customer"}}}},
		Schemas: []frontend.DocsSchema{{Name: "Customer", Text: "A company.", Fields: []frontend.DocsField{{Name: "id", Type: "string", Required: true, Text: "Ours."}, {Name: "problem", Type: "Problem", Schema: "Problem", Text: hostile}}}, {Name: "Problem", Text: "What went wrong (RFC 9457)."}}}
	return []Sample{{"docs", "normal", page}, {"docs", "empty", frontend.DocsPage{Shell: shell(""), Name: "Earshot API"}}}
}
