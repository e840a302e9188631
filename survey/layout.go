package survey

import (
	"reflect"
	"strings"
	"time"

	"earshot/survey/internal/secret"
)

// Layout is a mail laid out but for the contact's name and the token of the link: what mails of one survey to people of one language have in common.
type Layout struct {
	// Subject has NameBlank. Text and HTML have NameBlank and TokenBlank. The name stands as it is in the subject and the text, and escaped by HTMLName
	// in the HTML.
	Subject, Text, HTML Sheet
}

// HTMLName writes a name as templates of HTML write it between two tags.
func HTMLName(name string) string { return htmlName.Replace(name) }

// htmlName are the replacements of html/template (htmlReplacementTable).
var htmlName = strings.NewReplacer("\x00", "\uFFFD", `"`, "&#34;", "&", "&amp;", "'", "&#39;", "+", "&#43;", "<", "&lt;", ">", "&gt;")

// content is the mail for one contact.
func (l *Layout) content(name, token string) MailContent {
	escaped := HTMLName(name)
	return MailContent{
		Subject: l.subject(name),
		Text:    l.Text.Fill(filling(name, token)),
		HTML:    l.HTML.Fill(filling(escaped, token)),
	}
}

// subject is the subject for one contact.
func (l *Layout) subject(name string) string { return l.Subject.Fill(filling(name, "")) }

// filling fills the blanks of a layout.
func filling(name, token string) func(Blank) string {
	return func(b Blank) string {
		if b == NameBlank {
			return name
		}
		return token
	}
}

// layoutKey tells most layouts apart.
type layoutKey struct {
	version  *SurveyVersion
	language string
	sender   string
	expires  time.Time
	reminder bool
	named    bool
}

// layoutEntry is what was made for mails that are the same but for the name and the links: the second one is laid out, for most of those that are asked by
// hand there is none.
type layoutEntry struct {
	common AskMail
	// layout is nil for the first one.
	layout *Layout
	// plain says that it cannot be laid out but for the name and the token.
	plain bool
}

// layoutShelf are the entries of one key, at most layoutsOfKey, the latest first.
type layoutShelf []*layoutEntry

// find returns the entry of the mail, or nil.
func (s layoutShelf) find(common *AskMail) *layoutEntry {
	for _, e := range s {
		if reflect.DeepEqual(&e.common, common) {
			return e
		}
	}
	return nil
}

// with is the shelf with an entry in the place of what it replaces.
func (s layoutShelf) with(e, instead *layoutEntry) layoutShelf {
	fresh := layoutShelf{e}
	for _, old := range s {
		if old != instead && len(fresh) < layoutsOfKey {
			fresh = append(fresh, old)
		}
	}
	return fresh
}

const (
	// maxLayouts and layoutsOfKey bound the layouts that are kept; each has some ten kB.
	maxLayouts   = 50
	layoutsOfKey = 10
	// layoutsLast is for how long.
	layoutsLast = 10 * time.Minute
)

// common is what the mail has in common with others: without the contact's name and the links.
func (m *AskMail) common() AskMail {
	c := *m
	c.ContactName, c.AnswerURL, c.UnsubscribeURL, c.Scores = "", "", "", nil
	return c
}

// layout returns the layout of the mail, or nil if there is none: because it is the first of its kind, or because its composer does more with the name
// or the link than to write them down.
func (s *Service) layout(m *AskMail) *Layout {
	if s.composer == nil {
		return nil
	}
	key := layoutKey{m.Version, m.Language, m.SenderName, m.ExpiresAt, m.Reminder != nil, m.ContactName != ""}
	common, now := m.common(), s.clock()
	shelf, _ := s.layouts.Get(now, key)
	known := shelf.find(&common)
	switch {
	case known == nil:
		s.layouts.Put(now, key, shelf.with(&layoutEntry{common: common}, nil))
		return nil
	case known.layout == nil && !known.plain:
		fresh := &layoutEntry{common: common, layout: s.layOut(m)}
		fresh.plain = fresh.layout == nil
		s.layouts.Put(now, key, shelf.with(fresh, known))
		return fresh.layout
	}
	return known.layout
}

// hostileName has everything in it that a composer may write otherwise than it is.
const hostileName = "<i>\"O'Né\" & +Söhne</i> {name} {contact}, {company} \x00 محمد"

// layOut lays the mail out, and tries the layout with a name and a link that are difficult.
func (s *Service) layOut(m *AskMail) *Layout {
	name, token := "qz"+secret.New(s.random), s.standInToken()
	if m.ContactName == "" {
		name = ""
	}
	content, err := s.composer.Compose(s.addressed(m, name, token))
	if err != nil {
		return nil
	}
	standIns := map[string]Blank{token: TokenBlank}
	if name != "" {
		standIns[name] = NameBlank
	}
	l := &Layout{Subject: CutSheet(content.Subject, standIns), Text: CutSheet(content.Text, standIns), HTML: CutSheet(content.HTML, standIns)}
	if name != "" {
		name = hostileName
	}
	token = s.standInToken()
	want, err := s.composer.Compose(s.addressed(m, name, token))
	if err != nil || l.content(name, token) != want {
		return nil
	}
	return l
}

// standInToken is a token that belongs to no invitation.
func (s *Service) standInToken() string {
	return strings.TrimPrefix(s.newID("inv"), invitationPrefix) + secret.New(s.random)
}

// addressed is the mail to somebody of that name with that link.
func (s *Service) addressed(m *AskMail, name, token string) *AskMail {
	a := m.common()
	a.ContactName, a.AnswerURL, a.UnsubscribeURL = name, s.baseURL+AnswerPath(token), s.baseURL+UnsubscribePath(token)
	a.Scores = scoreLinks(a.AnswerURL, &m.Version.Questions[0])
	return &a
}
