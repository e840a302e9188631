package survey

import (
	"time"

	"earshot/survey/store"
)

// OutboxMail is a mail that was kept in the built-in outbox because no mail server is set. Its id is the invitation's.
type OutboxMail struct {
	store.Meta `json:",inline"`
	To         string    `json:"to"`
	Subject    string    `json:"subject"`
	Text       string    `json:"text"`
	HTML       string    `json:"html"`
	CreatedAt  time.Time `json:"created_at"`
}

// outboxByTime is the index over the outbox.
const outboxByTime = "by_time"

var outboxSpec = &store.Spec{
	Name:    "outbox",
	New:     func() store.Doc { return new(OutboxMail) },
	Indexes: []store.Index{{Name: outboxByTime, Fields: []string{"created_at"}}},
}
