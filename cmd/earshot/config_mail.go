package main

import (
	"cmp"
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/netip"
	"os"
	"strings"

	"earshot/survey"
	"earshot/survey/address"
	"earshot/survey/mail"
)

// report notes what is wrong with an option.
type report func(option, format string, args ...any)

// mailOptions says which option a field of the mailer's settings comes from; the others come from -smtp.
var mailOptions = map[string]string{
	"Token":       "smtp-token",
	"FromAddress": "mail-from", "DKIM.Domain": "dkim-domain", "DKIM.Selector": "dkim-selector", "DKIM.PrivateKey": "dkim-key",
}

// checkMail completes the settings of the mailer and reports everything that is wrong with them.
func (c *config) checkMail(problem report) {
	dkim, read := c.readDKIM(problem)
	c.checkReturns(problem)
	c.checkOutgoing(problem)
	c.checkHooks(problem)
	c.checkMailbox(problem)
	c.checkBrake(problem)
	c.checkDomainLimits(problem)
	if !read {
		dkim = nil
	}
	c.checkRelays(problem, dkim)
}

// reportMail reports what is wrong with a mailer's settings by the options that they come from; about says which mailer's.
func reportMail(problem report, about string, err error) {
	if err == nil {
		return
	}
	var own *survey.Error
	if !errors.As(err, &own) {
		problem("smtp", "%s%v", about, err)
		return
	}
	for _, f := range own.Fields {
		if option, known := mailOptions[f.Field]; known {
			problem(option, "%s", f.Message)
		} else {
			problem("smtp", "%s%s %s", about, f.Field, f.Message)
		}
	}
}

// readDKIM reads the keys and completes what goes without saying: the selector, and the domain, which is the sender's.
func (c *config) readDKIM(problem report) (keys []mail.DKIM, read bool) {
	if c.dkimKey == "" {
		if c.dkimDomain != "" || c.dkimSelector != "" {
			problem("dkim-key", "is missing: name the file with the private key, or leave out -dkim-domain and -dkim-selector")
		}
		return nil, false
	}
	domain := c.dkimDomain
	if from, err := address.Parse(c.mailFrom); err == nil && domain == "" {
		domain = from.Domain()
	}
	for _, item := range cutKeys(c.dkimKey) {
		selector, file := cutKey(item)
		d := mail.DKIM{Domain: domain, Selector: cmp.Or(selector, c.dkimSelector, "earshot")}
		var err error
		if d.PrivateKey, err = readKey(file); err != nil {
			problem("dkim-key", "%v", err)
			return nil, false
		}
		keys = append(keys, d)
	}
	return keys, true
}

// cutKeys divides selector=file,selector=file. A comma that no selector follows belongs to the file's name.
func cutKeys(list string) (items []string) {
	for i, part := range strings.Split(list, ",") {
		if selector, _ := cutKey(part); i > 0 && selector == "" {
			items[len(items)-1] += "," + part
			continue
		}
		items = append(items, part)
	}
	return items
}

// cutKey divides selector=file. What stands before the = of a path that has one is no selector.
func cutKey(item string) (selector, file string) {
	before, after, named := strings.Cut(strings.TrimSpace(item), "=")
	if !named || strings.ContainsAny(before, `/\`) {
		return "", item
	}
	return before, after
}

// readToken reads the token, of which only the first line counts.
func readToken(path string) (string, error) {
	content, err := readKey(path)
	if err != nil {
		return "", err
	}
	token, _, _ := strings.Cut(strings.TrimSpace(content), "\n")
	if token = strings.TrimSpace(token); token == "" {
		return "", fmt.Errorf("%s is empty", path)
	}
	return token, nil
}

// maxKeyFile is far more than the file of any key or token.
const maxKeyFile = 64 << 10

// readKey reads the file of a private key or a token. Its content stands in no error.
func readKey(path string) (string, error) {
	file, err := os.Open(path)
	if err != nil {
		return "", fmt.Errorf("cannot be read: %w", err)
	}
	defer func() { _ = file.Close() }()
	content, err := io.ReadAll(io.LimitReader(file, maxKeyFile+1))
	if err != nil {
		return "", fmt.Errorf("cannot be read: %w", err)
	}
	if len(content) > maxKeyFile {
		return "", fmt.Errorf("%s is larger than any key", path)
	}
	return string(content), nil
}

// defineBrake declares the options that say how many mails may end badly.
func (c *config) defineBrake(fs *flag.FlagSet) {
	fs.Float64Var(&c.brake.Bounces, "brake-bounces", survey.DefaultBrakeBounces, "`percent` of the mails of a week that are refused or come back for good at which all mails wait until an admin lets them go; 0 is never")
	fs.Float64Var(&c.brake.Complaints, "brake-complaints", survey.DefaultBrakeComplaints, "`percent` of the mails of a week that are reported as spam at which all mails wait until an admin lets them go; 0 is never")
}

// checkBrake reports what is wrong with them.
func (c *config) checkBrake(problem report) {
	for option, share := range map[string]float64{"brake-bounces": c.brake.Bounces, "brake-complaints": c.brake.Complaints} {
		if !(share >= 0 && share <= 100) { // NaN is no share either
			problem(option, "%v is not a percentage from 0 to 100", share)
		}
	}
}

// checkOutgoing reads the addresses of the mail server.
func (c *config) checkOutgoing(problem report) {
	for _, word := range strings.FieldsFunc(c.outgoing, func(r rune) bool { return r == ',' || r == ' ' }) {
		a, err := netip.ParseAddr(word)
		if err != nil || a.Zone() != "" {
			problem("outgoing", "%q is no IP address", word)
			continue
		}
		c.sends = append(c.sends, a.Unmap())
	}
}

// longestReturnName is how long the part before the @ of the return path may be: the name of a mail (+inv_…-1) stands behind it, and 64 characters
// are allowed (RFC 5321, 4.5.3.1.1).
const longestReturnName = 30

// checkReturns reports what is wrong with the options about mails that come back, and completes them.
func (c *config) checkReturns(problem report) {
	if c.lmtp != "" {
		host, _, err := net.SplitHostPort(c.lmtp)
		if ip, parsed := netip.ParseAddr(host); err != nil || parsed != nil || !ip.IsLoopback() {
			problem("lmtp", "%q is not an address on the loopback, such as 127.0.0.1:2424: whoever reaches it can say that mails came back", c.lmtp)
		}
		if c.returnPath == "" {
			problem("return-path", "is missing: -lmtp takes in what comes back to it")
		}
	}
	switch {
	case c.replies != "rep" && c.replies != "earshot":
		problem("replies", "%q is neither rep nor earshot", c.replies)
	case c.replies == "earshot" && c.returnPath == "":
		problem("return-path", "is missing: -replies earshot has answers come to it")
	}
	if c.returnPath == "" {
		return
	}
	a, err := address.Parse(c.returnPath)
	if err != nil {
		problem("return-path", "%q %v", c.returnPath, err)
		return
	}
	c.returnPath = a.Envelope()
	if name, _, _ := strings.Cut(c.returnPath, "@"); strings.Contains(name, "+") || len(name) > longestReturnName || a.NeedsUTF8() {
		problem("return-path", "%q must have at most %d plain characters before the @, and no +: each invitation adds its own", c.returnPath, longestReturnName)
	} else if strings.Contains(strings.ToLower(name), "unsub") {
		problem("return-path", "%q must not be called so: who writes there is taken to want no mails any more", c.returnPath)
	}
}
