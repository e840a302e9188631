package table

// Dialect is how a file is written, as far as somebody has said so; the zero value has all of it found out.
type Dialect struct {
	// Delimiter divides the columns; 0 has it found out.
	Delimiter byte
	// Encoding is one of Encodings, or another name that browsers know; empty has it found out.
	Encoding string
	// HeadingLine is the line of the headings, from 1; 0 has it found out.
	HeadingLine int
	// Sheet names the sheet of a workbook; empty takes the first one that holds anything.
	Sheet string
	// Known says whether a word is a heading that the caller understands: it helps to find the line of the headings. May be nil.
	Known func(heading string) bool
}

// Delimiters are what may divide columns, the usual ones first.
func Delimiters() []string { return []string{",", ";", "\t", "|", "^", "~"} }

// known says whether the caller understands the heading.
func (d Dialect) known(heading string) bool { return d.Known != nil && d.Known(heading) }
