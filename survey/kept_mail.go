package survey

import (
	"fmt"
	"regexp"
	"time"

	"earshot/survey/internal/secret"
	"earshot/survey/store"
)

// KeptMail is a mail that was kept and not sent, because no mail server is set. Its id is the mail's name (see MailName).
type KeptMail struct {
	store.Meta `json:",inline"`
	To         string    `json:"to"`
	Subject    string    `json:"subject"`
	Text       string    `json:"text"`
	HTML       string    `json:"html"`
	CreatedAt  time.Time `json:"created_at"`
}

// Masked returns the mail without the secrets in its links, for those who may read but not act: whoever has a link can
// answer as the contact.
func (m *KeptMail) Masked() *KeptMail {
	masked := *m
	masked.Subject, masked.Text, masked.HTML = maskTokens(m.Subject), maskTokens(m.Text), maskTokens(m.HTML)
	return &masked
}

// token finds the tokens of links: no word of a text is as long and made of such letters only.
var token = regexp.MustCompile(fmt.Sprintf(`\b[0-9a-z]{%d}\b`, tokenIDLength+secret.Length))

// maskTokens leaves out the tokens of links.
func maskTokens(text string) string { return token.ReplaceAllString(text, "***") }

// keptMailsByTime is the index over the kept mails.
const keptMailsByTime = "by_time"

var keptMailSpec = &store.Spec{
	Name:    "outbox", // as stores have called it from the start
	New:     func() store.Doc { return new(KeptMail) },
	Indexes: []store.Index{{Name: keptMailsByTime, Fields: []string{"created_at"}}},
}
