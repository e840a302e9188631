package survey_test

import (
	"context"
	"fmt"
	"io"
	"path"
	"sync"
	"testing"
	"time"

	"earshot/survey"
	"earshot/survey/store"
	"earshot/survey/store/enginetest"
)

// monday is when tests begin: a Monday at ten in the morning, UTC.
var monday = time.Date(2026, time.March, 2, 10, 0, 0, 0, time.UTC)

const day = 24 * time.Hour

// watch is a clock that stands still until it is set.
type watch struct {
	mu  sync.Mutex
	now time.Time
}

func (w *watch) Now() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.now
}

func (w *watch) pass(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.now = w.now.Add(d)
}

// postman is a Mailer that writes down what it was given and answers what it is told to.
type postman struct {
	mu    sync.Mutex
	sent  []survey.Message
	reply func(m *survey.Message) survey.Outcome // nil accepts
	// fault is what keeps it from taking anything; empty if nothing does. tried counts the mails and checks.
	fault survey.Fault
	tried int
}

// refuseAll has it refuse everything for a fault of its own; empty ends that.
func (p *postman) refuseAll(f survey.Fault) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.fault = f
}

// tries is how often it was given a mail, or checked.
func (p *postman) tries() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.tried
}

// Check implements survey.Mailer.
func (p *postman) Check(context.Context) survey.Outcome {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.tried++
	if p.fault != "" {
		return survey.Outcome{Delivery: survey.Temporary, Fault: p.fault, Reply: "not now"}
	}
	return survey.Outcome{Delivery: survey.Accepted}
}

func (p *postman) Deliver(_ context.Context, m *survey.Message) survey.Outcome {
	p.mu.Lock()
	reply, fault := p.reply, p.fault
	p.tried++
	p.mu.Unlock()
	if fault != "" {
		return survey.Outcome{Delivery: survey.Temporary, Fault: fault, Reply: "not now"}
	}
	o := survey.Outcome{Delivery: survey.Accepted, Reply: "250 ok"}
	if reply != nil {
		o = reply(m)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if o.Delivery == survey.Accepted {
		p.sent = append(p.sent, *m)
	}
	return o
}

func (p *postman) answer(reply func(m *survey.Message) survey.Outcome) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.reply = reply
}

// accepted returns the mails that were accepted so far.
func (p *postman) accepted() []survey.Message {
	p.mu.Lock()
	defer p.mu.Unlock()
	return append([]survey.Message(nil), p.sent...)
}

// says answers every try with the same outcome.
func says(d survey.Delivery, reply string) func(*survey.Message) survey.Outcome {
	return func(*survey.Message) survey.Outcome { return survey.Outcome{Delivery: d, Reply: reply} }
}

// composer writes a mail whose text is its links, so that tests can follow them.
type composer struct{}

func (composer) Compose(m *survey.AskMail) (survey.MailContent, error) {
	return survey.MailContent{Subject: m.Version.Title.In(m.Language), Text: m.AnswerURL, HTML: "<p>" + m.AnswerURL}, nil
}

// office is an installation with a clock and a postman of its own, on a real SQLite file.
type office struct {
	*survey.Service
	t     testing.TB
	ctx   context.Context
	store store.Store
	watch *watch
	post  *postman
	// random is where ids and secrets come from; nil is the machine's.
	random io.Reader
	// perDay and perHour bound what all pulses send; 0 does not.
	perDay, perHour int
	// brake is when mails are held that end badly, and atOnce how many are sent at the same time; zero is never, and as many as usual.
	brake  survey.BrakeLimits
	atOnce int
	// close closes the store before the test ends.
	close func()
}

func newOffice(t testing.TB) *office {
	t.Helper()
	return openOffice(t, nil)
}

// openOffice is newOffice with randomness that can be repeated.
func openOffice(t testing.TB, random io.Reader) *office {
	t.Helper()
	db := enginetest.Open(t, survey.Specs()...)
	o := &office{t: t, ctx: t.Context(), store: db, watch: &watch{now: monday}, post: &postman{}, random: random}
	o.close = sync.OnceFunc(func() {
		if err := db.Close(); err != nil {
			t.Error(err)
		}
	})
	t.Cleanup(o.close)
	o.Service = o.process(db)
	return o
}

// process returns another process of the same installation, working through that store.
func (o *office) process(s store.Store) *survey.Service {
	o.t.Helper()
	service, err := survey.NewService(survey.Options{
		Store: s, Reps: staff, Relays: survey.OneRelay(o.post), Composer: composer{}, BaseURL: "https://ask.example", ReturnPath: "Bounces@ask.example", Company: "Acme",
		Clock: o.watch.Now, Random: o.random, AsksPerDay: o.perDay, AsksPerHour: o.perHour, Brake: o.brake, MailsAtOnce: o.atOnce,
	})
	if err != nil {
		o.t.Fatal(err)
	}
	return service
}

// must returns the value and ends the test on an error.
func must[T any](t testing.TB, value T, err error) T {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	return value
}

func ref[T any](value T) *T { return &value }

// customer adds an active customer.
func (o *office) customer(name string) survey.CustomerID {
	o.t.Helper()
	c, err := o.CreateCustomer(o.ctx, survey.CustomerFields{Name: &name, Segment: ref("retail")})
	return survey.CustomerID(must(o.t, c, err).ID)
}

// contact adds a contact with an address made of the name.
func (o *office) contact(id survey.CustomerID, name string, role survey.Role) survey.ContactID {
	o.t.Helper()
	c, err := o.CreateContact(o.ctx, survey.ContactInput{CustomerID: id, ContactFields: survey.ContactFields{
		Name: &name, Email: ref(name + "@" + string(id)[4:] + ".example"), Role: &role,
	}})
	return survey.ContactID(must(o.t, c, err).ID)
}

// survey adds a survey from a template.
func (o *office) survey(template string) survey.SurveyID {
	o.t.Helper()
	s, err := o.CreateSurvey(o.ctx, survey.SurveyInput{Name: template, Template: template})
	return survey.SurveyID(must(o.t, s, err).ID)
}

// ask asks the contact by hand.
func (o *office) ask(contact survey.ContactID, sv survey.SurveyID) *survey.Invitation {
	o.t.Helper()
	asked, err := o.AskNow(o.ctx, survey.AskRequest{ContactID: contact, SurveyID: sv})
	return must(o.t, asked, err).Invitation
}

// link asks a new contact of a new customer and returns the token of the link, without a mail.
func (o *office) link(template string) string {
	o.t.Helper()
	id := o.customer("Customer")
	asked, err := o.AskNow(o.ctx, survey.AskRequest{
		ContactID: o.contact(id, "ana", survey.User), SurveyID: o.survey(template), NoMail: true,
	})
	return tokenOf(must(o.t, asked, err).Link)
}

// tokenOf returns the token of a link.
func tokenOf(link string) string { return path.Base(link) }

// asking are the queues of what asking and answering owe.
var asking = []string{"pulses", "ask_logs", "invitations", "received_mails", "invitations", "ask_logs", "relays", "responses"}

// drain works off everything that asking and answering leave to workers.
func (o *office) drain() {
	o.t.Helper()
	effects(o.t, o.Service, asking...)
}

// mail works off what invitations owe.
func (o *office) mail() {
	o.t.Helper()
	effects(o.t, o.Service, "invitations")
}

// invitation reads an invitation.
func (o *office) invitation(id string) *survey.Invitation {
	o.t.Helper()
	inv, err := o.Invitation(o.ctx, survey.InvitationID(id))
	return must(o.t, inv, err)
}

// lastAsk returns the latest ask in the customer's ledger.
func (o *office) lastAsk(id survey.CustomerID) survey.Ask {
	o.t.Helper()
	log, err := o.AskLog(o.ctx, id)
	if len(must(o.t, log, err).Asks) == 0 {
		o.t.Fatal("nobody was asked")
	}
	return log.Asks[0]
}

// wantKind checks what sort of failure err is.
func wantKind(t testing.TB, err error, want survey.Kind) {
	t.Helper()
	if err == nil || survey.KindOf(err) != want {
		t.Errorf("got error %v (%s), want one of kind %s", err, survey.KindOf(err), want)
	}
}

// form fills in a form.
func form(pairs ...string) survey.Submission {
	in := survey.Submission{Form: map[string][]string{}}
	for i := 0; i+1 < len(pairs); i += 2 {
		in.Form[pairs[i]] = append(in.Form[pairs[i]], pairs[i+1])
	}
	return in
}

// spec returns a collection's declaration by its name.
func spec(t testing.TB, name string) *store.Spec {
	t.Helper()
	for _, s := range survey.Specs() {
		if s.Name == name {
			return s
		}
	}
	t.Fatalf("there is no collection %q", name)
	return nil
}

// quietCustomer adds a customer with one contact whose silence is an alarm since their last sign of life.
func (o *office) quietCustomer(name string, rank float64) (survey.CustomerID, survey.ContactID) {
	o.t.Helper()
	id := o.customer(name)
	contact := o.contact(id, "ana", survey.DecisionMaker)
	o.makeQuiet(id, rank)
	return id, contact
}

// makeQuiet writes the rhythm of a customer who has been silent for 90 days.
func (o *office) makeQuiet(id survey.CustomerID, rank float64) {
	o.t.Helper()
	last := o.watch.Now().Add(-90 * 24 * time.Hour)
	docs, err := o.store.Fetch(o.ctx, spec(o.t, "rhythms"), []string{string(id)})
	if err != nil {
		o.t.Fatal(err)
	}
	if len(docs) == 1 {
		r := docs[0].(*survey.Rhythm)
		r.List, r.Rank, r.EvenList, r.EvenRank, r.LastAt = survey.Leaving, rank, survey.Leaving, rank, last
		err = write(o.t, o.store, "rhythms", store.Replace, r)
	} else {
		err = write(o.t, o.store, "rhythms", store.Insert, &survey.Rhythm{
			Meta: store.Meta{ID: string(id)}, LastAt: last, Verdict: survey.Verdict{List: survey.Leaving, Rank: rank}, EvenList: survey.Leaving, EvenRank: rank,
		})
	}
	if err != nil {
		o.t.Fatal(err)
	}
}

// pulseFor returns what a pulse is told of that asks every working day at nine.
func pulseFor(sv survey.SurveyID, audience survey.Audience) survey.PulseInput {
	return survey.PulseInput{
		Name: fmt.Sprintf("%s pulse", audience), SurveyID: sv, Audience: audience, Weekdays: []int{1, 2, 3, 4, 5}, Hour: 9,
		TimeZone: "Europe/Berlin",
	}
}
