package main

import (
	"errors"
	"fmt"
	"io"
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
	"FromAddress": "mail-from", "DKIM.Domain": "dkim-domain", "DKIM.Selector": "dkim-selector", "DKIM.PrivateKey": "dkim-key",
}

// checkMail completes the settings of the mailer and reports everything that is wrong with them.
func (c *config) checkMail(problem report) {
	dkim, read := c.readDKIM(problem)
	if c.smtp == "" {
		return
	}
	settings, err := mail.ParseURL(c.smtp)
	reportMail(problem, err)
	settings.FromAddress, settings.MaxConnections = c.mailFrom, c.workers
	if read {
		settings.DKIM = dkim
	}
	if err == nil {
		reportMail(problem, settings.Validate())
	} else if !strings.Contains(c.mailFrom, "@") {
		problem("mail-from", "must be an e-mail address when a mail server is set, and is %q", c.mailFrom)
	}
	c.mail = &settings
}

// reportMail reports what is wrong with the mailer's settings by the options that they come from.
func reportMail(problem report, err error) {
	if err == nil {
		return
	}
	var own *survey.Error
	if !errors.As(err, &own) {
		problem("smtp", "%v", err)
		return
	}
	for _, f := range own.Fields {
		if option, known := mailOptions[f.Field]; known {
			problem(option, "%s", f.Message)
		} else {
			problem("smtp", "%s %s", f.Field, f.Message)
		}
	}
}

// readDKIM reads the key and completes what goes without saying: the selector, and the domain, which is the sender's.
func (c *config) readDKIM(problem report) (d mail.DKIM, read bool) {
	if c.dkimKey == "" {
		if c.dkimDomain != "" || c.dkimSelector != "" {
			problem("dkim-key", "is missing: name the file with the private key, or leave out -dkim-domain and -dkim-selector")
		}
		return d, false
	}
	d = mail.DKIM{Domain: c.dkimDomain, Selector: c.dkimSelector}
	if from, err := address.Parse(c.mailFrom); err == nil && d.Domain == "" {
		d.Domain = from.Domain()
	}
	if d.Selector == "" {
		d.Selector = "earshot"
	}
	var err error
	if d.PrivateKey, err = readKey(c.dkimKey); err != nil {
		problem("dkim-key", "%v", err)
		return d, false
	}
	return d, true
}

// maxKeyFile is far more than the file of any key.
const maxKeyFile = 64 << 10

// readKey reads the file of a private key. Its content stands in no error.
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
