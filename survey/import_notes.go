package survey

import (
	"fmt"
	"slices"
	"strings"
)

// sure says whether the encoding of the file can be relied on; it is asked otherwise, for names would be garbled.
func (j *importJob) sure() error {
	if !j.csv.Doubt || j.options.Encoding != "" {
		return nil
	}
	return InvalidField("encoding", "must be said: %s", j.rivals())
}

// rivals tells the encodings in which the file may be written, and how a word of it would read.
func (j *importJob) rivals() string {
	words := make([]string, len(j.csv.Rivals))
	for i, r := range j.csv.Rivals {
		words[i] = fmt.Sprintf("in %s it reads %s", r.Encoding, quoted(r.Word))
	}
	return strings.Join(words, ", ")
}

// maxIgnored is how many columns that are not read are told by name.
const maxIgnored = 40

// notes returns what is to be told about how the file was read.
func (j *importJob) notes() []string {
	notes := slices.Concat(j.doubts, j.assumptions)
	switch {
	case j.csv.Doubt && j.options.Encoding == "":
		notes = append(notes, "the text is not UTF-8, and its encoding cannot be told for sure: "+j.rivals())
	case j.csv.Encoding != "UTF-8" && j.csv.Sheets == nil:
		notes = append(notes, "the text is not UTF-8; it was read as "+j.csv.Encoding)
	}
	if len(j.csv.Sheets) > 1 {
		notes = append(notes, fmt.Sprintf("of the workbook's %d sheets %s is read", len(j.csv.Sheets), quoted(j.csv.Sheet)))
	}
	if j.csv.HeadingLine > 1 && j.options.HeadingLine == 0 {
		notes = append(notes, fmt.Sprintf("the headings stand in line %d; what is above them is not read", j.csv.HeadingLine))
	}
	if ignored := j.options.Mapping.ignored(j.csv.Headings); len(ignored) > maxIgnored {
		notes = append(notes, fmt.Sprintf("columns that are not read: %s and %d more", strings.Join(ignored[:maxIgnored], ", "), len(ignored)-maxIgnored))
	} else if len(ignored) > 0 {
		notes = append(notes, "columns that are not read: "+strings.Join(ignored, ", "))
	}
	if j.options.DateOrder == DayFirst && j.dates.MonthFirst > 0 || j.options.DateOrder == MonthFirst && j.dates.DayFirst > 0 {
		notes = append(notes, "some dates are written in the other order of day and month; they were refused")
	}
	return notes
}

// insteadOf are the fields in whose columns stands what is wrong with another.
var insteadOf = map[string][]string{fieldCustomerExternalID: {fieldCustomerName}, fieldName: {fieldLastName, fieldFirstName}}

// rowErrors says what is wrong with a row, by the file's own headings.
func (j *importJob) rowErrors(line int, err error) []RowError {
	own := AsError(err)
	if len(own.Fields) == 0 {
		return []RowError{{Line: line, Message: own.Message}}
	}
	list := make([]RowError, len(own.Fields))
	for i, f := range own.Fields {
		name := f.Field
		switch name {
		case "rep_id":
			name = fieldRep
		case "customer_id":
			name = fieldCustomerExternalID
		case "contact_id":
			name = fieldContactExternalID
		}
		for _, other := range insteadOf[name] {
			if j.options.Mapping[name] == "" {
				name = other
			}
		}
		list[i] = RowError{Line: line, Column: j.options.Mapping[name], Message: f.Message}
		if list[i].Column == "" {
			list[i].Message = name + " " + f.Message
		}
	}
	return list
}
