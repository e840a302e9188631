package main

import (
	"flag"
	"net/mail"
	"net/url"
	"strings"
	"unicode"
)

// defineSecurity declares the option that says whom to tell of a weakness.
func (c *config) defineSecurity(fs *flag.FlagSet) {
	fs.StringVar(&c.securityContact, "security-contact", "", "`address` or https:// page for those who find a weakness, told at /.well-known/security.txt; without it there is no such file")
}

// checkSecurity completes the option, or reports what is wrong with it.
func (c *config) checkSecurity(problem report) {
	if c.securityContact == "" {
		return
	}
	if address, err := mail.ParseAddress(strings.TrimPrefix(c.securityContact, "mailto:")); err == nil && address.Name == "" {
		c.securityContact = "mailto:" + address.Address
		return
	}
	u, err := url.Parse(c.securityContact)
	if err != nil || u.Scheme != "https" || u.Host == "" || strings.IndexFunc(c.securityContact, unicode.IsControl) >= 0 {
		problem("security-contact", "%q is neither an e-mail address nor an https:// page", c.securityContact)
	}
}
