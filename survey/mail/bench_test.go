package mail_test

import (
	"context"
	"testing"

	"earshot/survey"
	"earshot/survey/mail"
	"earshot/survey/mail/mailtest"
)

// BenchmarkDeliver measures whole deliveries to a server in the same process, over kept connections.
func BenchmarkDeliver(b *testing.B) {
	key, _ := dkimKey(b, "ed25519")
	for name, signed := range map[string][]mail.DKIM{
		"plain": nil, "dkim": {{Domain: "earshot.example", Selector: "s1", PrivateKey: key}},
	} {
		b.Run(name, func(b *testing.B) {
			sink := mailtest.Start(b)
			config := configFor(b, sink.URL(), nil)
			config.DKIM = signed
			mailer := newSMTP(b, config)
			m := invitation()
			b.ReportAllocs()
			b.RunParallel(func(pb *testing.PB) {
				for pb.Next() {
					if outcome := mailer.Deliver(context.Background(), m); outcome.Delivery != survey.Accepted {
						b.Errorf("got %+v, want it accepted", outcome)
					}
				}
			})
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "mails/s")
		})
	}
}

// BenchmarkDeliverOnNewConnections is what keeping them saves.
func BenchmarkDeliverOnNewConnections(b *testing.B) {
	sink := mailtest.Start(b, mailtest.WithStartTLS(b))
	for name, perConnection := range map[string]int{"starttls, new": 1, "starttls, kept": 100} {
		b.Run(name, func(b *testing.B) {
			config := configFor(b, sink.URL(), sink.Roots())
			config.MaxPerConnection = perConnection
			mailer := newSMTP(b, config)
			m := invitation()
			for b.Loop() {
				if outcome := mailer.Deliver(context.Background(), m); outcome.Delivery != survey.Accepted {
					b.Fatalf("got %+v, want it accepted", outcome)
				}
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "mails/s")
		})
	}
}
