package address

import (
	"errors"
	"net/url"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// What is wrong with an address, as a clause that follows the name of the field.
var (
	ErrAddress = errors.New("must be an e-mail address, such as ana@example.com")
	ErrSeveral = errors.New("must be one e-mail address; this holds several")
	ErrLocal   = errors.New("has characters before the @ that cannot be mailed to: quotes, blanks, brackets or dots side by side")
	ErrDomain  = errors.New("has no domain behind the @ that can be mailed to, such as example.com")
	ErrWhole   = errors.New("stands for everybody at a domain; it must be the address of one")
	ErrLong    = errors.New("is too long for an e-mail address: 64 bytes may stand before the @ and 254 in all")
)

// The longest local part and the longest path without its brackets that SMTP carries, in bytes (RFC 5321, 4.5.3.1).
const (
	maxLocal = 64
	// MaxLength is the most bytes of an address on the envelope.
	MaxLength = 254
)

// maxInput bounds what is looked at: an address with the longest name that anybody gives it.
const maxInput = 1000

// Parse returns the one address that s holds. Its errors are those above.
func Parse(s string) (Address, error) {
	if len(s) > maxInput {
		return Address{}, ErrLong
	}
	if !utf8.ValidString(s) {
		return Address{}, ErrAddress
	}
	bare, err := unwrap(visible(s))
	if err != nil {
		return Address{}, err
	}
	return parseBare(bare)
}

// ParseRule returns what a list of addresses may name: the one address that s holds, as Parse does, or everybody at a domain, where s is
// "@example.com" or "*@example.com".
func ParseRule(s string) (Address, error) {
	local, domain, found := strings.Cut(trim(visible(s)), "@")
	if local = strings.TrimSpace(local); !found || local != "" && local != everybody {
		return Parse(s)
	}
	domain, err := mailDomain(strings.TrimSpace(domain))
	if err != nil {
		return Address{}, err
	}
	return Address{domain: domain}, nil
}

// everybody stands before the @ for all who are behind it. RFC 5321 would let a mailbox be called so; none is.
const everybody = "*"

// unwrap takes the address out of what stands around it: a name, brackets, a label, a comment.
func unwrap(s string) (string, error) {
	s = trimComment(strings.TrimSpace(s))
	before, inner, bracketed := strings.Cut(s, "<")
	if !bracketed {
		return unlink(s)
	}
	inner, behind, _ := strings.Cut(inner, ">")
	if strings.ContainsAny(behind, "<@") {
		return "", ErrSeveral
	}
	if strings.ContainsRune(inner, '<') || trim(behind) != "" {
		return "", ErrAddress
	}
	inner, err := unlink(inner)
	if err != nil || !strings.ContainsRune(before, '@') {
		return inner, err
	}
	// "ana@x.example <ana@x.example>", as some programs write where they know no name.
	if name, err := parseBare(before); err == nil && name.Key() == Key(inner) {
		return inner, nil
	}
	return "", ErrSeveral
}

// trimComment drops a remark in brackets behind the address: "ana@x.example (Ana Ruiz)".
func trimComment(s string) string {
	open := strings.LastIndexByte(s, '(')
	if open < 0 || !strings.HasSuffix(s, ")") || !strings.ContainsRune(s[:open], '@') || strings.ContainsRune(s[open:], '@') {
		return s
	}
	return strings.TrimSpace(s[:open])
}

// unlink takes the address out of a link: "mailto:ana%2Bnews@x.example?subject=Hello", or of what chat programs make of one.
func unlink(s string) (string, error) {
	s, link := unlabel(trim(s))
	if !link {
		return s, nil
	}
	s, _, _ = strings.Cut(s, "|")
	s, _, _ = strings.Cut(s, "?")
	plain, err := url.PathUnescape(s)
	if err != nil || !utf8.ValidString(plain) {
		return "", ErrAddress
	}
	return visible(plain), nil
}

// parseBare takes an address that stands alone.
func parseBare(s string) (Address, error) {
	s = trim(s)
	at := strings.LastIndexByte(s, '@')
	if at < 0 {
		return Address{}, ErrAddress
	}
	local, behind := strings.TrimRight(s[:at], " "), strings.TrimLeft(s[at+1:], " ")
	switch {
	case local == "" || behind == "":
		return Address{}, ErrAddress
	case strings.ContainsRune(local, '@') && !strings.ContainsRune(local, '"'):
		return Address{}, ErrSeveral
	}
	domain, err := mailDomain(behind)
	if err != nil {
		return Address{}, err
	}
	return assemble(local, domain)
}

// assemble checks the local part and puts the address together.
func assemble(local, domain string) (Address, error) {
	compatible := norm.NFKC.String(local)
	if isASCII(compatible) {
		local = compatible
	}
	a := Address{local: norm.NFC.String(local), folded: fold(local), domain: domain}
	if !dotAtom(a.local) || !dotAtom(a.folded) || strings.ContainsRune(leading, rune(a.local[0])) {
		return Address{}, ErrLocal
	}
	if a.folded == everybody {
		return Address{}, ErrWhole
	}
	if max(len(a.local), len(a.folded)) > maxLocal || len(a.Envelope()) > MaxLength {
		return Address{}, ErrLong
	}
	return a, nil
}

// dotAtom says whether a local part can be written without quotes (RFC 5322, 3.2.3, with RFC 6532, 3.2).
func dotAtom(s string) bool {
	for atom := range strings.SplitSeq(s, ".") {
		if atom == "" {
			return false
		}
	}
	for _, r := range s {
		letter := r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9'
		foreign := r > unicode.MaxASCII && (unicode.IsGraphic(r) && !unicode.IsSpace(r) || r == joiner || r == nonJoiner)
		if !letter && !foreign && !strings.ContainsRune("!#$%&'*+-/=?^_`{|}~.", r) {
			return false
		}
	}
	return true
}
