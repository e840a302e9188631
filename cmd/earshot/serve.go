package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"sync"
	"time"

	"earshot/api"
	"earshot/frontend"
	"earshot/survey"
	"earshot/survey/access"
	"earshot/survey/audit"
	"earshot/survey/idempotency"
	"earshot/survey/mail/preflight"
	"earshot/survey/store"
)

// How long each part of a stop may take before the next begins all the same.
const (
	httpStop    = 10 * time.Second // requests that are being answered
	effectsStop = 20 * time.Second // what is in hand, such as a mail
)

// serve runs the service until ctx ends.
func serve(ctx context.Context, c call) error {
	cfg, err := loadConfig(c.args, c.getenv, c.stderr)
	if err != nil {
		return err
	}
	return runService(ctx, cfg, c, nil)
}

// runService listens, opens the store, prepares it, serves, and stops in order when ctx ends: LMTP, HTTP, effects, store.
// prepare may be nil; it is called with the store before the first request is answered.
func runService(ctx context.Context, cfg *config, c call, prepare func(context.Context, store.Store) error) (err error) {
	log := newLog(cfg, c.stderr)
	listener, err := new(net.ListenConfig).Listen(ctx, "tcp", cfg.listen)
	if err != nil {
		return fmt.Errorf("cannot listen on %s: %w; is Earshot running already? choose another with -listen", cfg.listen, err)
	}
	defer func() { _ = listener.Close() }()
	if cfg.baseURL == "" {
		cfg.baseURL = "http://" + listener.Addr().String()
	}
	front := newFront(logging(log))
	server := startServer(listener, front, log)
	defer func() { _ = server.Close() }()
	db, err := openStore(ctx, cfg.store, front.wait)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	mailers, err := newMailers(cfg, log)
	if err != nil {
		return err
	}
	defer func() { _ = mailers.Close() }()
	parts, err := assemble(cfg, db, mailers, front.busy, log)
	if err != nil {
		return err
	}
	if prepare != nil {
		if err := prepare(ctx, db); err != nil {
			return err
		}
	}
	for _, adopt := range []func(context.Context) error{parts.service.AdoptCalendar, parts.service.AdoptRelays, parts.service.OpenMailbox} {
		if err := adopt(ctx); err != nil {
			return err
		}
	}
	if err := tellAuditHead(ctx, db, log); err != nil {
		return err
	}
	returns, err := startLMTP(ctx, cfg, parts.service, log)
	if err != nil {
		return err
	}
	defer returns.stop()
	front.open(parts.handler)
	if err := greet(ctx, c.stdout, cfg, parts.access); err != nil {
		return err
	}
	return serveUntilDone(ctx, server, returns, parts, log)
}

// parts are what runs: the domain, who may come in, and what serves both over HTTP.
type parts struct {
	service *survey.Service
	access  *access.Service
	repeats *idempotency.Service
	handler *api.Server
}

// assemble builds the parts. busy says whether the process has its hands full.
func assemble(cfg *config, db store.Store, mailers mailers, busy func() bool, log *slog.Logger) (p parts, err error) {
	pages, err := frontend.New(frontend.Config{Company: cfg.company, PostalAddress: cfg.postal, BaseURL: cfg.baseURL, TimeZone: cfg.zone})
	if err != nil {
		return p, err
	}
	if p.access, err = access.New(cfg.doors.rules(access.Options{Store: db, Company: cfg.company, BaseURL: cfg.baseURL, Log: log, RepsSee: access.Sharing(cfg.roles.see), RepsWork: access.Sharing(cfg.roles.work)})); err != nil {
		return p, err
	}
	signOn, err := cfg.doors.provider(cfg.baseURL)
	if err != nil {
		return p, err
	}
	if p.repeats, err = idempotency.New(idempotency.Options{Store: db, Log: log}); err != nil {
		return p, err
	}
	options := survey.Options{
		Store: db, Reps: p.access, Composer: pages, BaseURL: cfg.baseURL, Company: cfg.company,
		Language: cfg.language, TimeZone: cfg.zone, Calendar: cfg.calendar, Log: log, MailsAtOnce: cfg.workers, TagsApart: cfg.tagsApart, Busy: busy,
		ReturnPath: cfg.returnPath, RepliesHere: cfg.replies == "earshot", Relays: mailers.setups(cfg), DomainLimits: cfg.domainLimits, Hours: cfg.asking.hours, AsksPerDay: cfg.asking.perDay, AsksPerHour: cfg.asking.perHour,
		Brake: cfg.brake,
	}
	if cfg.mailbox != nil {
		options.Mailbox = cfg.mailbox
	}
	if p.service, err = survey.NewService(options); err != nil {
		return p, err
	}
	p.handler, err = api.New(api.Config{
		Service: p.service, Access: p.access, Audit: audit.New(db, nil), Repeats: p.repeats, Frontend: pages, Log: log, Version: version(),
		TrustedProxies: cfg.trustedProxies, Mail: mailSetup(cfg, mailers, pages), Hooks: cfg.hooks, SignOn: signOn, SecurityContact: cfg.securityContact,
	})
	return p, err
}

// greet tells where the service is and, while there is no admin, how to become the first.
func greet(ctx context.Context, w io.Writer, cfg *config, people *access.Service) error {
	secret, err := people.SetupSecret(ctx)
	if err != nil {
		return err
	}
	text := fmt.Sprintf("Earshot is at %s\n", cfg.baseURL)
	if secret != "" {
		text += fmt.Sprintf("Create the first account: %s/setup/%s\n", cfg.baseURL, secret)
	}
	if len(cfg.relays) == 0 {
		text += "No mail server is set (-smtp): mails are kept on the page Kept mails and not sent.\n"
	}
	_, err = io.WriteString(w, text)
	return err
}

// server is an HTTP server that serves, and what became of that.
type server struct {
	*http.Server
	failed chan error
}

func startServer(l net.Listener, handler http.Handler, log *slog.Logger) *server {
	s := &server{&http.Server{
		Handler: handler, ReadHeaderTimeout: 10 * time.Second, IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 64 << 10,
		ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelWarn),
	}, make(chan error, 1)}
	go func() { s.failed <- s.Serve(l) }()
	return s
}

// serveUntilDone works until ctx ends or serving fails, then stops what takes in first and the effects second.
func serveUntilDone(ctx context.Context, server *server, back *returns, p parts, log *slog.Logger) error {
	effectsCtx, stopEffects := context.WithCancel(context.WithoutCancel(ctx))
	defer stopEffects()
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		var running sync.WaitGroup
		running.Go(func() { p.service.WatchMailbox(effectsCtx) })
		p.service.Effects().Run(effectsCtx)
		running.Wait()
	}()
	var err error
	select {
	case <-ctx.Done():
		log.Info("stopping")
	case err = <-server.failed:
	}
	back.stop()
	grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), httpStop)
	defer cancel()
	if stopErr := server.Shutdown(grace); stopErr != nil {
		err = errors.Join(err, fmt.Errorf("some requests did not end in %s and were cut off: %w", httpStop, server.Close()))
	}
	if settleErr := p.access.Settle(grace); settleErr != nil {
		log.Warn("a mail about a password was not sent before the stop; whoever waits for it asks again")
	}
	stopEffects()
	select {
	case <-ended:
	case <-time.After(effectsStop):
		err = errors.Join(err, fmt.Errorf("effects in hand did not end in %s; they are taken up by another process, or at the next start", effectsStop))
	}
	return err
}

// newLog returns the log in the format that was chosen.
func newLog(cfg *config, w io.Writer) *slog.Logger {
	if cfg.logFormat == "json" {
		return slog.New(slog.NewJSONHandler(w, nil))
	}
	return slog.New(slog.NewTextHandler(w, nil))
}

// mailSetup returns what admins are told of the mail servers.
func mailSetup(cfg *config, mailers mailers, pages survey.Composer) api.MailSetup {
	look := func(ctx context.Context) []survey.MailCheck {
		return preflight.Run(ctx, preflightSetup(cfg, mailers, pages, time.Now()))
	}
	if len(cfg.relays) == 0 {
		return api.MailSetup{Look: look}
	}
	setup := api.MailSetup{Look: look, Server: cfg.servers(), Sender: cfg.mailFrom}
	for _, key := range cfg.relays[0].DKIM {
		name, text := key.Record()
		setup.DKIM = append(setup.DKIM, survey.DNSRecord{Type: "TXT", Name: name, Text: text})
	}
	return setup
}
