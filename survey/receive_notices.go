package survey

import (
	"context"

	"earshot/survey/inbound"
)

// ReceiveNotices takes in what a mail service tells of our mails by webhook, and returns how many were news: the service sends also what is
// about mails of others, of which nothing is kept, and sends again what it is not sure of. Each is known by its MessageID, the service's name
// of it. Errors are those of the store; what was taken in before one is no news the next time.
func (s *Service) ReceiveNotices(ctx context.Context, service string, notices []inbound.Mail) (int, error) {
	about, all := make([][]sentMail, len(notices)), []sentMail{}
	for i := range notices {
		about[i] = append(s.namedAll(notices[i].About), s.sentMails("", &notices[i])...)
		all = append(all, about[i]...)
	}
	found, err := s.mailed(ctx, all)
	if err != nil {
		return 0, err
	}
	var news []*ReceivedMail
	known := map[string]bool{}
	for i := range notices {
		inv, number := firstThere(about[i], found)
		if inv == nil {
			continue
		}
		m := s.newReceived(inv, number, &notices[i])
		m.ID, m.Service = derivedID("rcv", inv.ID, service, notices[i].MessageID), service
		if !known[m.ID] {
			known[m.ID] = true
			news = append(news, m)
		}
	}
	return s.keepNotices(ctx, news)
}

// keepNotices stores those that are not there yet.
func (s *Service) keepNotices(ctx context.Context, news []*ReceivedMail) (int, error) {
	if len(news) == 0 {
		return 0, nil
	}
	err := s.db.receivedMails.Insert(ctx, news...)
	if err != nil && !isDuplicate(err) {
		return 0, err
	}
	stored := 0
	for i := range news {
		if refusedBy(err, i) == "" {
			stored++
		}
	}
	s.outbox.Wake(receivedMailSpec.Name)
	return stored, nil
}
