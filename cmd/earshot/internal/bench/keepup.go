package main

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"golang.org/x/sync/errgroup"
)

// Of the highest rate of flows, this share is offered to see whether effects keep up; in that many parts the run is told.
const (
	offeredShare = .8
	keepUpParts  = 10
)

// keepUp is what came of flows that are offered at a steady rate.
type keepUp struct {
	rate float64
	long time.Duration
	// parts are the p99 of the answers of each part of the time, from when the flow should have begun.
	parts []time.Duration
	// backlog is what was owed at the end of each part, and caughtUp how long the last took.
	backlog  []int
	caughtUp time.Duration
}

// keepsUp measures whether what answers owe is done as fast as they come, for a long time.
func (b *bench) keepsUp(ctx context.Context, e *engine) error {
	p, err := e.place("keepup")
	if err != nil {
		return err
	}
	defer func() { _ = p.bare.Close() }()
	highest, rate := b.flowRate[e.name], b.offered
	if rate == 0 {
		if highest == 0 {
			if highest, err = b.highestRate(ctx, e); err != nil {
				return err
			}
		}
		rate = offeredShare * highest
	}
	links, err := b.invited(ctx, p, int(rate*b.minutes*60))
	if err != nil {
		return err
	}
	s, _, err := start(ctx, b.program, p.store, b.folder)
	if err != nil {
		return err
	}
	k, err := b.offer(ctx, p, s, links, rate)
	if err != nil {
		return fmt.Errorf("%w; see %s", err, s.log)
	}
	b.add(k.figures(e, highest)...)
	return s.stop()
}

// highestRate measures the rate of flows on an engine in a short round.
func (b *bench) highestRate(ctx context.Context, e *engine) (float64, error) {
	p, err := e.place("rate")
	if err != nil {
		return 0, err
	}
	n := b.flowsOn(e)
	links, err := b.invited(ctx, p, n)
	if err != nil {
		return 0, errors.Join(err, p.bare.Close())
	}
	s, _, err := start(ctx, b.program, p.store, b.folder)
	if err != nil {
		return 0, errors.Join(err, p.bare.Close())
	}
	began := time.Now()
	_, _, err = answerAll(ctx, s.host, links, b.clients)
	return float64(n) / time.Since(began).Seconds(), errors.Join(err, s.stop(), p.bare.Close())
}

// offer lets flows begin at a steady rate, whether the ones before have ended or not, as far as clients are left.
func (b *bench) offer(ctx context.Context, p *place, s *server, links []string, rate float64) (keepUp, error) {
	k := keepUp{rate: rate, long: time.Duration(float64(len(links)) / rate * float64(time.Second)).Round(time.Second)}
	began := time.Now()
	for part := range keepUpParts {
		from, to := part*len(links)/keepUpParts, (part+1)*len(links)/keepUpParts
		due := func(i int) time.Time { return began.Add(time.Duration(float64(from+i) / rate * float64(time.Second))) }
		took, err := offerPart(ctx, s, links[from:to], 4*b.clients, due)
		if err != nil {
			return k, err
		}
		left, err := p.bare.Owing(ctx)
		if err != nil {
			return k, err
		}
		k.parts, k.backlog = append(k.parts, percentile(took, .99)), append(k.backlog, left)
		b.progress("%s: part %d of %d: p99 %s, %d owed", p.name, part+1, keepUpParts, milliseconds(k.parts[part]), left)
	}
	ended := time.Now()
	done, err := drain(ctx, p, s)
	if !done.IsZero() {
		k.caughtUp = done.Sub(ended)
	}
	return k, err
}

// offerPart answers links, each when it is due, and returns how long each took from then.
func offerPart(ctx context.Context, s *server, links []string, clients int, due func(int) time.Time) ([]time.Duration, error) {
	var next atomic.Int64
	took := make([]time.Duration, len(links))
	group, ctx := errgroup.WithContext(ctx)
	for range clients {
		group.Go(func() error {
			c, err := dial(s.host)
			if err != nil {
				return err
			}
			defer func() { _ = c.conn.Close() }()
			for ctx.Err() == nil {
				i := int(next.Add(1)) - 1
				if i >= len(links) {
					break
				}
				time.Sleep(time.Until(due(i)))
				if _, _, err := c.respond(links[i], i); err != nil {
					return err
				}
				took[i] = time.Since(due(i))
			}
			return nil
		})
	}
	return took, group.Wait()
}

// figures are the lines of the report; highest is the highest rate of flows, 0 where it was not measured.
func (k keepUp) figures(e *engine, highest float64) []figure {
	worst, most := time.Duration(0), 0
	for i, p := range k.parts {
		worst, most = max(worst, p), max(most, k.backlog[i])
	}
	last := len(k.parts) - 1
	aim, share := "", ""
	if highest > 0 {
		share = fmt.Sprintf(" (%.0f %% of the highest rate)", 100*k.rate/highest)
	}
	if e.set == nil {
		aim = "flat, nothing left"
	}
	return []figure{
		{fmt.Sprintf("%v of %s flows%s: p99 of a flow in the first tenth, worst, last", k.long, perSecond(k.rate), share), e.name,
			fmt.Sprintf("%s, %s, %s", milliseconds(k.parts[0]), milliseconds(worst), milliseconds(k.parts[last])), "", "", aim},
		{"  answers still owing something: at most, at the end, until all was done", e.name,
			fmt.Sprintf("%s, %s, %s", grouped(int64(most)), grouped(int64(k.backlog[last])), seconds(k.caughtUp.Seconds())), "", "", ""},
	}
}
