package frontend

import (
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"
	"path"
	"reflect"
	"strings"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"
)

//go:embed words
var wordFiles embed.FS

// chrome are the fixed words of the pages and mails for contacts, in one language. In them {company}, {name}, {rep},
// {address} and {number} stand for what they say.
type chrome struct {
	// Tag is the language itself, Direction the direction in which it is written.
	Tag       string `json:"-"`
	Direction string `json:"-"`

	Hello          string `json:"hello"`
	From           string `json:"from"`
	Optional       string `json:"optional"`
	Send           string `json:"send"`
	SendAgain      string `json:"send_again"`
	Changing       string `json:"changing"`
	Preview        string `json:"preview"`
	Privacy        string `json:"privacy"`
	LeaveEmpty     string `json:"leave_empty"`
	SeveralAllowed string `json:"several_allowed"`

	NotLikely  string `json:"not_likely"`
	VeryLikely string `json:"very_likely"`
	// Satisfied are the five steps of satisfaction, worst first; Progress the five levels, best first.
	Satisfied []string `json:"satisfied"`
	Progress  []string `json:"progress"`

	ProblemsTitle    string `json:"problems_title"`
	ProblemRequired  string `json:"problem_required"`
	ProblemTooLong   string `json:"problem_too_long"`
	ProblemOther     string `json:"problem_other"`
	TroubleTryAgain  string `json:"trouble_try_again"`
	TroubleSuccessor string `json:"trouble_successor"`
	TroubleUnclear   string `json:"trouble_unreadable"`
	TroubleConfirm   string `json:"trouble_confirm"`

	NotMe          string `json:"not_me"`
	NotMeText      string `json:"not_me_text"`
	SuccessorName  string `json:"successor_name"`
	SuccessorEmail string `json:"successor_email"`
	NotMeSend      string `json:"not_me_send"`

	ThanksTitle string `json:"thanks_title"`
	Thanks      string `json:"thanks"`
	ThanksRep   string `json:"thanks_rep"`
	Change      string `json:"change"`
	MayClose    string `json:"may_close"`

	DeclinedTitle     string `json:"declined_title"`
	Declined          string `json:"declined"`
	DeclinedSuccessor string `json:"declined_successor"`

	Unsubscribe        string `json:"unsubscribe"`
	UnsubscribeTitle   string `json:"unsubscribe_title"`
	UnsubscribeText    string `json:"unsubscribe_text"`
	UnsubscribeAddress string `json:"unsubscribe_address"`
	UnsubscribeButton  string `json:"unsubscribe_button"`
	UnsubscribedTitle  string `json:"unsubscribed_title"`
	Unsubscribed       string `json:"unsubscribed"`

	LinkTitle    string `json:"link_title"`
	LinkUnknown  string `json:"link_unknown"`
	LinkExpired  string `json:"link_expired"`
	LinkClosed   string `json:"link_closed"`
	LinkRevoked  string `json:"link_revoked"`
	LinkDeclined string `json:"link_declined"`
	LaterTitle   string `json:"later_title"`
	LinkTryLater string `json:"link_try_later"`
	AskRep       string `json:"ask_rep"`

	MailAll      string `json:"mail_all"`
	MailOpen     string `json:"mail_open"`
	MailTime     string `json:"mail_time"`
	MailReminder string `json:"mail_reminder"`
	// MailReminderLast ends the usual wording of a reminder behind which none follows.
	MailReminderLast string `json:"mail_reminder_last"`
	MailWhy          string `json:"mail_why"`
	MailUnsubscribe  string `json:"mail_unsubscribe"`
}

// fallback is the language of contacts whose own we have no words in.
const fallback = "en"

// Languages lists the tags of the languages in which the pages and mails for contacts are worded, the fallback first.
func Languages() []string { return []string{fallback, "de", "fr", "es", "ar"} }

// loadChrome reads the words of all languages and refuses a file with a key too many or a wording missing.
func (f *Frontend) loadChrome() error {
	f.chrome = make(map[string]*chrome)
	files, err := fs.Glob(wordFiles, "words/*.json")
	if err != nil {
		return fmt.Errorf("frontend: %w", err)
	}
	for _, file := range files {
		tag := strings.TrimSuffix(path.Base(file), ".json")
		if f.chrome[tag], err = readChrome(file, tag, f.config.Company); err != nil {
			return fmt.Errorf("frontend: %s: %w", file, err)
		}
	}
	for _, tag := range Languages() {
		if f.chrome[tag] == nil {
			return fmt.Errorf("frontend: no words in %q", tag)
		}
	}
	return nil
}

func readChrome(file, tag, company string) (*chrome, error) {
	raw, err := wordFiles.ReadFile(file)
	if err != nil {
		return nil, err
	}
	c := &chrome{Tag: tag, Direction: Direction(tag)}
	decoder := json.NewDecoder(strings.NewReader(string(raw)))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(c); err != nil {
		return nil, err
	}
	return c, c.complete(strings.NewReplacer("{company}", company))
}

// complete puts the company's name in and returns an error that names the first wording that is missing.
func (c *chrome) complete(fill *strings.Replacer) error {
	v := reflect.ValueOf(c).Elem()
	for i := range v.NumField() {
		name := v.Type().Field(i).Name
		switch field := v.Field(i); field.Kind() {
		case reflect.String:
			if field.String() == "" {
				return fmt.Errorf("no wording for %s", name)
			}
			field.SetString(fill.Replace(field.String()))
		default:
			if field.Len() != len(c.Satisfied) || field.Len() != 5 {
				return fmt.Errorf("%s has %d wordings, not 5", name, field.Len())
			}
		}
	}
	return nil
}

// chromeIn returns the words in a language: its own, else those of its base language, else the fallback's.
func (f *Frontend) chromeIn(tag string) *chrome {
	if c := f.chrome[tag]; c != nil {
		return c
	}
	base, _, _ := strings.Cut(tag, "-")
	if c := f.chrome[strings.ToLower(base)]; c != nil {
		return c
	}
	return f.chrome[fallback]
}

// Direction is the direction in which a language is written: "rtl" or "ltr".
func Direction(tag string) string {
	parsed, err := language.Parse(tag)
	if err != nil {
		return "ltr"
	}
	script, _ := parsed.Script()
	switch script.String() {
	case "Arab", "Hebr", "Syrc", "Thaa", "Nkoo", "Adlm", "Rohg":
		return "rtl"
	}
	return "ltr"
}

// languageName names a language in English, e.g. "German" for "de"; a tag that is unknown names itself.
func languageName(tag string) string {
	parsed, err := language.Parse(tag)
	if err != nil {
		return tag
	}
	if name := display.English.Tags().Name(parsed); name != "" {
		return name
	}
	return tag
}
