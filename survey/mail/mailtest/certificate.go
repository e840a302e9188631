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

// WithStartTLS makes the server offer STARTTLS with a certificate that only Roots trusts, for those host names and addresses;
// none means 127.0.0.1 and localhost.
func WithStartTLS(tb testing.TB, hosts ...string) Option {
	tb.Helper()
	if len(hosts) == 0 {
		hosts = []string{"127.0.0.1", "localhost"}
	}
	certificate, roots := selfSigned(tb, hosts)
	return func(s *settings) { s.certificate, s.roots = certificate, roots }
}

// WithTLS makes the server speak TLS from the first byte, with a certificate as in WithStartTLS.
func WithTLS(tb testing.TB, hosts ...string) Option {
	tb.Helper()
	starttls := WithStartTLS(tb, hosts...)
	return func(s *settings) {
		starttls(s)
		s.implicitTLS = true
	}
}

// Roots is the pool that trusts the server's certificate; nil without TLS.
func (s *Server) Roots() *x509.CertPool { return s.settings.roots }

func selfSigned(tb testing.TB, hosts []string) (*tls.Certificate, *x509.CertPool) {
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
	}
	for _, host := range hosts {
		if ip := net.ParseIP(host); ip != nil {
			template.IPAddresses = append(template.IPAddresses, ip)
		} else {
			template.DNSNames = append(template.DNSNames, host)
		}
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
