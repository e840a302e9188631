package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"strings"
	"time"

	"earshot/survey/mail/sink"
)

// sinkOptions are the options of "earshot mail sink".
type sinkOptions struct {
	smtp, page     string
	keep           int
	delay          time.Duration
	refuse, putOff float64
}

func (o *sinkOptions) define(fs *flag.FlagSet) {
	fs.StringVar(&o.smtp, "sink", "127.0.0.1:2525", "loopback `address` on which mails are taken (SMTP)")
	fs.StringVar(&o.page, "sink-page", "127.0.0.1:8025", "loopback `address` of the page that shows them, and of the same as JSON")
	fs.IntVar(&o.keep, "keep", sink.DefaultKeep, "`number` of mails that are kept in memory, the latest")
	fs.DurationVar(&o.delay, "delay", 0, "`time` that each answer takes, such as 20ms")
	fs.Float64Var(&o.refuse, "refuse", 0, "`share` of the recipients who are refused for good (550), such as 0.05")
	fs.Float64Var(&o.putOff, "put-off", 0, "`share` of the recipients who are put off (451)")
}

// check returns everything that is wrong with the options.
func (o *sinkOptions) check() error {
	var problems []error
	problem := func(name, format string, args ...any) {
		problems = append(problems, wrongOption(name, format, args...))
	}
	for name, address := range map[string]string{"sink": o.smtp, "sink-page": o.page} {
		if !onLoopback(address) {
			problem(name, "%q is not an address on the loopback, such as 127.0.0.1:2525: what arrives is shown to everybody who reaches it", address)
		}
	}
	if o.keep < 1 {
		problem("keep", "%d is not at least 1", o.keep)
	}
	if o.delay < 0 {
		problem("delay", "%v is less than nothing", o.delay)
	}
	if !(o.refuse >= 0 && o.refuse <= 1) {
		problem("refuse", "%v is not between 0 and 1", o.refuse)
	}
	if !(o.putOff >= 0 && o.putOff <= 1) {
		problem("put-off", "%v is not between 0 and 1", o.putOff)
	}
	return errors.Join(problems...)
}

// onLoopback says whether it is a host and a port that only this machine reaches.
func onLoopback(address string) bool {
	host, _, err := net.SplitHostPort(address)
	ip, parsed := netip.ParseAddr(host)
	return err == nil && parsed == nil && ip.IsLoopback()
}

// mailCommand dispatches what comes after "earshot mail".
func mailCommand(ctx context.Context, c call) error {
	if len(c.args) == 0 || c.args[0] != "sink" {
		return errors.New("try: earshot mail sink -h")
	}
	c.args = c.args[1:]
	return mailSink(ctx, c)
}

// mailSink is a mail server for tests: it takes mails until ctx ends, and shows them.
func mailSink(ctx context.Context, c call) (err error) {
	var o sinkOptions
	fs := newFlags("earshot mail sink", c.stderr)
	o.define(fs)
	if err := parseFlags(fs, c.args, c.getenv); err != nil {
		return err
	}
	if fs.NArg() > 0 {
		return fmt.Errorf("%q is not an option", fs.Arg(0))
	}
	if err := o.check(); err != nil {
		return err
	}
	mails, err := new(net.ListenConfig).Listen(ctx, "tcp", o.smtp)
	if err != nil {
		return fmt.Errorf("cannot listen on %s: %w; choose another with -sink", o.smtp, err)
	}
	defer func() { _ = mails.Close() }()
	pages, err := new(net.ListenConfig).Listen(ctx, "tcp", o.page)
	if err != nil {
		return fmt.Errorf("cannot listen on %s: %w; choose another with -sink-page", o.page, err)
	}
	defer func() { _ = pages.Close() }()
	if _, err := fmt.Fprintf(c.stdout, "Mails are taken at %s: start Earshot with -smtp 'smtp://%s?tls=none'\nThey are shown at http://%s/, as JSON at http://%s/mails\n",
		mails.Addr(), mails.Addr(), pages.Addr(), pages.Addr()); err != nil {
		return err
	}
	return o.serve(ctx, mails, pages, c.stdout)
}

// serve works until ctx ends or one of the servers fails.
func (o *sinkOptions) serve(ctx context.Context, mails, pages net.Listener, out io.Writer) error {
	s := sink.New(sink.Options{
		Keep: o.keep, Delay: o.delay, Refuse: o.refuse, PutOff: o.putOff,
		Arrived: func(m *sink.Mail) { _, _ = io.WriteString(out, sinkLine(m)) },
	})
	web := &http.Server{Handler: sinkHandler(s), ReadHeaderTimeout: 10 * time.Second}
	ended := make(chan error, 2)
	go func() { ended <- s.Serve(mails) }()
	go func() { ended <- web.Serve(pages) }()
	select {
	case <-ctx.Done():
		return errors.Join(s.Close(), web.Close())
	case err := <-ended:
		return errors.Join(err, s.Close(), web.Close())
	}
}

// sinkLine tells of a mail in the terminal: quoted, for nobody knows what stands in it. Of links that differ behind the ? alone the first
// is told.
func sinkLine(m *sink.Mail) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s #%d from <%s> to %q: %q\n", m.At.Format(time.TimeOnly), m.Number, m.Sender, m.Recipients, m.Subject)
	if m.Problem != "" {
		fmt.Fprintf(&b, "    %q\n", m.Problem)
	}
	told := map[string]bool{}
	for _, link := range m.Links() {
		place, _, _ := strings.Cut(link, "?")
		if !told[place] {
			told[place] = true
			fmt.Fprintf(&b, "    %s\n", strings.Trim(fmt.Sprintf("%q", link), `"`))
		}
	}
	return b.String()
}
