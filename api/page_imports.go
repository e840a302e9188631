package api

import (
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"slices"

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

// mostFormParts is how many fields may stand before the file: the form has one.
const mostFormParts = 20

// readUpload reads the parts of the form; the kind stands before the file.
func (s *Server) readUpload(c echo.Context, parts *multipart.Reader, values url.Values) (*survey.Import, error) {
	for range mostFormParts {
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
	return nil, survey.InvalidField("file", "must come before so many other fields")
}

// uploadError says what broke an upload off.
func uploadError(err error) error {
	if err == nil || !failsForSize(err) {
		return err
	}
	return survey.Errorf(survey.TooLarge, "the file is larger than what is taken here; split it, or use earshot import: %w", err)
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
