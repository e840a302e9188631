package mail

import (
	"bytes"
	"crypto"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"

	"github.com/emersion/go-msgauth/dkim"

	"earshot/survey/address"
)

// DKIM says with which key messages are signed (RFC 6376). The public half stands in the DNS at
// <Selector>._domainkey.<Domain>.
type DKIM struct {
	Domain   string
	Selector string
	// PrivateKey is PEM: PKCS #8 or PKCS #1, RSA of 1024 bits or more, or Ed25519.
	PrivateKey string
}

// minRSABits is the least that verifiers must accept (RFC 8301, 3.2).
const minRSABits = 1024

// signedFields are the fields that the signature covers. RFC 8058 wants both List-Unsubscribe fields among them. Those that
// are named once more than they occur cannot be added later without breaking the signature.
var signedFields = []string{
	"From", "From", "To", "To", "Subject", "Subject", "Date", "Date", "Message-ID", "Reply-To", "Reply-To", "MIME-Version",
	"Content-Type", "Content-Type", "List-Unsubscribe", "List-Unsubscribe-Post",
}

// signer signs whole messages; nil leaves them as they are. go-mail's own signer (v0.8.1) is not used: it folds a list of fields
// as long as ours in the midst of a name and signs it unfolded, so that the signature does not verify.
type signer struct {
	options dkim.SignOptions
}

// signer returns nil for the zero DKIM.
func (d DKIM) signer() (*signer, error) {
	if d == (DKIM{}) {
		return nil, nil
	}
	key, err := parseKey(d.PrivateKey)
	if err != nil {
		return nil, err
	}
	domain, err := address.Domain(d.Domain)
	if err != nil {
		return nil, errors.New("needs the domain whose DNS holds the public key")
	}
	selector, err := address.Domain(d.Selector)
	if err != nil {
		return nil, errors.New("needs a selector such as earshot")
	}
	return &signer{dkim.SignOptions{
		Domain:                 domain,
		Selector:               selector,
		Signer:                 key,
		HeaderCanonicalization: dkim.CanonicalizationRelaxed,
		BodyCanonicalization:   dkim.CanonicalizationRelaxed,
		HeaderKeys:             signedFields,
	}}, nil
}

// parseKey never quotes the key in its errors.
func parseKey(text string) (crypto.Signer, error) {
	block, _ := pem.Decode([]byte(text))
	if block == nil {
		return nil, errors.New("needs a private key in PEM form")
	}
	if key, err := x509.ParsePKCS1PrivateKey(block.Bytes); err == nil {
		return strongEnough(key)
	}
	parsed, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return nil, errors.New("has a private key that is neither PKCS #8 nor PKCS #1")
	}
	switch key := parsed.(type) {
	case *rsa.PrivateKey:
		return strongEnough(key)
	case ed25519.PrivateKey:
		return key, nil
	}
	return nil, errors.New("has a private key that is neither RSA nor Ed25519")
}

func strongEnough(key *rsa.PrivateKey) (crypto.Signer, error) {
	if key.N.BitLen() < minRSABits {
		return nil, fmt.Errorf("has an RSA key of %d bits, which is less than %d", key.N.BitLen(), minRSABits)
	}
	return key, nil
}

// sign returns the message with its signature on top.
func (s *signer) sign(message []byte) ([]byte, error) {
	if s == nil {
		return message, nil
	}
	var signed bytes.Buffer
	if err := dkim.Sign(&signed, bytes.NewReader(message), &s.options); err != nil {
		return nil, fmt.Errorf("signing with DKIM: %w", err)
	}
	return signed.Bytes(), nil
}
