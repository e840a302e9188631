package api

import (
	"context"
	"fmt"
	"io"
	"maps"
	"net/http"
	"time"

	"github.com/labstack/echo/v4"

	"earshot/survey"
)

// importResponse is one file being taken in, or taken in earlier.
type importResponse struct {
	head
	Kind        string             `json:"kind"`
	FileName    string             `json:"file_name"`
	State       string             `json:"state"`
	Waiting     bool               `json:"waiting"`
	StartedBy   string             `json:"started_by"`
	StartedAt   time.Time          `json:"started_at"`
	HeartbeatAt time.Time          `json:"heartbeat_at"`
	FinishedAt  time.Time          `json:"finished_at,omitzero"`
	CancelledAt time.Time          `json:"cancelled_at,omitzero"`
	BytesRead   int64              `json:"bytes_read"`
	BytesTotal  int64              `json:"bytes_total"`
	Rows        int                `json:"rows"`
	Created     int                `json:"created"`
	Changed     int                `json:"changed"`
	Unchanged   int                `json:"unchanged"`
	PassedOver  int                `json:"passed_over"`
	Failed      int                `json:"failed"`
	Errors      []rowErrorResponse `json:"errors"`
	Passed      map[string]int     `json:"passed"`
	Warned      int                `json:"warned"`
	Warnings    []rowErrorResponse `json:"warnings"`
	Refused     int                `json:"refused"`
	// RefusedUntil is until when the refused rows can be read.
	RefusedUntil time.Time `json:"refused_until,omitzero"`
	Notes        []string  `json:"notes"`
	Problem      string    `json:"problem"`
}

// rowErrorResponse says what is wrong with one row of a file.
type rowErrorResponse struct {
	Line    int    `json:"line"`
	Column  string `json:"column"`
	Message string `json:"message"`
}

func (s *Server) viewImport(i *survey.Import) importResponse {
	return importResponse{
		head: head{i.ID, i.Version}, Kind: string(i.Kind), FileName: i.FileName, State: string(i.State), Waiting: i.Waits(s.here.Now()),
		StartedBy: string(i.StartedBy), StartedAt: i.StartedAt, HeartbeatAt: i.HeartbeatAt, FinishedAt: i.FinishedAt, CancelledAt: i.CancelledAt,
		BytesRead: i.BytesRead, BytesTotal: i.BytesTotal, Rows: i.Rows, Created: i.Created, Changed: i.Changed,
		Unchanged: i.Unchanged, Failed: i.Failed, Errors: viewRowErrors(i.Errors), Notes: append([]string{}, i.Notes...),
		Problem: i.Problem, PassedOver: i.PassedOver, Passed: viewTallies(i.Passed), Warned: i.Warned, Warnings: viewRowErrors(i.Warnings),
		Refused: i.Refused, RefusedUntil: i.RefusedUntil,
	}
}

func viewRowErrors(list []survey.RowError) []rowErrorResponse {
	view := make([]rowErrorResponse, len(list))
	for i, e := range list {
		view[i] = rowErrorResponse{Line: e.Line, Column: e.Column, Message: e.Message}
	}
	return view
}

// viewTallies is never null.
func viewTallies(counts map[string]int) map[string]int {
	view := make(map[string]int, len(counts))
	maps.Copy(view, counts)
	return view
}

const pathImports = "/api/v1/imports"

// listImports answers with imports, newest first.
func (s *Server) listImports(c echo.Context, in paging) error {
	page, err := s.imports.Imports(c.Request().Context(), in.after(), in.Limit)
	return writePage(c, page, err, s.viewImport)
}

// readImport answers with one import and how far it is.
func (s *Server) readImport(c echo.Context, in idRead) error {
	found, err := s.imports.Import(c.Request().Context(), string(in.ID))
	return writeOne(c, found, err, s.viewImport)
}

// importRequest says what a file holds and how it is written.
type importRequest struct {
	Kind        string `query:"kind" required:"true" oneof:"customers contacts touchpoints suppressions"`
	FileName    string `query:"file_name" max:"200" default:"upload.csv"`
	DateOrder   string `query:"date_order" oneof:"day_first month_first"`
	Decimal     string `query:"decimal" oneof:". ,"`
	DefaultKind string `query:"default_kind" oneof:"order payment login visit ticket complaint call meeting email_in email_out note answer"`
	importReading
	File streamed[[]byte] `body:"text/csv"`
}

// mimeCSV is the media type of a file of rows.
const mimeCSV = "text/csv"

// request returns what the domain takes of an upload.
func (r importRequest) request(c echo.Context) survey.ImportRequest {
	return survey.ImportRequest{
		Kind: survey.ImportKind(r.Kind), FileName: r.FileName, Size: max(c.Request().ContentLength, 0),
		Reader: &patientReader{c: c, in: c.Request().Body},
		Options: survey.ImportOptions{
			DateOrder: survey.DateOrder(r.DateOrder), Decimal: r.Decimal, DefaultKind: survey.TouchpointKind(r.DefaultKind),
			Mapping: survey.Mapping(r.Mapping), Values: survey.ValueMeanings(r.Values), Delimiter: r.delimiter(), Encoding: r.Encoding, HeadingLine: r.HeadingLine, Sheet: r.Sheet,
		},
	}
}

// createImport keeps a file and has it taken in. One whose columns are not understood leaves nothing behind.
func (s *Server) createImport(c echo.Context, in importRequest) error {
	ctx, request := c.Request().Context(), in.request(c)
	upload, err := s.uploads.Upload(ctx, request)
	if err != nil {
		return err
	}
	started, err := s.imports.StartImport(ctx, upload, request.Options)
	if err != nil {
		ctx := context.WithoutCancel(ctx)
		dropped := s.uploads.DropUpload(ctx, upload)
		if survey.KindOf(dropped) == survey.Conflict { // it was started after all
			if started, again := s.imports.Import(ctx, upload.ID); again == nil {
				return writeAccepted(c, pathImports, started, s.viewImport)
			}
		}
		if dropped != nil {
			s.log.WarnContext(ctx, "an upload that was not started is left until it is thrown away", "import", upload.ID, "error", dropped)
		}
		return err
	}
	return writeAccepted(c, pathImports, started, s.viewImport)
}

// cancelImport asks an import to stop.
func (s *Server) cancelImport(c echo.Context, in idPath) error {
	stopping, err := s.imports.CancelImport(c.Request().Context(), string(in.ID))
	return writeOne(c, stopping, err, s.viewImport)
}

// previewResponse is what an import would do.
type previewResponse struct {
	Kind      string             `json:"kind"`
	Encoding  string             `json:"encoding"`
	Delimiter string             `json:"delimiter"`
	Headings  []string           `json:"headings"`
	Mapping   map[string]string  `json:"mapping"`
	Ignored   []string           `json:"ignored"`
	Missing   []string           `json:"missing"`
	Ambiguous []string           `json:"ambiguous"`
	Rows      int                `json:"rows"`
	Failed    int                `json:"failed"`
	Sample    []previewRow       `json:"sample"`
	Errors    []rowErrorResponse `json:"errors"`
	previewDetails
}

// previewRow is one of the first rows as it would be understood.
type previewRow struct {
	Line   int               `json:"line"`
	Values map[string]string `json:"values"`
}

func viewPreview(p *survey.ImportPreview) previewResponse {
	view := previewResponse{
		Kind: string(p.Kind), Encoding: p.Encoding, Delimiter: p.Delimiter, Headings: append([]string{}, p.Headings...),
		Mapping: map[string]string{}, Ignored: append([]string{}, p.Ignored...), Missing: append([]string{}, p.Missing...),
		Ambiguous: append([]string{}, p.Ambiguous...), Rows: p.Rows, Failed: p.Failed,
		Sample: make([]previewRow, len(p.Sample)), Errors: viewRowErrors(p.Errors), previewDetails: viewPreviewDetails(p),
	}
	for field, heading := range p.Options.Mapping {
		view.Mapping[field] = heading
	}
	for i, row := range p.Sample {
		view.Sample[i] = previewRow{Line: row.Line, Values: row.Values}
	}
	return view
}

// previewImport tells what a file would do, and changes nothing.
func (s *Server) previewImport(c echo.Context, in importRequest) error {
	preview, err := s.uploads.PreviewImport(c.Request().Context(), in.request(c))
	if err != nil {
		return err
	}
	return c.JSON(http.StatusOK, viewPreview(preview))
}

// patientReader reads an upload and moves the connection's time limits on while bytes come.
type patientReader struct {
	c    echo.Context
	in   io.Reader
	read int
}

// patienceBytes is after how many bytes the limits are moved on.
const patienceBytes = 1 << 20

// Read reads on.
func (p *patientReader) Read(b []byte) (int, error) {
	n, err := p.in.Read(b)
	if p.read += n; p.read >= patienceBytes {
		p.read = 0
		morePatience(p.c, bulkPatience, 2*bulkPatience)
	}
	if failsForSize(err) {
		return n, survey.Errorf(survey.TooLarge, "the file is larger than what is taken here: %w", err)
	}
	if err != nil && err != io.EOF {
		return n, fmt.Errorf("read the upload: %w", err)
	}
	return n, err
}
