package survey

import (
	"context"
	"time"

	"earshot/survey/outbox"
	"earshot/survey/store"
)

// effectReleaseBraked lets the mails go that have waited for the brake; it owes that when it was let go.
const effectReleaseBraked = "release_braked"

// brakedFor is how long a mail waits at most until it is looked at again, though nobody has let it go: it may have become pointless.
const brakedFor = time.Hour

// releaseAgain is how soon it is looked once more for mails that wait, as long as a batch may last that was in hand when they were let go: that its mails
// wait may be written down after that.
const releaseAgain = 30 * time.Second

// releaseBraked is the effect effectReleaseBraked. Where the brake takes hold again meanwhile, what still waits is let go with the others.
func (s *Service) releaseBraked(ctx context.Context, b *outbox.Batch[*Brake]) error {
	for _, item := range b.Items {
		if now := s.now(); now.Before(item.Doc.ReleasedAt.Add(mailWithin)) {
			item.Again(now.Add(releaseAgain))
		}
		for more := true; more; {
			if holds, err := s.braked(ctx); err != nil || holds {
				return err
			}
			q := brakedMails()
			q.Limit, q.Fields = store.MaxLimit, []string{"standing"}
			held, _, err := s.db.invitations.Find(ctx, q)
			if err != nil {
				return err
			}
			if err := s.letMailsGo(ctx, held); err != nil {
				return err
			}
			more = len(held) == store.MaxLimit
		}
	}
	return nil
}

// waitForBrake has mails wait until an admin lets them go.
func (s *Service) waitForBrake(items ...*outbox.Item[*Invitation]) {
	now := s.now()
	for _, item := range items {
		item.Then(func(i *Invitation) {
			if i.current().State == MailQueued {
				i.hold(Braked, now)
			}
		})
		item.Again(now.Add(brakedFor))
	}
}
