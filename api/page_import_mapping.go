package api

import (
	"net/http"
	"net/url"
	"path"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"earshot/frontend"
	"earshot/survey"
)

// mappingPage shows how a file is understood, as far as it can be guessed.
func (s *Server) mappingPage(c echo.Context) error { return s.showMapping(c, http.StatusOK, nil, nil) }

// checkMapping shows it with what was chosen.
func (s *Server) checkMapping(c echo.Context) error {
	form, err := s.form(c)
	if err != nil {
		return err
	}
	return s.showMapping(c, http.StatusOK, form, nil)
}

// showMapping tries the file with the options of a form, nil for none, and shows what would come of it. One that is no
// table is thrown away.
func (s *Server) showMapping(c echo.Context, status int, form url.Values, problem error) error {
	ctx := c.Request().Context()
	file, err := s.uploads.Uploaded(ctx, c.Param("id"), survey.RepID(repOf(c).ID))
	if err != nil {
		return err
	}
	preview, err := s.uploads.PreviewUpload(ctx, file, importOptions(form, file.Kind))
	if err != nil && survey.KindOf(err) == survey.Invalid && form == nil {
		form := frontend.UploadForm(frontend.PathImports, url.Values{"kind": {string(file.Kind)}}).Reject(err)
		if err := s.uploads.DropUpload(ctx, file); err != nil {
			return err
		}
		return s.showImports(c, statusOf(survey.Invalid), form)
	}
	if err != nil {
		return err
	}
	page := s.mappingOf(c, file, preview)
	if problem != nil {
		page.Problem = sentence(survey.AsError(problem).Error())
	}
	return s.page(c, status, page)
}

// mappingOf shows a preview.
func (s *Server) mappingOf(c echo.Context, file *survey.Import, p *survey.ImportPreview) frontend.ImportMappingPage {
	at := uploadURL(file.ID)
	page := frontend.ImportMappingPage{
		Shell: s.shell(c, frontend.PathImports), Kind: file.Kind, FileName: file.FileName, Encoding: p.Encoding, Delimiter: delimiterName(p.Delimiter),
		Check: at, Start: at + "/start", Cancel: frontend.Action{Label: "Cancel", URL: at + "/cancel", Look: frontend.Quiet},
		Ignored: p.Ignored, Ambiguous: p.Ambiguous, Missing: labels(p.Missing), Rows: p.Rows, Failed: p.Failed, Part: p.Part, Errors: p.Errors,
		HeadingLine: p.HeadingLine, PassedOver: p.PassedOver, Passed: survey.PassedNotes(p.Passed), Warned: p.Warned, Warnings: p.Warnings,
	}
	values := url.Values{
		"date_order": {string(p.Options.DateOrder)}, "decimal": {p.Options.Decimal}, "default_kind": {string(p.Options.DefaultKind)},
		"delimiter": {p.Options.Delimiter}, "encoding": {p.Options.Encoding}, "sheet": {p.Sheet},
	}
	if p.Options.HeadingLine > 0 {
		values.Set("heading_line", strconv.Itoa(p.Options.HeadingLine))
	}
	for field, heading := range p.Options.Mapping {
		values.Set("mapping."+field, heading)
	}
	page.Fields = frontend.MappingFields(values, foundTargets(file.Kind, p), p.Headings)
	page.Options = frontend.MappingOptions(values, file.Kind)
	page.Dialect = frontend.DialectFields(values, survey.ImportEncodings(), p.Sheets)
	for _, v := range p.Values {
		page.Values = append(page.Values, frontend.ValueField(v))
	}
	page.Sample = s.sampleOf(file.Kind, p)
	return page
}

// labels are what fields are called on pages.
func labels(fields []string) []string {
	named := make([]string, len(fields))
	for i, f := range fields {
		named[i] = frontend.ImportLabel(f)
	}
	return named
}

// foundTargets describes the fields with what stands in the columns that were found for them.
func foundTargets(kind survey.ImportKind, p *survey.ImportPreview) []frontend.ImportTarget {
	targets := importTargets(kind)
	for i := range targets {
		for _, c := range p.Columns {
			if c.Field == targets[i].Name {
				targets[i].Examples, targets[i].Confidence = c.Examples, frontend.ImportConfidence(c.Confidence)
			}
		}
	}
	return targets
}

// sampleOf shows the first rows as they would be understood.
func (s *Server) sampleOf(kind survey.ImportKind, p *survey.ImportPreview) frontend.ImportSample {
	var sample frontend.ImportSample
	var fields []string
	for _, f := range survey.ImportFields(kind) {
		if p.Options.Mapping[f.Name] != "" {
			fields, sample.Fields = append(fields, f.Name), append(sample.Fields, frontend.ImportLabel(f.Name))
		}
	}
	for _, row := range p.Sample {
		cells := make([]string, len(fields))
		for i, field := range fields {
			cells[i] = s.shown(row.Values[field])
		}
		sample.Rows = append(sample.Rows, frontend.ImportSampleRow{Line: row.Line, Cells: cells})
	}
	return sample
}

// shown writes a moment as people do, and leaves other cells.
func (s *Server) shown(cell string) string {
	at, err := time.Parse(time.RFC3339, cell)
	switch {
	case err != nil:
		return cell
	case at.Hour() == 0 && at.Minute() == 0 && at.Second() == 0:
		return at.Format("2 Jan 2006")
	}
	return at.Format("2 Jan 2006, 15:04")
}

// fileBase returns the name of an uploaded file without the folders that some browsers send.
func fileBase(name string) string {
	return path.Base(strings.ReplaceAll(name, `\`, "/"))
}

// delimiterName says what separates the columns.
func delimiterName(delimiter string) string {
	names := map[string]string{",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}
	if name := names[delimiter]; name != "" {
		return name
	}
	return delimiter
}

// importOptions reads the form of the mapping. Fields that it does not mention are guessed.
func importOptions(form url.Values, kind survey.ImportKind) survey.ImportOptions {
	options := survey.ImportOptions{
		DateOrder: survey.DateOrder(form.Get("date_order")), Decimal: form.Get("decimal"), DefaultKind: survey.TouchpointKind(form.Get("default_kind")),
	}
	options.Values = frontend.ChosenValues(form)
	options.Delimiter, options.Encoding, options.Sheet = form.Get("delimiter"), form.Get("encoding"), form.Get("sheet")
	options.HeadingLine, _ = strconv.Atoi(form.Get("heading_line")) // what is no number has it found out
	for _, f := range survey.ImportFields(kind) {
		if name := "mapping." + f.Name; form.Has(name) {
			if options.Mapping == nil {
				options.Mapping = survey.Mapping{}
			}
			options.Mapping[f.Name] = strings.TrimSpace(form.Get(name))
		}
	}
	return options
}
