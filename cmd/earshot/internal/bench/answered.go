package main

import (
	"context"
	"fmt"
	"slices"
	"time"

	"earshot/survey"
	"earshot/survey/store"
)

// asked is how far back the answers of a full store reach.
const asked = 2 * 365 * 24 * time.Hour

// answers gives every customer of the store a contact who was asked and has answered several times, n answers in all.
func (f *filler) answers(ctx context.Context, n, customers int) error {
	var batch []*survey.Customer
	done, each := 0, (n+customers-1)/customers
	for c, err := range store.NewCollection[survey.Customer](f.db, collection("customers")).All(ctx, store.Query{Index: store.ByID}) {
		if err != nil {
			return err
		}
		if batch = append(batch, c); len(batch) == fillBatch {
			if err := f.answered(ctx, batch, each); err != nil {
				return err
			}
			done, batch = done+len(batch), batch[:0]
		}
	}
	if done += len(batch); done != customers {
		return fmt.Errorf("the store has %d customers, not %d", done, customers)
	}
	return f.answered(ctx, batch, each)
}

// answered writes the answers of some customers.
func (f *filler) answered(ctx context.Context, customers []*survey.Customer, each int) error {
	var b people
	var responses []*survey.Response
	for _, c := range customers {
		contact := f.contact(survey.CustomerID(c.ID))
		b.contacts = append(b.contacts, contact)
		log := &survey.AskLog{Meta: store.Meta{ID: c.ID}}
		for i := range each {
			at := store.Time(f.now.Add(-time.Duration((float64(i) + f.random.Float64()) / float64(each) * float64(asked))))
			inv, _ := f.invitation(survey.CustomerID(c.ID), contact, at)
			inv.Segment, inv.AnsweredAt = c.Segment, store.Time(at.Add(5*time.Hour))
			b.invitations, responses = append(b.invitations, inv), append(responses, f.response(inv))
			log.Asks = append(log.Asks, survey.Ask{InvitationID: survey.InvitationID(inv.ID), ContactID: inv.ContactID, SurveyID: inv.SurveyID,
				At: at, ExpiresAt: inv.ExpiresAt, NoMail: true, EndedAt: inv.AnsweredAt})
		}
		b.logs = append(b.logs, log)
	}
	if err := b.write(ctx, f); err != nil {
		return err
	}
	slices.SortFunc(responses, func(a, b *survey.Response) int { return a.SubmittedAt.Compare(b.SubmittedAt) })
	return put(ctx, f, "responses", responses)
}

// response is the answer to an invitation, with nothing left to do.
func (f *filler) response(inv *survey.Invitation) *survey.Response {
	score := f.random.IntN(11)
	answers := []survey.Answer{{QuestionID: "recommend", Kind: survey.NPS, Score: &score}}
	if f.random.IntN(3) == 0 {
		answers = append(answers, survey.Answer{QuestionID: "why", Kind: survey.OpenText, Text: "Deliveries have been spot on this quarter."})
	}
	return &survey.Response{
		Meta:         store.Meta{ID: string(survey.ResponseOf(survey.InvitationID(inv.ID)))},
		InvitationID: survey.InvitationID(inv.ID), SurveyID: inv.SurveyID, SurveyVersion: inv.SurveyVersion, CustomerID: inv.CustomerID,
		ContactID: inv.ContactID, Segment: inv.Segment, Language: inv.Language, Answers: answers,
		SubmittedAt: inv.AnsweredAt, ChangedAt: inv.AnsweredAt,
	}
}
