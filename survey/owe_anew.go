package survey

import "time"

// What programs before the outbox wrote says by its due time alone that it owes something, and not what: the functions of
// this file find that out from the rest of the document. An upgrade calls them with the due time of each document that owes
// nothing by name, and so does the runner with what a program writes that is still of the older version. Each says whether
// there was anything to note.

// OweAnew notes what the invitation owes. What may have been done before may be done again.
func (i *Invitation) OweAnew(at time.Time) bool {
	if m := i.current(); m.State == MailQueued || m.State == MailSending {
		i.Owe(effectMail, at)
		return true
	}
	if i.Mail.BadAddress {
		i.Owe(effectBounce, at)
	}
	if !i.DeclinedAt.IsZero() {
		i.Owe(effectDecline, at)
	}
	i.Owe(effectEndAsk, at)
	return true
}

// OweAnew notes that asks of the ledger are to be finished.
func (l *AskLog) OweAnew(at time.Time) bool {
	l.Owe(effectFinishAsks, at)
	return true
}

// OweAnew notes when the pulse runs.
func (p *Pulse) OweAnew(at time.Time) bool {
	p.Owe(effectRun, at)
	return !p.Paused
}
