package mailtest

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"math/big"
	"net"
	"testing"
	"time"
)

// WithStartTLS makes the server offer STARTTLS with a certificate for 127.0.0.1 and localhost that only Roots trusts.
func WithStartTLS(tb testing.TB) Option {
	tb.Helper()
	certificate, roots := selfSigned(tb)
	return func(s *settings) { s.certificate, s.roots = certificate, roots }
}

// WithTLS makes the server speak TLS from the first byte, with a certificate as in WithStartTLS.
func WithTLS(tb testing.TB) Option {
	tb.Helper()
	starttls := WithStartTLS(tb)
	return func(s *settings) {
		starttls(s)
		s.implicitTLS = true
	}
}

// Roots is the pool that trusts the server's certificate; nil without TLS.
func (s *Server) Roots() *x509.CertPool { return s.settings.roots }

func selfSigned(tb testing.TB) (*tls.Certificate, *x509.CertPool) {
	tb.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		tb.Fatalf("mailtest: making a key: %v", err)
	}
	template := &x509.Certificate{
		SerialNumber:          big.NewInt(1),
		Subject:               pkix.Name{CommonName: "mailtest"},
		NotBefore:             time.Now().Add(-time.Hour),
		NotAfter:              time.Now().Add(24 * time.Hour),
		KeyUsage:              x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
		ExtKeyUsage:           []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		BasicConstraintsValid: true,
		IsCA:                  true,
		DNSNames:              []string{"localhost"},
		IPAddresses:           []net.IP{net.IPv4(127, 0, 0, 1), net.IPv6loopback},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		tb.Fatalf("mailtest: making a certificate: %v", err)
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		tb.Fatalf("mailtest: reading the certificate back: %v", err)
	}
	roots := x509.NewCertPool()
	roots.AddCert(leaf)
	return &tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key, Leaf: leaf}, roots
}
