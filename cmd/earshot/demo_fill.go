package main

import (
	"context"
	"errors"
	"hash/fnv"
	"math"
	"math/rand/v2"
	"path"
	"slices"
	"time"

	"golang.org/x/sync/errgroup"

	"earshot/cmd/earshot/internal/company"
	"earshot/survey"
	"earshot/survey/access"
	"earshot/survey/store"
)

// filling is a made-up company on its way into a store.
type filling struct {
	db   store.Store
	made company.Company
	seed uint64
	end  time.Time
	// composer lays out the kept mails, whose links lead to baseURL.
	composer survey.Composer
	baseURL  string

	reps      []survey.RepID
	customers []survey.CustomerID
	surveys   map[string]*survey.Survey // by template
}

// service returns the domain at a time of its own: what it does happened then. Its randomness depends on the seed and
// the name only, so that the same company gets the same identifiers.
func (f *filling) service(name string, at time.Time) (*survey.Service, error) {
	people, err := f.access(name, at)
	if err != nil {
		return nil, err
	}
	return survey.NewService(survey.Options{
		Store: f.db, Reps: people, Composer: f.composer, BaseURL: f.baseURL, Company: f.made.Name,
		Clock: func() time.Time { return at }, Random: f.random(name),
	})
}

// access returns who may come in, at a time of its own.
func (f *filling) access(name string, at time.Time) (*access.Service, error) {
	return access.New(access.Options{Store: f.db, Clock: func() time.Time { return at }, Random: f.random(name)})
}

// random returns the randomness that belongs to a name.
func (f *filling) random(name string) *rand.ChaCha8 {
	var key [32]byte
	h := fnv.New64a()
	_, _ = h.Write([]byte(name))
	for i, word := range []uint64{f.seed, h.Sum64()} {
		for j := range 8 {
			key[8*i+j] = byte(word >> (8 * j))
		}
	}
	return rand.NewChaCha8(key)
}

// record takes in customers, contacts and touchpoints as an integrator's program would.
func (f *filling) record(ctx context.Context) error {
	began, err := f.service("customers", f.end.Add(-company.History))
	if err != nil {
		return err
	}
	var customers []survey.CustomerFields
	var contacts []survey.ContactInput
	var touchpoints []survey.TouchpointInput
	for _, c := range f.made.Customers {
		status := survey.Status(c.Status)
		customers = append(customers, survey.CustomerFields{
			ExternalID: &c.ExternalID, Name: &c.Name, Status: &status, Segment: &c.Segment, RepID: &f.reps[c.Rep], ValuePerYear: &c.ValuePerYear,
		})
		for _, p := range c.Contacts {
			role := survey.Role(p.Role)
			contacts = append(contacts, survey.ContactInput{CustomerExternalID: c.ExternalID, ContactFields: survey.ContactFields{
				ExternalID: &p.ExternalID, Name: &p.Name, Email: &p.Email, Role: &role, Language: &p.Language, TimeZone: &p.TimeZone,
			}})
		}
		for _, e := range c.Touchpoints {
			touchpoints = append(touchpoints, survey.TouchpointInput{
				CustomerExternalID: c.ExternalID, Kind: survey.TouchpointKind(e.Kind), At: e.At, Value: e.Value, Note: e.Note,
				Source: survey.FromKey("Shop and portal"),
			})
		}
	}
	if f.customers, err = put[survey.CustomerID](ctx, began.PutCustomers, customers); err != nil {
		return err
	}
	if _, err := put[survey.ContactID](ctx, began.PutContacts, contacts); err != nil {
		return err
	}
	return f.recordTouchpoints(ctx, touchpoints)
}

// knownBefore is how long before the end most of the history came in, so that what is learnt a day after the first signs of life has been.
const knownBefore = 48 * time.Hour

// recordTouchpoints takes in the history, and what came since.
func (f *filling) recordTouchpoints(ctx context.Context, touchpoints []survey.TouchpointInput) error {
	began := f.end.Add(-knownBefore)
	history, since := []survey.TouchpointInput{}, []survey.TouchpointInput{}
	for _, t := range touchpoints {
		if t.At.Before(began) {
			history = append(history, t)
		} else {
			since = append(since, t)
		}
	}
	s, err := f.service("history", began)
	if err != nil {
		return err
	}
	if _, err := put[survey.TouchpointID](ctx, s.PutTouchpoints, history); err != nil {
		return err
	}
	if err := s.Effects().Drain(ctx, "touchpoint_batches"); err != nil {
		return err
	}
	if s, err = f.service("touchpoints", f.end); err != nil {
		return err
	}
	_, err = put[survey.TouchpointID](ctx, s.PutTouchpoints, since)
	return err
}

// putBatch is how many rows are handed over at once.
const putBatch = 2000

// put hands rows to a bulk use case and returns the ids of what it made.
func put[ID ~string, Row any](ctx context.Context, use func(context.Context, []Row) []survey.RowResult, rows []Row) ([]ID, error) {
	var ids []ID
	for batch := range slices.Chunk(rows, putBatch) {
		for _, r := range use(ctx, batch) {
			if r.Err != nil {
				return nil, r.Err
			}
			ids = append(ids, ID(r.ID))
		}
	}
	return ids, nil
}

// writeSurveys makes a survey of each built-in template.
func (f *filling) writeSurveys(ctx context.Context) error {
	s, err := f.service("surveys", f.end.Add(-company.History))
	if err != nil {
		return err
	}
	f.surveys = map[string]*survey.Survey{}
	for _, t := range survey.Templates() {
		made, err := s.CreateSurvey(ctx, survey.SurveyInput{Name: t.Label, Template: t.Name, Content: t.Content})
		if err != nil {
			return err
		}
		f.surveys[t.Name] = made
	}
	return nil
}

// learn fits the rhythms to the history and brings the fit into force, which takes some minutes: else the lists would change under who
// looks at them right after the start.
func (f *filling) learn(ctx context.Context) error {
	for _, before := range []time.Duration{5 * time.Minute, 0} {
		at := f.end.Add(-before)
		s, err := f.service("learn"+at.String(), at)
		if err != nil {
			return err
		}
		if err := s.Effects().Drain(ctx, "touchpoint_batches", "rhythm_models", "rankings"); err != nil {
			return err
		}
	}
	return nil
}

// judge folds all signs of life into the rhythms and looks at the silences as of the end.
func (f *filling) judge(ctx context.Context) error {
	s, err := f.service("judge", f.end)
	if err != nil {
		return err
	}
	return s.Effects().Drain(ctx, "touchpoint_batches", "rhythms")
}

// plan makes the pulses, one of which ran on the last working day, so that the kept mails and the ledger are not empty.
func (f *filling) plan(ctx context.Context) error {
	s, err := f.service("pulses", lastWorkday(f.end))
	if err != nil {
		return err
	}
	weekdays := []int{1, 2, 3, 4, 5}
	listen, err := s.CreatePulse(ctx, survey.PulseInput{
		Name: "Ask the quiet", SurveyID: survey.SurveyID(f.surveys[survey.TemplateQuiet].ID), Audience: survey.AudienceQuiet,
		Weekdays: weekdays, Hour: 9, TimeZone: "Europe/Berlin", DailyCap: 10, RestDays: 90, AnswerDays: 21,
	})
	if err != nil {
		return err
	}
	if _, err := s.CreatePulse(ctx, survey.PulseInput{
		Name: "Business progress", SurveyID: survey.SurveyID(f.surveys[survey.TemplateProgress].ID), Audience: survey.AudienceEveryone,
		Weekdays: []int{2}, Hour: 10, TimeZone: "Europe/Berlin", DailyCap: 15, RestDays: 180, AnswerDays: 30,
	}); err != nil {
		return err
	}
	if _, err := s.RunPulseNow(ctx, survey.PulseID(listen.ID), ""); err != nil {
		return err
	}
	return s.Effects().Drain(ctx, "pulses", "invitations")
}

// Asks of the past: each customer is asked about every askEvery, with one survey after the other, and answers by
// answerShare.
const (
	askEvery    = 105 * 24 * time.Hour
	answerShare = .47
)

// askAll plays the asks and answers of two years, many customers at a time.
func (f *filling) askAll(ctx context.Context) error {
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(32)
	for i := range f.made.Customers {
		group.Go(func() error { return f.askCustomer(ctx, i) })
	}
	return group.Wait()
}

// askCustomer plays the asks and answers of one customer.
func (f *filling) askCustomer(ctx context.Context, i int) error {
	c := f.made.Customers[i]
	if c.Status == "prospect" || len(c.Touchpoints) == 0 {
		return nil
	}
	random := f.random("asks of " + c.ExternalID)
	r := rand.New(random)
	first, last := span(c.Touchpoints)
	last = last.Add(30 * 24 * time.Hour)
	at := first.Add(time.Duration(r.Float64() * float64(askEvery)))
	for n := r.IntN(3); workingHour(at).Before(f.end) && at.Before(last); n++ {
		if err := f.askOnce(ctx, r, i, n, workingHour(at)); err != nil {
			return err
		}
		at = at.Add(time.Duration((.9 + .3*r.Float64()) * float64(askEvery)))
	}
	return nil
}

// askOnce plays one ask at that time and, if the contact likes, the answer some hours later.
func (f *filling) askOnce(ctx context.Context, r *rand.Rand, i, n int, at time.Time) error {
	c := f.made.Customers[i]
	asker, err := f.service(c.ExternalID+at.String(), at)
	if err != nil {
		return err
	}
	template := []string{survey.TemplateNPS, survey.TemplateProgress, survey.TemplateCSAT}[n%3]
	asked, err := asker.AskNow(ctx, survey.AskRequest{
		CustomerID: f.customers[i], SurveyID: survey.SurveyID(f.surveys[template].ID), NoMail: true, Confirm: true, By: f.reps[c.Rep],
	})
	answersAt := at.Add(time.Duration(20+r.IntN(3000)) * time.Minute)
	var refusal *survey.Error
	if errors.As(err, &refusal) && refusal.Kind == survey.Conflict || answersAt.After(f.end) || (err == nil && r.Float64() > answerShare) {
		return nil
	}
	if err != nil {
		return err
	}
	answerer, err := f.service(c.ExternalID+answersAt.String(), answersAt)
	if err != nil {
		return err
	}
	answers := answersOf(r, c, f.surveys[template], asked.Invitation.Language, f.end.Sub(answersAt).Hours()/24/365)
	if _, err := answerer.SubmitByAPI(ctx, path.Base(asked.Link), answers, survey.Submission{Language: asked.Invitation.Language}); err != nil {
		return err
	}
	return answerer.Effects().Drain(ctx, "responses")
}

// answersOf makes up what somebody answers, years before the end.
func answersOf(r *rand.Rand, c company.Customer, s *survey.Survey, language string, years float64) []survey.Answer {
	mood := c.Mood - c.Drift*years + r.NormFloat64()*.55
	growth := c.Growth + r.NormFloat64()*.5
	var answers []survey.Answer
	for _, q := range s.Current.Questions {
		a := survey.Answer{QuestionID: q.ID, Kind: q.Kind}
		low, high, scored := q.Kind.Scale()
		switch {
		case scored:
			feeling := mood
			if q.Kind == survey.Progress {
				feeling = growth
			}
			score := low + int(math.Round((feeling-1)/4*float64(high-low)))
			score = min(max(score, low), high)
			a.Score = &score
		case q.Kind == survey.OpenText:
			a.Text = company.Comment(r, language, mood > 3.4)
		case len(q.Choices) > 0:
			a.Choices = []string{q.Choices[r.IntN(len(q.Choices))].ID}
		}
		if a.Score != nil || a.Text != "" || len(a.Choices) > 0 {
			answers = append(answers, a)
		}
	}
	return answers
}

// span returns the first and the last time of the events.
func span(events []company.Touchpoint) (first, last time.Time) {
	byTime := func(a, b company.Touchpoint) int { return a.At.Compare(b.At) }
	return slices.MinFunc(events, byTime).At, slices.MaxFunc(events, byTime).At
}

// workingHour moves a time to a Monday to Friday, ten o'clock.
func workingHour(t time.Time) time.Time {
	t = t.Truncate(24 * time.Hour).Add(10 * time.Hour)
	for t.Weekday() == time.Saturday || t.Weekday() == time.Sunday {
		t = t.Add(24 * time.Hour)
	}
	return t
}

// lastWorkday returns noon of the last Monday to Friday that is over by t.
func lastWorkday(t time.Time) time.Time {
	noon := t.UTC().Truncate(24 * time.Hour).Add(12 * time.Hour)
	for !noon.Before(t) || noon.Weekday() == time.Saturday || noon.Weekday() == time.Sunday {
		noon = noon.Add(-24 * time.Hour)
	}
	return noon
}
