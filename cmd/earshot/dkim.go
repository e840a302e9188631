package main

import (
	"cmp"
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"earshot/survey/address"
	"earshot/survey/mail"
)

// dkimBits is the size of an RSA key that every receiver verifies and that is not too long for the DNS.
const dkimBits = 2048

// dkimCommand prints the DNS records of the keys that sign, or makes new keys.
func dkimCommand(ctx context.Context, c call) error {
	var cfg config
	var folder string
	fs := newFlags("earshot dkim", c.stderr)
	cfg.defineMail(fs)
	fs.StringVar(&folder, "new", "", "`folder` in which an RSA and an Ed25519 key are made, instead of telling of those of -dkim-key")
	if err := parseFlags(fs, c.args, c.getenv); err != nil {
		return err
	}
	if fs.NArg() > 0 {
		return fmt.Errorf("%q is no option; try: earshot dkim -h", fs.Arg(0))
	}
	if folder != "" {
		return makeKeys(c.stdout, &cfg, folder, time.Now())
	}
	if cfg.dkimKey == "" {
		return errors.New("no key is set (-dkim-key); earshot dkim -mail-from ask@example.com -new . makes one")
	}
	return tellKeys(ctx, c.stdout, &cfg)
}

// defineMail declares the options that say from whom mails come and who signs them.
func (c *config) defineMail(fs *flag.FlagSet) {
	fs.StringVar(&c.mailFrom, "mail-from", "", "e-mail `address` that invitations come from")
	fs.StringVar(&c.dkimKey, "dkim-key", "", "`file` with the private key in PEM form by which mails are signed (DKIM), or several as selector=file,selector=file, the newest first; see earshot dkim")
	fs.StringVar(&c.dkimDomain, "dkim-domain", "", "`domain` whose DNS holds the public key (default: the sender's)")
	fs.StringVar(&c.dkimSelector, "dkim-selector", "", "`name` in that DNS of a key that has no selector of its own (default: earshot)")
}

// tellKeys prints the records of the keys that are set, and whether the DNS has them.
func tellKeys(ctx context.Context, w io.Writer, cfg *config) error {
	var problems []error
	keys, _ := cfg.readDKIM(func(option, format string, args ...any) {
		problems = append(problems, wrongOption(option, format, args...))
	})
	if len(problems) > 0 {
		return errors.Join(problems...)
	}
	ctx, cancel := context.WithTimeout(ctx, dnsPatience)
	defer cancel()
	for _, key := range keys {
		name, text := key.Record()
		if name == "" {
			return wrongOption("dkim-key", "the key %s of %s is not valid, or no domain is known (-mail-from)", key.Selector, cmp.Or(key.Domain, "?"))
		}
		writeRecord(w, name, text)
		switch state := key.State(ctx, cfg.resolver().LookupTXT); state.Published {
		case mail.KeyPublished:
			fmt.Fprintf(w, "  It is published.\n\n")
		case mail.KeyMissing:
			fmt.Fprintf(w, "  It is not published as this machine sees the DNS: %s\n\n", state.Found)
		default:
			fmt.Fprintf(w, "  Whether it is published is not known: %s\n\n", state.Found)
		}
	}
	return nil
}

// dnsPatience is how long the answers of the DNS are waited for.
const dnsPatience = 10 * time.Second

// makeKeys makes a key of each algorithm and tells what to do with them. No file is overwritten.
func makeKeys(w io.Writer, cfg *config, folder string, now time.Time) error {
	domain, err := cfg.signingDomain()
	if err != nil {
		return err
	}
	private, err := rsa.GenerateKey(rand.Reader, dkimBits)
	if err != nil {
		return err
	}
	_, edwards, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return err
	}
	base := cmp.Or(cfg.dkimSelector, "earshot-"+now.UTC().Format("20060102"))
	var named []string
	fmt.Fprintf(w, "1. Publish these TXT records at the DNS of %s.\n\n", domain)
	for _, key := range []struct {
		selector string
		private  any
	}{{base, private}, {base + "-ed", edwards}} {
		file := filepath.Join(folder, key.selector+".pem")
		text, err := writeKey(file, key.private)
		if err != nil {
			return err
		}
		name, record := (mail.DKIM{Domain: domain, Selector: key.selector, PrivateKey: text}).Record()
		writeRecord(w, name, record)
		fmt.Fprintln(w)
		named = append(named, key.selector+"="+file)
	}
	fmt.Fprintf(w, `2. Start Earshot with
  -dkim-key %s
   and behind it, while you change keys, the old ones: ,selector=file. Of each algorithm the first that is in the DNS signs.

3. When "earshot dkim -dkim-key …" says that the new ones are published, leave out the old ones at the next start; take their
   records out of the DNS a week later, when all mails in transit have arrived.
`, strings.Join(named, ","))
	return nil
}

// signingDomain is the domain that signs.
func (c *config) signingDomain() (string, error) {
	if c.dkimDomain != "" {
		domain, err := address.Domain(c.dkimDomain)
		if err != nil {
			return "", wrongOption("dkim-domain", "%q is no domain", c.dkimDomain)
		}
		return domain, nil
	}
	from, err := address.Parse(c.mailFrom)
	if err != nil {
		return "", wrongOption("mail-from", "is missing, or no e-mail address: the keys are for its domain")
	}
	return from.Domain(), nil
}

// writeKey writes a private key into a new file that only its owner can read, and returns it in PEM form.
func writeKey(path string, key any) (string, error) {
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return "", err
	}
	text := pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return "", fmt.Errorf("the key cannot be written: %w", err)
	}
	_, err = file.Write(text)
	return string(text), errors.Join(err, file.Close())
}

// writeRecord prints a TXT record as providers' forms want it, and as a zone file does.
func writeRecord(w io.Writer, name, text string) {
	fmt.Fprintf(w, "  Name  %s\n  Text  %s\n  In a zone file:\n  %s. 3600 IN TXT ( %s )\n", name, text, name, strings.Join(mail.TXTStrings(text), " "))
}
