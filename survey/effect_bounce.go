package survey

import (
	"context"

	"earshot/survey/address"
	"earshot/survey/outbox"
)

// effectBounce keeps an address that was refused for good from being mailed again; invitations owe it.
const effectBounce = "note_bounce"

// noteBounces is the effect effectBounce.
func (s *Service) noteBounces(ctx context.Context, b *outbox.Batch[*Invitation]) error {
	list := make([]*Suppression, len(b.Items))
	bounced := make(map[string]string, len(b.Items))
	for n, i := range b.Items {
		list[n] = s.newSuppression(i.Doc.Email, HardBounce, i.Doc.Mail.Reason).toldBy(SuppressedBy{Means: ByBounce, ID: i.Doc.ID})
		bounced[string(i.Doc.ContactID)] = address.Key(i.Doc.Email)
	}
	if _, err := s.list(ctx, list...); err != nil {
		return err
	}
	now := s.now()
	_, err := s.db.contacts.UpdateAll(ctx, keys(bounced), func(c *Contact) bool {
		if !c.BouncedAt.IsZero() || address.Key(c.Email) != bounced[c.ID] {
			return false
		}
		c.BouncedAt, c.UpdatedAt = now, now
		return true
	})
	return err
}
