package api

import (
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/labstack/echo/v4"

	"earshot/frontend"
	"earshot/survey"
)

// importsPage takes a file and lists earlier imports.
func (s *Server) importsPage(c echo.Context) error {
	return s.showImports(c, http.StatusOK, frontend.UploadForm(frontend.PathImports, url.Values{"kind": {c.QueryParam("kind")}}))
}

// showImports shows the page with a form in some state.
func (s *Server) showImports(c echo.Context, status int, form frontend.Form) error {
	list, err := s.imports.Imports(c.Request().Context(), survey.Cursor(c.QueryParam(cursorParam)), pageRows)
	if err != nil {
		return err
	}
	page := frontend.ImportPage{Shell: s.shell(c, frontend.PathImports), Form: form, Pager: pager(c, cursorParam, list.Next)}
	for _, kind := range survey.ImportKinds() {
		page.Columns = append(page.Columns, frontend.ImportColumns{Kind: kind, Columns: importTargets(kind)})
	}
	for _, i := range list.Items {
		page.Rows = append(page.Rows, s.importRow(c, i))
	}
	return s.page(c, status, page)
}

// importTargets describes the fields that a file of that kind can hold.
func importTargets(kind survey.ImportKind) []frontend.ImportTarget {
	var targets []frontend.ImportTarget
	for _, f := range survey.ImportFields(kind) {
		targets = append(targets, frontend.ImportTarget{Name: f.Name, Required: f.Alone(), Text: f.About})
	}
	return targets
}

// importRow shows an import in a list; one that waits for this rep to go on with it leads there.
func (s *Server) importRow(c echo.Context, i *survey.Import) frontend.ImportRow {
	row := frontend.ImportRow{URL: importURL(i.ID), By: s.repName(c, i.StartedBy), Import: *i}
	if i.State == survey.ImportUploaded && i.StartedBy == survey.RepID(repOf(c).ID) {
		row.URL = uploadURL(i.ID)
	}
	return row
}

// upload keeps a file as it comes in, and goes on to its columns.
func (s *Server) upload(c echo.Context) error {
	if err := s.origin.Check(c.Request()); err != nil {
		return survey.Errorf(survey.Forbidden, "this form came from another site; open the page here and try again")
	}
	parts, err := c.Request().MultipartReader()
	if err != nil {
		return survey.Errorf(survey.Invalid, "the form carries no file: %w", err)
	}
	values := url.Values{}
	kept, err := s.readUpload(c, parts, values)
	if err != nil && survey.KindOf(err) == survey.Invalid {
		return s.showImports(c, statusOf(survey.Invalid), frontend.UploadForm(frontend.PathImports, values).Reject(err))
	}
	if err != nil {
		return err
	}
	return c.Redirect(http.StatusSeeOther, uploadURL(kept.ID))
}

// uploadURL is where a file that was sent in waits for its columns to be confirmed.
func uploadURL(id string) string { return frontend.PathImports + "/uploads/" + id }

// importURL is where an import is followed.
func importURL(id string) string { return frontend.PathImports + "/" + id }

// readUpload reads the parts of the form; the kind stands before the file.
func (s *Server) readUpload(c echo.Context, parts *multipart.Reader, values url.Values) (*survey.Import, error) {
	for {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			return nil, survey.InvalidField("file", "must be chosen")
		}
		if err != nil {
			return nil, uploadError(err)
		}
		if part.FormName() != "file" {
			value, err := io.ReadAll(io.LimitReader(part, 200))
			if err != nil {
				return nil, uploadError(err)
			}
			values.Set(part.FormName(), string(value))
			continue
		}
		kind := survey.ImportKind(values.Get("kind"))
		switch {
		case len(survey.ImportFields(kind)) == 0:
			return nil, survey.InvalidField("kind", "must be chosen before the file")
		case part.FileName() == "":
			return nil, survey.InvalidField("file", "must be chosen")
		}
		kept, err := s.uploads.Upload(c.Request().Context(), survey.ImportRequest{
			Kind: kind, FileName: fileBase(part.FileName()), Reader: &patientReader{c: c, in: part}, By: survey.RepID(repOf(c).ID),
		})
		return kept, uploadError(err)
	}
}

// uploadError says what broke an upload off.
func uploadError(err error) error {
	if err == nil || !failsForSize(err) {
		return err
	}
	return survey.Errorf(survey.TooLarge, "the file is larger than what is taken here; split it, or use earshot import: %w", err)
}

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

// startImport has a worker take the file in.
func (s *Server) startImport(c echo.Context) error {
	form, err := s.form(c)
	if err != nil {
		return err
	}
	ctx, id, by := c.Request().Context(), c.Param("id"), survey.RepID(repOf(c).ID)
	file, err := s.uploads.Uploaded(ctx, id, by)
	if err == nil {
		_, err = s.imports.StartImport(ctx, file, importOptions(form, file.Kind))
	}
	switch kind := survey.KindOf(err); {
	case err == nil:
	case kind == survey.Invalid:
		return s.showMapping(c, statusOf(survey.Invalid), form, err)
	case (kind == survey.NotFound || kind == survey.Conflict) && s.started(c, id, by):
		// The button was pressed twice.
	default:
		return err
	}
	return c.Redirect(http.StatusSeeOther, importURL(id))
}

// started says whether the rep has started that import already.
func (s *Server) started(c echo.Context, id string, by survey.RepID) bool {
	i, err := s.imports.Import(c.Request().Context(), id)
	return err == nil && i.StartedBy == by && i.State != survey.ImportUploaded
}

// cancelUpload throws a file away.
func (s *Server) cancelUpload(c echo.Context) error {
	ctx := c.Request().Context()
	file, err := s.uploads.Uploaded(ctx, c.Param("id"), survey.RepID(repOf(c).ID))
	if err == nil {
		err = s.uploads.DropUpload(ctx, file)
	}
	if err != nil {
		return err
	}
	return seeOther(c, frontend.PathImports, "deleted")
}

// cancelImportPage asks an import to stop.
func (s *Server) cancelImportPage(c echo.Context) error {
	i, err := s.imports.CancelImport(c.Request().Context(), c.Param("id"))
	if err != nil && survey.KindOf(err) != survey.Conflict { // one that is over meanwhile says so itself
		return err
	}
	if i == nil {
		return c.Redirect(http.StatusSeeOther, importURL(c.Param("id")))
	}
	return c.Redirect(http.StatusSeeOther, importURL(i.ID))
}

// importPage shows how far an import is.
func (s *Server) importPage(c echo.Context) error {
	i, err := s.imports.Import(c.Request().Context(), c.Param("id"))
	if err != nil {
		return err
	}
	now := s.here.Now()
	page := frontend.ImportRunPage{
		Shell: s.shell(c, frontend.PathImports), ImportRow: s.importRow(c, i), Waiting: i.Waits(now),
		Cancel: frontend.Action{Label: "Stop", URL: importURL(i.ID) + "/cancel", Look: frontend.Quiet},
	}
	if i.Refused > 0 && now.Before(i.RefusedUntil) {
		page.Refused = frontend.Link{Text: "Download the refused rows, to mend and send again", URL: importURL(i.ID) + "/refused"}
	}
	end := i.FinishedAt
	if end.IsZero() {
		end = now
	}
	page.Elapsed = end.Sub(i.StartedAt)
	page.Next = []frontend.Link{{Text: "Customers", URL: frontend.PathCustomers}, {Text: "Import another file", URL: frontend.PathImports}}
	switch i.Kind {
	case survey.ImportContacts, survey.ImportTouchpoints:
		page.Next = slices.Insert(page.Next, 0, frontend.Link{Text: "Today", URL: frontend.PathToday})
	case survey.ImportSuppressions:
		page.Next[0] = frontend.Link{Text: "Addresses that must not be mailed", URL: frontend.PathSuppressions}
	case survey.ImportCustomers:
	}
	return s.page(c, http.StatusOK, page)
}
