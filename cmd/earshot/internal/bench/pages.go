package main

import (
	"context"
	"errors"
	"fmt"
	"html"
	"net/http"
	"regexp"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"
)

// looks is how often each page is fetched, one after the other.
func (b *bench) looks() int { return 8 * b.rounds }

// view is how long a page took.
type view struct {
	path     string
	first    time.Duration
	later    []time.Duration
	bytes    int
	commands int64
}

// pages measures every page and list of a full store, and the feedback page before many eyes.
func (b *bench) pages(ctx context.Context, e *engine) error {
	p, o, err := b.fullPlace(ctx, e)
	if err != nil {
		return err
	}
	defer func() { _ = p.bare.Close() }()
	s, _, err := start(ctx, b.program, p.store, b.folder)
	if err != nil {
		return err
	}
	o = o.at(s)
	began := time.Now()
	if _, err := drain(ctx, p, s); err != nil {
		return err
	}
	b.progress("%s: the full store is at rest after %v", e.name, time.Since(began).Round(time.Millisecond))
	paths, err := b.views(ctx, o)
	if err != nil {
		return err
	}
	var views []view
	for _, path := range paths {
		v, err := b.look(ctx, p, o, path)
		if err != nil {
			return fmt.Errorf("%w; see %s", err, s.log)
		}
		views = append(views, v)
	}
	b.add(b.viewFigures(e, views)...)
	for _, own := range []bool{false, true} {
		crowd, err := b.crowd(ctx, o, own)
		if err != nil {
			return fmt.Errorf("%w; see %s", err, s.log)
		}
		b.add(crowd.figure(e))
	}
	_, most, err := s.memory()
	b.add(figure{"  memory at most, with all that", e.name, megabytes(most), "", "", ""})
	return errors.Join(err, s.stop())
}

// look fetches a page again and again, and counts the commands of a view.
func (b *bench) look(ctx context.Context, p *place, o *operator, path string) (view, error) {
	v := view{path: path}
	for i := range b.looks() {
		began := time.Now()
		body, err := o.do(ctx, http.MethodGet, path, "", nil)
		if err != nil {
			return v, err
		}
		if took := time.Since(began); i == 0 {
			v.first, v.bytes = took, len(body)
		} else {
			v.later = append(v.later, took)
		}
	}
	var err error
	v.commands, err = p.commandsOf(ctx, func() error {
		_, err := o.do(ctx, http.MethodGet, path, "", nil)
		return err
	})
	return v, err
}

// countings is how often a view's commands are counted: the least is its own, for a worker may have sent others meanwhile.
const countings = 3

// commandsOf counts the commands that Earshot sends for what do does; none on SQLite.
func (p *place) commandsOf(ctx context.Context, do func() error) (int64, error) {
	if p.set == nil {
		return 0, nil
	}
	least := int64(-1)
	for range countings {
		n, err := p.set.admin.Profiled(ctx, p.database, do)
		if err != nil {
			return 0, err
		}
		if least < 0 || n < least {
			least = n
		}
	}
	return least, nil
}

// viewFigures are the lines of the report.
func (b *bench) viewFigures(e *engine, views []view) []figure {
	worst := views[0]
	var list []figure
	for _, v := range views {
		p99 := percentile(v.later, .99)
		if p99 > percentile(worst.later, .99) {
			worst = v
		}
		text := fmt.Sprintf("%s, %s, %s", milliseconds(v.first), milliseconds(percentile(v.later, .5)), milliseconds(p99))
		aim := ""
		if e.set != nil {
			text += fmt.Sprintf("; %d commands", v.commands)
			aim = "≤ 6 commands"
		}
		list = append(list, figure{"`" + pattern(v.path) + "`", e.name, text, "", "", aim})
	}
	head := figure{fmt.Sprintf("%s customers, %s touchpoints, %s answers: the worst p99 of all pages and lists", grouped(int64(b.touchpoints/10)),
		grouped(int64(b.touchpoints)), grouped(int64(b.answers()))), e.name,
		milliseconds(percentile(worst.later, .99)) + " `" + pattern(worst.path) + "`", "", "", "≤ 100 ms"}
	return append([]figure{head}, list...)
}

// identifiers and instants are what differs from run to run in the paths.
var (
	identifiers = regexp.MustCompile(`(cus|rsp|srv)_[0-9a-z]{20,}`)
	instants    = regexp.MustCompile(`=\d{4}-\d\d-\d\d[0-9TZ:-]*`)
)

// pattern is a path for the eye.
func pattern(path string) string {
	path = identifiers.ReplaceAllString(path, "…")
	return instants.ReplaceAllString(path, "=…")
}

// viewers look at the feedback page at the same time.
const viewers = 8

// crowd is what became of many viewers of the feedback page, its pictures included.
type crowd struct {
	own     bool
	took    []time.Duration
	refused int
}

// crowd lets viewers look at the feedback page over all answers: all at the same cut, or each at a cut of its own.
func (b *bench) crowd(ctx context.Context, o *operator, own bool) (crowd, error) {
	c := crowd{own: own}
	var mu sync.Mutex
	group, ctx := errgroup.WithContext(ctx)
	for i := range viewers {
		back := asked
		if own {
			back -= time.Duration(i+1) * 24 * time.Hour
		}
		path := "/feedback?from=" + time.Now().Add(-back).Format(time.DateOnly) + "&to=" + time.Now().Format(time.DateOnly)
		group.Go(func() error {
			for range 5 {
				began := time.Now()
				refused, err := o.browse(ctx, path)
				if err != nil {
					return err
				}
				mu.Lock()
				c.took, c.refused = append(c.took, time.Since(began)), c.refused+refused
				mu.Unlock()
			}
			return nil
		})
	}
	return c, group.Wait()
}

func (c crowd) figure(e *engine) figure {
	what := "the same cut"
	if c.own {
		what = "a cut of its own"
	}
	return figure{fmt.Sprintf("feedback page with its pictures over all answers, %d viewers at once, each at %s: median, worst; refused", viewers, what), e.name,
		fmt.Sprintf("%s, %s; %d", milliseconds(percentile(c.took, .5)), milliseconds(percentile(c.took, 1)), c.refused), "", "", "≤ 500 ms, none"}
}

// pictures finds what a page shows.
var pictures = regexp.MustCompile(`<img[^>]* src="(/[^"]+)"`)

// browse fetches a page and then its pictures as a browser does, all at once, and counts what was refused for want of time.
func (o *operator) browse(ctx context.Context, path string) (refused int, err error) {
	page, status, err := o.try(ctx, path)
	if err != nil || status == http.StatusServiceUnavailable {
		return 1, err
	}
	found := pictures.FindAllSubmatch(page, -1)
	statuses := make([]int, len(found))
	group, ctx := errgroup.WithContext(ctx)
	for i, f := range found {
		group.Go(func() error {
			var err error
			_, statuses[i], err = o.try(ctx, html.UnescapeString(string(f[1])))
			return err
		})
	}
	err = group.Wait()
	for _, s := range statuses {
		if s == http.StatusServiceUnavailable {
			refused++
		}
	}
	return refused, err
}
