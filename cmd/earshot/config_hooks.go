package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"earshot/survey/mailhook"
)

// defineHooks declares the options by which mail services are believed.
func defineHooks(fs *flag.FlagSet, o *mailhook.Options) {
	fs.StringVar(&o.SESTopic, "ses-topic", "", "`ARN` of the SNS topic to which Amazon SES publishes what became of mails")
	fs.StringVar(&o.SendGridKey, "sendgrid-key", "", "verification `key` of SendGrid's signed event webhook, or @ and the file that holds it")
	fs.StringVar(&o.PostmarkSecret, "postmark-secret", "", "`password` in the address of Postmark's webhook, or @ and the file that holds it")
	fs.StringVar(&o.MailgunKey, "mailgun-key", "", "webhook signing `key` of Mailgun, or @ and the file that holds it")
}

// hookOptions says which option a field of mailhook.Options comes from.
var hookOptions = map[string]string{"SESTopic": "ses-topic", "SendGridKey": "sendgrid-key", "PostmarkSecret": "postmark-secret", "MailgunKey": "mailgun-key"}

// checkHooks reads the secrets that lie in files, and reports what is wrong with the options of mail services.
func (c *config) checkHooks(problem report) {
	o := c.hookSecrets
	for _, secret := range []struct {
		option string
		value  *string
	}{{"sendgrid-key", &o.SendGridKey}, {"postmark-secret", &o.PostmarkSecret}, {"mailgun-key", &o.MailgunKey}} {
		read, err := readSecret(*secret.value)
		if err != nil {
			problem(secret.option, "%v", err)
		}
		*secret.value = read
	}
	o.Fetch = fetchFromAmazon
	var err error
	if c.hooks, err = mailhook.New(o); err != nil {
		var wrong *mailhook.OptionError
		if errors.As(err, &wrong) {
			problem(hookOptions[wrong.Field], "%s", wrong.Message)
		}
	}
}

// readSecret returns a secret, or what the file holds that is named behind an @.
func readSecret(value string) (string, error) {
	path, isFile := strings.CutPrefix(value, "@")
	if !isFile {
		return value, nil
	}
	content, err := readKey(path)
	if err != nil {
		return "", err
	}
	if content = strings.TrimSpace(content); content == "" {
		return "", fmt.Errorf("%s is empty", path)
	}
	return content, nil
}

const (
	// fetchWithin bounds the wait for Amazon, in the time that the service waits for us.
	fetchWithin = 10 * time.Second
	// maxFetched is larger than any certificate, in bytes.
	maxFetched = 64 << 10
)

// fetchFromAmazon gets what lies at an address of SNS. It follows no redirect: the address was checked, another was not.
func fetchFromAmazon(ctx context.Context, url string) ([]byte, error) {
	client := &http.Client{Timeout: fetchWithin, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, http.NoBody)
	if err != nil {
		return nil, err
	}
	res, err := client.Do(req)
	if err != nil {
		return nil, err
	}
	defer func() { _ = res.Body.Close() }()
	if res.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("it answered %s", res.Status)
	}
	return io.ReadAll(io.LimitReader(res.Body, maxFetched))
}
