package api

import (
	"encoding/json"
	"errors"
	"net/http"

	"github.com/labstack/echo/v4"

	"earshot/survey"
)

// mimeXLSX is the media type of an Excel workbook, which may be sent in place of a CSV file.
const mimeXLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

// importReading is how a file is read, as far as the caller says so.
type importReading struct {
	Mapping     jsonMap[string]            `query:"mapping"`
	Values      jsonMap[map[string]string] `query:"values"`
	Delimiter   string                     `query:"delimiter" oneof:"comma semicolon tab bar caret tilde"`
	Encoding    string                     `query:"encoding" max:"40"`
	HeadingLine int                        `query:"heading_line" min:"0" max:"1000"`
	Sheet       string                     `query:"sheet" max:"100"`
}

// delimiters are what divides columns, by their names.
var delimiters = map[string]string{"comma": ",", "semicolon": ";", "tab": "\t", "bar": "|", "caret": "^", "tilde": "~"}

func (r importReading) delimiter() string { return delimiters[r.Delimiter] }

// jsonMap is a JSON object in a query parameter.
type jsonMap[T any] map[string]T

// UnmarshalText reads the object.
func (m *jsonMap[T]) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		return nil
	}
	var found map[string]T
	if err := json.Unmarshal(text, &found); err != nil || found == nil {
		return errors.New(`must be a JSON object, such as {"name":"Company"}, written as a query parameter is`)
	}
	*m = found
	return nil
}

// previewDetails are what a preview tells beside the rows: how the file is written, and what its columns and values are taken for.
type previewDetails struct {
	HeadingLine int                `json:"heading_line"`
	Sheet       string             `json:"sheet"`
	Sheets      []string           `json:"sheets"`
	Columns     []previewColumn    `json:"columns"`
	Values      []previewValue     `json:"values"`
	Encodings   []encodingRival    `json:"encodings"`
	PassedOver  int                `json:"passed_over"`
	Passed      map[string]int     `json:"passed"`
	Warned      int                `json:"warned"`
	Warnings    []rowErrorResponse `json:"warnings"`
}

// previewColumn is a column that a field takes.
type previewColumn struct {
	Field      string   `json:"field"`
	Heading    string   `json:"heading"`
	Confidence string   `json:"confidence"`
	Examples   []string `json:"examples"`
}

// previewValue is a value of a column whose values are words of a few, and what it is taken for.
type previewValue struct {
	Field   string   `json:"field"`
	Column  string   `json:"column"`
	Value   string   `json:"value"`
	Rows    int      `json:"rows"`
	Meaning string   `json:"meaning"`
	Known   bool     `json:"known"`
	Chosen  bool     `json:"chosen"`
	Choices []string `json:"choices"`
}

// encodingRival is an encoding in which the file may be written, and how a word of it would read.
type encodingRival struct {
	Encoding string `json:"encoding"`
	Word     string `json:"word"`
}

func viewPreviewDetails(p *survey.ImportPreview) previewDetails {
	view := previewDetails{
		HeadingLine: p.HeadingLine, Sheet: p.Sheet, Sheets: append([]string{}, p.Sheets...), Columns: []previewColumn{}, Values: []previewValue{}, Encodings: []encodingRival{},
		PassedOver: p.PassedOver, Passed: viewTallies(p.Passed), Warned: p.Warned, Warnings: viewRowErrors(p.Warnings),
	}
	for _, c := range p.Columns {
		view.Columns = append(view.Columns, previewColumn{c.Field, c.Heading, string(c.Confidence), c.Examples})
	}
	for _, v := range p.Values {
		view.Values = append(view.Values, previewValue{v.Field, v.Column, v.Value, v.Rows, v.Meaning, v.Known, v.Chosen, append([]string{}, survey.ValueChoices(v.Field)...)})
	}
	for _, r := range p.Encodings {
		view.Encodings = append(view.Encodings, encodingRival{r.Encoding, r.Word})
	}
	return view
}

// readRefusedRows answers with the rows of an import that were refused, to be mended and sent again.
func (s *Server) readRefusedRows(c echo.Context, in idPath) error {
	return s.writeRefused(c, string(in.ID))
}

// refusedRowsPage is the same for a browser.
func (s *Server) refusedRowsPage(c echo.Context) error { return s.writeRefused(c, c.Param("id")) }

// writeRefused answers with a file; nothing of it is written before it is known to be there.
func (s *Server) writeRefused(c echo.Context, id string) error {
	out := &lateHeader{c: c}
	err := s.imports.WriteRefused(c.Request().Context(), id, out)
	if err != nil && out.begun {
		s.log.WarnContext(c.Request().Context(), "refused rows could not be written to their end", "request_id", requestID(c), "error", err)
		panic(http.ErrAbortHandler)
	}
	return err
}

// lateHeader writes the header of a CSV file before its first byte.
type lateHeader struct {
	c     echo.Context
	begun bool
}

// Write implements io.Writer.
func (h *lateHeader) Write(b []byte) (int, error) {
	if !h.begun {
		h.begun = true
		header := h.c.Response().Header()
		header.Set(echo.HeaderContentType, mimeCSV+"; charset=utf-8")
		header.Set(echo.HeaderContentDisposition, `attachment; filename="refused-rows.csv"`)
		h.c.Response().WriteHeader(http.StatusOK)
	}
	morePatience(h.c, exportPatience, exportPatience)
	return h.c.Response().Write(b)
}
