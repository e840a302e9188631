package api

import (
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/labstack/echo/v4"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"earshot/survey"
)

// metrics counts requests for Prometheus.
type metrics struct {
	requests *prometheus.CounterVec
	seconds  *prometheus.HistogramVec
	handler  http.Handler
}

// secondsBuckets are the bounds of the durations: from a page out of memory to a request that gives up.
var secondsBuckets = []float64{.0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 15}

// newMetrics returns counters in a registry of their own, with those of measure and of others.
func newMetrics(version string, measure func() []survey.Measure, others ...prometheus.Collector) *metrics {
	m := &metrics{
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "earshot_http_requests_total", Help: "Requests by method, route and status.",
		}, []string{"method", "route", "status"}),
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "earshot_http_request_seconds", Help: "How long requests took, by method and route.", Buckets: secondsBuckets,
		}, []string{"method", "route"}),
	}
	build := prometheus.NewGauge(prometheus.GaugeOpts{
		Name: "earshot_build_info", Help: "Always 1; the label tells the version.",
		ConstLabels: prometheus.Labels{"version": version},
	})
	build.Set(1)
	registry := prometheus.NewRegistry()
	registry.MustRegister(m.requests, m.seconds, build, measured(measure), collectors.NewGoCollector(),
		collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	registry.MustRegister(others...)
	m.handler = promhttp.HandlerFor(registry, promhttp.HandlerOpts{DisableCompression: true})
	return m
}

// measured collects the figures that the store keeps.
type measured func() []survey.Measure

// Describe says nothing: what there is to tell depends on the engine.
func (measured) Describe(chan<- *prometheus.Desc) {}

// Collect implements prometheus.Collector.
func (m measured) Collect(out chan<- prometheus.Metric) {
	for _, x := range m() {
		var names, values []string
		for label := range slices.Chunk(x.Labels, 2) {
			names, values = append(names, label[0]), append(values, label[1])
		}
		kind := prometheus.GaugeValue
		if x.Total {
			kind = prometheus.CounterValue
		}
		out <- prometheus.MustNewConstMetric(prometheus.NewDesc("earshot_"+x.Name, x.Help, names, nil), kind, x.Value, values...)
	}
}

// count notes one request. Methods that we do not have are counted as one, so that nobody can make the metrics grow.
func (m *metrics) count(method, route string, status int, took time.Duration) {
	switch method {
	case http.MethodGet, http.MethodHead, http.MethodPost, http.MethodPut, http.MethodPatch, http.MethodDelete, http.MethodOptions:
	default:
		method = "other"
	}
	if route == "" {
		route = "none"
	}
	m.requests.WithLabelValues(method, route, strconv.Itoa(status)).Inc()
	m.seconds.WithLabelValues(method, route).Observe(took.Seconds())
}

// showMetrics answers Prometheus.
func (s *Server) showMetrics(c echo.Context) error {
	s.metrics.handler.ServeHTTP(c.Response(), c.Request())
	return nil
}
