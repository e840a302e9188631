package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"

	"earshot/cmd/earshot/internal/bench/bare"
	"earshot/frontend"
)

// flowRound is the outcome of one round of respondents.
type flowRound struct {
	flows     int
	get, post []time.Duration
	// during is while the answers came in; afterwards until what they owed was done, of which left was still owed.
	during, afterwards spent
	left               int
	// writes are those of documents, in both stretches.
	writes int64
	// bare is the bare client at the reading and inserting of bareFlows, web the same of webFlows behind a plain HTTP server;
	// bulk is at writing what all answers owed, of which bulkDocs.
	bare, web, bulk               spent
	bareFlows, webFlows, bulkDocs int
}

// respondents measures flows, and what their answers owe afterwards.
func (b *bench) respondents(ctx context.Context, e *engine) error {
	p, err := e.place("flows")
	if err != nil {
		return err
	}
	defer func() { _ = p.bare.Close() }()
	n := b.flowsOn(e)
	links, err := b.invited(ctx, p, n*b.rounds+1)
	if err != nil {
		return err
	}
	if err := p.bare.Mirror(ctx); err != nil {
		return err
	}
	s, _, err := start(ctx, b.program, p.store, b.folder)
	if err != nil {
		return err
	}
	page, err := pageOf(s.host, links[n*b.rounds])
	if err != nil {
		return err
	}
	var rounds []flowRound
	for i := range b.rounds {
		r, err := b.flowRound(ctx, p, s, links[i*n:(i+1)*n], page)
		if err != nil {
			return fmt.Errorf("%w; see %s", err, s.log)
		}
		rounds = append(rounds, r)
		b.progress("%s: round %d of flows: %.0f/s, bare %.0f/s, behind plain HTTP %.0f/s, %d of %d left, owed in %v", e.name, i+1, r.rate(), r.bareRate(), r.webRate(), r.left, n, r.afterwards.took.Round(time.Millisecond))
	}
	b.add(flowFigures(e, rounds, b.clients, len(page))...)
	b.flowRate[e.name] = medianOf(rounds, flowRound.rate)
	return s.stop()
}

// invited prepares a store with a survey and n invitations, and returns the paths of their links.
func (b *bench) invited(ctx context.Context, p *place, n int) ([]string, error) {
	_, id, err := b.withSurvey(ctx, p)
	if err != nil {
		return nil, err
	}
	db, err := p.open(ctx)
	if err != nil {
		return nil, err
	}
	f := &filler{db: db, random: rand.New(rand.NewPCG(1, 2)), survey: id, now: time.Now().UTC()}
	links, err := f.invitations(ctx, n)
	return links, errors.Join(err, db.Close())
}

// flowRound lets everybody answer, waits until what that owes is done, and has the bare client do the same. page is what is
// answered on.
func (b *bench) flowRound(ctx context.Context, p *place, s *server, links []string, page []byte) (flowRound, error) {
	r := flowRound{flows: len(links)}
	versions, err := p.bare.Writes(ctx)
	if err != nil {
		return r, err
	}
	m, err := newMeter(ctx, p, s.cpu)
	if err != nil {
		return r, err
	}
	if r.get, r.post, err = answerAll(ctx, s.host, links, b.clients); err != nil {
		return r, err
	}
	if r.during, err = m.lap(ctx); err != nil {
		return r, err
	}
	if r.left, err = p.bare.Owing(ctx); err != nil {
		return r, err
	}
	done, err := drain(ctx, p, s)
	if err != nil {
		return r, err
	}
	if r.afterwards, err = m.lap(ctx); err != nil {
		return r, err
	}
	r.afterwards.took -= time.Since(done)
	after, err := p.bare.Writes(ctx)
	if err != nil {
		return r, err
	}
	r.writes = after - versions
	return r, b.bareRound(ctx, p, &r, links, page)
}

// bareRound has the bare client do what the flows did: two reads and an insert each, the last third of them behind a plain HTTP
// server, then the other documents in bulk.
func (b *bench) bareRound(ctx context.Context, p *place, r *flowRound, links []string, page []byte) error {
	answers, _, err := p.bare.Behind(ctx, "responses", r.flows)
	if err != nil {
		return err
	}
	if len(answers) != r.flows {
		return fmt.Errorf("%d flows left %d answers", r.flows, len(answers))
	}
	r.webFlows = len(answers) / 3
	r.bareFlows = len(answers) - r.webFlows
	direct, served := answers[:r.bareFlows], answers[r.bareFlows:]
	web, err := startPlainWeb(ctx, p.bare, served, page)
	if err != nil {
		return err
	}
	defer func() { _ = web.Close() }()
	m, err := newMeter(ctx, p, own)
	if err != nil {
		return err
	}
	if err := bareFlows(ctx, p.bare, direct, b.clients); err != nil {
		return err
	}
	if r.bare, err = m.lap(ctx); err != nil {
		return err
	}
	if _, _, err := answerAll(ctx, web.host, linksOf(links, served), b.clients); err != nil {
		return err
	}
	if r.web, err = m.lap(ctx); err != nil {
		return err
	}
	r.bulk, r.bulkDocs, err = catchUp(ctx, p, answers)
	return err
}

// linksOf returns the links by which the answers were given.
func linksOf(links []string, answers []bare.Doc) []string {
	among := make(map[string]bool, len(answers))
	for _, d := range answers {
		among[invitationOf(d)] = true
	}
	var list []string
	for _, link := range links {
		if among[strings.TrimPrefix(link, "/r/")[:invitationLength]] {
			list = append(list, link)
		}
	}
	return list
}

// invitationOf returns the id of the invitation that was answered, without its prefix, as links begin with it.
func invitationOf(answer bare.Doc) string { return strings.TrimPrefix(answer.ID, "rsp_") }

// bareFlows does the reads and the insert of each flow, as many at once as there are respondents.
func bareFlows(ctx context.Context, c bare.Client, answers []bare.Doc, clients int) error {
	var next atomic.Int64
	group, ctx := errgroup.WithContext(ctx)
	for range clients {
		group.Go(func() error {
			for {
				i := int(next.Add(1)) - 1
				if i >= len(answers) {
					return nil
				}
				invitation := "inv_" + invitationOf(answers[i])
				for range 2 { // for the page, and for the answer
					if err := c.Read(ctx, "invitations", invitation); err != nil {
						return err
					}
				}
				if err := c.Insert(ctx, "responses", answers[i]); err != nil {
					return err
				}
			}
		})
	}
	return group.Wait()
}

// catchUp has the bare client write in bulk whatever the mirror is behind in, and the answers once more, of which what
// they owed was struck. It returns what that took and how many documents it were.
func catchUp(ctx context.Context, p *place, answers []bare.Doc) (total spent, docs int, err error) {
	names, err := p.bare.Collections(ctx)
	if err != nil {
		return total, 0, err
	}
	for _, name := range names {
		missing, other, err := p.bare.Behind(ctx, name, 1<<40)
		if err != nil {
			return total, 0, err
		}
		if name == "responses" {
			other = append(other, answers...)
		}
		m, err := newMeter(ctx, p, own)
		if err != nil {
			return total, 0, err
		}
		if err := p.bare.InsertMany(ctx, name, missing); err != nil {
			return total, 0, err
		}
		if err := p.bare.ReplaceMany(ctx, name, other); err != nil {
			return total, 0, err
		}
		one, err := m.lap(ctx)
		if err != nil {
			return total, 0, err
		}
		if len(missing)+len(other) > 0 {
			total, docs = total.plus(one), docs+len(missing)+len(other)
		}
	}
	return total, docs, nil
}

// answerAll lets clients answer all links at once and returns how long pages and answers took.
func answerAll(ctx context.Context, host string, links []string, clients int) (get, post []time.Duration, err error) {
	var next atomic.Int64
	took := make([][2][]time.Duration, clients)
	group, _ := errgroup.WithContext(ctx)
	for i := range clients {
		group.Go(func() error {
			c, err := dial(host)
			if err != nil {
				return err
			}
			defer func() { _ = c.conn.Close() }()
			for {
				n := int(next.Add(1)) - 1
				if n >= len(links) {
					return nil
				}
				page, answer, err := c.respond(links[n], n)
				if err != nil {
					return err
				}
				took[i][0], took[i][1] = append(took[i][0], page), append(took[i][1], answer)
			}
		})
	}
	if err := group.Wait(); err != nil {
		return nil, nil, err
	}
	for _, t := range took {
		get, post = append(get, t[0]...), append(post, t[1]...)
	}
	return get, post, nil
}

// respond fetches a page and sends answers, and returns how long each took.
func (c *client) respond(link string, i int) (page, answer time.Duration, err error) {
	began := time.Now()
	if err := expectPage(c.get(link)); err != nil {
		return 0, 0, err
	}
	read := time.Now()
	if err := expectPage(c.post(link, form(i, read))); err != nil {
		return 0, 0, err
	}
	return read.Sub(began), time.Since(read), nil
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

// pageOf returns the page behind a link.
func pageOf(host, link string) ([]byte, error) {
	c, err := dial(host)
	if err != nil {
		return nil, err
	}
	defer func() { _ = c.conn.Close() }()
	status, body, err := c.get(link)
	return body, expectPage(status, body, err)
}
