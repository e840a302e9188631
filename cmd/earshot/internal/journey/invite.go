package journey

import (
	"context"
	"fmt"
	"path"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"earshot/survey"
	"earshot/survey/access"
	"earshot/survey/mail"
	"earshot/survey/store"
)

// Prepared is a store with people in it who can be, or are, asked.
type Prepared struct {
	// Key is an API key that may write.
	Key string
	// Survey asks for an NPS ("recommend") and, in words, for the reason ("why").
	Survey survey.SurveyID
	// Contacts are the people, Customers those that they work for, in the same order.
	Contacts  []survey.ContactID
	Customers []survey.CustomerID
	// Tokens open their invitations, whose ids are Invitations, in the same order; nil where nobody is asked yet.
	Tokens      []string
	Invitations []survey.InvitationID
}

// perCustomer is how many contacts a prepared customer has.
const perCustomer = 5

// Prepare fills an empty store with n contacts.
func Prepare(tb testing.TB, db store.Store, n int) *Prepared {
	tb.Helper()
	ctx, s := context.Background(), serviceAt(tb, db, time.Now, noMailer{})
	p := &Prepared{}
	keys, err := access.New(access.Options{Store: db})
	if err != nil {
		tb.Fatal(err)
	}
	if p.Key, _, err = keys.CreateAPIKey(ctx, "", access.NewAPIKey{Name: "Test", Scopes: []access.Scope{access.ScopeWrite}}); err != nil {
		tb.Fatal(err)
	}
	made, err := s.CreateSurvey(ctx, survey.SurveyInput{Name: "Recommendation", Template: survey.TemplateNPS})
	if err != nil {
		tb.Fatal(err)
	}
	p.Survey = survey.SurveyID(made.ID)
	var customers []survey.CustomerFields
	var contacts []survey.ContactInput
	for i := range n {
		customer, contact := fmt.Sprintf("C-%d", i/perCustomer), fmt.Sprintf("P-%d", i)
		email, role := Address(i), survey.User
		if i%perCustomer == 0 {
			customers = append(customers, survey.CustomerFields{ExternalID: &customer, Name: &customer})
		}
		contacts = append(contacts, survey.ContactInput{CustomerExternalID: customer,
			ContactFields: survey.ContactFields{ExternalID: &contact, Name: &contact, Email: &email, Role: &role}})
	}
	ids := identifiers(tb, s.PutCustomers(ctx, customers))
	for i, id := range identifiers(tb, s.PutContacts(ctx, contacts)) {
		p.Contacts = append(p.Contacts, survey.ContactID(id))
		p.Customers = append(p.Customers, survey.CustomerID(ids[i/perCustomer]))
	}
	return p
}

// Address is the address of the contact with that number.
func Address(contact int) string { return fmt.Sprintf("p%d@customer.example", contact) }

func identifiers(tb testing.TB, results []survey.RowResult) []string {
	tb.Helper()
	ids := make([]string, len(results))
	for i, r := range results {
		if r.Err != nil {
			tb.Fatalf("row %d: %v", i, r.Err)
		}
		ids[i] = r.ID
	}
	return ids
}

// Invite asks everybody, by links that are handed out.
func (p *Prepared) Invite(tb testing.TB, db store.Store) {
	tb.Helper()
	p.ask(tb, db, true)
}

// Mail asks everybody by mail; nothing is sent before a program runs on the store.
func (p *Prepared) Mail(tb testing.TB, db store.Store) {
	tb.Helper()
	p.ask(tb, db, false)
}

func (p *Prepared) ask(tb testing.TB, db store.Store, byLink bool) {
	tb.Helper()
	s := serviceAt(tb, db, time.Now, noMailer{})
	p.Tokens, p.Invitations = make([]string, len(p.Contacts)), make([]survey.InvitationID, len(p.Contacts))
	group, ctx := errgroup.WithContext(context.Background())
	group.SetLimit(8)
	for i, contact := range p.Contacts {
		group.Go(func() error {
			asked, err := s.AskNow(ctx, survey.AskRequest{
				CustomerID: p.Customers[i], ContactID: contact, SurveyID: p.Survey, NoMail: byLink, Confirm: true,
			})
			if err == nil {
				p.Tokens[i], p.Invitations[i] = path.Base(asked.Link), survey.InvitationID(asked.Invitation.ID)
			}
			return err
		})
	}
	if err := group.Wait(); err != nil {
		tb.Fatalf("ask: %v", err)
	}
}

func serviceAt(tb testing.TB, db store.Store, clock func() time.Time, mailer survey.Mailer) *survey.Service {
	tb.Helper()
	s, err := survey.NewService(survey.Options{Store: db, BaseURL: "http://prepared.invalid", Clock: clock, Relays: survey.OneRelay(mailer)})
	if err != nil {
		tb.Fatal(err)
	}
	return s
}

// noMailer is the mail server of those who must not send anything.
type noMailer struct{}

func (noMailer) Deliver(context.Context, *survey.Message) survey.Outcome {
	return survey.Outcome{Delivery: survey.Temporary, Reply: "nothing is sent here"}
}

func (noMailer) Check(context.Context) survey.Outcome {
	return survey.Outcome{Delivery: survey.Temporary, Reply: "nothing is sent here"}
}

// leasesOver is after how long whatever a killed process had in hand is taken up by the next.
const leasesOver = time.Hour

// WorkOff does what workers owe, as they would once the leases of killed processes are over. The program must not run.
// Mails that are still to be sent go to the mail server at smtp; empty sends none.
func WorkOff(tb testing.TB, db store.Store, smtp string) {
	tb.Helper()
	s := serviceAt(tb, db, func() time.Time { return time.Now().Add(leasesOver) }, mailer(tb, smtp))
	if err := s.Effects().Drain(context.Background()); err != nil {
		tb.Fatalf("work off: %v", err)
	}
}

func mailer(tb testing.TB, smtp string) survey.Mailer {
	tb.Helper()
	if smtp == "" {
		return noMailer{}
	}
	settings, err := mail.ParseURL(smtp)
	if err != nil {
		tb.Fatal(err)
	}
	settings.FromAddress = Sender
	sender, err := mail.NewSMTP(settings)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = sender.Close() })
	return sender
}

// Sender is the address that the program's mails come from in tests.
const Sender = "ask@company.example"
