package mail

import (
	"bytes"
	"errors"
	"maps"
	"mime/quotedprintable"
	"reflect"
	"strings"
	"sync"
	"time"

	"earshot/survey"
	"earshot/survey/address"
	"earshot/survey/recent"
)

// A form is a whole mail, encoded once, with blanks for what differs from one contact to the next. It is made by writing one mail by go-mail with
// stand-ins where the blanks will be.
type form struct {
	// common is the message with stand-ins in it: the form fits all messages that are the same then.
	common survey.Message
	sheet  survey.Sheet
	size   int
}

// The blanks of a form, besides those of its layout.
const (
	idBlank survey.Blank = 100 + iota
	returnBlank
	dateBlank
	toBlank
	textBlank
	htmlBlank
	plainNameBlank // the name in quoted-printable, in the plain text
	htmlNameBlank  // the same in the HTML part
)

// The stand-ins. None of them is encoded or folded otherwise than what it stands for, which is as long; the To field is cut out as a whole.
const (
	textStandIn = "qztextqztextqztextqz"
	htmlStandIn = "qzhtmlqzhtmlqzhtmlqz"
	toStandIn   = "qztoqztoqz@qz.invalid"
)

// dateStandIn is far from any time at which a mail is sent.
var dateStandIn = time.Date(1971, 3, 4, 5, 6, 7, 0, time.UTC)

const (
	// maxForms bounds the forms that are kept, each of which has some ten kB.
	maxForms = 100
	// formsLast is for how long.
	formsLast = 10 * time.Minute
	// headerLine is the longest line of a header that is not folded.
	headerLine = 76
	// idEnd and returnEnd end the stand-ins of a Message-ID and of a return path.
	idEnd     = "@qz"
	returnEnd = "@qz.invalid"
)

// formKey tells most forms apart.
type formKey struct {
	layout        *survey.Layout
	from, replyTo string
}

// forms keeps the forms that were made.
type forms struct {
	kept *recent.Cache[formKey, *form]
}

func newForms() *forms { return &forms{recent.New[formKey, *form](maxForms, formsLast)} }

// errNoForm says that a message is not like others.
var errNoForm = errors.New("the message is composed by itself")

// fill returns the mail made by its form, or errNoForm where it has to be composed by itself.
func (f *forms) fill(c *composer, m *survey.Message, to address.Address) ([]byte, error) {
	if f == nil || len(c.services) > 0 || m.Layout == nil || m.Token == "" || to.NeedsUTF8() || !isMessageID(m.ID) || len(m.Thread) > 0 || len(m.Layout.Subject.Blanks) > 0 {
		return nil, errNoForm
	}
	common, ok := withStandIns(m)
	if !ok {
		return nil, errNoForm
	}
	now, key := c.now(), formKey{m.Layout, m.FromName, m.ReplyTo}
	known, there := f.kept.Get(now, key)
	if !there || !reflect.DeepEqual(known.common, common) {
		var err error
		if known, err = newForm(c, m, common); err != nil {
			return nil, err
		}
		f.kept.Put(now, key, known)
	}
	return known.fill(m, to, now), nil
}

// withStandIns is the message as all that have a form in common have it; false where it is not like others.
func withStandIns(m *survey.Message) (survey.Message, bool) {
	common := *m
	if len(m.ID) <= len(idEnd) || m.ReturnPath != "" && len(m.ReturnPath) <= len(returnEnd) || m.UnsubscribeAddress != m.ReturnPath ||
		m.UnsubscribeURL != "" && strings.Count(m.UnsubscribeURL, m.Token) != 1 {
		return common, false
	}
	common.ID = strings.Repeat("i", len(m.ID)-len(idEnd)) + idEnd
	common.To, common.ToName, common.Text, common.HTML = toStandIn, "", textStandIn, htmlStandIn
	if m.Layout.HTML.Empty() {
		common.HTML = ""
	}
	common.Layout = nil
	common.Token = strings.Repeat("t", len(m.Token))
	common.UnsubscribeURL = strings.Replace(m.UnsubscribeURL, m.Token, common.Token, 1)
	if m.ReturnPath != "" {
		common.ReturnPath = strings.Repeat("r", len(m.ReturnPath)-len(returnEnd)) + returnEnd
		common.UnsubscribeAddress = common.ReturnPath
	}
	return common, true
}

// newForm writes the message with its stand-ins and cuts it where they stand.
func newForm(c *composer, m *survey.Message, common survey.Message) (*form, error) {
	writer := composer{from: c.from, now: func() time.Time { return dateStandIn }}
	e, err := writer.envelope(&common)
	if err != nil {
		return nil, err
	}
	content, err := writer.composeAlone(&common, e)
	if err != nil {
		return nil, err
	}
	standIns := map[string]survey.Blank{
		"<" + common.ID + ">": idBlank, dateStandIn.Format(time.RFC1123Z): dateBlank, "To: <" + toStandIn + ">\r\n": toBlank, common.Token: survey.TokenBlank,
		textStandIn: textBlank, htmlStandIn: htmlBlank,
	}
	if common.ReturnPath != "" {
		standIns[common.ReturnPath] = returnBlank
	}
	f := &form{common: common}
	whole := survey.CutSheet(string(content), standIns)
	if !eachInItsPlace(whole, &common) {
		return nil, errNoForm
	}
	for i, part := range whole.Parts {
		f.add(part)
		if i == len(whole.Blanks) {
			break
		}
		switch whole.Blanks[i] {
		case textBlank:
			f.encode(m.Layout.Text, plainNameBlank)
		case htmlBlank:
			f.encode(m.Layout.HTML, htmlNameBlank)
		default:
			f.sheet.Blanks = append(f.sheet.Blanks, whole.Blanks[i])
			f.sheet.Parts = append(f.sheet.Parts, "")
		}
	}
	for _, part := range f.sheet.Parts {
		f.size += len(part)
	}
	f.size += len(f.sheet.Blanks) * len(common.Token)
	return f, nil
}

// eachInItsPlace says whether each stand-in was found once, where the message has it: else a subject, a name or a picture holds the same by chance, or
// because somebody read them here.
func eachInItsPlace(whole survey.Sheet, common *survey.Message) bool {
	want, found := map[survey.Blank]int{idBlank: 1, dateBlank: 1, toBlank: 1, textBlank: 1}, map[survey.Blank]int{}
	if common.HTML != "" {
		want[htmlBlank] = 1
	}
	if common.UnsubscribeURL != "" {
		want[survey.TokenBlank] = 1
		if common.ReturnPath != "" {
			want[returnBlank] = 1
		}
	}
	for _, blank := range whole.Blanks {
		found[blank]++
	}
	return maps.Equal(want, found)
}

// add adds to the last part.
func (f *form) add(part string) {
	if len(f.sheet.Parts) == 0 {
		f.sheet.Parts = []string{""}
	}
	f.sheet.Parts[len(f.sheet.Parts)-1] += part
}

// softBreak ends a line of quoted-printable where the text has no line end (RFC 2045, 6.7): before and after each blank, so that the length of lines
// does not depend on what is filled in.
const softBreak = "=\r\n"

// encode adds a text of a layout in quoted-printable.
func (f *form) encode(text survey.Sheet, name survey.Blank) {
	for i, part := range text.Parts {
		f.add(dotless(quotedPrintable(part)))
		if i == len(text.Blanks) {
			return
		}
		f.add(softBreak)
		blank := survey.TokenBlank
		if text.Blanks[i] == survey.NameBlank {
			blank = name
		}
		f.sheet.Blanks, f.sheet.Parts = append(f.sheet.Blanks, blank), append(f.sheet.Parts, softBreak)
	}
}

// dotless writes dots at the beginnings of lines in another way, so that nobody has to look for them in each mail, where SMTP wants them doubled
// (RFC 5321, 4.5.2). A line that is long is broken for it.
func dotless(encoded string) string {
	if !strings.HasPrefix(encoded, ".") && !strings.Contains(encoded, "\n.") {
		return encoded
	}
	lines := strings.SplitAfter(encoded, "\r\n")
	for i, line := range lines {
		switch {
		case !strings.HasPrefix(line, "."):
		case len(line) < headerLine-len("=2E"):
			lines[i] = "=2E" + line[1:]
		default:
			lines[i] = "=2E" + softBreak + dotless(line[1:])
		}
	}
	return strings.Join(lines, "")
}

// quotedPrintable encodes a text as go-mail does.
func quotedPrintable(text string) string {
	var b bytes.Buffer
	w := quotedprintable.NewWriter(&b)
	_, _ = w.Write([]byte(strings.ToValidUTF8(text, "\uFFFD"))) // a buffer takes everything
	_ = w.Close()
	return b.String()
}

// written are mails that have been sent, whose memory is used again.
var written = sync.Pool{New: func() any { return new([]byte) }}

// fill returns the mail for one contact.
func (f *form) fill(m *survey.Message, to address.Address, now time.Time) []byte {
	b := (*written.Get().(*[]byte))[:0]
	if cap(b) < f.size+headerLine {
		b = make([]byte, 0, f.size+headerLine)
	}
	for i, part := range f.sheet.Parts {
		b = append(b, part...)
		if i == len(f.sheet.Blanks) {
			break
		}
		switch f.sheet.Blanks[i] {
		case idBlank:
			b = append(append(append(b, '<'), m.ID...), '>')
		case dateBlank:
			b = now.UTC().AppendFormat(b, time.RFC1123Z)
		case returnBlank:
			b = append(b, m.ReturnPath...)
		case toBlank:
			b = appendTo(b, m.ToName, to)
		case survey.TokenBlank:
			b = append(b, m.Token...)
		case plainNameBlank:
			b = append(b, dotless(quotedPrintable(m.ToName))...)
		case htmlNameBlank:
			b = append(b, dotless(quotedPrintable(survey.HTMLName(m.ToName)))...)
		}
	}
	return b
}

// appendTo writes the To field, folded at its blanks where it is long.
func appendTo(b []byte, name string, to address.Address) []byte {
	value := named(name, to).String()
	if len("To: ")+len(value) > headerLine {
		value = strings.ReplaceAll(value, " ", "\r\n ")
	}
	b = append(append(b, "To: "...), value...)
	return append(b, "\r\n"...)
}
