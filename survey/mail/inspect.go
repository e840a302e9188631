package mail

import (
	"context"
	"crypto/x509"
	"time"

	"earshot/survey"
)

// Inspection is how the relay was found.
type Inspection struct {
	// Outcome is Accepted, or the fault.
	Outcome survey.Outcome
	// Login is the way by which we logged in; empty without a log-in.
	Login string
	// Encrypted says that the connection is, by TLS of Version, under a certificate that holds until Expires. CertificateErr says why that is
	// not valid, which only Opportunistic takes.
	Encrypted      bool
	Version        uint16
	Expires        time.Time
	CertificateErr error
	// Local says that the relay is on this machine.
	Local bool
}

// Inspect goes the way to the relay on a new connection up to MAIL FROM, without a message, and tells what it saw.
func (s *SMTP) Inspect(ctx context.Context) Inspection {
	if err := s.enter(ctx); err != nil {
		return Inspection{Outcome: survey.Outcome{Delivery: survey.Temporary, Reply: err.Error()}}
	}
	defer func() { <-s.slots }()
	c, f := open(ctx, &s.config, &s.login)
	if f != nil {
		return Inspection{Outcome: f.outcome()}
	}
	defer c.quit()
	found := Inspection{Login: c.how, Local: isLoopback(s.config.Host)}
	if state, encrypted := c.client.TLSConnectionState(); encrypted {
		found.Encrypted, found.Version = true, state.Version
		leaf := state.PeerCertificates[0]
		others := x509.NewCertPool()
		for _, certificate := range state.PeerCertificates[1:] {
			others.AddCert(certificate)
		}
		found.Expires = leaf.NotAfter
		_, found.CertificateErr = leaf.Verify(x509.VerifyOptions{DNSName: s.config.Host, Roots: s.config.Roots, Intermediates: others})
	}
	if f := c.begin(ctx, &envelope{from: s.composer.from}); f != nil {
		found.Outcome = f.outcome()
		return found
	}
	found.Outcome = survey.Outcome{Delivery: survey.Accepted, Reply: "the mail server is reached and takes our sender"}
	return found
}

// Render returns the message as it would go out, or why it cannot be made. It sends nothing.
func (s *SMTP) Render(m *survey.Message) ([]byte, error) {
	e, err := s.composer.compose(m)
	if err != nil {
		return nil, err
	}
	return e.content, nil
}
