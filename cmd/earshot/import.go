package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"earshot/survey"
	"earshot/survey/access"
	"earshot/survey/workdays"
)

// importOptions are the options of "earshot import".
type importOptions struct {
	store, mapping, dateOrder, decimal, touchpointKind, timeZone string
	delimiter, encoding, sheet, refused                          string
	headingLine                                                  int
	values                                                       survey.ValueMeanings
	dryRun                                                       bool
	days                                                         workdays.Rules
}

// importFile takes in a CSV file or an Excel workbook: earshot import customers|contacts|touchpoints|suppressions file.csv.
func importFile(ctx context.Context, c call) error {
	kind, path, options, err := parseImport(c)
	if err != nil {
		return err
	}
	zone, err := time.LoadLocation(options.timeZone)
	if err != nil {
		return fmt.Errorf("-time-zone: %q is not a zone of the IANA database, such as Europe/Berlin", options.timeZone)
	}
	calendar, err := parseCalendar(options.days)
	if err != nil {
		return err
	}
	request, err := options.request(kind, path)
	if err != nil {
		return err
	}
	file, err := os.Open(path)
	if err != nil {
		return err
	}
	defer func() { _ = file.Close() }()
	request.Reader = file
	if info, err := file.Stat(); err == nil && info.Mode().IsRegular() {
		request.Size = info.Size()
	}
	db, err := openStoreShowing(ctx, options.store, c.stderr)
	if err != nil {
		return err
	}
	people, err := access.New(access.Options{Store: db})
	if err != nil {
		return errors.Join(err, db.Close())
	}
	service, err := survey.NewService(survey.Options{Store: db, Reps: people, BaseURL: "http://localhost", TimeZone: zone, Calendar: calendar})
	if err != nil {
		return errors.Join(err, db.Close())
	}
	if options.dryRun {
		err = previewImport(ctx, c.stdout, service, request)
	} else {
		sent := map[string][]string{"kind": {string(kind)}, "file": {request.FileName}}
		err = recorded(ctx, db, "import.started", sent, func() error { return runImport(ctx, c, service, request, options.refused) })
	}
	return errors.Join(err, db.Close())
}

// parseImport reads the words after "earshot import": options may stand before, between and behind the two others.
func parseImport(c call) (survey.ImportKind, string, *importOptions, error) {
	var o importOptions
	fs := newFlags("earshot import customers|contacts|touchpoints|suppressions file.csv", c.stderr)
	o.define(fs)
	var rest []string
	for args := c.args; ; {
		if err := parseFlags(fs, args, c.getenv); err != nil {
			return "", "", nil, err
		}
		if fs.NArg() == 0 {
			break
		}
		rest, args = append(rest, fs.Arg(0)), fs.Args()[1:]
	}
	if len(rest) != 2 || !slices.Contains(survey.ImportKinds(), survey.ImportKind(rest[0])) {
		return "", "", nil, errors.New("usage: earshot import customers|contacts|touchpoints|suppressions file.csv [options]; -h lists the options")
	}
	return survey.ImportKind(rest[0]), rest[1], &o, nil
}

// define declares the options with their defaults.
func (o *importOptions) define(fs *flag.FlagSet) {
	defineStore(fs, &o.store)
	fs.BoolVar(&o.dryRun, "dry-run", false, "write nothing; show how the file would be understood and what is wrong with it")
	fs.StringVar(&o.mapping, "map", "", "which `column` holds which field, where the guess is wrong: external_id=Number,name=Firm")
	fs.StringVar(&o.dateOrder, "date-order", "", "`order` of dates such as 03/04/2026: day_first or month_first")
	fs.StringVar(&o.decimal, "decimal", "", "decimal `mark` of numbers: . or ,")
	fs.StringVar(&o.touchpointKind, "kind", "", "`kind` of touchpoints in a file without such a column, e.g. order")
	o.defineReading(fs)
	defineCalendar(fs, &o.days)
	fs.StringVar(&o.timeZone, "time-zone", "UTC", "`zone` of dates and times that do not tell theirs")
}

// request returns what the domain is asked to do, or what is wrong with the words.
func (o *importOptions) request(kind survey.ImportKind, path string) (survey.ImportRequest, error) {
	r := survey.ImportRequest{Kind: kind, FileName: filepath.Base(path), Options: survey.ImportOptions{
		DateOrder: survey.DateOrder(o.dateOrder), Decimal: o.decimal, DefaultKind: survey.TouchpointKind(o.touchpointKind),
		Values: o.values, Delimiter: o.delimiter, Encoding: o.encoding, HeadingLine: o.headingLine, Sheet: o.sheet,
	}}
	for _, pair := range strings.FieldsFunc(o.mapping, func(c rune) bool { return c == ',' }) {
		field, heading, ok := strings.Cut(pair, "=")
		if !ok {
			return r, fmt.Errorf("-map: %q is not field=heading", pair)
		}
		if r.Options.Mapping == nil {
			r.Options.Mapping = survey.Mapping{}
		}
		r.Options.Mapping[strings.TrimSpace(field)] = strings.TrimSpace(heading)
	}
	return r, nil
}

// previewImport shows what an import would do.
func previewImport(ctx context.Context, w io.Writer, service *survey.Service, r survey.ImportRequest) error {
	p, err := service.PreviewImport(ctx, r)
	if err != nil {
		return err
	}
	fmt.Fprintf(w, "%s, columns separated by %q, %d rows, %d of them wrong. Nothing was written.\n", p.Encoding, p.Delimiter, p.Rows, p.Failed)
	for _, column := range p.Columns {
		fmt.Fprintf(w, "  column %-24q → %s (%s)%s\n", column.Heading, column.Field, column.Confidence, examplesOf(column.Examples))
	}
	writeValues(w, p.Values)
	for _, missing := range p.Missing {
		fmt.Fprintf(w, "  no column holds %s; name one with -map %s=…\n", missing, missing)
	}
	for _, sentence := range p.Ambiguous {
		fmt.Fprintf(w, "  %s\n", sentence)
	}
	for _, sentence := range survey.PassedNotes(p.Passed) {
		fmt.Fprintf(w, "  %s\n", sentence)
	}
	writeRowErrors(w, p.Errors, p.Failed)
	writeWarnings(w, p.Warnings, p.Warned)
	return nil
}

// runImport takes the file in, shows how far it is, and brings the rhythms up to date.
func runImport(ctx context.Context, c call, service *survey.Service, r survey.ImportRequest, refused string) error {
	began := time.Now()
	progress := importProgress(c.stderr)
	done, err := service.RunImport(ctx, r, progress)
	fmt.Fprint(c.stderr, clearLine)
	if done != nil {
		fmt.Fprintf(c.stdout, "%d rows: %d new, %d changed, %d as they were, %d wrong, in %s.\n", done.Rows, done.Created, done.Changed,
			done.Unchanged, done.Failed, time.Since(began).Round(time.Millisecond))
		for _, sentence := range survey.PassedNotes(done.Passed) {
			fmt.Fprintf(c.stdout, "  %s\n", sentence)
		}
		writeRowErrors(c.stdout, done.Errors, done.Failed)
		writeWarnings(c.stdout, done.Warnings, done.Warned)
		err = errors.Join(err, writeRefused(ctx, c, service, done, refused))
		if done.Problem != "" {
			fmt.Fprintf(c.stdout, "Import %s has %s: %s\n", done.ID, done.State, done.Problem)
		}
	}
	if err != nil {
		return err
	}
	err = service.CatchUp(ctx, func(since time.Time) { progress(survey.ImportProgress{Import: *done, WaitingSince: since}) })
	fmt.Fprint(c.stderr, clearLine)
	if err == nil {
		fmt.Fprintf(c.stdout, "All rhythms are up to date, after %s.\n", time.Since(began).Round(time.Millisecond))
	}
	return err
}

// writeRowErrors lists the rows that were refused.
func writeRowErrors(w io.Writer, errs []survey.RowError, failed int) {
	for _, e := range errs {
		column := ""
		if e.Column != "" {
			column = ", column " + e.Column
		}
		fmt.Fprintf(w, "  line %d%s: %s\n", e.Line, column, e.Message)
	}
	if more := failed - len(errs); more > 0 {
		fmt.Fprintf(w, "  … and %d more\n", more)
	}
}
