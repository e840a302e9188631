package api_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"earshot/survey"
	"earshot/survey/access"
	"earshot/survey/feed"
	"earshot/survey/store"
)

// firstWorld makes the database that all worlds begin with, once, and returns its bytes.
func firstWorld() ([]byte, things) { return madeOnce() }

var madeOnce = sync.OnceValues(func() ([]byte, things) {
	dir, err := os.MkdirTemp("", "earshot-api-test-")
	if err != nil {
		panic(err)
	}
	defer func() { _ = os.RemoveAll(dir) }()
	t := &seeding{}
	defer t.end()
	path := filepath.Join(dir, "earshot.db")
	var made things
	made.fill(t, path)
	t.end()
	content, err := os.ReadFile(path)
	if err != nil {
		panic(err)
	}
	return content, made
})

// seeding stands in for a test while the first world is made, since that outlives each test. It panics where tests fail.
type seeding struct {
	testing.TB
	cleanups []func()
}

func (*seeding) Helper()             {}
func (*seeding) Fatal(args ...any)   { panic(fmt.Sprint(args...)) }
func (*seeding) Error(args ...any)   { panic(fmt.Sprint(args...)) }
func (s *seeding) Cleanup(do func()) { s.cleanups = append(s.cleanups, do) }

// end runs the cleanups, once.
func (s *seeding) end() {
	for _, do := range s.cleanups {
		do()
	}
	s.cleanups = nil
}

// doubtful is a mail server that breaks the connection at the wrong moment.
type doubtful struct{}

func (doubtful) Deliver(context.Context, *survey.Message) survey.Outcome {
	return survey.Outcome{Delivery: survey.Uncertain, Reply: "connection reset after DATA"}
}

func (doubtful) Check(context.Context) survey.Outcome {
	return survey.Outcome{Delivery: survey.Accepted}
}

// fill puts something of everything into the database at path.
func (x *things) fill(t *seeding, path string) {
	w := openWorld(t, path, nil)
	_, err := w.access.EntryOptions(context.Background()) // makes the key by which challenges are sealed
	must(t, 0, err)
	x.fillKeys(t, w)
	x.fillRecords(t, w)
	x.fillAsking(t, w)
	x.fillFeedback(t, w)
	drain(t, w)
	t.end()

	w = openWorld(t, path, survey.OneRelay(doubtful{}))
	c := newCompany(t, w, "C-9", "P-9")
	asked := ask(t, w, survey.AskRequest{ContactID: c, SurveyID: survey.SurveyID(x.survey)})
	x.uncertain = asked.Invitation.ID
	drain(t, w)
	x.fillQueued(t, w)
	w.bury(t, "mail", x.invitation)
	x.fillFeed(t, w)
}

// fillFeed leaves a feed that has stopped.
func (x *things) fillFeed(t testing.TB, w *world) {
	today := feed.Day(noon.Unix() / (24 * 60 * 60))
	f := &survey.Feed{Meta: store.Meta{ID: "fed_web_shop"}, Source: survey.FromKey("Web shop"), Kind: survey.Visit, ArrivedAt: noon.AddDate(0, 0, -20)}
	for d := today - 120; d < today-20; d++ {
		f.History.Add(map[feed.Day]int{d: 40}, d)
	}
	f.History.Look(today)
	specs := survey.Specs()
	spec := specs[slices.IndexFunc(specs, func(s *store.Spec) bool { return s.Name == "feeds" })]
	must(t, 0, store.NewCollection[survey.Feed](w.store, spec).Insert(context.Background(), f))
	x.feed = f.ID
}

// bury sets an effect of invitations aside.
func (w *world) bury(t testing.TB, effect string, invitations ...string) {
	t.Helper()
	specs := survey.Specs()
	spec := specs[slices.IndexFunc(specs, func(s *store.Spec) bool { return s.Name == "invitations" })]
	for _, id := range invitations {
		_, err := store.NewCollection[survey.Invitation](w.store, spec).Update(context.Background(), id, func(i *survey.Invitation) error {
			i.Owe(effect, noon)
			*i.Owing(effect) = store.Owed{Effect: effect, Due: noon, Since: noon, Tries: 16, Error: "no server can be reached", Dead: noon}
			i.Reckon()
			return nil
		})
		must(t, 0, err)
	}
}

// must returns value, or fails.
func must[T any](t testing.TB, value T, err error) T {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	return value
}

// fillQueued leaves an import that waits for a worker.
func (x *things) fillQueued(t testing.TB, w *world) {
	ctx := context.Background()
	upload, err := w.service.Upload(ctx, survey.ImportRequest{
		Kind: survey.ImportCustomers, FileName: "waits.csv", Reader: strings.NewReader("external_id,name\nC-5001,Never imported\n"),
	})
	queued, err := w.service.StartImport(ctx, must(t, upload, err), survey.ImportOptions{})
	x.queued = must(t, queued, err).ID
}

// drain works off what is due.
func drain(t testing.TB, w *world) {
	t.Helper()
	must(t, 0, w.service.Effects().Drain(context.Background()))
}

func (x *things) fillKeys(t testing.TB, w *world) {
	ctx := context.Background()
	var err error
	x.readKey, _, err = w.access.CreateAPIKey(ctx, "", access.NewAPIKey{Name: "Reader", Scopes: []access.Scope{access.ScopeRead}})
	must(t, 0, err)
	x.writeKey, _, err = w.access.CreateAPIKey(ctx, "", access.NewAPIKey{Name: "Writer", Scopes: []access.Scope{access.ScopeWrite, access.AreaAudit.Reading()}})
	must(t, 0, err)
	x.repsKey, _, err = w.access.CreateAPIKey(ctx, "", access.NewAPIKey{Name: "Of reps", Scopes: []access.Scope{access.AreaReps.Reading()}})
	must(t, 0, err)
	x.auditKey, _, err = w.access.CreateAPIKey(ctx, "", access.NewAPIKey{Name: "Of the audit log", Scopes: []access.Scope{access.AreaAudit.Reading()}})
	must(t, 0, err)
	x.testKey, _, err = w.access.CreateAPIKey(ctx, "", access.NewAPIKey{Name: "Trial", Scopes: []access.Scope{access.ScopeWrite, access.AreaAudit.Reading()}, Test: true})
	must(t, 0, err)
	mia, err := w.access.CreateRep(ctx, access.NewRep{
		Name: "Mia Berg", Email: "mia@example.com", Access: access.LevelRep, Password: "correct horse battery staple",
	})
	x.rep = must(t, mia, err).ID
	team, err := w.access.CreateTeam(ctx, access.NewTeam{Name: "West"})
	x.team = must(t, team, err).ID
}

// newCompany adds a customer with a contact and returns the contact.
func newCompany(t testing.TB, w *world, customerKey, contactKey string) survey.ContactID {
	t.Helper()
	ctx, name, segment := context.Background(), "Nordlicht "+customerKey, "logistics"
	customer, err := w.service.CreateCustomer(ctx, survey.CustomerFields{ExternalID: &customerKey, Name: &name, Segment: &segment})
	must(t, customer, err)
	person, email, role := "Ana Ruiz", strings.ToLower(contactKey)+"@nordlicht.example", survey.DecisionMaker
	contact, err := w.service.CreateContact(ctx, survey.ContactInput{
		CustomerID:    survey.CustomerID(customer.ID),
		ContactFields: survey.ContactFields{ExternalID: &contactKey, Name: &person, Email: &email, Role: &role},
	})
	return survey.ContactID(must(t, contact, err).ID)
}

func (x *things) fillRecords(t testing.TB, w *world) {
	ctx := context.Background()
	x.contact = string(newCompany(t, w, "C-1001", "P-76"))
	found, err := w.service.Contact(ctx, survey.ContactID(x.contact))
	x.customer = string(must(t, found, err).CustomerID)
	for day := 240; day > 45; day -= 7 {
		made, err := w.service.RecordTouchpoint(ctx, survey.TouchpointInput{
			ExternalID: fmt.Sprintf("O-%d", day), CustomerID: survey.CustomerID(x.customer), Kind: survey.Order,
			At: noon.AddDate(0, 0, -day), Value: 100,
		})
		x.touchpoint = must(t, made, err).ID
	}
	done, err := w.service.RunImport(ctx, survey.ImportRequest{
		Kind: survey.ImportCustomers, FileName: "customers.csv", Reader: strings.NewReader("external_id,name\nC-5000,Imported\nC-5001,\n"),
	}, nil)
	x.importation = must(t, done, err).ID
	x.suppressed, x.suppressedBySelf = "mail-me-not@example.com", "leave-me@example.com"
	_, err = w.service.Suppress(ctx, survey.SuppressionInput{Email: x.suppressed, Note: "Asked on the phone"})
	must(t, 0, err)
	_, err = w.service.Suppress(ctx, survey.SuppressionInput{Email: x.suppressedBySelf, Reason: survey.Unsubscribed})
	must(t, 0, err)
}

// satisfaction is a survey with one scored question and one in words.
func satisfaction() survey.SurveyInput {
	return survey.SurveyInput{Name: "Satisfaction", Content: survey.SurveyVersion{
		Title: survey.Text{"en": "How are we doing?"},
		Questions: []survey.Question{
			{ID: "satisfaction", Kind: survey.CSAT, Text: survey.Text{"en": "How satisfied are you with us?"}, Required: true},
			{ID: "better", Kind: survey.OpenText, Text: survey.Text{"en": "What could we do better?"}},
		},
	}}
}

// ask asks a contact.
func ask(t testing.TB, w *world, r survey.AskRequest) *survey.Asked {
	t.Helper()
	asked, err := w.service.AskNow(context.Background(), r)
	return must(t, asked, err)
}

// tokenOf returns the token of a link.
func tokenOf(link string) string { return link[strings.LastIndex(link, "/")+1:] }

// answerWith answers a link with a score.
func answerWith(t testing.TB, w *world, link string, score int) string {
	t.Helper()
	receipt, err := w.service.SubmitByAPI(context.Background(), tokenOf(link), []survey.Answer{
		{QuestionID: "satisfaction", Score: &score}, {QuestionID: "better", Text: "Faster replies, please."},
	}, survey.Submission{Language: "en"})
	return string(must(t, receipt, err).ResponseID)
}

func (x *things) fillAsking(t testing.TB, w *world) {
	ctx := context.Background()
	made, err := w.service.CreateSurvey(ctx, satisfaction())
	x.survey = must(t, made, err).ID
	pulse, err := w.service.CreatePulse(ctx, survey.PulseInput{
		Name: "Ask the quiet", SurveyID: survey.SurveyID(x.survey), Audience: survey.AudienceQuiet, Weekdays: []int{2}, Hour: 9,
		TimeZone: "Europe/Berlin",
	})
	x.pulse = must(t, pulse, err).ID
	sid := survey.SurveyID(x.survey)
	open := ask(t, w, survey.AskRequest{ContactID: newCompany(t, w, "C-2", "P-2"), SurveyID: sid, NoMail: true})
	x.invitation, x.link = open.Invitation.ID, tokenOf(open.Link)
	answered := ask(t, w, survey.AskRequest{ContactID: newCompany(t, w, "C-3", "P-3"), SurveyID: sid, NoMail: true})
	x.answered, x.answeredLink = answered.Invitation.ID, tokenOf(answered.Link)
	x.response = answerWith(t, w, answered.Link, 4)
	revoked := ask(t, w, survey.AskRequest{ContactID: newCompany(t, w, "C-4", "P-4"), SurveyID: sid, NoMail: true})
	x.revokedLink = tokenOf(revoked.Link)
	_, err = w.service.RevokeInvitation(ctx, survey.InvitationID(revoked.Invitation.ID))
	must(t, 0, err)
	x.keptMail = ask(t, w, survey.AskRequest{ContactID: newCompany(t, w, "C-5", "P-5"), SurveyID: sid}).Invitation.ID
}

// fillFeedback adds enough answers for figures to be shown.
func (x *things) fillFeedback(t testing.TB, w *world) {
	for i, score := range []int{5, 5, 4, 4, 3, 2} {
		w.at(noon.AddDate(0, 0, -60+10*i))
		contact := newCompany(t, w, fmt.Sprintf("C-6%d", i), fmt.Sprintf("P-6%d", i))
		asked := ask(t, w, survey.AskRequest{ContactID: contact, SurveyID: survey.SurveyID(x.survey), NoMail: true})
		answerWith(t, w, asked.Link, score)
	}
	w.at(noon)
}
