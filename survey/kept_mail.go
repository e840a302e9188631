package survey

import (
	"time"

	"earshot/survey/store"
)

// KeptMail is a mail that was kept and not sent, because no mail server is set. Its id is the invitation's.
type KeptMail struct {
	store.Meta `json:",inline"`
	To         string    `json:"to"`
	Subject    string    `json:"subject"`
	Text       string    `json:"text"`
	HTML       string    `json:"html"`
	CreatedAt  time.Time `json:"created_at"`
}

// keptMailsByTime is the index over the kept mails.
const keptMailsByTime = "by_time"

var keptMailSpec = &store.Spec{
	Name:    "outbox", // as stores have called it from the start
	New:     func() store.Doc { return new(KeptMail) },
	Indexes: []store.Index{{Name: keptMailsByTime, Fields: []string{"created_at"}}},
}
