package mail_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	toxiproxy "github.com/Shopify/toxiproxy/v2"
	"github.com/rs/zerolog"

	"earshot/survey"
	"earshot/survey/mail"
	"earshot/survey/mail/mailtest"
)

// TestDeliverOverACutConnection cuts the connection after every few bytes of the dialogue, in both directions. Whatever the
// server got in the end must agree with what was reported: this is what keeps a contact from being asked twice.
func TestDeliverOverACutConnection(t *testing.T) {
	t.Parallel()
	for _, kind := range []struct {
		name   string
		option mailtest.Option
		stride int
	}{
		{"plain", mailtest.WithUTF8(), 13},
		{"starttls", mailtest.WithStartTLS(t), 41},
		{"tls", mailtest.WithTLS(t), 41},
	} {
		for _, direction := range []string{"upstream", "downstream"} {
			t.Run(kind.name+" "+direction, func(t *testing.T) {
				t.Parallel()
				sink := mailtest.Start(t, kind.option)
				outcomes := map[string]survey.Outcome{}
				complete := false
				for bytes := 0; !complete && bytes < 20_000; bytes += kind.stride {
					m := invitation()
					m.To = fmt.Sprintf("after-%d@customer.example", bytes)
					outcomes[m.To] = deliverThrough(t, sink, m, direction, bytes)
					complete = outcomes[m.To].Delivery == survey.Accepted
				}
				if !complete {
					t.Errorf("no message was accepted, want one as soon as nothing is cut")
				}
				sink.Stop()
				time.Sleep(50 * time.Millisecond) // what the server still has in hand
				checkAgainstSink(t, sink, outcomes)
			})
		}
	}
}

// deliverThrough delivers through a proxy that cuts the connection when so many bytes have passed in one direction.
func deliverThrough(t *testing.T, sink *mailtest.Server, m *survey.Message, direction string, bytes int) survey.Outcome {
	t.Helper()
	api := toxiproxy.NewServer(toxiproxy.NewMetricsContainer(nil), zerolog.Nop())
	proxy := toxiproxy.NewProxy(api, "smtp", "127.0.0.1:0", sink.Addr)
	if err := proxy.Start(); err != nil {
		t.Fatalf("starting the proxy: %v", err)
	}
	defer proxy.Stop()
	toxic := fmt.Sprintf(`{"type":"limit_data","stream":%q,"attributes":{"bytes":%d}}`, direction, bytes)
	if _, err := proxy.Toxics.AddToxicJson(strings.NewReader(toxic)); err != nil {
		t.Fatalf("adding %s: %v", toxic, err)
	}
	config := configFor(t, strings.Replace(sink.URL(), sink.Addr, proxy.Listen, 1), sink.Roots())
	config.Timeout, config.AcceptTimeout = 2*time.Second, time.Second
	mailer, err := mail.NewSMTP(config)
	if err != nil {
		t.Fatalf("NewSMTP: %v", err)
	}
	defer func() { _ = mailer.Close() }()
	return mailer.Deliver(context.Background(), m)
}

func checkAgainstSink(t *testing.T, sink *mailtest.Server, outcomes map[string]survey.Outcome) {
	t.Helper()
	count := map[survey.Delivery]int{}
	for to, outcome := range outcomes {
		got := len(sink.To(to))
		count[outcome.Delivery]++
		switch {
		case outcome.Delivery == survey.Accepted && got != 1:
			t.Errorf("%s: reported %+v, but the server has %d messages", to, outcome, got)
		case outcome.Delivery == survey.Temporary && got != 0:
			t.Errorf("%s: reported %+v, but the server has taken it", to, outcome)
		case outcome.Delivery == survey.Refused:
			t.Errorf("%s: reported %+v of a cut connection", to, outcome)
		}
	}
	if count[survey.Temporary] == 0 || count[survey.Uncertain] == 0 {
		t.Errorf("got outcomes %v, want some temporary and some uncertain ones", count)
	}
	t.Logf("accepted %d, temporary %d, uncertain %d", count[survey.Accepted], count[survey.Temporary], count[survey.Uncertain])
}
