package survey

import (
	"context"
	"io"

	"earshot/survey/store"
)

// Mapping says which column of a file holds which field: field name to the file's heading.
type Mapping map[string]string

type ImportRequest struct {
	Kind     ImportKind
	FileName string
	Size     int64 // 0 where not known
	Reader   io.Reader
	Options  ImportOptions
	By       RepID
}

// ImportOptions override what is guessed about a file; the zero value guesses everything.
type ImportOptions struct {
	Mapping     Mapping        `json:"mapping,omitempty"`
	DateOrder   DateOrder      `json:"date_order,omitempty"`
	Decimal     string         `json:"decimal,omitempty"`      // "." or ","
	DefaultKind TouchpointKind `json:"default_kind,omitempty"` // for touchpoint files without a kind column
}

type DateOrder string

const (
	DayFirst   DateOrder = "day_first"
	MonthFirst DateOrder = "month_first"
)

// ImportPreview is what an import would do.
type ImportPreview struct {
	Kind      ImportKind    `json:"kind"`
	Encoding  string        `json:"encoding"`
	Delimiter string        `json:"delimiter"`
	Headings  []string      `json:"headings"`
	Ignored   []string      `json:"ignored"`   // headings that no field takes
	Missing   []string      `json:"missing"`   // required fields without a column
	Options   ImportOptions `json:"options"`   // what would be used; hand it to RunImport, changed or not
	Ambiguous []string      `json:"ambiguous"` // sentences about what could be read in two ways
	Rows      int           `json:"rows"`
	Failed    int           `json:"failed"`
	Sample    []PreviewRow  `json:"sample"`
	Errors    []RowError    `json:"errors"`
}

// PreviewRow is one of the first rows as it would be understood, by field name.
type PreviewRow struct {
	Line   int               `json:"line"`
	Values map[string]string `json:"values"`
}

func (s *Service) PreviewImport(ctx context.Context, r ImportRequest) (*ImportPreview, error) {
	panic("soon")
}
func (s *Service) RunImport(ctx context.Context, r ImportRequest, progress func(Import)) (*Import, error) {
	panic("soon")
}
func (s *Service) Import(ctx context.Context, id string) (*Import, error) { panic("soon") }
func (s *Service) Imports(ctx context.Context, after store.Cursor, limit int) (Page[*Import], error) {
	panic("soon")
}

// ImportFields lists the fields that a column of such a file can hold.
func ImportFields(k ImportKind) []ImportField { panic("soon") }

// ImportField is one field that a column can hold.
type ImportField struct {
	Name     string
	Required bool
	About    string
}
