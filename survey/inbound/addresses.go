package inbound

import (
	"regexp"
	"slices"
	"strings"
)

// addressPattern finds addresses in text. It takes any that a server may have been given, not only those that we would mail to.
const addressPattern = `[\p{L}\p{N}.!#$%&'*+/=?^_{|}~-]{1,200}@[\p{L}\p{N}](?:[\p{L}\p{N}._-]{0,250}[\p{L}\p{N}])?`

var (
	anAddress = regexp.MustCompile(addressPattern)
	quoted    = regexp.MustCompile(`"[^"]*"`)
	bracketed = regexp.MustCompile(`<\s*(` + addressPattern + `)\s*>`)
	received  = regexp.MustCompile(`\sfor\s+<?(` + addressPattern + `)>?`)
)

// addressesIn returns the addresses that stand in text.
func addressesIn(text string) []string {
	found := anAddress.FindAllString(cut(text, 100*maxField), 100)
	for i, a := range found {
		found[i] = bare(a)
	}
	return slices.DeleteFunc(found, func(a string) bool { return strings.HasPrefix(a, "@") || len(a) > 320 })
}

// bare returns an address without what may stand in one and begins none.
func bare(address string) string { return strings.TrimLeft(address, "'=") }

// mailboxes returns the addresses of a field such as To, not those that stand as names.
func mailboxes(field string) []string {
	field = readable(cut(field, 100*maxField))
	if found := addressesIn(quoted.ReplaceAllString(field, "")); len(found) > 0 {
		return found
	}
	return addressesIn(field)
}

// sender returns the address and the name of who sent the mail.
func (p *part) sender() (from, name string) {
	for _, field := range []string{"From", "Sender", "Reply-To", "Return-Path"} {
		value := readable(cut(p.header.Get(field), 10*maxField))
		from = first(mailboxes(value))
		if all := bracketed.FindAllStringSubmatch(value, 10); len(all) > 0 {
			from = bare(all[len(all)-1][1])
		}
		if from != "" || strings.TrimSpace(value) != "" {
			name, _, _ = strings.Cut(p.field(field), "<")
			return from, strings.TrimSpace(name)
		}
	}
	return "", ""
}

// envelopeFields are where servers write whom a mail came to, most certain first.
var envelopeFields = []string{"X-Envelope-To", "Envelope-To", "X-Original-To", "Delivered-To", "X-Delivered-To", "X-Rcpt-To", "X-Forwarded-To", "Apparently-To"}

// recipients returns every address that the mail may have come to, most certain first.
func (p *part) recipients() []string {
	var all []string
	add := func(values []string, find func(string) []string) {
		for _, v := range values {
			for _, a := range find(v) {
				if !slices.ContainsFunc(all, func(b string) bool { return strings.EqualFold(a, b) }) && len(all) < maxRecipients {
					all = append(all, a)
				}
			}
		}
	}
	for _, name := range envelopeFields {
		add(p.fields(name), addressesIn)
	}
	add(p.fields("Received"), func(v string) []string {
		if found := received.FindStringSubmatch(v); found != nil {
			return found[1:]
		}
		return nil
	})
	for _, name := range []string{"To", "Resent-To", "Cc"} {
		add(p.fields(name), mailboxes)
	}
	return all
}

// maxRecipients is how many addresses are kept of a mail, and how many failures.
const maxRecipients = 100
