package mail

import (
	"errors"
	"net/mail"
	"strings"

	"golang.org/x/net/idna"
)

// maxAddress is the longest path that SMTP carries, without its brackets (RFC 5321, 4.5.3.1.3).
const maxAddress = 254

// address is an e-mail address whose domain is in its ASCII form ("xn--…"), ready for the envelope and the header.
type address string

var errAddress = errors.New("must be an e-mail address such as name@example.com")

// parseAddress takes a bare address. A name in other letters than ASCII before the @ is kept and needs SMTPUTF8.
func parseAddress(s string) (address, error) {
	at := strings.LastIndexByte(s, '@')
	if at < 1 || len(s) > maxAddress {
		return "", errAddress
	}
	domain, err := asciiDomain(s[at+1:])
	if err != nil {
		return "", errAddress
	}
	bare := s[:at+1] + domain
	parsed, err := mail.ParseAddress("<" + bare + ">")
	if err != nil || parsed.Address != bare || parsed.String() != "<"+bare+">" {
		return "", errAddress
	}
	return address(bare), nil
}

// needsUTF8 says whether only a server with SMTPUTF8 (RFC 6531) can take the address.
func (a address) needsUTF8() bool {
	return strings.IndexFunc(string(a), func(r rune) bool { return r > 127 }) >= 0
}

// asciiDomain returns the domain as it stands in the DNS.
func asciiDomain(domain string) (string, error) {
	ascii, err := idna.Lookup.ToASCII(domain)
	if err != nil {
		return "", err
	}
	if ascii == "" || strings.Trim(ascii, ".") != ascii {
		return "", errAddress
	}
	return ascii, nil
}
