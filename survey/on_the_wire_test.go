package survey_test

import (
	"sync"
	"testing"

	"earshot/survey"
)

// TestNoMoreAreSendingThanConnections looks at the ledger while as many mails are on the wire as there are connections, with many more waiting: those
// alone are in state sending, so those alone would be uncertain if the process died.
func TestNoMoreAreSendingThanConnections(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	sv := o.survey(survey.TemplateCSAT)
	const connections, mails = 4, 40 // as many as a service has where nobody says
	for range mails {
		o.ask(o.contact(o.customer("Customer"), "ana", survey.User), sv)
	}
	var mu sync.Mutex
	full, onTheWire := make(chan struct{}), 0
	looked := sync.OnceFunc(func() {
		page, err := o.Invitations(o.ctx, survey.InvitationFilter{MailState: survey.MailSending, Limit: mails})
		if got := len(must(t, page, err).Items); got != connections {
			t.Errorf("while %d mails are on the wire %d are in state sending", connections, got)
		}
	})
	o.post.answer(func(*survey.Message) survey.Outcome {
		mu.Lock()
		onTheWire++
		if onTheWire == connections {
			close(full)
		}
		mu.Unlock()
		<-full
		looked()
		return survey.Outcome{Delivery: survey.Accepted}
	})
	o.mail()
	if got := len(o.post.accepted()); got != mails {
		t.Errorf("got %d mails, want %d", got, mails)
	}
}
