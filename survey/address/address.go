package address

import (
	"strings"
	"unicode/utf8"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// Address is one mailbox that can be written to, or everybody's at a domain (see ParseRule). The zero value is none; get others
// from Parse.
type Address struct {
	// local is the part before the @ as it was written, composed (NFC); in ASCII where it reads as ASCII. Empty: everybody's.
	local string
	// folded is local as it is compared.
	folded string
	// domain consists of ASCII labels in lower case.
	domain string
}

// IsZero says whether a is no address at all.
func (a Address) IsZero() bool { return a.domain == "" }

// Envelope returns the address as it goes on the envelope and into the header: "Ana@xn--mller-kva.example".
func (a Address) Envelope() string { return join(a.local, a.domain) }

// String returns the address as people read it: "Ana@müller.example".
func (a Address) String() string { return join(a.local, readable(a.domain)) }

// Key returns what addresses are compared by: two with the same key are the same mailbox.
func (a Address) Key() string { return join(a.folded, a.domain) }

// Person is Key without the tag behind a +: two addresses with the same one reach the same person.
func (a Address) Person() string {
	local := a.folded
	if plus := strings.IndexByte(local, '+'); plus > 0 && local[plus-1] != '.' {
		local = local[:plus]
	}
	return join(local, a.domain)
}

// Domain returns the part behind the @ in ASCII labels.
func (a Address) Domain() string { return a.domain }

// Everybody returns what stands for all addresses at the domain of a, and for none at a domain below it: "@example.com".
func (a Address) Everybody() Address { return Address{domain: a.domain} }

// IsEverybody says whether a stands for all addresses at its domain.
func (a Address) IsEverybody() bool { return a.local == "" && a.domain != "" }

// NeedsUTF8 says whether only a server with SMTPUTF8 (RFC 6531) can take the address.
func (a Address) NeedsUTF8() bool { return !isASCII(a.local) }

func join(local, domain string) string {
	if domain == "" {
		return ""
	}
	return local + "@" + domain
}

// Key returns the Key of the address in s. What is no address, and can only stand in data that is older than this package,
// is compared in lower case.
func Key(s string) string {
	if a, err := Parse(s); err == nil {
		return a.Key()
	}
	return strings.ToLower(strings.TrimSpace(s))
}

// Tidy returns the address in s as people read it, and s itself, without the space around it, if it holds none.
func Tidy(s string) string {
	if a, err := Parse(s); err == nil {
		return a.String()
	}
	return norm.NFC.String(strings.TrimSpace(s))
}

// maxFolds bounds how often fold repeats itself: folding and composing each may undo a little of the other, twice at most.
const maxFolds = 4

// fold returns a local part as it is compared: without case, without compatibility forms (NFKC), without joiners, and with
// one i where Turkish has two.
func fold(local string) string {
	if isASCII(local) {
		return strings.ToLower(local)
	}
	s := strings.Map(joined, local)
	for range maxFolds {
		next := norm.NFKC.String(strings.ToLower(cases.Fold().String(norm.NFKC.String(s)))) // Cherokee folds to capitals
		if next == s {
			break
		}
		s = next
	}
	return s
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}
