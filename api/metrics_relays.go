package api

import (
	"context"

	"github.com/prometheus/client_golang/prometheus"
)

var (
	mailPaused  = prometheus.NewDesc("earshot_mail_paused", "1 while mails wait, for no mail server takes any of ours.", []string{"fault"}, nil)
	relayPaused = prometheus.NewDesc("earshot_relay_paused", "1 while the mail server has a fault, by that; 0 without a fault while it takes mails.", []string{"relay", "fault"}, nil)
	relayUsed   = prometheus.NewDesc("earshot_relay_used", "Mails that the mail server was given in the last hour or day, where that is bounded.", []string{"relay", "window"}, nil)
	relayLimit  = prometheus.NewDesc("earshot_relay_limit", "Mails that the mail server takes in an hour or a day, where that is bounded, as things stand today.", []string{"relay", "window"}, nil)
)

// collectRelays tells how the mail servers stand.
func (m effectMetrics) collectRelays(out chan<- prometheus.Metric) {
	status, err := m.mailStatus(context.Background())
	if err != nil {
		m.log.Warn("the metrics lack how the mail servers stand", "error", err)
		return
	}
	gauge := func(desc *prometheus.Desc, value float64, labels ...string) {
		out <- prometheus.MustNewConstMetric(desc, prometheus.GaugeValue, value, labels...)
	}
	if status.Paused() {
		gauge(mailPaused, 1, string(status.Relays[0].Fault))
	}
	for _, r := range status.Relays {
		paused := 0.0
		if r.Paused() {
			paused = 1
		}
		gauge(relayPaused, paused, r.Name, string(r.Fault))
		for _, w := range []struct {
			name       string
			most, used int
		}{{"hour", r.Limits.PerHour, r.Used.PerHour}, {"day", r.Limits.PerDay, r.Used.PerDay}} {
			if w.most > 0 {
				gauge(relayLimit, float64(w.most), r.Name, w.name)
				gauge(relayUsed, float64(w.used), r.Name, w.name)
			}
		}
	}
}
