package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"earshot/cmd/earshot/internal/collections"
	"earshot/frontend"
	"earshot/survey"
	"earshot/survey/store"
	"earshot/survey/store/sqlite"
)

// startAndRest measures the time from start to the first page served, and the memory of a server that rests.
func (b *bench) startAndRest(ctx context.Context) ([]figure, error) {
	var starts []time.Duration
	var memories []int64
	for i := range b.rounds {
		s, took, err := start(ctx, b.program, filepath.Join(b.folder, "rest"+strconv.Itoa(i%2)+".db"))
		if err != nil {
			return nil, err
		}
		time.Sleep(2 * time.Second)
		memory, err := s.memory()
		if err != nil {
			return nil, err
		}
		starts, memories = append(starts, took), append(memories, memory)
		if err := s.stop(); err != nil {
			return nil, err
		}
	}
	return []figure{
		{"start to first page", median(starts).Round(time.Millisecond).String(), "≤ 300 ms"},
		{"memory at rest", fmt.Sprintf("%.0f MB", float64(median(memories))/1e6), "≤ 60 MB"},
	}, nil
}

// round is the outcome of one round of respondents.
type round struct {
	perSecond float64
	get, post []time.Duration
	// cpu is the server's while the answers came in, and later what it then took to do what they owe.
	cpu, later time.Duration
}

// respondents measures completed flows on SQLite: page fetched, answers posted and on the disk before the reply.
func (b *bench) respondents(ctx context.Context) ([]figure, error) {
	db := filepath.Join(b.folder, "flows.db")
	links, err := invite(ctx, db, b.flows*b.rounds)
	if err != nil {
		return nil, err
	}
	s, _, err := start(ctx, b.program, db)
	if err != nil {
		return nil, err
	}
	bytes, err := pageBytes(s.host, links[0])
	if err != nil {
		return nil, err
	}
	var rounds []round
	for chunk := range slices.Chunk(links, b.flows) {
		r, err := b.answerAll(ctx, s, chunk)
		if err != nil {
			return nil, err
		}
		rounds = append(rounds, r)
	}
	if err := s.stop(); err != nil {
		return nil, err
	}
	return flowFigures(rounds, b.flows, b.clients, bytes), nil
}

// flowFigures turns rounds into lines of the report.
func flowFigures(rounds []round, flows, clients, bytes int) []figure {
	pick := func(of func(round) float64) float64 {
		var values []float64
		for _, r := range rounds {
			values = append(values, of(r))
		}
		return median(values)
	}
	milliseconds := func(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }
	get := pick(func(r round) float64 { return milliseconds(percentile(r.get, .99)) })
	post := pick(func(r round) float64 { return milliseconds(percentile(r.post, .99)) })
	cpu := pick(func(r round) float64 { return r.cpu.Seconds() / float64(flows) * 1000 })
	later := pick(func(r round) float64 { return r.later.Seconds() / float64(flows) * 1000 })
	return []figure{
		{fmt.Sprintf("respondent flows, %d at once, SQLite", clients), fmt.Sprintf("%.0f/s", pick(func(r round) float64 { return r.perSecond })), "≥ 4,000/s"},
		{"  p99 of the page, of the answer", fmt.Sprintf("%.1f ms, %.1f ms", get, post), "≤ 40 ms"},
		{"  server CPU for 1,000 flows", fmt.Sprintf("%.2f s", cpu), "≤ 0.4 s"},
		{"  and for their effects, by workers afterwards", fmt.Sprintf("%.2f s", later), ""},
		{"page, everything in it", fmt.Sprintf("%d bytes", bytes), "< 14,000 bytes"},
	}
}

// answerAll lets clients answer all links at once and returns how that went.
func (b *bench) answerAll(ctx context.Context, s *server, links []string) (round, error) {
	before, err := s.cpu()
	if err != nil {
		return round{}, err
	}
	var next atomic.Int64
	took := make([][2][]time.Duration, b.clients)
	group, _ := errgroup.WithContext(ctx)
	began := time.Now()
	for i := range b.clients {
		group.Go(func() error { return respond(s.host, links, &next, &took[i]) })
	}
	if err := group.Wait(); err != nil {
		return round{}, err
	}
	r := round{perSecond: float64(len(links)) / time.Since(began).Seconds()}
	for _, t := range took {
		r.get, r.post = append(r.get, t[0]...), append(r.post, t[1]...)
	}
	during, err := s.cpu()
	if err != nil {
		return round{}, err
	}
	after, err := s.settle()
	r.cpu, r.later = during-before, after-during
	return r, err
}

// respond answers links until none is left.
func respond(host string, links []string, next *atomic.Int64, took *[2][]time.Duration) error {
	c, err := dial(host)
	if err != nil {
		return err
	}
	defer func() { _ = c.conn.Close() }()
	for {
		i := int(next.Add(1)) - 1
		if i >= len(links) {
			return nil
		}
		began := time.Now()
		if err := expectPage(c.get(links[i])); err != nil {
			return err
		}
		read := time.Now()
		if err := expectPage(c.post(links[i], form(i, read))); err != nil {
			return err
		}
		took[0] = append(took[0], read.Sub(began))
		took[1] = append(took[1], time.Since(read))
	}
}

// expectPage says what is wrong with an answer that is not a page.
func expectPage(status int, body []byte, err error) error {
	if err == nil && status != http.StatusOK {
		err = fmt.Errorf("answered %d: %.300s", status, body)
	}
	return err
}

// form is what a contact sends who looked at the page for ten seconds.
func form(i int, now time.Time) string {
	values := url.Values{}
	values.Set(frontend.FieldName("recommend"), strconv.Itoa(i%11))
	values.Set(frontend.FieldName("why"), "Deliveries have been spot on this quarter.")
	values.Set(frontend.FieldRenderedAt, strconv.FormatInt(now.Add(-10*time.Second).UnixMilli(), 10))
	values.Set(frontend.FieldTrap, "")
	return values.Encode()
}

// settle waits until the server has done what the answers owed, and returns its processor time then.
func (s *server) settle() (time.Duration, error) {
	last, err := s.cpu()
	for quiet := 0; err == nil && quiet < 3; {
		time.Sleep(500 * time.Millisecond)
		var now time.Duration
		now, err = s.cpu()
		if quiet++; now-last > 2*clockTick {
			quiet = 0
		}
		last = now
	}
	return last, err
}

// pageBytes returns the size of the page behind a link.
func pageBytes(host, link string) (int, error) {
	c, err := dial(host)
	if err != nil {
		return 0, err
	}
	defer func() { _ = c.conn.Close() }()
	_, body, err := c.get(link)
	return len(body), err
}

// percentile returns the p-th quantile of the durations.
func percentile(d []time.Duration, p float64) time.Duration {
	sorted := slices.Sorted(slices.Values(d))
	return sorted[min(int(p*float64(len(sorted))), len(sorted)-1)]
}

// invite fills a fresh database with n invitations to an NPS survey and returns the paths of their links.
func invite(ctx context.Context, file string, n int) ([]string, error) {
	db, err := sqlite.Open(ctx, file, collections.Specs()...)
	if err != nil {
		return nil, err
	}
	defer func() { _ = db.Close() }()
	return inviteInto(ctx, db, n)
}

// contactsPerCustomer is how many people of one customer are invited.
const contactsPerCustomer = 4

// inviteInto makes customers, contacts, a survey and n invitations, and returns the paths of their links.
func inviteInto(ctx context.Context, db store.Store, n int) ([]string, error) {
	s, err := survey.NewService(survey.Options{Store: db, BaseURL: "http://bench.invalid"})
	if err != nil {
		return nil, err
	}
	nps, err := s.CreateSurvey(ctx, survey.SurveyInput{Name: "Bench", Template: survey.TemplateNPS})
	if err != nil {
		return nil, err
	}
	contacts, err := people(ctx, s, n)
	if err != nil {
		return nil, err
	}
	links := make([]string, n)
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(64)
	for i := range n {
		group.Go(func() error {
			asked, err := s.AskNow(ctx, survey.AskRequest{
				CustomerID: contacts[i].customer, ContactID: contacts[i].contact, SurveyID: survey.SurveyID(nps.ID), NoMail: true, Confirm: true,
			})
			if err == nil {
				links[i] = survey.AnswerPath(path.Base(asked.Link))
			}
			return err
		})
	}
	err = group.Wait()
	// People of one company do not answer one after the other.
	r := rand.New(rand.NewPCG(1, 4))
	r.Shuffle(n, func(i, j int) { links[i], links[j] = links[j], links[i] })
	return links, err
}

// person is somebody to invite.
type person struct {
	customer survey.CustomerID
	contact  survey.ContactID
}

// people makes n contacts.
func people(ctx context.Context, s *survey.Service, n int) ([]person, error) {
	all := make([]person, 0, n)
	for len(all) < n {
		var customers []survey.CustomerFields
		var contacts []survey.ContactInput
		for range 200 {
			c := strconv.Itoa(len(all)/contactsPerCustomer + len(customers))
			status := survey.Active
			customers = append(customers, survey.CustomerFields{ExternalID: &c, Name: &c, Status: &status})
			for p := range contactsPerCustomer {
				id := c + "-" + strconv.Itoa(p)
				email, role := id+"@bench.example", survey.User
				contacts = append(contacts, survey.ContactInput{CustomerExternalID: c,
					ContactFields: survey.ContactFields{ExternalID: &id, Name: &id, Email: &email, Role: &role}})
			}
		}
		made := s.PutCustomers(ctx, customers)
		for i, r := range s.PutContacts(ctx, contacts) {
			if r.Err != nil {
				return nil, r.Err
			}
			all = append(all, person{survey.CustomerID(made[i/contactsPerCustomer].ID), survey.ContactID(r.ID)})
		}
	}
	return all[:n], nil
}
