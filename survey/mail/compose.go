package mail

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"net/mail"
	"net/url"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	gomail "github.com/wneessen/go-mail"
	"golang.org/x/text/language"

	"earshot/survey"
	"earshot/survey/address"
)

// envelope is a message ready for the wire.
type envelope struct {
	from, to address.Address
	// utf8 says that an address needs SMTPUTF8.
	utf8 bool
	// content is the whole message with CRLF line ends, signed.
	content []byte
	// byForm says that a form wrote it, into memory that is used again.
	byForm bool
}

// done gives the memory of the content back: nobody looks at it any more.
func (e *envelope) done() {
	if e.byForm {
		written.Put(&e.content)
	}
}

// maxLine is the longest line that SMTP carries, without its CRLF (RFC 5322, 2.1.1).
const maxLine = 998

// composer turns messages into mails from one sender.
type composer struct {
	from     address.Address
	keys     *keyring
	services []string
	now      func() time.Time
	forms    *forms // nil composes each mail by itself
}

// compose returns the mail, or an error that will be the same at every later try. Mails of one layout are written by a form.
func (c *composer) compose(m *survey.Message) (*envelope, error) {
	e, err := c.envelope(m)
	if err != nil {
		return nil, err
	}
	content, err := c.forms.fill(c, m, e.to)
	e.byForm = err == nil
	if err != nil {
		whole := *m
		whole.FillIn()
		content, err = c.composeAlone(&whole, e)
	}
	if err != nil {
		return nil, err
	}
	e.content, err = c.keys.sign(content)
	return e, err
}

// envelope returns the envelope of the mail, without content.
func (c *composer) envelope(m *survey.Message) (*envelope, error) {
	to, err := address.Parse(m.To)
	if err != nil {
		return nil, fmt.Errorf("the recipient's address %w", err)
	}
	e := &envelope{from: c.from, to: to, utf8: to.NeedsUTF8()}
	if m.ReturnPath != "" {
		if e.from, err = address.Parse(m.ReturnPath); err != nil {
			return nil, fmt.Errorf("the return path %w", err)
		}
	}
	return e, nil
}

// composeAlone writes the mail by go-mail.
func (c *composer) composeAlone(m *survey.Message, e *envelope) ([]byte, error) {
	mail := gomail.NewMsg(gomail.WithNoDefaultUserAgent(), gomail.WithEncoding(gomail.EncodingQP))
	mail.FromMailAddress(named(m.FromName, c.from))
	mail.ToMailAddress(named(m.ToName, e.to))
	if err := setReplyTo(mail, m.ReplyTo, e.utf8); err != nil {
		return nil, err
	}
	if err := c.setFields(mail, m); err != nil {
		return nil, err
	}
	if err := setBody(mail, m); err != nil {
		return nil, err
	}
	if err := embed(mail, m.Picture); err != nil {
		return nil, err
	}
	if err := attach(mail, m.Attached); err != nil {
		return nil, err
	}
	return write(mail, e.utf8)
}

// setReplyTo leads answers to the rep. An address that needs SMTPUTF8 is left out where the recipient's does not: no server without it would
// take the mail, nor would the recipient's program know how to answer there. Answers go to the sender then.
func setReplyTo(mail *gomail.Msg, to string, utf8 bool) error {
	if to == "" {
		return nil
	}
	reply, err := address.Parse(to)
	if err != nil {
		return errors.New("the Reply-To address is not valid")
	}
	if utf8 || !reply.NeedsUTF8() {
		mail.ReplyToMailAddress(named("", reply))
	}
	return nil
}

// named is an address with the name beside it, which net/mail quotes or encodes as RFC 2047 wants.
func named(name string, a address.Address) *mail.Address {
	return &mail.Address{Name: oneLine(name), Address: a.Envelope()}
}

// oneLine turns every run of blanks, line ends and control characters into one blank, so that nobody's name or subject can begin a
// header field of its own.
func oneLine(s string) string {
	blank := func(r rune) rune {
		if unicode.IsControl(r) {
			return ' '
		}
		return r
	}
	return strings.Join(strings.Fields(strings.Map(blank, strings.ToValidUTF8(s, "\uFFFD"))), " ")
}

// maxWord is how many bytes fit, as base64, into one encoded word of 75 characters (RFC 2047, 2).
const maxWord = 45

// literal encodes text that itself looks like an encoded word, which readers would decode and go-mail would leave as it is.
func literal(s string) string {
	if !strings.Contains(s, "=?") {
		return s
	}
	var words []string
	var word []byte
	flush := func() {
		words = append(words, "=?UTF-8?b?"+base64.StdEncoding.EncodeToString(word)+"?=")
		word = word[:0]
	}
	for _, r := range s {
		if len(word)+utf8.RuneLen(r) > maxWord {
			flush()
		}
		word = utf8.AppendRune(word, r)
	}
	flush()
	return strings.Join(words, " ")
}

func (c *composer) setFields(mail *gomail.Msg, m *survey.Message) error {
	if !isMessageID(m.ID) {
		return errors.New("the Message-ID is not of the form unique@domain")
	}
	mail.SetMessageIDWithValue(m.ID)
	mail.SetDateWithValue(c.now().UTC())
	mail.Subject(literal(oneLine(m.Subject)))
	if err := setThread(mail, m.Thread); err != nil {
		return err
	}
	// RFC 3834, 5: keeps vacation responders from answering.
	mail.SetGenHeader("Auto-Submitted", "auto-generated")
	// Exchange wants to be told in a field of its own.
	mail.SetGenHeader("X-Auto-Response-Suppress", unwantedAnswers)
	if tag, err := language.Parse(m.Language); err == nil && tag != language.Und {
		mail.SetGenHeader("Content-Language", tag.String())
	}
	if err := setCampaign(mail, m); err != nil {
		return err
	}
	if m.Loop != "" {
		mail.SetGenHeader("X-Loop", oneLine(m.Loop))
	}
	setVariables(mail, c.services, m.ID)
	return setUnsubscribe(mail, m.UnsubscribeURL, m.UnsubscribeAddress)
}

// setThread has mail programs show the mail in the thread of those that it follows (RFC 5322, 3.6.4).
func setThread(mail *gomail.Msg, before []string) error {
	if len(before) == 0 {
		return nil
	}
	ids := make([]string, len(before))
	for i, id := range before {
		if !isMessageID(id) {
			return errors.New("a Message-ID of the thread is not of the form unique@domain")
		}
		ids[i] = "<" + id + ">"
	}
	mail.SetGenHeaderPreformatted(gomail.HeaderInReplyTo, ids[len(ids)-1])
	mail.SetGenHeaderPreformatted(gomail.HeaderReferences, strings.Join(ids, "\r\n "))
	return nil
}

// unwantedAnswers are the answers of machines that nobody here reads: receipts, absences and rules. It is not "All", which would keep
// Exchange from telling that a mail could not be delivered ([MS-OXCMAIL], 2.2.3.2.14).
const unwantedAnswers = "DR, RN, NRN, OOF, AutoReply"

// setCampaign says what kind of mail it is: to people's filters (RFC 2919), and to providers that count complaints by campaign.
func setCampaign(mail *gomail.Msg, m *survey.Message) error {
	if !isPlain(m.ListID) || !isPlain(m.FeedbackID) || strings.Count(m.FeedbackID, ":") > 3 {
		return errors.New("the List-Id or the Feedback-ID is not valid")
	}
	if m.ListID != "" {
		mail.SetGenHeader("List-Id", "<"+m.ListID+">")
	}
	if m.FeedbackID != "" {
		mail.SetGenHeader("Feedback-ID", m.FeedbackID)
	}
	return nil
}

// setUnsubscribe adds the fields of RFC 2369 and, for an https URL as RFC 8058 demands, the one-click promise.
func setUnsubscribe(mail *gomail.Msg, link, by string) error {
	if link == "" {
		return nil
	}
	var others []string
	if by != "" {
		others = append(others, (&url.URL{Scheme: "mailto", Opaque: by, RawQuery: "subject=unsubscribe"}).String())
	}
	u, err := url.Parse(link)
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
		return errors.New("the unsubscribe address is not an https URL")
	}
	if u.Scheme == "https" {
		return mail.SetListUnsubscribeOneClick(u.String(), others...)
	}
	mail.SetListUnsubscribe(append([]string{u.String()}, others...)...)
	return nil
}

// isMessageID takes what RFC 5322 calls id-left@id-right, in printable ASCII without brackets.
func isMessageID(id string) bool {
	left, right, found := strings.Cut(id, "@")
	return found && left != "" && right != "" && !strings.Contains(right, "@") && isPlain(id)
}

// isPlain says whether the text is printable ASCII without blanks and brackets.
func isPlain(text string) bool {
	return strings.IndexFunc(text, func(r rune) bool { return r <= ' ' || r > '~' || r == '<' || r == '>' }) < 0
}

func setBody(mail *gomail.Msg, m *survey.Message) error {
	text, html := strings.ToValidUTF8(m.Text, "\uFFFD"), strings.ToValidUTF8(m.HTML, "\uFFFD")
	switch {
	case text == "" && html == "":
		return errors.New("the message is empty")
	case html == "":
		mail.SetBodyString(gomail.TypeTextPlain, text)
	case text == "":
		mail.SetBodyString(gomail.TypeTextHTML, html)
	default:
		mail.SetBodyString(gomail.TypeTextPlain, text)
		mail.AddAlternativeString(gomail.TypeTextHTML, html)
	}
	return nil
}

// write renders and checks.
func write(mail *gomail.Msg, international bool) ([]byte, error) {
	var b bytes.Buffer
	if _, err := mail.WriteTo(&b); err != nil {
		return nil, fmt.Errorf("the message cannot be composed: %w", err)
	}
	for line := range bytes.Lines(b.Bytes()) {
		if len(bytes.TrimRight(line, "\r\n")) > maxLine {
			return nil, fmt.Errorf("a subject, a name or an address is too long: it makes a line of more than %d bytes", maxLine)
		}
	}
	if !international && bytes.IndexFunc(b.Bytes(), func(r rune) bool { return r > unicode.MaxASCII }) >= 0 {
		return nil, errors.New("a header field has characters that cannot be encoded")
	}
	return b.Bytes(), nil
}
