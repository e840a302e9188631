package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/netip"
	"net/url"
	"strings"
	"time"
	"unicode"

	"earshot/survey"
	"earshot/survey/mail"
	"earshot/survey/mail/preflight"
	"earshot/survey/mailhook"
	"earshot/survey/workdays"
)

// config is every option of Earshot. Each is a flag, or the variable EARSHOT_ followed by the flag's name in capitals with
// underscores; the flag wins. No other package reads the environment.
type config struct {
	listen    string
	baseURL   string
	store     string
	company   string
	postal    string
	language  string
	timeZone  string
	smtp      string
	smtpToken string
	// domainLimitsText bounds what goes to recipients' domains.
	domainLimitsText string
	mailFrom         string
	logFormat        string
	workers          int
	tagsApart        bool
	proxies          string
	days             workdays.Rules
	asking           askingOptions
	roles            roleOptions

	dkimKey, dkimDomain, dkimSelector string
	returnPath, lmtp, replies         string
	outgoing                          string
	brake                             survey.BrakeLimits
	mailboxURL, mailboxPassword       string
	hookSecrets                       mailhook.Options
	doors                             doorOptions
	securityContact                   string

	zone           *time.Location               // timeZone, loaded
	trustedProxies []netip.Prefix               // proxies, parsed
	calendar       *workdays.Calendar           // days, parsed; nil if none are told
	dns            preflight.DNS                // what is asked of the DNS; nil is the machine's. Tests set it
	sends          []netip.Addr                 // outgoing, parsed
	mailbox        survey.MailboxReader         // mailboxURL with its password; nil if none is set
	hooks          *mailhook.Hooks              // hookSecrets, checked
	relays         []mail.Relay                 // the mail servers with the sender and the keys; none if none is set
	domainLimits   map[string]survey.MailLimits // domainLimitsText, parsed
}

// maxWorkers is how many mails may be sent at the same time: as many connections are opened, and in a crash as many mails become uncertain.
const maxWorkers = 1000

// define declares the options with their defaults.
func (c *config) define(fs *flag.FlagSet) {
	fs.StringVar(&c.listen, "listen", "127.0.0.1:8080", "`address` to listen on; use :8080 to be reached from other machines")
	fs.StringVar(&c.baseURL, "base-url", "", "`URL` at which contacts and reps reach this installation (default: http:// and the listen address)")
	defineStore(fs, &c.store)
	fs.StringVar(&c.company, "company", "Our company", "your company's `name`, as contacts know it")
	fs.StringVar(&c.postal, "postal-address", "", "postal `address` of your company on one line, for the foot of mails: many countries want it there")
	fs.StringVar(&c.language, "language", "en", "`language` of contacts whose own is not known: en, de, fr, es or ar")
	fs.StringVar(&c.timeZone, "time-zone", "UTC", "`zone` in which days begin, such as Europe/Berlin")
	defineCalendar(fs, &c.days)
	c.asking.define(fs)
	c.roles.define(fs)
	fs.StringVar(&c.smtp, "smtp", "", "mail server as a `URL`: smtp://user:password@host:587 or smtps://…, or several, divided by blanks; ?name=, weight=, backup=yes, connections=, per-second=, per-hour=, per-day= and warm-up=2026-12-01:50 say how many mails each gets; without it mails are kept and not sent")
	fs.StringVar(&c.smtpToken, "smtp-token", "", "`file` with the OAuth 2 access token of the user in -smtp, read anew at each log-in (XOAUTH2); then -smtp has no password there")
	fs.StringVar(&c.domainLimitsText, "domain-limits", "", "how many mails go to a recipient's domain at most, as `domain=rate` such as \"gmail.com=20/s,1000/h *=2000/h,9000/d\": * is each other domain by itself")
	c.defineMail(fs)
	fs.StringVar(&c.returnPath, "return-path", "", "e-mail `address` to which mails come back that do not arrive; each invitation adds +inv_… to what stands before the @")
	fs.StringVar(&c.outgoing, "outgoing", "", "`addresses` (IP) from which your mail server hands mails on, separated by commas, for looking at SPF and reverse DNS")
	fs.StringVar(&c.lmtp, "lmtp", "", "loopback `address` such as 127.0.0.1:2424 on which the mail server beside Earshot hands over what comes back to -return-path (LMTP)")
	fs.StringVar(&c.replies, "replies", "rep", "`where` answers to our mails go: rep, or earshot, which takes them in at -return-path and sends them on to the rep")
	fs.StringVar(&c.mailboxURL, "mailbox", "", "mailbox to which what comes back goes, as a `URL`: imaps://user@mail.example.com/INBOX?after=seen (or delete, or move:FOLDER), or pop3s://user@mail.example.com?after=keep (or delete)")
	fs.StringVar(&c.mailboxPassword, "mailbox-password", "", "`password` of the mailbox, or @ and the file that holds it")
	defineHooks(fs, &c.hookSecrets)
	c.defineBrake(fs)
	c.doors.define(fs)
	c.defineSecurity(fs)
	fs.StringVar(&c.logFormat, "log-format", "text", "`format` of the log: text or json")
	fs.StringVar(&c.proxies, "trusted-proxies", "", "`networks` of the reverse proxies in front, such as 10.0.0.0/8,fd00::/8, whose X-Forwarded-For is believed")
	fs.BoolVar(&c.tagsApart, "tags-apart", false, "take ana+a@… and ana+b@… for two people when asking; who must not be mailed is one person always")
	fs.IntVar(&c.workers, "workers", 4, "`number` of mails that are sent at the same time")
}

// defineStore declares the option that says where the data is, which all subcommands share.
func defineStore(fs *flag.FlagSet, target *string) {
	fs.StringVar(target, "store", "earshot.db", "where the data is: a `file`, or mongodb://host/database")
}

// defineCalendar declares the options that say when the company works.
func defineCalendar(fs *flag.FlagSet, target *workdays.Rules) {
	fs.StringVar(&target.Workdays, "workdays", "", "`days` of the week on which your company works, such as mon-fri: silences grow on these; without it every day counts")
	fs.StringVar(&target.Holidays, "holidays", "", "`regions` whose public holidays are free, such as de-by or at,ch-zh")
	fs.StringVar(&target.Closed, "closed", "", "`dates` on which the company is closed, such as 2026-12-24..2027-01-06,2027-05-14; 12-24..01-06 is every year")
}

// parseCalendar returns the calendar of the rules, or all that is wrong with them.
func parseCalendar(rules workdays.Rules) (*workdays.Calendar, error) {
	calendar, wrong := workdays.New(rules)
	var problems []error
	for _, p := range wrong {
		problems = append(problems, wrongOption(p.Rule, "%s", p.Text))
	}
	return calendar, errors.Join(problems...)
}

// loadConfig reads the options from args and, where args do not give one, from the environment. It reports all problems
// together. What is left of args must be nothing.
func loadConfig(args []string, getenv func(string) string, stderr io.Writer) (*config, error) {
	var c config
	fs := newFlags("earshot", stderr)
	c.define(fs)
	if err := fs.Parse(args); err != nil {
		return nil, err
	}
	if fs.NArg() > 0 {
		return nil, fmt.Errorf("there is no command %q; try: earshot help", fs.Arg(0))
	}
	return &c, errors.Join(readEnvironment(fs, getenv), c.check())
}

// newFlags returns a flag set that reports to stderr and never exits.
func newFlags(name string, stderr io.Writer) *flag.FlagSet {
	fs := flag.NewFlagSet(name, flag.ContinueOnError)
	fs.SetOutput(stderr)
	return fs
}

// parseFlags parses args and takes what they leave out from the environment.
func parseFlags(fs *flag.FlagSet, args []string, getenv func(string) string) error {
	if err := fs.Parse(args); err != nil {
		return err
	}
	return readEnvironment(fs, getenv)
}

// readEnvironment takes from the environment what was not given as a flag.
func readEnvironment(fs *flag.FlagSet, getenv func(string) string) error {
	given := map[string]bool{}
	fs.Visit(func(f *flag.Flag) { given[f.Name] = true })
	var problems []error
	fs.VisitAll(func(f *flag.Flag) {
		name := envName(f.Name)
		value := getenv(name)
		if value == "" || given[f.Name] {
			return
		}
		if err := f.Value.Set(value); err != nil {
			problems = append(problems, fmt.Errorf("%s: %q is not valid: %w", name, value, err))
		}
	})
	return errors.Join(problems...)
}

// envName returns the variable of a flag: base-url is EARSHOT_BASE_URL.
func envName(flagName string) string {
	return "EARSHOT_" + strings.ToUpper(strings.ReplaceAll(flagName, "-", "_"))
}

// check completes the options and returns everything that is wrong with them.
func (c *config) check() error {
	var problems []error
	problem := func(name, format string, args ...any) {
		problems = append(problems, wrongOption(name, format, args...))
	}
	if _, _, err := net.SplitHostPort(c.listen); err != nil {
		problem("listen", "%q is not host:port", c.listen)
	}
	if c.baseURL != "" {
		u, err := url.Parse(c.baseURL)
		if err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") || u.RawQuery != "" || u.Fragment != "" {
			problem("base-url", "%q is not like https://feedback.example.com", c.baseURL)
		}
		c.baseURL = strings.TrimRight(c.baseURL, "/")
	}
	var err error
	if c.zone, err = time.LoadLocation(c.timeZone); err != nil {
		problem("time-zone", "%q is not a zone of the IANA database, such as Europe/Berlin", c.timeZone)
	}
	if c.calendar, err = parseCalendar(c.days); err != nil {
		problems = append(problems, err)
	}
	c.asking.check(problem)
	c.doors.check(problem)
	c.roles.check(problem)
	if c.postal = strings.TrimSpace(c.postal); len(c.postal) > longestPostal || strings.IndexFunc(c.postal, unicode.IsControl) >= 0 {
		problem("postal-address", "must be one line of at most %d bytes", longestPostal)
	}
	c.checkMail(problem)
	c.checkSecurity(problem)
	if c.logFormat != "text" && c.logFormat != "json" {
		problem("log-format", "%q is neither text nor json", c.logFormat)
	}
	var wrong []string
	if c.trustedProxies, wrong = parseNetworks(c.proxies); len(wrong) > 0 {
		problem("trusted-proxies", "%s: must be networks such as 10.0.0.0/8 or addresses, separated by commas, and not everybody", strings.Join(wrong, ", "))
	}
	if c.workers < 1 || c.workers > maxWorkers {
		problem("workers", "%d is not between 1 and %d", c.workers, maxWorkers)
	}
	return errors.Join(problems...)
}

// longestPostal is how long a postal address may be, in bytes: it is a line at the foot of a mail, not a letter.
const longestPostal = 300

// wrongOption says what is wrong with an option, however it was given.
func wrongOption(name, format string, args ...any) error {
	return fmt.Errorf("-%s or %s: %s", name, envName(name), fmt.Sprintf(format, args...))
}

// parseNetworks returns the networks of a list, and what in it is none. An address is a network of its own; the network
// of all addresses is none, for then anybody could say to be anybody.
func parseNetworks(list string) (networks []netip.Prefix, wrong []string) {
	for _, word := range strings.FieldsFunc(list, func(c rune) bool { return c == ',' || c == ' ' }) {
		network, err := netip.ParsePrefix(word)
		if address, plain := netip.ParseAddr(word); plain == nil {
			network, err = netip.PrefixFrom(address.Unmap(), address.Unmap().BitLen()), nil
		}
		if err != nil || network.Bits() == 0 {
			wrong = append(wrong, fmt.Sprintf("%q", word))
			continue
		}
		networks = append(networks, network.Masked())
	}
	return networks, wrong
}
