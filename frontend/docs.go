package frontend

// DocsPage is the reference of the API.
type DocsPage struct {
	Shell
	// Name and Version are the contract's; Intro are its paragraphs.
	Name    string
	Version string
	Intro   []string
	// BaseURL stands in front of every path; Contract leads to openapi.yaml.
	BaseURL  string
	Contract string
	Groups   []DocsGroup
	Schemas  []DocsSchema
}

// DocsGroup is a group of operations.
type DocsGroup struct {
	// ID is unique on the page and fit for a URL's fragment.
	ID         string
	Name       string
	Text       string
	Operations []DocsOperation
}

// DocsOperation is one operation.
type DocsOperation struct {
	ID      string
	Method  string
	Path    string
	Summary string
	Text    string
	// Access says who may call it, e.g. "API key with scope write"; may be empty.
	Access     string
	Parameters []DocsParameter
	// Request is what is sent; nil if nothing is.
	Request   *DocsContent
	Responses []DocsResponse
}

// DocsParameter is a parameter in the path, the query or a header.
type DocsParameter struct {
	Name     string
	In       string
	Type     string
	Required bool
	Text     string
}

// DocsContent is a body.
type DocsContent struct {
	// Type is the media type, e.g. "application/json".
	Type string
	// Schema names one of Schemas, or is empty; Array says that the body is a list of it.
	Schema string
	Array  bool
	// Example is shown as it stands; may be empty.
	Example string
}

// DocsResponse is one way an operation ends.
type DocsResponse struct {
	Status string
	Text   string
	// Content is the body; nil if there is none.
	Content *DocsContent
}

// DocsSchema is a structure that operations share.
type DocsSchema struct {
	Name   string
	Text   string
	Fields []DocsField
}

// DocsField is a field of a schema.
type DocsField struct {
	Name string
	Type string
	// Schema names the schema that the type leads to; may be empty.
	Schema   string
	Required bool
	Text     string
}

// PageTitle names the page.
func (p DocsPage) PageTitle() string { return p.Name }

func (DocsPage) template() string { return "docs" }
