package address

import (
	"strings"
	"sync"

	"golang.org/x/net/idna"
)

// profile maps a domain as browsers do (UTS 46, non-transitional). Hyphens in the third and fourth place are let pass, for
// there are such names in use below the registries.
var profile = sync.OnceValue(func() *idna.Profile {
	return idna.New(
		idna.MapForLookup(), idna.Transitional(false), idna.BidiRule(), idna.VerifyDNSLength(true), idna.CheckHyphens(false),
	)
})

// Domain returns a domain as it stands in the DNS: ASCII labels in lower case, without a dot at the end. Returns
// ErrDomain if it cannot stand there.
func Domain(s string) (string, error) {
	s = strings.TrimRight(s, ".。．｡")
	ascii, err := s, error(nil)
	if !plainDomain(s) {
		ascii, err = profile().ToASCII(s)
	}
	if err != nil || ascii == "" || len(ascii) > maxDomain {
		return "", ErrDomain
	}
	for label := range strings.SplitSeq(ascii, ".") {
		if label == "" || len(label) > maxLabel || label[0] == '-' || label[len(label)-1] == '-' {
			return "", ErrDomain
		}
	}
	return ascii, nil
}

// The longest name and the longest label in the DNS (RFC 1035, 2.3.4), the name without its last dot.
const (
	maxDomain = 253
	maxLabel  = 63
)

// plainDomain says whether the domain is in its final form already, which nearly all are.
func plainDomain(s string) bool {
	for i := range len(s) {
		c := s[i]
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-' && c != '.' {
			return false
		}
	}
	return !strings.Contains(s, "xn--")
}

// mailDomain is Domain for what stands behind an @: a name with a dot whose last label is not a number, so that neither a
// host of the local network nor an IP address passes.
func mailDomain(s string) (string, error) {
	domain, err := Domain(s)
	if err != nil {
		return "", err
	}
	dot := strings.LastIndexByte(domain, '.')
	if dot < 0 || strings.Trim(domain[dot+1:], "0123456789") == "" {
		return "", ErrDomain
	}
	return domain, nil
}

// readable returns the domain in its own letters, if those lead back to it.
func readable(domain string) string {
	if !strings.Contains(domain, "xn--") {
		return domain
	}
	shown, err := profile().ToUnicode(domain)
	if err != nil {
		return domain
	}
	if back, err := Domain(shown); err != nil || back != domain {
		return domain
	}
	return shown
}
