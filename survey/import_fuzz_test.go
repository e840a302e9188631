package survey_test

import (
	"bytes"
	"encoding/csv"
	"errors"
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"earshot/survey"
	"earshot/survey/table"

	"pgregory.net/rapid"
)

// FuzzPreviewImport reads anything as a file of any kind: it must end, count right, and fail only in ways that are the
// file's fault.
func FuzzPreviewImport(f *testing.F) {
	for _, seed := range []string{
		"customer,date\nC0,2025-12-31\n", "\xff\xfea\x00,\x00b\x00\n\x00", "sep=;\na;b\n", "a,\"b\nc\"\n\"\",\"\"\"\"", "\"", "a\r\rb",
		"name;e-mail;customer\nAna;ana@x.example;C0\n", "Kunde\tDatum\tBetrag\nC0\t1.2.99\t-1.000,5\n", ",,,\n,,,", "x\n" + strings.Repeat("y", 70_000),
		"customer,date\nC0,Jan 2, 2025 3:04 PM\nC0,99999999\nC0,2025-1-1T\n",
	} {
		for kind := range byte(len(survey.ImportKinds())) {
			f.Add(kind, []byte(seed))
		}
	}
	s, _ := newService(f)
	customersNamed(f, s, 1)
	kinds := survey.ImportKinds()
	f.Fuzz(func(t *testing.T, kind byte, file []byte) {
		p, err := s.PreviewImport(t.Context(), survey.ImportRequest{Kind: kinds[int(kind)%len(kinds)], Reader: bytes.NewReader(file)})
		var own *survey.Error
		if err != nil && (!errors.As(err, &own) || own.Kind != survey.Invalid) {
			t.Fatalf("got %v, want none or one of kind invalid", err)
		}
		if err != nil {
			return
		}
		lines := bytes.Count(file, []byte("\n")) + bytes.Count(file, []byte("\r")) + 1
		if p.Failed > p.Rows || p.Rows > lines || len(p.Errors) > survey.MaxImportErrors || (p.Failed > 0) != (len(p.Errors) > 0) {
			t.Errorf("got %d rows, %d failed, %d errors, from %d lines", p.Rows, p.Failed, len(p.Errors), lines)
		}
		for _, e := range p.Errors {
			if e.Line < 2 || e.Line > lines || e.Message == "" {
				t.Errorf("got an error at line %d of %d: %q", e.Line, lines, e.Message)
			}
		}
		for field, heading := range p.Options.Mapping {
			if !slices.Contains(p.Headings, heading) {
				t.Errorf("%s is mapped to %q, which is none of %q", field, heading, p.Headings)
			}
		}
	})
}

// TestAnyTextSurvivesTheWayThroughAFile writes random notes with the standard library's CSV writer, kept from being formulas as in our own
// tables, and imports them.
func TestAnyTextSurvivesTheWayThroughAFile(t *testing.T) {
	t.Parallel()
	s, _ := newService(t)
	customersNamed(t, s, 1)
	letters := rapid.OneOf(rapid.SampledFrom([]rune("\"\";,|\t\n ab")), rapid.Rune())
	rapid.Check(t, func(rt *rapid.T) {
		notes := rapid.SliceOfN(rapid.StringOfN(letters, 0, 20, -1), 1, 5).Draw(rt, "notes")
		var file bytes.Buffer
		w := csv.NewWriter(&file)
		w.Comma = rapid.SampledFrom([]rune(",;\t|")).Draw(rt, "delimiter")
		w.UseCRLF = rapid.Bool().Draw(rt, "CRLF")
		lines := [][]string{{"customer", "date", "note", "id"}}
		for i, note := range notes {
			if !utf8.ValidString(note) || strings.ContainsFunc(note, func(r rune) bool {
				return unicode.IsControl(r) && r != '\n' && r != '\t' || r == '\u2028' || r == '\u2029'
			}) {
				note = "?"
				notes[i] = note
			}
			lines = append(lines, []string{"C0", "2025-12-31", table.Harmless(strings.TrimSpace(note)), string(rune('a' + i))})
		}
		if err := w.WriteAll(lines); err != nil {
			rt.Fatal(err)
		}
		done, err := s.RunImport(rt.Context(), survey.ImportRequest{Kind: survey.ImportTouchpoints, Reader: &file}, nil)
		if err != nil || done.Failed > 0 {
			rt.Fatalf("import: %+v, %v", done, err)
		}
		c, err := s.CustomerByExternalID(rt.Context(), "C0")
		if err != nil {
			rt.Fatal(err)
		}
		for i, note := range notes {
			got, err := s.TouchpointByExternalID(rt.Context(), survey.CustomerID(c.ID), string(rune('a'+i)))
			want := survey.TouchpointInput{CustomerExternalID: "C0", Kind: survey.Order, At: got.At, Note: note, ExternalID: "direct" + string(rune('a'+i))}
			direct := s.PutTouchpoints(rt.Context(), []survey.TouchpointInput{want})[0]
			if err != nil || direct.Err != nil {
				rt.Fatalf("read back: %v, %v", err, direct.Err)
			}
			stored, err := s.Touchpoint(rt.Context(), survey.TouchpointID(direct.ID))
			if err != nil || stored.Note != got.Note {
				rt.Errorf("note %q: got %q by the file, %q directly (%v)", note, got.Note, stored.Note, err)
			}
		}
	})
}
