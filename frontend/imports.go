package frontend

import (
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
}

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
	// Problem keeps the import from starting; empty if nothing does.
	Problem string
}

// Fit is how many of the rows would be taken in.
func (p ImportMappingPage) Fit() int { return p.Rows - p.Failed }

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
	return len(p.Missing) == 0 && p.Problem == "" && p.Rows > p.Failed
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
