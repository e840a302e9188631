package mail

import (
	"bytes"
	"crypto"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/emersion/go-msgauth/dkim"

	"earshot/survey/address"
)

// DKIM says with which key messages are signed (RFC 6376). The public half stands in the DNS at
// <Selector>._domainkey.<Domain>.
type DKIM struct {
	Domain   string
	Selector string
	// PrivateKey is PEM: PKCS #8 or PKCS #1, RSA of 1024 to 4096 bits, or Ed25519.
	PrivateKey string
}

// minRSABits and maxRSABits bound what every verifier takes (RFC 8301, 3.2).
const (
	minRSABits = 1024
	maxRSABits = 4096
)

// signedFields are the fields that the signature covers. RFC 8058 wants both List-Unsubscribe fields among them, and Google counts
// complaints only by a Feedback-ID that is signed. Those that are named once more than they occur cannot be added later without breaking the
// signature. List-Id and List-Unsubscribe are not: a customer's distribution group (einkauf@…) may put its own on top, and ours holds then.
var signedFields = []string{
	"From", "From", "To", "To", "Subject", "Subject", "Date", "Date", "Message-ID", "Reply-To", "Reply-To", "MIME-Version",
	"Content-Type", "Content-Type", "List-Id", "List-Unsubscribe", "List-Unsubscribe-Post", "List-Unsubscribe-Post",
	"Feedback-ID", "Feedback-ID", "In-Reply-To", "References", "Auto-Submitted", "Content-Language",
}

// signer signs whole messages. go-mail's own signer (v0.8.1) is not used: it folds a list of fields
// as long as ours in the midst of a name and signs it unfolded, so that the signature does not verify.
type signer struct {
	options dkim.SignOptions
}

// checked returns what signs, and adds all that is wrong to the problems. from is the sender's
// domain: receivers that ask for DMARC (RFC 7489, 3.1) want the signature's to be the same, or one above it.
func (d DKIM) checked(from string, p *problems) *signer {
	key, err := parseKey(d.PrivateKey)
	if err != nil {
		p.add("DKIM.PrivateKey", "%v", err)
	}
	domain, err := address.Domain(d.Domain)
	switch {
	case err != nil:
		p.add("DKIM.Domain", "must be the domain whose DNS holds the public key")
	case from != "" && domain != from && !strings.HasSuffix(from, "."+domain):
		p.add("DKIM.Domain", "must be the sender's domain, which is %s, or one above it", from)
	}
	selector, err := address.Domain(d.Selector)
	if err != nil {
		p.add("DKIM.Selector", "must be a name that can stand in the DNS, such as earshot")
	}
	return &signer{dkim.SignOptions{
		Domain:                 domain,
		Selector:               selector,
		Signer:                 key,
		HeaderCanonicalization: dkim.CanonicalizationRelaxed,
		BodyCanonicalization:   dkim.CanonicalizationRelaxed,
		HeaderKeys:             signedFields,
	}}
}

// Record returns the TXT record that publishes the public half of the key: its name, without a dot at the end, and its
// text. Of an RSA key the text is longer than the 255 bytes that one string of a record takes: zone files write it in
// several, most providers' forms cut it themselves. Both are empty of a key that is not valid.
func (d DKIM) Record() (name, text string) {
	var p problems
	s := d.checked("", &p)
	if len(p) > 0 {
		return "", ""
	}
	name = s.record()
	switch public := s.options.Signer.Public().(type) {
	case ed25519.PublicKey: // RFC 8463, 4.2
		return name, "v=DKIM1; k=ed25519; p=" + base64.StdEncoding.EncodeToString(public)
	default:
		der, err := x509.MarshalPKIXPublicKey(public)
		if err != nil {
			return "", ""
		}
		return name, "v=DKIM1; k=rsa; p=" + base64.StdEncoding.EncodeToString(der)
	}
}

// maxString is how many bytes one string of a TXT record holds (RFC 1035, 3.3.14).
const maxString = 255

// TXTStrings cuts the text of a TXT record into the quoted strings that a zone file writes it in.
func TXTStrings(text string) []string {
	var quoted []string
	for part := range slices.Chunk([]byte(text), maxString) {
		quoted = append(quoted, `"`+strings.ReplaceAll(string(part), `"`, `\"`)+`"`)
	}
	return quoted
}

// record is the name of the TXT record.
func (s *signer) record() string { return s.options.Selector + "._domainkey." + s.options.Domain }

// parseKey never quotes the key in its errors.
func parseKey(text string) (crypto.Signer, error) {
	block, _ := pem.Decode([]byte(text))
	if block == nil {
		return nil, errors.New("must be a private key in PEM form")
	}
	if key, err := x509.ParsePKCS1PrivateKey(block.Bytes); err == nil {
		return strongEnough(key)
	}
	parsed, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return nil, errors.New("must be a private key in PKCS #8 or PKCS #1")
	}
	switch key := parsed.(type) {
	case *rsa.PrivateKey:
		return strongEnough(key)
	case ed25519.PrivateKey:
		return key, nil
	}
	return nil, errors.New("must be an RSA or Ed25519 key")
}

func strongEnough(key *rsa.PrivateKey) (crypto.Signer, error) {
	if bits := key.N.BitLen(); bits < minRSABits || bits > maxRSABits {
		return nil, fmt.Errorf("has %d bits; verifiers take RSA keys of %d to %d", bits, minRSABits, maxRSABits)
	}
	return key, nil
}

// sign returns the message with its signature on top.
func (s *signer) sign(message []byte) ([]byte, error) {
	var signed bytes.Buffer
	if err := dkim.Sign(&signed, bytes.NewReader(message), &s.options); err != nil {
		return nil, fmt.Errorf("signing with DKIM: %w", err)
	}
	return signed.Bytes(), nil
}
