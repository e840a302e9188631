package gallery

import (
	"net/url"
	"time"

	"earshot/frontend"
	"earshot/survey"
)

func importSamples() []Sample {
	upload := frontend.UploadForm("/imports", nil)
	page := frontend.ImportPage{Shell: shell(frontend.PathImports), Form: upload, Columns: []frontend.ImportColumns{{Kind: survey.ImportCustomers, Columns: targets()}, {Kind: survey.ImportTouchpoints, Columns: targets()}}, Rows: []frontend.ImportRow{importRow(survey.ImportRunning), importRow(survey.ImportUploaded), importRow(survey.ImportQueued), importRow(survey.ImportCancelled), importRow(survey.ImportFinished), importRow(survey.ImportFailed)}}
	empty := frontend.ImportPage{Shell: shell(frontend.PathImports), Form: upload.Reject(survey.InvalidField("file", "must be a CSV file of at most 1 GB"))}
	run := func(state survey.ImportState) frontend.ImportRunPage {
		return frontend.ImportRunPage{Shell: shell(frontend.PathImports), ImportRow: importRow(state), Elapsed: 83 * time.Second,
			Cancel: post("Stop", "/imports/imp_1/cancel", frontend.Quiet, "")}
	}
	finished, failed, waiting, queued, cancelled := run(survey.ImportFinished), run(survey.ImportFailed), run(survey.ImportRunning), run(survey.ImportQueued), run(survey.ImportCancelled)
	finished.Next = []frontend.Link{{Text: "See the customers", URL: "/customers"}, {Text: "Import another file", URL: "/imports"}}
	finished.Import.Failed, finished.Import.Errors = 412, rowErrors()
	finished.Import.PassedOver, finished.Import.Warned, finished.Import.Warnings = 41, 2, rowErrors()
	finished.Refused = frontend.Link{Text: "Download the refused rows, to mend and send again", URL: "/imports/imp_1/refused"}
	failed.Import.Problem, waiting.Waiting = "the sheet breaks off behind line 20411: the workbook is damaged. The rows before are in; import the file again, and they will be recognised.", true
	cancelled.Import.Problem = "it was stopped. The rows before are in; import the file again, and they will be recognised."
	queued.Import.Rows, queued.Import.BytesRead = 0, 0
	huge := run(survey.ImportRunning)
	huge.Import.FileName, huge.Import.BytesTotal, huge.Import.Rows = longWord+".csv", 0, 1000000000
	return []Sample{{"import", "normal", page}, {"import", "error", empty},
		{"import_mapping", "normal", mapping()}, {"import_mapping", "error", brokenMapping()}, {"import_mapping", "extreme", extremeMapping()},
		{"import_run", "normal", run(survey.ImportRunning)}, {"import_run", "finished", finished}, {"import_run", "error", failed}, {"import_run", "waiting", waiting}, {"import_run", "queued", queued}, {"import_run", "cancelled", cancelled}, {"import_run", "extreme", huge}}
}

func targets() []frontend.ImportTarget {
	return []frontend.ImportTarget{{Name: "name", Required: true, Text: "The customer's name", Examples: []string{"Brückner & Co.", "Müller KG"}}, {Name: "external_id", Text: "The number in your own systems", Examples: []string{"10021", "10022"}},
		{Name: "segment", Text: "Groups customers in charts", Examples: []string{"Industrie"}, Confidence: frontend.ImportConfidence(survey.ByLikeness)}, {Name: "value_per_year", Text: "Worth a year"}}
}

func rowErrors() []survey.RowError {
	return []survey.RowError{{Line: 17, Column: "Umsatz", Message: "must be a number; “k. A.” is none"}, {Line: 1000000000, Message: "has 3 cells instead of 6"}}
}

func importRow(state survey.ImportState) frontend.ImportRow {
	return frontend.ImportRow{URL: "/imports/imp_1", By: "Ana Weber", Import: survey.Import{Kind: survey.ImportTouchpoints, FileName: "bestellungen-2025.csv", State: state, StartedAt: ago(0),
		BytesRead: 31 << 20, BytesTotal: 48 << 20, Rows: 648120, Created: 640000, Changed: 8000, Unchanged: 118, Failed: 2, Errors: rowErrors()}}
}

func mapping() frontend.ImportMappingPage {
	headings := []string{"Kundennr", "Firma", "Branche", "Umsatz", "Telefon"}
	return frontend.ImportMappingPage{Shell: shell(frontend.PathImports), Kind: survey.ImportCustomers, FileName: "kunden.csv", Encoding: "Windows-1252", Delimiter: "semicolons", Check: "/imports/uploads/up_1", Start: "/imports/uploads/up_1/start",
		Cancel: post("Throw the file away", "/imports/uploads/up_1/cancel", frontend.Quiet, ""), Hidden: []frontend.Hidden{{Name: "upload", Value: "up_1"}},
		Fields:  frontend.MappingFields(url.Values{"mapping.name": {"Firma"}, "mapping.external_id": {"Kundennr"}, "mapping.segment": {"Branche"}, "mapping.value_per_year": {"Umsatz"}}, targets(), headings),
		Options: frontend.MappingOptions(url.Values{"decimal": {","}}, survey.ImportTouchpoints), Ignored: []string{"Telefon"},
		Values: []frontend.Field{
			frontend.ValueField(survey.FoundValue{Field: "role", Column: "Rolle", Value: "Hausmeister", Rows: 12}), frontend.ValueField(survey.FoundValue{Field: "role", Column: "Rolle", Value: "Einkauf", Rows: 1, Meaning: "decision_maker", Known: true}),
			frontend.ValueField(survey.FoundValue{Field: "language", Column: "Sprache", Value: "Deutsch", Rows: 9800, Meaning: "de", Known: true}), frontend.ValueField(survey.FoundValue{Field: "kind", Column: "Art", Value: "Messe", Rows: 4}),
		},
		Dialect: frontend.DialectFields(url.Values{"delimiter": {";"}}, survey.ImportEncodings(), nil), HeadingLine: 4, PassedOver: 41, Passed: []string{"40 rows were passed over: the payment failed", "1 row was passed over: it is a sum of other rows"},
		Warned: 1, Warnings: []survey.RowError{{Line: 19, Column: "Umsatz", Message: "must be a number with \",\" as its decimal mark, not \"k. A.\""}},
		Sample: frontend.ImportSample{Fields: []string{frontend.ImportLabel("external_id"), "Name", "Segment", frontend.ImportLabel("value_per_year")}, Rows: []frontend.ImportSampleRow{{Line: 2, Cells: []string{"10021", "Brückner & Co.", "Industrie", "63900"}}, {Line: 3, Cells: []string{"10022", "Müller KG", "Handel", "8200"}}}},
		Rows:   10000, Failed: 2, Errors: rowErrors(), Part: true}
}

func brokenMapping() frontend.ImportMappingPage {
	p := mapping()
	p.Missing, p.Problem = []string{"name"}, "Two fields take the same column."
	p.Ambiguous = []string{"Dates such as 03/04/2025 can be read as 3 April or 4 March; they are read as 3 April."}
	p.Fields[0].Values, p.Fields[0].Error = nil, "Choose the column that holds it."
	return p
}

func extremeMapping() frontend.ImportMappingPage {
	p := mapping()
	p.FileName, p.Ignored, p.Rows, p.Failed = longWord+".csv", []string{longWord, arabic}, 1000000000, 0
	p.Errors, p.Sample.Rows[0].Cells[1], p.Sample.Rows[1].Cells[1] = nil, longName, hostile
	return p
}
