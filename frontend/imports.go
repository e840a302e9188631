package frontend

import (
	"strings"
	"time"

	"earshot/survey"
)

// ImportPage takes a file, with the form made by UploadForm, and lists earlier imports.
type ImportPage struct {
	Shell
	Form Form
	// Columns tell for each kind of import which columns it understands.
	Columns []ImportColumns
	Rows    []ImportRow
	Pager   Pager
}

// ImportColumns describes the columns of one kind of import.
type ImportColumns struct {
	Kind    survey.ImportKind
	Columns []ImportTarget
}

// ImportTarget is one column that an import understands.
type ImportTarget struct {
	Name     string
	Required bool
	Text     string
	// Examples are what stands in the column that was found, and Confidence how surely it was; both are empty where there is none.
	Examples   []string
	Confidence string
}

// Help is the line below the field's label: what stands in the column that was found, or what the field is.
func (t ImportTarget) Help() string {
	if len(t.Examples) == 0 {
		return capitalWord(t.Text)
	}
	help := "E.g. " + strings.Join(t.Examples, ", ")
	if t.Confidence != "" {
		help += " (" + t.Confidence + ")"
	}
	return help
}

// Label is what the column is called on pages.
func (t ImportTarget) Label() string { return ImportLabel(t.Name) }

// ImportRow is one import, under way or done.
type ImportRow struct {
	URL    string
	By     string
	Import survey.Import
}

// Percent is how much of the file has been read, 0 to 100; 100 once the import is finished.
func (r ImportRow) Percent() int {
	if r.Import.State == survey.ImportFinished {
		return 100
	}
	if r.Import.BytesTotal <= 0 {
		return 0
	}
	return int(min(100*r.Import.BytesRead/r.Import.BytesTotal, 100))
}

// PageTitle names the page.
func (ImportPage) PageTitle() string { return "Import" }

func (ImportPage) template() string { return "import" }

// ImportMappingPage shows which column of a file was taken for what, the first rows, and what an import would do.
type ImportMappingPage struct {
	Shell
	Kind     survey.ImportKind
	FileName string
	// Encoding and Delimiter were found out from the file, e.g. "Windows-1252" and "semicolon".
	Encoding  string
	Delimiter string
	// Check takes the form to look at the file again, Start takes it to import. Cancel throws the file away.
	Check  string
	Start  string
	Cancel Action
	Hidden []Hidden
	// Fields are the selects of the columns, made by MappingFields, and Options those made by MappingOptions.
	Fields  []Field
	Options []Field
	// Values are the fields of what values mean, made by ValueField, and Dialect those of how the file is written, made by DialectFields.
	Values  []Field
	Dialect []Field
	// HeadingLine is the line of the headings.
	HeadingLine int
	// Ignored are headings that no field takes; Ambiguous are sentences about what can be read in two ways; Missing names
	// required fields without a column, which keep the import from starting.
	Ignored   []string
	Ambiguous []string
	Missing   []string
	// Sample are the first rows as they are understood.
	Sample ImportSample
	// Rows were read to try the file, Failed of them would be refused; Errors are the first of these. Part says that the
	// file goes on behind them.
	Rows   int
	Failed int
	Errors []survey.RowError
	Part   bool
	// PassedOver rows are no records, for the reasons in Passed; Warned rows are taken without the cells that Warnings tell of.
	PassedOver int
	Passed     []string
	Warned     int
	Warnings   []survey.RowError
	// Problem keeps the import from starting; empty if nothing does.
	Problem string
}

// Fit is how many of the rows would be taken in.
func (p ImportMappingPage) Fit() int { return p.Rows - p.Failed - p.PassedOver }

// ImportSample are rows of a file by field.
type ImportSample struct {
	Fields []string
	Rows   []ImportSampleRow
}

// ImportSampleRow is one row, with one cell for each field.
type ImportSampleRow struct {
	Line  int
	Cells []string
}

// Ready says whether the import can start.
func (p ImportMappingPage) Ready() bool {
	return len(p.Missing) == 0 && p.Problem == "" && p.Fit() > 0
}

// PageTitle names the page.
func (p ImportMappingPage) PageTitle() string { return "Import " + p.FileName }

func (ImportMappingPage) template() string { return "import_mapping" }

// ImportRunPage is one import, under way or done. While it runs the page loads itself again.
type ImportRunPage struct {
	Shell
	ImportRow
	// Elapsed is how long it has run, or ran.
	Elapsed time.Duration
	// Waiting says that nothing was heard of it for some seconds: it waits for the database, or for another worker.
	Waiting bool
	// Cancel stops it.
	Cancel Action
	// Refused is the file of the rows that were refused; its URL is empty where there is none.
	Refused Link
	// Next are the places to go to from here.
	Next []Link
}

// PageTitle names the page.
func (p ImportRunPage) PageTitle() string { return "Import of " + p.Import.FileName }

// Cut says that more rows were refused than are told one by one.
func (p ImportRunPage) Cut() bool { return p.Import.Failed > len(p.Import.Errors) }

// Over says that it is done, one way or another.
func (p ImportRunPage) Over() bool { return p.Import.State.Over() }

// Stopping says that somebody has asked it to stop, which it is about to do.
func (p ImportRunPage) Stopping() bool {
	return p.Import.State == survey.ImportRunning && !p.Import.CancelledAt.IsZero()
}

// RefreshSeconds is after how many seconds the page loads itself again; 0 is never.
func (p ImportRunPage) RefreshSeconds() int {
	if p.Over() || p.Import.State == survey.ImportUploaded {
		return 0
	}
	return 2
}

func (ImportRunPage) template() string { return "import_run" }
