package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"

	"earshot/survey"
)

// defineReading declares the options of how a file is read, with their defaults.
func (o *importOptions) defineReading(fs *flag.FlagSet) {
	fs.Func("value", "what a value of a column means, as `field:value=meaning`, e.g. role:Einkauf=decision_maker; may be given several times", o.addValue)
	fs.Func("delimiter", "the `character` that divides the columns, or tab; found out from the file where it is left out", func(s string) error {
		if o.delimiter = s; s == "tab" || s == `\t` {
			o.delimiter = "\t"
		}
		return nil
	})
	fs.StringVar(&o.encoding, "encoding", "", "how the text is written, such as `UTF-8`, Windows-1250 or Mac Roman; found out from the file where it can be")
	fs.IntVar(&o.headingLine, "heading-line", 0, "the `line` of the headings; 0 has it found out")
	fs.StringVar(&o.sheet, "sheet", "", "the `name` of the sheet of a workbook; the first in which anything stands where it is left out")
	fs.StringVar(&o.refused, "refused", "", "a `file` to write the refused rows to, to be mended and imported again")
}

// addValue reads what a value means.
func (o *importOptions) addValue(s string) error {
	field, rest, ok := strings.Cut(s, ":")
	at := strings.LastIndexByte(rest, '=')
	if !ok || at < 0 {
		return fmt.Errorf("%q is not field:value=meaning", s)
	}
	if o.values == nil {
		o.values = survey.ValueMeanings{}
	}
	if o.values[field] == nil {
		o.values[field] = map[string]string{}
	}
	o.values[field][rest[:at]] = rest[at+1:]
	return nil
}

// writeValues lists what the values of columns are taken for whose values are words of a few.
func writeValues(w io.Writer, values []survey.FoundValue) {
	for _, v := range values {
		meaning := v.Meaning
		if meaning == "" {
			meaning = "nothing"
		}
		known := ""
		if !v.Known && !v.Chosen {
			known = fmt.Sprintf("; say what it means with -value %q", v.Field+":"+v.Value+"=…")
		}
		fmt.Fprintf(w, "  %s %q, %s → %s%s\n", v.Field, v.Value, rowCount(v.Rows), meaning, known)
	}
}

// examplesOf says what stands in a column.
func examplesOf(values []string) string {
	filled := slices.DeleteFunc(slices.Clone(values), func(s string) bool { return s == "" })
	if len(filled) == 0 {
		return ", in which nothing stands so far"
	}
	return ", e.g. " + strings.Join(filled, ", ")
}

// rowCount says how many rows.
func rowCount(n int) string {
	if n == 1 {
		return "1 row"
	}
	return fmt.Sprintf("%d rows", n)
}

// writeWarnings lists the cells without which rows are taken.
func writeWarnings(w io.Writer, warnings []survey.RowError, rows int) {
	if rows == 0 {
		return
	}
	verb := "are"
	if rows == 1 {
		verb = "is"
	}
	fmt.Fprintf(w, "%s %s taken without a cell that cannot be read:\n", rowCount(rows), verb)
	writeRowErrors(w, warnings, 0)
}

// writeRefused writes the rows that were refused to a file, if one is named; one that is there already is not overwritten.
func writeRefused(ctx context.Context, c call, service *survey.Service, done *survey.Import, path string) (err error) {
	if path == "" || done.Refused == 0 {
		return nil
	}
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return fmt.Errorf("-refused: %w", err)
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	if err := service.WriteRefused(ctx, done.ID, file); err != nil {
		return fmt.Errorf("-refused: %w", err)
	}
	fmt.Fprintf(c.stdout, "The refused rows stand in %s: mend them and import that file.\n", path)
	return nil
}
