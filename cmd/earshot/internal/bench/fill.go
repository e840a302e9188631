package main

import (
	"context"
	"crypto/sha256"
	"encoding/base32"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"earshot/survey"
	"earshot/survey/store"
)

// filler writes documents through the storage port, as use cases would leave them, many times faster than they could:
// no figure is taken of what it does.
type filler struct {
	db     store.Store
	random *rand.Rand
	survey survey.SurveyID
	now    time.Time
}

// contactsPerCustomer is how many people of one customer are invited.
const contactsPerCustomer = 4

// fillBatch is how many customers are written at once, with their people and invitations.
const fillBatch = 500

// collection is the declaration of a collection by its name.
func collection(name string) *store.Spec {
	specs := survey.Specs()
	return specs[slices.IndexFunc(specs, func(s *store.Spec) bool { return s.Name == name })]
}

// put adds documents.
func put[T any, P interface {
	*T
	store.Doc
}](ctx context.Context, f *filler, name string, docs []P) error {
	for batch := range slices.Chunk(docs, 1000) {
		if err := store.NewCollection[T, P](f.db, collection(name)).Insert(ctx, batch...); err != nil {
			return fmt.Errorf("fill %s: %w", name, err)
		}
	}
	return nil
}

// invitations makes customers with contacts and an invitation for each, and returns the paths of n links.
func (f *filler) invitations(ctx context.Context, n int) ([]string, error) {
	var links []string
	for len(links) < n {
		var b people
		for len(b.customers) < fillBatch && len(links) < n {
			links = f.customer(&b, links)
		}
		if err := b.write(ctx, f); err != nil {
			return nil, err
		}
	}
	// People of one company do not answer one after the other.
	f.random.Shuffle(len(links), func(i, j int) { links[i], links[j] = links[j], links[i] })
	return links[:n], nil
}

// people are documents on their way to the store.
type people struct {
	customers   []*survey.Customer
	contacts    []*survey.Contact
	logs        []*survey.AskLog
	invitations []*survey.Invitation
}

func (b *people) write(ctx context.Context, f *filler) error {
	if err := put(ctx, f, "customers", b.customers); err != nil {
		return err
	}
	if err := put(ctx, f, "contacts", b.contacts); err != nil {
		return err
	}
	if err := put(ctx, f, "ask_logs", b.logs); err != nil {
		return err
	}
	return put(ctx, f, "invitations", b.invitations)
}

// customer adds a customer with contacts who are all invited, and their links.
func (f *filler) customer(b *people, links []string) []string {
	id := f.id("cus")
	name := "Customer " + id[4:]
	b.customers = append(b.customers, &survey.Customer{Meta: store.Meta{ID: id}, ExternalID: id, Name: name,
		NameKey: strings.ToLower(name), Status: survey.Active, Segment: "retail", CreatedAt: f.now, UpdatedAt: f.now})
	log := &survey.AskLog{Meta: store.Meta{ID: id}}
	for range contactsPerCustomer {
		contact := f.contact(survey.CustomerID(id))
		b.contacts = append(b.contacts, contact)
		i, link := f.invitation(survey.CustomerID(id), contact, f.now)
		b.invitations, links = append(b.invitations, i), append(links, link)
		log.Asks = append(log.Asks, survey.Ask{InvitationID: survey.InvitationID(i.ID), ContactID: i.ContactID, SurveyID: i.SurveyID,
			At: i.CreatedAt, ExpiresAt: i.ExpiresAt, NoMail: true})
	}
	b.logs = append(b.logs, log)
	return links
}

// contact is somebody at a customer.
func (f *filler) contact(customer survey.CustomerID) *survey.Contact {
	id := f.id("con")
	email := id + "@bench.example"
	return &survey.Contact{Meta: store.Meta{ID: id}, ExternalID: id, CustomerID: customer, Name: "Pat " + id[4:],
		Email: email, EmailKey: email, Role: survey.User, CreatedAt: f.now, UpdatedAt: f.now}
}

// invitation invites a contact at that time by a link that is handed out, and returns its path.
func (f *filler) invitation(customer survey.CustomerID, c *survey.Contact, at time.Time) (*survey.Invitation, string) {
	id, secret := f.idAt("inv", at), f.secret()
	sum := sha256.Sum256([]byte(secret))
	return &survey.Invitation{
		Meta: store.Meta{ID: id}, SurveyID: f.survey, SurveyVersion: 1, CustomerID: customer, ContactID: survey.ContactID(c.ID),
		Segment: "retail", Email: c.Email, ContactName: c.Name, Language: "en", CreatedAt: at, ExpiresAt: at.AddDate(0, 1, 0),
		Links: []survey.Link{{Hash: hex.EncodeToString(sum[:]), MadeAt: at}},
		Mail:  survey.Mail{State: survey.MailNone}, MailState: survey.MailNone, StandsAs: survey.StandsLink,
	}, survey.AnswerPath(id[4:] + secret)
}

// alphabet is that of Earshot's identifiers: Crockford's base 32 in lower case.
var alphabet = base32.NewEncoding("0123456789abcdefghjkmnpqrstvwxyz").WithPadding(base32.NoPadding)

// id returns an identifier as Earshot makes them now.
func (f *filler) id(prefix string) string { return f.idAt(prefix, f.now) }

// idAt returns an identifier as Earshot made them at a time: 48 bits of time and 80 random ones.
func (f *filler) idAt(prefix string, at time.Time) string {
	var raw [16]byte
	binary.BigEndian.PutUint64(raw[:8], uint64(at.UnixMilli())<<16|f.random.Uint64()&0xffff)
	binary.BigEndian.PutUint64(raw[8:], f.random.Uint64())
	return prefix + "_" + alphabet.EncodeToString(raw[:])
}

// secret returns the secret part of a link.
func (f *filler) secret() string {
	var raw [20]byte
	binary.BigEndian.PutUint64(raw[:], f.random.Uint64())
	binary.BigEndian.PutUint64(raw[8:], f.random.Uint64())
	binary.BigEndian.PutUint32(raw[16:], f.random.Uint32())
	return alphabet.EncodeToString(raw[:])
}
