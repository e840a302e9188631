package survey

import (
	"cmp"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// MailWording is what a survey's mails say in the company's own words. Each of its texts is optional, and where it is not worded in the language of
// a mail the usual words stand. Like the survey's intro and its reminders it may hold placeholders: see Addressing. It belongs to no version of the
// survey: a change holds for all mails that are to come.
type MailWording struct {
	// Sender is whose name the mails come under; empty is what the installation's Look says.
	Sender SenderName `json:"sender,omitempty" validate:"omitempty,oneof=rep company both"`
	// Greeting stands in place of "Hello …,"; one that names the contact is left out where they have no name.
	Greeting Text `json:"greeting,omitempty" validate:"dive,keys,bcp47_language_tag,endkeys,max=150,printable"`
	// SignOff stands above the sender's name: "Kind regards".
	SignOff Text `json:"sign_off,omitempty" validate:"dive,keys,bcp47_language_tag,endkeys,max=300,prose"`
	// Button is the label of the button, where the first question has no scores to press.
	Button Text `json:"button,omitempty" validate:"dive,keys,bcp47_language_tag,endkeys,max=40,printable"`
	// Foot says why they receive the mail. The link to unsubscribe and the postal address stand behind it in any case.
	Foot Text `json:"foot,omitempty" validate:"dive,keys,bcp47_language_tag,endkeys,max=300,printable"`
}

// texts are the wordings by their names in JSON.
func (w *MailWording) texts() map[string]Text {
	return map[string]Text{"greeting": w.Greeting, "sign_off": w.SignOff, "button": w.Button, "foot": w.Foot}
}

// Addressing is what stands in the places of a wording: {contact}, {company} and {sender}.
type Addressing struct {
	// Contact is the name of who is asked; empty if it is not known.
	Contact string
	// Company is our own name, Sender who asks: a rep, else the company.
	Company, Sender string
}

// AddressingOf is what stands in the places, with names that do not turn the direction of what stands around them; a sender that is empty is the company.
func AddressingOf(contact, company, sender string) Addressing {
	return Addressing{Contact: straightened(contact), Company: company, Sender: straightened(cmp.Or(sender, company))}
}

// The placeholders of wordings.
const (
	contactPlace = "{contact}"
	companyPlace = "{company}"
	senderPlace  = "{sender}"
)

// NamesContact says whether a wording has a place for the contact's name.
func NamesContact(text string) bool { return strings.Contains(text, contactPlace) }

// Fill returns the text with its places filled. Where the contact has no name their place is left out, with the comma and the blank that tie it to the
// sentence: "{contact}, is all well?" becomes "Is all well?", and "Thank you, {contact}!" becomes "Thank you!".
func (a Addressing) Fill(text string) string {
	if !strings.Contains(text, "{") {
		return text
	}
	if a.Contact == "" {
		text = withoutContact(text)
	}
	return strings.NewReplacer(contactPlace, a.Contact, companyPlace, a.Company, senderPlace, a.Sender).Replace(text)
}

// contactFirst finds the contact's place at the beginning of a line, and contactTied any other; commas are Latin, Arabic and Chinese ones.
var (
	contactFirst = regexp.MustCompile(`(?m)^\{contact\}[,:،，、]?[ \t]*(.?)`)
	contactTied  = regexp.MustCompile(`[ \t]*[,،，、]?[ \t]*\{contact\}`)
)

// withoutContact is the text without the contact's places.
func withoutContact(text string) string {
	text = contactFirst.ReplaceAllStringFunc(text, func(found string) string {
		r, size := utf8.DecodeLastRuneInString(found)
		if size == 0 || contactFirst.FindStringSubmatch(found)[1] == "" {
			return ""
		}
		return string(unicode.ToUpper(r))
	})
	return contactTied.ReplaceAllString(text, "")
}

// placeholder finds what looks like a placeholder, also as other programs write theirs: {{contact}}, {contact.name}, {first-name}.
var placeholder = regexp.MustCompile(`\{+\s*[\pL_][\pL\pN_ .-]*\}+`)

// placeProblems says which placeholders of a wording are not known; path names the text.
func placeProblems(path string, text Text) []FieldError {
	var found []FieldError
	for _, tag := range slices.Sorted(maps.Keys(text)) {
		for _, place := range placeholder.FindAllString(text[tag], -1) {
			if place != contactPlace && place != companyPlace && place != senderPlace {
				found = append(found, FieldError{Field: path + "[" + tag + "]",
					Message: fmt.Sprintf("has the placeholder %s, which is not known: there are %s, %s and %s", place, contactPlace, companyPlace, senderPlace)})
				break
			}
		}
	}
	return found
}

// placeProblems says which placeholders of what the mails say are not known.
func (in *SurveyInput) placeProblems() []FieldError {
	found := append(placeProblems("content.subject", in.Content.Subject), placeProblems("content.intro", in.Content.Intro)...)
	for i, r := range in.Reminders {
		found = append(found, placeProblems(fmt.Sprintf("reminders[%d].text", i), r.Text)...)
	}
	texts := in.Mail.texts()
	for _, name := range slices.Sorted(maps.Keys(texts)) {
		found = append(found, placeProblems("mail."+name, texts[name])...)
	}
	return found
}

// tidyMail tidies what the mails say: line breaks are newlines, and nothing in it turns the direction of what stands around it.
func (in *SurveyInput) tidyMail() {
	in.Content.Subject, in.Content.Intro = in.Content.Subject.straight(), in.Content.Intro.straight()
	in.Reminders = slices.Clone(in.Reminders)
	for i := range in.Reminders {
		in.Reminders[i].Text = in.Reminders[i].Text.straight()
	}
	w := &in.Mail
	for _, text := range []*Text{&w.Greeting, &w.SignOff, &w.Button, &w.Foot} {
		*text = text.straight()
		for tag, wording := range *text {
			if (*text)[tag] = tidyProse(wording); (*text)[tag] == "" {
				delete(*text, tag)
			}
		}
		if len(*text) == 0 {
			*text = nil
		}
	}
}

// straight is a copy of the text in which no wording turns the direction of others.
func (t Text) straight() Text {
	straight := maps.Clone(t)
	for tag, wording := range straight {
		straight[tag] = straightened(wording)
	}
	return straight
}

// straightened is the text without the characters that embed, override or isolate a direction (UAX 9, 2): what is left open, or closed too early, turns what
// stands behind it. Marks of a direction stay.
func straightened(s string) string {
	return strings.Map(func(r rune) rune {
		if r >= '\u202a' && r <= '\u202e' || r >= '\u2066' && r <= '\u2069' {
			return -1
		}
		return r
	}, s)
}

// Own returns the wording in that language or its base language; empty where there is none.
func (t Text) Own(language string) string {
	if own := t[language]; own != "" {
		return own
	}
	base, _, _ := strings.Cut(language, "-")
	return t[base]
}
