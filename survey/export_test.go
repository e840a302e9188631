package survey

import (
	"context"
	"errors"
	"io"
	"maps"
	"slices"
	"time"

	"earshot/survey/outbox"
	"earshot/survey/store"
)

// TouchpointByExternalID returns the touchpoint of a customer that has the external id, or NotFound.
func (s *Service) TouchpointByExternalID(ctx context.Context, customer CustomerID, externalID string) (*Touchpoint, error) {
	t, err := s.db.touchpoints.Get(ctx, touchpointIDOf(customer, externalID))
	if errors.Is(err, store.ErrNotFound) {
		return nil, Errorf(NotFound, "customer %q has no touchpoint with the external id %q", customer, externalID)
	}
	return t, err
}

// DeliverWithin is deliverWithin.
const DeliverWithin = deliverWithin

// The tests change what a service was made with, before it is used.

func (s *Service) SetMailer(m Mailer) {
	s.carriers, _ = newCarriers(OneRelay(m), defaultMailsAtOnce)
}
func (s *Service) SetComposer(c Composer)          { s.composer = c }
func (s *Service) SetTimeZone(zone *time.Location) { s.timeZone = zone }
func (s *Service) SetRandom(r io.Reader)           { s.random = r }
func (s *Service) Addressed(m *AskMail, name, token string) *AskMail {
	return s.addressed(m, name, token)
}
func (s *Service) SetTagsApart(apart bool) { s.tagsApart = apart }

// FirstChoice is the relay, of those names and weights, that the mail of that id prefers.
func FirstChoice(id string, weights map[string]int) string {
	var list []*carrier
	for _, name := range slices.Sorted(maps.Keys(weights)) {
		list = append(list, newCarrier(RelaySetup{Name: name, Weight: weights[name]}))
	}
	return byPreference(id, list)[0].Name
}

// NextRun and DecentTime are nextRun and decentTime.
func (s *Service) NextRun(weekdays []int, hour int, zone *time.Location, now time.Time) time.Time {
	return s.nextRun(weekdays, hour, zone, now)
}

func (s *Service) DecentTime(now time.Time, zone *time.Location) time.Time {
	return s.decentTime(now, place{zone: zone})
}

// AnswerBy is answerBy.
func AnswerBy(expires, now time.Time, zone *time.Location) time.Time {
	return answerBy(expires, now, zone)
}

// TakeUp, Reach and RankFurther are takeUp, reach and rankFurther.
func (r *Ranking) TakeUp(seen *Ranking, laws map[TouchpointKind]*Law, from time.Time) {
	r.takeUp(seen, laws, from)
}

func (r *Ranking) Reach(seen *Ranking, place store.Cursor) { r.reach(seen, place) }

func (s *Service) RankFurther(ctx context.Context, r *Ranking) error {
	return s.rankFurther(ctx, &outbox.Item[*Ranking]{Doc: r})
}

// PrepareSome has the first n rhythms judged by the models to come.
func (s *Service) PrepareSome(ctx context.Context, n int) error {
	found, _, err := s.db.rhythms.Find(ctx, store.Query{Index: store.ByID, Limit: n})
	if err != nil {
		return err
	}
	ids := make([]string, len(found))
	for i, r := range found {
		ids[i] = r.ID
	}
	models, err := s.fittedModels(ctx)
	if err != nil {
		return err
	}
	return s.prepareRhythms(ctx, ids, models)
}

// Content lays a mail out as it is sent: plainly at first, then by its layout; laid says which.
func (s *Service) Content(m *AskMail, token string) (content MailContent, laid bool, err error) {
	m = s.addressed(m, m.ContactName, token)
	if l := s.layout(m); l != nil {
		return l.content(m.ContactName, token), true, nil
	}
	content, err = s.compose(m)
	return content, false, err
}

// CheckWatch has the process look that often whether another has read the mailbox that it watches.
func (s *Service) CheckWatch(every time.Duration) { s.watch.check = every }
