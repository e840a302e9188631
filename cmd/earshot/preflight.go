package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"text/tabwriter"
	"time"

	"earshot/api"
	"earshot/frontend"
	"earshot/survey"
	"earshot/survey/mail/preflight"
	"earshot/survey/store"
)

// preflightCommand looks at what decides whether mails arrive, with the options of the service.
func preflightCommand(ctx context.Context, c call) error {
	var cfg config
	var asJSON bool
	var sample survey.SampleRequest
	fs := newFlags("earshot preflight", c.stderr)
	cfg.define(fs)
	fs.BoolVar(&asJSON, "json", false, "print JSON instead of a table")
	fs.StringVar(&sample.To, "send", "", "send a test mail to this `address`, too")
	fs.Func("survey", "`id` of the survey whose mail is sent (default: a built-in one)", func(id string) error {
		sample.SurveyID = survey.SurveyID(id)
		return nil
	})
	fs.StringVar(&sample.Language, "in", "", "`language` of the test mail (default: that of -language)")
	if err := errors.Join(parseFlags(fs, c.args, c.getenv), cfg.check()); err != nil {
		return err
	}
	if fs.NArg() > 0 {
		return fmt.Errorf("%q is no option; try: earshot preflight -h", fs.Arg(0))
	}
	return fly(ctx, c, &cfg, sample, asJSON)
}

// resolver asks the DNS.
func (c *config) resolver() preflight.DNS {
	if c.dns != nil {
		return c.dns
	}
	return net.DefaultResolver
}

// fly looks, prints what it found, and sends the test mail where one is asked for.
func fly(ctx context.Context, c call, cfg *config, sample survey.SampleRequest, asJSON bool) error {
	cfg.baseURL = cmp.Or(cfg.baseURL, "http://"+cfg.listen)
	pages, err := frontend.New(frontend.Config{Company: cfg.company, PostalAddress: cfg.postal, BaseURL: cfg.baseURL, TimeZone: cfg.zone})
	if err != nil {
		return err
	}
	mailers, err := newMailers(cfg, newLog(cfg, c.stderr))
	if err != nil {
		return err
	}
	defer func() { _ = mailers.Close() }()
	now := time.Now()
	checks := preflight.Run(ctx, preflightSetup(cfg, mailers, pages, now))
	if err := printChecks(c.stdout, now.UTC(), checks, asJSON); err != nil {
		return err
	}
	if sample.To != "" {
		err = sendSample(ctx, c, cfg, mailers, pages, sample)
	}
	if preflight.Failed(checks) {
		err = errors.Join(errors.New("something is wrong: mails do not arrive, or pass for forged"), err)
	}
	return err
}

// preflightSetup is what is looked at.
func preflightSetup(cfg *config, mailers mailers, pages survey.Composer, now time.Time) preflight.Setup {
	setup := preflight.Setup{
		From: cfg.mailFrom, ReturnPath: cfg.returnPath, BaseURL: cfg.baseURL, Postal: cfg.postal != "", Outgoing: cfg.sends,
		Spam: preflight.FindSpamAssassin(), DNS: cfg.resolver(), Now: now,
	}
	if len(mailers) == 0 {
		return setup
	}
	setup.Keys = cfg.relays[0].DKIM
	for i, m := range mailers {
		setup.Relays = append(setup.Relays, preflight.Server{Name: cfg.relays[i].Setup.Name, Host: cfg.relays[i].Host, Relay: m})
	}
	sample := survey.Sample{Composer: pages, BaseURL: cfg.baseURL, ReturnPath: cfg.returnPath, Company: cfg.company, Language: cfg.language, Now: now}
	m, err := sample.Message(survey.SampleMail{Version: survey.SampleVersion(), To: cfg.mailFrom})
	if err == nil {
		setup.Sample, err = mailers[0].Render(m)
	}
	setup.SampleErr = err
	return setup
}

// printChecks prints what was found, with the records to publish below.
func printChecks(w io.Writer, at time.Time, checks []survey.MailCheck, asJSON bool) error {
	if asJSON {
		encoder := json.NewEncoder(w)
		encoder.SetIndent("", "  ")
		return encoder.Encode(api.MailChecks(at, checks))
	}
	table := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	for _, c := range checks {
		_, _ = fmt.Fprintf(table, "%s\t%s\t%s\n", c.State, c.Name, c.Found)
		if c.Do != "" {
			_, _ = fmt.Fprintf(table, "\t\t> %s\n", c.Do)
		}
	}
	if err := table.Flush(); err != nil {
		return err
	}
	for _, c := range checks {
		for _, r := range c.Publish {
			if r.Type == "TXT" {
				_, _ = fmt.Fprintf(w, "\nFor %s publish this TXT record:\n", c.Name)
				writeRecord(w, r.Name, r.Text)
				continue
			}
			_, _ = fmt.Fprintf(w, "\nFor %s publish this %s record:\n  Name  %s\n  Text  %s\n", c.Name, r.Type, r.Name, r.Text)
		}
	}
	return nil
}

// sendSample sends a test mail and tells what the mail server said. It needs the store, for who must not be mailed.
func sendSample(ctx context.Context, c call, cfg *config, mailers mailers, pages *frontend.Frontend, sample survey.SampleRequest) (err error) {
	if len(mailers) == 0 {
		return wrongOption("smtp", "is missing, so that no test mail can be sent")
	}
	db, err := openExisting(ctx, cfg.store, c.stderr)
	if err != nil {
		return fmt.Errorf("no test mail was sent, for it must be known who must not be mailed: %w; while the service runs send one under Settings, Do mails arrive?", err)
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	service, err := survey.NewService(survey.Options{
		Store: db, Relays: mailers.setups(cfg), DomainLimits: cfg.domainLimits, Composer: pages, BaseURL: cfg.baseURL, Company: cfg.company, Language: cfg.language, TimeZone: cfg.zone, ReturnPath: cfg.returnPath,
	})
	if err != nil {
		return err
	}
	outcome, err := service.SendSample(ctx, sample)
	if err != nil {
		return err
	}
	if outcome.Delivery != survey.Accepted {
		return fmt.Errorf("the mail server did not take the test mail: %s", outcome.Reply)
	}
	_, err = fmt.Fprintf(c.stdout, "\nThe mail server took the test mail to %s: %s\n", sample.To, outcome.Reply)
	return err
}

// openExisting opens a store, and makes none: an empty one would say that everybody may be mailed.
func openExisting(ctx context.Context, where string, w io.Writer) (store.Store, error) {
	if !strings.HasPrefix(where, "mongodb") {
		if _, err := os.Stat(where); err != nil {
			return nil, fmt.Errorf("there is no store (-store): %w", err)
		}
	}
	return openStoreShowing(ctx, where, w)
}
